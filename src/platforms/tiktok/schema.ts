/** What is read of TikTok Shop's webhooks and of its order detail. */
import { z } from 'zod'
import { Amount, all, Id, optional, Seconds } from '../../wire/values.ts'

const Text = optional(z.string())
const Flag = optional(z.boolean())
const Time = optional(Seconds)

const webhook = <Type extends number, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), shop_id: Id, timestamp: Seconds, data })

/** https://partner.tiktokshop.com/docv2/page/tts-webhooks-overview, one page per type. */
const KINDS = [
  webhook(1, z.object({ order_id: Id, order_status: z.string(), update_time: Time })),
  webhook(3, z.object({ order_id: Id, update_time: Time })),
  webhook(4, z.object({ package_list: z.array(z.object({ order_id_list: z.array(Id) })), update_time: Time })),
  webhook(6, z.unknown()),
  webhook(7, z.unknown()),
  webhook(11, z.object({ order_id: Id, cancel_status: z.string(), cancel_id: optional(Id), create_time: Time })),
  webhook(12, z.object({ order_id: Id, return_status: z.string(), update_time: Time })),
] as const
const KNOWN: readonly unknown[] = KINDS.flatMap(({ shape }) => [...shape.type.values])
const Other = z.object({ type: z.literal(0) })

/** Types that are not here are no orders of ours, and no error. */
const opened = (body: unknown): unknown => {
  const type = typeof body === 'object' && body !== null ? (body as Record<string, unknown>).type : undefined
  return typeof type === 'number' && !KNOWN.includes(type) ? { type: 0 } : body
}

export const Body = z.preprocess(opened, z.discriminatedUnion('type', [...KINDS, Other]))
export type Body = z.output<typeof Body>

/** One piece: there is no quantity. */
export const Item = z.looseObject({
  id: Id,
  sku_id: Id,
  ...all(Text, 'product_name', 'sku_name', 'seller_sku', 'display_status', 'tracking_number'),
  ...all(optional(Id), 'product_id', 'package_id'),
  sale_price: optional(Amount),
  currency: Text,
  is_gift: Flag,
})
export type Item = z.output<typeof Item>

const LINES = ['address_line1', 'address_line2', 'address_line3', 'address_line4'] as const
export const Address = z.looseObject({
  ...all(Text, 'name', 'phone_number', 'region_code', 'postal_code', 'post_town', 'full_address', 'address_detail'),
  ...all(Text, ...LINES),
  district_info: optional(z.array(z.object(all(Text, 'address_level_name', 'address_name', 'address_level')))),
})
export type Address = z.output<typeof Address>

/** https://partner.tiktokshop.com/docv2/page/get-order-detail-202507 */
export const Order = z.looseObject({
  id: Id,
  status: z.string().min(1),
  ...all(Text, 'buyer_message', 'seller_note', 'fulfillment_type', 'shipping_type', 'order_type'),
  ...all(Text, 'split_or_combine_tag', 'tracking_number', 'delivery_option_id'),
  ...all(Flag, 'is_cod', 'is_buyer_request_cancel'),
  ...all(Time, 'create_time', 'update_time', 'paid_time', 'rts_sla_time', 'tts_sla_time', 'release_date'),
  ...all(Time, 'shipping_due_time', 'collection_due_time'),
  payment: optional(z.object({ currency: Text, total_amount: optional(Amount) })),
  recipient_address: optional(Address),
  packages: optional(z.array(z.object({ id: optional(Id) }))),
  line_items: z.array(Item),
})
export type Order = z.output<typeof Order>
