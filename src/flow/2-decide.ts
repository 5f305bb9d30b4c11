/**
 * Stage 2: fold a turn's events into their orders, in the order of the log, then derive what each order needs. Pure. An
 * order whose handling breaks is set aside alone; its later events queue behind it.
 */
import { copyOrder, type OrderState } from '../domain/order-state.ts'
import type { LaneEvent, Logged } from '../lane/event.ts'
import { onCommand } from './decide/command.ts'
import { type Draft, draftOf, note, source } from './decide/draft.ts'
import { newOrder } from './decide/new-order.ts'
import { onOutcome } from './decide/outcome.ts'
import { onPlatform } from './decide/platform.ts'
import { reconcile } from './decide/reconcile.ts'
import { onStray, type Stray, strayOf } from './decide/stray.ts'
import { onTracking } from './decide/tracking.ts'
import { onWarehouse } from './decide/warehouse.ts'
import type { Loaded } from './world.ts'

export interface SetAside {
  readonly key: string
  readonly orderId: string
  readonly events: LaneEvent[]
  /** Absent: only queued behind an order set aside before. */
  readonly error?: string
}

export interface Decided {
  readonly drafts: Draft[]
  readonly aside: SetAside[]
  readonly stray: Stray
}

export const decide = (world: Loaded, logged: readonly Logged[]): Decided => {
  const decided: Decided = { drafts: [], aside: [], stray: strayOf() }
  const drafts = new Map<string, Draft>()
  const indexes = new Map<number, number>()
  for (const item of logged) {
    const index = indexes.get(item.seq) ?? 0
    indexes.set(item.seq, index + 1)
    one(world, item, index, decided, drafts, logged)
  }
  for (const draft of drafts.values()) attempt(decided, drafts, draft, logged, () => reconcile(draft, world))
  decided.drafts.push(...drafts.values())
  return decided
}

export const keyOf = (order: OrderState): string => `p:${order.platformOrderId}`

const one = (
  world: Loaded,
  item: Logged,
  index: number,
  decided: Decided,
  drafts: Map<string, Draft>,
  logged: readonly Logged[],
): void => {
  const { event } = item
  const order = find(world, event)
  const key = order ? keyOf(order) : (event.ref ?? '')
  if (key && queued(world, decided, key)) {
    if (event.body.kind === 'wake') return onStray(decided.stray, item, index, world)
    setAside(decided, { key, orderId: order?.id ?? '', events: [event] })
    return
  }
  if (!event.ref || (!order && !(event.ref.startsWith('p:') && event.body.kind === 'platform' && world.shop))) {
    onStray(decided.stray, item, index, world)
    return
  }
  const id = order?.id ?? world.byPlatform.get(event.ref.slice(2)) ?? ''
  const draft = drafts.get(id) ?? begin(world, order, event.ref.slice(2), drafts)
  draft.events.push(`${item.seq}:${index}`)
  attempt(decided, drafts, draft, logged, () => apply(draft, item, index, world))
}

const find = (world: Loaded, { ref }: LaneEvent): OrderState | undefined => {
  const id = ref?.startsWith('o:') ? ref.slice(2) : world.byPlatform.get(ref?.slice(2) ?? '')
  const order = id === undefined ? undefined : world.orders.get(id)
  return order && order.shopId === world.shop?.shop.id ? order : undefined
}

const begin = (
  world: Loaded,
  order: OrderState | undefined,
  platformOrderId: string,
  drafts: Map<string, Draft>,
): Draft => {
  const draft = order
    ? draftOf(copyOrder(order), false)
    : draftOf(newOrder(world, platformOrderId, world.shop?.shop.id ?? ''), true)
  if (!order) {
    world.orders.set(draft.order.id, draft.order)
    world.byPlatform.set(platformOrderId, draft.order.id)
  }
  drafts.set(draft.order.id, draft)
  return draft
}

const apply = (draft: Draft, item: Logged, index: number, world: Loaded): void => {
  const { body } = item.event
  switch (body.kind) {
    case 'platform':
      return onPlatform(draft, body.event, world, source(item, world.lane, 'platform', index))
    case 'warehouse':
      return onWarehouse(draft, body.warehouseId, body.event, world, source(item, world.lane, body.warehouseId, index))
    case 'tracking':
      return onTracking(draft, body.event, world, {
        ...source(item, world.lane, body.tracker, index),
        who: body.tracker,
      })
    case 'outcome':
      return onOutcome(draft, body, world)
    case 'command':
      return onCommand(draft, body.command, world)
    case 'wake':
      draft.woken.push(body.sku)
      return draft.order.waiting ? note(draft, world, 'woken', { sku: body.sku }) : undefined
    default:
      return
  }
}

/** Broken code or impossible data: the order is set aside with all its events of this turn, everyone else goes on. */
const attempt = (
  decided: Decided,
  drafts: Map<string, Draft>,
  draft: Draft,
  logged: readonly Logged[],
  work: () => void,
): void => {
  try {
    work()
  } catch (error) {
    drafts.delete(draft.order.id)
    const events = logged.filter((_, i) => draft.events.includes(place(logged, i))).map((item) => item.event)
    setAside(decided, {
      key: keyOf(draft.order),
      orderId: draft.isNew ? '' : draft.order.id,
      events,
      error: String(error),
    })
  }
}

/** `seq:index` of the i-th event. */
const place = (logged: readonly Logged[], i: number): string => {
  const seq = logged[i]?.seq ?? 0
  return `${seq}:${i - logged.findIndex((item) => item.seq === seq)}`
}

const queued = (world: Loaded, decided: Decided, key: string): boolean =>
  world.isParked(key) || decided.aside.some((item) => item.key === key)

const setAside = (decided: Decided, aside: SetAside): void => {
  const known = decided.aside.find((item) => item.key === aside.key)
  if (known) known.events.push(...aside.events)
  else decided.aside.push(aside)
}
