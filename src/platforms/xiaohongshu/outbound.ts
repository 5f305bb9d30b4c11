import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { Id, optional } from '../../wire/values.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { assign } from './assign.ts'
import { ask, told } from './call.ts'
import { isToShip, orderOf, REFUNDED } from './normalize.ts'
import { Order, Receiver } from './schema.ts'

const Detail = z.object({ data: Order })

function* fetched(orderId: string, shop: Connection): Conversation<Order> {
  const read = yield* ask(shop, 'order.getOrderDetail', { orderId }, Detail, true)
  return read.class === 'done' ? done(read.value.data) : read
}

const Receivers = z.object({ data: z.object({ receiverInfos: z.array(Receiver) }) })

/** Only while an order is to be shipped. An app without this right still has the id by which a waybill is printed. */
function* receiverOf(order: Order, shop: Connection): Conversation<Receiver | undefined> {
  const { orderId, openAddressId, orderType } = order
  if (!isToShip(order) || openAddressId === undefined) return done(undefined)
  const params = { receiverQueries: [{ orderId, openAddressId }], isReturn: orderType === 5 }
  const read = yield* ask(shop, 'order.getOrderReceiverInfo', params, Receivers, true)
  if (read.class === 'rejected' && !/^(?:http_|malformed)/.test(read.code)) return done(undefined)
  if (read.class !== 'done') return read
  const [told] = read.value.data.receiverInfos
  if (told?.matched === false) return failure('retry', true, 'the receiver changed while it was read', { after: 1_000 })
  return done(told)
}

/** A package is out when its waybill stands at the order or at a part of it that was shipped (6, 7). */
const OUT: readonly (number | undefined)[] = [6, 7]
const partsOf = ({ simpleDeliveryOrderList, skuList, expressTrackingNo, orderStatus }: Order) => {
  const parts = simpleDeliveryOrderList.filter(({ status }) => OUT.includes(status))
  if (parts.length > 0 || expressTrackingNo === undefined || !OUT.includes(orderStatus)) return parts
  return [
    {
      deliveryOrderIndex: undefined,
      status: orderStatus,
      expressTrackingNo,
      skuIdList: skuList.map((one) => one.skuId),
    },
  ]
}

const carrierOf = ({ carrier, waybill }: ShipPackage) => ({ expressNo: waybill, expressCompanyCode: carrier })

const SPLIT = failure('rejected', true, '小红书 takes one waybill a SKU: the others of its pieces cannot be told', {
  code: 'one_waybill_per_sku',
})

/** A call per package, since each call has one waybill. What has left is found by the next try's detail. */
function* shipEach(order: Order, left: readonly ShipPackage[], complete: boolean, shop: Connection): Conversation {
  const { orderId, skuList } = order
  const out = new Set(partsOf(order).flatMap(({ skuIdList }) => skuIdList))
  const open = skuList.filter((sku) => !out.has(sku.skuId) && sku.skuAfterSaleStatus !== REFUNDED)
  const plan = assign(open, left, complete)
  for (const { one, skuIds: skuIdList } of plan) {
    if (skuIdList.length === 0) continue
    const whole = left.length === 1 && skuList.every(({ skuId }) => skuIdList.includes(skuId))
    const params = { orderId, ...carrierOf(one), ...(whole ? { unpack: false } : { unpack: true, skuIdList }) }
    const answer = yield* told(shop, 'order.orderDeliver', params)
    if (answer.class !== 'done') return answer
  }
  return plan.some(({ skuIds }) => skuIds.length === 0) ? SPLIT : done(undefined)
}

const Stock = z.object({
  data: z.object({ skuStock: z.object({ available: z.coerce.number().int(), total: z.coerce.number().int() }) }),
})

export const outbound: PlatformOutbound = {
  /** No call has a request id: what is out already is looked up and not sent again. */
  *ship({ platformOrderId, packages, complete, replaces }, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const parts = partsOf(read.value)
    const left = packages.filter((one) => !parts.some((part) => part.expressTrackingNo === one.waybill))
    const [one] = left
    if (!one) return done(undefined)
    const wrong = parts.find((part) => replaces !== undefined && part.expressTrackingNo === replaces)
    if (!wrong) return yield* shipEach(read.value, left, complete, shop)
    const index = wrong.deliveryOrderIndex === undefined ? {} : { deliveryOrderIndex: wrong.deliveryOrderIndex }
    const params = { orderId: platformOrderId, ...carrierOf(one), oldExpressNo: replaces, ...index }
    return yield* told(shop, 'order.modifyOrderExpressInfo', params)
  },

  /** The level that is set is the total: with what unpaid orders, channels and campaigns hold. So that is read, and ours put on top. */
  *stock({ listingId: skuId, quantity }, shop) {
    const read = yield* ask(shop, 'inventory.getSkuStock', { skuId }, Stock, true)
    if (read.class !== 'done') return read
    const { available, total } = read.value.data.skuStock
    return yield* told(shop, 'inventory.syncSkuStock', { skuId, qty: quantity + Math.max(0, total - available) })
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const receiver = yield* receiverOf(read.value, shop)
    return receiver.class === 'done' ? done(orderOf(read.value, receiver.value)) : receiver
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const waybills = partsOf(read.value).flatMap(({ expressTrackingNo }) => expressTrackingNo ?? [])
    return done({ ...statusOf(orderOf(read.value)), waybills: [...new Set(waybills)] })
  },

  /** The call replaces remark and flag, so both are read, and ours goes behind the seller's words. */
  *note({ platformOrderId: orderId, note }, shop) {
    const read = yield* fetched(orderId, shop)
    if (read.class !== 'done') return read
    const { sellerRemark: before, sellerRemarkFlag } = read.value
    if (before?.includes(note)) return done(undefined)
    const sellerMarkNote = before ? `${before}\n${note}` : note
    const params = { orderId, sellerMarkNote, operator: '仓桥', sellerMarkPriority: sellerRemarkFlag || 1 }
    return yield* told(shop, 'order.modifySellerMarkInfo', params)
  },
}

const Listed = z.object({ orderId: Id, updateTime: z.coerce.number().int().nonnegative().max(1e14) })
const Page = z.object({
  data: z.object({
    maxPageNo: optional(z.coerce.number().int()),
    orderList: optional(z.array(Listed)).transform((list) => list ?? []),
  }),
})

/**
 * By the time of change a window is half an hour at most, and its pages are to be read from the last to the first: an order
 * that leaves the window meanwhile then moves none past us. The first call only says how many there are.
 */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor }, shop) {
    const window = { startTime: Math.floor(from / 1000), endTime: Math.ceil(to / 1000), timeType: 2 }
    const pageNo = Number(cursor ?? 1)
    const read = yield* ask(shop, 'order.getOrderList', { ...window, pageNo, pageSize: 100 }, Page, true)
    if (read.class !== 'done') return read
    const { maxPageNo = 1, orderList } = read.value.data
    if (cursor === undefined && maxPageNo > 1) return done({ events: [], next: String(maxPageNo) })
    const events = orderList.map(({ orderId, updateTime }) => ({
      event: { type: 'changed' as const, platformOrderId: orderId, what: 'listed', at: updateTime },
    }))
    return done({ events, ...(pageNo > 1 && { next: String(pageNo - 1) }) })
  },
  overlapMs: 5 * 60_000,
  maxWindowMs: 30 * 60_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}
