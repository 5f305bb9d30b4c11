/** What a warehouse of 顺丰云仓 does with the services that an order system calls. */
import { object } from '../json.ts'
import type { Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { children, type Tree, at as textAt } from '../xml.ts'
import { cancel, find, knowItem, levels, place } from './documents.ts'
import { nameOf, stated } from './sfoms-report.ts'
import { parcelsOf, tell } from './shipper.ts'
import type { DocumentStatus } from './system.ts'

export interface Row {
  readonly fields: { readonly [name: string]: Tree }
  readonly result: '1' | '2'
  readonly note: string
}
interface Served {
  readonly element: string
  readonly list: string
  readonly item: string
  readonly rows: readonly Row[]
}
type Serve = (body: unknown, warehouse: Warehouse, world: World) => Served

const RECEIVER = ['Name', 'ZipCode', 'Mobile', 'Country', 'Province', 'City', 'Area', 'Address']

const orders = (element: string, rows: readonly Row[]): Served => ({
  ...{ element, list: 'SaleOrders', item: 'SaleOrder', rows },
})
const row = (fields: Row['fields'], refused = ''): Row => ({
  ...{ fields, result: refused ? '2' : '1', note: refused || '成功' },
})
const orderIn = (body: unknown, element: string) => children(object(object(body)[element]).SaleOrders, 'SaleOrder')[0]

const create: Serve = (body, warehouse, world) => {
  const order = orderIn(body, 'SaleOrderRequest')
  const number = textAt(order, 'ErpOrder')
  const placed = place(world, warehouse, {
    number,
    lines: children(order?.OrderItems, 'OrderItem').map((line) => ({
      ...{ sku: textAt(line, 'SkuNo'), quantity: Number(textAt(line, 'ItemQuantity')), itemId: '' },
    })),
    receiver: Object.fromEntries(RECEIVER.map((field) => [field, textAt(order, `OrderReceiverInfo.Receiver${field}`)])),
    kind: 'plain',
    orderHints: [/单号: (\S+)$/.exec(textAt(order, 'OrderNote'))?.[1] ?? ''].filter(Boolean),
    extra: {},
  })
  const said = (refused?: string): Served => {
    const ShipmentId = placed.outcome === 'refused' ? '' : placed.document.externalId
    return orders('SaleOrderResponse', [row({ ErpOrder: number, ShipmentId }, refused)])
  }
  if (placed.outcome === 'refused') return said(`${placed.refusal} ${placed.detail}`)
  if (placed.outcome === 'repeat')
    return placed.same && warehouse.settings.onRepeat === 'same' ? said() : said('出库单已存在')
  if (warehouse.settings.reportsAccept !== false)
    tell(world, warehouse, placed.document, stated(world, placed.document, '1700', '已下发WMS'))
  return said()
}

const STATUS: Readonly<Record<DocumentStatus, string>> = {
  ...{ accepted: '1700', part: '2400', shipped: '2900', cancelled: '1400', rejected: '1400' },
}

const status: Serve = (body, warehouse, world) => {
  const number = textAt(orderIn(body, 'SaleOrderStatusRequest'), 'ErpOrder')
  const found = find(world, warehouse, number)
  if (!found) return orders('SaleOrderStatusResponse', [row({ ErpOrder: number }, '出库单不存在')])
  const Header = { ErpOrder: number, ShipmentId: found.externalId, OrderStatus: STATUS[found.status] }
  return orders('SaleOrderStatusResponse', [row({ Header })])
}

const details: Serve = (body, warehouse, world) => {
  const number = textAt(orderIn(body, 'SaleOrderOutboundDetailRequest'), 'ErpOrder')
  const found = find(world, warehouse, number)
  if (!found) return orders('SaleOrderOutboundDetailResponse', [row({ ErpOrder: number }, '出库单不存在')])
  const rows = parcelsOf(world, found.n).map(({ waybill, carrier, items }) =>
    row({
      ErpOrder: number,
      Header: {
        ...{ ErpOrder: number, ShipmentId: found.externalId, Carrier: nameOf(carrier), WayBillNo: waybill },
        DataStatus: STATUS[found.status],
      },
      Items: { Item: items.map(({ sku, quantity }) => ({ SkuNo: sku, ActualQty: quantity })) },
    }),
  )
  return orders('SaleOrderOutboundDetailResponse', rows)
}

/** By service. */
export const SERVE: Readonly<Record<string, Serve>> = {
  SALE_ORDER_SERVICE: create,
  SALE_ORDER_STATUS_QUERY_SERVICE: status,
  SALE_ORDER_OUTBOUND_DETAIL_QUERY_SERVICE: details,
  CANCEL_SALE_ORDER_SERVICE: (body, warehouse, world) => {
    const number = textAt(orderIn(body, 'CancelSaleOrderRequest'), 'ErpOrder')
    const refused = { cancelled: '', not_found: '出库单不存在', shipped: '订单已出库，无法取消' }
    return orders('CancelSaleOrderResponse', [row({ ErpOrder: number }, refused[cancel(world, warehouse, number)])])
  },
  RT_INVENTORY_QUERY_SERVICE: (body, warehouse, world) => {
    const asked = children(object(object(body).RTInventoryQueryRequest).RTInventorys, 'RTInventory')
    const known = levels(world, warehouse.id)
    const rows = asked.map((one) => {
      const sku = textAt(one, 'SkuNo')
      const level = known.find((each) => each.sku === sku && each.counted)
      if (!level) return row({ Header: { SkuNo: sku } }, '没有查询到库存信息')
      const { onHand, frozen } = level
      return row({
        Header: { SkuNo: sku, InventoryStatus: '10', OnHandQty: onHand, AvailableQty: onHand - frozen },
      })
    })
    return { element: 'RTInventoryQueryResponse', list: 'RTInventorys', item: 'RTInventory', rows }
  },
  ITEM_SERVICE: (body, warehouse, world) => {
    const sku = textAt(children(object(object(body).ItemRequest).Items, 'Item')[0], 'SkuNo')
    knowItem(world, warehouse.id, sku)
    return { element: 'ItemResponse', list: 'Items', item: 'Item', rows: [row({ SkuNo: sku })] }
  },
}
