/** Orders as webhooks, detail and list carry them alike. https://github.com/woocommerce/woocommerce-rest-api-docs */
import { z } from 'zod'
import { Amount, all, Id, IsoTime, openUnion, optional } from '../../wire/values.ts'

const Text = optional(z.string())
/** UTC, written without saying so. */
const Gmt = z
  .string()
  .transform((text) => (/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`))
  .pipe(IsoTime)
const Meta = z.object({ key: z.string(), value: z.unknown() })
const Metas = optional(z.array(Meta).catch([]))

export const Line = z.looseObject({
  id: Id,
  ...all(Text, 'name', 'sku'),
  quantity: z.coerce.number().int().nonnegative(),
  total: optional(Amount),
  ...all(optional(Id), 'product_id', 'variation_id'),
  meta_data: Metas,
})

const PERSON = ['first_name', 'last_name', 'company', 'phone'] as const
const PLACE = ['address_1', 'address_2', 'city', 'state', 'postcode', 'country'] as const
const Address = z.object(all(Text, ...PERSON, ...PLACE))
export type Address = z.output<typeof Address>

export const Order = z.looseObject({
  id: Id,
  status: z.string(),
  currency: z.string().length(3),
  total: Amount,
  ...all(Gmt, 'date_created_gmt', 'date_modified_gmt'),
  date_paid_gmt: optional(Gmt),
  ...all(Text, 'customer_note', 'payment_method'),
  ...all(optional(Address), 'shipping', 'billing'),
  line_items: z.array(Line),
  shipping_lines: optional(z.array(z.object({ method_title: Text }))),
  refunds: optional(z.array(z.unknown())),
  meta_data: Metas,
})
export type Order = z.output<typeof Order>

/** A refund's own lines say by `_refunded_item_id` whose they are; their quantity is negative. */
const RefundLine = z.object({ quantity: z.coerce.number().int(), meta_data: Metas })
export const Refunds = z.array(z.object({ id: Id, line_items: z.array(RefundLine) })).min(1)
export type Refunds = z.output<typeof Refunds>

const WHOLE = ['created', 'updated', 'restored'] as const
export const Body = openUnion('topic', [
  z.object({ topic: z.literal(WHOLE.map((one) => `order.${one}` as const)), body: Order }),
  z.object({ topic: z.literal('order.deleted'), body: z.object({ id: Id }) }),
])
export type Body = z.output<typeof Body>
