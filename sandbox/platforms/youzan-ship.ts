/** 有赞 发货: whole lines by one call, a line in several parcels by another; each refusal in the platform's codes. */
import { type Json, list, number, object, text } from '../json.ts'
import type { Answer, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { json } from './platform.ts'
import { type Parcel, type ShipRefusal, ship } from './ship.ts'
import { statusOf } from './youzan-order.ts'

export const yes = (data: unknown): Answer =>
  json(200, { trace_id: 'sandbox', code: 200, data, success: true, message: 'successful' })
export const no = (code: number, words: string): Answer =>
  json(200, { trace_id: 'sandbox', code, data: null, success: false, message: words })
export const gateway = (err_code: number, err_msg: string): Answer =>
  json(200, { gw_err_resp: { trace_id: 'sandbox', err_code, err_msg } })

const REFUSALS: Readonly<Record<ShipRefusal, () => Answer>> = {
  order_unknown: () => no(105000016, '订单不存在'),
  unpaid: () => no(102570020, '订单没有可发货的商品'),
  cancelled: () => no(102570020, '订单没有可发货的商品'),
  refunded: () => no(102570020, '订单没有可发货的商品'),
  refunding: () => no(102570020, '订单没有可发货的商品'),
  carrier_unknown: () => no(105000004, '物流公司不存在'),
  waybill_missing: () => no(105000003, '快递单号只能包含字母、数字或中划线'),
  waybill_used: () => no(105000005, '快递单号已被使用'),
  line_unknown: () => no(102599996, 'oids不合法'),
  quantity: () => no(102570059, '各包裹数量之和必须等于购买数量'),
  already_shipped: () => no(102570007, '不能重复提交已发过货的商品'),
}

/** One parcel may be told by two calls, of a whole line and of a part: the second is no repeat, it adds its lines. */
const shipAll = (world: World, shop: Shop, tid: string, parcels: readonly Parcel[]): Answer => {
  const lines = (waybill: string) =>
    world.store.one<{ lines: string }>(
      'SELECT lines FROM writeback WHERE shop = ? AND order_id = ? AND waybill = ?',
      shop.id,
      tid,
      waybill,
    )
  const before = parcels.flatMap(({ waybill, lines: more }) => {
    const known = lines(waybill)
    return known ? [{ waybill, lines: [...(JSON.parse(known.lines) as object[]), ...(more ?? [])] }] : []
  })
  const shipped = ship(world, shop, tid, parcels)
  if ('refusal' in shipped) return REFUSALS[shipped.refusal]()
  for (const { waybill, lines: all } of before)
    world.store.run(
      'UPDATE writeback SET effects = effects - 1, repeats = repeats - 1, lines = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
      JSON.stringify(all),
      shop.id,
      tid,
      waybill,
    )
  return yes({ is_success: true })
}

export const own = (world: World, shop: Shop, tid: string): Order | undefined => {
  const order = world.order(tid)
  return order?.shopId === shop.id ? order : undefined
}

export const NAMES = [
  '申通快递',
  '圆通速递',
  '中通快递',
  '韵达快递',
  '天天快递',
  '百世快递',
  '顺丰速运',
  'EMS',
  '京东快递',
  '极兔速递',
]
export type Serve = (params: Json, shop: Shop, world: World) => Answer

const confirm: Serve = (params, shop, world) => {
  const order = own(world, shop, text(params.tid))
  const named = text(params.oids).split(',').filter(Boolean)
  const chosen = order?.lines.filter(({ id }) => named.length === 0 || named.includes(id)) ?? []
  if (order && chosen.length < named.length) return REFUSALS.line_unknown()
  const lines = chosen.map(({ id, quantity }) => ({ lineId: id, quantity }))
  const parcel = { carrier: text(params.out_stype), waybill: text(params.out_sid), ...(named.length > 0 && { lines }) }
  return shipAll(world, shop, text(params.tid), [parcel])
}

const splitLine: Serve = (params, shop, world) => {
  const [tid, oid] = [text(params.tid), text(params.oid)]
  const line = own(world, shop, tid)?.lines.find(({ id }) => id === oid)
  const packages = list(params.ex_packages).map(object)
  const sum = packages.reduce((all, one) => all + number(one.num), 0)
  if (line && (sum !== line.quantity || number(params.total_num) !== line.quantity)) return REFUSALS.quantity()
  const parcels = packages.map((one): Parcel => {
    const express = object(one.express)
    const lines = [{ lineId: oid, quantity: number(one.num) }]
    return { carrier: text(express.express_id), waybill: text(express.express_no), lines }
  })
  return shipAll(world, shop, tid, parcels)
}

const update: Serve = (params, shop, world) => {
  const order = own(world, shop, text(params.tid))
  if (!order || statusOf(order) !== 'WAIT_BUYER_CONFIRM_GOODS') return no(102570021, '订单未整单发货')
  for (const one of list(params.trade_express_modify).map(object))
    world.store.run(
      'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
      text(one.express_no),
      text(one.express_id),
      shop.id,
      order.id,
      text(one.dist_id).slice(1),
    )
  return yes({ is_success: true })
}

export const shipments = { confirm, splitLine, update }
