import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { type Address, type Body, Line, Order, type Refunds } from './schema.ts'

export const normalize = (message: Body): readonly Pushed[] => {
  if (message.topic === 'other') return []
  // Moved to the bin, or gone for good: nothing of it has a time.
  if (message.topic === 'order.deleted')
    return [{ event: { type: 'cancelled', platformOrderId: message.body.id, at: 0, reason: 'deleted' } }]
  return [{ event: eventOf(message.body) }]
}

/** An order names its refunds, but not what they take: where it matters, the detail is asked for. */
export const eventOf = (order: Order): PlatformEvent => {
  const { id: platformOrderId, date_modified_gmt: at, refunds = [] } = order
  const open = refunds.length > 0 && statusOf(order) === 'open'
  return open ? { type: 'changed', platformOrderId, what: 'refund', at } : { type: 'order', order: orderOf(order) }
}

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const LINE_KEYS = new Set(Object.keys(Line.shape))
/** Sums, tax, twins of times in the shop's own zone, and where the buyer came from. Listed in the README. */
const IDLE =
  /^(?:_links|.*_tax|.*_total|tax_lines|fee_lines|coupon_lines|discount.*|prices_include_tax|cart_hash|order_key|version|parent_id|created_via|customer_id|customer_ip_address|customer_user_agent|payment_method_title|transaction_id|payment_url|currency_symbol|is_editable|needs_.*|date_(?:created|modified|paid|completed)(?:_gmt)?)$/
const IDLE_LINE = /tax|subtotal|^(?:price|image|parent_name|global_unique_id)$/

const CANCELLED: readonly string[] = ['cancelled', 'refunded', 'trash']

const statusOf = ({ status }: Order): PlatformOrder['status'] =>
  CANCELLED.includes(status) ? 'cancelled' : status === 'completed' ? 'finished' : 'open'

/** `refunds`: what was given back of it, line by line, where that was asked for. */
export const orderOf = (order: Order, refunds: Refunds | undefined = undefined): PlatformOrder => {
  const payment = paymentOf(order)
  const total = moneyOf(order.total, order.currency)
  const shipping_lines = order.shipping_lines?.flatMap(({ method_title }) => method_title ?? [])
  return {
    platformOrderId: order.id,
    version: order.date_modified_gmt,
    placedAt: order.date_created_gmt,
    status: statusOf(order),
    payment,
    total,
    lines: order.line_items.map((line) => lineOf(line, order.currency, takenOf(refunds, line.id))),
    receiver: receiverOf(order),
    shippable: order.status === 'processing',
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE), ...present({ shipping_lines, ...metaOf(order.meta_data) }) },
      order.line_items.map((line) => [line.id, { ...leftover(line, LINE_KEYS, IDLE_LINE), ...metaOf(line.meta_data) }]),
    ),
    ...(payment === 'cod' && { cod: total }),
    ...present({ paidAt: payment === 'paid' ? order.date_paid_gmt : undefined, buyerNote: order.customer_note }),
  }
}

/** Fields whose names begin with `_` are hidden: a plugin's own. */
const metaOf = (metas: Order['meta_data'] = []): { readonly meta_data?: object } => {
  const shown = metas.filter(({ key }) => key !== '' && !key.startsWith('_'))
  return shown.length > 0 ? { meta_data: Object.fromEntries(shown.map(({ key, value }) => [key, value])) } : {}
}

/** `on-hold` waits for money (a transfer); a status of a plugin's own says nothing, so the date of payment does. */
const UNPAID: readonly string[] = ['pending', 'failed', 'checkout-draft']
const paymentOf = ({ status, payment_method, date_paid_gmt }: Order): PlatformOrder['payment'] => {
  if (UNPAID.includes(status)) return 'unpaid'
  if (date_paid_gmt !== undefined) return 'paid'
  if (payment_method === 'cod') return 'cod'
  return status === 'processing' || status === 'completed' ? 'paid' : 'unpaid'
}

const takenOf = (refunds: Refunds | undefined, lineId: string): number =>
  (refunds ?? [])
    .flatMap(({ line_items }) => line_items)
    .filter(({ meta_data = [] }) =>
      meta_data.some(({ key, value }) => key === '_refunded_item_id' && String(value) === lineId),
    )
    .reduce((sum, { quantity }) => sum + Math.abs(quantity), 0)

/** `price` is a float with fifteen digits; the line's total is exact. */
const lineOf = (line: Order['line_items'][number], currency: string, taken: number): OrderLine => {
  const total = moneyOf(line.total ?? '0', currency)
  const left = Math.max(0, line.quantity - taken)
  const id = line.variation_id === '0' ? undefined : line.variation_id
  return {
    lineId: line.id,
    code: line.sku ?? '',
    title: line.name ?? '',
    quantity: left || line.quantity,
    price: { ...total, amount: line.quantity > 0 ? Math.round(total.amount / line.quantity) : 0 },
    gift: total.amount === 0,
    status: left === 0 ? 'gone' : 'open',
    ...present({ listingId: id ?? line.product_id }),
  }
}

/** WooCommerce numbers the provinces of China in an order of its own (i18n/states.php). */
const CHINA =
  '云南 北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川 贵州 陕西 甘肃 青海 宁夏 澳门 西藏 新疆'.split(
    ' ',
  )
const provinceOf = (state: string | undefined): string | undefined => {
  const number = /^CN(\d+)$/.exec(state ?? '')?.[1]
  return number === undefined ? state : (CHINA[Number(number) - 1] ?? state)
}

/** Where nothing stands under `shipping`, it goes to the address of the bill; the phone often stands there alone. */
const receiverOf = ({ shipping, billing }: Order): Receiver => {
  const to: Address = shipping?.address_1 ? shipping : (billing ?? shipping ?? {})
  const readable = present({
    name: joined(' ', to.first_name, to.last_name) || to.company,
    phone: to.phone ?? billing?.phone,
    country: to.country,
    province: provinceOf(to.state),
    city: to.city,
    address: joined(', ', to.address_1, to.address_2, to.company),
    zip: to.postcode,
  })
  return { kind: 'plain', readable, masked: {}, cipher: {} }
}
