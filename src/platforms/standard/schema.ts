/** The event as a merchant's own shop sends it. Its published form, `docs/standard-shop.schema.json`, is made from this file. */
import { z } from 'zod'
import { Amount as AnyAmount, Id, IsoTime, openUnion, optional } from '../../wire/values.ts'

const Time = z.union([IsoTime, z.int().min(1e11)]).meta({ id: 'ShopTime', description: 'ISO 8601 + offset, or UTC ms' })
const Amount = AnyAmount.describe('In major units, best as text: "19.90"')
const Flag = optional(z.boolean())
const Word = optional(z.string().max(5000))
const More = 'Fields that are not listed travel along as custom fields'

export const Line = z
  .looseObject({
    id: Id.describe('Stays the same over every event of the order'),
    sku: Word.describe("The seller's code 商家编码: a SKU of ours, or mapped to one"),
    listingId: optional(Id).describe("The shop's own id of the thing sold, to map it where there is no code"),
    title: Word,
    quantity: z.int().positive(),
    price: optional(Amount).describe('Per piece'),
    gift: Flag,
    status: optional(z.enum(['open', 'refunding', 'gone'])).describe('gone: not to be shipped'),
  })
  .meta({ id: 'ShopLine', description: More })

const Country = optional(z.string().length(2)).describe('ISO 3166-1 alpha-2; absent: CN')
const Region = z.looseObject({ country: Country, province: Word, city: Word, district: Word, town: Word, zip: Word })
export const Receiver = Region.extend({ name: Word, phone: Word, address: Word }).meta({ id: 'ShopReceiver' })

export const Order = z
  .looseObject({
    id: Id,
    version: optional(z.int().nonnegative()).describe('Grows with each change; absent: updatedAt, else the event time'),
    updatedAt: optional(Time),
    createdAt: optional(Time),
    paidAt: optional(Time),
    status: optional(z.enum(['open', 'cancelled', 'finished'])),
    payment: optional(z.enum(['unpaid', 'deposit', 'paid', 'cod'])).describe('Absent: from paidAt, cod and the event'),
    currency: optional(z.string().regex(/^[A-Z]{3}$/)).describe('ISO 4217; absent: CNY'),
    total: optional(Amount),
    presale: optional(z.object({ kind: z.enum(['deposit', 'full']), releaseAt: optional(Time) })),
    cod: optional(Amount).describe('To collect from the receiver'),
    lines: z.array(Line).max(2000),
    receiver: optional(Receiver),
    buyerNote: Word,
    sellerNote: Word,
    flag: optional(Id),
    shipBy: optional(Time).describe('最晚发货时间'),
    collectBy: optional(Time).describe('最晚揽收时间'),
    shippable: Flag.describe('false: not to be shipped for now (risk check and the like)'),
    custom: optional(z.record(z.string(), z.unknown())),
  })
  .meta({ id: 'ShopOrder', description: More })
export type Order = z.output<typeof Order>

const ORDERS = ['order.created', 'order.updated', 'order.paid', 'order.cancelled'] as const
const REFUNDS = ['refund.requested', 'refund.withdrawn', 'refund.refunded'] as const
const Refund = z.object({
  orderId: Id,
  refundId: Id,
  lineIds: optional(z.array(Id)).describe('Absent: the whole order'),
})

/** Never empty: to us an empty list would mean the whole shop. */
const Redact = z.object({ orderIds: z.array(Id).min(1).max(10_000) })

const EVENTS = [
  z.object({ type: z.literal(ORDERS), timestamp: Time, data: z.object({ order: Order }) }),
  z.object({ type: z.literal(REFUNDS), timestamp: Time, data: Refund }),
  z.object({ type: z.literal('order.changed'), timestamp: Time, data: z.object({ orderId: Id, what: Word }) }),
  z.object({ type: z.literal('customer.redact'), timestamp: Time, data: Redact }),
  z.object({ type: z.literal('ping') }),
] as const

export const Body = openUnion('type', EVENTS)
export type Body = z.output<typeof Body>

/** JSON Schema (draft 2020-12) of what a shop sends; the `meta` ids above are its `$defs`. */
export const eventSchema = () => z.toJSONSchema(z.discriminatedUnion('type', EVENTS), { io: 'input' })
