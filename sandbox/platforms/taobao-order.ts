/** A trade as 淘宝 shows it: only the fields that are asked for, stars for the buyer, an oaid on its conditions. */
import { createHmac } from 'node:crypto'
import { bare } from '../json.ts'
import type { Line, Order, Shop } from '../types.ts'
import { maskPhone } from './platform.ts'
import { isGone, left, openLines, shippedState } from './ship.ts'

export const beijing = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
const yuan = (fen: number): string => (fen / 100).toFixed(2)
const when = (name: string, ms: number | undefined): Record<string, string> =>
  ms === undefined ? {} : { [name]: beijing(ms) }

/** Tied to the trade and the receiver: another trade's will not do. */
export const oaid = (order: Order): string =>
  createHmac('sha256', order.id)
    .update(`${order.receiver.name}${order.receiver.phone}${order.receiver.address}`)
    .digest('base64')

export const status = (order: Order): string => {
  const gone = openLines(order).length === 0
  if (order.status === 'cancelled' || gone)
    return order.paidAt === undefined ? 'TRADE_CLOSED_BY_TAOBAO' : 'TRADE_CLOSED'
  if (order.status === 'finished') return 'TRADE_FINISHED'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'WAIT_BUYER_PAY'
  return {
    none: 'WAIT_SELLER_SEND_GOODS',
    part: 'SELLER_CONSIGNED_PART',
    all: 'WAIT_BUYER_CONFIRM_GOODS',
  }[shippedState(order)]
}

const refundStatus = (order: Order, line: Line): string => {
  const { refund } = order
  if (!refund || !(refund.lineIds.length === 0 || refund.lineIds.includes(line.id))) return 'NO_REFUND'
  return { requested: 'WAIT_SELLER_AGREE', withdrawn: 'CLOSED', refunded: 'SUCCESS' }[refund.status]
}

const lineStatus = (order: Order, line: Line): string => {
  if (isGone(order, line)) return 'TRADE_CLOSED'
  const whole = status(order)
  return whole === 'SELLER_CONSIGNED_PART' && left(line) <= 0 ? 'WAIT_BUYER_CONFIRM_GOODS' : whole
}

const lineOf = (order: Order, line: Line): Record<string, unknown> => ({
  oid: bare(line.id),
  num: line.quantity,
  num_iid: bare(line.parentId),
  sku_id: line.listingId,
  outer_iid: line.code,
  outer_sku_id: line.code,
  title: line.title,
  sku_properties_name: '规格:默认',
  price: yuan(line.price),
  payment: yuan(line.price * line.quantity),
  total_fee: yuan(line.price * line.quantity),
  status: lineStatus(order, line),
  refund_status: refundStatus(order, line),
  ...(line.gift && { is_free_gift: true }),
  ...when('delivery_time', order.shipBy),
})

const STEP: Readonly<Record<string, object>> = { deposit: { step_trade_status: 'FRONT_PAID_FINAL_NOPAID' } }
const FOR_OAID = ['receiver_name', 'receiver_address', 'created', 'receiver_mobile', 'receiver_phone']

const whole = (order: Order, shop: Shop): Record<string, unknown> => ({
  ...order.custom,
  tid: bare(order.id),
  tid_str: order.id,
  type: order.payment === 'cod' ? 'cod' : order.payment === 'deposit' ? 'step' : 'fixed',
  status: status(order),
  created: beijing(order.createdAt),
  modified: beijing(order.updatedAt),
  ...when('pay_time', order.paidAt),
  payment: yuan(order.total),
  post_fee: yuan(order.freight),
  total_fee: yuan(order.total),
  ...STEP[order.payment],
  buyer_message: order.buyerNote,
  seller_memo: order.sellerNote,
  seller_flag: Number(order.flag || 0),
  seller_nick: shop.name,
  receiver_state: order.receiver.province,
  receiver_city: order.receiver.city,
  receiver_district: order.receiver.district,
  receiver_town: order.receiver.town,
  receiver_name: `${[...order.receiver.name][0] ?? ''}**`,
  receiver_mobile: maskPhone(order.receiver.phone),
  receiver_phone: '',
  receiver_address: '***',
  receiver_zip: '000000',
  ...when('delivery_time', order.shipBy),
  orders: { order: order.lines.map((line) => lineOf(order, line)) },
})

/** Unknown and custom fields come along whatever was asked for, so that a test can see them travel. */
export const trade = (
  order: Order,
  shop: Shop,
  fields: readonly string[],
  withOaid: boolean,
): Record<string, unknown> => {
  const asked = Object.entries(whole(order, shop)).filter(([name]) => fields.includes(name) || name in order.custom)
  const token = withOaid && FOR_OAID.every((name) => fields.includes(name)) ? { oaid: oaid(order) } : {}
  return { ...Object.fromEntries(asked), ...token }
}
