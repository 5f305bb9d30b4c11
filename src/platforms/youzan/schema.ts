/** What is read of 有赞's messages and of its order, which is the same whether pushed, fetched or listed. */
import { z } from 'zod'
import { parseExact } from '../../wire/json.ts'
import { fromBeijing } from '../../wire/time.ts'
import { Amount, all, Id, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Int = optional(z.coerce.number().int())
const Money = optional(Amount)
/** Beijing text; one in another form must not cost us the message. */
const Time = optional(z.string().transform(fromBeijing)).catch(undefined)
const Flag = optional(z.union([z.boolean(), z.string(), z.number()]).transform((is) => ['true', '1'].includes(`${is}`)))

export const OrderInfo = z.looseObject({
  tid: Id,
  status: z.string(),
  ...all(Int, 'pay_type', 'express_type', 'refund_state'),
  ...all(Time, 'created', 'pay_time', 'update_time'),
  node_kdt_id: optional(Id),
  order_tags: optional(z.looseObject({ is_down_payment_pre: Flag })),
})
export const Line = z.looseObject({
  oid: Id,
  ...all(optional(Id), 'item_id', 'sku_id'),
  ...all(Text, 'outer_sku_id', 'outer_item_id', 'title', 'sku_properties_name'),
  num: z.coerce.number().int().positive(),
  ...all(Money, 'price', 'discount_price'),
  is_present: Flag,
  is_pre_sale: Flag,
  pre_sale_type: optional(Id),
})
const RECEIVER = ['receiver_name', 'receiver_tel', 'delivery_address'] as const
const REGION = ['delivery_province', 'delivery_city', 'delivery_district', 'delivery_postal_code'] as const
export const Address = z.looseObject(all(Text, ...RECEIVER, ...REGION))
const Phase = z.object({ phase: Int, pay_time: Text })
export const PayInfo = z.looseObject({ payment: Money, phase_payments: optional(z.array(Phase)) })
export const Remark = z.looseObject({ ...all(Text, 'buyer_message', 'trade_memo'), star: optional(Id) })

const Whole = z.looseObject({
  order_info: OrderInfo,
  orders: z.array(Line),
  address_info: optional(Address),
  pay_info: optional(PayInfo),
  remark_info: optional(Remark),
})

const Oids = z.array(z.object({ oid: Id }))
const Parcel = z.object({
  dist_id: optional(Id),
  express_info: optional(z.object({ express_no: optional(Id) })),
  dist_items: optional(Oids),
})
const Refund = z.object({ refund_state: Int, oids: optional(Oids) })
const BESIDE = {
  refund_order: optional(z.array(Refund)),
  delivery_order: optional(
    z.array(z.object({ express_state: Int, oids: optional(Oids), dists: optional(z.array(Parcel)) })),
  ),
}

export const Trade = z.object({ full_order_info: Whole, ...BESIDE })
export type Trade = z.output<typeof Trade>

/** What each message says; whatever is not here is not about an order. https://doc.youzanyun.com/list/MSG */
export const TYPES = {
  trade_TradeCreate: 'created',
  trade_TradePaid: 'paid',
  trade_TradeBuyerPay: 'paid', // 等待商家发货
  trade_TradeSuccess: 'completed',
  trade_TradeClose: 'closed',
  trade_TradePartlySellerShip: 'partly shipped',
  trade_TradeSellerShip: 'shipped',
  trade_TradeMemoModified: 'memo',
  trade_MessagesTheChangeAddresses: 'address', // by the seller
  youzan_trade_MessagesTheChangeAddressesByBuyer: 'address',
  trade_refund_BuyerCreated: 'refund requested',
  trade_refund_RefundAgain: 'refund requested',
  trade_refund_RefundSellerCreated: 'refund by the seller',
  trade_refund_RefundSellerAgree: 'refunded', // 卖家同意退款（终态）
  trade_refund_RefundSuccess: 'refunded', // 退货退款成功（终态）
  trade_refund_RefundClosed: 'refund withdrawn', // 买家取消
  trade_refund_RefundSellerRefuse: 'refund refused',
  trade_refund_RefundSellerAgreeReturnGoods: 'return agreed',
  trade_refund_RefundSellerRefuseBuyerReturnGoods: 'return refused',
  trade_refund_RefundBuyerReturnGoods: 'returned',
  trade_refund_YouzanInterApplied: 'refund disputed',
  trade_refund_SysRefund: 'refund by the system',
  youzan_trade_RefundCreated: 'refund requested',
  youzan_trade_RefundSellerAgree: 'refund agreed',
  youzan_trade_RefundSuccess: 'refunded',
  youzan_trade_RefundClosed: 'refund withdrawn',
} as const
export type Type = keyof typeof TYPES
const NAMES = Object.keys(TYPES) as [Type, ...Type[]]

/** `1,2` in the old refund messages, a list in the new ones. */
const OidText = optional(
  z.union([Id, z.array(Id).transform((ids) => ids.join(','))]).transform((ids) => ids.split(',').filter(Boolean)),
).catch(undefined)

const Msg = z.object({
  full_order_info: optional(Whole),
  ...BESIDE,
  ...all(optional(Id), 'tid', 'refund_id', 'close_type'),
  oids: OidText,
  update_time: Time,
  ...all(Text, 'refund_type', 'close_reason'),
})

const Message = z
  .object({ type: z.enum(NAMES), kdt_id: Id, ...all(optional(Id), 'id', 'version'), msg: Msg })
  .refine(({ id, msg }) => msg.full_order_info ?? msg.tid ?? id, { path: ['msg', 'tid'] })
export type Message = z.output<typeof Message>

/** `msg` is URL-encoded JSON, in the newer messages an object. A `+` stays one: they encode a space as `%20`. */
const decoded = (msg: unknown): unknown => {
  if (typeof msg !== 'string') return msg
  try {
    const parsed = parseExact(decodeURIComponent(msg))
    return parsed.ok ? parsed.value : undefined
  } catch {
    return undefined
  }
}

const Test = z.object({ type: z.literal('(test)') })
const Other = z.object({ type: z.literal('(other)') })
const sorted = (body: unknown): unknown => {
  if (typeof body !== 'object' || body === null) return body
  const { type, test, msg, ...rest } = body as Record<string, unknown>
  if (test === true || test === 'true') return { type: '(test)' }
  if (typeof type !== 'string' || !Object.hasOwn(TYPES, type))
    return typeof type === 'string' ? { type: '(other)' } : body
  return { ...rest, type, msg: decoded(msg) }
}
export const Body = z.preprocess(sorted, z.discriminatedUnion('type', [Test, Other, Message]))
export type Body = z.output<typeof Body>
