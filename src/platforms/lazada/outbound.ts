import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { optional } from '../../wire/values.ts'
import { xml } from '../../wire/xml.ts'
import { type PlatformOutbound, statusOf } from '../platform.ts'
import { ask } from './call.ts'
import { orderOf } from './normalize.ts'
import { fetched } from './order.ts'
import { Order } from './schema.ts'
import { ship } from './ship.ts'

export const outbound: PlatformOutbound = {
  ship,

  /** The whole level that may be sold. https://open.lazada.com/apps/doc/api?path=%2Fproduct%2Fstock%2Fsellable%2Fupdate */
  *stock({ listingId, parentId, quantity }, shop) {
    if (!parentId) return failure('rejected', false, 'a listing needs its item id', { code: 'parent_missing' })
    const { warehouseCode } = shop.settings
    const level =
      typeof warehouseCode === 'string' && warehouseCode !== ''
        ? {
            MultiWarehouseInventories: {
              MultiWarehouseInventory: { WarehouseCode: warehouseCode, SellableQuantity: quantity },
            },
          }
        : { SellableQuantity: quantity }
    const payload = xml('Request', { Product: { Skus: { Sku: { ItemId: parentId, SkuId: listingId, ...level } } } })
    const path = '/product/stock/sellable/update'
    const read = yield* ask(shop, { path, params: { payload }, post: true, data: z.unknown() })
    return read.class === 'done' ? done(undefined) : read
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value.order, read.value.items)) : read
  },

  /** Without waybills: those that Lazada shows are its own. */
  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(statusOf(orderOf(read.value.order, read.value.items))) : read
  },
}

const LIMIT = 100
const Page = z.object({ countTotal: z.coerce.number().int(), orders: optional(z.array(Order)) })

const iso = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}+00:00`

export const poll: Poll<Pushed> = {
  /** Orders without their pieces: each is fetched like a pushed one. */
  *page({ from, to, cursor = '0' }, shop) {
    const params = {
      ...{ update_after: iso(from), update_before: iso(to), sort_by: 'updated_at', sort_direction: 'ASC' },
      ...{ offset: cursor, limit: String(LIMIT) },
    }
    const read = yield* ask(shop, { path: '/orders/get', params, data: Page, in: 'data', safe: true })
    if (read.class !== 'done') return read
    const { countTotal, orders = [] } = read.value
    const events = orders.map(({ order_id: platformOrderId, updated_at: at = to }) => ({
      event: { type: 'changed' as const, platformOrderId, what: 'updated', at },
    }))
    const next = Number(cursor) + LIMIT
    return done({ events, ...(orders.length > 0 && next < countTotal && { next: String(next) }) })
  },
  overlapMs: 10 * 60_000,
  // Lazada skips no more than 5,000 orders of a window.
  maxWindowMs: 6 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

const Seller = z.object({ name: z.string(), short_code: optional(z.string()) })

/** The seller proves the token, a list of one order the permission for orders. */
export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, { path: '/seller/get', data: Seller, in: 'data', safe: true })
  if (read.class !== 'done') return read
  const params = { update_after: iso(shop.now - 60_000), limit: '1', offset: '0' }
  const orders = yield* ask(shop, { path: '/orders/get', params, data: Page, in: 'data', safe: true })
  if (orders.class !== 'done') return orders
  const { name, short_code } = read.value
  return done(short_code === undefined ? name : `${name} (${short_code})`)
}
