import type { OrderLine, PlatformOrder, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { CIPHERS, Item, Order } from './schema.ts'

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const ITEM_KEYS = new Set(Object.keys(Item.shape))
/** Sums, ids of regions, pictures, the receiver's other copies, and times of what is over. Listed in the README. */
const IDLE =
  /_(?:amount|discount|value)$|^(?:address|address_mask|country|country_id|province_id|city_id|town_id|goods_img|postage|pay_no|pay_type|inner_transaction_id|after_sales_status|group_role|is_lucky_flag|mkt_biz_type|logistics_id|receive_time|shipping_time|invoice_status|return_freight_payer|order_tag_list|service_fee_detail|card_info_list|stock_out_handle_status|only_support_replace|support_nationwide_warranty|duoduo_wholesale|is_stock_out|self_contained|free_sf|home_delivery_type|shipping_type|delivery_one_day)$/

export const orderOf = (order: Order): PlatformOrder => {
  const { order_sn, created_time = 0, updated_at = created_time, remark_tag = 0 } = order
  const lines = linesOf(order)
  const status = statusOf(order)
  return {
    platformOrderId: order_sn,
    version: updated_at,
    placedAt: created_time,
    status,
    payment: paymentOf(order),
    total: moneyOf(order.pay_amount, 'CNY'),
    lines: lines.map(([line]) => line),
    receiver: receiverOf(order),
    shippable:
      status === 'open' &&
      order.order_status === 1 &&
      (order.risk_control_status ?? 0) === 0 &&
      (order.group_status ?? 1) === 1,
    custom: customOf(
      leftover(order, ORDER_KEYS, IDLE),
      lines.map(([line, item]) => [line.lineId, leftover(item, ITEM_KEYS, IDLE)]),
    ),
    ...presaleOf(order),
    ...present({
      paidAt: order.pay_time ?? order.confirm_time,
      buyerNote: order.buyer_memo,
      sellerNote: order.remark,
      flag: remark_tag > 0 ? String(remark_tag) : undefined,
      shipBy: order.last_ship_time,
    }),
  }
}

/**
 * 2 shipped, 3 received. Once a waybill is written back the whole order is shipped there. Money back (4) before that, a group that
 * failed (2) and a deal that was taken back (2) end it.
 */
const statusOf = ({ order_status, refund_status, group_status, confirm_status }: Order): PlatformOrder['status'] => {
  if (order_status === 2 || order_status === 3) return 'finished'
  return refund_status === 4 || group_status === 2 || confirm_status === 2 ? 'cancelled' : 'open'
}

/** A deposit order counts by its steps: 0 none paid, 1 the deposit, 2 both. */
const paymentOf = ({ step_order_info, confirm_status, pay_time }: Order): PlatformOrder['payment'] => {
  const step = step_order_info?.step_trade_status
  if (step === 0 || step === 1) return step === 1 ? 'deposit' : 'unpaid'
  return confirm_status === 0 && pay_time === undefined ? 'unpaid' : 'paid'
}

const presaleOf = ({ trade_type, step_order_info, is_pre_sale }: Order): Pick<PlatformOrder, 'presale'> => {
  if (trade_type === 1 || step_order_info !== undefined) return { presale: { kind: 'deposit' } }
  return is_pre_sale === 1 ? { presale: { kind: 'full' } } : {}
}

/** Items have no id of their own: the SKU's serves, with a number where one comes twice. */
const linesOf = (order: Order): readonly (readonly [OrderLine, Item])[] => {
  const seen = new Map<string, number>()
  const idOf = (base: string): string => {
    const times = (seen.get(base) ?? 0) + 1
    seen.set(base, times)
    return times === 1 ? base : `${base}#${times}`
  }
  const status = lineStatus(order)
  const made = (item: Item, gift: boolean): readonly [OrderLine, Item] => {
    const id = item.sku_id ?? item.goods_id ?? item.outer_id ?? 'item'
    return [lineOf(item, idOf(gift ? `gift:${id}` : id), gift, status), item]
  }
  return [
    ...order.item_list.map((item) => made(item, false)),
    ...(order.gift_list ?? []).map((item) => made(item, true)),
  ]
}

const lineOf = (item: Item, lineId: string, gift: boolean, status: OrderLine['status']): OrderLine => ({
  lineId,
  code: item.outer_id ?? item.outer_goods_id ?? '',
  title: joined(' ', item.goods_name, item.goods_spec),
  quantity: item.goods_count,
  price: moneyOf(gift ? '0' : (item.goods_price ?? '0'), 'CNY'),
  gift,
  status,
  ...present({ listingId: item.sku_id }),
})

/** After-sales are of the whole order: 2 under way, 3 money going back, 4 gone back. */
const lineStatus = ({ order_status, refund_status }: Order): OrderLine['status'] => {
  if (order_status === 2 || order_status === 3 || refund_status === 4) return 'gone'
  return refund_status === 2 || refund_status === 3 ? 'refunding' : 'open'
}

/** The ciphers open only together with this order's number. */
const receiverOf = (order: Order): Receiver => {
  const region = present({ province: order.province, city: order.city, district: order.town })
  const cipher = present(Object.fromEntries(CIPHERS.map((name) => [name, order[name]]))) as Record<string, string>
  const masked = present({
    name: order.receiver_name_mask,
    phone: order.receiver_phone_mask,
    address: order.receiver_address_mask,
  })
  const secret = Object.keys(cipher).length > 0
  return {
    kind: secret ? 'pinduoduo' : 'masked',
    readable: { country: 'CN', ...region },
    masked,
    cipher,
    ...(secret && { sourceOrderId: order.order_sn }),
  }
}
