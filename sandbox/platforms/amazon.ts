/** Amazon: notifications in a queue, orders by the Selling Partner API, tokens that last an hour. */
import { type Json, list, number, object, read, text } from '../json.ts'
import { abroad } from '../people.ts'
import type { Answer, Call, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { itemOf, MARKETPLACE, orderInfo } from './amazon-order.ts'
import { fault, notify, serveQueue, unsigned } from './amazon-queue.ts'
import { isSuccess, json, type Platform, STEP } from './platform.ts'
import { countRepeat, type ShipRefusal, setStock, ship } from './ship.ts'

const QUEUE = '/111122223333/orders'
const ORDER = /^\/orders\/v0\/orders\/([^/]+)(\/orderItems|\/shipmentConfirmation)?$/
const LISTING = /^\/listings\/2021-08-01\/items\/([^/]+)\/([^/]+)$/

const operation = ({ method, path }: Call): string | undefined => {
  if (path === QUEUE) return 'queue'
  if (path === '/auth/o2/token') return 'token'
  if (path === '/tokens/2021-03-01/restrictedDataToken') return 'restricted'
  if (path === '/orders/v0/orders') return 'list'
  if (path === '/sellers/v1/marketplaceParticipations') return 'shop'
  if (LISTING.test(path) && method === 'PATCH') return 'stock'
  const [, , part = ''] = ORDER.exec(path) ?? [undefined, undefined, 'none']
  return { '': 'detail', '/orderItems': 'items', '/shipmentConfirmation': 'ship' }[part]
}

const accessToken = ({ credentials }: Shop): string => `Atza|of|${credentials.refreshToken}`
const RESTRICTED = 'Atz.sprdt|'

const refusal = (call: Call, shop: Shop, now: number): string | undefined => {
  const { credentials } = shop
  const what = operation(call)
  if (what === 'queue') return unsigned(call, credentials, now)
  if (what === 'token')
    return formOf(call).get('client_secret') === credentials.clientSecret ? undefined : 'invalid_client'
  const token = call.headers['x-amz-access-token'] ?? ''
  const [, id = ''] = ORDER.exec(call.path) ?? []
  if (what === 'detail' && token === `${RESTRICTED}${id}`) return undefined
  return token === accessToken(shop) ? undefined : 'The access token you provided is revoked, malformed or invalid.'
}

const formOf = ({ body }: Call): URLSearchParams => new URLSearchParams(body.toString('utf8'))
const errors = (status: number, code: string, message: string): Answer =>
  json(status, { errors: [{ code, message, details: '' }] })

const token = (call: Call, shop: Shop): Answer => {
  const refreshToken = shop.credentials.refreshToken ?? ''
  if (formOf(call).get('refresh_token') !== refreshToken)
    return json(400, { error: 'invalid_grant', error_description: 'The request has an invalid grant parameter' })
  return json(200, {
    access_token: accessToken(shop),
    refresh_token: refreshToken,
    token_type: 'bearer',
    expires_in: 3600,
  })
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

const restricted = (body: Json): Answer => {
  const [resource] = list(body.restrictedResources).map(object)
  const [, id] = ORDER.exec(text(resource?.path)) ?? []
  const fit = id !== undefined && list(resource?.dataElements).includes('shippingAddress')
  if (!fit) return errors(400, 'InvalidInput', 'no such restricted resource')
  return json(200, { restrictedDataToken: `${RESTRICTED}${id}`, expiresIn: 3600 })
}

const PAGE = 100
/** Nothing younger than two minutes is listed. */
const SETTLED_MS = 120_000
const listed = ({ url }: Call, shop: Shop, world: World): Answer => {
  const query = url.searchParams
  if (query.get('MarketplaceIds') !== MARKETPLACE) return errors(400, 'InvalidInput', 'Invalid marketplace')
  const before = Date.parse(query.get('LastUpdatedBefore') ?? '') || Date.now() - SETTLED_MS
  if (before > Date.now() - SETTLED_MS)
    return errors(400, 'InvalidInput', 'LastUpdatedBefore must be two minutes before now')
  const [after, until, offset] = (
    query.get('NextToken') ?? `${Date.parse(query.get('LastUpdatedAfter') ?? '')}.${before}.0`
  )
    .split('.')
    .map(Number)
  const rows = world.store.all<{ doc: string }>(
    `SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated <= ? ORDER BY updated, id LIMIT ${PAGE + 1} OFFSET ?`,
    shop.id,
    after ?? 0,
    until ?? 0,
    offset ?? 0,
  )
  const Orders = rows.slice(0, PAGE).map(({ doc }) => orderInfo(JSON.parse(doc), false))
  const NextToken = `${after}.${until}.${(offset ?? 0) + PAGE}`
  return json(200, { payload: { Orders, ...(rows.length > PAGE ? { NextToken } : {}) } })
}

const SAYS: Readonly<Partial<Record<ShipRefusal, string>>> = {
  cancelled: 'Order is cancelled',
  quantity: 'Quantity exceeds the quantity of the order item',
}

/** A reference that is known names a parcel to change; a new one is a new parcel. */
const shipment = (order: Order, body: Json, shop: Shop, world: World): Answer => {
  const detail = object(body.packageDetail)
  const [reference, waybill] = [text(detail.packageReferenceId), text(detail.trackingNumber)]
  const carrier = text(detail.carrierCode) === 'Other' ? text(detail.carrierName) : text(detail.carrierCode)
  if (!/^[1-9]\d*$/.test(reference) || !carrier) return errors(400, 'InvalidInput', 'packageReferenceId or carrier')
  if (text(body.marketplaceId) !== MARKETPLACE) return errors(400, 'InvalidInput', 'marketplaceId')
  const key = `${order.id}:${reference}`
  const before = world.store.one<{ answer: string }>(
    'SELECT answer FROM once WHERE target = ? AND key = ?',
    shop.id,
    key,
  )
  if (before) rename(world, shop, order.id, before.answer, waybill, carrier)
  else {
    const lines = list(detail.orderItems)
      .map(object)
      .map(({ orderItemId, quantity }) => ({ lineId: text(orderItemId), quantity: number(quantity) }))
    const shipped = ship(world, shop, order.id, [{ carrier, waybill, lines }])
    if ('refusal' in shipped) return errors(400, 'InvalidInput', SAYS[shipped.refusal] ?? shipped.refusal)
  }
  world.store.run("INSERT OR REPLACE INTO once VALUES (?, ?, '', ?)", shop.id, key, waybill)
  return { status: 204, headers: {}, body: '' }
}

const rename = (world: World, shop: Shop, orderId: string, old: string, waybill: string, carrier: string): void => {
  if (old === waybill) return countRepeat(world, shop, orderId, waybill)
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    waybill,
    carrier,
    shop.id,
    orderId,
    old,
  )
}

const stock = ({ path }: Call, body: Json, shop: Shop, world: World): Answer => {
  const [, seller, written = ''] = LISTING.exec(path) ?? []
  const sku = decodeURIComponent(written)
  const [patch] = list(body.patches).map(object)
  const [value] = list(patch?.value).map(object)
  if (seller !== shop.credentials.sellerId || text(patch?.path) !== '/attributes/fulfillment_availability')
    return errors(400, 'InvalidInput', 'no such listing')
  if (!setStock(world, shop, 'code', sku, number(value?.quantity)))
    return errors(404, 'NOT_FOUND', `SKU '${sku}' not found`)
  return json(200, { sku, status: 'ACCEPTED', submissionId: 'sandbox', issues: [] })
}

const serve = (call: Call, shop: Shop, world: World): Answer => {
  const what = operation(call) ?? ''
  if (what === 'queue') return serveQueue(call, shop, world)
  if (what === 'token') return token(call, shop)
  if (what === 'list') return listed(call, shop, world)
  const body = object(read(call.body.toString('utf8')))
  if (what === 'restricted') return restricted(body)
  if (what === 'stock') return stock(call, body, shop, world)
  if (what === 'shop')
    return json(200, { payload: [{ marketplace: { id: MARKETPLACE }, participation: {}, storeName: shop.name }] })
  const order = own(world, shop, decodeURIComponent(ORDER.exec(call.path)?.[1] ?? ''))
  if (!order) return errors(404, 'NotFound', 'order not found')
  if (what === 'ship') return shipment(order, body, shop, world)
  if (what === 'detail')
    return json(200, { payload: orderInfo(order, call.headers['x-amz-access-token']?.startsWith(RESTRICTED) ?? false) })
  return json(200, { payload: { AmazonOrderId: order.id, OrderItems: order.lines.map((line) => itemOf(order, line)) } })
}

const FIRST_ORDER = 90_200_000_000_000_001n
const dashed = (digits: string): string => `${digits.slice(0, 3)}-${digits.slice(3, 10)}-${digits.slice(10)}`

export const amazon: Platform = {
  keys: (shop, app) => ({
    app: {
      clientId: `amzn1.application-oa2-client.${app}`,
      clientSecret: `client-secret-${app}`,
      awsAccessKeyId: `AKIDEXAMPLE${app}`,
      awsSecretAccessKey: `aws-secret-${app}`,
    },
    shop: { sellerId: `A${String(shop).padStart(12, '0')}`, refreshToken: `Atzr|of-${shop}` },
    settings: { marketplaceIds: MARKETPLACE, queueUrl: QUEUE },
  }),
  currency: 'USD',
  carriers: ['*'],
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    return {
      order: dashed(String(order).slice(-17)),
      lines: Array.from({ length: lines }, (_, index) => String(order + BigInt(index)).slice(-14)),
    }
  },
  receiver: abroad,
  messages: (order, shop, what, world) => {
    notify(order, shop, what, world)
    return []
  },
  envelope: (_message, { hookUrl }) => ({ url: hookUrl, headers: {} }),
  acknowledged: ({ status }) => isSuccess(status),
  operation,
  refusal,
  refused: (call, reason) => {
    if (operation(call) === 'queue') return fault(403, reason)
    return reason === 'invalid_client' ? json(401, { error: reason }) : errors(403, 'Unauthorized', reason)
  },
  throttled: (call) =>
    operation(call) === 'queue'
      ? fault(400, 'RequestThrottled')
      : { ...errors(429, 'QuotaExceeded', 'You exceeded your quota'), headers: { 'x-amzn-ratelimit-limit': '2.0' } },
  rejected: () => errors(400, 'InvalidInput', 'rejected by the sandbox'),
  broken: () => errors(500, 'InternalFailure', 'We encountered an internal error.'),
  serve,
}
