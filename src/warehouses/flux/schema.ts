/**
 * What FLUX calls us with, in XML or JSON. `method` stands outside what is signed, so an entry is known by what it holds
 * and never by what the call says it is.
 */
import { z } from 'zod'
import { at } from '../../wire/answer.ts'
import { fromBeijing } from '../../wire/time.ts'
import { Id, optional } from '../../wire/values.ts'
import { list } from '../../wire/xml.ts'
import { OTHERS } from './codes.ts'

const count = (pattern: RegExp) =>
  z.union([z.string(), z.number()]).transform(String).pipe(z.string().regex(pattern)).transform(Number).pipe(z.int())
const Count = count(/^\d+(?:\.0+)?$/)
const Delta = count(/^[+-]?\d+(?:\.0+)?$/)
const Time = z
  .string()
  .transform((text) => fromBeijing(text))
  .pipe(z.int().nonnegative())
const Maybe = optional(Id)
const several = <Item extends z.ZodType>(name: string, item: Item) =>
  z.preprocess((node) => list(node, name), z.array(item).min(1))

const Ref = { document: Id, externalId: Maybe }
const Goods = z.object({
  SKU: Id,
  QtyShipped: Count,
  QtyOrdered: optional(Count),
  ShippedTime: Time,
  DeliveryNo: Maybe,
})
const Shipped = z
  .object({ kind: z.literal('shipped'), ...Ref, CarrierId: Maybe, DeliveryNo: Maybe, item: z.array(Goods).min(1) })
  .refine(({ DeliveryNo, item }) => DeliveryNo !== undefined || item.every((one) => one.DeliveryNo !== undefined), {
    error: 'no waybill',
    path: ['DeliveryNo'],
  })
const Stated = z.object({ kind: z.literal('stated'), ...Ref, Status: Id, Desc: Maybe, Time })
const Arrived = z.object({ SKU: Id, ReceivedQty: Count, ReceivedTime: Time, UserDefine3: Maybe })
const Received = z.object({
  ...{ kind: z.literal('received'), ...Ref },
  ...{ Status: Maybe, OrderType: Maybe, item: z.array(Arrived).min(1) },
})
const Counted = z.object({
  ...{ kind: z.literal('counted'), checkOrderCode: Id, checkTime: Time },
  items: several('item', z.object({ itemCode: Id, quantity: Delta, inventoryType: Maybe })),
})

type Node = Readonly<Record<string, unknown>>

const kindOf = (entry: Node, goods: readonly unknown[]): string => {
  const have = (field: string) => goods.some((one) => at(one, field) !== undefined)
  if (entry.checkOrderCode !== undefined) return 'counted'
  if (have('ReceivedQty')) return 'received'
  if (entry.Status !== undefined && goods.length === 0) return 'stated'
  const parcel = entry.DeliveryNo !== undefined || have('QtyShipped')
  return parcel && !OTHERS.includes(String(entry.OrderType)) ? 'shipped' : 'other'
}

/** Both spellings of the two numbers, and the goods as a list. */
const tagged = (entry: unknown): unknown => {
  if (entry === null || typeof entry !== 'object') return entry
  const node = entry as Node
  const item = list(node, 'item')
  const document = node.OMSOrderNo ?? node.OrderNo
  return { ...node, kind: kindOf(node, item), document, externalId: node.WMSOrderNo ?? node.WMSOrderno, item }
}

const Entry = z.preprocess(
  tagged,
  z.discriminatedUnion('kind', [Shipped, Stated, Received, Counted, z.object({ kind: z.literal('other') })]),
)

/** `xmldata` may be missing in JSON. */
export const Message = z.preprocess(
  (body) => list(at(body, 'xmldata.data') ?? at(body, 'data'), 'orderinfo'),
  z.array(Entry).min(1),
)
export type Entry = z.output<typeof Entry>
