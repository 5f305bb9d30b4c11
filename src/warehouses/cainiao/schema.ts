/**
 * The messages of a Cainiao warehouse that we read, with the fields that `normalize` uses. `msg_type` is not signed, so
 * which message it is comes out of the signed content alone. Elements are text; an empty one counts as absent; the names
 * that lists give to their elements differ between LINK and TOP, and are not looked at.
 */
import { z } from 'zod'
import { at, textAt } from '../../wire/answer.ts'
import { fromBeijing } from '../../wire/time.ts'
import { COUNT_SIGNS, PARCEL_TYPES } from './codes.ts'

const Code = z.string().min(1)
const Optional = z
  .union([z.string(), z.number()])
  .optional()
  .transform((value) => (value === undefined || value === '' ? undefined : String(value)))
const Quantity = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d+$/).transform(Number).pipe(z.int()))
const Time = z.string().transform((written, context) => {
  const time = fromBeijing(written)
  if (time === undefined) context.addIssue({ code: 'custom', message: 'no time' })
  return time ?? 0
})

/** The elements of a list, whatever each is called; an empty element holds none. */
export const elements = (node: unknown): readonly unknown[] => {
  if (Array.isArray(node)) return node
  if (node === null || typeof node !== 'object') return []
  return Object.values(node).flat()
}
/** `{tms_order: {…}}`: TOP's JSON puts each element into an object of its own. */
const bare = (node: unknown): unknown => {
  const inner = node !== null && typeof node === 'object' ? Object.values(node) : []
  return inner.length === 1 && inner[0] !== null && typeof inner[0] === 'object' && !Array.isArray(inner[0])
    ? inner[0]
    : node
}
const several = <Item extends z.ZodType>(item: Item) => z.preprocess((node) => elements(node).map(bare), z.array(item))

/** Goods under the merchant's own code, or under Cainiao's id where the message has no code. */
const Goods = z
  .object({ itemCode: Optional, item_code: Optional, itemId: Optional, item_id: Optional })
  .transform((item, context) => {
    const sku = item.itemCode ?? item.item_code ?? item.itemId ?? item.item_id
    if (sku === undefined) context.addIssue({ code: 'custom', message: 'goods without a code' })
    return { sku: sku ?? '' }
  })
const Content = z
  .object({ itemQuantity: Quantity.optional(), itemQty: Quantity.optional(), item_qty: Quantity.optional() })
  .transform(({ itemQuantity, itemQty, item_qty }, context) => {
    const quantity = itemQuantity ?? itemQty ?? item_qty
    if (quantity === undefined) context.addIssue({ code: 'custom', message: 'goods without a quantity' })
    return { quantity: quantity ?? 0 }
  })

const TmsOrder = z.object({ tmsCode: Code, tmsOrderCode: Code, tmsItems: several(Goods.and(Content)) })
const Parcels = several(TmsOrder)
/** The same in the answer of `wlb.wms.consign.bill.get`. */
export const TopParcels = several(
  z.object({ tms_code: Code, tms_order_code: Code, tms_item_list: several(Goods.and(Content)) }).transform((order) => ({
    ...{ tmsCode: order.tms_code, tmsOrderCode: order.tms_order_code, tmsItems: order.tms_item_list },
  })),
)
export type Parcel = z.output<typeof TmsOrder>

const Order = {
  ...{ orderCode: Code, erpOrderCode: Optional, storeOrderCode: Optional, cnOrderCode: Optional },
  orderType: Optional,
}
const Confirm = z.object({
  kind: z.literal('confirm'),
  ...Order,
  ...{ outBizCode: Optional, confirmType: Optional, orderConfirmTime: Time },
  tmsOrders: Parcels.refine((parcels) => parcels.length > 0, { error: 'no parcel' }),
})
const Status = z.object({
  ...{ kind: z.literal('status'), ...Order, status: Code, operateDate: Time },
  ...{ content: Optional, remark: Optional },
})

const Stock = Goods.and(z.object({ quantity: Quantity, inventoryType: Optional }))
const some = <Item extends z.ZodType>(item: Item) =>
  several(item).refine((items) => items.length > 0, { error: 'no item' })
const Count = z.object({
  ...{ kind: z.literal('count'), orderType: Code, outBizCode: Code, operateTime: Time },
  ...{ adjustReasonType: Optional, itemList: some(Stock) },
})
const Kind = z.object({ inventoryType: Optional })
const Adjust = z.object({
  ...{ kind: z.literal('adjust'), outBizCode: Code, operateTime: Time, adjustReasonType: Optional },
  itemList: some(Goods.and(z.object({ quantity: Quantity, source: Kind, target: Kind }))),
})

const kindOf = (node: unknown): string => {
  const type = textAt(node, 'orderType')
  if (Object.hasOwn(COUNT_SIGNS, type) && at(node, 'itemList') !== undefined) return 'count'
  if (elements(at(node, 'itemList')).some((item) => at(item, 'source') !== undefined)) return 'adjust'
  if (type !== '' && !PARCEL_TYPES.includes(type)) return 'other'
  if (at(node, 'status') !== undefined) return 'status'
  return ['tmsOrders', 'orderConfirmTime', 'confirmType'].some((name) => at(node, name) !== undefined)
    ? 'confirm'
    : 'other'
}

export const Message = z
  .object({ request: z.record(z.string(), z.unknown()) })
  .transform(({ request }) => ({ ...request, kind: kindOf(request) }))
  .pipe(z.discriminatedUnion('kind', [Confirm, Status, Count, Adjust, z.object({ kind: z.literal('other') })]))
export type Message = z.output<typeof Message>
export type Confirm = z.output<typeof Confirm>
export type Status = z.output<typeof Status>
export type Count = z.output<typeof Count>
export type Adjust = z.output<typeof Adjust>

/** One SKU's levels in the answer of `wlb.wms.inventory.query`. */
export const Levels = several(
  z.object({ inventory_type: Optional, quantity: Quantity, lock_quantity: Quantity.optional() }),
)
