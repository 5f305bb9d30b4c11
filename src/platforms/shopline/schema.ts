/** Orders as webhooks carry them and as `orders.json` lists them: one shape, by the documents of v20260301. */
import { z } from 'zod'
import { Amount, all, Id, IsoTime, openUnion, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Time = optional(IsoTime)
const Money = optional(z.object({ shop_money: z.object({ amount: Amount, currency_code: z.string().length(3) }) }))

/** `quantity` is what was ordered, `fulfillable_quantity` what still can be shipped. */
export const LineItem = z.looseObject({
  id: Id,
  quantity: z.int().nonnegative(),
  fulfillable_quantity: optional(z.int()),
  ...all(Text, 'sku', 'title', 'variant_title'),
  variant_id: optional(Id),
  requires_shipping: optional(z.boolean()),
  gift_card: optional(z.boolean()),
  price: optional(Amount),
  price_set: Money,
  customized_attributes: optional(z.array(z.object({ key: Text, value: Text }))),
})
export type LineItem = z.output<typeof LineItem>

const PERSON = ['name', 'first_name', 'last_name', 'company', 'phone'] as const
const PLACE = ['country_code', 'province', 'province_code', 'city', 'district', 'zip', 'address1', 'address2'] as const
export const Address = z.looseObject(all(Text, ...PERSON, ...PLACE))

const Tracking = z.object(all(Text, 'tracking_company', 'tracking_number'))
export const Fulfillment = z.object({
  id: Id,
  status: Text,
  ...all(Text, 'tracking_company', 'tracking_number'),
  tracking_info_list: optional(z.array(Tracking)),
})
export type Fulfillment = z.output<typeof Fulfillment>

const Refund = z.object({
  refund_line_items: optional(z.array(z.object({ line_item_id: Id, quantity: z.int(), restock_type: Text }))),
})

export const Order = z.looseObject({
  id: Id,
  ...all(IsoTime, 'created_at', 'updated_at'),
  ...all(Time, 'cancelled_at', 'processed_at', 'order_at'),
  ...all(optional(z.string().toLowerCase()), 'status', 'financial_status', 'fulfillment_status'),
  ...all(Text, 'note', 'buyer_note', 'phone', 'service', 'serivce'),
  hidden_order: optional(z.boolean()),
  currency: z.string().length(3),
  ...all(optional(Amount), 'current_total_price', 'total_outstanding'),
  ...all(Money, 'current_total_price_set', 'total_outstanding_set'),
  payment_gateway_names: optional(z.array(z.string())),
  shipping_address: optional(Address),
  shipping_lines: optional(z.array(z.object({ title: Text }))),
  line_items: z.array(LineItem),
  fulfillments: optional(z.array(Fulfillment)),
  refunds: optional(z.array(Refund)),
})
export type Order = z.output<typeof Order>

const ORDERS = ['create', 'updated', 'edited', 'paid', 'cancelled', 'fulfilled', 'partially_fulfilled'] as const
const Refunded = z.object({ order_id: Id, created_at: IsoTime })
const Installed = z.object({ operate: z.string(), timestamp: optional(z.int()) })

export const Body = openUnion('topic', [
  z.object({ topic: z.literal(ORDERS.map((one) => `orders/${one}` as const)), body: Order }),
  z.object({ topic: z.literal('orders/delete'), body: z.object({ id: Id, updated_at: Time }) }),
  z.object({ topic: z.literal(['refunds/create', 'refunds/update']), body: Refunded }),
  z.object({ topic: z.literal('apps/installed_uninstalled'), body: Installed }),
  z.object({ topic: z.literal('merchants/redact'), body: z.object({ update_time: Time }) }),
])
export type Body = z.output<typeof Body>
