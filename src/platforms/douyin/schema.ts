/** What is read of 抖店's messages and of its order detail; the forms that the sources show for one thing are all taken. */
import { z } from 'zod'
import { parseExact } from '../../wire/json.ts'
import { all, Id, optional, Seconds } from '../../wire/values.ts'

const Text = optional(z.string())
const Int = optional(z.coerce.number().int())
/** 分. */
const Fen = optional(z.coerce.number().int())
const Time = optional(Seconds)

/** Times of messages, of which no message has all. One of them in another form must not cost us the message. */
const TIMES = ['create', 'pay', 'cancel', 'update', 'modify', 'complete', 'apply', 'success', 'close'] as const
export const TIME_KEYS = TIMES.map((one) => `${one}_time` as const)

const Data = z.object({
  shop_id: Id,
  p_id: Id,
  ...all(optional(Id), 's_id', 'aftersale_id'),
  aftersale_type: Int,
  cancel_reason: Text,
  exp_delivery_time: Time,
  ...all(Time.catch(undefined), ...TIME_KEYS),
})
export type Data = z.output<typeof Data>

/** https://op.jinritemai.com/docs/message-docs/30/111 (orders), …/31/115 (after-sales). A tag that is not here is not for us. */
export const TAGS: Readonly<Record<string, string>> = {
  '100': 'created', // 订单创建
  '101': 'paid', // 订单支付确认, 货到付款订单确认
  '102': 'shipped', // 卖家发货
  '103': 'completed', // 交易完成
  '104': 'waybill', // 发货物流信息变更
  '105': 'address', // 买家收货信息变更
  '106': 'cancelled', // 订单取消
  '108': 'partly shipped', // 卖家部分发货
  '109': 'amount', // 订单金额修改
  '110': 'pending', // 订单已支付待处理
  '113': 'memo', // 卖家添加备注
  '126': 'ship-by', // 订单发货时效变更
  '200': 'refund requested', // 买家发起售后申请
  '201': 'refund agreed', // 同意退款
  '204': 'refund refused', // 拒绝退款
  '206': 'refunded', // 退款成功
  '207': 'refund closed', // 售后关闭
  '208': 'refund changed', // 买家修改售后申请
}
/** Sent when the push URL is saved, to see that it answers. */
export const CHECK = '0'

/** `data` is JSON text in one source and an object in the other; of foreign tags it is not looked at. */
const opened = (message: unknown): unknown => {
  if (typeof message !== 'object' || message === null) return message
  const { tag, msg_id, msgId, data } = message as Record<string, unknown>
  if (!Object.hasOwn(TAGS, String(tag))) return { tag, id: msg_id ?? msgId }
  const parsed = typeof data === 'string' ? parseExact(data) : undefined
  return { tag, id: msg_id ?? msgId, data: parsed?.ok ? parsed.value : (data ?? null) }
}

const Message = z.preprocess(opened, z.object({ tag: Id, id: optional(Id), data: Data.optional() }))
export type Message = z.output<typeof Message>
export const Body = z.preprocess((body) => (Array.isArray(body) ? body : [body]), z.array(Message))
export type Body = z.output<typeof Body>

const Region = optional(z.object({ name: Text }))
const REGION = ['province', 'city', 'town', 'street'] as const
const Address = z.object({ ...all(Region, ...REGION), ...all(Text, 'detail', 'encrypt_detail') })
const RECEIVER = ['post_receiver', 'post_tel'] as const
const Parcel = z.object({ tracking_no: Text, delivery_id: optional(Id) })

export const Line = z.looseObject({
  order_id: Id,
  sku_id: optional(Id),
  ...all(Text, 'code', 'product_name', 'given_product_type'),
  spec: optional(z.array(z.object({ value: Text }))),
  item_num: z.coerce.number().int().positive(),
  origin_amount: Fen,
  ...all(Int, 'order_status', 'trade_type', 'pre_sale_type'),
  exp_ship_time: Time,
  after_sale_info: optional(z.object(all(Int, 'after_sale_status', 'after_sale_type', 'refund_status'))),
})

export const Order = z.looseObject({
  order_id: Id,
  ...all(Int, 'order_status', 'main_status', 'pay_type', 'seller_remark_stars'),
  ...all(Fen, 'order_amount', 'pay_amount'),
  ...all(Time, 'create_time', 'pay_time', 'update_time', 'exp_ship_time'),
  ...all(Text, 'buyer_words', 'seller_words', 'open_address_id', ...RECEIVER),
  ...all(Text, ...RECEIVER.flatMap((one) => [`encrypt_${one}`, `mask_${one}`] as const)),
  ...all(optional(Address), 'post_addr', 'mask_post_addr'),
  order_phase_list: optional(z.array(z.object({ pay_success: optional(z.boolean()) }))),
  logistics_info: optional(z.array(Parcel)),
  sku_order_list: z.array(Line),
})
export type Order = z.output<typeof Order>
