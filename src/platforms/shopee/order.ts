import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { optional } from '../../wire/values.ts'
import { ask } from './call.ts'
import { isArranged } from './normalize.ts'
import { Order, Ways } from './schema.ts'

/** Receiver, goods, notes and packages come only when they are named. */
const WANTED = [
  ...['recipient_address', 'item_list', 'package_list', 'total_amount', 'pay_time', 'note', 'split_up'],
  ...['fulfillment_flag', 'shipping_carrier', 'payment_method', 'dropshipper', 'dropshipper_phone', 'invoice_data'],
  ...['goods_to_declare', 'buyer_cpf_id', 'cancel_by', 'cancel_reason', 'buyer_cancel_reason'],
]

const Orders = z.object({ order_list: z.array(Order) })

export function* fetched(platformOrderId: string, shop: Connection): Conversation<Order> {
  const query = {
    order_sn_list: platformOrderId,
    request_order_status_pending: 'true',
    response_optional_fields: WANTED.join(','),
  }
  const read = yield* ask(shop, { path: '/order/get_order_detail', query, data: Orders, in: 'response', safe: true })
  if (read.class !== 'done') return read
  const found = read.value.order_list.find(({ order_sn }) => order_sn === platformOrderId)
  return found ? done(found) : failure('rejected', true, `no order ${platformOrderId}`, { code: 'order_unknown' })
}

/** Names the package where an order has been split, and only there: Shopee refuses both a missing and a needless one. */
export const naming = (order: Order, number: string | undefined): Readonly<Record<string, string>> =>
  (order.split_up || (order.package_list ?? []).length > 1) && number !== undefined ? { package_number: number } : {}

/** How a waybill of one's own is told; undefined: this channel only takes Shopee's. */
type Way = 'non_integrated' | 'dropoff' | undefined

export function* wayOf(order: Order, shop: Connection): Conversation<{ readonly way: Way }> {
  const next = (order.package_list ?? []).find((one) => !isArranged(one))
  const query = { order_sn: order.order_sn, ...naming(order, next?.package_number) }
  const path = '/logistics/get_shipping_parameter'
  const read = yield* ask(shop, { path, query, data: Ways, in: 'response', safe: true })
  if (read.class !== 'done') return read
  const { non_integrated, dropoff } = read.value.info_needed
  if (non_integrated) return done({ way: 'non_integrated' })
  const typed = dropoff?.length === 1 && /^tracking_n(?:o|umber)$/.test(dropoff[0] ?? '')
  return done({ way: typed ? 'dropoff' : undefined })
}

const Tracking = z.object({ tracking_number: optional(z.string()) })

/** The waybills of the packages that are arranged; Shopee gives them one by one. */
export function* waybillsOf(order: Order, shop: Connection): Conversation<readonly string[]> {
  const found: string[] = []
  for (const one of (order.package_list ?? []).filter(isArranged)) {
    const query = { order_sn: order.order_sn, ...naming(order, one.package_number) }
    const path = '/logistics/get_tracking_number'
    const read = yield* ask(shop, { path, query, data: Tracking, in: 'response', safe: true })
    if (read.class !== 'done') return read
    if (read.value.tracking_number !== undefined) found.push(read.value.tracking_number)
  }
  return done(found)
}
