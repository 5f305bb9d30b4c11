/** Messages of FLUX → our events. Times are Beijing's. */
import type { DocumentRef, Package, WarehouseEvent } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import { bySku } from '../quantities.ts'
import { good, stateOf } from './codes.ts'
import type { Entry } from './schema.ts'

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>

export const normalize = (entries: readonly Entry[]): readonly WarehouseEvent[] => entries.flatMap(one)

const one = (entry: Entry): readonly WarehouseEvent[] => {
  if (entry.kind === 'shipped') return [shipped(entry)]
  if (entry.kind === 'stated') return stated(entry)
  if (entry.kind === 'received') return received(entry)
  return entry.kind === 'counted' ? counted(entry) : [{ type: 'ping' }]
}

const refOf = ({ document, externalId }: { document: string; externalId?: string | undefined }): DocumentRef =>
  defined({ document, externalId })

/**
 * A confirm names no end: it is the last one if all that was ordered has left. What a short one leaves out may still
 * follow, so it is given up by a person and not by time.
 */
const shipped = (entry: Of<'shipped'>): WarehouseEvent => {
  const ref = refOf(entry)
  const at = Math.max(...entry.item.map((line) => line.ShippedTime))
  const packages = packagesOf(entry)
  if (packages.length === 0) return { type: 'progress', ref, status: 'exception', at, message: 'QtyShipped 0' }
  const left = bySku(entry.item.map((line) => ({ sku: line.SKU, quantity: line.QtyShipped })))
  // We order one line a SKU: on the lines of its parcels the whole is repeated.
  const final = entry.item.every((line) => (left[line.SKU] ?? 0) >= (line.QtyOrdered ?? 0))
  const bizId = `${entry.document}:${packages.map((parcel) => parcel.waybill).toSorted()}`
  return { type: 'shipped', ref, bizId, final, at, packages }
}

/** A line's own waybill goes before the order's; lines of one waybill are one package. */
const packagesOf = ({ item, DeliveryNo = '', CarrierId = 'OTHER' }: Of<'shipped'>): readonly Package[] => {
  const left = item.filter((line) => line.QtyShipped > 0)
  const byWaybill = Map.groupBy(left, (line) => line.DeliveryNo ?? DeliveryNo)
  return [...byWaybill].map(([waybill, lines]) => {
    const quantities = bySku(lines.map((line) => ({ sku: line.SKU, quantity: line.QtyShipped })))
    const items = Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity }))
    return { packageId: waybill, carrier: CarrierId, waybill, items }
  })
}

const stated = (entry: Of<'stated'>): readonly WarehouseEvent[] => {
  const status = stateOf(entry.Status, entry.Desc)
  if (status === undefined) return []
  return [{ type: 'progress', ref: refOf(entry), status, at: entry.Time, ...defined({ message: entry.Desc }) }]
}

/**
 * Only the end of a receipt is booked (40 完全收货, 99 强制完成): whether the figures of a part (30) are increments or
 * sums nobody says, and the confirm has no number of its own.
 */
const received = (entry: Of<'received'>): readonly WarehouseEvent[] => {
  if (entry.Status !== '40' && entry.Status !== '99') return []
  const items = entry.item.filter((line) => good(line.UserDefine3))
  const sums = bySku(items.map((line) => ({ sku: line.SKU, quantity: line.ReceivedQty })))
  const base = { document: entry.document, reason: entry.OrderType ?? 'ASN' }
  return moved(Math.max(...entry.item.map((line) => line.ReceivedTime)), entry.document, sums, base)
}

/** 盘点: signed differences, no count. */
const counted = (entry: Of<'counted'>): readonly WarehouseEvent[] => {
  const items = entry.items.filter((item) => good(item.inventoryType))
  const sums = bySku(items.map((item) => ({ sku: item.itemCode, quantity: item.quantity })))
  return moved(entry.checkTime, entry.checkOrderCode, sums, { reason: 'CHECK' })
}

const moved = (
  at: number,
  number: string,
  sums: Readonly<Record<string, number>>,
  base: { readonly document?: string; readonly reason: string },
): readonly WarehouseEvent[] => {
  const items = Object.entries(sums).flatMap(([sku, delta]) =>
    delta === 0 ? [] : [{ bizId: `${number}:${sku}`, sku, delta, ...base }],
  )
  return items.length > 0 ? [{ type: 'moved', at, items }] : []
}
