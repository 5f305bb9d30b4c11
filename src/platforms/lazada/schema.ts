/** What is read of Lazada's messages and of its orders. Numbers and booleans come as such, or as text. */
import { z } from 'zod'
import { Amount, all, Id, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Flag = optional(
  z.union([z.boolean(), z.string(), z.number()]).transform((said) => /^(?:true|1)$/i.test(`${said}`)),
)

/** Seconds in some messages, ms in others; UTC ms. */
const Moment = optional(
  z.coerce
    .number()
    .int()
    .positive()
    .max(1e14)
    .transform((time) => (time < 1e11 ? time * 1000 : time)),
)

const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}) ?([+-]\d{2}):?(\d{2})$/
/** `2014-10-15 18:36:05 +0800` or ISO 8601 with an offset, as UTC ms; anything else says nothing. */
const OffsetTime = optional(z.string()).transform((text) => {
  const [, day, hour, zone, minutes] = TIME.exec(text ?? '') ?? []
  const time = Date.parse(`${day}T${hour}${zone}:${minutes}`)
  return Number.isFinite(time) ? time : undefined
})

const ofOrder = <Type extends number>(type: Type, status: 'order_status' | 'reverse_status') =>
  z.object({
    message_type: z.literal(type),
    seller_id: Id,
    timestamp: Moment,
    data: z.object({ trade_order_id: Id, status_update_time: Moment, ...all(Text, status) }),
  })

/** https://open.lazada.com/apps/doc/doc?nodeId=29538&docId=120196: 0 trade order, 8 the token ends soon, 10 reverse order. */
const TYPES = [
  ofOrder(0, 'order_status'),
  z.object({ message_type: z.literal(8) }),
  ofOrder(10, 'reverse_status'),
] as const
const KNOWN: readonly unknown[] = TYPES.flatMap(({ shape }) => [...shape.message_type.values])
const Other = z.object({ message_type: z.literal(-1) })

/** Types that are not here (goods, chats, steps of carriers) are nothing for us, and no error. */
const opened = (body: unknown): unknown => {
  const type = typeof body === 'object' && body !== null ? (body as Record<string, unknown>).message_type : undefined
  return typeof type === 'number' && !KNOWN.includes(type) ? { message_type: -1 } : body
}

export const Body = z.preprocess(opened, z.discriminatedUnion('message_type', [...TYPES, Other]))
export type Body = z.output<typeof Body>

const ADDRESS = ['address1', 'address3', 'address4', 'address5', 'addressDistrict', 'addressDsitrict'] as const
export const Address = z.looseObject(
  all(Text, 'first_name', 'last_name', 'phone', 'city', 'post_code', 'country', ...ADDRESS),
)
export type Address = z.output<typeof Address>

/** https://open.lazada.com/apps/doc/api?path=%2Forder%2Fget */
export const Order = z.looseObject({
  order_id: Id,
  ...all(OffsetTime, 'created_at', 'updated_at'),
  ...all(optional(Amount), 'price', 'voucher', 'shipping_fee'),
  ...all(Text, 'payment_method', 'buyer_note', 'remarks'),
  ...all(Flag, 'need_cancel_confirm', 'is_cancel_pending'),
  address_shipping: optional(Address),
})
export type Order = z.output<typeof Order>

/** One piece: there is no quantity. https://open.lazada.com/apps/doc/api?path=%2Forder%2Fitems%2Fget */
export const Item = z.looseObject({
  order_item_id: Id,
  status: z.string().min(1),
  ...all(optional(Id), 'sku_id', 'product_id', 'package_id', 'tracking_code'),
  ...all(Text, 'sku', 'shop_sku', 'name', 'variation', 'currency', 'order_type', 'stage_pay_status'),
  item_price: optional(Amount),
  ...all(Flag, 'delivery_option_sof', 'is_fbl', 'is_digital', 'need_cancel_confirm', 'is_cancel_pending'),
  ...all(OffsetTime, 'updated_at', 'sla_time_stamp'),
  payment_time: Moment,
})
export type Item = z.output<typeof Item>
