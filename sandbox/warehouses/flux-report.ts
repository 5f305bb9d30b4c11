/** What a FLUX warehouse reports: confirmSOStatus, confirmSOData, inventoryReport; every second one as JSON. */
import { object, read, text } from '../json.ts'
import type { Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { document as root, type Tree } from '../xml.ts'
import type { Document, Move, Shipment } from './system.ts'

/** `yyyy-MM-dd HH:mm:ss` at Beijing. */
export const beijing = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** Rounded up: a count that was taken within the same second stood before it. */
const afterwards = (ms: number): string => beijing(ms + 999)

const message = (world: World, method: string, entry: { readonly [name: string]: Tree }): Message => {
  const n = world.store.next('flux_report')
  const data = { data: { orderinfo: [entry] } }
  const body = n % 2 === 0 ? JSON.stringify({ xmldata: data }) : root({ xmldata: data }).replace(/^<\?xml[^>]*>/, '')
  return { topic: method, deliveryId: `f${n}`, body }
}

const owner = (document: Document): { readonly [name: string]: Tree } => {
  const { customer, warehouse } = object(read(document.extra))
  return { OrderType: 'SO', CustomerID: text(customer), WarehouseID: text(warehouse) }
}

const status = (world: World, document: Document, code: string, description: string): Message =>
  message(world, 'confirmSOStatus', {
    OrderNo: document.number,
    ...owner(document),
    ...{ Status: code, Desc: description, Time: beijing(Date.now()) },
  })

export const accepted = (document: Document, _warehouse: Warehouse, world: World): Message =>
  status(world, document, '40', '分配完成')
export const rejectedLater = (document: Document, _warehouse: Warehouse, world: World): Message =>
  status(world, document, '90', `订单取消: ${document.reason}`)

export const shipped = ({ document, lines, parcels }: Shipment, _warehouse: Warehouse, world: World): Message =>
  message(world, 'confirmSOData', {
    ...{ OMSOrderNo: document.number, WMSOrderNo: document.externalId, ...owner(document) },
    ...{ DeliveryNo: parcels[0]?.waybill ?? '', CarrierId: parcels[0]?.carrier ?? '', Weight: '0.5' },
    item: parcels.flatMap(({ waybill, items, at }) =>
      items.map(({ sku, quantity }, index) => ({
        ...{ OrderNo: document.externalId, LineNo: index + 1, SKU: sku },
        QtyOrdered: lines.find((line) => line.sku === sku)?.quantity ?? quantity,
        ...{ QtyShipped: quantity, ShippedTime: afterwards(at), DeliveryNo: waybill },
      })),
    ),
  })

export const moved = (moves: readonly Move[], warehouse: Warehouse, world: World): Message =>
  message(world, 'inventoryReport', {
    ...{ checkOrderCode: moves[0]?.id ?? '', checkTime: beijing(Date.now()), WarehouseID: 'WH01' },
    CustomerID: warehouse.credentials.customerId ?? '',
    items: { item: moves.map(({ sku, delta }) => ({ itemCode: sku, inventoryType: 'ZP', quantity: delta })) },
  })
