import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { Id, IsoTime } from '../../wire/values.ts'
import { type Taken, take, type Unit } from '../packing.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { ask } from './call.ts'
import { orderOf } from './normalize.ts'
import { Fulfillment, Order } from './schema.ts'

const refused = (code: string, detail: string) => failure('rejected', true, detail, { code })
const pathOf = (id: string): string => `/2022-01/orders/${encodeURIComponent(id)}`

export const outbound: PlatformOutbound = {
  /** A fulfillment has no request id to be recognised by: what is there already is looked up, and not sent again. */
  *ship({ platformOrderId, packages, replaces }, shop) {
    const shown = yield* standing(platformOrderId, shop)
    if (shown.class !== 'done') return shown
    const waybills = shown.value.map(({ tracking_number }) => tracking_number)
    const left = packages.filter(({ waybill }) => !waybills.includes(waybill))
    if (left.length === 0) return done(undefined)
    if (replaces !== undefined && waybills.includes(replaces))
      return refused('waybill_change', 'the waybill of a fulfillment is changed in the admin of the shop')
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const parcels = assigned(read.value, shown.value, left)
    if ('class' in parcels) return parcels
    for (const { one, taken } of parcels) {
      const line_items = taken.map(({ unit, quantity }) => ({ id: unit.id, ship_quantity: quantity }))
      const body = { line_items, tracking_number: one.waybill, tracking_company: one.carrier }
      const path = `${pathOf(platformOrderId)}/fulfillments`
      const made = yield* ask(shop, { method: 'POST', path, body, data: Made })
      if (made.class !== 'done') return made
    }
    return done(undefined)
  },

  /** The whole level of the variant; only what changes is sent. */
  *stock({ listingId, quantity }, shop) {
    const path = `/2026-01/variants/${encodeURIComponent(listingId)}`
    const body = { variant: { inventory_quantity: quantity } }
    const set = yield* ask(shop, { method: 'PUT', path, body, data: z.object({ variant: z.object({ id: Id }) }) })
    return set.class === 'done' ? done(undefined) : set
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const shown = yield* standing(platformOrderId, shop)
    if (shown.class !== 'done') return shown
    const waybills = shown.value.flatMap(({ tracking_number }) => tracking_number ?? [])
    return done({ ...statusOf(orderOf(read.value)), waybills })
  },
}

const Made = z.object({ fulfillment: z.object({ id: Id }) })

function* fetched(id: string, shop: Connection): Conversation<Order> {
  const read = yield* ask(shop, { path: pathOf(id), data: z.object({ order: Order }) })
  return read.class === 'done' ? done(read.value.order) : read
}

/** Those that were not taken back; an order of more than 250 parcels is none of ours. */
function* standing(id: string, shop: Connection): Conversation<readonly Fulfillment[]> {
  const data = z.object({ fulfillments: z.array(Fulfillment) })
  const read = yield* ask(shop, { path: `${pathOf(id)}/fulfillments`, query: { limit: '250' }, data })
  return read.class === 'done' ? done(read.value.fulfillments.filter(({ status }) => status !== 'cancelled')) : read
}

const pieces = (parts: readonly { readonly quantity: number }[]): number =>
  parts.reduce((sum, one) => sum + one.quantity, 0)
/** Pieces of one line that lie in fulfillments; one that names no number of its own holds the line's whole quantity. */
const shipped = (id: string, shown: readonly Fulfillment[]): number =>
  shown
    .flatMap(({ line_items = [] }) => line_items)
    .filter((one) => one.id === id)
    .reduce((sum, one) => sum + (one.ship_quantity ?? one.shipping_quantity ?? one.quantity ?? 0), 0)

interface Parcel {
  readonly one: ShipPackage
  readonly taken: readonly Taken<Unit>[]
}

/** All parcels are measured before the first is sent: `ship_quantity` 0 would mean all that is left, so it is never sent. */
const assigned = (
  { line_items }: Order,
  shown: readonly Fulfillment[],
  packages: readonly ShipPackage[],
): readonly Parcel[] | ReturnType<typeof refused> => {
  const units = line_items.map(({ id, quantity, refund_quantity = 0 }): Unit => {
    return { id, lineId: id, remaining: quantity - refund_quantity - shipped(id, shown) }
  })
  const parcels = packages.map((one) => ({ one, taken: take(units, one) }))
  const short = parcels.find(({ one, taken }) => taken.length === 0 || pieces(taken) < pieces(one.lines))
  return short ? refused('not_fulfillable', `less is left to ship than the parcel ${short.one.waybill}`) : parcels
}

const PAGE = 250
const Changed = z.object({ orders: z.array(z.object({ id: Id, updated_at: IsoTime })) })

/** Ids alone: each is fetched like a pushed one. The cursor is the number of the page. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '1' }, shop) {
    const window = { updated_at_min: new Date(from).toISOString(), updated_at_max: new Date(to).toISOString() }
    const query = { ...window, limit: String(PAGE), page: cursor }
    const read = yield* ask(shop, { path: '/2022-01/orders', query, data: Changed })
    if (read.class !== 'done') return read
    const { orders } = read.value
    const events = orders.map(({ id, updated_at }) => ({
      event: { type: 'changed' as const, platformOrderId: id, what: 'polled', at: updated_at },
    }))
    return done({ events, ...(orders.length === PAGE && { next: String(Number(cursor) + 1) }) })
  },
  overlapMs: 5 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

/** The number of its orders proves the token and its scope. */
export function* probe(shop: Connection): Conversation<string> {
  const query = { limit: '1', page: '1' }
  const read = yield* ask(shop, { path: '/2022-01/orders', query, data: Changed })
  return read.class === 'done' ? done(new URL(shop.baseUrl).hostname) : read
}
