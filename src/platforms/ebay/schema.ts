/** Orders by the published specification of the Fulfillment API v1, and the notifications that only name them. */
import { z } from 'zod'
import { Amount, all, Id, IsoTime, openUnion, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Time = optional(IsoTime)
const Money = z.object({ value: Amount, currency: z.string().length(3) })

/** `lineItemCost` is of all pieces of the line. */
export const LineItem = z.looseObject({
  lineItemId: Id,
  quantity: z.int().nonnegative(),
  ...all(optional(Id), 'legacyItemId', 'legacyVariationId'),
  ...all(Text, 'sku', 'title', 'lineItemFulfillmentStatus'),
  lineItemCost: optional(Money),
  lineItemFulfillmentInstructions: optional(z.object({ shipByDate: Time })),
})
export type LineItem = z.output<typeof LineItem>

const PLACE = [
  'addressLine1',
  'addressLine2',
  'city',
  'county',
  'stateOrProvince',
  'postalCode',
  'countryCode',
] as const
const ShipTo = z.object({
  ...all(Text, 'fullName', 'companyName'),
  primaryPhone: optional(z.object({ phoneNumber: Text })),
  contactAddress: optional(z.object(all(Text, ...PLACE))),
})
const Step = z.object({ ...all(Text, 'shippingServiceCode', 'shipToReferenceId'), shipTo: optional(ShipTo) })
const Instruction = z.object({ fulfillmentInstructionsType: Text, shippingStep: optional(Step) })
const Payment = z.object({ paymentDate: Time })

export const Order = z.looseObject({
  orderId: Id,
  ...all(IsoTime, 'creationDate', 'lastModifiedDate'),
  ...all(Text, 'orderFulfillmentStatus', 'orderPaymentStatus', 'buyerCheckoutNotes'),
  cancelStatus: optional(z.object({ cancelState: Text })),
  pricingSummary: optional(z.object({ total: optional(Money) })),
  paymentSummary: optional(z.object({ payments: optional(z.array(Payment)) })),
  fulfillmentStartInstructions: optional(z.array(Instruction)),
  program: optional(z.looseObject({ fulfillmentProgram: optional(z.object({ fulfilledBy: Text })) })),
  lineItems: z.array(LineItem),
})
export type Order = z.output<typeof Order>

const Sent = z.object({ quantity: optional(z.int()), lineItemId: Id })
export const Fulfillment = z.object({ shipmentTrackingNumber: Text, lineItems: optional(z.array(Sent)) })
export type Fulfillment = z.output<typeof Fulfillment>

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
/** The order and its seller may stand in objects of their own; the immutable id goes before the name. */
const Placed = z.preprocess(
  (data) => {
    const { order, user, seller, ...rest } = fields(data)
    const flat = { ...rest, ...fields(order), ...fields(seller), ...fields(user) }
    return { orderId: flat.orderId, seller: flat.userId ?? flat.sellerId ?? flat.username }
  },
  z.object({ orderId: Id, seller: Id }),
)
const Revoked = z.object({ userId: Id, revocationDate: Time })

const noted = <Data extends z.ZodType>(data: Data) =>
  z.object({ notification: z.object({ notificationId: Text, eventDate: Time, data }) })
/** `topic` is taken out of the body's `metadata`, so that a known topic with a wrong body is refused. */
export const Body = openUnion('topic', [
  z.object({ topic: z.literal('ORDER_CONFIRMATION'), body: noted(Placed) }),
  z.object({ topic: z.literal('AUTHORIZATION_REVOCATION'), body: noted(Revoked) }),
  z.object({ topic: z.literal('MARKETPLACE_ACCOUNT_DELETION'), body: noted(z.unknown()) }),
])
export type Body = z.output<typeof Body>
