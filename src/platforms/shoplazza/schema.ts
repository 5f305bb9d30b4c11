/** Orders as webhooks carry them and as the API of 2022-01 answers them. Prices come as text and as numbers. */
import { z } from 'zod'
import { Amount, all, Id, IsoTime, openUnion, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Time = optional(IsoTime)
const Count = optional(z.int().nonnegative())

export const LineItem = z.looseObject({
  id: Id,
  quantity: z.int().nonnegative(),
  refund_quantity: Count,
  ...all(Text, 'sku', 'product_title', 'title', 'variant_title'),
  fulfillment_status: optional(z.string().toLowerCase()),
  variant_id: optional(Id),
  requires_shipping: optional(z.boolean()),
  price: optional(Amount),
})
export type LineItem = z.output<typeof LineItem>

const PERSON = ['name', 'first_name', 'last_name', 'company', 'phone'] as const
const PLACE = ['country_code', 'province', 'province_code', 'city', 'area', 'zip', 'address', 'address1'] as const
export const Address = z.looseObject(all(Text, ...PERSON, ...PLACE))

export const Order = z.looseObject({
  id: Id,
  ...all(IsoTime, 'created_at', 'updated_at'),
  ...all(Time, 'placed_at', 'canceled_at'),
  ...all(optional(z.string().toLowerCase()), 'status', 'financial_status', 'fulfillment_status', 'payment_method'),
  ...all(Text, 'note', 'customer_note'),
  currency: z.string().length(3),
  total_price: optional(Amount),
  shipping_address: optional(Address),
  line_items: z.array(LineItem),
})
export type Order = z.output<typeof Order>

export const Fulfillment = z.object({
  id: Id,
  status: optional(z.string().toLowerCase()),
  tracking_number: Text,
  line_items: optional(z.array(z.object({ id: Id, ...all(Count, 'quantity', 'ship_quantity', 'shipping_quantity') }))),
})
export type Fulfillment = z.output<typeof Fulfillment>

/** Other topics wrap their subject (`{"product": …}`); of orders both forms are seen. */
const unwrapped = <Schema extends z.ZodType>(name: string, schema: Schema) =>
  z.preprocess((body) => {
    const read = z.looseObject({ [name]: z.looseObject({}) }).safeParse(body)
    return read.success ? (read.data as Record<string, unknown>)[name] : body
  }, schema)
const Shipped = z.object({ order_id: Id, ...all(Time, 'created_at', 'updated_at') })
const TOPICS = ['orders/create', 'orders/paid', 'orders/update', 'orders/cancelled'] as const

export const Body = openUnion('topic', [
  z.object({ topic: z.literal(TOPICS), body: unwrapped('order', Order) }),
  z.object({ topic: z.literal('fulfillments/create'), body: unwrapped('fulfillment', Shipped) }),
])
export type Body = z.output<typeof Body>
