import { z } from 'zod'
import type { PlatformOrder, Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { all, ask, number, told } from './call.ts'
import { changed, orderOf } from './normalize.ts'
import { Address, Order, Product, Shipment } from './schema.ts'

const pathOf = (id: string): string => `v2/orders/${encodeURIComponent(id)}`

/** The order comes first: what is read of its parts is then not older than its `date_modified` says. */
function* fetched(id: string, shop: Connection): Conversation<PlatformOrder> {
  const order = yield* ask(shop, { path: pathOf(id) }, Order)
  if (order.class !== 'done') return order
  const products = yield* all(shop, `${pathOf(id)}/products`, Product)
  if (products.class !== 'done') return products
  const addresses = yield* all(shop, `${pathOf(id)}/shipping_addresses`, Address)
  if (addresses.class !== 'done') return addresses
  return done(orderOf({ order: order.value, products: products.value, addresses: addresses.value }))
}

const shipmentsOf = (id: string, shop: Connection) => all(shop, `${pathOf(id)}/shipments`, Shipment)

/** Its own carriers, with which it can ask for rates; of all others the name that AfterShip has for it. */
const PROVIDERS = ['auspost', 'canadapost', 'endicia', 'fedex', 'royalmail', 'ups', 'upsonline', 'usps']
const trackingOf = ({ carrier, waybill }: ShipPackage) => ({
  tracking_number: waybill,
  ...(PROVIDERS.includes(carrier) ? { shipping_provider: carrier } : { tracking_carrier: carrier }),
})

export const outbound: PlatformOutbound = {
  /** One shipment a parcel; those that are there by their number are not made again. */
  *ship({ platformOrderId: id, packages, replaces }, shop) {
    const found = yield* shipmentsOf(id, shop)
    if (found.class !== 'done') return found
    const shown = found.value.map(({ tracking_number }) => tracking_number)
    const [next] = packages
    const wrong = found.value.find((one) => replaces !== undefined && one.tracking_number === replaces)
    if (next && wrong) {
      if (shown.includes(next.waybill)) return done(undefined)
      return yield* told(shop, 'PUT', `${pathOf(id)}/shipments/${wrong.id}`, trackingOf(next))
    }
    const missing = packages.filter(({ waybill }) => !shown.includes(waybill))
    if (missing.length === 0) return done(undefined)
    const products = yield* all(shop, `${pathOf(id)}/products`, Product)
    if (products.class !== 'done') return products
    for (const parcel of missing) {
      const address = products.value.find((one) => one.id === parcel.lines[0]?.lineId)?.order_address_id
      if (address === undefined)
        return failure('rejected', false, `no product ${parcel.lines[0]?.lineId ?? ''}`, { code: 'line_unknown' })
      const items = parcel.lines.map(({ lineId, quantity }) => ({ order_product_id: number(lineId), quantity }))
      const shipment = { order_address_id: number(address), items, ...trackingOf(parcel) }
      const answer = yield* told(shop, 'POST', `${pathOf(id)}/shipments`, shipment)
      if (answer.class !== 'done') return answer
    }
    return done(undefined)
  },

  /** Each product has at least one variant; only where both ids are one is it the product's. */
  *stock({ listingId, parentId, quantity, requestId }, shop) {
    const what = listingId === parentId ? { product_id: number(listingId) } : { variant_id: number(listingId) }
    const location = typeof shop.settings.location === 'number' ? shop.settings.location : 1
    return yield* told(shop, 'PUT', 'v3/inventory/adjustments/absolute', {
      reason: requestId,
      items: [{ location_id: location, ...what, quantity }],
    })
  },

  *detail(platformOrderId, shop) {
    return yield* fetched(platformOrderId, shop)
  },

  *status(platformOrderId, shop) {
    const shipments = yield* shipmentsOf(platformOrderId, shop)
    if (shipments.class !== 'done') return shipments
    const order = yield* fetched(platformOrderId, shop)
    if (order.class !== 'done') return order
    const waybills = shipments.value.flatMap(({ tracking_number }) => tracking_number ?? [])
    return done({ ...statusOf(order.value), waybills })
  },

  /** Written whole, so the seller's own words are kept before ours. */
  *note({ platformOrderId: id, note }, shop) {
    const read = yield* ask(shop, { path: pathOf(id) }, Order)
    if (read.class !== 'done') return read
    const { staff_notes = '' } = read.value
    if (staff_notes.includes(note)) return done(undefined)
    return yield* told(shop, 'PUT', pathOf(id), { staff_notes: `${staff_notes} ${note}`.trim() })
  },
}

export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, { path: 'v2/store' }, z.object({ name: z.string().min(1) }))
  return read.class === 'done' ? done(read.value.name) : read
}

const PAGE = 50

export const poll: Poll<Pushed> = {
  /** The list has no products, so it says only what to fetch. */
  *page({ from, to, cursor = '1' }, shop) {
    const window = { min_date_modified: isoText(from), max_date_modified: isoText(to + 1000) }
    const query = { ...window, sort: 'date_modified:asc', limit: String(PAGE), page: cursor }
    const read = yield* ask(shop, { path: 'v2/orders', query }, z.array(Order).optional())
    if (read.class !== 'done') return read
    const events = (read.value ?? []).map((one): Pushed => ({ event: changed(one.id, 'polled', one.date_modified) }))
    return done({ events, ...(events.length >= PAGE && { next: String(Number(cursor) + 1) }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 120_000, slow: 900_000 },
}

const isoText = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`
