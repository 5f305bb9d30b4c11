/** Buyers in numbers: bursts at a rate, and a trickle. Bounded in count and in time, always. */
import { type OrderSpec, placeOrder, shelfOf } from './orders.ts'
import type { Shop } from './types.ts'
import type { World } from './world.ts'

const MAX_ORDERS = 20_000
const MAX_PER_SECOND = 2_000
const MAX_SECONDS = 1_800
const MAX_PER_MINUTE = 1_200
const MAX_MINUTES = 24 * 60

export interface Burst extends OrderSpec {
  readonly count: number
  /** Pushes a second; absent: all at once, as fast as the hook answers. */
  readonly perSecond?: number
}

/** The orders exist at once; their pushes go out at the rate. */
export const burst = (world: World, shop: Shop, spec: Burst): { readonly ids: string[]; readonly soldOut: number } => {
  const { count, perSecond } = spec
  const ids: string[] = []
  const start = Date.now()
  world.store.transaction(() => {
    const shelf = shelfOf(world, shop)
    for (let i = 0; i < count; i += 1) {
      const order = placeOrder(world, shop, spec, {
        at: perSecond ? start + Math.floor((i * 1000) / perSecond) : undefined,
        shelf,
      })
      if (order) ids.push(order.id)
    }
  })
  return { ids, soldOut: count - ids.length }
}

/** Why this burst is too much; undefined: it is not. */
export const refusedBurst = ({ count, perSecond }: Burst): string | undefined => {
  if (!Number.isInteger(count) || count < 1 || count > MAX_ORDERS) return `count must be 1 to ${MAX_ORDERS}`
  if (perSecond === undefined) return undefined
  if (!(perSecond > 0) || perSecond > MAX_PER_SECOND) return `perSecond must be above 0, at most ${MAX_PER_SECOND}`
  return count / perSecond > MAX_SECONDS ? `that would take more than ${MAX_SECONDS} s` : undefined
}

export interface TrickleSpec {
  readonly shopIds: readonly string[]
  readonly perMinute: number
  readonly minutes: number
}

/** A few orders a minute, over some shops in turn, so that a demo lives. */
export class Trickle {
  readonly #world: World
  #timer: NodeJS.Timeout | undefined
  #spec: TrickleSpec | undefined

  constructor(world: World) {
    this.#world = world
  }

  start(spec: TrickleSpec, order: OrderSpec): void {
    this.stop()
    const bounded = {
      ...spec,
      perMinute: Math.min(Math.max(spec.perMinute, 0.1), MAX_PER_MINUTE),
      minutes: Math.min(spec.minutes, MAX_MINUTES),
    }
    const until = Date.now() + bounded.minutes * 60_000
    let turn = 0
    this.#spec = bounded
    this.#timer = setInterval(() => {
      if (Date.now() > until) return this.stop()
      const shop = this.#world.shops.get(spec.shopIds[turn % spec.shopIds.length] ?? '')
      turn += 1
      if (shop) placeOrder(this.#world, shop, order)
    }, 60_000 / bounded.perMinute)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#spec = undefined
  }

  get running(): TrickleSpec | undefined {
    return this.#spec
  }
}
