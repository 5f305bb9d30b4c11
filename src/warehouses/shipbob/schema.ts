/**
 * What ShipBob answers and sends, with the fields that are read; nearly all of them may be null.
 * https://github.com/brianzinn/shipbob-node-sdk/blob/main/openapi-2026-01.json
 */
import { z } from 'zod'
import { Id, IsoTime, openUnion, optional } from '../../wire/values.ts'

const list = <Item extends z.ZodType>(item: Item) => z.preprocess((value) => value ?? [], z.array(item))
const Pieces = z.int().nonnegative()

/** UTC ms; what is no such time says nothing. */
const Time = z.preprocess((value) => {
  const time = IsoTime.safeParse(value)
  return time.success && time.data > 0 ? time.data : undefined
}, z.number().optional())

const Named = { reference_id: optional(Id), sku: optional(Id) }

const Shipment = z.object({
  id: Id,
  status: optional(z.string()),
  products: list(z.object({ ...Named, inventory_items: list(z.object({ id: Id, quantity: Pieces })) })),
  tracking: optional(z.object({ carrier: optional(Id), tracking_number: optional(Id) })),
  actual_fulfillment_date: Time,
  delivery_date: Time,
})
export type Shipment = z.output<typeof Shipment>

export const Order = z.object({
  id: Id,
  reference_id: optional(Id),
  status: optional(z.string()),
  products: list(z.object({ ...Named, quantity: Pieces })),
  shipments: list(Shipment),
})
export type Order = z.output<typeof Order>
export const Orders = z.array(Order)

export const Taken = z.object({ id: Id })

export const Cancelled = z.object({
  status: z.enum(['Success', 'Failure', 'PartialSuccess']),
  canceled_shipment_results: list(z.object({ shipment_id: optional(Id), reason: optional(z.string()) })),
})

export const Levels = z.object({
  items: z.array(z.object({ sku: optional(Id), total_on_hand_quantity: z.int(), total_committed_quantity: Pieces })),
  next: optional(z.string()),
})

/** The body of `order.shipped` is the order; that of the others differs by topic, and only names are read of it. */
const About = z
  .object({ order_id: optional(Id), reference_id: optional(Id) })
  .refine((body) => body.order_id !== undefined || body.reference_id !== undefined, { error: 'names no order' })

const ABOUT_SHIPMENTS = [
  'order.delivered',
  'order.shipment.cancelled',
  'order.shipment.delivered',
  'order.shipment.exception',
  'order.shipment.on_hold',
  'order.shipment.tracking.updated',
  'order.shipment.tracking_received',
  'shipment.tracking.updated',
] as const

export const Message = openUnion('topic', [
  z.object({ topic: z.literal('order.shipped'), body: Order }),
  z.object({ topic: z.literal([...ABOUT_SHIPMENTS]), body: About }),
])
export type Message = z.output<typeof Message>
