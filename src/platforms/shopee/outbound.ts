import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { Id, optional } from '../../wire/values.ts'
import { type PlatformOutbound, statusOf } from '../platform.ts'
import { ask, number } from './call.ts'
import { isOurs, orderOf } from './normalize.ts'
import { fetched, waybillsOf, wayOf } from './order.ts'
import type { Order } from './schema.ts'
import { ship } from './ship.ts'

const Updated = z
  .object({ failure_list: optional(z.array(z.object({ failed_reason: optional(z.string()) }))) })
  .nullish()

export const outbound: PlatformOutbound = {
  ship,

  /** The whole level of the seller's own stock; not below what Shopee has reserved for promotions. */
  *stock({ listingId, parentId, quantity }, shop) {
    const { locationId } = shop.settings
    const place = typeof locationId === 'string' && locationId !== '' ? { location_id: locationId } : {}
    const variant = parentId === undefined || parentId === listingId ? '0' : listingId
    const seller_stock = [{ ...place, stock: quantity }]
    const body = { item_id: number(parentId ?? listingId), stock_list: [{ model_id: number(variant), seller_stock }] }
    const read = yield* ask(shop, { path: '/product/update_stock', body, data: Updated, in: 'response' })
    if (read.class !== 'done') return read
    const [fault] = read.value?.failure_list ?? []
    return fault ? failure('rejected', false, fault.failed_reason ?? '', { code: 'failure_list' }) : done(undefined)
  },

  *detail(platformOrderId, shop) {
    const read = yield* seen(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value.order, read.value.ownLabel)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* seen(platformOrderId, shop)
    if (read.class !== 'done') return read
    const { order, ownLabel } = read.value
    const waybills = yield* waybillsOf(order, shop)
    return waybills.class === 'done'
      ? done({ ...statusOf(orderOf(order, ownLabel)), waybills: waybills.value })
      : waybills
  },

  /** The call replaces the seller's note, so it says what stands there and ours behind it. */
  *note({ platformOrderId: order_sn, note }, shop) {
    const read = yield* fetched(order_sn, shop)
    if (read.class !== 'done') return read
    const before = read.value.note ?? ''
    if (before.split('\n').includes(note)) return done(undefined)
    const body = { order_sn, note: before === '' ? note : `${before}\n${note}` }
    const told = yield* ask(shop, { path: '/order/set_note', body, data: z.unknown() })
    return told.class === 'done' ? done(undefined) : told
  },
}

/** The order, and whether its channel takes a waybill of ours: the detail alone does not say. */
function* seen(
  platformOrderId: string,
  shop: Connection,
): Conversation<{ readonly order: Order; readonly ownLabel: boolean }> {
  const read = yield* fetched(platformOrderId, shop)
  if (read.class !== 'done') return read
  const order = read.value
  if (order.order_status !== 'READY_TO_SHIP' || !isOurs(order)) return done({ order, ownLabel: false })
  const how = yield* wayOf(order, shop)
  return how.class === 'done' ? done({ order, ownLabel: how.value.way === undefined }) : how
}

const Page = z.object({
  more: z.boolean(),
  next_cursor: optional(z.coerce.string()),
  order_list: z.array(z.object({ order_sn: Id, order_status: optional(z.string()) })),
})

export const poll: Poll<Pushed> = {
  /** A list of numbers: each is fetched like a pushed one. */
  *page({ from, to, cursor = '' }, shop) {
    const query = {
      ...{ time_range_field: 'update_time', time_from: String(Math.floor(from / 1000)) },
      ...{ time_to: String(Math.ceil(to / 1000)), page_size: '100', cursor },
      ...{ response_optional_fields: 'order_status', request_order_status_pending: 'true' },
    }
    const read = yield* ask(shop, { path: '/order/get_order_list', query, data: Page, in: 'response', safe: true })
    if (read.class !== 'done') return read
    const { more, next_cursor: next, order_list } = read.value
    const events = order_list.map(({ order_sn: platformOrderId, order_status }) => ({
      event: { type: 'changed' as const, platformOrderId, what: order_status?.toLowerCase() ?? 'updated', at: to },
    }))
    return done({ events, ...(more && next !== undefined && { next }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 14 * 86_400_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

const Shop = z.object({ shop_name: z.string(), region: optional(z.string()) })

/** The shop proves the token, a list of one order the permission for orders. */
export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, { path: '/shop/get_shop_info', data: Shop, safe: true })
  if (read.class !== 'done') return read
  const second = Math.floor(shop.now / 1000)
  const query = {
    ...{ time_range_field: 'update_time', time_from: String(second - 60), time_to: String(second), page_size: '1' },
  }
  const orders = yield* ask(shop, { path: '/order/get_order_list', query, data: Page, in: 'response', safe: true })
  if (orders.class !== 'done') return orders
  const { shop_name, region } = read.value
  return done(region === undefined ? shop_name : `${shop_name} (${region})`)
}
