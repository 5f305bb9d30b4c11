/** An order as 有赞 shows it, the same in its messages, its detail and its list. */
import { createHmac } from 'node:crypto'
import { bare } from '../json.ts'
import type { Line, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { left, openLines, shippedState } from './ship.ts'

const EIGHT_HOURS = 8 * 3_600_000
/** Beijing time as text. */
export const beijing = (ms: number | undefined): string =>
  ms === undefined ? '' : new Date(ms + EIGHT_HOURS).toISOString().slice(0, 19).replace('T', ' ')
const yuan = (fen: number): string => (fen / 100).toFixed(2)

/** Ciphers depend on the shop, not on the order: the same buyer reads the same in each of its orders. */
const cipher = ({ credentials }: Shop, text: string): string =>
  `$${createHmac('sha256', credentials.kdtId ?? '')
    .update(text)
    .digest('base64')
    .slice(0, 24)}$1$`

export const statusOf = (order: Order): string => {
  if (order.status === 'cancelled' || openLines(order).length === 0) return 'TRADE_CLOSED'
  if (order.status === 'finished') return 'TRADE_SUCCESS'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'WAIT_BUYER_PAY'
  return shippedState(order) === 'all' ? 'WAIT_BUYER_CONFIRM_GOODS' : 'WAIT_SELLER_SEND_GOODS'
}

const refundState = ({ refund, lines }: Order): number => {
  if (!refund || refund.status === 'withdrawn') return 0
  const whole = refund.lineIds.length === 0 || refund.lineIds.length === lines.length
  if (refund.status === 'requested') return whole ? 11 : 1
  return whole ? 12 : 2
}

const lineOf = (line: Line): object => ({
  oid: line.id,
  item_id: bare(line.parentId),
  sku_id: bare(line.listingId),
  outer_item_id: '',
  outer_sku_id: line.code,
  title: line.title,
  sku_properties_name: '[{"k":"规格","k_id":1,"v":"默认","v_id":2}]',
  num: line.quantity,
  price: yuan(line.price),
  discount_price: yuan(line.price),
  total_fee: yuan(line.price * line.quantity),
  payment: yuan(line.price * line.quantity),
  is_present: line.gift,
  item_type: 0,
})

export const fullOrder = (order: Order, shop: Shop): object => {
  const { receiver } = order
  return {
    order_info: {
      ...order.custom,
      tid: order.id,
      status: statusOf(order),
      type: 0,
      created: beijing(order.createdAt),
      update_time: beijing(order.updatedAt),
      pay_time: beijing(order.paidAt),
      express_type: 0,
      pay_type: order.payment === 'cod' ? 9 : order.payment === 'unpaid' ? 0 : 10,
      refund_state: refundState(order),
      node_kdt_id: bare(shop.credentials.kdtId ?? ''),
      order_tags: { is_down_payment_pre: order.payment === 'deposit', is_virtual: false },
    },
    orders: order.lines.map(lineOf),
    address_info: {
      receiver_name: cipher(shop, receiver.name),
      receiver_tel: cipher(shop, receiver.phone),
      delivery_province: receiver.province,
      delivery_city: receiver.city,
      delivery_district: receiver.district,
      delivery_address: cipher(shop, receiver.address),
      delivery_postal_code: receiver.zip,
    },
    pay_info: {
      total_fee: yuan(order.total),
      post_fee: yuan(order.freight),
      payment: yuan(order.total),
      phase_payments: order.payment === 'deposit' ? [{ phase: 1, pay_time: beijing(order.createdAt) }] : [],
    },
    remark_info: { buyer_message: order.buyerNote, trade_memo: order.sellerNote, star: Number(order.flag || 0) },
    buyer_info: { yz_open_id: `yz-${order.id.slice(-6)}` },
  }
}

/** Beside the order in its detail: what is given back, and what has left. A line ships whole or not at all. */
export const beside = (order: Order, world: World): object => {
  const { refund } = order
  const ids = (lines: readonly string[]) => lines.map((oid) => ({ oid }))
  const rows = world.store.all<{ waybill: string; lines: string }>(
    'SELECT waybill, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
    order.id,
  )
  const gone = order.lines.filter((line) => left(line) <= 0).map((line) => line.id)
  const rest = order.lines.filter((line) => left(line) > 0).map((line) => line.id)
  const dists = rows.map(({ waybill, lines }) => ({
    dist_id: `d${waybill}`,
    express_info: { express_no: waybill, express_id: 7 },
    dist_items: ids((JSON.parse(lines) as { lineId: string }[]).map(({ lineId }) => lineId)),
  }))
  const asked = refund?.lineIds.length ? refund.lineIds : order.lines.map((line) => line.id)
  const state = refund && { requested: 1, withdrawn: 50, refunded: 60 }[refund.status]
  return {
    refund_order: refund ? [{ refund_id: refund.id, refund_type: 1, refund_state: state, oids: ids(asked) }] : [],
    delivery_order: [
      ...(gone.length > 0 ? [{ express_state: 1, express_type: 1, oids: ids(gone), dists }] : []),
      ...(rest.length > 0 ? [{ express_state: 0, express_type: 1, oids: ids(rest), dists: [] }] : []),
    ],
  }
}
