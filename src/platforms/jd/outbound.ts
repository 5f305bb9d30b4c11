import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, type Failure, failure, textAt } from '../../wire/answer.ts'
import type { Outcome } from '../../wire/outcome.ts'
import { type PlatformOutbound, type ShipPackage, type ShipSubject, statusOf } from '../platform.ts'
import { ask, number } from './call.ts'
import { isOpenRefund, orderOf, skuOf } from './normalize.ts'
import { askRefunds, FIELDS } from './poll.ts'
import { Detail, type Order, OutShip, RemarkOf, StockSet, Vender } from './schema.ts'

export const outbound: PlatformOutbound = {
  /** Nothing here has a request id: what 京东 shows already is not sent again. */
  *ship(subject, shop) {
    const read = yield* fetched(subject.platformOrderId, shop)
    if (read.class !== 'done') return read
    const known = waybillsOf(read.value)
    const left = subject.packages.filter((one) => !known.includes(one.waybill))
    const [one] = left
    if (!one) return done(undefined)
    if (subject.replaces !== undefined && known.includes(subject.replaces)) {
      return yield* corrected(read.value, subject.replaces, one, shop)
    }
    const whole = known.length === 0 && (subject.complete || left.every(({ lines }) => lines.length === 0))
    return whole ? yield* shipped(subject.platformOrderId, left, shop) : yield* partly(subject, left, shop)
  },

  /** The level is 京东's whole level of this SKU in its default warehouse, or in the one of the setting. */
  *stock({ listingId, quantity, requestId }, shop) {
    const { storeId } = shop.settings
    const place = typeof storeId === 'string' ? { storeId: number(storeId) } : {}
    const req = { stockRfId: requestId, skuStocks: [{ skuId: number(listingId), stockNum: quantity, ...place }] }
    const question = { method: 'jingdong.ware.stock.sku.set', params: { req }, schema: StockSet, verdict: 'returnType' }
    const read = yield* ask(shop, question)
    if (read.class !== 'done') return read
    const bad = read.value.returnType.obj.updateStockResult.find((one) => textAt(one, 'success') !== 'true')
    return bad === undefined ? done(undefined) : refusal('stock', textAt(bad, 'message') || 'the SKU was not updated')
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  /** A refund that is asked for is looked up as well: an order need not be locked yet. */
  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const asked = yield* askRefunds(shop, { orderId: platformOrderId, pageIndex: 1 })
    if (asked.class !== 'done') return asked
    const status = statusOf(orderOf(read.value))
    const refundOpen = status.refundOpen || asked.value.queryResult.result.some(isOpenRefund)
    return done({ ...status, refundOpen, waybills: waybillsOf(read.value) })
  },

  /** A write replaces remark and flag, so both are read first: ours goes below, the flag stays. */
  *note({ platformOrderId, note }, shop) {
    const order_id = number(platformOrderId)
    const asked = { method: 'jingdong.order.venderRemark.queryByOrderId', params: { order_id }, schema: RemarkOf }
    const read = yield* ask(shop, { ...asked, safe: true })
    if (read.class !== 'done') return read
    const { remark = '', flag = 0 } = read.value.venderRemarkQueryResult?.vender_remark ?? {}
    if (remark.split('\n').includes(note)) return done(undefined)
    const text = remark === '' ? note : `${remark}\n${note}`
    if (text.length > REMARK_MAX) return refusal('remark_too_long', `a remark holds ${REMARK_MAX} characters`)
    const params = { order_id, flag, remark: text }
    const verdict = 'modifyvenderremark_result'
    return yield* told(shop, { method: 'jingdong.pop.order.modifyVenderRemark', params, verdict })
  },
}
const REMARK_MAX = 500

export function* probe(shop: Connection): Conversation<string> {
  const read = yield* vender(shop)
  return read.class === 'done' ? done(`${read.value.name} (${read.value.id})`) : read
}

/** Whose token it is. */
export function* vender(shop: Connection): Conversation<{ readonly id: string; readonly name: string }> {
  const read = yield* ask(shop, { method: 'jingdong.seller.vender.info.get', params: {}, schema: Vender, safe: true })
  if (read.class !== 'done') return read
  const { vender_id: id, shop_name: name = '' } = read.value.vender_info_result
  return done({ id, name })
}

function* fetched(platformOrderId: string, shop: Connection, safe = true): Conversation<Order> {
  const params = { order_id: number(platformOrderId), optional_fields: FIELDS }
  const verdict = 'orderDetailInfo.apiResult'
  const read = yield* ask(shop, { method: 'jingdong.pop.order.enGet', params, schema: Detail, verdict, safe })
  return read.class === 'done' ? done(read.value.orderDetailInfo.orderInfo) : read
}

function* told(
  shop: Connection,
  question: { readonly method: string; readonly params: Record<string, unknown>; readonly verdict?: string },
): Conversation {
  const read = yield* ask(shop, { ...question, schema: z.unknown() })
  return read.class === 'done' ? done(undefined) : read
}

const refusal = (code: string, detail: string): Failure => failure('rejected', false, detail, { code })

/** Carriers parted by `|`, the numbers of one carrier by a comma; parcels of some lines stand in a list of their own. */
const waybillsOf = ({ waybill = '', partialLogisticsInfoModel = [] }: Order): readonly string[] => [
  ...new Set([
    ...waybill.split(/[|,，]/).filter((one) => one !== ''),
    ...partialLogisticsInfoModel.flatMap(({ waybillId = '' }) => waybillId.split(',').filter((one) => one !== '')),
  ]),
]

/** 出库发货 of the whole order, with all its parcels at once: it cannot be called a second time. */
function* shipped(orderId: string, packages: readonly ShipPackage[], shop: Connection): Conversation {
  const carriers = [...Map.groupBy(packages, ({ carrier }) => carrier)]
  const logiCoprId = carriers.map(([carrier]) => carrier).join('|')
  const logiNo = carriers.map(([, those]) => those.map(({ waybill }) => waybill).join(',')).join('|')
  const params = { orderId: number(orderId), logiCoprId, logiNo }
  return yield* told(shop, { method: 'jingdong.pop.order.shipment', params, verdict: 'sopjosshipment_result' })
}

/** 部分发货: the answer names orders that it did and did not ship. */
function* partly({ platformOrderId }: ShipSubject, packages: readonly ShipPackage[], shop: Connection): Conversation {
  const deliveryNumberDtoList = packages.map((one) => ({
    deliveryId: number(one.carrier),
    deliveryNums: [one.waybill],
    partialShipmentGoodsList: goodsOf(one),
  }))
  const request = { data: [{ orderIds: [number(platformOrderId)], deliveryNumberDtoList }] }
  const question = { method: 'jingdong.pop.order.partial.outship', params: { request }, schema: OutShip }
  const read = yield* ask(shop, question)
  if (read.class !== 'done') return read.class === 'rejected' && read.code === 'malformed' ? UNSAID : read
  const { successList = [], failList = [] } = read.value.response.data
  const [bad] = failList
  if (bad) return refusal(bad.code ?? 'partial', bad.failReason ?? 'not shipped')
  return successList.includes(platformOrderId) ? done(undefined) : UNSAID
}
const UNSAID = failure('unknown', false, 'the answer does not say whether the parcel was taken')

const goodsOf = ({ lines }: ShipPackage) =>
  [...Map.groupBy(lines, ({ lineId }) => skuOf(lineId))].map(([skuId, those]) => ({
    skuId: number(skuId),
    num: those.reduce((sum, { quantity }) => sum + quantity, 0),
  }))

/**
 * Another waybill for a parcel that is there. No source says which `code` of its answer means yes, so 京东 is asked
 * whether it shows the number now.
 */
function* corrected(order: Order, wrong: string, right: ShipPackage, shop: Connection): Conversation {
  const parcel = order.partialLogisticsInfoModel?.find(({ waybillId }) => waybillId === wrong)
  if (parcel?.shipmentId === undefined) return yield* renumbered(order, wrong, right, shop)
  const { shipmentId, packageNum } = parcel
  const info = { shipmentId: number(shipmentId), waybillId: right.waybill, logicId: number(right.carrier) }
  const partialShipmentInfoList = [{ ...info, ...(packageNum !== undefined && { packageNum }) }]
  const params = { request: { data: { orderId: number(order.orderId), partialShipmentInfoList } } }
  return yield* lookedUp(order, right, shop, yield* told(shop, { method: 'jingdong.pop.order.waybill.update', params }))
}

/** A whole order's waybills are written anew, the wrong one replaced. */
function* renumbered(order: Order, wrong: string, right: ShipPackage, shop: Connection): Conversation {
  const groups = (order.waybill ?? '').split('|').map((group) => group.split(','))
  const carriers = (order.logisticsId ?? '').split('|')
  const pairs = groups.flatMap((group, i) => group.map((waybill) => ({ waybill, carrier: carriers[i] ?? '' })))
  const fresh = Map.groupBy(
    pairs.map((pair) => (pair.waybill === wrong ? right : pair)),
    ({ carrier }) => carrier,
  )
  const waybill = [...fresh.values()].map((those) => those.map((one) => one.waybill).join(',')).join('|')
  const params = { order_id: order.orderId, logistics_id: [...fresh.keys()].join('|'), waybill }
  const made = yield* told(shop, { method: '360buy.order.sop.waybill.update', params })
  return yield* lookedUp(order, right, shop, made)
}

/** Not safe: while this is not answered, nobody knows whether the waybill was changed. */
function* lookedUp({ orderId }: Order, { waybill }: ShipPackage, shop: Connection, made: Outcome): Conversation {
  if (made.class !== 'done') return made
  const read = yield* fetched(orderId, shop, false)
  if (read.class !== 'done') return read
  return waybillsOf(read.value).includes(waybill)
    ? done(undefined)
    : refusal('waybill', '京东 still shows the old waybill')
}
