import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { digest } from '../../wire/digest.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { ask, call } from './call.ts'
import { isOurs, orderOf } from './normalize.ts'
import { type Item, Items, type Order, OrderAnswer, Participations, RestrictedToken, Submission } from './schema.ts'

const pathOf = (orderId: string): string => `/orders/v0/orders/${encodeURIComponent(orderId)}`

export const outbound: PlatformOutbound = {
  /** A parcel has a number that is made from its waybill, under which the same again changes it and ships nothing anew. */
  *ship({ platformOrderId, packages, replaces }, shop) {
    const read = yield* ask(shop, { method: 'GET', path: pathOf(platformOrderId), schema: OrderAnswer, safe: true })
    if (read.class !== 'done') return read
    const items = yield* itemsOf(platformOrderId, shop)
    if (items.class !== 'done') return items
    const { MarketplaceId = String(shop.settings.marketplaceIds ?? '').split(',')[0] } = read.value.payload
    for (const [i, one] of packages.entries()) {
      const reference = referenceOf(i === 0 && replaces !== undefined ? replaces : one.waybill)
      const packageDetail = {
        packageReferenceId: reference,
        ...carrierOf(one),
        trackingNumber: one.waybill,
        shipDate: new Date(shop.now).toISOString(),
        orderItems: piecesOf(one, items.value),
      }
      const body = { marketplaceId: MarketplaceId, packageDetail }
      const path = `${pathOf(platformOrderId)}/shipmentConfirmation`
      const made = yield* call(shop, { method: 'POST', path, body })
      if (made.class !== 'done') return made
      // The yes is 204, without a body; whatever else comes with 2xx is none that we know.
      if (made.value.status !== 204) return failure('unknown', false, `unreadable answer: ${made.value.body}`)
    }
    return done(undefined)
  },

  /** `merge` changes the quantity alone: lead time and restock date stay as they are. */
  *stock({ listingId, code, quantity }, shop) {
    const { sellerId = '' } = shop.credentials
    const query = new URLSearchParams({
      marketplaceIds: String(shop.settings.marketplaceIds ?? ''),
      issueLocale: 'en_US',
    })
    const sku = encodeURIComponent(code || listingId)
    const path = `/listings/2021-08-01/items/${encodeURIComponent(sellerId)}/${sku}?${query}`
    const value = [{ fulfillment_channel_code: 'DEFAULT', quantity }]
    const patches = [{ op: 'merge', path: '/attributes/fulfillment_availability', value }]
    const body = { productType: 'PRODUCT', patches }
    const read = yield* ask(shop, { method: 'PATCH', path, body, schema: Submission })
    if (read.class !== 'done') return read.class === 'rejected' && read.code === 'malformed' ? UNSAID : read
    const { status, issues = [] } = read.value
    if (status === 'ACCEPTED' || status === 'VALID') return done(undefined)
    const worst = issues.find(({ severity }) => severity === 'ERROR') ?? issues[0]
    return failure('rejected', false, worst?.message ?? status, { code: worst?.code ?? status })
  },

  *detail(platformOrderId, shop) {
    const order = yield* whole(platformOrderId, shop)
    if (order.class !== 'done') return order
    const items = yield* itemsOf(platformOrderId, shop)
    return items.class === 'done' ? done(orderOf(order.value, items.value)) : items
  },

  /** Without the buyer's data, which needs no restricted token then. */
  *status(platformOrderId, shop) {
    const read = yield* ask(shop, { method: 'GET', path: pathOf(platformOrderId), schema: OrderAnswer, safe: true })
    if (read.class !== 'done') return read
    const items = yield* itemsOf(platformOrderId, shop)
    return items.class === 'done' ? done(statusOf(orderOf(read.value.payload, items.value))) : items
  },
}
const UNSAID = failure('unknown', false, 'the answer does not say whether the quantity was taken')

/** The order with its address, which only a restricted token opens; an order of Amazon's own shipping is asked for without. */
function* whole(orderId: string, shop: Connection): Conversation<Order> {
  const path = pathOf(orderId)
  const restrictedResources = [{ method: 'GET', path, dataElements: ['shippingAddress'] }]
  const asked = {
    method: 'POST',
    path: '/tokens/2021-03-01/restrictedDataToken',
    body: { restrictedResources },
  } as const
  const token = yield* ask(shop, { ...asked, schema: RestrictedToken, safe: true })
  if (token.class !== 'done') return token
  const { restrictedDataToken } = token.value
  const read = yield* ask(shop, { method: 'GET', path, token: restrictedDataToken, schema: OrderAnswer, safe: true })
  if (read.class !== 'done') return read
  const { payload } = read.value
  return done(isOurs(payload.FulfillmentChannel) ? payload : { ...payload, ShippingAddress: undefined })
}

/** More than Amazon's orders have: what pages beyond would be no list of lines. */
const MOST_ITEMS = 1000

function* itemsOf(orderId: string, shop: Connection): Conversation<readonly Item[]> {
  const items: Item[] = []
  for (let next = ''; ; ) {
    const query = next === '' ? '' : `?${new URLSearchParams({ NextToken: next })}`
    const path = `${pathOf(orderId)}/orderItems${query}`
    const read = yield* ask(shop, { method: 'GET', path, schema: Items, safe: true })
    if (read.class !== 'done') return read
    const { OrderItems, NextToken = '' } = read.value.payload
    items.push(...OrderItems)
    if (NextToken === '' || OrderItems.length === 0 || items.length >= MOST_ITEMS) return done(items)
    next = NextToken
  }
}

/** A positive number below 2^53, the same for the same waybill. */
const referenceOf = (waybill: string): string =>
  String(Number.parseInt(digest('sha256', waybill, 'hex').slice(0, 12), 16) + 1)

/** `Other/<name>`: a carrier that Amazon has no code for. */
const carrierOf = ({ carrier }: ShipPackage): { readonly carrierCode: string; readonly carrierName?: string } => {
  const [, name] = /^Other\/(.+)$/.exec(carrier) ?? []
  return name === undefined ? { carrierCode: carrier } : { carrierCode: 'Other', carrierName: name }
}

/** A parcel without lines holds all that is left. */
const piecesOf = ({ lines }: ShipPackage, items: readonly Item[]) =>
  lines.length > 0
    ? lines.map(({ lineId, quantity }) => ({ orderItemId: lineId, quantity }))
    : items.flatMap(({ OrderItemId: orderItemId, QuantityOrdered, QuantityShipped = 0 }) => {
        const quantity = QuantityOrdered - QuantityShipped
        return quantity > 0 ? [{ orderItemId, quantity }] : []
      })

export function* probe(shop: Connection): Conversation<string> {
  const path = '/sellers/v1/marketplaceParticipations'
  const read = yield* ask(shop, { method: 'GET', path, schema: Participations, safe: true })
  if (read.class !== 'done') return read
  return done(
    read.value.payload.map(({ marketplace, storeName = '' }) => `${storeName} ${marketplace.id}`.trim()).join(', '),
  )
}
