import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { Address, type Body, LineItem, Order } from './schema.ts'

export const normalize = (message: Body): readonly Pushed[] => eventsOf(message).map((event) => ({ event }))

const eventsOf = (message: Body): readonly PlatformEvent[] => {
  switch (message.topic) {
    case 'other':
      return []
    case 'orders/delete': {
      const { id: platformOrderId, updated_at: at = 0 } = message.body
      return [{ type: 'cancelled', platformOrderId, at, reason: 'deleted' }]
    }
    case 'refunds/create':
    case 'refunds/update': // Of pieces, of money, or before it went through: the order says what is left.
      return [{ type: 'changed', platformOrderId: message.body.order_id, what: 'refund', at: message.body.created_at }]
    case 'apps/installed_uninstalled': {
      const { operate, timestamp: at = 0 } = message.body
      return [operate === 'UNINSTALL' ? { type: 'revoked', at } : { type: 'ping' }]
    }
    case 'merchants/redact':
      return [{ type: 'redact', platformOrderIds: [], at: message.body.update_time ?? 0 }]
    default:
      return [{ type: 'order', order: orderOf(message.body) }]
  }
}

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const LINE_KEYS = new Set(Object.keys(LineItem.shape))
const ADDRESS_KEYS = new Set([...Object.keys(Address.shape), 'country', 'standard_province_code', 'district_code'])
/** Sums that we do not book, and what concerns browser, campaign, tax, payment and customer account. Listed in the README. */
const IDLE_ORDER =
  /_set$|price|tax|discount|dut(?:y|ies)|token|_site$|^total_|^(?:adjust_|billing_|browser_|client_|checkout_|company$|contract_|credit_limit|customer|deduct_|landing_|locations$|order_status_url|payment_|pos_|presentment_|processed_user_id|referring_|source_|store_id$|user_id$|utm_)/
const IDLE_LINE = /_set$|tax|discount|duties|^(?:fulfillment_|image_url|grams$|location_id|name$|product_id|vendor$)/

export const orderOf = (order: Order): PlatformOrder => {
  const { currency } = order
  const payment = paymentOf(order)
  const total = moneyAt(order.current_total_price_set, order.current_total_price, currency)
  const owed = moneyAt(order.total_outstanding_set, order.total_outstanding ?? order.current_total_price, currency)
  const shipping_lines = order.shipping_lines?.flatMap(({ title }) => title ?? [])
  const shipping_address = leftover(order.shipping_address ?? {}, ADDRESS_KEYS)
  return {
    platformOrderId: order.id,
    version: order.updated_at,
    placedAt: order.order_at ?? order.created_at,
    status: statusOf(order),
    payment,
    total,
    lines: order.line_items.map((line) => lineOf(line, order)),
    receiver: receiverOf(order),
    // Two spellings of one field: `service` in the list of orders, `serivce` in the webhooks' documents.
    shippable: (order.service ?? order.serivce) !== 'Pickup',
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE_ORDER), ...present({ shipping_lines, shipping_address }) },
      order.line_items.map((line) => [line.id, leftover(line, LINE_KEYS, IDLE_LINE)]),
    ),
    ...(payment === 'paid' && { paidAt: order.processed_at ?? order.created_at }),
    ...(payment === 'cod' && { cod: owed }),
    ...present({ buyerNote: order.buyer_note, sellerNote: order.note }),
  }
}

/** Given back in full and not shipped means: do not ship. */
const statusOf = (order: Order): PlatformOrder['status'] => {
  const { cancelled_at, status, hidden_order, fulfillment_status = '', financial_status } = order
  if (cancelled_at !== undefined || status === 'cancelled') return 'cancelled'
  if (hidden_order || ['fulfilled', 'shipped'].includes(fulfillment_status)) return 'finished'
  return financial_status === 'refunded' ? 'cancelled' : 'open'
}

/** Authorized money is not captured yet: the merchant captures, then `orders/paid` comes. */
const paymentOf = ({ financial_status = '', payment_gateway_names = [] }: Order): PlatformOrder['payment'] => {
  if (['paid', 'partially_refunded', 'refunded'].includes(financial_status)) return 'paid'
  if (financial_status === 'partially_paid') return 'deposit'
  const cod = payment_gateway_names.some((name) => /cash on delivery|\bcod\b|货到付款/i.test(name.replaceAll('_', ' ')))
  return cod && ['pending', 'unpaid'].includes(financial_status) ? 'cod' : 'unpaid'
}

/** Pieces given back before they were shipped are not ours to ship; those that came back (`return`) were shipped. */
const refunded = (line: LineItem, { refunds = [] }: Order): number =>
  refunds
    .flatMap(({ refund_line_items = [] }) => refund_line_items)
    .filter((one) => one.line_item_id === line.id && one.restock_type !== 'return')
    .reduce((sum, { quantity }) => sum + quantity, 0)

const lineOf = (line: LineItem, order: Order): OrderLine => {
  const left = line.quantity - refunded(line, order)
  const price = moneyAt(line.price_set, line.price, order.currency)
  const gone = left <= 0 || line.fulfillable_quantity === 0 || line.requires_shipping === false || line.gift_card
  const marked = line.customized_attributes?.some(({ key, value }) => key === 'businessType' && value === '3')
  return {
    lineId: line.id,
    code: line.sku ?? '',
    title: joined(' / ', line.title, line.variant_title),
    quantity: left > 0 ? left : line.quantity,
    price,
    gift: price.amount === 0 || marked === true,
    status: gone ? 'gone' : 'open',
    ...present({ listingId: line.variant_id }),
  }
}

const moneyAt = (set: Order['current_total_price_set'], text: string | undefined, currency: string): Money =>
  set ? moneyOf(set.shop_money.amount, set.shop_money.currency_code) : moneyOf(text ?? '0', currency)

const receiverOf = ({ shipping_address: to, phone }: Order): Receiver => {
  const readable = present({
    name: to?.name ?? joined(' ', to?.first_name, to?.last_name),
    phone: to?.phone ?? phone,
    country: to?.country_code,
    province: to?.province ?? to?.province_code,
    city: to?.city,
    district: to?.district,
    address: joined(', ', to?.address1, to?.address2, to?.company),
    zip: to?.zip,
  })
  return { kind: 'plain', readable, masked: {}, cipher: {} }
}
