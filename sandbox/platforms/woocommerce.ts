/** WooCommerce: hooks signed by HMAC that carry the whole order and are never repeated, an API by Basic authorization, fulfillments in core. */
import { createHmac } from 'node:crypto'
import { bare, list, number, object, read, text } from '../json.ts'
import { abroad } from '../people.ts'
import type { Answer, Call, Line, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, json, type Platform } from './platform.ts'
import { isGone, left, setStock, ship } from './ship.ts'

const gmt = (ms: number): string => new Date(ms).toISOString().slice(0, 19)
const major = (minor: number): string => (minor / 100).toFixed(2)

const TOPICS: Readonly<Record<Happening, string>> = {
  created: 'order.created',
  paid: 'order.created',
  changed: 'order.updated',
  noted: 'order.updated',
  cancelled: 'order.updated',
  refund_requested: 'order.updated',
  refund_withdrawn: 'order.updated',
  refunded: 'order.updated',
}

const statusOf = (order: Order): string => {
  if (order.status === 'cancelled') return 'cancelled'
  if (order.refund?.status === 'refunded' && order.lines.every((line) => isGone(order, line))) return 'refunded'
  if (order.status === 'finished') return 'completed'
  return order.payment === 'unpaid' || order.payment === 'deposit' ? 'pending' : 'processing'
}

const lineOf = (line: Line): object => ({
  id: bare(line.id),
  name: line.title,
  product_id: bare(line.parentId),
  variation_id: bare(line.listingId),
  quantity: line.quantity,
  sku: line.code,
  subtotal: major(line.price * line.quantity),
  total: major(line.price * line.quantity),
  total_tax: '0.00',
  price: line.price / 100,
  meta_data: [],
})

const orderOf = (order: Order): object => {
  const { receiver } = order
  const [first = '', ...rest] = receiver.name.split(' ')
  const address = {
    first_name: first,
    last_name: rest.join(' '),
    company: '',
    address_1: receiver.address,
    address_2: '',
    city: receiver.city,
    state: receiver.province,
    postcode: receiver.zip,
    country: receiver.country,
  }
  return {
    ...order.custom,
    id: bare(order.id),
    number: order.id,
    status: statusOf(order),
    currency: order.currency,
    date_created_gmt: gmt(order.createdAt),
    date_modified_gmt: gmt(order.updatedAt),
    date_paid_gmt: order.paidAt === undefined ? null : gmt(order.paidAt),
    total: major(order.total),
    customer_note: order.buyerNote,
    payment_method: order.payment === 'cod' ? 'cod' : 'stripe',
    billing: { ...address, phone: receiver.phone, email: 'buyer@example.com' },
    shipping: { ...address, phone: '' },
    line_items: order.lines.map(lineOf),
    shipping_lines: [],
    refunds: order.refund?.status === 'refunded' ? [{ id: bare(order.refund.id), total: '-1.00' }] : [],
    meta_data: [],
  }
}

const refundsOf = ({ refund, lines }: Order): object[] => {
  if (refund?.status !== 'refunded') return []
  const taken = lines.filter(({ id }) => refund.lineIds.length === 0 || refund.lineIds.includes(id))
  const meta = (id: string) => [{ key: '_refunded_item_id', value: id }]
  return [
    {
      id: bare(refund.id),
      line_items: taken.map(({ id, quantity }) => ({ quantity: -quantity, meta_data: meta(id) })),
    },
  ]
}

const message = (order: Order, topic: string, world: World): Message => ({
  topic,
  deliveryId: `woo-${world.store.next('woo_message')}`,
  body: JSON.stringify(orderOf(order)),
})

const refuse = (status: number, code: string, words: string): Answer =>
  json(status, { code, message: words, data: { status } })

const metaOf = (body: ReturnType<typeof object>): ReadonlyMap<string, unknown> =>
  // Without an id a meta is not taken.
  new Map(
    list(body.meta_data)
      .map(object)
      .flatMap(({ id, key, value }) => (id === undefined ? [] : [[text(key), value]])),
  )

const parcels = (order: Order, world: World): object[] =>
  world.store
    .all<{ waybill: string; carrier: string; lines: string }>(
      'SELECT waybill, carrier, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
      order.id,
    )
    .map(({ waybill, carrier, lines }, index) => ({
      id: index + 1,
      status: 'fulfilled',
      is_fulfilled: true,
      meta_data: [
        { id: 1, key: '_items', value: JSON.parse(lines) },
        { id: 2, key: '_tracking_number', value: waybill },
        { id: 3, key: '_shipment_provider', value: carrier },
      ],
    }))

const fulfil = (order: Order, body: ReturnType<typeof object>, shop: Shop, world: World): Answer => {
  const meta = metaOf(body)
  const items = list(meta.get('_items')).map(object)
  if (text(body.status) !== 'fulfilled' || items.length === 0)
    return refuse(400, 'fulfillment_items', 'The fulfillment should contain at least one item.')
  const lines = items.map(({ item_id, qty }) => ({ lineId: text(item_id), quantity: number(qty) }))
  const parcel = { carrier: text(meta.get('_shipment_provider')), waybill: text(meta.get('_tracking_number')), lines }
  const shipped = ship(world, shop, order.id, [parcel])
  return 'refusal' in shipped
    ? refuse(400, shipped.refusal, shipped.refusal.replaceAll('_', ' '))
    : json(201, { id: 1 })
}

const correct = (order: Order, n: number, body: ReturnType<typeof object>, shop: Shop, world: World): Answer => {
  const old = object(list(object(parcels(order, world)[n - 1]).meta_data)[1]).value
  const meta = metaOf(body)
  const [waybill, carrier] = [text(meta.get('_tracking_number')), text(meta.get('_shipment_provider'))]
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    ...[waybill, carrier, shop.id, order.id, text(old)],
  )
  return json(200, { id: n })
}

const orders = ({ url: { searchParams: query } }: Call, shop: Shop, world: World): Answer => {
  const size = Math.min(Number(query.get('per_page') ?? 10), 100)
  const page = Number(query.get('page') ?? 1)
  const at = (name: string) => Date.parse(`${query.get(name) ?? ''}Z`)
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated > ? AND updated < ? ORDER BY updated, id',
    shop.id,
    at('modified_after') || 0,
    at('modified_before') || Date.now(),
  )
  const found = rows.slice((page - 1) * size, page * size).map(({ doc }) => orderOf(JSON.parse(doc)))
  const pages = String(Math.ceil(rows.length / size))
  return json(200, found, { 'x-wp-total': String(rows.length), 'x-wp-totalpages': pages })
}

const ORDER = /^\/wp-json\/wc\/v3\/orders\/(\d+)(?:\/(fulfillments|notes|refunds)(?:\/(\d+))?)?$/
const STOCK = /^\/wp-json\/wc\/v3\/products\/(\d+)(?:\/variations\/(\d+))?$/
const WRITES: Readonly<Record<string, string>> = { '': 'complete', fulfillments: 'ship', notes: 'note' }

const operation = ({ method, path }: Call): string | undefined => {
  const [, id, part = '', n] = ORDER.exec(path) ?? []
  if (path === '/wp-json/wc/v3/orders') return 'list'
  if (STOCK.test(path)) return method === 'PUT' ? 'stock' : undefined
  if (id === undefined) return path.startsWith('/wp-json/') ? 'other' : undefined
  if (method === 'GET') return part === '' ? 'detail' : part
  return n === undefined ? WRITES[part] : 'edit'
}

const ofOrder = (call: Call, [, id = '', part = '', n]: RegExpExecArray, shop: Shop, world: World): Answer => {
  const order = world.order(id)
  if (order?.shopId !== shop.id) return refuse(404, 'woocommerce_rest_order_invalid_id', 'Invalid order ID.')
  const body = object(read(call.body.toString('utf8')))
  if (call.method === 'GET') {
    const lists = { fulfillments: parcels(order, world), refunds: refundsOf(order), notes: [] as object[] }
    return json(200, part === '' ? orderOf(order) : lists[part as keyof typeof lists])
  }
  if (part === 'fulfillments')
    return n ? correct(order, Number(n), body, shop, world) : fulfil(order, body, shop, world)
  if (part === 'notes') return json(201, { id: 1, note: text(body.note) })
  if (text(body.status) !== 'completed') return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): status')
  if (order.lines.every((line) => isGone(order, line) || left(line) <= 0)) order.status = 'finished'
  order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
  world.saveOrder(order)
  return json(200, orderOf(order))
}

export const woocommerce: Platform = {
  keys: (shop) => ({
    shop: { secret: `hook secret ${shop}`, consumerKey: `ck_${shop}`, consumerSecret: `cs_${shop}` },
  }),
  currency: 'USD',
  carriers: ['*'],
  timeoutMs: 60_000,
  ids: (sequence, lines) => {
    const order = 700_000 + sequence * 20
    return { order: String(order), lines: Array.from({ length: lines }, (_, index) => String(order * 10 + index)) }
  },
  receiver: abroad,
  messages: (order, _shop, what, world) => [message(order, TOPICS[what], world)],
  envelope: ({ body, topic }, { hookUrl, credentials }, now) => ({
    url: hookUrl,
    headers: {
      'content-type': 'application/json',
      'x-wc-webhook-source': 'https://shop.test/',
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-id': '142',
      // The same for all of a second.
      'x-wc-webhook-delivery-id': String(Math.floor(now / 1000)),
      'x-wc-webhook-signature': createHmac('sha256', credentials.secret ?? '')
        .update(body)
        .digest('base64'),
    },
  }),
  acknowledged: ({ status }) => isSuccess(status),
  operation,
  refusal: (call, { credentials }) => {
    const wanted = Buffer.from(`${credentials.consumerKey}:${credentials.consumerSecret}`).toString('base64')
    return call.headers.authorization === `Basic ${wanted}` ? undefined : 'Consumer key or secret is invalid.'
  },
  refused: (_call, reason) => refuse(401, 'woocommerce_rest_authentication_error', reason),
  throttled: () => json(429, { code: 'too_many_requests' }, { 'retry-after': '1' }),
  rejected: () => refuse(400, 'rejected', 'rejected by the sandbox'),
  broken: () => json(503, { code: 'unavailable' }),
  serve: (call, shop, world) => {
    if (call.path === '/wp-json/wc/v3/orders') return orders(call, shop, world)
    if (call.path === '/wp-json/wc/v3/system_status') return json(200, { environment: { home_url: shop.name } })
    const [order, goods] = [ORDER.exec(call.path), STOCK.exec(call.path)]
    if (order) return ofOrder(call, order, shop, world)
    if (!goods) return refuse(404, 'rest_no_route', 'No route was found matching the URL and request method.')
    const quantity = number(object(read(call.body.toString('utf8'))).stock_quantity)
    const known = setStock(world, shop, goods[2] ? 'id' : 'parent', goods[2] ?? goods[1] ?? '', quantity)
    return known
      ? json(200, { stock_quantity: quantity })
      : refuse(404, 'woocommerce_rest_invalid_product_id', 'Invalid ID.')
  },
}
