/** SHOPLINE's one shape of an order, in pushes and in `orders.json`: ids are texts, money is decimal text. */
import type { Line, Order } from '../types.ts'
import type { World } from '../world.ts'
import { isGone, left, shippedState } from './ship.ts'

export const iso = (ms: number | undefined): string | null =>
  ms === undefined ? null : `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
const major = (minor: number): string => (minor / 100).toFixed(2)
const moneySet = (order: Order, minor: number): object => {
  const money = { amount: major(minor), currency_code: order.currency }
  return { shop_money: money, presentment_money: money }
}

const financialStatus = (order: Order): string => {
  if (order.refund?.status === 'refunded') return order.refund.lineIds.length > 0 ? 'partially_refunded' : 'refunded'
  if (order.status === 'cancelled' && order.payment === 'paid') return 'refunded'
  return { paid: 'paid', deposit: 'partially_paid', cod: 'pending', unpaid: 'unpaid' }[order.payment]
}

const lineItem = (order: Order, line: Line): object => ({
  ...{ id: line.id, sku: line.code, name: line.title, title: line.title, variant_title: '', vendor: 'Sandbox' },
  ...{ variant_id: line.listingId, product_id: line.parentId, quantity: line.quantity },
  fulfillable_quantity: order.status === 'cancelled' || isGone(order, line) ? 0 : left(line),
  fulfillment_status: left(line) === 0 ? 'fulfilled' : line.shipped > 0 ? 'partial' : null,
  ...{ requires_shipping: true, gift_card: false, grams: 100, price: major(line.price) },
  price_set: moneySet(order, line.price),
  customized_attributes: line.gift ? [{ key: 'businessType', value: '3' }] : [],
})

const shippingAddress = ({ receiver }: Order): object => {
  const [first_name, ...rest] = receiver.name.split(' ')
  const { name, province, city, district, zip, phone, country } = receiver
  return {
    ...{ first_name, last_name: rest.join(' '), name, company: '', address1: receiver.address, address2: '' },
    ...{ city, district, zip, province, province_code: province, country, country_code: country, phone },
    ...{ delivery_store_code: null, delivery_store_name: null },
  }
}

const refundsOf = (order: Order): readonly object[] => {
  const { refund } = order
  if (refund?.status !== 'refunded') return []
  const refund_line_items = order.lines
    .filter((line) => isGone(order, line))
    .map((line, i) => ({
      id: `${refund.id}${i}`,
      line_item_id: line.id,
      quantity: line.quantity,
      restock_type: 'no_restock',
    }))
  return [{ id: refund.id, order_id: order.id, created_at: iso(refund.at), note: '', refund_line_items }]
}

interface Row {
  readonly waybill: string
  readonly carrier: string
  readonly lines: string
}
/** What was written back, each with the number that its place gives it. */
export const fulfillmentsOf = (order: Order, world: World): readonly object[] =>
  world.store
    .all<Row>('SELECT waybill, carrier, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill', order.id)
    .map(({ waybill, carrier, lines }, i) => ({
      ...{ id: `${order.id}${i}`, order_id: order.id, name: `${order.id.slice(-4)}-F${i + 1}`, status: 'success' },
      ...{ tracking_company: carrier, tracking_number: waybill, shipment_status: null },
      tracking_info_list: [{ tracking_company: carrier, tracking_number: waybill, tracking_url: null }],
      line_items: (JSON.parse(lines) as { lineId: string; quantity: number }[]).map((one) => ({
        id: one.lineId,
        fulfillment_quantity: one.quantity,
      })),
    }))

export const orderNode = (order: Order, world: World): object => ({
  ...{ id: order.id, name: `D${order.id.slice(-6)}`, store_id: '1644828244663', email: 'buyer@example.com' },
  ...{ created_at: iso(order.createdAt), order_at: iso(order.createdAt), updated_at: iso(order.updatedAt) },
  ...{ processed_at: iso(order.paidAt), cancelled_at: iso(order.cancelledAt), cancel_reason: order.cancelReason ?? '' },
  status: order.status === 'cancelled' ? 'cancelled' : 'open',
  hidden_order: false,
  ...{ currency: order.currency, presentment_currency: order.currency, financial_status: financialStatus(order) },
  fulfillment_status: { none: null, part: 'partial', all: 'fulfilled' }[shippedState(order)],
  ...{ buyer_note: order.buyerNote, note: order.sellerNote, tags: order.flag, phone: '' },
  note_attributes: Object.entries(order.custom).map(([name, value]) => ({ name, value: String(value) })),
  payment_gateway_names: [order.payment === 'cod' ? 'COD' : 'SLpayments'],
  ...{ current_total_price: major(order.total), current_total_price_set: moneySet(order, order.total) },
  total_outstanding: major(order.payment === 'paid' ? 0 : order.total),
  line_items: order.lines.map((line) => lineItem(order, line)),
  shipping_address: shippingAddress(order),
  shipping_lines: [{ title: 'Standard', price: major(order.freight) }],
  fulfillments: fulfillmentsOf(order, world),
  refunds: refundsOf(order),
})
