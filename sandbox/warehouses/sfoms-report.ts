/** What a warehouse of 顺丰云仓 pushes. */
import type { Message } from '../types.ts'
import type { World } from '../world.ts'
import { document as root, type Tree } from '../xml.ts'
import type { Document, Shipment } from './system.ts'

const beijing = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

export const inXml = (tree: { readonly [name: string]: Tree }): string => root(tree).replace(/^<\?xml[^>]*>/, '')

export const push = (world: World, service: string, element: string, order: Tree): Message => {
  const body = { CompanyCode: 'C', SaleOrders: { SaleOrder: order } }
  const request = inXml({ Request: { Body: { [element]: body } } })
  return {
    topic: service,
    deliveryId: `s${world.store.next('sf_report')}`,
    body: request.replace('<Request>', `<Request service="${service}" lang="zh-CN">`),
  }
}

const NAMES: Readonly<Record<string, string>> = { SF: '顺丰速运', YTO: '圆通快递', ZTO: '中通快递', STO: '申通快递' }
export const nameOf = (carrier: string): string => NAMES[carrier] ?? carrier

/** Times of steps stand without a blank between day and hour, as it was seen. */
export const stated = (world: World, document: Document, status: string, note: string): Message =>
  push(world, 'SALE_ORDER_STATUS_PUSH_SERVICE', 'SaleOrderStatusRequest', {
    ...{ ErpOrder: document.number, ShipmentId: document.externalId, Carrier: '顺丰速运', IsSplit: 'N' },
    Steps: { Step: { EventTime: beijing(Date.now()).replace(' ', ''), Status: status, Note: note } },
  })

/** Each parcel is a shipment of its own; the time is rounded up, since a count of the same second stood before it. */
export const left = ({ document, parcels, final }: Shipment, world: World): Message =>
  push(
    world,
    'SALE_ORDER_OUTBOUND_DETAIL_PUSH_SERVICE',
    'SaleOrderOutboundDetailRequest',
    parcels.map(({ waybill, carrier, items, at }) => ({
      ...{ WarehouseCode: '571DCF', ErpOrder: document.number, ShipmentId: document.externalId },
      ...{ Carrier: nameOf(carrier), CarrierProduct: '标准快递', WayBillNo: waybill, Weight: '0.5' },
      ...{ ActualShipDateTime: beijing(at + 999), DataStatus: '2900', IsSplit: final ? 'N' : 'Y' },
      Items: { Item: items.map(({ sku, quantity }) => ({ SkuNo: sku, ActualQty: quantity })) },
    })),
  )
