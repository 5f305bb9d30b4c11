import { z } from 'zod'
import type { PlatformOrder, Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { type PlatformOutbound, statusOf } from '../platform.ts'
import { ask } from './call.ts'
import { eventOf, orderOf } from './normalize.ts'
import { Order, Refunds } from './schema.ts'
import { homeOf, told } from './tracking.ts'

/** With what was given back of it, where something was. */
function* fetched(id: string, shop: Connection): Conversation<PlatformOrder> {
  const read = yield* ask(shop, { path: `wc/v3/orders/${id}` }, Order)
  if (read.class !== 'done') return read
  const order = read.value.value
  if (!order.refunds?.length) return done(orderOf(order))
  const refunds = yield* ask(shop, { path: `wc/v3/orders/${id}/refunds`, query: { per_page: '100' } }, Refunds)
  return refunds.class === 'done' ? done(orderOf(order, refunds.value.value)) : refunds
}

export const outbound: PlatformOutbound = {
  /** The order is set to completed with its last parcel, after the waybills: its mail to the buyer then has them. */
  *ship({ platformOrderId: id, packages, replaces, complete }, shop) {
    const found = yield* homeOf(id, shop)
    if (found.class !== 'done') return found
    const home = found.value
    const [next] = packages
    const corrects = replaces !== undefined && home.shows(replaces)
    if (next && corrects && (home.kind === 'extension' || !home.shows(next.waybill)))
      return yield* home.replace(replaces, next)
    for (const parcel of packages) {
      const added = home.shows(parcel.waybill) ? done(undefined) : yield* home.add(parcel)
      if (added.class !== 'done') return added
    }
    if (!complete || replaces !== undefined || shop.settings.completeOrder === false) return done(undefined)
    return yield* told(shop, 'PUT', `wc/v3/orders/${id}`, { status: 'completed' })
  },

  /** A variation lies under its product. */
  *stock({ listingId, parentId = listingId, quantity }, shop) {
    const variation = parentId === listingId ? '' : `/variations/${listingId}`
    const level = { manage_stock: true, stock_quantity: quantity }
    return yield* told(shop, 'PUT', `wc/v3/products/${parentId}${variation}`, level)
  },

  *detail(platformOrderId, shop) {
    return yield* fetched(platformOrderId, shop)
  },

  *status(platformOrderId, shop) {
    const home = yield* homeOf(platformOrderId, shop)
    if (home.class !== 'done') return home
    const order = yield* fetched(platformOrderId, shop)
    if (order.class !== 'done') return order
    const { waybills } = home.value
    return done({ ...statusOf(order.value), ...(waybills && { waybills }) })
  },

  /** A note is one of many, for the shop's people alone; the same again would be a second one. */
  *note({ platformOrderId, note }, shop) {
    const path = `wc/v3/orders/${platformOrderId}/notes`
    const read = yield* ask(shop, { path }, z.array(z.object({ note: z.string() })))
    if (read.class !== 'done') return read
    if (read.value.value.some((one) => one.note === note)) return done(undefined)
    return yield* told(shop, 'POST', path, { note, customer_note: false })
  },
}

const Environment = z.object({ environment: z.object({ home_url: z.string().min(1) }) })

export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, { path: 'wc/v3/system_status', query: { _fields: 'environment' } }, Environment)
  return read.class === 'done' ? done(read.value.value.environment.home_url) : read
}

const PAGE = 50

/** A webhook that fails is never sent again, so this is what makes the intake complete. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '1' }, shop) {
    const window = { modified_after: isoText(from), modified_before: isoText(to + 1000), dates_are_gmt: 'true' }
    const order = { status: 'any', orderby: 'modified', order: 'asc', per_page: String(PAGE), page: cursor }
    const read = yield* ask(shop, { path: 'wc/v3/orders', query: { ...window, ...order } }, z.array(Order))
    if (read.class !== 'done') return read
    const { value, headers } = read.value
    const pages = Number(headers['x-wp-totalpages'] ?? Number.NaN)
    // An empty list of somebody else's making would look like no news.
    if (!Number.isInteger(pages)) return failure('unknown', true, 'the list does not say how many pages it has')
    const events = value.map((one) => ({ event: eventOf(one) }))
    return done({ events, ...(Number(cursor) < pages && { next: String(Number(cursor) + 1) }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 300_000 },
}

/** Without milliseconds and zone, as the shop writes them itself. */
const isoText = (time: number): string => new Date(time).toISOString().slice(0, 19)
