import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { Id, optional } from '../../wire/values.ts'
import { take } from '../packing.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { ask, number, told } from './call.ts'
import { orderOf, SHIPPED } from './normalize.ts'
import { Order } from './schema.ts'

const Detail = z.object({ data: Order })

/** The number of a gift may bring the order it belongs to; that is not what was asked for. */
function* fetched(oid: string, shop: Connection): Conversation<Order> {
  const read = yield* ask(shop, 'open.order.detail', { oid: number(oid) }, Detail, true)
  if (read.class !== 'done') return read
  const { data } = read.value
  if (data.orderBaseInfo.oid === oid) return done(data)
  return failure('rejected', true, `${oid} is part of the order ${data.orderBaseInfo.oid}`, { code: 'other_order' })
}

const parcelsOf = ({ orderLogisticsInfo, subOrderInfo }: Order) => [
  ...orderLogisticsInfo,
  ...subOrderInfo.flatMap((gift) => gift.subOrderLogisticsInfo),
]

/** What was shipped of the order and of each gift, and what was not. */
const unitsOf = (order: Order) => {
  const { orderBaseInfo: base, orderItemInfo: item, subOrderInfo } = order
  const rows = [
    { id: base.oid, num: item.num, shipped: order.orderDeliveryInfo, status: base.status },
    ...subOrderInfo.map((gift) => ({
      id: gift.subOrderBaseInfo.oid,
      num: gift.subOrderItemInfo.num,
      shipped: gift.subOrderDeliveryInfo,
      status: gift.subOrderBaseInfo.status ?? 0,
    })),
  ]
  return rows.map(({ id, num, shipped, status }) => {
    const gone = SHIPPED.includes(status) ? num : Math.min(num, shipped)
    return { id, lineId: id, shipped: gone, remaining: num - gone }
  })
}

/**
 * Packages that are shipped already. A waybill shows as soon as a number was taken for the order, before anything left; so
 * it counts only as far as pieces were shipped, which is how many, not which: the first packages first.
 */
const knownIn = (order: Order, packages: readonly ShipPackage[]): ReadonlySet<ShipPackage> => {
  const shown = new Set(parcelsOf(order).map(({ expressNo }) => expressNo))
  const shipped = unitsOf(order).map((unit) => ({ ...unit, remaining: unit.shipped }))
  const known = packages.filter((one) => shown.has(one.waybill) && take(shipped, one).length > 0)
  return new Set(known)
}

const carrierOf = ({ carrier, waybill }: ShipPackage) => ({ expressCode: Number(carrier), expressNo: waybill })

const NOTHING_LEFT = failure('rejected', true, 'a parcel would be empty: its goods are shipped already', {
  code: 'nothing_left',
})

export const outbound: PlatformOutbound = {
  /** No call has a request id. One parcel of a whole order without gifts goes by the plain call, everything else by the splitting one. */
  *ship({ platformOrderId, packages, replaces }, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const known = knownIn(read.value, packages)
    const left = packages.filter((one) => !known.has(one))
    const [one, more] = left
    if (!one) return done(undefined)
    const orderId = number(platformOrderId)
    const wrong = parcelsOf(read.value).find(({ expressNo }) => replaces !== undefined && expressNo === replaces)
    if (wrong) {
      const which = wrong.logisticsId === undefined ? {} : { logisticsId: number(wrong.logisticsId) }
      return yield* told(shop, 'open.seller.order.logistics.update', { orderId, ...carrierOf(one), ...which })
    }
    const units = unitsOf(read.value)
    const taken = left.map((each) => ({ each, pieces: take(units, each) }))
    if (taken.some(({ pieces }) => pieces.length === 0)) return NOTHING_LEFT
    const fresh = units.every((unit) => unit.remaining === 0 && unit.shipped === 0)
    if (!more && fresh && units.length === 1)
      return yield* told(shop, 'open.seller.order.goods.deliver', { orderId, ...carrierOf(one) })
    const deliveryItemInfoList = taken.map(({ each, pieces }) => ({
      ...carrierOf(each),
      deliveryGoodsInfoList: pieces.map(({ unit, quantity }) => ({ oid: number(unit.id), deliveryNum: quantity })),
    }))
    return yield* told(shop, 'open.order.goods.split.deliver', { mainOrderId: orderId, deliveryItemInfoList })
  },

  /**
   * 快手 knows only changes of a level: it is read, and the difference is sent. A repeat reads again, so it sends what is
   * still missing; a sale between the two calls stays counted.
   */
  *stock({ listingId, parentId, quantity }, shop) {
    if (parentId === undefined)
      return failure('rejected', true, 'the listing has no item id', { code: 'item_id_missing' })
    const kwaiItemId = number(parentId)
    const read = yield* ask(shop, 'open.item.sku.list.get', { kwaiItemId, skuStatus: 1 }, Skus, true)
    if (read.class !== 'done') return read
    const sku = read.value.data.skuList.find(({ kwaiSkuId }) => kwaiSkuId === listingId)
    if (!sku) return failure('rejected', true, `the item ${parentId} has no SKU ${listingId}`, { code: 'sku_unknown' })
    const difference = quantity - sku.skuStock
    if (difference === 0) return done(undefined)
    const change = { skuChangeStock: Math.abs(difference), changeType: difference > 0 ? 1 : 2 }
    return yield* told(shop, 'open.item.sku.stock.update', { kwaiItemId, skuId: number(listingId), ...change })
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  /** Waybills count only once the whole order left: before, one that is shown may never have been sent. `ship` looks closer. */
  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const left = unitsOf(read.value).every(({ remaining }) => remaining === 0)
    const waybills = left ? parcelsOf(read.value).flatMap(({ expressNo }) => expressNo ?? []) : []
    return done({ ...statusOf(orderOf(read.value)), waybills: [...new Set(waybills)] })
  },

  /** Notes are a list, so ours never replaces the seller's. At most 200 characters. */
  *note({ platformOrderId, note }, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const short = [...note].slice(0, 200).join('')
    if (read.value.orderNote?.orderNoteInfo?.some((one) => one.note === short)) return done(undefined)
    return yield* told(shop, 'open.seller.order.note.add', { orderId: number(platformOrderId), note: short })
  },
}

const Sku = z.object({ kwaiSkuId: Id, skuStock: z.coerce.number().int() })
const Skus = z.object({ data: z.object({ skuList: z.array(Sku) }) })

const Listed = z.object({ orderBaseInfo: z.object({ oid: Id, updateTime: z.coerce.number().int().nonnegative() }) })
const List = z.object({
  data: z.object({
    cursor: optional(z.string()),
    orderList: optional(z.array(Listed)).transform((list) => list ?? []),
  }),
})
/** What stands for "no more" in `cursor`. */
const END = 'nomore'

export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '' }, shop) {
    const window = { beginTime: from, endTime: to, queryType: 2, sort: 2 }
    const params = { ...window, orderViewStatus: 1, pageSize: 50, cursor }
    const read = yield* ask(shop, 'open.order.cursor.list', params, List, true)
    if (read.class !== 'done') return read
    const { cursor: next, orderList } = read.value.data
    const events = orderList.map(({ orderBaseInfo: { oid, updateTime } }) => ({
      event: { type: 'changed' as const, platformOrderId: oid, what: 'listed', at: updateTime },
    }))
    return done({ events, ...(next && next !== END && next !== cursor && { next }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}
