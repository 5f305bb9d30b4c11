/** Orders as webhooks carry them, and as our GraphQL query returns them: its aliases give the webhook's names. */
import { z } from 'zod'
import { Amount, all, Id, IsoTime, openUnion, optional } from '../../wire/values.ts'

/** `gid://shopify/LineItem/1` and `1` are the same line. */
export const Gid = Id.transform((id) => id.replace(/^gid:.*\/(\d+)(?:\?.*)?$/, '$1'))
const Text = optional(z.string())
const Time = optional(IsoTime)
const Money = optional(z.object({ shop_money: z.object({ amount: Amount, currency_code: z.string() }) }))

export const LineItem = z.looseObject({
  id: Gid,
  quantity: z.int().nonnegative(),
  ...all(optional(z.int()), 'current_quantity', 'fulfillable_quantity'),
  ...all(Text, 'sku', 'title', 'variant_title'),
  variant_id: optional(Gid),
  variant: optional(z.object({ id: Gid })),
  requires_shipping: optional(z.boolean()),
  price: optional(Amount),
  price_set: Money,
})

const PERSON = ['name', 'first_name', 'last_name', 'company', 'phone'] as const
const PLACE = ['country_code', 'province', 'province_code', 'city', 'zip', 'address1', 'address2'] as const

/** A list in the webhook, `nodes` in GraphQL. */
const list = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (Nodes.safeParse(value).success ? (value as z.output<typeof Nodes>).nodes : value),
    z.array(schema),
  )
const Nodes = z.object({ nodes: z.array(z.unknown()) })

/** As GraphQL has it; the webhook's are another thing, and not read. */
const Tracking = z.array(z.object({ number: z.string().nullable() }))
export const Fulfillment = z.object({ id: z.string(), status: z.string(), trackingInfo: Tracking })

export const Order = z.looseObject({
  id: Gid,
  ...all(IsoTime, 'created_at', 'updated_at'),
  ...all(Time, 'cancelled_at', 'closed_at', 'processed_at'),
  ...all(optional(z.string().toLowerCase()), 'financial_status', 'fulfillment_status'),
  ...all(Text, 'note', 'phone'),
  currency: z.string().length(3),
  ...all(optional(Amount), 'total_price', 'current_total_price', 'total_outstanding'),
  ...all(Money, 'current_total_price_set', 'total_outstanding_set'),
  payment_gateway_names: optional(z.array(z.string())),
  shipping_address: optional(z.object(all(Text, ...PERSON, ...PLACE))),
  line_items: list(LineItem),
  shipping_lines: optional(list(z.object({ title: Text }))),
  fulfillment_orders: optional(list(z.object({ fulfill_by: Time }))),
  waybills: optional(z.array(Fulfillment)),
  tags: optional(z.union([z.string(), z.array(z.string()).transform((tags) => tags.join(', '))])),
})
export type Order = z.output<typeof Order>

const ORDERS = ['create', 'updated', 'paid', 'cancelled', 'fulfilled', 'partially_fulfilled'] as const
const PLAIN = ['shop/redact', 'app/uninstalled', 'customers/data_request'] as const
const RefundLine = z.object({ line_item_id: Id, quantity: z.int(), line_item: z.object({ quantity: z.int() }) })
const Refund = z.object({ id: Id, order_id: Id, created_at: IsoTime, refund_line_items: z.array(RefundLine) })
const Edit = z.object({ order_edit: z.object({ order_id: Id, created_at: IsoTime }) })

export const Body = openUnion('topic', [
  z.object({ topic: z.literal(ORDERS.map((one) => `orders/${one}` as const)), body: Order }),
  z.object({ topic: z.literal('orders/edited'), body: Edit }),
  z.object({ topic: z.literal('orders/delete'), body: z.object({ id: Id }) }),
  z.object({ topic: z.literal('refunds/create'), body: Refund }),
  z.object({ topic: z.literal('customers/redact'), body: z.object({ orders_to_redact: optional(z.array(Id)) }) }),
  z.object({ topic: z.literal(PLAIN) }),
])
export type Body = z.output<typeof Body>
