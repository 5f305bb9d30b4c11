import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, leftover, moneyOf, present } from '../../wire/values.ts'
import { type Body, Line, Order, Receiver as To } from './schema.ts'

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const LINE_KEYS = new Set(Object.keys(Line.shape))
const RECEIVER_KEYS = new Set(Object.keys(To.shape))

export const normalize = (body: Body): readonly Pushed[] => eventsOf(body).map((event) => ({ event }))

const eventsOf = (body: Body): readonly PlatformEvent[] => {
  if (body.type === 'other') return []
  if (body.type === 'ping') return [{ type: 'ping' }]
  const at = body.timestamp
  if (body.type === 'order.changed') {
    return [{ type: 'changed', platformOrderId: body.data.orderId, what: body.data.what ?? 'order', at }]
  }
  if (body.type === 'customer.redact') return [{ type: 'redact', platformOrderIds: body.data.orderIds, at }]
  if ('order' in body.data) return [{ type: 'order', order: orderOf(body.data.order, at, body.type) }]
  const { orderId, refundId, lineIds = [] } = body.data
  // The type is one of three by the schema: what follows its dot is the status.
  const status = body.type.slice('refund.'.length) as 'requested' | 'withdrawn' | 'refunded'
  return [{ type: 'refund', platformOrderId: orderId, refundId, lineIds, status, at }]
}

/** `at` is the time of the event that carried the order, `type` its type. */
export const orderOf = (order: Order, at: number, type = 'order.updated'): PlatformOrder => {
  const currency = order.currency ?? 'CNY'
  const lines = order.lines.map((line) => lineOf(line, currency))
  const total = order.total === undefined ? sum(lines, currency) : moneyOf(order.total, currency)
  const payment = paymentOf(order, type)
  const receiver = leftover(order.receiver ?? {}, RECEIVER_KEYS)
  const own = { ...leftover(order, ORDER_KEYS), ...present({ receiver }), ...order.custom }
  const { buyerNote, sellerNote, flag, shipBy, collectBy, paidAt, presale } = order
  return {
    platformOrderId: order.id,
    version: order.version ?? order.updatedAt ?? at,
    placedAt: order.createdAt ?? at,
    status: type === 'order.cancelled' ? 'cancelled' : (order.status ?? 'open'),
    payment,
    total,
    lines,
    receiver: receiverOf(order.receiver),
    shippable: order.shippable ?? true,
    custom: customOf(
      own,
      order.lines.map((line) => [line.id, leftover(line, LINE_KEYS)]),
    ),
    ...present({ paidAt, buyerNote, sellerNote, flag, shipBy, collectBy }),
    ...(presale && { presale: { kind: presale.kind, ...present({ releaseAt: presale.releaseAt }) } }),
    ...(payment === 'cod' && { cod: order.cod === undefined ? total : moneyOf(order.cod, currency) }),
  }
}

const paymentOf = (order: Order, type: string): PlatformOrder['payment'] => {
  if (order.payment !== undefined) return order.payment
  if (order.cod !== undefined) return 'cod'
  return order.paidAt !== undefined || type === 'order.paid' ? 'paid' : 'unpaid'
}

const lineOf = (line: Order['lines'][number], currency: string): OrderLine => ({
  lineId: line.id,
  code: line.sku ?? '',
  title: line.title ?? '',
  quantity: line.quantity,
  price: moneyOf(line.price ?? '0', currency),
  gift: line.gift ?? false,
  status: line.status ?? 'open',
  ...present({ listingId: line.listingId }),
})

/** A shop that stands in front of another platform may hand us stars; nobody can ship those. */
const receiverOf = (receiver: Order['receiver']): Receiver => {
  const { name, phone, address, country = 'CN', province, city, district, town, zip } = receiver ?? {}
  const person = present({ name, phone, address })
  const readable = { country, ...present({ province, city, district, town, zip }) }
  const starred = Object.values(person).some((text) => text.includes('*'))
  if (starred) return { kind: 'masked', readable, masked: person, cipher: {} }
  return { kind: 'plain', readable: { ...readable, ...person }, masked: {}, cipher: {} }
}

const sum = (lines: readonly OrderLine[], currency: string): Money => ({
  amount: lines.reduce((total, line) => total + line.price.amount * line.quantity, 0),
  currency,
})
