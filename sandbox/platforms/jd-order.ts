/** An order as 京东 shows it: yuan as text, Beijing time as text, the buyer in ciphers, and no trace of one that is unpaid. */
import { createHmac } from 'node:crypto'
import { bare } from '../json.ts'
import type { Line, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { maskPhone } from './platform.ts'
import { openLines, shippedState } from './ship.ts'

const NONE = '0001-01-01 00:00:00'
export const beijing = (ms: number | undefined): string =>
  ms === undefined ? NONE : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
export const fromBeijing = (text: string): number => Date.parse(`${text.replace(' ', 'T')}+08:00`)
const yuan = (fen: number): string => (fen / 100).toFixed(2)

/** Tied to the order, so that another order's text will not do. */
const cipher = (order: Order, what: string, text: string): string =>
  text === '' ? '' : createHmac('sha256', order.id).update(`${what}:${text}`).digest('base64')

export const stateOf = (order: Order): string => {
  if (order.status === 'cancelled' || openLines(order).length === 0) return 'TRADE_CANCELED'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'NOT_PAY'
  if (order.status === 'finished') return 'FINISHED_L'
  if (shippedState(order) === 'all') return 'WAIT_GOODS_RECEIVE_CONFIRM'
  return order.refund?.status === 'requested' ? 'LOCKED' : 'WAIT_SELLER_STOCK_OUT'
}

const item = (line: Line): Record<string, unknown> => ({
  skuId: line.listingId,
  outerSkuId: line.code,
  skuName: line.title,
  jdPrice: yuan(line.price),
  giftPoint: '0',
  wareId: line.parentId,
  itemTotal: String(line.quantity),
  productNo: '',
  serviceName: '',
})

export interface Told {
  readonly waybill: string
  readonly carrier: string
  readonly lines: string
  readonly at: number
}
export const told = (order: Order, world: World): readonly Told[] =>
  world.store.all<Told>(
    'SELECT waybill, carrier, lines, at FROM writeback WHERE order_id = ? ORDER BY at, waybill',
    order.id,
  )

/** Carriers parted by `|`, the numbers of one carrier by a comma. */
const waybills = (rows: readonly Told[]): Record<string, string> => {
  const groups = [...Map.groupBy(rows, ({ carrier }) => carrier)]
  return {
    waybill: groups.map(([, those]) => those.map((one) => one.waybill).join(',')).join('|'),
    logisticsId: groups.map(([carrier]) => carrier).join('|'),
  }
}

const partial = (order: Order, rows: readonly Told[]): unknown[] =>
  rows.map((row, index) => ({
    shipmentId: index + 1,
    logicId: row.carrier,
    waybillId: row.waybill,
    packageNum: 1,
    shipmentTime: row.at,
    skus: (JSON.parse(row.lines) as { lineId: string; quantity: number }[]).map(({ lineId, quantity }) => ({
      skuId: bare(order.lines.find((line) => line.id === lineId)?.listingId ?? ''),
      num: quantity,
    })),
  }))

export const orderInfo = (order: Order, shop: Shop, world: World): Record<string, unknown> => {
  const { receiver } = order
  const rows = told(order, world)
  const whole = shippedState(order) === 'all'
  return {
    ...order.custom,
    orderId: order.id,
    venderId: shop.credentials.venderId,
    orderType: '22',
    payType: order.payment === 'cod' ? '1-货到付款' : '4-在线支付',
    orderTotalPrice: yuan(order.total),
    orderSellerPrice: yuan(order.total),
    orderPayment: yuan(order.total),
    freightPrice: yuan(order.freight),
    orderState: stateOf(order),
    deliveryType: '任意时间',
    orderRemark: order.buyerNote,
    venderRemark: order.sellerNote,
    orderStartTime: beijing(order.createdAt),
    paymentConfirmTime: beijing(order.paidAt),
    modified: beijing(order.updatedAt),
    parentOrderId: '0',
    waybill: '',
    logisticsId: '',
    ...(whole ? waybills(rows) : {}),
    ...(rows.length > 0 && !whole ? { partialLogisticsInfoModel: partial(order, rows) } : {}),
    consigneeInfo: {
      fullname: cipher(order, 'name', receiver.name),
      mobile: cipher(order, 'phone', receiver.phone),
      telephone: '',
      fullAddress: cipher(order, 'address', receiver.address),
      province: receiver.province,
      city: receiver.city,
      county: receiver.district,
      town: receiver.town,
      oaid: cipher(order, 'oaid', receiver.phone + receiver.address).slice(0, 32),
      desen_mobile: maskPhone(receiver.phone),
      desen_telephone: '',
    },
    itemInfoList: order.lines.map(item),
  }
}
