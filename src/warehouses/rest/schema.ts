/**
 * What a warehouse of the plain JSON contract answers, and what it calls us with. What we send stands beside the
 * published form of the contract, in `scripts/warehouse-rest-openapi.ts`, which is made from both.
 */
import { z } from 'zod'

const Text = z.string().min(1).max(200)
const Note = z.string().optional()
const Time = z.iso.datetime({ offset: true })

const ItemIds = z.array(z.object({ sku: Text, itemId: Text }))
export const OrderTaken = z.object({ externalId: Note, items: ItemIds.optional() })

export const Cancelled = z.object({
  status: z.enum(['cancelled', 'cancelling']).describe('cancelling: the result follows as order.status'),
})

const Contents = z.array(z.object({ sku: Text, quantity: z.int().positive() })).min(1)
const Package = z.object({ packageId: Text.optional(), carrier: Text, waybill: Text, items: Contents })
const STATES = ['accepted', 'picking', 'packed', 'shipped', 'delivered', 'rejected', 'cancelled', 'exception'] as const

export const OrderState = z.object({
  externalId: Note,
  status: z.enum(STATES),
  items: Contents.optional().describe('What was ordered'),
  packages: z.array(Package).optional(),
})

const Level = z.object({ sku: Text, quantity: z.int().nonnegative(), frozen: z.int().nonnegative().optional() })
export const StockLevels = z.object({ items: z.array(Level) })

export const ItemTaken = z.object({ itemId: Text.optional() })

/** Every answer of 4xx. */
export const Refusal = z.object({ code: Text, message: Note })

const Ref = { document: Text, externalId: Text.optional() }
const ShipmentCreated = z.object({
  ...Ref,
  shipmentId: Text.describe('The same shipment has the same id, however often it comes'),
  final: z.boolean().describe('false: more packages of this document will follow'),
  packages: z.array(Package).min(1),
})
const OrderStatus = z.object({ ...Ref, status: z.enum([...STATES, 'cancel_refused']), message: Note })
const StockSnapshot = z.object({ full: z.boolean().describe('true: SKUs not listed are 0'), items: z.array(Level) })
const MoveId = Text.describe('The same movement has the same id')
const Move = z.object({ moveId: MoveId, sku: Text, delta: z.int(), document: Text.optional(), reason: z.string() })

const callback = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), timestamp: Time.describe("The warehouse's own time of it"), data })

export const CALLBACKS = [
  callback('shipment.created', ShipmentCreated),
  callback('order.status', OrderStatus),
  callback('stock.snapshot', StockSnapshot),
  callback('stock.moved', z.object({ items: z.array(Move).min(1) })),
] as const

const KNOWN: ReadonlySet<string> = new Set(CALLBACKS.map((one) => one.shape.type.value))
const Later = z.object({ type: z.string().refine((type) => !KNOWN.has(type)) })

/** What a warehouse sends. A type that is none of these is for later versions, and no error. */
export const Callback = z.preprocess(
  (body) => (Later.safeParse(body).success ? { type: 'other' } : body),
  z.discriminatedUnion('type', [...CALLBACKS, z.object({ type: z.literal('other') })]),
)
export type Callback = z.output<typeof Callback>
