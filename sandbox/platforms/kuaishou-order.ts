/** An order as 快手 shows it: the first line is what was bought, the others are its gifts, with order numbers of their own. */
import { createHash } from 'node:crypto'
import { bare } from '../json.ts'
import type { Line, Order } from '../types.ts'
import type { World } from '../world.ts'
import { maskName, maskPhone } from './platform.ts'
import { isGone, openLines } from './ship.ts'

/** Of what was bought, whatever its gifts do: 10 to pay, 30 paid, 40 shipped, 70 done, 80 failed. */
export const statusOf = (order: Order): number => {
  if (order.status === 'cancelled' || openLines(order).length === 0) return 80
  if (order.status === 'finished') return 70
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 10
  const [main] = order.lines
  return main && main.shipped >= main.quantity ? 40 : 30
}

const cipher = (order: Order, kind: string, text: string): string =>
  `##${createHash('sha256').update(`${kind}${text}`).digest('base64').slice(0, 12)}##${createHash('sha256')
    .update(`${order.id}${kind}${text}`)
    .digest('base64')}##1##`

const item = (line: Line): Record<string, unknown> => ({
  skuId: bare(line.listingId),
  itemId: bare(line.parentId),
  skuNick: line.code,
  skuDesc: '默认',
  itemTitle: line.title,
  num: line.quantity,
  price: line.price,
  originalPrice: line.price,
})

/** All parcels of an order; one's place among them is its `logisticsId`. */
export const waybillsOf = (order: Order, world: World): { waybill: string; carrier: string; lines: string }[] =>
  world.store.all<{ waybill: string; carrier: string; lines: string }>(
    'SELECT waybill, carrier, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
    order.id,
  )

/** Parcels in which a line left. */
const parcelsOf = (order: Order, line: Line, world: World): unknown[] =>
  waybillsOf(order, world).flatMap(({ waybill, carrier, lines }, index) =>
    (JSON.parse(lines) as { lineId: string }[]).some(({ lineId }) => lineId === line.id)
      ? [{ expressNo: waybill, expressCode: Number(carrier), logisticsId: index + 1 }]
      : [],
  )

const gift = (order: Order, line: Line, world: World): Record<string, unknown> => ({
  subOrderBaseInfo: {
    oid: bare(line.id),
    status: isGone(order, line) ? 80 : line.shipped >= line.quantity ? 40 : 30,
    updateTime: order.updatedAt,
  },
  subOrderItemInfo: item(line),
  subOrderLogisticsInfo: parcelsOf(order, line, world),
  subOrderDeliveryInfo: { deliveryNum: line.shipped, packageNum: 0 },
  subOrderType: 2,
})

const refunds = ({ id, refund }: Order): unknown[] =>
  refund
    ? [{ refundId: bare(`99${id}`), refundStatus: { requested: 10, withdrawn: 70, refunded: 60 }[refund.status] }]
    : []

const address = (order: Order): Record<string, unknown> => ({
  province: order.receiver.province,
  city: order.receiver.city,
  district: order.receiver.district,
  town: order.receiver.town,
  encryptedConsignee: cipher(order, 'name', order.receiver.name),
  encryptedMobile: cipher(order, 'phone', order.receiver.phone),
  encryptedAddress: cipher(order, 'address', order.receiver.address),
  desensitiseConsignee: maskName(order.receiver.name),
  desensitiseMobile: maskPhone(order.receiver.phone),
  desensitiseAddress: `${order.receiver.address.slice(0, 2)}***`,
})

export const detail = (order: Order, world: World): Record<string, unknown> => {
  const [main, ...gifts] = order.lines
  if (!main) return {}
  const status = statusOf(order)
  return {
    ...order.custom,
    orderBaseInfo: {
      oid: bare(order.id),
      status,
      createTime: order.createdAt,
      payTime: order.paidAt ?? 0,
      updateTime: order.updatedAt,
      totalFee: order.total,
      expressFee: order.freight,
      remark: order.buyerNote,
      validPromiseShipmentTimeStamp: order.shipBy ?? 0,
      disableDeliveryReasonCode: [],
      allActivityType: gifts.length > 0 ? [18] : [],
      preSale: 0,
    },
    orderItemInfo: item(main),
    orderRefundList: refunds(order),
    orderLogisticsInfo: parcelsOf(order, main, world),
    orderNote: {
      sellerNote: order.sellerNote ? [order.sellerNote] : [],
      orderNoteInfo: order.sellerNote ? [{ createTime: order.updatedAt, note: order.sellerNote }] : [],
    },
    orderAddress: address(order),
    orderDeliveryInfo: { deliveryNum: main.shipped, packageNum: 0, maxPackageNum: 50, enableAppendPackage: false },
    subOrderInfo: gifts.map((line) => gift(order, line, world)),
  }
}
