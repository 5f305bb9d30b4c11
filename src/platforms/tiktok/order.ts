import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { ask } from './call.ts'
import { Order } from './schema.ts'

const Orders = z.object({ orders: z.array(Order) })

export function* fetched(platformOrderId: string, shop: Connection): Conversation<Order> {
  const query = { ids: platformOrderId }
  const read = yield* ask(shop, { path: '/order/202507/orders', query, data: Orders, safe: true })
  if (read.class !== 'done') return read
  const found = read.value.orders.find(({ id }) => id === platformOrderId)
  return found ? done(found) : failure('rejected', true, `no order ${platformOrderId}`, { code: 'order_unknown' })
}
