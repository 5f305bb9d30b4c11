import type { Money as Sum } from '../../domain/money.ts'
import type { OrderLine, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { type Body, LineItem, Order } from './schema.ts'

/** One message per line of the order, with ids alone. An account that is deleted is any buyer's at eBay, and names no order. */
export const normalize = (message: Body): readonly Pushed[] => {
  if (message.topic === 'other') return []
  if (message.topic === 'MARKETPLACE_ACCOUNT_DELETION') return [{ event: { type: 'ping' } }]
  const { eventDate = 0 } = message.body.notification
  if (message.topic === 'AUTHORIZATION_REVOCATION') {
    const { userId: shopKey, revocationDate: at = eventDate } = message.body.notification.data
    return [{ shopKey, event: { type: 'revoked', at } }]
  }
  const { orderId: platformOrderId, seller: shopKey } = message.body.notification.data
  return [{ shopKey, event: { type: 'changed', platformOrderId, what: 'paid', at: eventDate } }]
}

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const LINE_KEYS = new Set(Object.keys(LineItem.shape))
/** Fees, taxes, promotions, links and the accounts of buyer and seller. Listed in the README. */
const IDLE =
  /Fee|[tT]ax|Cost$|Charges$|Promotions$|Hrefs$|MarketplaceId$|^(?:buyer|deliveryCost|itemLocation|legacyOrderId|properties|refunds|salesRecordReference|sellerId|soldFormat|total)$/

export const orderOf = (order: Order): PlatformOrder => {
  const total = sumOf(order.pricingSummary?.total)
  const [instruction] = order.fulfillmentStartInstructions ?? []
  const { shippingServiceCode, shipToReferenceId } = instruction?.shippingStep ?? {}
  const payment = PAID.includes(order.orderPaymentStatus ?? '') ? 'paid' : 'unpaid'
  const paidAt = order.paymentSummary?.payments?.flatMap(({ paymentDate }) => paymentDate ?? [])[0]
  const deadlines = order.lineItems.flatMap((line) => line.lineItemFulfillmentInstructions?.shipByDate ?? [])
  return {
    platformOrderId: order.orderId,
    version: order.lastModifiedDate,
    placedAt: order.creationDate,
    status: statusOf(order),
    payment,
    total,
    lines: order.lineItems.map((line) => lineOf(line, order, total.currency)),
    receiver: receiverOf(order),
    shippable: isOurs(order),
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE), ...present({ shippingServiceCode, shipToReferenceId }) },
      order.lineItems.map((line) => [line.lineItemId, leftover(line, LINE_KEYS, IDLE)]),
    ),
    ...(payment === 'paid' && { paidAt: paidAt ?? order.creationDate }),
    ...present({
      buyerNote: order.buyerCheckoutNotes,
      shipBy: deadlines.length > 0 ? Math.min(...deadlines) : undefined,
    }),
  }
}

const PAID: readonly string[] = ['PAID', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED']

/** Given back in full and not shipped means: do not ship. */
const statusOf = ({ cancelStatus, orderFulfillmentStatus, orderPaymentStatus }: Order): PlatformOrder['status'] => {
  if (cancelStatus?.cancelState === 'CANCELED') return 'cancelled'
  if (orderFulfillmentStatus === 'FULFILLED') return 'finished'
  return orderPaymentStatus === 'FULLY_REFUNDED' ? 'cancelled' : 'open'
}

/** Fetched in a store, sent by mail, or shipped by eBay itself: nothing for our warehouses. */
const isOurs = ({ fulfillmentStartInstructions = [], program }: Order): boolean =>
  program?.fulfillmentProgram?.fulfilledBy === undefined &&
  fulfillmentStartInstructions.every(({ fulfillmentInstructionsType: type = 'SHIP_TO' }) => type === 'SHIP_TO')

/** A buyer's wish to cancel holds back the whole order until the seller has answered it. */
const lineOf = (line: LineItem, order: Order, currency: string): OrderLine => {
  const cost = line.lineItemCost ? sumOf(line.lineItemCost) : { amount: 0, currency }
  const price = { ...cost, amount: line.quantity > 0 ? Math.round(cost.amount / line.quantity) : cost.amount }
  const gone = line.quantity <= 0 || line.lineItemFulfillmentStatus === 'FULFILLED'
  const wished = order.cancelStatus?.cancelState === 'IN_PROGRESS'
  return {
    lineId: line.lineItemId,
    code: line.sku ?? '',
    title: line.title ?? '',
    quantity: line.quantity,
    price,
    gift: price.amount === 0,
    status: gone ? 'gone' : wished ? 'refunding' : 'open',
    ...present({ listingId: line.legacyVariationId ?? line.legacyItemId }),
  }
}

const sumOf = (money: { value: string; currency: string } | undefined): Sum =>
  money ? moneyOf(money.value, money.currency) : { amount: 0, currency: 'USD' }

const receiverOf = ({ fulfillmentStartInstructions }: Order): Receiver => {
  const {
    fullName,
    companyName,
    primaryPhone,
    contactAddress: at,
  } = fulfillmentStartInstructions?.[0]?.shippingStep?.shipTo ?? {}
  const readable = present({
    name: fullName,
    phone: primaryPhone?.phoneNumber,
    country: at?.countryCode,
    province: at?.stateOrProvince,
    city: at?.city,
    district: at?.county,
    address: joined(', ', at?.addressLine1, at?.addressLine2, companyName),
    zip: at?.postalCode,
  })
  return { kind: 'plain', readable, masked: {}, cipher: {} }
}
