import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done } from '../../wire/answer.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { ask, number, told } from './call.ts'
import { orderOf } from './normalize.ts'
import { Order } from './schema.ts'

export const outbound: PlatformOutbound = {
  /**
   * A refund that is open makes 抖店 refuse. `is_reject_refund` would overrule it by *rejecting the buyer's refund*, so
   * it is never sent. What is there already is looked up and not sent again: the whole-order call has no request id.
   */
  *ship({ platformOrderId: order_id, requestId: request_id, packages, replaces }, shop) {
    const read = yield* fetched(order_id, shop)
    if (read.class !== 'done') return read
    const parcels = read.value.logistics_info ?? []
    const left = packages.filter((one) => !parcels.some((parcel) => parcel.tracking_no === one.waybill))
    const [one, more] = left
    if (!one) return done(undefined)
    const wrong = replaces === undefined ? undefined : parcels.find((parcel) => parcel.tracking_no === replaces)
    if (wrong?.delivery_id) {
      const params = { order_id, pack_id: wrong.delivery_id, ...carrierOf(one) }
      return yield* told(shop, 'order.logisticsEditByPack', params)
    }
    if (wrong) return yield* told(shop, 'order.logisticsEdit', { order_id, ...carrierOf(one) })
    if (more) {
      const pack_list = left.map((each) => ({ shipped_order_info: linesOf(each), ...carrierOf(each) }))
      return yield* told(shop, 'order.logisticsAddMultiPack', { order_id, pack_list, request_id })
    }
    if (one.lines.length === 0) return yield* told(shop, 'order.logisticsAdd', { order_id, ...carrierOf(one) })
    const params = { order_id_list: [order_id], shipped_order_info: linesOf(one), ...carrierOf(one), request_id }
    return yield* told(shop, 'order.logisticsAddSinglePack', params)
  },

  *stock({ listingId, parentId, quantity }, shop) {
    const product = parentId === undefined ? {} : { product_id: number(parentId) }
    const params = { sku_id: number(listingId), ...product, stock_num: quantity, incremental: false }
    return yield* told(shop, 'sku.syncStock', params)
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const waybills = (read.value.logistics_info ?? []).flatMap((parcel) => parcel.tracking_no ?? [])
    return done({ ...statusOf(orderOf(read.value)), waybills })
  },

  /** The call replaces the seller's remark, so what stands there goes along; `is_add_star` false leaves the flag. */
  *note({ platformOrderId: order_id, note }, shop) {
    const read = yield* fetched(order_id, shop)
    if (read.class !== 'done') return read
    const { seller_words: before = '' } = read.value
    if (before.includes(note)) return done(undefined)
    const remark = before ? `${before}\n${note}` : note
    return yield* told(shop, 'order.addOrderRemark', { order_id, remark, is_add_star: 'false' })
  },
}

const linesOf = ({ lines }: ShipPackage) =>
  lines.map(({ lineId, quantity }) => ({ shipped_order_id: lineId, shipped_num: quantity }))
const carrierOf = ({ carrier, waybill }: ShipPackage) => ({ company_code: carrier, logistics_code: waybill })

const Detail = z.object({ data: z.object({ shop_order_detail: Order }) })

function* fetched(platformOrderId: string, shop: Connection): Conversation<Order> {
  const read = yield* ask(shop, 'order.orderDetail', { shop_order_id: platformOrderId }, Detail, { safe: true })
  return read.class === 'done' ? done(read.value.data.shop_order_detail) : read
}

const PAGE = 100
const List = z.object({ data: z.object({ total: z.coerce.number(), shop_order_list: z.array(Order) }) })

export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '0' }, shop) {
    const window = { update_time_start: Math.floor(from / 1000), update_time_end: Math.ceil(to / 1000) }
    const params = { ...window, order_by: 'update_time', order_asc: true, page: Number(cursor), size: PAGE }
    const read = yield* ask(shop, 'order.searchList', params, List, { safe: true })
    if (read.class !== 'done') return read
    const { total, shop_order_list } = read.value.data
    const events = shop_order_list.map((order) => ({ event: { type: 'order' as const, order: orderOf(order) } }))
    const next = Number(cursor) + 1
    return done({ events, ...(next * PAGE < total && { next: String(next) }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}
