/** 抖店 发货: one parcel for the order, several parcels, one parcel of some lines; each refusal in the platform's codes. */
import { type Json, list, number, object, text } from '../json.ts'
import type { Answer, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { failure, success } from './douyin-answer.ts'
import { countRepeat, knowsCarrier, type Parcel, type ShipRefusal, ship } from './ship.ts'

const business = (code: number, message: string): Answer => failure(50002, `isv.business-failed:${code}`, message)

const REFUSALS: Readonly<Record<ShipRefusal, () => Answer>> = {
  order_unknown: () => business(60033, '订单不存在，请仔细检查后重试。'),
  unpaid: () => business(60137, '订单未支付，禁止发货。'),
  cancelled: () => business(60021, '订单已取消，禁止发货。'),
  refunded: () => business(60068, '该订单已售前退款成功，不能发货。'),
  refunding: () => business(60040, '发货订单中有退款申请需要处理，请先处理。'),
  carrier_unknown: () => business(60018, '暂不支持该物流公司或物流商已失效，请检查。'),
  waybill_missing: () => failure(40004, 'isv.parameter-invalid:60017', '物流单号不符合规则'),
  waybill_used: () => business(70022, '运单已被其他订单使用，且收货人手机号/收货地址不一致，请核对运单'),
  line_unknown: () => business(60102, '商品单不存在，请仔细检查后重试'),
  quantity: () => business(60080, '商品的发货数量不正确'),
  already_shipped: () => business(60110, '订单已发货，不允许再次执行发货。'),
}

const linesIn = (value: unknown): { lineId: string; quantity: number }[] =>
  list(value)
    .map(object)
    .map((each) => ({ lineId: text(each.shipped_order_id), quantity: number(each.shipped_num) }))

const parcelsOf = (params: Json, path: string): { readonly orderId: string; readonly parcels: Parcel[] } => {
  const one = { carrier: text(params.company_code), waybill: text(params.logistics_code) }
  if (path === '/order/logisticsAdd') return { orderId: text(params.order_id), parcels: [one] }
  if (path === '/order/logisticsAddSinglePack')
    return {
      orderId: text(list(params.order_id_list)[0] ?? params.order_id),
      parcels: [{ ...one, lines: linesIn(params.shipped_order_info) }],
    }
  const parcels = list(params.pack_list).map(object)
  return {
    orderId: text(params.order_id),
    parcels: parcels.map((each) => ({
      carrier: text(each.company_code),
      waybill: text(each.logistics_code),
      lines: linesIn(each.shipped_order_info),
    })),
  }
}

/** `request_id`: after a first success the same id gets the first answer, and nothing is shipped again. */
const shipOnce = (params: Json, shop: Shop, world: World, path: string): Answer => {
  const key = text(params.request_id)
  if (path !== '/order/logisticsAdd' && !key)
    return failure(40002, 'isv.missing-parameter:50050', '发货请求id不能为空，请检查requestId')
  const { orderId, parcels } = parcelsOf(params, path)
  const before =
    key && world.store.one<{ answer: string }>('SELECT answer FROM once WHERE target = ? AND key = ?', shop.id, key)
  if (before) {
    for (const { waybill } of parcels) countRepeat(world, shop, orderId, waybill)
    return JSON.parse(before.answer) as Answer
  }
  if (params.is_reject_refund === true || params.is_refund_reject === true)
    world.store.count(shop.id, 'refunds_rejected_by_us')
  const shipped = ship(world, shop, orderId, parcels)
  if ('refusal' in shipped) return REFUSALS[shipped.refusal]()
  const packs = parcels.map((parcel) => ({
    logistics_code: parcel.waybill,
    pack_id: parcel.waybill,
    shipped_order_info: (parcel.lines ?? []).map(({ lineId, quantity }) => ({
      shipped_order_id: lineId,
      shipped_num: quantity,
    })),
  }))
  const answer = success(
    path === '/order/logisticsAddMultiPack' ? { pack_list: packs } : { pack_id: packs[0]?.pack_id ?? '' },
  )
  if (key)
    world.store.run(
      'INSERT INTO once VALUES (?, ?, ?, ?)',
      shop.id,
      key,
      JSON.stringify(params),
      JSON.stringify(answer),
    )
  return answer
}

/** Another waybill for a parcel: the written-back one is renamed. */
const edit = (params: Json, shop: Shop, world: World): Answer => {
  const [orderId, packId] = [text(params.order_id), text(params.pack_id)]
  const [waybill, carrier] = [text(params.logistics_code), text(params.company_code)]
  if (!knowsCarrier(world, shop, carrier)) return REFUSALS.carrier_unknown()
  const row = world.store.one<{ waybill: string }>(
    "SELECT waybill FROM writeback WHERE shop = ? AND order_id = ? AND (?3 = '' OR waybill = ?3) LIMIT 1",
    shop.id,
    orderId,
    packId,
  )
  if (!row) return business(60033, '订单不存在，请仔细检查后重试。')
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    waybill,
    carrier,
    shop.id,
    orderId,
    row.waybill,
  )
  return success({})
}

export const shipments = { ship: shipOnce, edit }
