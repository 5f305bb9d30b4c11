import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { optional } from '../../wire/values.ts'
import { type PlatformOutbound, statusOf } from '../platform.ts'
import { ask } from './call.ts'
import { orderOf } from './normalize.ts'
import { fetched } from './order.ts'
import { Order } from './schema.ts'
import { ship, waybillsOf } from './ship.ts'

const STOCK_MAX = 99_999
const Fault = z.object({ code: z.coerce.string(), message: optional(z.string()) })
const Updated = z.object({ errors: optional(z.array(Fault)) }).nullish()

export const outbound: PlatformOutbound = {
  ship,

  /** The whole level of one warehouse. Refusals of single SKUs stand inside a 200. https://partner.tiktokshop.com/docv2/page/update-inventory-202309 */
  *stock({ listingId, parentId, quantity }, shop) {
    if (!parentId) return failure('rejected', false, 'a listing needs its product id', { code: 'parent_missing' })
    const { warehouseId } = shop.settings
    const place = typeof warehouseId === 'string' && warehouseId !== '' ? { warehouse_id: warehouseId } : {}
    const inventory = [{ ...place, quantity: Math.min(quantity, STOCK_MAX) }]
    const path = `/product/202309/products/${encodeURIComponent(parentId)}/inventory/update`
    const read = yield* ask(shop, { path, body: { skus: [{ id: listingId, inventory }] }, data: Updated })
    if (read.class !== 'done') return read
    const [fault] = read.value?.errors ?? []
    return fault
      ? failure('rejected', false, `${fault.code} ${fault.message ?? ''}`.trim(), { code: fault.code })
      : done(undefined)
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    return done({ ...statusOf(orderOf(read.value)), waybills: waybillsOf(read.value) })
  },
}

const Page = z.object({ orders: optional(z.array(Order)), next_page_token: optional(z.string()) })

export const poll: Poll<Pushed> = {
  *page({ from, to, cursor }, shop) {
    const query = {
      page_size: '100',
      sort_field: 'update_time',
      sort_order: 'ASC',
      ...(cursor !== undefined && { page_token: cursor }),
    }
    const body = { update_time_ge: Math.floor(from / 1000), update_time_lt: Math.ceil(to / 1000) }
    const read = yield* ask(shop, { path: '/order/202309/orders/search', query, body, data: Page, safe: true })
    if (read.class !== 'done') return read
    const { orders = [], next_page_token: next } = read.value
    const events = orders.map((order) => ({ event: { type: 'order' as const, order: orderOf(order) } }))
    return done({ events, ...(next !== undefined && { next }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

const Shops = z.object({
  shops: z.array(z.object({ id: z.string().min(1), name: optional(z.string()), cipher: z.string().min(1) })),
})
export function* shopsOf(shop: Connection): Conversation<z.output<typeof Shops>['shops']> {
  const read = yield* ask(shop, { path: '/authorization/202309/shops', data: Shops, safe: true, shopless: true })
  return read.class === 'done' ? done(read.value.shops) : read
}

/** The shops prove the token, an empty page of orders proves the scope and the cipher. */
export function* probe(shop: Connection): Conversation<string> {
  const read = yield* shopsOf(shop)
  if (read.class !== 'done') return read
  const found = read.value.find(({ id }) => id === shop.credentials.shopId)
  if (!found) return failure('rejected', true, `the token is of ${read.value.length} other shops`, { code: 'shop' })
  const second = Math.floor(shop.now / 1000)
  const body = { update_time_ge: second - 1, update_time_lt: second }
  const query = { page_size: '1' }
  const orders = yield* ask(shop, { path: '/order/202309/orders/search', query, body, data: Page, safe: true })
  return orders.class === 'done' ? done(found.name ?? found.id) : orders
}
