import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure, unreadable } from '../../wire/answer.ts'
import { Id, IsoTime, optional } from '../../wire/values.ts'
import { type Taken, take, type Unit } from '../packing.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { ask, hostOf, refused } from './call.ts'
import { orderOf } from './normalize.ts'
import { Fulfillment, Order } from './schema.ts'

const ORDERS = '/sell/fulfillment/v1/order'
const pathOf = (id: string): string => `${ORDERS}/${encodeURIComponent(id)}`
const no = (code: string, detail: string) => failure('rejected', true, detail, { code })

export const outbound: PlatformOutbound = {
  /** A fulfillment has no request id, and no call changes it: what is there already is looked up, and not sent again. */
  *ship({ platformOrderId, packages, replaces }, shop) {
    const shown = yield* fulfillments(platformOrderId, shop)
    if (shown.class !== 'done') return shown
    const waybills = shown.value.map((one) => one.shipmentTrackingNumber)
    const left = packages.filter(({ waybill }) => !waybills.includes(waybill))
    if (left.length === 0) return done(undefined)
    if (replaces !== undefined && waybills.includes(replaces))
      return no('waybill_change', 'eBay has no call that changes the tracking number of a fulfillment')
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const parcels = assigned(read.value, shown.value, left)
    if ('class' in parcels) return parcels
    for (const parcel of parcels) {
      const told = yield* tell(shop, platformOrderId, parcel)
      if (told.class !== 'done') return told
    }
    return done(undefined)
  },

  /** The listing shows the smaller of the item's and the offer's quantity, so both are set. */
  *stock({ code: sku, quantity }, shop) {
    if (sku === '') return no('sku_missing', 'eBay’s inventory knows things by their SKU, and this listing has none')
    const query = { sku, limit: '25' }
    const read = yield* ask(shop, { path: '/sell/inventory/v1/offer', query, data: Offers })
    if (read.class !== 'done') return read
    const offers = read.value.offers
      .filter(({ status }) => status === 'PUBLISHED')
      .map(({ offerId }) => ({ offerId, availableQuantity: quantity }))
    const request = { sku, shipToLocationAvailability: { quantity }, ...(offers.length > 0 && { offers }) }
    const path = '/sell/inventory/v1/bulk_update_price_quantity'
    const set = yield* ask(shop, { path, body: { requests: [request] }, data: Updated })
    if (set.class !== 'done') return set
    const fault = set.value.responses.find(({ statusCode }) => statusCode >= 300)
    if (!fault) return done(undefined)
    const [error] = fault.errors ?? []
    return failure(fault.statusCode >= 500 ? 'unknown' : 'rejected', false, error?.message ?? 'refused', {
      code: error?.errorId ?? String(fault.statusCode),
    })
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const shown = yield* fulfillments(platformOrderId, shop)
    if (shown.class !== 'done') return shown
    const waybills = shown.value.flatMap((one) => one.shipmentTrackingNumber ?? [])
    return done({ ...statusOf(orderOf(read.value)), waybills })
  },
}

const Offers = z.object({ offers: z.array(z.object({ offerId: Id, status: optional(z.string()) })) })
const Fault = z.object({ errorId: optional(Id), message: optional(z.string()) })
const Updated = z.object({
  responses: z.array(z.object({ statusCode: z.int(), errors: optional(z.array(Fault)) })).min(1),
})

const fetched = (id: string, shop: Connection): Conversation<Order> => ask(shop, { path: pathOf(id), data: Order })

function* fulfillments(id: string, shop: Connection): Conversation<readonly Fulfillment[]> {
  const data = z.object({ fulfillments: z.array(Fulfillment) })
  const read = yield* ask(shop, { path: `${pathOf(id)}/shipping_fulfillment`, data })
  return read.class === 'done' ? done(read.value.fulfillments) : read
}

/** A yes is 201 and has no body. */
function* tell(shop: Connection, id: string, { one, taken }: Parcel): Conversation {
  const lineItems = taken.map(({ unit, quantity }) => ({ lineItemId: unit.id, quantity }))
  const answer = yield {
    method: 'POST',
    url: `${shop.baseUrl}${pathOf(id)}/shipping_fulfillment`,
    headers: { authorization: `Bearer ${shop.credentials.accessToken ?? ''}`, 'content-type': 'application/json' },
    body: JSON.stringify({ lineItems, shippingCarrierCode: one.carrier, trackingNumber: one.waybill }),
  }
  return refused(answer, false) ?? (answer.status === 201 ? done(undefined) : unreadable(answer, false))
}

const pieces = (parts: readonly { readonly quantity: number }[]): number =>
  parts.reduce((sum, one) => sum + one.quantity, 0)
/** Pieces of a line that lie in fulfillments; one that names no quantity holds the whole line. */
const sent = (id: string, whole: number, shown: readonly Fulfillment[]): number =>
  shown
    .flatMap(({ lineItems = [] }) => lineItems)
    .filter(({ lineItemId }) => lineItemId === id)
    .reduce((sum, { quantity = whole }) => sum + quantity, 0)

interface Parcel {
  readonly one: ShipPackage
  readonly taken: readonly Taken<Unit>[]
}

/** All parcels are measured before the first is sent. */
const assigned = (
  { lineItems }: Order,
  shown: readonly Fulfillment[],
  packages: readonly ShipPackage[],
): readonly Parcel[] | ReturnType<typeof no> => {
  const units = lineItems.map(
    ({ lineItemId: id, quantity }): Unit => ({ id, lineId: id, remaining: quantity - sent(id, quantity, shown) }),
  )
  const parcels = packages.map((one) => ({ one, taken: take(units, one) }))
  const short = parcels.find(({ one, taken }) => taken.length === 0 || pieces(taken) < pieces(one.lines))
  return short ? no('not_fulfillable', `less is left to ship than the parcel ${short.one.waybill}`) : parcels
}

const PAGE = 200
const Changed = z.object({
  orders: z.array(z.object({ orderId: Id, lastModifiedDate: IsoTime })),
  next: optional(z.string()),
})
/** An end in the future is refused (30850), and clocks differ: the newest window has none. */
const CLOCKS_MS = 5 * 60_000

/** Ids alone: each is fetched like a pushed one. The cursor is the offset. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '0' }, shop) {
    const end = to < shop.now - CLOCKS_MS ? new Date(to).toISOString() : ''
    const filter = `lastmodifieddate:[${new Date(from).toISOString()}..${end}]`
    const read = yield* ask(shop, {
      path: ORDERS,
      query: { filter, limit: String(PAGE), offset: cursor },
      data: Changed,
    })
    if (read.class !== 'done') return read
    const events = read.value.orders.map(({ orderId, lastModifiedDate }) => ({
      event: { type: 'changed' as const, platformOrderId: orderId, what: 'polled', at: lastModifiedDate },
    }))
    return done({ events, ...(read.value.next !== undefined && { next: String(Number(cursor) + PAGE) }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

/** The user proves the token, a list of one order the permission for orders. */
export function* probe(shop: Connection): Conversation<string> {
  const data = z.object({ userId: Id, username: optional(z.string()) })
  const user = yield* ask(shop, { path: `${hostOf(shop, 'apiz')}/commerce/identity/v1/user/`, data })
  if (user.class !== 'done') return user
  const orders = yield* ask(shop, { path: ORDERS, query: { limit: '1', offset: '0' }, data: Changed })
  return orders.class === 'done' ? done(user.value.username ?? user.value.userId) : orders
}
