/** Orders, fulfillments and shipments as they are shown. */
import { z } from 'zod'
import { ORDER_STATES } from '../../domain/order-state.ts'
import { TRACKING_STATES } from '../../domain/tracking.ts'
import { Time } from '../schema.ts'

export const State = z.enum(ORDER_STATES)
const Money = z.object({ amount: z.int().describe('Minor units'), currency: z.string() })
const Masked = z
  .object({ name: z.string(), phone: z.string(), address: z.string() })
  .describe('Stars in place of what is private')
const Payment = z.enum(['unpaid', 'deposit', 'paid', 'cod'])
const time = Time.nullable()

const head = {
  id: z.string(),
  merchantId: z.string(),
  shopId: z.string(),
  platformOrderId: z.string(),
  state: State,
  placedAt: Time,
  shipBy: time,
  updatedAt: Time,
  payment: Payment,
  total: Money,
}

export const OrderSummary = z.object({
  ...head,
  receiver: z.object({ kind: z.string(), masked: Masked }).nullable(),
  lines: z.array(z.object({ sku: z.string().describe("The seller's code"), title: z.string(), quantity: z.int() })),
  warehouseIds: z.array(z.string()),
  waybills: z.array(z.string()),
  problems: z.array(z.object({ code: z.string(), zh: z.string(), en: z.string() })),
  by: z
    .enum(['order', 'sku', 'waybill', 'document', 'external', 'phone'])
    .optional()
    .describe('With `q`: what the text turned out to be'),
})

export const Fulfillment = z.object({
  orderId: z.string(),
  document: z.string(),
  generation: z.int(),
  warehouseId: z.string(),
  warehouseName: z.string(),
  lines: z.array(z.object({ lineId: z.string(), sku: z.string(), quantity: z.int() })),
  status: z
    .enum(['reserved', 'sent', 'accepted', 'shipped', 'dead'])
    .describe('dead: it will not ship, its stock is free'),
  externalId: z.string().nullable(),
  said: z.string().nullable(),
  stop: z.object({ why: z.string(), status: z.enum(['wanted', 'asked', 'failed']) }).nullable(),
  delivered: z.boolean(),
})

export const Shipment = z.object({
  orderId: z.string(),
  document: z.string(),
  warehouseId: z.string(),
  warehouseName: z.string(),
  packageId: z.string(),
  carrier: z.string(),
  waybill: z.string(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int() })),
  at: Time,
  written: z.boolean().describe('Told to the platform'),
  tracking: z
    .object({
      state: z.enum(TRACKING_STATES).nullable(),
      collectedAt: time.describe('First scan 揽收'),
      movedAt: time.describe('Newest scan'),
      entries: z
        .array(
          z.object({
            ...{ at: Time, text: z.string(), place: z.string().optional() },
            state: z.enum(TRACKING_STATES).optional(),
          }),
        )
        .describe('Oldest first, without phone numbers and names'),
      tracker: z.string().nullable().describe('Who follows it'),
      refused: z.string().nullable().describe('Why the tracker does not'),
    })
    .nullable(),
})

const Line = z.object({
  lineId: z.string(),
  code: z.string(),
  listingId: z.string().optional(),
  title: z.string(),
  quantity: z.int(),
  price: Money,
  gift: z.boolean(),
  status: z.enum(['open', 'refunding', 'gone']),
  parts: z
    .array(z.object({ sku: z.string(), quantity: z.int() }))
    .describe('SKUs it means, per piece of the line; empty: none is known'),
})

const sentences = { zh: z.string(), en: z.string() }
const Problem = z.object({
  id: z.string(),
  code: z.string(),
  subject: z.string(),
  openedAt: Time,
  ...sentences,
  fixZh: z.string(),
  fixEn: z.string(),
  overridable: z.boolean(),
})
const Entry = z.object({
  at: Time,
  who: z.string(),
  whoName: z.string(),
  what: z.string(),
  ...sentences,
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  ms: z.int().nullable(),
  raw: z.string().nullable().describe('Id of the message behind it: GET /deliveries/{id}'),
})

export const Order = z.object({
  ...head,
  seq: z.int(),
  receivedAt: Time,
  platformStatus: z.enum(['open', 'cancelled', 'finished']),
  paidAt: time,
  collectBy: time,
  cod: Money.nullable(),
  presale: z.object({ kind: z.enum(['deposit', 'full']), releaseAt: Time.optional() }).nullable(),
  flag: z.string().nullable(),
  hasNote: z.boolean(),
  hold: z.object({ why: z.string(), by: z.string() }).nullable(),
  waiting: z.boolean(),
  redacted: z.boolean(),
  receiver: z
    .object({ kind: z.string(), region: z.string().optional(), missing: z.array(z.string()), masked: Masked })
    .nullable(),
  customKeys: z.array(z.string()).describe('Fields of the platform that are not known here and carry values'),
  lines: z.array(Line),
  refunds: z.array(z.object({ refundId: z.string(), lineIds: z.array(z.string()), status: z.string(), at: Time })),
  fulfillments: z.array(Fulfillment),
  shipments: z.array(Shipment),
  problems: z.array(Problem),
  timeline: z.array(Entry),
})
