/** 京东's writes: 出库 of the whole order, 部分发货, another waybill. */
import { bare, type Json, list, number, object, text } from '../json.ts'
import type { Answer, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { said } from './jd-answer.ts'
import { stateOf, told } from './jd-order.ts'
import { knowsCarrier, type Parcel, type ShipRefusal, ship } from './ship.ts'

const WORDS: Readonly<Record<ShipRefusal, readonly [number, string]>> = {
  order_unknown: [10400001, '订单号不正确'],
  unpaid: [10400004, '订单未付款'],
  cancelled: [10400005, '订单已取消'],
  refunded: [10400005, '订单已取消'],
  refunding: [10400009, '订单已锁定，不能出库'],
  carrier_unknown: [10400010, '物流公司不正确'],
  waybill_missing: [10400011, '运单号不能为空'],
  waybill_used: [10400012, '运单号已被其他订单使用'],
  line_unknown: [10400013, '商品不属于该订单'],
  quantity: [10400013, '商品数量不正确'],
  already_shipped: [10400006, '订单已出库'],
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

type Deed = (method: string, params: Json, shop: Shop, world: World) => Answer

/** The gateway has no request id: a second call for an order that is out is refused. */
export const shipment: Deed = (method, params, shop, world) => {
  const orderId = text(params.orderId)
  const numbers = text(params.logiNo).split('|')
  const parcels = text(params.logiCoprId)
    .split('|')
    .flatMap((carrier, i) => (numbers[i] ?? '').split(',').map((waybill) => ({ carrier, waybill })))
  const order = own(world, shop, orderId)
  const refusal = order && stateOf(order) === 'LOCKED' ? 'refunding' : shipWhole(world, shop, orderId, parcels)
  if (refusal) {
    const [errorCode, chineseErrCode] = WORDS[refusal]
    return said(method, { sopjosshipment_result: { success: false, errorCode: String(errorCode), chineseErrCode } })
  }
  return said(method, { sopjosshipment_result: { success: true, errorCode: '0', chineseErrCode: '成功' } })
}

/** What is left goes into the first parcel; of the others only the number is kept, as 京东 does. */
const shipWhole = (
  world: World,
  shop: Shop,
  orderId: string,
  parcels: readonly { readonly carrier: string; readonly waybill: string }[],
): ShipRefusal | undefined => {
  const [first, ...others] = parcels
  if (!first) return 'waybill_missing'
  if (others.some(({ carrier }) => !knowsCarrier(world, shop, carrier))) return 'carrier_unknown'
  const shipped = ship(world, shop, orderId, [first])
  if ('refusal' in shipped) return shipped.refusal
  for (const { carrier, waybill } of others)
    world.store.run(
      "INSERT OR IGNORE INTO writeback VALUES (?, ?, ?, ?, '[]', ?, 1, 0)",
      shop.id,
      orderId,
      waybill,
      carrier,
      Date.now(),
    )
  return undefined
}

export const outship: Deed = (method, params, shop, world) => {
  const batch = object(list(object(params.request).data)[0])
  const orderId = text(list(batch.orderIds)[0])
  const order = own(world, shop, orderId)
  const parcels = list(batch.deliveryNumberDtoList)
    .map(object)
    .map((one): Parcel => {
      const wanted = list(one.partialShipmentGoodsList).map(object)
      const lines = wanted.flatMap((goods) => split(order, text(goods.skuId), number(goods.num)))
      return { carrier: text(one.deliveryId), waybill: text(list(one.deliveryNums)[0]), lines }
    })
  const shipped =
    order && stateOf(order) === 'LOCKED' ? { refusal: 'refunding' as const } : ship(world, shop, orderId, parcels)
  if ('refusal' in shipped) {
    const [code, failReason] = WORDS[shipped.refusal]
    return said(method, {
      response: {
        code: 0,
        msg: '',
        data: { successList: [], failList: [{ orderId: bare(orderId), code, failReason }] },
      },
    })
  }
  return said(method, { response: { code: 0, msg: '', data: { successList: [bare(orderId)], failList: [] } } })
}

/** Pieces of a SKU over the rows that have it. */
const split = (order: Order | undefined, skuId: string, wanted: number): { lineId: string; quantity: number }[] => {
  let rest = wanted
  const rows = order?.lines.filter(({ listingId }) => listingId === skuId) ?? []
  const lines = rows.flatMap((line) => {
    const quantity = Math.min(rest, line.quantity - line.shipped)
    rest -= quantity
    return quantity > 0 ? [{ lineId: line.id, quantity }] : []
  })
  return rest > 0 ? [...lines, { lineId: rows[0]?.id ?? skuId, quantity: rest }] : lines
}

/** One parcel by its number in 京东's list. */
export const corrected: Deed = (method, params, shop, world) => {
  const data = object(object(params.request).data)
  const one = object(list(data.partialShipmentInfoList)[0])
  const order = own(world, shop, text(data.orderId))
  const row = order && told(order, world)[number(one.shipmentId) - 1]
  if (!order || !row) return said(method, { response: { code: 10400001, msg: '订单号不正确' } })
  rename(world, shop, order, row.waybill, text(one.waybillId), text(one.logicId))
  return said(method, { response: { code: 0, msg: '' } })
}

/** All waybills of an order that is out, given anew. */
export const renumbered: Deed = (method, params, shop, world) => {
  const order = own(world, shop, text(params.order_id))
  if (!order || stateOf(order) !== 'WAIT_GOODS_RECEIVE_CONFIRM')
    return said(method, {}, [10400014, '当前状态的订单不能修改运单号'])
  const numbers = text(params.waybill).split('|')
  const given = text(params.logistics_id)
    .split('|')
    .flatMap((carrier, i) => (numbers[i] ?? '').split(',').map((waybill) => ({ carrier, waybill })))
  const before = told(order, world)
  const lost = before.filter(({ waybill }) => !given.some((one) => one.waybill === waybill))
  const fresh = given.filter(({ waybill }) => !before.some((one) => one.waybill === waybill))
  for (const [i, { waybill }] of lost.entries()) {
    const next = fresh[i]
    if (next) rename(world, shop, order, waybill, next.waybill, next.carrier)
  }
  return said(method, { vender_id: shop.credentials.venderId })
}

const rename = (world: World, shop: Shop, order: Order, old: string, waybill: string, carrier: string): void => {
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    waybill,
    carrier,
    shop.id,
    order.id,
    old,
  )
}
