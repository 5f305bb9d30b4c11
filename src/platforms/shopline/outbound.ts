import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { Id, IsoTime } from '../../wire/values.ts'
import { type Taken, take, type Unit } from '../packing.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { ask, number } from './call.ts'
import { orderOf } from './normalize.ts'
import { type Fulfillment, Order } from './schema.ts'

const refused = (code: string, detail: string) => failure('rejected', true, detail, { code })
const Made = z.object({ fulfillment: z.object({ id: Id }) })

export const outbound: PlatformOutbound = {
  /** A fulfillment has no request id to be recognised by: what is there already is looked up, and not sent again. */
  *ship({ platformOrderId, packages, replaces }, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const order = read.value
    const by = (waybill: string) => standing(order).find((one) => waybillsOf(one).includes(waybill))
    const left = packages.filter((one) => !by(one.waybill))
    const [next] = left
    if (!next) return done(undefined)
    const wrong = replaces === undefined ? undefined : by(replaces)
    const path = `/orders/${encodeURIComponent(order.id)}/fulfillments`
    if (wrong) {
      const kept = trackingsOf(wrong).filter((one) => one.tracking_number !== replaces)
      const fulfillment = { tracking_info_list: [...kept, trackingOf(next)] }
      return yield* tell(shop, `${path}/${encodeURIComponent(wrong.id)}/update_tracking.json`, fulfillment)
    }
    const parcels = assigned(order, left)
    if ('class' in parcels) return parcels
    for (const { tracking, taken } of parcels) {
      const line_items = taken.map(({ unit, quantity }) => ({ id: number(unit.id), quantity }))
      const notify_customer = shop.settings.notifyCustomer !== false
      const made = yield* tell(shop, `${path}.json`, { line_items, notify_customer, tracking_info_list: [tracking] })
      if (made.class !== 'done') return made
    }
    return done(undefined)
  },

  /** The whole available level of the variant's inventory item at one location. */
  *stock({ listingId, quantity }, shop) {
    const { locationId } = shop.settings
    if (typeof locationId !== 'string') return refused('location_missing', 'the shop has no setting locationId')
    const path = `/products/variants/${encodeURIComponent(listingId)}.json`
    const read = yield* ask(shop, { path, data: Variant })
    if (read.class !== 'done') return read
    const { inventory_item_id } = read.value.said.variant
    const body = { available: quantity, inventory_item_id, location_id: locationId }
    const set = yield* ask(shop, { path: '/inventory_levels/set.json', body, data: Level })
    return set.class === 'done' ? done(undefined) : set
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    return done({ ...statusOf(orderOf(read.value)), waybills: standing(read.value).flatMap(waybillsOf) })
  },
}

const Variant = z.object({ variant: z.object({ inventory_item_id: Id }) })
const Level = z.object({ inventory_level: z.object({ inventory_item_id: Id }) })

function* tell(shop: Connection, path: string, fulfillment: object): Conversation {
  const told = yield* ask(shop, { path, body: { fulfillment }, data: Made })
  return told.class === 'done' ? done(undefined) : told
}

/** The document calls `unshipped` the default of this filter: whoever is not found without it is asked for by each other value. */
const SHIPPED = [{}, { fulfillment_status: 'partial' }, { fulfillment_status: 'shipped' }] as const

function* fetched(id: string, shop: Connection): Conversation<Order> {
  for (const shipped of SHIPPED) {
    const query = { ids: id, status: 'any', ...shipped }
    const read = yield* ask(shop, { path: '/orders.json', query, data: z.object({ orders: z.array(Order) }) })
    if (read.class !== 'done') return read
    const order = read.value.said.orders.find((one) => one.id === id)
    if (order) return done(order)
  }
  return refused('not_found', 'the shop has no such order')
}

const standing = ({ fulfillments = [] }: Order) => fulfillments.filter(({ status }) => status !== 'cancelled')
const trackingsOf = ({ tracking_info_list, tracking_company, tracking_number }: Fulfillment) =>
  tracking_info_list ?? [{ tracking_company, tracking_number }]
const waybillsOf = (one: Fulfillment) => trackingsOf(one).flatMap(({ tracking_number }) => tracking_number ?? [])
const trackingOf = ({ carrier, waybill }: ShipPackage) => ({ tracking_company: carrier, tracking_number: waybill })

const pieces = (parts: readonly { readonly quantity: number }[]): number =>
  parts.reduce((sum, one) => sum + one.quantity, 0)

interface Parcel {
  readonly tracking: ReturnType<typeof trackingOf>
  readonly taken: readonly Taken<Unit>[]
}

/** All parcels are measured before the first is sent. */
const assigned = (order: Order, packages: readonly ShipPackage[]): readonly Parcel[] | ReturnType<typeof refused> => {
  const units = order.line_items.map(
    ({ id, quantity, fulfillable_quantity }): Unit => ({ id, lineId: id, remaining: fulfillable_quantity ?? quantity }),
  )
  const parcels = packages.map((one) => ({ one, tracking: trackingOf(one), taken: take(units, one) }))
  const short = parcels.find(({ one, taken }) => taken.length === 0 || pieces(taken) < pieces(one.lines))
  return short
    ? refused('not_fulfillable', `the shop has less left to ship than the parcel ${short.one.waybill}`)
    : parcels
}

const Changed = z.object({ orders: z.array(z.object({ id: Id, updated_at: IsoTime })) })

/** Ids alone: each is fetched like a pushed one. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor }, shop) {
    const window = { updated_at_min: new Date(from).toISOString(), updated_at_max: new Date(to).toISOString() }
    const first = { status: 'any', ...window, fields: 'id,updated_at' }
    const query = { limit: '100', ...(cursor === undefined ? first : { page_info: cursor }) }
    const read = yield* ask(shop, { path: '/orders.json', query, data: Changed })
    if (read.class !== 'done') return read
    const { said, next } = read.value
    const events = said.orders.map(({ id, updated_at }) => ({
      event: { type: 'changed' as const, platformOrderId: id, what: 'polled', at: updated_at },
    }))
    return done({ events, ...(next !== undefined && { next }) })
  },
  overlapMs: 5 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

const Shop = z.object({ data: z.object({ name: z.string() }) })

/** The shop proves the token, a list of one order the permission for orders. */
export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, { path: '/merchants/shop.json', data: Shop })
  if (read.class !== 'done') return read
  const query = { limit: '1', fields: 'id,updated_at' }
  const orders = yield* ask(shop, { path: '/orders.json', query, data: Changed })
  return orders.class === 'done' ? done(read.value.said.data.name) : orders
}
