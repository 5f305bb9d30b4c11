/** What 顺丰云仓 calls us with. The service's name is an attribute; the element within says the same. */
import { z } from 'zod'
import { at } from '../../wire/answer.ts'
import { fromBeijing } from '../../wire/time.ts'
import { Id, optional } from '../../wire/values.ts'
import { list } from '../../wire/xml.ts'

const Count = z
  .string()
  .regex(/^\d+(?:\.0+)?$/)
  .transform(Number)
  .pipe(z.int())
const Time = z
  .string()
  .transform((text) => fromBeijing(text))
  .pipe(z.int().nonnegative())
const Maybe = optional(Id)

const several = <Item extends z.ZodType>(name: string, item: Item) =>
  z.preprocess((node) => list(node, name), z.array(item).min(1))

const Parcel = {
  ErpOrder: Id,
  ...{ ShipmentId: Maybe, Carrier: Maybe, DataStatus: Maybe, IsSplit: Maybe, WayBillNo: Maybe },
  Items: several('Item', z.object({ SkuNo: Id, ActualQty: Count })),
}
/** A row of the answer to the question for details: its fields stand in a `Header`. */
export const Detail = z.object(Parcel)
export type Detail = z.output<typeof Detail>

const Left = z
  .object({ ...Parcel, ActualShipDateTime: Time })
  .refine(({ WayBillNo }) => WayBillNo !== undefined, { error: 'no waybill', path: ['WayBillNo'] })
const Step = z.object({ EventTime: Time, Status: Id, Note: Maybe })
const Stated = z.object({ ErpOrder: Id, ShipmentId: Maybe, Steps: several('Step', Step) })

/** Orders of a push have their fields at hand, those of an answer in a `Header`: read alike. */
export const flat = (row: unknown): unknown => {
  const header = at(row, 'Header')
  return row !== null && typeof row === 'object' && header !== null && typeof header === 'object'
    ? { ...header, ...row }
    : row
}
const orders = <Row extends z.ZodType>(row: Row) =>
  z.object({ SaleOrders: several('SaleOrder', z.preprocess(flat, row)) })

const tagged = (root: unknown): unknown => {
  const body = at(root, 'Request.Body')
  const shipped = at(body, 'SaleOrderOutboundDetailRequest')
  const stated = at(body, 'SaleOrderStatusRequest')
  if (shipped !== undefined) return { kind: 'shipped', content: shipped }
  if (stated !== undefined) return { kind: 'stated', content: stated }
  return { kind: body === undefined ? 'none' : 'other' }
}

export const Message = z.preprocess(
  tagged,
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('shipped'), content: orders(Left) }),
    z.object({ kind: z.literal('stated'), content: orders(Stated) }),
    z.object({ kind: z.literal('other') }),
  ]),
)
export type Message = z.output<typeof Message>
export type Left = z.output<typeof Left>
export type Stated = z.output<typeof Stated>
