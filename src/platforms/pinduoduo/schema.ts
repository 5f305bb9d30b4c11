/** What is read of an order. https://open.pinduoduo.com/application/document/api?id=pdd.order.information.get */
import { z } from 'zod'
import { fromBeijing } from '../../wire/time.ts'
import { Amount, all, Id, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Int = optional(z.coerce.number().int())
/** 北京时间; a time that reads as none is left out, since no order may be lost over it. */
const Time = optional(z.string().transform((text) => fromBeijing(text))).catch(undefined)

export const Item = z.looseObject({
  ...all(optional(Id), 'goods_id', 'sku_id'),
  ...all(Text, 'outer_id', 'outer_goods_id', 'goods_name', 'goods_spec'),
  goods_count: z.coerce.number().int().positive(),
  goods_price: optional(Amount),
})
export type Item = z.output<typeof Item>

const Parcels = optional(z.array(z.object({ tracking_number: Text })))
/** Ciphers while the order waits to be shipped and nothing is checked about it; empty else. `contact_mobile` is the phone since 2025-11. */
export const CIPHERS = ['receiver_name', 'receiver_phone', 'contact_mobile', 'receiver_address'] as const
const MASKS = ['receiver_name_mask', 'receiver_phone_mask', 'receiver_address_mask'] as const
/** Where its parcels stand: the one that shipped it, and those that are shown beside it. */
const LISTS = ['extra_delivery_list', 'gift_delivery_list', 'resend_delivery_list'] as const

export const Order = z.looseObject({
  order_sn: Id,
  ...all(Int, 'order_status', 'refund_status', 'confirm_status', 'group_status', 'risk_control_status', 'trade_type'),
  ...all(Int, 'is_pre_sale', 'remark_tag'),
  ...all(Time, 'created_time', 'confirm_time', 'pay_time', 'updated_at', 'last_ship_time'),
  pay_amount: Amount,
  ...all(Text, 'buyer_memo', 'remark', 'remark_tag_name', 'province', 'city', 'town', 'tracking_number'),
  ...all(Text, ...CIPHERS, ...MASKS),
  step_order_info: optional(z.object({ step_trade_status: Int })),
  item_list: z.array(Item),
  gift_list: optional(z.array(Item)),
  ...all(Parcels, ...LISTS),
})
export type Order = z.output<typeof Order>

export const waybillsOf = (order: Order): readonly string[] => {
  const shown = LISTS.flatMap((list) => order[list] ?? []).flatMap((one) => one.tracking_number ?? [])
  return [...new Set([...(order.tracking_number ? [order.tracking_number] : []), ...shown])]
}
