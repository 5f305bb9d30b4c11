/** eBay: one thin push per line under an elliptic signature, tokens of app and user, an empty answer to a shipment. */
import { list, number, object, read, text } from '../json.ts'
import { abroad } from '../people.ts'
import { ebayKeyId, ebayPublicKey, ebayPush, same } from '../signatures.ts'
import type { Answer, Call, Line, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, json, type Platform } from './platform.ts'
import { isGone, type ShipRefusal, setStock, ship, shippedState } from './ship.ts'

const ROUTES: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['POST', /^\/identity\/v1\/oauth2\/token$/, 'token'],
  ['GET', /^\/commerce\/notification\/v1\/public_key\/([^/]+)$/, 'key'],
  ['GET', /^\/commerce\/identity\/v1\/user\/$/, 'user'],
  ['GET', /^\/sell\/fulfillment\/v1\/order$/, 'list'],
  ['GET', /^\/sell\/fulfillment\/v1\/order\/([^/]+)$/, 'detail'],
  ['GET', /^\/sell\/fulfillment\/v1\/order\/([^/]+)\/shipping_fulfillment$/, 'fulfillments'],
  ['POST', /^\/sell\/fulfillment\/v1\/order\/([^/]+)\/shipping_fulfillment$/, 'ship'],
  ['GET', /^\/sell\/inventory\/v1\/offer$/, 'offers'],
  ['POST', /^\/sell\/inventory\/v1\/bulk_update_price_quantity$/, 'stock'],
]
const routed = ({ method, path }: Call): { readonly operation: string; readonly id: string } | undefined => {
  const route = ROUTES.find(([verb, pattern]) => verb === method && pattern.test(path))
  return route && { operation: route[2], id: decodeURIComponent(route[1].exec(path)?.[1] ?? '') }
}

const failure = (status: number, errorId: number, message: string): Answer =>
  json(status, { errors: [{ errorId, domain: 'API_FULFILLMENT', category: 'REQUEST', message }] })
const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString())
const money = ({ currency }: Order, minor: number): object => ({ value: (minor / 100).toFixed(2), currency })

const appToken = ({ credentials }: Shop): string => `app-${credentials.clientId}`
/** The host is one for all sellers, so what a user's token may do is found out in `serve`. */
const refusal = (call: Call, shop: Shop): string | undefined => {
  const { clientId, clientSecret } = shop.credentials
  const { operation } = routed(call) ?? {}
  const given = call.headers.authorization ?? ''
  if (operation !== 'token' && operation !== 'key') return undefined
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  return same(given, operation === 'token' ? `Basic ${basic}` : `Bearer ${appToken(shop)}`)
    ? undefined
    : 'Invalid access token'
}

/** Whose token it is, whatever the address of the call. */
const ownerOf = ({ headers }: Call, world: World): Shop | undefined =>
  [...world.shops.values()].find(
    ({ platform, credentials }) =>
      platform === 'ebay' && same(headers.authorization ?? '', `Bearer ${credentials.accessToken}`),
  )

/** The cost of a line is that of all its pieces; there is none of one. */
const lineOf = (order: Order, line: Line): object => ({
  ...{ lineItemId: line.id, legacyItemId: line.parentId, legacyVariationId: line.listingId, sku: line.code },
  ...{ title: line.title, quantity: line.quantity, soldFormat: 'FIXED_PRICE', listingMarketplaceId: 'EBAY_US' },
  lineItemCost: money(order, line.price * line.quantity),
  lineItemFulfillmentStatus: isGone(order, line) || line.shipped >= line.quantity ? 'FULFILLED' : 'NOT_STARTED',
  lineItemFulfillmentInstructions: { shipByDate: iso(order.shipBy), guaranteedDelivery: false },
  ...{ refunds: [], taxes: [], properties: { buyerProtection: true } },
})

const paymentOf = (order: Order): string => {
  if (order.refund?.status === 'refunded')
    return order.refund.lineIds.length > 0 ? 'PARTIALLY_REFUNDED' : 'FULLY_REFUNDED'
  return order.payment === 'paid' ? 'PAID' : 'PENDING'
}

const orderOf = (order: Order): object => {
  const { receiver } = order
  const wished = order.refund?.status === 'requested'
  return {
    ...{ orderId: order.id, legacyOrderId: order.id, sellerId: 'seller', buyer: { username: 'buyer' } },
    ...{ creationDate: iso(order.createdAt), lastModifiedDate: iso(order.updatedAt) },
    orderFulfillmentStatus: { none: 'NOT_STARTED', part: 'IN_PROGRESS', all: 'FULFILLED' }[shippedState(order)],
    orderPaymentStatus: paymentOf(order),
    cancelStatus: {
      cancelState: order.status === 'cancelled' ? 'CANCELED' : wished ? 'IN_PROGRESS' : 'NONE_REQUESTED',
      cancelRequests: [],
    },
    ...(order.buyerNote && { buyerCheckoutNotes: order.buyerNote }),
    pricingSummary: { total: money(order, order.total) },
    paymentSummary: { payments: order.paidAt ? [{ paymentDate: iso(order.paidAt), paymentStatus: 'PAID' }] : [] },
    fulfillmentStartInstructions: [
      {
        fulfillmentInstructionsType: 'SHIP_TO',
        shippingStep: {
          shippingServiceCode: 'USPSPriority',
          shipTo: {
            fullName: receiver.name,
            primaryPhone: { phoneNumber: receiver.phone },
            contactAddress: {
              ...{ addressLine1: receiver.address, city: receiver.city, stateOrProvince: receiver.province },
              ...{ postalCode: receiver.zip, countryCode: receiver.country },
            },
          },
        },
      },
    ],
    lineItems: order.lines.map((line) => lineOf(order, line)),
    ...order.custom,
  }
}

const fulfillmentsOf = (order: Order, world: World): readonly object[] =>
  world.store
    .all<{ waybill: string; carrier: string; lines: string }>(
      'SELECT waybill, carrier, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
      order.id,
    )
    .map(({ waybill, carrier, lines }) => ({
      ...{ fulfillmentId: waybill, shipmentTrackingNumber: waybill, shippingCarrierCode: carrier },
      lineItems: (JSON.parse(lines) as { lineId: string; quantity: number }[]).map(({ lineId, quantity }) => ({
        ...{ lineItemId: lineId, quantity },
      })),
    }))

const orders = ({ url }: Call, shop: Shop, world: World): Answer => {
  const query = url.searchParams
  const [, from = '', to = ''] =
    /lastmodifieddate:\[([^.\]]+\.\d+Z)\.\.([^\]]*)\]/.exec(query.get('filter') ?? '') ?? []
  if (to !== '' && Date.parse(to) > Date.now()) return failure(400, 30850, "Start and end dates can't be in the future")
  const [size, skip] = [Math.min(number(query.get('limit'), 50), 200), number(query.get('offset'), 0)]
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated <= ? ORDER BY updated, id',
    ...[shop.id, Date.parse(from) || 0, Date.parse(to) || Number.MAX_SAFE_INTEGER],
  )
  const page = rows.slice(skip, skip + size).map(({ doc }) => orderOf(JSON.parse(doc)))
  const more = skip + size < rows.length && { next: `${url.pathname}?offset=${skip + size}` }
  return json(200, { href: url.pathname, total: rows.length, limit: size, offset: skip, orders: page, ...more })
}

const REFUSALS: Readonly<Partial<Record<ShipRefusal, readonly [errorId: number, message: string]>>> = {
  line_unknown: [32200, 'Invalid line item id'],
  waybill_used: [32300, 'Invalid shipment tracking number or carrier'],
  waybill_missing: [32300, 'Invalid shipment tracking number or carrier'],
}

const fulfill = (call: Call, id: string, shop: Shop, world: World): Answer => {
  const body = object(read(call.body.toString('utf8')))
  const lines = list(body.lineItems)
    .map(object)
    .map((one) => ({ lineId: text(one.lineItemId), quantity: number(one.quantity) }))
  const parcel = { carrier: text(body.shippingCarrierCode), waybill: text(body.trackingNumber), lines }
  const done = ship(world, shop, id, [parcel])
  if ('refusal' in done) return failure(400, ...(REFUSALS[done.refusal] ?? ([32600, done.refusal] as const)))
  const location = `https://api.ebay.com${call.path}/${parcel.waybill}`
  return { status: 201, headers: { location }, body: '' }
}

const offers = ({ url }: Call, shop: Shop, world: World): Answer => {
  const listing = world.listing(shop.id, 'code', url.searchParams.get('sku') ?? '')
  if (!listing) return failure(404, 25713, 'This Offer is not available.')
  return json(200, {
    total: 1,
    size: 1,
    offers: [{ offerId: `off-${listing.id}`, sku: listing.code, status: 'PUBLISHED' }],
  })
}

/** The listing shows the smaller of the item's and the offer's quantity. */
const stock = (call: Call, shop: Shop, world: World): Answer => {
  const request = object(list(object(read(call.body.toString('utf8'))).requests)[0])
  const sku = text(request.sku)
  const [item, offer] = [object(request.shipToLocationAvailability), object(list(request.offers)[0])]
  const level = Math.min(number(item.quantity, -1), number(offer.availableQuantity, -1))
  const known = level >= 0 && setStock(world, shop, 'code', sku, level)
  const errors = known ? [] : [{ errorId: 25002, message: 'Any User error.' }]
  const responses = [{ sku, offerId: text(offer.offerId), statusCode: known ? 200 : 400, errors, warnings: [] }]
  return json(known ? 200 : 207, { responses })
}

/** Nothing is pushed of what happens later: the list of modified orders tells. */
const messages = (order: Order, shop: Shop, what: Happening, world: World): Message[] =>
  what !== 'paid'
    ? []
    : order.lines.map((line) => {
        const notificationId = `49feeaeb-${world.store.next('ebay_notification')}`
        const at = new Date(order.updatedAt).toISOString()
        const data = {
          user: { userId: shop.credentials.userId, username: 'seller' },
          order: { orderId: order.id, orderLineItems: [{ orderLineItemId: line.id, listingId: line.parentId }] },
        }
        const body = {
          metadata: { topic: 'ORDER_CONFIRMATION', schemaVersion: '1.0', deprecated: false },
          notification: { notificationId, eventDate: at, publishDate: at, publishAttemptCount: 1, data },
        }
        return { topic: 'paid', deliveryId: notificationId, body: JSON.stringify(body) }
      })

export const ebay: Platform = {
  keys: (shop, app) => ({
    app: {
      ...{ clientId: `acme-PRD-${app}`, clientSecret: `PRD-secret-${app}`, ruName: `acme-ru-${app}` },
      verificationToken: `verification-token-of-32-characters-${app}`,
    },
    shop: { userId: `ma8vp${shop}`, accessToken: `v^1.1#${shop}`, refreshToken: `v^1.1#r${shop}` },
  }),
  currency: 'USD',
  carriers: ['*'],
  timeoutMs: 3_000,
  asksAsApp: true,
  ids: (sequence, lines) => ({
    order: `03-${String(sequence % 100_000).padStart(5, '0')}-${String(36_441 + sequence)}`,
    lines: Array.from({ length: lines }, (_, i) => String(10_000_000_000_000 + sequence * 1_009 + i)),
  }),
  receiver: abroad,
  messages,
  renew: (order, shop, topic, world) => messages(order, shop, topic as Happening, world)[0],
  envelope: ({ body }, { hookUrl }) => ({
    url: hookUrl,
    headers: { 'content-type': 'application/json', 'x-ebay-signature': ebayPush(body) },
  }),
  acknowledged: ({ status }) => isSuccess(status),
  operation: (call) => routed(call)?.operation,
  refusal,
  refused: (_call, reason) => failure(401, 1001, reason),
  throttled: () => failure(429, 2001, 'Too many requests.'),
  rejected: () => failure(400, 32600, 'Invalid input data'),
  broken: () => failure(500, 30500, 'System error'),
  serve: (call, addressed, world) => {
    const { operation = '', id = '' } = routed(call) ?? {}
    const shop = operation === 'token' || operation === 'key' ? addressed : ownerOf(call, world)
    if (!shop) return failure(401, 1001, 'Invalid access token')
    const { userId, accessToken, refreshToken } = shop.credentials
    if (operation === 'token') {
      const app = new URLSearchParams(call.body.toString('utf8')).get('grant_type') === 'client_credentials'
      const made = { access_token: app ? appToken(shop) : accessToken, expires_in: 7200, token_type: 'token' }
      return json(200, app ? made : { ...made, refresh_token: refreshToken, refresh_token_expires_in: 47_304_000 })
    }
    if (operation === 'key')
      return id === ebayKeyId
        ? json(200, { key: ebayPublicKey, algorithm: 'ECDSA', digest: 'SHA1' })
        : failure(404, 195_001, 'Invalid or missing public key id')
    if (operation === 'user') return json(200, { userId, username: shop.name })
    if (operation === 'list') return orders(call, shop, world)
    if (operation === 'offers') return offers(call, shop, world)
    if (operation === 'stock') return stock(call, shop, world)
    const order = world.order(id)
    if (order?.shopId !== shop.id) return failure(404, 32100, `Invalid Order Id: ${id}`)
    if (operation === 'detail') return json(200, orderOf(order))
    if (operation === 'ship') return fulfill(call, id, shop, world)
    const fulfillments = fulfillmentsOf(order, world)
    return json(200, { fulfillments, total: fulfillments.length, warnings: [] })
  },
}
