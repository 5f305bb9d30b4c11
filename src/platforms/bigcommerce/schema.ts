/** What is read of BigCommerce's hooks, and of an order, its products, addresses and shipments, which are four resources. */
import { z } from 'zod'
import { Amount, all, Id, openUnion, optional, Seconds } from '../../wire/values.ts'

const SCOPES = ['created', 'updated', 'archived', 'statusUpdated', 'message/created', 'refund/created'] as const
const Hook = z.object({
  scope: z.literal(SCOPES.map((one) => `store/order/${one}` as const)),
  data: z.object({ id: Id }),
  created_at: optional(Seconds).catch(undefined),
})
export const Body = openUnion('scope', [Hook])
export type Body = z.output<typeof Body>

const Text = optional(z.string())
const Count = z.coerce.number().int().nonnegative()
/** RFC 2822: `Tue, 24 Nov 2026 08:00:00 +0000`. */
const Time = z
  .string()
  .transform((text) => Date.parse(text))
  .pipe(z.int().nonnegative())

export const Order = z.looseObject({
  id: Id,
  status_id: z.coerce.number().int(),
  ...all(Time, 'date_created', 'date_modified'),
  total_inc_tax: Amount,
  currency_code: z.string().length(3),
  ...all(Text, 'payment_method', 'customer_message', 'staff_notes'),
  is_deleted: optional(z.boolean()),
})
export type Order = z.output<typeof Order>

export const Product = z.looseObject({
  id: Id,
  ...all(optional(Id), 'product_id', 'variant_id', 'order_address_id'),
  ...all(Text, 'name', 'sku', 'type'),
  quantity: Count,
  ...all(optional(Count), 'quantity_shipped', 'quantity_refunded'),
  price_inc_tax: optional(Amount),
  product_options: optional(z.array(z.object({ display_name: Text, display_value: Text })).catch([])),
})
export type Product = z.output<typeof Product>

const PERSON = ['first_name', 'last_name', 'company', 'phone'] as const
const PLACE = ['street_1', 'street_2', 'city', 'state', 'zip', 'country', 'country_iso2'] as const
export const Address = z.object({ id: Id, ...all(Text, ...PERSON, ...PLACE) })
export type Address = z.output<typeof Address>

export const Shipment = z.object({ id: Id, tracking_number: optional(Id) })

/** An order with what belongs to it. */
export interface Whole {
  readonly order: Order
  readonly products: readonly Product[]
  readonly addresses: readonly Address[]
}
