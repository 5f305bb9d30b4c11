/** An order as 1688 shows it: yuan as numbers, `20180614101942000+0800` for times, one line one child order. */
import { bare } from '../json.ts'
import type { Line, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { isGone, openLines, shippedState } from './ship.ts'

export const aop = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : `${new Date(ms + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 17)}+0800`
export const fromAop = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})\+0800$/, '$1-$2-$3T$4:$5:$6.$7+08:00'))

export const statusOf = (order: Order): string => {
  if (order.status === 'cancelled' || openLines(order).length === 0) return 'cancel'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'waitbuyerpay'
  if (order.status === 'finished') return 'success'
  return shippedState(order) === 'all' ? 'waitbuyerreceive' : 'waitsellersend'
}

const REFUND = { requested: 'WAIT_SELLER_AGREE', withdrawn: 'REFUND_CLOSED', refunded: 'REFUND_SUCCESS' } as const

const item = (order: Order, line: Line): Record<string, unknown> => {
  const { refund } = order
  const touched = refund && (refund.lineIds.length === 0 || refund.lineIds.includes(line.id))
  return {
    subItemID: bare(line.id),
    subItemIDString: line.id,
    productID: bare(line.parentId),
    specId: line.listingId,
    cargoNumber: line.code,
    name: line.title,
    quantity: line.quantity,
    unit: '件',
    price: line.price / 100,
    itemAmount: (line.price * line.quantity) / 100,
    status: isGone(order, line) ? 'cancel' : statusOf(order),
    logisticsStatus: line.shipped >= line.quantity ? 2 : line.shipped > 0 ? 5 : 1,
    ...(touched ? { refundStatus: REFUND[refund.status], refundId: refund.id } : {}),
  }
}

const parcels = (order: Order, world: World): unknown[] =>
  world.store
    .all<{ waybill: string; carrier: string; lines: string; at: number }>(
      'SELECT waybill, carrier, lines, at FROM writeback WHERE order_id = ? ORDER BY at, waybill',
      order.id,
    )
    .map(({ waybill, carrier, lines, at }, index) => ({
      id: index + 1,
      logisticsBillNo: waybill,
      logisticsCompanyNo: carrier,
      subItemIds: (JSON.parse(lines) as { lineId: string }[]).map(({ lineId }) => lineId).join(','),
      gmtCreate: aop(at),
      type: '0',
    }))

export const base = (order: Order, shop: Shop): Record<string, unknown> => ({
  id: bare(order.id),
  idOfStr: order.id,
  businessType: 'cn',
  status: statusOf(order),
  totalAmount: order.total / 100,
  shippingFee: order.freight / 100,
  discount: 0,
  createTime: aop(order.createdAt),
  payTime: aop(order.paidAt),
  modifyTime: aop(order.updatedAt),
  tradeType: order.payment === 'cod' ? '8' : '50060',
  buyerFeedback: order.buyerNote,
  sellerMemo: order.sellerNote,
  sellerRemarkIcon: order.flag,
  sellerID: shop.credentials.memberId,
  sellerLoginId: shop.name,
  ...(order.payment === 'deposit'
    ? {
        newStepOrderList: [
          { stepNo: 1, payStatus: 2 },
          { stepNo: 2, payStatus: 1, lastStep: true },
        ],
      }
    : {}),
})

export const tradeInfo = (order: Order, shop: Shop, world: World): Record<string, unknown> => {
  const { receiver } = order
  return {
    ...order.custom,
    baseInfo: base(order, shop),
    productItems: order.lines.map((line) => item(order, line)),
    nativeLogistics: {
      contactPerson: receiver.name,
      mobile: receiver.phone,
      province: receiver.province,
      city: receiver.city,
      area: receiver.district,
      town: receiver.town,
      address: receiver.address,
      zip: receiver.zip,
      logisticsItems: parcels(order, world),
    },
  }
}
