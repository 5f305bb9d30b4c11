/** Messages of a WMS → our events. Times are Beijing's; where a message has none, that of its sending stands in. */
import type { DocumentRef, Package, WarehouseEvent } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import { own } from '../../lib/own.ts'
import type { WireRequest } from '../../wire/message.ts'
import { fromBeijing } from '../../wire/time.ts'
import { bySku } from '../quantities.ts'
import { carrierOf, good, PARCEL_TYPES, STATES } from './codes.ts'
import type { Confirm, Inventory, Message, Process, StockChange } from './schema.ts'

export const normalize = (message: Message, request: WireRequest): readonly WarehouseEvent[] => {
  const sent = fromBeijing(new URLSearchParams(request.url.split('?')[1]).get('timestamp') ?? undefined) ?? 0
  if (message.topic === 'deliveryorder.confirm') return confirmed(message.body.request, sent)
  if (message.topic === 'orderprocess.report') return processed(message.body.request, sent)
  if (message.topic === 'stockchange.report') return changed(message.body.request, sent)
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

type Move = Extract<WarehouseEvent, { type: 'moved' }>['items'][number] & { readonly at: number }

const changed = ({ items }: StockChange, sent: number): readonly WarehouseEvent[] =>
  movesOf(
    items.map((item) => ({
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

type Part = { readonly quantity: number; readonly inventoryType?: string | undefined }

const goodPart = (parts: readonly Part[], otherwise?: string): number =>
  parts.reduce((sum, part) => sum + (good(part.inventoryType ?? otherwise) ? part.quantity : 0), 0)

/** One event per effect time. Lines of one code and SKU (batches written as lines) are one movement. */
const movesOf = (moves: readonly Move[]): readonly WarehouseEvent[] => {
  const whole = [...Map.groupBy(moves, (move) => move.bizId).values()].flatMap(([first, ...rest]) =>
    first ? [{ ...first, delta: rest.reduce((sum, move) => sum + move.delta, first.delta) }] : [],
  )
  const moved = whole.filter((move) => move.delta !== 0)
  return [...Map.groupBy(moved, (move) => move.at)].map(([at, items]) => ({
    type: 'moved',
    at,
    items: items.map(({ at: _, ...item }) => item),
  }))
}
