/** An order as Amazon shows it: totals for all pieces of a line, an address that only a restricted token opens. */
import type { Line, Order } from '../types.ts'
import { isGone, left, openLines, shippedState } from './ship.ts'

export const MARKETPLACE = 'ATVPDKIKX0DER'
const money = (order: Order, minor: number): object => ({
  CurrencyCode: order.currency,
  Amount: (minor / 100).toFixed(2),
})
const iso = (ms: number): string => new Date(ms).toISOString()

export const stateOf = (order: Order): string => {
  if (order.status === 'cancelled' || openLines(order).length === 0) return 'Canceled'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'Pending'
  return { none: 'Unshipped', part: 'PartiallyShipped', all: 'Shipped' }[shippedState(order)]
}

const region = ({ receiver }: Order): object => ({
  City: receiver.city,
  StateOrRegion: receiver.province,
  PostalCode: receiver.zip,
  CountryCode: receiver.country,
})

export const orderInfo = (order: Order, whole: boolean): Record<string, unknown> => {
  const { receiver } = order
  const address = { Name: receiver.name, AddressLine1: receiver.address, Phone: receiver.phone, ...region(order) }
  const state = stateOf(order)
  return {
    ...order.custom,
    AmazonOrderId: order.id,
    PurchaseDate: iso(order.createdAt),
    LastUpdateDate: iso(order.updatedAt),
    OrderStatus: state,
    FulfillmentChannel: 'MFN',
    MarketplaceId: MARKETPLACE,
    PaymentMethod: order.payment === 'cod' ? 'COD' : 'Other',
    NumberOfItemsShipped: order.lines.reduce((sum, line) => sum + line.shipped, 0),
    NumberOfItemsUnshipped: openLines(order).reduce((sum, line) => sum + left(line), 0),
    ...(state === 'Pending' ? {} : { OrderTotal: money(order, order.total) }),
    ...(order.shipBy === undefined ? {} : { LatestShipDate: iso(order.shipBy) }),
    ...(state === 'Pending' || state === 'Canceled' ? {} : { ShippingAddress: whole ? address : region(order) }),
  }
}

const covers = ({ refund }: Order, line: Line): boolean =>
  refund?.status === 'requested' && (refund.lineIds.length === 0 || refund.lineIds.includes(line.id))

export const itemOf = (order: Order, line: Line): Record<string, unknown> => {
  const gone = order.status === 'cancelled' || isGone(order, line)
  return {
    ASIN: `B${line.id.slice(-9)}`,
    SellerSKU: line.code,
    OrderItemId: line.id,
    Title: line.title,
    QuantityOrdered: gone ? 0 : line.quantity,
    QuantityShipped: line.shipped,
    ItemPrice: money(order, line.price * line.quantity),
    IsGift: 'false',
    BuyerRequestedCancel: { IsBuyerRequestedCancel: String(covers(order, line)), BuyerCancelReason: '' },
  }
}
