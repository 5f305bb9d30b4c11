/** Shopify's Admin API as objects of its schema: the part that order systems read. */
import { connection, type Type } from '../graphql.ts'
import type { Line, Listing, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { isGone, left, shippedState } from './ship.ts'
import { currentQuantity, financialStatus, gid, iso, major } from './shopify-push.ts'

export const LOCATION = gid('Location', '655441491')

const money = (order: Order, minor: number): Type => {
  const one: Type = { __typename: 'MoneyV2', amount: major(minor), currencyCode: order.currency }
  return { __typename: 'MoneyBag', shopMoney: one, presentmentMoney: one }
}

const attributes = (order: Order): Type[] =>
  Object.entries(order.custom).map(([key, value]) => ({ __typename: 'Attribute', key, value: String(value) }))

const address = ({ receiver }: Order): Type => {
  const [first, ...rest] = receiver.name.split(' ')
  return {
    __typename: 'MailingAddress',
    firstName: first,
    lastName: rest.join(' '),
    name: receiver.name,
    company: null,
    address1: receiver.address,
    address2: null,
    city: receiver.city,
    province: receiver.province,
    provinceCode: receiver.province,
    country: receiver.country === 'US' ? 'United States' : receiver.country,
    countryCode: receiver.country,
    countryCodeV2: receiver.country,
    zip: receiver.zip,
    phone: receiver.phone,
  }
}

const node = (type: string, id: string, rest: Readonly<Record<string, unknown>> = {}): Type => ({
  __typename: type,
  id: gid(type, id),
  legacyResourceId: id,
  ...rest,
})

const lineItem = (order: Order, line: Line): Type =>
  node('LineItem', line.id, {
    sku: line.code,
    name: line.title,
    title: line.title,
    variantTitle: null,
    quantity: line.quantity,
    currentQuantity: currentQuantity(order, line),
    unfulfilledQuantity: isGone(order, line) ? 0 : left(line),
    fulfillableQuantity: isGone(order, line) ? 0 : left(line),
    nonFulfillableQuantity: 0,
    refundableQuantity: currentQuantity(order, line),
    requiresShipping: true,
    isGiftCard: false,
    vendor: 'Sandbox',
    taxable: true,
    image: null,
    sellingPlan: null,
    lineItemGroup: null,
    discountAllocations: [],
    taxLines: [],
    totalDiscountSet: money(order, 0),
    originalTotalSet: money(order, line.price * line.quantity),
    originalUnitPriceSet: money(order, line.price),
    discountedUnitPriceSet: money(order, line.price),
    variant: node('ProductVariant', line.listingId, {
      sku: line.code,
      title: line.title,
      displayName: line.title,
      barcode: null,
      inventoryItem: node('InventoryItem', line.parentId),
    }),
    product: node('Product', line.parentId),
    customAttributes: [],
  })

const fulfillments = (order: Order, world: World): Type[] =>
  world.store
    .all<{ waybill: string; carrier: string; at: number }>(
      'SELECT waybill, carrier, at FROM writeback WHERE order_id = ?',
      order.id,
    )
    .map(({ waybill, carrier, at }, index) =>
      node('Fulfillment', `${order.id}${index}`, {
        status: 'SUCCESS',
        displayStatus: 'FULFILLED',
        createdAt: iso(at),
        updatedAt: iso(at),
        name: `#${order.id.slice(-9)}.${index + 1}`,
        trackingInfo: [
          { __typename: 'FulfillmentTrackingInfo', number: waybill, company: carrier, url: null } satisfies Type,
        ],
      }),
    )

const fulfillmentStatus = (order: Order): string => {
  if (order.status === 'cancelled') return 'CANCELLED'
  const open = order.lines.some((line) => !isGone(order, line) && left(line) > 0)
  return open ? (shippedState(order) === 'part' ? 'IN_PROGRESS' : 'OPEN') : 'CLOSED'
}

/** Orders here have one fulfillment order; its id is the order's with a 1 behind, a line's likewise. */
export const fulfillmentOrder = (order: Order): Type => {
  const lines = order.lines.map((line) =>
    node('FulfillmentOrderLineItem', `${line.id}1`, {
      sku: line.code,
      totalQuantity: line.quantity,
      remainingQuantity: order.status === 'cancelled' || isGone(order, line) ? 0 : left(line),
      lineItem: lineItem(order, line),
      variant: node('ProductVariant', line.listingId, { sku: line.code }),
      inventoryItemId: gid('InventoryItem', line.parentId),
      productTitle: line.title,
    }),
  )
  return node('FulfillmentOrder', `${order.id}1`, {
    status: fulfillmentStatus(order),
    requestStatus: 'UNSUBMITTED',
    createdAt: iso(order.createdAt),
    updatedAt: iso(order.updatedAt),
    fulfillAt: iso(order.createdAt),
    fulfillBy: iso(order.shipBy),
    fulfillmentHolds: [],
    orderId: gid('Order', order.id),
    supportedActions: [{ __typename: 'FulfillmentOrderSupportedAction', action: 'CREATE_FULFILLMENT' } satisfies Type],
    assignedLocation: {
      __typename: 'FulfillmentOrderAssignedLocation',
      name: 'Shop location',
      location: node('Location', '655441491', { name: 'Shop location' }),
    } satisfies Type,
    lineItems: (args: Record<string, unknown>) => connection('FulfillmentOrderLineItem', lines, args),
  })
}

export const orderNode = (order: Order, world: World): Type =>
  node('Order', order.id, {
    name: `#${order.id.slice(-9)}`,
    createdAt: iso(order.createdAt),
    updatedAt: iso(order.updatedAt),
    processedAt: iso(order.createdAt),
    cancelledAt: iso(order.cancelledAt),
    cancelReason: order.cancelledAt ? 'CUSTOMER' : null,
    closedAt: null,
    closed: false,
    confirmed: true,
    fullyPaid: order.payment === 'paid',
    unpaid: order.payment !== 'paid',
    displayFinancialStatus: financialStatus(order).toUpperCase(),
    displayFulfillmentStatus: { none: 'UNFULFILLED', part: 'PARTIALLY_FULFILLED', all: 'FULFILLED' }[
      shippedState(order)
    ],
    returnStatus: 'NO_RETURN',
    note: order.buyerNote || null,
    tags: order.flag ? order.flag.split(',') : [],
    customAttributes: attributes(order),
    email: 'buyer@example.com',
    phone: null,
    currencyCode: order.currency,
    presentmentCurrencyCode: order.currency,
    paymentGatewayNames: [order.payment === 'cod' ? 'Cash on Delivery (COD)' : 'bogus'],
    totalPriceSet: money(order, order.total),
    currentTotalPriceSet: money(order, order.total),
    totalOutstandingSet: money(order, order.payment === 'paid' ? 0 : order.total),
    currentSubtotalPriceSet: money(order, order.total),
    subtotalPriceSet: money(order, order.total),
    totalDiscountsSet: money(order, 0),
    totalShippingPriceSet: money(order, order.freight),
    totalTaxSet: money(order, 0),
    totalRefundedSet: money(order, order.refund?.status === 'refunded' ? order.total : 0),
    test: false,
    edited: false,
    fulfillable: order.status === 'open',
    refundable: true,
    restockable: true,
    taxesIncluded: false,
    poNumber: null,
    sourceName: 'web',
    customerLocale: 'en',
    statusPageUrl: `https://example.com/orders/${order.id}`,
    discountCodes: [],
    riskLevel: 'LOW',
    app: null,
    customer: null,
    paymentTerms: null,
    shippingLine: null,
    shippingLines: (args: Record<string, unknown>) =>
      connection(
        'ShippingLine',
        [node('ShippingLine', order.id, { title: 'Standard', code: 'Standard', source: 'shopify' })],
        args,
      ),
    subtotalLineItemsQuantity: order.lines.reduce((sum, line) => sum + line.quantity, 0),
    requiresShipping: true,
    shippingAddress: address(order),
    billingAddress: null,
    lineItems: (args: Record<string, unknown>) =>
      connection(
        'LineItem',
        order.lines.map((line) => lineItem(order, line)),
        args,
      ),
    fulfillments: (args: Record<string, unknown>) =>
      fulfillments(order, world).slice(0, typeof args.first === 'number' ? args.first : undefined),
    fulfillmentOrders: (args: Record<string, unknown>) =>
      connection('FulfillmentOrder', [fulfillmentOrder(order)], args),
    refunds: () =>
      order.refund?.status === 'refunded'
        ? [node('Refund', order.refund.id, { createdAt: iso(order.refund.at), updatedAt: iso(order.refund.at) })]
        : [],
  })

export const inventoryItem = (shop: Shop, listing: Listing): Type => {
  const level: Type = node('InventoryLevel', listing.parent, {
    location: node('Location', '655441491', { name: 'Shop location' }),
    quantities: () => [
      { __typename: 'InventoryQuantity', name: 'available', quantity: listing.quantity } satisfies Type,
    ],
  })
  return node('InventoryItem', listing.parent, {
    sku: listing.code,
    tracked: true,
    shop: shop.name,
    inventoryLevel: level,
    inventoryLevels: (args: Record<string, unknown>) => connection('InventoryLevel', [level], args),
  })
}

export const variant = (shop: Shop, listing: Listing): Type =>
  node('ProductVariant', listing.id, {
    sku: listing.code,
    title: listing.title,
    price: major(listing.price),
    inventoryQuantity: listing.quantity,
    inventoryItem: inventoryItem(shop, listing),
    product: node('Product', listing.parent),
  })
