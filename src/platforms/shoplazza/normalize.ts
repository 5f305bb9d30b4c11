import type { OrderLine, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { Address, type Body, LineItem, Order } from './schema.ts'

export const normalize = (message: Body): readonly Pushed[] => {
  if (message.topic === 'other') return []
  if (message.topic !== 'fulfillments/create') return [{ event: { type: 'order', order: orderOf(message.body) } }]
  const { order_id: platformOrderId, updated_at, created_at } = message.body
  return [{ event: { type: 'changed', platformOrderId, what: 'fulfillment', at: updated_at ?? created_at ?? 0 } }]
}

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const LINE_KEYS = new Set(Object.keys(LineItem.shape))
const ADDRESS_KEYS = new Set([...Object.keys(Address.shape), 'country', 'email', 'latitude', 'longitude'])
/** Sums that we do not book, and what concerns browser, campaign, tax, payment and customer account. Listed in the README. */
const IDLE =
  /price|tax|discount|_total$|^total|^(?:billing_|browser_|buyer_accepts|cancel_reason|config$|customer$|fulfillments$|image|landing_|payment_|product_|recovery_|refer|sub_total|user_agent|vendor$|weight)/

export const orderOf = (order: Order): PlatformOrder => {
  const { currency, financial_status = '' } = order
  const payment = paymentOf(order)
  const total = moneyOf(order.total_price ?? '0', currency)
  const shipping_address = leftover(order.shipping_address ?? {}, ADDRESS_KEYS)
  return {
    platformOrderId: order.id,
    version: order.updated_at,
    placedAt: order.placed_at ?? order.created_at,
    status: statusOf(order),
    payment,
    total,
    lines: order.line_items.map((line) => lineOf(line, currency, financial_status === 'refunding')),
    receiver: receiverOf(order),
    shippable: true,
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE), ...present({ shipping_address }) },
      order.line_items.map((line) => [line.id, leftover(line, LINE_KEYS, IDLE)]),
    ),
    ...(payment === 'paid' && { paidAt: order.placed_at ?? order.created_at }),
    ...(payment === 'cod' && { cod: total }),
    ...present({ buyerNote: order.customer_note, sellerNote: order.note }),
  }
}

const SHIPPED: readonly string[] = ['shipped', 'partially_finished', 'finished', 'returning', 'returned']

/** Given back in full and not shipped means: do not ship. */
const statusOf = (order: Order): PlatformOrder['status'] => {
  const { status, canceled_at, fulfillment_status = '', financial_status = '' } = order
  if (canceled_at !== undefined || status === 'cancelled') return 'cancelled'
  if (status === 'finished' || SHIPPED.includes(fulfillment_status)) return 'finished'
  return financial_status === 'refunded' || financial_status === 'cancelled' ? 'cancelled' : 'open'
}

const PAID: readonly string[] = ['paid', 'refunding', 'refund_failed', 'refunded', 'partially_refunded']
const paymentOf = ({ financial_status = '', payment_method }: Order): PlatformOrder['payment'] => {
  if (PAID.includes(financial_status)) return 'paid'
  return payment_method === 'cod' && ['waiting', 'paying'].includes(financial_status) ? 'cod' : 'unpaid'
}

/** A refund under way names no lines, so it holds back them all. */
const lineOf = (line: LineItem, currency: string, refunding: boolean): OrderLine => {
  const left = line.quantity - (line.refund_quantity ?? 0)
  const price = moneyOf(line.price ?? '0', currency)
  const gone = left <= 0 || SHIPPED.includes(line.fulfillment_status ?? '') || line.requires_shipping === false
  return {
    lineId: line.id,
    code: line.sku ?? '',
    title: joined(' / ', line.product_title ?? line.title, line.variant_title),
    quantity: left > 0 ? left : line.quantity,
    price,
    gift: price.amount === 0,
    status: gone ? 'gone' : refunding ? 'refunding' : 'open',
    ...present({ listingId: line.variant_id }),
  }
}

/** `address` is the street, `address1` the apartment. */
const receiverOf = ({ shipping_address: to }: Order): Receiver => {
  const readable = present({
    name: to?.name ?? joined(' ', to?.first_name, to?.last_name),
    phone: to?.phone,
    country: to?.country_code,
    province: to?.province ?? to?.province_code,
    city: to?.city,
    district: to?.area,
    address: joined(', ', to?.address, to?.address1, to?.company),
    zip: to?.zip,
  })
  return { kind: 'plain', readable, masked: {}, cipher: {} }
}
