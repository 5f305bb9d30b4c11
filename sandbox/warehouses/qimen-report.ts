/** What a 奇门 warehouse reports: accepted, shipped in one or several confirms, rejected, goods that moved. */
import { object, read, text } from '../json.ts'
import type { Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { document as root, type Tree } from '../xml.ts'
import type { Document, Move, Shipment } from './system.ts'

/** Kept with the document, since every report repeats it. */
export interface Extra {
  readonly warehouseCode: string
  readonly orderType: string
  readonly ownerCode: string
}

export const extraOf = ({ extra }: Document): Extra => {
  const kept = object(read(extra))
  return { warehouseCode: text(kept.warehouseCode), orderType: text(kept.orderType), ownerCode: text(kept.ownerCode) }
}

/** `yyyy-MM-dd HH:mm:ss` at Beijing. */
export const beijing = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** Some WMS call us with the long name of the method, some with the short one. */
export const message = (world: World, method: string, tree: { readonly [name: string]: Tree }): Message => {
  const n = world.store.next('qimen_report')
  return { topic: n % 2 === 0 ? method : `taobao.qimen.${method}`, deliveryId: `q${n}`, body: root({ request: tree }) }
}

export const processed = (world: World, document: Document, status: string, remark = ''): Message => {
  const { warehouseCode, orderType } = extraOf(document)
  return message(world, 'orderprocess.report', {
    order: { orderCode: document.number, orderId: document.externalId, orderType, warehouseCode },
    process: { processStatus: status, operatorName: '沙箱', operateTime: beijing(Date.now()), remark },
  })
}

export const accepted = (document: Document, _warehouse: Warehouse, world: World): Message =>
  processed(world, document, 'ACCEPT')
export const rejectedLater = (document: Document, _warehouse: Warehouse, world: World): Message =>
  processed(world, document, 'REJECT', document.reason)

export const shipped = (
  { document, lines, parcels, final }: Shipment,
  _warehouse: Warehouse,
  world: World,
): Message => {
  const { warehouseCode, orderType, ownerCode } = extraOf(document)
  const actual = new Map<string, number>()
  for (const { items } of parcels)
    for (const { sku, quantity } of items) actual.set(sku, (actual.get(sku) ?? 0) + quantity)
  const at = parcels[0]?.at ?? Date.now()
  return message(world, 'deliveryorder.confirm', {
    deliveryOrder: {
      deliveryOrderCode: document.number,
      deliveryOrderId: document.externalId,
      warehouseCode,
      orderType,
      status: final ? 'DELIVERED' : 'PARTDELIVERED',
      outBizCode: parcels[0]?.bizId ?? document.externalId,
      confirmType: final ? '0' : '1',
      orderConfirmTime: beijing(at),
      operatorName: '沙箱',
      operateTime: beijing(at),
    },
    packages: {
      package: parcels.map((parcel) => ({
        logisticsCode: parcel.carrier,
        expressCode: parcel.waybill,
        packageCode: parcel.waybill,
        weight: '0.5',
        items: { item: parcel.items.map(({ sku, quantity }) => ({ itemCode: sku, quantity })) },
      })),
    },
    orderLines: {
      orderLine: lines
        .filter(({ sku }) => actual.has(sku))
        .map(({ sku, quantity }) => ({
          orderLineNo: '',
          ownerCode,
          itemCode: sku,
          planQty: quantity,
          actualQty: actual.get(sku) ?? 0,
        })),
    },
  })
}

/** `inventory.report`: what a stock-take found more or less, as signed differences. */
export const moved = (moves: readonly Move[], warehouse: Warehouse, world: World): Message =>
  message(world, 'inventory.report', {
    totalPage: 1,
    currentPage: 1,
    pageSize: 100,
    warehouseCode: warehouse.credentials.warehouseCode ?? 'OTHER',
    checkOrderCode: moves[0]?.id ?? '',
    ownerCode: warehouse.credentials.ownerCode ?? '',
    checkTime: beijing(Date.now()),
    outBizCode: moves[0]?.id ?? '',
    adjustType: 'CHECK',
    items: {
      item: moves.map(({ sku, delta, onHand }) => ({
        itemCode: sku,
        inventoryType: 'ZP',
        quantity: delta,
        totalQty: onHand,
      })),
    },
  })
