/** Messages of 顺丰云仓 → our events. Times are Beijing's. */
import type { DocumentRef, Package, WarehouseEvent } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import { bySku } from '../quantities.ts'
import { carrierOf, stateOf } from './codes.ts'
import type { Detail, Left, Message, Stated } from './schema.ts'

export const normalize = (message: Message): readonly WarehouseEvent[] => {
  if (message.kind === 'stated') return message.content.SaleOrders.flatMap(stated)
  if (message.kind !== 'shipped') return [{ type: 'ping' }]
  const byOrder = Map.groupBy(message.content.SaleOrders, (row) => row.ErpOrder)
  return [...byOrder.values()].map(shipped)
}

const refOf = (row: { ErpOrder: string; ShipmentId?: string | undefined } | undefined): DocumentRef =>
  defined({ document: row?.ErpOrder, externalId: row?.ShipmentId })

const shipped = (rows: readonly Left[]): WarehouseEvent => {
  const at = Math.max(...rows.map((row) => row.ActualShipDateTime))
  const packages = packagesOf(rows)
  const bizId = `${rows[0]?.ErpOrder}:${packages.map((parcel) => parcel.waybill).toSorted()}`
  const final = rows.every((row) => row.IsSplit !== 'Y')
  return { type: 'shipped', ref: refOf(rows[0]), bizId, final, at, packages }
}

/** A row is a shipment under one waybill; of several numbers in it the first counts as the one with the goods. */
export const packagesOf = (rows: readonly Detail[]): readonly Package[] => {
  const parcels = rows.flatMap((row) => {
    const [first, ...more] = (row.WayBillNo ?? '').split(/[,;，；\s]+/).filter(Boolean)
    const goods = row.Items.map((item) => ({ sku: item.SkuNo, quantity: item.ActualQty }))
    const carrier = carrierOf(row.Carrier)
    return first === undefined
      ? []
      : [{ waybill: first, carrier, goods }, ...more.map((waybill) => ({ waybill, carrier, goods: [] }))]
  })
  return [...Map.groupBy(parcels, (one) => one.waybill)].map(([waybill, parts]) => ({
    ...{ packageId: waybill, carrier: parts[0]?.carrier ?? 'SF', waybill },
    items: Object.entries(bySku(parts.flatMap((part) => part.goods))).flatMap(([sku, quantity]) =>
      quantity > 0 ? [{ sku, quantity }] : [],
    ),
  }))
}

/** The last step that says something of the goods. */
const stated = (row: Stated): readonly WarehouseEvent[] => {
  const known = row.Steps.toSorted((a, b) => a.EventTime - b.EventTime).flatMap((step) => {
    const status = stateOf(step.Status)
    return status ? [{ status, at: step.EventTime, ...defined({ message: step.Note }) }] : []
  })
  const last = known.at(-1)
  return last ? [{ type: 'progress', ref: refOf(row), ...last }] : []
}
