/** Shoplazza: whole orders pushed in a wrapper, REST of two versions side by side, line ids that are UUIDs. */
import { list, number, object, read, text } from '../json.ts'
import { abroad } from '../people.ts'
import { shopify as hmac, same } from '../signatures.ts'
import type { Answer, Call, Line, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, json, type Platform } from './platform.ts'
import { isGone, left, type ShipRefusal, setStock, ship, shippedState } from './ship.ts'

const ROUTES: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['GET', /^\/2022-01\/orders$/, 'list'],
  ['GET', /^\/2022-01\/orders\/([^/]+)$/, 'detail'],
  ['GET', /^\/2022-01\/orders\/([^/]+)\/fulfillments$/, 'fulfillments'],
  ['POST', /^\/2022-01\/orders\/([^/]+)\/fulfillments$/, 'ship'],
  ['PUT', /^\/2026-01\/variants\/([^/]+)$/, 'stock'],
]
const routed = ({ method, path }: Call): { readonly operation: string; readonly id: string } | undefined => {
  const rest = path.replace(/^\/openapi/, '')
  const route = ROUTES.find(([verb, pattern]) => verb === method && pattern.test(rest))
  return route && { operation: route[2], id: decodeURIComponent(route[1].exec(rest)?.[1] ?? '') }
}

const failure = (status: number, error: string): Answer => json(status, { errors: [error] })
const iso = (ms: number | undefined): string | null =>
  ms === undefined ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`
const major = (minor: number): string => (minor / 100).toFixed(2)

const financial = (order: Order): string => {
  if (order.refund?.status === 'requested') return 'refunding'
  if (order.refund?.status === 'refunded') return order.refund.lineIds.length > 0 ? 'partially_refunded' : 'refunded'
  return order.payment === 'paid' ? (order.status === 'cancelled' ? 'refunded' : 'paid') : 'waiting'
}

/** The push writes prices as numbers, the API as text. */
const lineOf = (order: Order, line: Line, price: string | number): object => ({
  ...{ id: line.id, product_id: line.parentId, variant_id: line.listingId, sku: line.code, product_title: line.title },
  ...{ variant_title: '', quantity: line.quantity, refund_quantity: isGone(order, line) ? line.quantity : 0 },
  fulfillment_status: left(line) === 0 ? 'shipped' : line.shipped > 0 ? 'partially_shipped' : 'waiting',
  ...{ requires_shipping: true, price, total: price, vendor: 'sandbox', properties: [] },
})

const orderOf = (order: Order, written: (minor: number) => string | number): object => {
  const { receiver } = order
  const [first_name, ...rest] = receiver.name.split(' ')
  const { phone, country, province, city, zip } = receiver
  return {
    ...{ id: order.id, number: `sbx${order.id.slice(-6)}`, currency: order.currency, note: order.sellerNote || null },
    ...{ created_at: iso(order.createdAt), updated_at: iso(order.updatedAt), placed_at: iso(order.createdAt) },
    ...{ canceled_at: iso(order.cancelledAt), cancel_reason: order.cancelReason ?? null },
    status: order.status === 'cancelled' ? 'cancelled' : shippedState(order) === 'all' ? 'finished' : 'placed',
    ...{ financial_status: financial(order), payment_method: order.payment === 'cod' ? 'cod' : 'credit_card' },
    fulfillment_status: { none: 'waiting', part: 'partially_shipped', all: 'shipped' }[shippedState(order)],
    ...{ customer_note: order.buyerNote, total_price: written(order.total), tags: order.flag ? [order.flag] : [] },
    custom_fields: order.custom,
    line_items: order.lines.map((line) => lineOf(order, line, written(line.price))),
    shipping_address: {
      ...{ first_name, last_name: rest.join(' '), phone, email: 'buyer@example.com', country, country_code: country },
      ...{ province, province_code: province, area: receiver.district, city, address: receiver.address, address1: '' },
      ...{ zip, company: '' },
    },
  }
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

const fulfillmentsOf = (order: Order, world: World): readonly object[] =>
  world.store
    .all<{ waybill: string; carrier: string; lines: string }>(
      'SELECT waybill, carrier, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
      order.id,
    )
    .map(({ waybill, carrier, lines }, i) => ({
      ...{ id: `92db3f11-39ca-4253-8b26-${String(i).padStart(12, '0')}`, order_id: order.id, status: 'shipped' },
      ...{ tracking_number: waybill, tracking_company: carrier, tracking_company_code: '', tracking_url: '' },
      line_items: (JSON.parse(lines) as { lineId: string; quantity: number }[]).map(({ lineId, quantity }) => ({
        ...{ id: lineId, quantity: order.lines.find(({ id }) => id === lineId)?.quantity, ship_quantity: quantity },
      })),
    }))

const orders = ({ url }: Call, shop: Shop, world: World): Answer => {
  const query = url.searchParams
  const time = (name: string, otherwise: number): number => Date.parse(query.get(name) ?? '') || otherwise
  const [size, page] = [Math.min(number(query.get('limit'), 10), 250), number(query.get('page'), 1)]
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated <= ? ORDER BY updated, id',
    ...[shop.id, time('updated_at_min', 0), time('updated_at_max', Number.MAX_SAFE_INTEGER)],
  )
  const found = rows.slice((page - 1) * size, page * size).map(({ doc }) => orderOf(JSON.parse(doc), major))
  return json(200, { count: rows.length, next_token: '', orders: found })
}

const REFUSALS: Readonly<Partial<Record<ShipRefusal, string>>> = {
  order_unknown: 'record not found',
  already_shipped: 'line item has been shipped',
  quantity: 'ship quantity is invalid',
}

/** `ship_quantity` 0 ships all that is left of the line. */
const fulfill = (call: Call, id: string, shop: Shop, world: World): Answer => {
  const body = object(read(call.body.toString('utf8')))
  const order = own(world, shop, id)
  const lines = list(body.line_items).map((one) => {
    const line = order?.lines.find((each) => each.id === text(object(one).id))
    const quantity = number(object(one).ship_quantity)
    return { lineId: text(object(one).id), quantity: quantity === 0 && line ? left(line) : quantity }
  })
  const parcel = { carrier: text(body.tracking_company), waybill: text(body.tracking_number), lines }
  const done = ship(world, shop, id, [parcel])
  if ('refusal' in done) return failure(422, REFUSALS[done.refusal] ?? done.refusal)
  return json(200, { fulfillment: fulfillmentsOf(done.order, world).at(-1) })
}

const stock = (call: Call, id: string, shop: Shop, world: World): Answer => {
  const { variant } = object(read(call.body.toString('utf8')))
  const level = number(object(variant).inventory_quantity, -1)
  if (level < 0 || !setStock(world, shop, 'id', id, level)) return failure(404, 'record not found')
  return json(200, { code: 'Success', message: '', data: { variant: { id, inventory_quantity: level } } })
}

const TOPICS: Readonly<Partial<Record<Happening, string>>> = {
  ...{ created: 'orders/create', paid: 'orders/paid', changed: 'orders/update', noted: 'orders/update' },
  ...{ cancelled: 'orders/cancelled', refund_requested: 'orders/update' },
  ...{ refund_withdrawn: 'orders/update', refunded: 'orders/update' },
}
const message = (order: Order, topic: string, world: World): Message => ({
  topic,
  deliveryId: `dedup-${world.store.next('shoplazza_message')}`,
  body: JSON.stringify({ order: orderOf(order, (minor) => minor / 100) }),
})

export const shoplazza: Platform = {
  keys: (shop) => ({ shop: { clientSecret: `client-secret-${shop}`, accessToken: `Bx-token-${shop}` } }),
  currency: 'USD',
  carriers: ['*'],
  timeoutMs: 5_000,
  ids: (sequence, lines) => ({
    order: `633130-${String(sequence).padStart(8, '0')}`,
    lines: Array.from(
      { length: lines },
      (_, i) =>
        `cb43fba8-2e19-4add-${i.toString(16).padStart(4, '0')}-${(sequence * 1_009).toString(16).padStart(12, '0')}`,
    ),
  }),
  receiver: abroad,
  messages: (order, _shop, what, world) => {
    const topic = what === 'paid' && order.createdAt === order.updatedAt ? 'orders/create' : TOPICS[what]
    return topic ? [message(order, topic, world)] : []
  },
  renew: (order, _shop, topic, world) => message(order, topic, world),
  envelope: ({ body, topic, deliveryId }, { hookUrl, credentials, id }) => ({
    url: hookUrl,
    headers: {
      ...{ 'content-type': 'application/json', 'x-shoplazza-topic': topic, 'x-shoplazza-api-version': '2022-01' },
      ...{ 'x-shoplazza-shop-domain': `${id}.myshoplaza.com`, 'x-shoplazza-deduplication-id': deliveryId },
      'x-shoplazza-hmac-sha256': hmac(credentials.clientSecret ?? '', body),
    },
  }),
  acknowledged: ({ status }) => isSuccess(status),
  operation: (call) => routed(call)?.operation,
  refusal: (call, { credentials }) =>
    same(call.headers['access-token'] ?? '', credentials.accessToken ?? '') ? undefined : 'access token',
  refused: () => json(401, { error: 'access token is invalid' }),
  throttled: () => failure(429, 'Too Many Requests'),
  rejected: () => failure(422, 'Rejected by the sandbox.'),
  broken: () => failure(500, 'Internal Server Error'),
  serve: (call, shop, world) => {
    const { operation = '', id = '' } = routed(call) ?? {}
    if (operation === 'list') return orders(call, shop, world)
    if (operation === 'stock') return stock(call, id, shop, world)
    const order = own(world, shop, id)
    if (!order) return failure(404, 'record not found')
    if (operation === 'detail') return json(200, { order: orderOf(order, major) })
    return operation === 'ship'
      ? fulfill(call, id, shop, world)
      : json(200, { fulfillments: fulfillmentsOf(order, world) })
  },
}
