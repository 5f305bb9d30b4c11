import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import type { Problem } from '../../domain/problem.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import { parseExact } from '../../wire/json.ts'
import { malformed } from '../../wire/malformed.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { type Address, Item, Notification, Order } from './schema.ts'

/** Amazon ships these itself. */
const BY_AMAZON = 'AFN'
export const isOurs = (channel: string | undefined): boolean => channel !== BY_AMAZON

/** A message of the queue, received `now`. Thin: it has neither receiver nor prices, and only access to the queue vouches for it. */
export const heard = (body: string, now: number): Result<readonly Pushed[], Problem> => {
  const parsed = parseExact(body)
  if (!parsed.ok) return parsed
  const read = Notification.safeParse(parsed.value)
  if (!read.success)
    return err(malformed(read.error.issues[0]?.path.join('.') ?? '', read.error.issues[0]?.message ?? ''))
  const { NotificationType, EventTime, Payload } = read.data
  const change = Payload?.OrderChangeNotification
  if (NotificationType !== 'ORDER_CHANGE' || !change || !isOurs(change.Summary.FulfillmentType)) return ok([])
  const { SellerId: shopKey, AmazonOrderId: platformOrderId, OrderChangeTrigger: trigger, OrderChangeType } = change
  const at = EventTime ?? trigger?.TimeOfOrderChange ?? now
  const { OrderStatus = '' } = change.Summary
  if (OrderStatus === 'Canceled') {
    return ok([
      { shopKey, event: { type: 'cancelled', platformOrderId, at, ...present({ reason: trigger?.ChangeReason }) } },
    ])
  }
  const what = joined(' ', OrderChangeType, trigger?.ChangeReason, OrderStatus) || 'changed'
  return ok([{ shopKey, event: { type: 'changed', platformOrderId, what, at } }])
}

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const ITEM_KEYS = new Set(Object.keys(Item.shape))
/** Marks of Amazon's own programs, tax twins, and what the lines say again. Listed in the README. */
const IDLE =
  /^(?:SellerOrderId|SalesChannel|OrderChannel|NumberOfItems(?:Shipped|Unshipped)|PaymentExecutionDetail|PaymentMethodDetails|EarliestDeliveryDate|MarketplaceTaxInfo|SellerDisplayName|BuyerInfo|BuyerTaxInformation|BuyerInvoicePreference|AutomatedShippingSettings|ElectronicInvoiceStatus|DefaultShipFromLocationAddress|Is(?:SoldByAB|IBA|EstimatedShipDateSet|GlobalExpressEnabled|BusinessOrder)|ASIN|ProductInfo|Points.*|.*Tax|.*Discount|Tax.*|PromotionIds|Condition.*|PriceDesignation|DeemedResellerCategory|AssociatedItems)$/

const CANCELLED: readonly string[] = ['Canceled', 'Unfulfillable']
const FINISHED: readonly string[] = ['Shipped', 'InvoiceUnconfirmed']
const SHIPPABLE: readonly string[] = ['Unshipped', 'PartiallyShipped']

export const orderOf = (order: Order, items: readonly Item[]): PlatformOrder => {
  const { OrderStatus: state } = order
  const ours = isOurs(order.FulfillmentChannel)
  const payment = paymentOf(order)
  const currency =
    order.OrderTotal?.CurrencyCode ?? items.find((item) => item.ItemPrice)?.ItemPrice?.CurrencyCode ?? 'USD'
  const total = order.OrderTotal ? moneyOf(order.OrderTotal.Amount, currency) : { amount: 0, currency }
  return {
    platformOrderId: order.AmazonOrderId,
    version: order.LastUpdateDate,
    placedAt: order.PurchaseDate,
    status: CANCELLED.includes(state) ? 'cancelled' : FINISHED.includes(state) || !ours ? 'finished' : 'open',
    payment,
    total,
    lines: items.map((item) => lineOf(item, currency)),
    receiver: receiverOf(order.ShippingAddress),
    shippable: ours && SHIPPABLE.includes(state),
    custom: customOf(
      leftover(order, ORDER_KEYS, IDLE),
      items.map((item) => [item.OrderItemId, leftover(item, ITEM_KEYS, IDLE)]),
    ),
    ...(payment === 'cod' && { cod: total }),
    ...present({ shipBy: order.LatestShipDate }),
  }
}

/** `Pending`: the payment is not authorized yet. Amazon collects it, or the carrier at the door. */
const paymentOf = ({ OrderStatus, PaymentMethod }: Order): PlatformOrder['payment'] => {
  if (OrderStatus === 'Pending' || OrderStatus === 'PendingAvailability') return 'unpaid'
  return PaymentMethod === 'COD' ? 'cod' : 'paid'
}

/** The SKU is the key of a listing: several may sell one ASIN. */
const lineOf = (item: Item, currency: string): OrderLine => ({
  lineId: item.OrderItemId,
  code: item.SellerSKU ?? '',
  title: item.Title ?? '',
  quantity: item.QuantityOrdered,
  price: unitPrice(item, currency),
  gift: false,
  status: statusOf(item),
  ...present({ listingId: item.SellerSKU }),
})

/** A cancelled item stays with a quantity of 0. */
const statusOf = ({ QuantityOrdered, QuantityShipped = 0, BuyerRequestedCancel }: Item): OrderLine['status'] => {
  if (QuantityOrdered === 0 || QuantityShipped >= QuantityOrdered) return 'gone'
  return BuyerRequestedCancel?.IsBuyerRequestedCancel ? 'refunding' : 'open'
}

/** `ItemPrice` is for all pieces of the line. */
const unitPrice = ({ ItemPrice, QuantityOrdered }: Item, currency: string): Money => {
  const all = moneyOf(ItemPrice?.Amount ?? '0', ItemPrice?.CurrencyCode ?? currency)
  return { ...all, amount: Math.round(all.amount / Math.max(1, QuantityOrdered)) }
}

/** Only the region without a restricted token, or where Amazon keeps the address back. */
const receiverOf = (address: Address = {} as Address): Receiver => {
  const { CompanyName, AddressLine1, AddressLine2, AddressLine3, Name: name, Phone: phone } = address
  const readable = present({
    name,
    phone,
    country: address.CountryCode,
    province: address.StateOrRegion,
    city: address.City ?? address.Municipality,
    district: address.District ?? address.County,
    address: joined(', ', CompanyName, AddressLine1, AddressLine2, AddressLine3),
    zip: address.PostalCode,
  })
  const whole = name !== undefined && AddressLine1 !== undefined && !/\*/.test(name + AddressLine1)
  if (whole) return { kind: 'plain', readable, masked: {}, cipher: {} }
  const { name: _, phone: __, address: ___, ...region } = readable
  return { kind: 'masked', readable: region, masked: present({ name, phone, address: AddressLine1 }), cipher: {} }
}
