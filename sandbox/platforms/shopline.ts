/** SHOPLINE: whole orders pushed under a hex HMAC, REST behind a bearer token, a list that hides shipped orders. */
import { list, number, object, read, text } from '../json.ts'
import { abroad } from '../people.ts'
import { shopline as hmac, same } from '../signatures.ts'
import type { Answer, Call, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, json, type Platform, STEP } from './platform.ts'
import { type ShipRefusal, setStock, ship, shippedState } from './ship.ts'
import { fulfillmentsOf, iso, orderNode } from './shopline-order.ts'

const FIRST_ORDER = 21_050_224_312_121_887_324_667_162n
const LOCATION = '5327026538935748524'
const ITEM = '5703'

const ROUTES: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['GET', /^\/orders\.json$/, 'list'],
  ['GET', /^\/merchants\/shop\.json$/, 'shop'],
  ['GET', /^\/products\/variants\/([^/]+)\.json$/, 'listing'],
  ['POST', /^\/orders\/([^/]+)\/fulfillments\.json$/, 'ship'],
  ['POST', /^\/orders\/([^/]+)\/fulfillments\/([^/]+)\/update_tracking\.json$/, 'edit'],
  ['POST', /^\/inventory_levels\/set\.json$/, 'stock'],
]
const routed = ({
  method,
  path,
  url,
}: Call): { readonly operation: string; readonly ids: readonly string[] } | undefined => {
  const [, rest = ''] = /^\/admin\/openapi\/v\d{8}(\/.*)$/.exec(path) ?? []
  const route = ROUTES.find(([verb, pattern]) => verb === method && pattern.test(rest))
  if (!route) return undefined
  const detail = route[2] === 'list' && url.searchParams.has('ids')
  return { operation: detail ? 'detail' : route[2], ids: route[1].exec(rest)?.slice(1) ?? [] }
}

const failure = (status: number, errors: string): Answer => json(status, { errors }, { traceid: 'sandbox' })
const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

/** Unless asked for otherwise only what is not shipped at all is listed. */
const isListed = (order: Order, query: URLSearchParams): boolean => {
  const wanted = { unshipped: 'none', partial: 'part', shipped: 'all' }[query.get('fulfillment_status') ?? 'unshipped']
  const status = query.get('status') ?? 'open'
  return shippedState(order) === wanted && (status === 'any' || status === order.status)
}

const orders = ({ url }: Call, shop: Shop, world: World): Answer => {
  const cursor = JSON.parse(Buffer.from(url.searchParams.get('page_info') ?? '', 'base64url').toString() || '{}')
  const query = new URLSearchParams(cursor.query ?? url.search)
  const [skip, size] = [number(cursor.skip), Math.min(number(query.get('limit'), 50), 100)]
  const ids = query.get('ids')?.split(',')
  const time = (name: string, otherwise: number): number => Date.parse(query.get(name) ?? '') || otherwise
  const rows = world.store
    .all<{ doc: string }>(
      'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated <= ? ORDER BY updated, id',
      ...[shop.id, time('updated_at_min', 0), time('updated_at_max', Number.MAX_SAFE_INTEGER)],
    )
    .map(({ doc }) => JSON.parse(doc) as Order)
    .filter((order) => isListed(order, query) && (ids?.includes(order.id) ?? true))
  const page = rows.slice(skip, skip + size).map((order) => orderNode(order, world))
  const info = Buffer.from(JSON.stringify({ query: String(query), skip: skip + size })).toString('base64url')
  const link = `<${url.origin}${url.pathname}?limit=${size}&page_info=${info}>; rel="next"`
  return json(200, { orders: page }, rows.length > skip + size ? { link } : {})
}

const REFUSALS: Readonly<Partial<Record<ShipRefusal, string>>> = {
  order_unknown: 'order not found',
  waybill_used: 'tracking number has been used',
  already_shipped: 'the quantity exceeds the fulfillable quantity',
  quantity: 'the quantity exceeds the fulfillable quantity',
}

const fulfill = (call: Call, id: string, shop: Shop, world: World): Answer => {
  const fulfillment = object(object(read(call.body.toString('utf8'))).fulfillment)
  const tracking = object(list(fulfillment.tracking_info_list)[0])
  const lines = list(fulfillment.line_items).map(object)
  if (lines.length === 0 || lines.some((line) => typeof line.id === 'string' && !/^\d{16,}$/.test(line.id)))
    return failure(422, 'line_items is illegal')
  const parcel = {
    ...{ carrier: text(tracking.tracking_company), waybill: text(tracking.tracking_number) },
    lines: lines.map((line) => ({ lineId: text(line.id), quantity: number(line.quantity) })),
  }
  const done = ship(world, shop, id, [parcel])
  if ('refusal' in done) return failure(422, REFUSALS[done.refusal] ?? done.refusal)
  return json(200, { fulfillment: fulfillmentsOf(done.order, world).at(-1) })
}

const edit = (call: Call, [id = '', fulfillment = '']: readonly string[], shop: Shop, world: World): Answer => {
  const order = own(world, shop, id)
  const rows = world.store.all<{ waybill: string }>(
    'SELECT waybill FROM writeback WHERE shop = ? AND order_id = ? ORDER BY at, waybill',
    ...[shop.id, id],
  )
  const row = rows[Number(fulfillment.slice(id.length))]
  if (!order || !row || !fulfillment.startsWith(id)) return failure(404, 'fulfillment not found')
  const body = object(object(read(call.body.toString('utf8'))).fulfillment)
  const tracking = object(list(body.tracking_info_list)[0])
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    ...[text(tracking.tracking_number), text(tracking.tracking_company), shop.id, id, row.waybill],
  )
  return json(200, { fulfillment: fulfillmentsOf(order, world)[Number(fulfillment.slice(id.length))] })
}

const stock = (call: Call, shop: Shop, world: World): Answer => {
  const { available, inventory_item_id, location_id } = object(read(call.body.toString('utf8')))
  const [item, level] = [text(inventory_item_id), number(available, -1)]
  if (text(location_id) !== LOCATION) return failure(422, 'location not found')
  const known = item.startsWith(ITEM) && level >= 0 && setStock(world, shop, 'id', item.slice(ITEM.length), level)
  if (!known) return failure(422, 'inventory item not found')
  return json(200, { inventory_level: { available: level, inventory_item_id: item, location_id: LOCATION } })
}

const variant = (id: string, shop: Shop, world: World): Answer => {
  const listing = world.listing(shop.id, 'id', id)
  if (!listing) return failure(404, 'variant not found')
  const { parent: product_id, code: sku, quantity: inventory_quantity } = listing
  return json(200, { variant: { id, product_id, sku, inventory_quantity, inventory_item_id: `${ITEM}${id}` } })
}

const TOPICS: Readonly<Partial<Record<Happening, readonly string[]>>> = {
  ...{ created: ['orders/create'], paid: ['orders/paid'], changed: ['orders/updated'], noted: ['orders/updated'] },
  ...{ cancelled: ['orders/cancelled'], refunded: ['refunds/create', 'orders/updated'] },
}
const message = (order: Order, topic: string, world: World): Message => {
  const refund = { id: order.refund?.id, order_id: order.id, created_at: iso(order.refund?.at ?? order.updatedAt) }
  const body = JSON.stringify(topic === 'refunds/create' ? refund : orderNode(order, world))
  return { topic, deliveryId: `b54557e4${world.store.next('shopline_message').toString(16).padStart(16, '0')}`, body }
}

export const shopline: Platform = {
  keys: (shop) => ({
    shop: { appSecret: `app-secret-${shop}`, accessToken: `eyJ-token-${shop}` },
    settings: { locationId: LOCATION },
  }),
  currency: 'USD',
  carriers: ['*'],
  timeoutMs: 5_000,
  // A line is numbered within the shop's lines, in few digits.
  ids: (sequence, lines) => ({
    order: String(FIRST_ORDER + BigInt(sequence) * STEP),
    lines: Array.from({ length: lines }, (_, i) => String(sequence * 100 + i + 1)),
  }),
  receiver: abroad,
  messages: (order, _shop, what, world) => {
    const isNew = what === 'paid' && order.createdAt === order.updatedAt
    return (isNew ? ['orders/create'] : (TOPICS[what] ?? [])).map((topic) => message(order, topic, world))
  },
  renew: (order, _shop, topic, world) => message(order, topic, world),
  envelope: ({ body, topic, deliveryId }, { hookUrl, credentials, id }) => ({
    url: hookUrl,
    headers: {
      ...{ 'content-type': 'application/json', 'x-shopline-topic': topic, 'x-shopline-webhook-id': deliveryId },
      ...{ 'x-shopline-shop-domain': `${id}.myshopline.com`, 'x-shopline-shop-id': '1610418123456' },
      ...{ 'x-shopline-merchant-id': '2000001234', 'x-shopline-api-version': 'v20260301' },
      'x-shopline-hmac-sha256': hmac(credentials.appSecret ?? '', body),
    },
  }),
  acknowledged: ({ status }) => isSuccess(status),
  operation: (call) => routed(call)?.operation,
  refusal: (call, { credentials }) =>
    same(call.headers.authorization ?? '', `Bearer ${credentials.accessToken}`) ? undefined : 'access token',
  refused: () => failure(401, 'Unauthorized'),
  throttled: () => failure(429, 'Too many request'),
  rejected: () => failure(422, 'Rejected by the sandbox.'),
  broken: () => failure(500, 'Internal error.'),
  serve: (call, shop, world) => {
    const { operation = '', ids = [] } = routed(call) ?? {}
    const [id = ''] = ids
    if (operation === 'list' || operation === 'detail') return orders(call, shop, world)
    if (operation === 'shop') return json(200, { data: { name: shop.name, domain: `${shop.id}.myshopline.com` } })
    if (operation === 'listing') return variant(id, shop, world)
    if (operation === 'ship') return fulfill(call, id, shop, world)
    if (operation === 'edit') return edit(call, ids, shop, world)
    return operation === 'stock' ? stock(call, shop, world) : failure(404, 'Not Found')
  },
}
