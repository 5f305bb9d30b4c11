/** 淘宝 发货: the whole trade in one parcel, by whole lines, or by pieces of lines; each refusal in TOP's codes. */
import { type Json, list, number, object, read, text } from '../json.ts'
import type { Answer, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { knowsCarrier, type Parcel, type ShipRefusal, ship } from './ship.ts'
import { failure, success } from './taobao-answer.ts'

const refuse = (code: string, words: string): Answer =>
  failure(15, `isv.logistics-offline-service-error:${code}`, words)

const REFUSALS: Readonly<Record<ShipRefusal, () => Answer>> = {
  order_unknown: () => refuse('B01', '订单不存在'),
  unpaid: () => refuse('B02', '订单状态不对'),
  cancelled: () => refuse('B04', '订单状态不对该物流订单已经发货或者已关闭，不能重复发货'),
  refunded: () => refuse('B04', '订单状态不对该物流订单已经发货或者已关闭，不能重复发货'),
  refunding: () => refuse('B55', '订单状态不对'),
  carrier_unknown: () => refuse('B57', '该物流公司不支持自己联系'),
  waybill_missing: () => refuse('B59', '运单号为空'),
  waybill_used: () => refuse('B60', '运单号不符合规则或已经被使用'),
  line_unknown: () => refuse('P38', '拆单校验未通过'),
  quantity: () => refuse('P38', '拆单校验未通过'),
  already_shipped: () => refuse('B04', '订单状态不对该物流订单已经发货或者已关闭，不能重复发货'),
}

/** `sub_tid` and `is_split` stand together or not at all; a line named goes out whole. */
export const classic = (params: Json, shop: Shop, world: World): Answer => {
  const order = world.order(text(params.tid))
  const isCod = order?.payment === 'cod'
  const online = text(params.method) === 'taobao.logistics.online.send'
  if (isCod !== online) return refuse('B98', '发货类型不匹配')
  const ids = text(params.sub_tid).split(',').filter(Boolean)
  if (ids.length > 0 !== (text(params.is_split) === '1'))
    return refuse('CD25', '拆单标记和子订单列表两者必须都填或者都不填')
  const lines = order?.lines.filter(({ id }) => ids.includes(id)).map(({ id, quantity }) => ({ lineId: id, quantity }))
  const parcel: Parcel = {
    carrier: text(params.company_code),
    waybill: text(params.out_sid),
    ...(ids.length > 0 && { lines: lines ?? [] }),
  }
  const shipped = ship(world, shop, text(params.tid), [parcel])
  const key = online ? 'logistics_online_send' : 'logistics_offline_send'
  return 'refusal' in shipped ? REFUSALS[shipped.refusal]() : success(key, { shipping: { is_success: true } })
}

/** A line without a number goes out whole. What is said to be shipped whole must be. */
export const byPieces = (params: Json, shop: Shop, world: World): Answer => {
  if (text(params.consign_type) !== '1') return failure(41, 'isv.invalid-parameter', 'consign_type')
  const order = world.order(text(params.tid))
  const quantityOf = (id: string): number => order?.lines.find((line) => line.id === id)?.quantity ?? 0
  const parcels = list(read(text(params.consign_pkgs)))
    .map(object)
    .map(
      (each): Parcel => ({
        carrier: text(each.company_code),
        waybill: text(each.out_sid),
        lines: list(each.goods)
          .map(object)
          .map((one) => ({ lineId: text(one.sub_tid), quantity: number(one.num, quantityOf(text(one.sub_tid))) })),
      }),
    )
  if (parcels.length === 0) return failure(40, 'isv.missing-parameter:consign_pkgs', 'consign_pkgs')
  const shipped = ship(world, shop, text(params.tid), parcels)
  if ('refusal' in shipped) return REFUSALS[shipped.refusal]()
  for (const { sub_tid, is_part_consign } of list(read(text(params.consign_status))).map(object)) {
    const line = shipped.order.lines.find(({ id }) => id === text(sub_tid))
    if (line && is_part_consign !== line.shipped < line.quantity) world.store.count(shop.id, 'part_consign_wrong')
  }
  return success('alibaba_ascp_logistics_offline_send', { result: { success: true } })
}

/** One parcel gets another number. */
export const modify = (params: Json, shop: Shop, world: World): Answer => {
  const [tid, before, after] = [text(params.tid), text(params.old_out_sid), text(params.new_out_sid)]
  const carrier = text(params.new_company_code)
  if (!knowsCarrier(world, shop, carrier))
    return failure(15, 'isv.logistics-update-company-or-mailno-error:P03', '无效的物流公司')
  const known = world.store.one(
    'SELECT 1 FROM writeback WHERE shop = ? AND order_id = ? AND waybill = ?',
    shop.id,
    tid,
    before,
  )
  if (!known) return failure(15, 'isv.logistics-update-company-or-mailno-error:CD19', '订单未发货，请先发货后再修改')
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    after,
    carrier,
    shop.id,
    tid,
    before,
  )
  return success('alibaba_ascp_logistics_consign_modify', { result: { success: true } })
}

/** Every parcel of the trade. */
export const parcels = (params: Json, shop: Shop, world: World): Answer => {
  const rows = world.store.all<{ waybill: string; carrier: string }>(
    'SELECT waybill, carrier FROM writeback WHERE shop = ? AND order_id = ? ORDER BY at, waybill',
    shop.id,
    text(params.tid),
  )
  const shipping = rows.map(({ waybill, carrier }) => ({
    tid: text(params.tid),
    out_sid: waybill,
    company_name: carrier,
  }))
  return success('logistics_orders_get', { shippings: { shipping }, total_results: rows.length })
}
