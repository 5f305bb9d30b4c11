import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import type { WireRequest } from '../../wire/message.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { type Body, LineItem, Order } from './schema.ts'

export const normalize = (body: Body, request: WireRequest): readonly Pushed[] => {
  const triggered = Date.parse(request.headers['x-shopify-triggered-at'] ?? '')
  return eventsOf(body, Number.isNaN(triggered) ? 0 : triggered).map((event) => ({ event }))
}

/** `at` is the time of the delivery's trigger, for topics whose body has no time of its own. */
const eventsOf = (message: Body, at: number): readonly PlatformEvent[] => {
  switch (message.topic) {
    case 'other':
      return []
    case 'orders/edited': {
      const { order_id, created_at } = message.body.order_edit
      return [{ type: 'changed', platformOrderId: order_id, what: 'edited', at: created_at }]
    }
    case 'orders/delete':
      return [{ type: 'cancelled', platformOrderId: message.body.id, at, reason: 'deleted' }]
    case 'refunds/create':
      return refundOf(message.body)
    case 'customers/redact': {
      // No orders named is no order to erase; to us an empty list would mean the whole shop.
      const platformOrderIds = message.body.orders_to_redact ?? []
      return platformOrderIds.length === 0 ? [{ type: 'ping' }] : [{ type: 'redact', platformOrderIds, at }]
    }
    case 'shop/redact':
      return [{ type: 'redact', platformOrderIds: [], at }]
    case 'app/uninstalled':
      return [{ type: 'revoked', at }]
    case 'customers/data_request':
      return [{ type: 'ping' }]
    default:
      return [{ type: 'order', order: orderOf(message.body) }]
  }
}

/** A refund may be of some pieces of a line, or of money alone: only lines refunded whole are named, the rest is fetched. */
const refundOf = ({ id, order_id, created_at, refund_line_items }: RefundBody): readonly PlatformEvent[] => {
  const about = { platformOrderId: order_id, at: created_at }
  const whole = refund_line_items.filter(({ quantity, line_item }) => quantity >= line_item.quantity)
  const lineIds = whole.map((line) => line.line_item_id)
  const changed: PlatformEvent = { type: 'changed', ...about, what: 'refund' }
  if (lineIds.length === 0) return [changed]
  return [{ type: 'refund', ...about, refundId: id, lineIds, status: 'refunded' }, changed]
}
type RefundBody = Extract<Body, { topic: 'refunds/create' }>['body']

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const LINE_KEYS = new Set(Object.keys(LineItem.shape))
/** Sums that we do not book, and what concerns browser, campaign, tax and customer account. Listed in the README. */
const IDLE_ORDER =
  /_set$|price|tax|discount|dut(?:y|ies)|token|_site|^total_|^(?:merchant_|admin_|client_|customer|billing_|order_status_url|browser_ip|buyer_accepts_marketing|app_id|device_id|user_id|contact_email|number|order_number|presentment_currency|payment_terms|refunds|returns|fulfillments|line_item_groups|confirm|location_id|country$|estimated_taxes|reference|source_url)/
const IDLE_LINE =
  /_set$|tax|discount|duties|^(?:admin_|attributed_|sales_|product_|fulfillment_|grams$|taxable$|variant_inv|name$)/

export const orderOf = (order: Order): PlatformOrder => {
  const payment = paymentOf(order)
  const total = moneyAt(order.current_total_price_set, order.current_total_price ?? order.total_price, order.currency)
  const owed = moneyAt(order.total_outstanding_set, order.total_outstanding ?? order.total_price, order.currency)
  const shipping_lines = order.shipping_lines?.flatMap(({ title }) => title ?? [])
  const deadlines = (order.fulfillment_orders ?? []).flatMap(({ fulfill_by }) => fulfill_by ?? [])
  return {
    platformOrderId: order.id,
    version: order.updated_at,
    placedAt: order.created_at,
    status: statusOf(order),
    payment,
    total,
    lines: order.line_items.map((line) => lineOf(line, order.currency)),
    receiver: receiverOf(order),
    shippable: !['on_hold', 'scheduled'].includes(order.fulfillment_status ?? ''),
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE_ORDER), ...present({ tags: order.tags, shipping_lines }) },
      order.line_items.map((line) => [line.id, leftover(line, LINE_KEYS, IDLE_LINE)]),
    ),
    ...(payment === 'paid' && { paidAt: order.processed_at ?? order.created_at }),
    ...(payment === 'cod' && { cod: owed }),
    ...present({ buyerNote: order.note, shipBy: deadlines.length > 0 ? Math.min(...deadlines) : undefined }),
  }
}

/** Given back in full and not shipped means: do not ship. */
const statusOf = ({
  cancelled_at,
  closed_at,
  fulfillment_status,
  financial_status,
}: Order): PlatformOrder['status'] => {
  if (cancelled_at !== undefined) return 'cancelled'
  if (fulfillment_status === 'fulfilled' || closed_at !== undefined) return 'finished'
  return financial_status === 'refunded' || financial_status === 'voided' ? 'cancelled' : 'open'
}

/** Authorized money is not captured yet: the merchant captures, then `orders/paid` comes. */
const paymentOf = ({ financial_status = '', payment_gateway_names = [] }: Order): PlatformOrder['payment'] => {
  if (['paid', 'partially_refunded', 'refunded'].includes(financial_status)) return 'paid'
  if (financial_status === 'partially_paid') return 'deposit'
  const cod = payment_gateway_names.some((name) => /cash on delivery|\bcod\b|货到付款/i.test(name.replaceAll('_', ' ')))
  return financial_status === 'pending' && cod ? 'cod' : 'unpaid'
}

/** `quantity` never changes; what edits and refunds have left is `current_quantity`, what still can ship `fulfillable_quantity`. */
const lineOf = (line: Order['line_items'][number], currency: string): OrderLine => {
  const left = line.current_quantity ?? line.quantity
  const price = moneyAt(line.price_set, line.price, currency)
  const gone = left <= 0 || line.fulfillable_quantity === 0 || line.requires_shipping === false
  return {
    lineId: line.id,
    code: line.sku ?? '',
    title: joined(' / ', line.title, line.variant_title),
    quantity: left > 0 ? left : line.quantity,
    price,
    gift: price.amount === 0,
    status: gone ? 'gone' : 'open',
    ...present({ listingId: line.variant_id ?? line.variant?.id }),
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
    address: joined(', ', to?.address1, to?.address2, to?.company),
    zip: to?.zip,
  })
  return { kind: 'plain', readable, masked: {}, cipher: {} }
}
