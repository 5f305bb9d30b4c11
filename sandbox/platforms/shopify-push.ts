/** Shopify's pushes: the whole order as REST JSON, ids as bare numbers beyond 2^53, money as decimal text. */
import { bare } from '../json.ts'
import type { Line, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import type { Happening } from './platform.ts'
import { isGone, left, shippedState } from './ship.ts'

const TOPICS: Readonly<Partial<Record<Happening, readonly string[]>>> = {
  created: ['orders/create'],
  // A paid order is born paid; one that is paid later says so in its own topic.
  paid: ['orders/paid'],
  changed: ['orders/updated'],
  noted: ['orders/updated'],
  cancelled: ['orders/cancelled'],
  refunded: ['refunds/create', 'orders/updated'],
}

export const messages = (order: Order, shop: Shop, what: Happening, world: World): Message[] => {
  const isNew = what === 'paid' && order.createdAt === order.updatedAt
  return (isNew ? ['orders/create'] : (TOPICS[what] ?? [])).map((topic) => message(order, shop, topic, world))
}

export const renew = (order: Order, shop: Shop, topic: string, world: World): Message =>
  message(order, shop, topic, world)

const message = (order: Order, _shop: Shop, topic: string, world: World): Message => ({
  topic,
  deliveryId: uuid(world.store.next('webhook_id')),
  body: JSON.stringify(topic === 'refunds/create' ? refund(order) : restOrder(order)),
})

const uuid = (n: number): string => `b54557e4-bdd9-4b37-8a5f-${n.toString(16).padStart(12, '0')}`

export const iso = (ms: number | undefined): string | null =>
  ms === undefined ? null : `${new Date(ms - 5 * 3_600_000).toISOString().slice(0, 19)}-05:00`
export const major = (minor: number): string => (minor / 100).toFixed(2)
export const gid = (type: string, id: string): string => `gid://shopify/${type}/${id}`
const moneySet = (order: Order, minor: number): unknown => {
  const money = { amount: major(minor), currency_code: order.currency }
  return { shop_money: money, presentment_money: money }
}

export const financialStatus = (order: Order): string => {
  if (order.refund?.status === 'refunded') return order.refund.lineIds.length > 0 ? 'partially_refunded' : 'refunded'
  if (order.status === 'cancelled') return order.payment === 'paid' ? 'refunded' : 'voided'
  return order.payment === 'paid' ? 'paid' : order.payment === 'deposit' ? 'partially_paid' : 'pending'
}

export const currentQuantity = (order: Order, line: Line): number => (isGone(order, line) ? 0 : line.quantity)

const lineItem = (order: Order, line: Line): unknown => ({
  id: bare(line.id),
  admin_graphql_api_id: gid('LineItem', line.id),
  sku: line.code,
  name: line.title,
  title: line.title,
  variant_id: bare(line.listingId),
  variant_title: null,
  product_id: bare(line.parentId),
  quantity: line.quantity,
  current_quantity: currentQuantity(order, line),
  fulfillable_quantity: order.status === 'cancelled' || isGone(order, line) ? 0 : left(line),
  fulfillment_status: left(line) === 0 ? 'fulfilled' : line.shipped > 0 ? 'partial' : null,
  fulfillment_service: 'manual',
  requires_shipping: true,
  gift_card: false,
  grams: 100,
  price: major(line.price),
  price_set: moneySet(order, line.price),
  total_discount: '0.00',
  properties: [],
  taxable: true,
})

const shippingAddress = ({ receiver }: Order): unknown => {
  const [first, ...rest] = receiver.name.split(' ')
  return {
    first_name: first,
    last_name: rest.join(' '),
    name: receiver.name,
    company: null,
    address1: receiver.address,
    address2: null,
    city: receiver.city,
    zip: receiver.zip,
    province: receiver.province,
    province_code: receiver.province,
    country: receiver.country === 'US' ? 'United States' : receiver.country,
    country_code: receiver.country,
    phone: receiver.phone,
    latitude: null,
    longitude: null,
  }
}

const restOrder = (order: Order): unknown => ({
  id: bare(order.id),
  admin_graphql_api_id: gid('Order', order.id),
  name: `#${order.id.slice(-9)}`,
  order_number: Number(order.id.slice(-9)),
  created_at: iso(order.createdAt),
  updated_at: iso(order.updatedAt),
  processed_at: iso(order.createdAt),
  cancelled_at: iso(order.cancelledAt),
  cancel_reason: order.cancelledAt ? 'customer' : null,
  closed_at: null,
  confirmed: true,
  test: false,
  currency: order.currency,
  presentment_currency: order.currency,
  financial_status: financialStatus(order),
  fulfillment_status: { none: null, part: 'partial', all: 'fulfilled' }[shippedState(order)],
  note: order.buyerNote || null,
  note_attributes: Object.entries(order.custom).map(([name, value]) => ({ name, value: String(value) })),
  tags: order.flag,
  email: 'buyer@example.com',
  phone: null,
  payment_gateway_names: [order.payment === 'cod' ? 'Cash on Delivery (COD)' : 'bogus'],
  total_price: major(order.total),
  total_price_set: moneySet(order, order.total),
  current_total_price: major(order.total),
  total_outstanding: major(order.payment === 'paid' ? 0 : order.total),
  line_items: order.lines.map((line) => lineItem(order, line)),
  shipping_address: shippingAddress(order),
  billing_address: null,
  shipping_lines: [],
  fulfillments: [],
  refunds: order.refund?.status === 'refunded' ? [refund(order)] : [],
})

const refund = (order: Order): Record<string, unknown> => {
  const { id = '0', lineIds = [], at = order.updatedAt } = order.refund ?? {}
  const lines = order.lines.filter((line) => lineIds.length === 0 || lineIds.includes(line.id))
  return {
    id: bare(id),
    admin_graphql_api_id: gid('Refund', id),
    order_id: bare(order.id),
    created_at: iso(at),
    processed_at: iso(at),
    note: null,
    restock: true,
    refund_line_items: lines.map((line, index) => ({
      id: bare(`${id}${index}`),
      line_item_id: bare(line.id),
      quantity: line.quantity,
      restock_type: 'cancel',
      subtotal: major(line.price * line.quantity),
      line_item: lineItem(order, line),
    })),
    transactions: [],
    order_adjustments: [],
  }
}
