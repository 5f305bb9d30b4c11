import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, jsonOf, refusedByStatus, shaped } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { wrappedPairs } from '../../wire/wrapped-pairs.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { refused } from './codes.ts'
import { orderOf } from './normalize.ts'
import { Order } from './schema.ts'

/** The signed text is the body, byte for byte; `access_token` and `sign_method` are not signed. https://op.jinritemai.com/docs/guide-docs/148/1814 */
function* ask<Schema extends z.ZodType>(
  shop: Connection,
  method: string,
  params: Record<string, unknown>,
  schema: Schema,
  safe = false,
): Conversation<z.output<Schema>> {
  const { appKey = '', appSecret = '' } = shop.app
  const body = canonicalJson(params)
  const timestamp = String(Math.floor(shop.now / 1000))
  const signed = { app_key: appKey, method, param_json: body, timestamp, v: '2' }
  const { param_json, ...named } = signed
  const sign = wrappedPairs(appSecret, Object.entries(signed))
  const rest = { access_token: shop.credentials.accessToken ?? '', sign_method: 'hmac-sha256', sign }
  const url = `${shop.baseUrl}/${method.replaceAll('.', '/')}?${new URLSearchParams({ ...named, ...rest })}`
  // Without the second header the gateway answers in codes of an older table, as its own SDKs know.
  const headers = { 'content-type': 'application/json', 'x-open-no-old-err-code': '1' }
  const answer = yield { method: 'POST', url, headers, body, safe }
  const no = refusedByStatus(answer, safe) ?? refused(answer, safe)
  return no ?? shaped(schema, jsonOf(answer))
}

/** A long id stays a JSON number, as in 抖店's own SDKs. */
const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)

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
}

const linesOf = ({ lines }: ShipPackage) =>
  lines.map(({ lineId, quantity }) => ({ shipped_order_id: lineId, shipped_num: quantity }))
const carrierOf = ({ carrier, waybill }: ShipPackage) => ({ company_code: carrier, logistics_code: waybill })

function* told(shop: Connection, method: string, params: Record<string, unknown>): Conversation {
  const read = yield* ask(shop, method, params, z.unknown())
  return read.class === 'done' ? done(undefined) : read
}

const Detail = z.object({ data: z.object({ shop_order_detail: Order }) })

function* fetched(platformOrderId: string, shop: Connection): Conversation<Order> {
  const read = yield* ask(shop, 'order.orderDetail', { shop_order_id: platformOrderId }, Detail, true)
  return read.class === 'done' ? done(read.value.data.shop_order_detail) : read
}

const PAGE = 100
const List = z.object({ data: z.object({ total: z.coerce.number(), shop_order_list: z.array(Order) }) })

export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '0' }, shop) {
    const window = { update_time_start: Math.floor(from / 1000), update_time_end: Math.ceil(to / 1000) }
    const params = { ...window, order_by: 'update_time', order_asc: true, page: Number(cursor), size: PAGE }
    const read = yield* ask(shop, 'order.searchList', params, List, true)
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
