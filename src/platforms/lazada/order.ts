import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { ask } from './call.ts'
import { Item, Order } from './schema.ts'

export function* fetchedItems(order_id: string, shop: Connection): Conversation<readonly Item[]> {
  const path = '/order/items/get'
  const read = yield* ask(shop, { path, params: { order_id }, data: z.array(Item), in: 'data', safe: true })
  if (read.class !== 'done' || read.value.length > 0) return read
  return failure('rejected', true, `order ${order_id} has no items`, { code: 'order_empty' })
}

export function* fetched(
  order_id: string,
  shop: Connection,
): Conversation<{ readonly order: Order; readonly items: readonly Item[] }> {
  const read = yield* ask(shop, { path: '/order/get', params: { order_id }, data: Order, in: 'data', safe: true })
  if (read.class !== 'done') return read
  const items = yield* fetchedItems(order_id, shop)
  return items.class === 'done' ? done({ order: read.value, items: items.value }) : items
}
