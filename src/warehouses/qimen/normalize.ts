/** Messages of a WMS → our events. Times are Beijing's; where a message has none, that of its sending stands in. */
import type { DocumentRef, Package, WarehouseEvent } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import { own } from '../../lib/own.ts'
import type { WireRequest } from '../../wire/message.ts'
import { fromBeijing } from '../../wire/time.ts'
import { bySku } from '../quantities.ts'
import { ARRIVAL_TYPES, carrierOf, good, PARCEL_TYPES, STATES } from './codes.ts'
import { goodPart, movesOf } from './moves.ts'
import type {
  Arrived,
  Confirm,
  Entry,
  Exception,
  Inventory,
  Lack,
  Message,
  Process,
  Return,
  StockChange,
} from './schema.ts'

export const normalize = (message: Message, request: WireRequest): readonly WarehouseEvent[] => {
  const sent = fromBeijing(new URLSearchParams(request.url.split('?')[1]).get('timestamp') ?? undefined) ?? 0
  if (message.topic === 'deliveryorder.confirm') return confirmed(message.body.request, sent)
  if (message.topic === 'orderprocess.report') return processed(message.body.request, sent)
  if (message.topic === 'stockchange.report') return changed(message.body.request, sent)
  if (message.topic === 'entryorder.confirm') return entered(message.body.request, sent)
  if (message.topic === 'returnorder.confirm') return returned(message.body.request, sent)
  if (message.topic === 'orderexception.report') return excepted(message.body.request, sent)
  if (message.topic === 'itemlack.report') return lacking(message.body.request, sent)
  return message.topic === 'inventory.report' ? counted(message.body.request, sent) : [{ type: 'ping' }]
}

const confirmed = ({ deliveryOrder, packages, orderLines }: Confirm, sent: number): readonly WarehouseEvent[] => {
  const { deliveryOrderCode, deliveryOrderId, status, outBizCode, confirmType } = deliveryOrder
  const ref = refOf(deliveryOrderCode, deliveryOrderId)
  const at = fromBeijing(deliveryOrder.orderConfirmTime) ?? fromBeijing(deliveryOrder.operateTime) ?? sent
  const state = own(STATES, status ?? '')
  if (packages.length === 0 && state !== undefined && state !== 'shipped') {
    return [{ type: 'progress', ref, status: state, at }]
  }
  const parcels = withContents(packagesOf(packages), orderLines)
  const final = confirmType === undefined ? status !== 'PARTDELIVERED' : confirmType !== '1'
  // A code that only repeats the order's would make a second confirm of it look like a repeat: then the waybills tell.
  const code = outBizCode === deliveryOrderCode || outBizCode === deliveryOrderId ? undefined : outBizCode
  const bizId = code ?? `${deliveryOrderCode}:${parcels.map((one) => one.waybill).toSorted()}`
  return [{ type: 'shipped', ref, bizId, final, at, packages: parcels }]
}

const refOf = (document: string, externalId: string | undefined): DocumentRef => defined({ document, externalId })

/**
 * A waybill is one package: elements that share it are put together. `packageCode` does not serve as an id, since it
 * may begin at 1 in each confirm.
 */
export const packagesOf = (packages: Confirm['packages']): readonly Package[] => {
  const byWaybill = Map.groupBy(packages, (one) => one.expressCode)
  return [...byWaybill].map(([waybill, parts]) => ({
    packageId: waybill,
    ...carrierOf(parts[0]?.logisticsCode ?? ''),
    waybill,
    items: contents(parts.flatMap((part) => part.items)),
  }))
}

const contents = (items: readonly { itemCode: string; quantity: number }[]): Package['items'] => {
  const quantities = bySku(items.map(({ itemCode, quantity }) => ({ sku: itemCode, quantity })))
  return Object.entries(quantities).flatMap(([sku, quantity]) => (quantity > 0 ? [{ sku, quantity }] : []))
}

/** Where no package says what is inside, the order lines do, and it all counts as in the first. */
const withContents = (packages: readonly Package[], lines: Confirm['orderLines']): readonly Package[] => {
  if (packages.some((one) => one.items.length > 0)) return packages
  const shipped = lines.flatMap(({ itemCode, actualQty = 0, inventoryType }) =>
    itemCode !== undefined && good(inventoryType) ? [{ itemCode, quantity: actualQty }] : [],
  )
  return packages.map((one, index) => (index === 0 ? { ...one, items: contents(shipped) } : one))
}

const processed = ({ order, process }: Process, sent: number): readonly WarehouseEvent[] => {
  const status = own(STATES, process.processStatus)
  if (status === undefined || (order.orderType && !PARCEL_TYPES.includes(order.orderType))) return []
  const said = process.operateInfo ?? process.remark
  const message = status === 'exception' ? [process.processStatus, said].filter(Boolean).join(' ') : said
  const at = fromBeijing(process.operateTime) ?? sent
  return [{ type: 'progress', ref: refOf(order.orderCode, order.orderId), status, at, ...defined({ message }) }]
}

const changed = ({ items }: StockChange, sent: number): readonly WarehouseEvent[] =>
  movesOf(
    items
      .filter((item) => !(item.quantity > 0 && ARRIVAL_TYPES.includes(item.orderType ?? '')))
      .map((item) => ({
        at: fromBeijing(item.changeTime) ?? sent,
        bizId: `${item.outBizCode}:${item.itemCode}`,
        sku: item.itemCode,
        delta: item.batchs.length === 0 ? goodPart([item]) : goodPart(item.batchs, item.inventoryType),
        ...defined({ document: item.orderCode }),
        reason: item.orderType ?? 'stockchange',
      })),
  )

/** A stock-take or adjustment: signed differences, page by page, and no count. */
const counted = (report: Inventory, sent: number): readonly WarehouseEvent[] =>
  movesOf(
    report.items.map((item) => ({
      at: fromBeijing(report.checkTime) ?? sent,
      bizId: `${report.outBizCode}:${report.currentPage ?? 1}:${item.itemCode}`,
      sku: item.itemCode,
      delta: goodPart([item]),
      reason: [report.adjustType ?? 'CHECK', report.checkOrderCode].filter(Boolean).join(' '),
    })),
  )

const entered = ({ entryOrder, orderLines }: Entry, sent: number): readonly WarehouseEvent[] => {
  const { entryOrderCode: number, outBizCode, entryOrderType, operateTime } = entryOrder
  const at = fromBeijing(operateTime) ?? sent
  return arrived(orderLines, {
    at,
    number,
    code: codeOf(outBizCode, number, operateTime),
    reason: entryOrderType ?? 'RK',
  })
}

const returned = ({ returnOrder, orderLines }: Return, sent: number): readonly WarehouseEvent[] => {
  const { returnOrderCode: number, outBizCode, orderType, orderConfirmTime } = returnOrder
  const at = fromBeijing(orderConfirmTime) ?? sent
  return arrived(orderLines, {
    at,
    number,
    code: codeOf(outBizCode, number, orderConfirmTime),
    reason: orderType ?? 'THRK',
  })
}

/** A code that is missing, or only repeats the order's, would make a second part of it look like a repeat: then its time tells. */
const codeOf = (outBizCode: string | undefined, number: string, time: string | undefined): string =>
  outBizCode === undefined || outBizCode === number ? [number, time].filter(Boolean).join(':') : outBizCode

interface Arrival {
  readonly at: number
  readonly number: string
  readonly code: string
  readonly reason: string
}

/** Each confirm brings what came since the last one. Its code, or that of the line, tells a repeat. */
const arrived = (lines: readonly Arrived[], { at, number, code, reason }: Arrival): readonly WarehouseEvent[] =>
  movesOf(
    lines.map((line) => ({
      at,
      bizId: [line.outBizCode ?? code, line.orderLineNo, line.itemCode].filter(Boolean).join(':'),
      sku: line.itemCode,
      delta:
        line.batchs.length === 0
          ? goodPart([{ ...line, quantity: line.actualQty ?? 0 }])
          : goodPart(
              line.batchs.map((batch) => ({ ...batch, quantity: batch.actualQty ?? 0 })),
              line.inventoryType,
            ),
      document: number,
      reason,
    })),
  )

/** It may not be able to ship: for a person. */
const excepted = (report: Exception, sent: number): readonly WarehouseEvent[] => {
  const { deliveryOrderCode, deliveryOrderId, orderType, messageType, messageDesc, createTime } = report
  if (orderType && !PARCEL_TYPES.includes(orderType)) return []
  const ref = refOf(deliveryOrderCode, deliveryOrderId)
  const message = ['ORDEREXCEPTION', messageType, messageDesc].filter(Boolean).join(' ')
  return [{ type: 'progress', ref, status: 'exception', at: fromBeijing(createTime) ?? sent, message }]
}

const lacking = ({ deliveryOrderCode, deliveryOrderId, createTime, items }: Lack, sent: number) => {
  const lacks = items.filter((item) => item.lackQty > 0)
  const said = lacks.map((item) => `${item.itemCode} ×${item.lackQty} ${item.reason ?? ''}`.trim())
  const at = fromBeijing(createTime) ?? sent
  const ref = refOf(deliveryOrderCode, deliveryOrderId)
  const message = ['ITEMLACK', said.join(', ')].filter(Boolean).join(' ')
  return [{ type: 'progress', ref, status: 'exception', at, message } as const]
}
