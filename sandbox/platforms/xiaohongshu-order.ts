/** An order as 小红书 shows it, and its receiver in ciphers. Rows are SKUs; parts carry waybills. */
import { createHash } from 'node:crypto'
import type { Line, Order } from '../types.ts'
import type { World } from '../world.ts'
import { isGone, openLines, shippedState } from './ship.ts'

/** 1 to pay, 4 to ship, 5 partly shipped, 6 shipped, 7 done, 8 closed, 9 cancelled. */
export const statusOf = (order: Order): number => {
  if (order.status === 'cancelled') return 9
  if (openLines(order).length === 0) return 8
  if (order.status === 'finished') return 7
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 1
  return { none: 4, part: 5, all: 6 }[shippedState(order)]
}

const hash = (...parts: string[]): string => createHash('sha256').update(parts.join('|')).digest('hex')

/** Changes with the receiver, as the platform's does. */
const addressIdOf = ({ receiver }: Order): string => hash(receiver.name, receiver.phone, receiver.address).slice(0, 32)

const cipher = (order: Order, text: string): string =>
  `#${Buffer.from(hash(order.id, text)).toString('base64')}#${hash(text).slice(0, 8)}#1##`

export const receiverOf = (order: Order, openAddressId: string): Record<string, unknown> => {
  const { receiver } = order
  if (openAddressId !== addressIdOf(order)) return { orderId: order.id, matched: false }
  return {
    orderId: order.id,
    matched: true,
    receiverProvinceName: receiver.province,
    receiverCityName: receiver.city,
    receiverDistrictName: receiver.district,
    receiverTownName: receiver.town,
    receiverName: cipher(order, receiver.name),
    receiverPhone: cipher(order, receiver.phone),
    receiverAddress: cipher(order, receiver.address),
  }
}

const afterSaleOf = (order: Order, line: Line): number => {
  if (isGone(order, line)) return 3
  const { refund } = order
  if (!refund || !(refund.lineIds.length === 0 || refund.lineIds.includes(line.id))) return 1
  return refund.status === 'requested' ? 2 : 7
}

const sku = (order: Order, line: Line): Record<string, unknown> => ({
  skuId: line.listingId,
  skuName: line.title,
  skuSpec: '默认',
  erpcode: line.code,
  skuQuantity: line.quantity,
  totalPaidAmount: line.price * line.quantity,
  skuTag: line.gift ? 1 : 0,
  skuAfterSaleStatus: afterSaleOf(order, line),
  itemId: line.parentId,
})

/** Parcels in their order; one's place is its `deliveryOrderIndex`. */
export const waybillsOf = (order: Order, world: World): { waybill: string; carrier: string; lines: string }[] =>
  world.store.all<{ waybill: string; carrier: string; lines: string }>(
    'SELECT waybill, carrier, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
    order.id,
  )

const parts = (order: Order, world: World): unknown[] => {
  const skuOf = (id: string): string => order.lines.find((line) => line.id === id)?.listingId ?? ''
  const shipped = waybillsOf(order, world).map(({ waybill, carrier, lines }, index) => ({
    deliveryOrderIndex: index,
    status: 6,
    expressTrackingNo: waybill,
    expressCompanyCode: carrier,
    skuIdList: (JSON.parse(lines) as { lineId: string }[]).map(({ lineId }) => skuOf(lineId)),
  }))
  const open = openLines(order).filter((line) => line.shipped < line.quantity)
  if (open.length === 0) return shipped
  const skuIdList = open.map((line) => line.listingId)
  return [...shipped, { deliveryOrderIndex: shipped.length, status: 4, expressTrackingNo: '', skuIdList }]
}

export const detail = (order: Order, world: World): Record<string, unknown> => ({
  ...order.custom,
  orderId: order.id,
  orderType: 1,
  orderStatus: statusOf(order),
  orderAfterSalesStatus: order.refund?.status === 'requested' ? 2 : 1,
  cancelStatus: 0,
  createdTime: order.createdAt,
  paidTime: order.paidAt ?? 0,
  updateTime: order.updatedAt,
  promiseLastDeliveryTime: order.shipBy ?? 0,
  receiverProvinceName: order.receiver.province,
  receiverCityName: order.receiver.city,
  receiverDistrictName: order.receiver.district,
  customerRemark: order.buyerNote,
  sellerRemark: order.sellerNote,
  sellerRemarkFlag: Number(order.flag || 0),
  totalPayAmount: order.total,
  totalShippingFree: order.freight,
  openAddressId: addressIdOf(order),
  skuList: order.lines.map((line) => sku(order, line)),
  simpleDeliveryOrderList: parts(order, world),
})
