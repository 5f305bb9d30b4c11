/**
 * The messages of a WMS that we read, with the fields that `normalize` uses. Elements are text; an empty one counts as
 * absent. https://open.taobao.com/api.htm?docId=26001&docType=2 and its neighbours.
 */
import { z } from 'zod'
import { list } from '../../wire/xml.ts'

const Code = z.string().min(1)
const Optional = z
  .string()
  .optional()
  .transform((text) => text || undefined)
const texts = <Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, Optional])) as Record<Name, typeof Optional>

/** Pieces; some write `1` as `1.0`. */
const whole = (pattern: RegExp) => z.string().regex(pattern).transform(Number).pipe(z.int())
const Quantity = whole(/^\d+(?:\.0+)?$/)
const Delta = whole(/^[+-]?\d+(?:\.0+)?$/)

/** `<packages>` with one `<package>`, several or none. */
const several = <Item extends z.ZodType>(name: string, item: Item) =>
  z.preprocess((node) => list(node, name), z.array(item))
const request = <Shape extends z.ZodRawShape>(shape: Shape) => z.object({ request: z.object(shape) })

const Contents = several('item', z.object({ itemCode: Code, quantity: Quantity }))
/** The same in a confirm and in the answer of `deliveryorder.query`. */
export const Packages = several('package', z.object({ logisticsCode: Code, expressCode: Code, items: Contents }))

const Times = texts('orderConfirmTime', 'operateTime')
const Order = { deliveryOrderCode: Code, ...texts('deliveryOrderId', 'status', 'outBizCode', 'confirmType'), ...Times }
const Line = z.object({ ...texts('itemCode', 'inventoryType'), actualQty: Optional.pipe(Quantity.optional()) })
const Confirm = request({
  deliveryOrder: z.object(Order),
  packages: Packages,
  orderLines: several('orderLine', Line),
})

const Process = request({
  order: z.object({ orderCode: Code, ...texts('orderId', 'orderType') }),
  process: z.object({ processStatus: Code, ...texts('operateTime', 'operateInfo', 'remark') }),
})

const Batch = z.object({ quantity: Delta, ...texts('inventoryType') })
const Change = Batch.extend({
  ...{ outBizCode: Code, itemCode: Code, batchs: several('batch', Batch) },
  ...texts('orderCode', 'orderType', 'changeTime'),
})
const StockChange = request({
  items: several('item', Change).refine((items) => items.length > 0, { error: 'no item' }),
})

const Inventory = request({
  outBizCode: Code,
  ...texts('currentPage', 'checkOrderCode', 'checkTime', 'adjustType'),
  items: several('item', Batch.extend({ itemCode: Code })),
})

/** Increments; negative where a confirm corrects one before. */
const Arrived = z.object({
  ...{ itemCode: Code, actualQty: Optional.pipe(Delta.optional()) },
  ...texts('orderLineNo', 'outBizCode', 'inventoryType'),
  batchs: several('batch', z.object({ actualQty: Optional.pipe(Delta.optional()), ...texts('inventoryType') })),
})
const arrival = <Name extends string, Shape extends z.ZodRawShape>(name: Name, order: Shape) =>
  request({ [name]: z.object(order), orderLines: several('orderLine', Arrived) } as {
    // fromEntries and computed names forget which name it is.
    [K in Name]: z.ZodObject<Shape>
  } & { orderLines: z.ZodType<z.output<typeof Arrived>[]> })
const Entry = arrival('entryOrder', {
  ...{ entryOrderCode: Code, outBizCode: Code },
  ...texts('entryOrderType', 'operateTime'),
})
const Return = arrival('returnOrder', {
  returnOrderCode: Code,
  ...texts('outBizCode', 'orderType', 'orderConfirmTime'),
})

const Exception = request({
  deliveryOrderCode: Code,
  ...texts('deliveryOrderId', 'orderType', 'messageType', 'messageDesc', 'createTime'),
})
const Lack = request({
  ...{ deliveryOrderCode: Code, ...texts('deliveryOrderId', 'createTime') },
  items: several('item', z.object({ itemCode: Code, lackQty: Quantity, ...texts('reason') })),
})

const message = <Topic extends string, Body extends z.ZodType>(topic: Topic, body: Body) =>
  z.object({ topic: z.literal(topic), body })

/** By method, since two of them read alike. Methods that are none of ours arrive as `other` and may hold anything. */
export const Message = z.discriminatedUnion('topic', [
  message('deliveryorder.confirm', Confirm),
  message('orderprocess.report', Process),
  message('stockchange.report', StockChange),
  message('inventory.report', Inventory),
  message('entryorder.confirm', Entry),
  message('returnorder.confirm', Return),
  message('orderexception.report', Exception),
  message('itemlack.report', Lack),
  message('other', z.unknown()),
])
export type Message = z.output<typeof Message>
export type Confirm = z.output<typeof Confirm>['request']
export type Process = z.output<typeof Process>['request']
export type StockChange = z.output<typeof StockChange>['request']
export type Inventory = z.output<typeof Inventory>['request']
export type Entry = z.output<typeof Entry>['request']
export type Return = z.output<typeof Return>['request']
export type Exception = z.output<typeof Exception>['request']
export type Lack = z.output<typeof Lack>['request']
export type Arrived = z.output<typeof Arrived>

const KNOWN: readonly string[] = Message.options.map((one) => one.shape.topic.value)

/** `method` of the query, with or without its prefix: Qimen leaves it out towards us, some relays put it in. */
export const methodOf = (url: string): string =>
  (new URLSearchParams(url.split('?')[1]).get('method') ?? '').replace(/^taobao\.qimen\./, '')

export const topicOf = (url: string): string => KNOWN.find((topic) => topic === methodOf(url)) ?? 'other'

/** The items of `inventory.query`, by batch and kind. */
export const Levels = several(
  'item',
  Batch.extend({ itemCode: Code, lockQuantity: Optional.pipe(Delta.optional()) }).transform((item) => ({
    ...{ sku: item.itemCode, inventoryType: item.inventoryType },
    ...{ quantity: item.quantity, frozen: item.lockQuantity ?? 0 },
  })),
)
export type Level = z.output<typeof Levels>[number]
