/** What is read of Shopee's pushes and of its order detail. */
import { z } from 'zod'
import { Amount, all, Id, optional, Seconds } from '../../wire/values.ts'

const Text = optional(z.string())
const Flag = optional(z.boolean())
const Time = optional(Seconds)
const Count = optional(z.coerce.number().int().positive())

const push = <Code extends number, Data extends z.ZodType>(code: Code, data: Data) =>
  z.object({ code: z.literal(code), shop_id: Id, timestamp: Time, data })

/** Of one order; the push writes `ordersn` where the API writes `order_sn`. */
const Ordered = z.object({ ordersn: Id, update_time: Time })
const Revoked = optional(z.object({ shop_id: optional(Id), shop_id_list: optional(z.array(Id)) }))

/** https://open.shopee.com/push-mechanism: 2 authorization cancelled, 3 order status, 4 tracking number, 12 authorization ends, 29 return, 30 package. */
const CODES = [
  z.object({ code: z.literal(2), shop_id: optional(Id), timestamp: Time, data: Revoked.catch(undefined) }),
  push(3, Ordered.extend({ status: z.string() })),
  push(4, Ordered),
  z.object({ code: z.literal(12) }),
  push(29, z.object({ order_sn: Id })),
  push(30, Ordered.extend({ fulfillment_status: Text })),
] as const
const KNOWN: readonly unknown[] = CODES.flatMap(({ shape }) => [...shape.code.values])
const Other = z.object({ code: z.literal(0) })

/** Codes that are not here (goods, promotions, chats) are nothing for us, and no error. */
const opened = (body: unknown): unknown => {
  const code = typeof body === 'object' && body !== null ? (body as Record<string, unknown>).code : undefined
  return typeof code === 'number' && !KNOWN.includes(code) ? { code: 0 } : body
}

export const Body = z.preprocess(opened, z.discriminatedUnion('code', [...CODES, Other]))
export type Body = z.output<typeof Body>

export const Item = z.looseObject({
  item_id: Id,
  model_id: optional(Id),
  ...all(Text, 'item_name', 'item_sku', 'model_name', 'model_sku'),
  ...all(optional(Id), 'order_item_id', 'promotion_group_id'),
  model_quantity_purchased: z.coerce.number().int().positive(),
  model_discounted_price: optional(Amount),
})
export type Item = z.output<typeof Item>

const Packed = z.object({ item_id: Id, model_id: optional(Id), order_item_id: optional(Id), model_quantity: Count })
export const Package = z.object({
  package_number: optional(Id),
  logistics_status: Text,
  item_list: optional(z.array(Packed)),
})
export type Package = z.output<typeof Package>

export const Address = z.looseObject(
  all(Text, 'name', 'phone', 'town', 'district', 'city', 'state', 'region', 'zipcode', 'full_address'),
)

/** https://open.shopee.com/documents/v2/v2.order.get_order_detail?module=94&type=1 */
export const Order = z.looseObject({
  order_sn: Id,
  order_status: z.string().min(1),
  ...all(Text, 'currency', 'region', 'message_to_seller', 'note', 'fulfillment_flag', 'booking_sn'),
  ...all(Flag, 'cod', 'split_up', 'advance_package'),
  ...all(Time, 'create_time', 'update_time', 'pay_time', 'ship_by_date'),
  total_amount: optional(Amount),
  recipient_address: optional(Address),
  package_list: optional(z.array(Package)),
  item_list: z.array(Item),
})
export type Order = z.output<typeof Order>

/** What a shop may say of how it ships this order. https://open.shopee.com/documents/v2/v2.logistics.get_shipping_parameter?module=95&type=1 */
const Fields = z.array(z.string()).nullish()
export const Ways = z.object({ info_needed: z.object(all(Fields, 'dropoff', 'pickup', 'non_integrated')) })
export type Ways = z.output<typeof Ways>['info_needed']
