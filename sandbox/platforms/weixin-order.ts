/** An order as 微信小店 shows it, and what is written to it: parcels, another waybill, a remark. */
import { type Json, list, number, object, text } from '../json.ts'
import type { Answer, Line, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { json, maskName, maskPhone } from './platform.ts'
import { isGone, knowsCarrier, left, openLines, type Parcel, type ShipRefusal, ship, shippedState } from './ship.ts'

export const success = (more: Record<string, unknown> = {}): Answer => json(200, { errcode: 0, errmsg: 'ok', ...more })
export const failure = (errcode: number, errmsg: string): Answer =>
  json(200, { errcode, errmsg: `${errmsg} rid: sandbox` })

const seconds = (ms: number | undefined): number => (ms === undefined ? 0 : Math.floor(ms / 1000))

/** 10 to pay, 20 to ship, 21 partly shipped, 30 shipped, 100 done, 200 refunded whole, 250 cancelled. */
const statusOf = (order: Order): number => {
  if (order.status === 'cancelled') return 250
  if (openLines(order).length === 0) return 200
  if (order.status === 'finished') return 100
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 10
  return { none: 20, part: 21, all: 30 }[shippedState(order)]
}

const isAsked = ({ refund }: Order, { id }: Line): boolean =>
  refund?.status === 'requested' && (refund.lineIds.length === 0 || refund.lineIds.includes(id))

const product = (order: Order, line: Line): Record<string, unknown> => ({
  product_id: line.parentId,
  sku_id: line.listingId,
  sku_cnt: line.quantity,
  sale_price: line.price,
  real_price: line.price * line.quantity,
  title: line.title,
  on_aftersale_sku_cnt: isAsked(order, line) ? line.quantity : 0,
  finish_aftersale_sku_cnt: isGone(order, line) ? line.quantity : 0,
  sku_code: line.code,
  sku_attrs: [{ attr_key: '规格', attr_value: '默认' }],
  out_product_id: '',
  out_sku_id: '',
  sku_deliver_info: { stock_type: 0 },
  delivery_deadline: seconds(order.shipBy),
  ...(line.gift && { is_free_gift: 1 }),
})

const addressOf = ({ receiver }: Order): Record<string, unknown> => ({
  user_name: maskName(receiver.name),
  tel_number: maskPhone(receiver.phone),
  province_name: receiver.province,
  city_name: receiver.city,
  county_name: receiver.district,
  detail_info: `${receiver.address.slice(0, 2)}****`,
  house_number: '',
  hash_code: Buffer.from(receiver.phone).toString('hex').slice(0, 16),
})

const parcelsOf = (order: Order, world: World): unknown[] =>
  world.store
    .all<{ waybill: string; carrier: string; at: number; lines: string }>(
      'SELECT waybill, carrier, at, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
      order.id,
    )
    .map(({ waybill, carrier, at, lines }) => ({
      waybill_id: waybill,
      delivery_id: carrier,
      delivery_time: seconds(at),
      deliver_type: 1,
      product_infos: (JSON.parse(lines) as { lineId: string; quantity: number }[]).map(({ lineId, quantity }) => {
        const line = order.lines.find(({ id }) => id === lineId)
        return { product_id: line?.parentId ?? '', sku_id: line?.listingId ?? '', product_cnt: quantity }
      }),
    }))

export const detail = (order: Order, world: World): Record<string, unknown> => ({
  ...order.custom,
  order_id: order.id,
  status: statusOf(order),
  openid: 'oBUYER',
  create_time: seconds(order.createdAt),
  update_time: seconds(order.updatedAt),
  order_detail: {
    product_infos: order.lines.map((line) => product(order, line)),
    pay_info: { prepay_id: '', pay_time: seconds(order.paidAt) },
    price_info: { order_price: order.total, freight: order.freight, is_discounted: false },
    delivery_info: {
      address_info: addressOf(order),
      delivery_product_info: parcelsOf(order, world),
      deliver_method: 0,
      ewaybill_order_code: `22${order.id.slice(-14)}`,
    },
    ext_info: { customer_notes: order.buyerNote, merchant_notes: order.sellerNote },
  },
})

const REFUSALS: Readonly<Record<ShipRefusal, Answer>> = {
  order_unknown: failure(100002, 'Not exist'),
  unpaid: failure(101100, '订单状态错误，不允许执行此操作'),
  cancelled: failure(101100, '订单状态错误，不允许执行此操作'),
  refunded: failure(101100, '已经完成售后的商品不能发货'),
  refunding: failure(108009, '订单在售后中，不允许发货'),
  carrier_unknown: failure(109000, '快递公司不存在'),
  waybill_missing: failure(109000, '快递单号为空'),
  waybill_used: failure(109000, '快递单号已被使用'),
  line_unknown: failure(109000, '订单中不存在该商品'),
  quantity: failure(109000, '商品数量不正确'),
  already_shipped: failure(109001, '已经发货'),
}

/** Pieces by SKU become pieces by line, in the order of the lines. */
const parcelIn = (order: Order | undefined, one: Json): Parcel => {
  const lines = list(one.product_infos)
    .map(object)
    .flatMap((wish) => {
      let wanted = number(wish.product_cnt)
      const own = (order?.lines ?? []).filter((line) => line.listingId === text(wish.sku_id))
      return own.flatMap((line, i) => {
        const quantity = i === own.length - 1 ? wanted : Math.min(wanted, left(line))
        wanted -= quantity
        return quantity > 0 ? [{ lineId: line.id, quantity }] : []
      })
    })
  return { carrier: text(one.delivery_id), waybill: text(one.waybill_id), lines }
}

export const send = (params: Json, shop: Shop, world: World): Answer => {
  const id = text(params.order_id)
  const parcels = list(params.delivery_list).map((one) => parcelIn(world.order(id), object(one)))
  if (parcels.some(({ lines }) => !lines?.length)) return failure(109002, '没有带上商品')
  const shipped = ship(world, shop, id, parcels)
  return 'refusal' in shipped ? REFUSALS[shipped.refusal] : success()
}

/** Old parcel and new one: the written-back waybill is renamed. */
export const change = (params: Json, shop: Shop, world: World): Answer => {
  for (const { old, new: fresh } of list(params.change_infos).map(object)) {
    const [before, after] = [object(old), object(fresh)]
    if (!knowsCarrier(world, shop, text(after.delivery_id))) return REFUSALS.carrier_unknown
    world.store.run(
      'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
      text(after.waybill_id),
      text(after.delivery_id),
      shop.id,
      text(params.order_id),
      text(before.waybill_id),
    )
  }
  return success()
}

export const note = (params: Json, order: Order, world: World): Answer => {
  order.sellerNote = text(params.merchant_notes)
  order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
  world.saveOrder(order)
  return success()
}
