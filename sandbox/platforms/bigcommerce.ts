/** BigCommerce: hooks that carry an id, signed as Standard Webhooks by the text of a secret; an order in three resources. */
import { bare, list, number, object, read, text } from '../json.ts'
import { abroad } from '../people.ts'
import { standardWebhook } from '../signatures.ts'
import type { Answer, Call, Line, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, json, type Platform } from './platform.ts'
import { isGone, openLines, setStock, ship, shippedState } from './ship.ts'

const LIMITS = { 'x-rate-limit-requests-left': '149', 'x-rate-limit-time-reset-ms': '1000' }
const yes = (body: unknown, status = 200): Answer => json(status, body, LIMITS)
const NONE: Answer = { status: 204, headers: LIMITS, body: '' }
const some = (rows: readonly object[]): Answer => (rows.length > 0 ? yes(rows) : NONE)
const no = (status: number, message: string): Answer => json(status, [{ status, message }], LIMITS)
const major = (minor: number): string => `${(minor / 100).toFixed(2)}00`
const rfc = (ms: number): string => new Date(ms).toUTCString().replace('GMT', '+0000')

const SCOPES: Readonly<Record<Happening, string>> = {
  created: 'created',
  paid: 'statusUpdated',
  changed: 'updated',
  noted: 'updated',
  cancelled: 'statusUpdated',
  refund_requested: 'updated',
  refund_withdrawn: 'updated',
  refunded: 'refund/created',
}

const statusOf = (order: Order): number => {
  if (order.status === 'cancelled') return 5
  if (openLines(order).length === 0) return 4
  if (order.status === 'finished') return 10
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 7
  return { none: 11, part: 3, all: 2 }[shippedState(order)]
}

const ADDRESS = 31
const orderOf = (order: Order): object => ({
  ...order.custom,
  id: bare(order.id),
  status_id: statusOf(order),
  date_created: rfc(order.createdAt),
  date_modified: rfc(order.updatedAt),
  total_inc_tax: major(order.total),
  currency_code: order.currency,
  payment_method: order.payment === 'cod' ? 'Cash on Delivery' : 'Credit Card',
  customer_message: order.buyerNote,
  staff_notes: order.sellerNote,
  is_deleted: false,
})

const lineOf = (order: Order, line: Line): object => ({
  id: bare(line.id),
  product_id: bare(line.parentId),
  variant_id: bare(line.listingId),
  order_address_id: ADDRESS,
  name: line.title,
  sku: line.code,
  type: 'physical',
  price_inc_tax: line.gift ? '0.0000' : major(line.price),
  quantity: line.quantity,
  quantity_shipped: line.shipped,
  quantity_refunded: isGone(order, line) ? line.quantity : 0,
  product_options: [],
})

const addressOf = ({ receiver }: Order): object => {
  const [first_name = '', ...rest] = receiver.name.split(' ')
  const place = { city: receiver.city, state: receiver.province, zip: receiver.zip, country_iso2: receiver.country }
  const street = { street_1: receiver.address, street_2: '' }
  return { id: ADDRESS, first_name, last_name: rest.join(' '), ...street, ...place, phone: receiver.phone }
}

const shipmentsOf = (order: Order, world: World): object[] =>
  world.store
    .all<{ waybill: string; carrier: string }>(
      'SELECT waybill, carrier FROM writeback WHERE order_id = ? ORDER BY at, waybill',
      order.id,
    )
    .map(({ waybill, carrier }, index) => ({ id: index + 1, tracking_number: waybill, tracking_carrier: carrier }))

const message = (order: Order, scope: string, world: World): Message => {
  const serial = world.store.next('bigcommerce_message')
  const head = { scope: `store/order/${scope}`, store_id: '1025646', data: { type: 'order', id: bare(order.id) } }
  const created_at = Math.floor(order.updatedAt / 1000)
  const body = JSON.stringify({ ...head, hash: `hash-${serial}`, created_at, producer: 'stores/sandbox' })
  return { topic: scope, deliveryId: `msg_bc_${serial}`, body }
}

const ROUTE =
  /^\/stores\/([^/]+)\/(?:(v2\/store|v2\/orders|v3\/inventory\/adjustments\/absolute)|v2\/orders\/(\d+)(?:\/(products|shipping_addresses|shipments)(?:\/(\d+))?)?)$/

const orders = ({ url: { searchParams: query } }: Call, shop: Shop, world: World): Answer => {
  const [size, page] = [Number(query.get('limit') ?? 50), Number(query.get('page') ?? 1)]
  const at = (name: string) => Date.parse(query.get(name) ?? '')
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated <= ? ORDER BY updated, id',
    shop.id,
    at('min_date_modified') || 0,
    at('max_date_modified') || Date.now(),
  )
  return some(rows.slice((page - 1) * size, page * size).map(({ doc }) => orderOf(JSON.parse(doc))))
}

const stock = (body: ReturnType<typeof object>, shop: Shop, world: World): Answer => {
  const [item] = list(body.items).map(object)
  const by = item?.variant_id === undefined ? 'parent' : 'id'
  const id = text(item?.variant_id) || text(item?.product_id)
  if (number(item?.location_id) !== 1) return no(422, 'location not found')
  return setStock(world, shop, by, id, number(item?.quantity))
    ? yes({ transaction_id: 'sandbox' })
    : no(422, 'not found')
}

const deliver = (order: Order, body: ReturnType<typeof object>, shop: Shop, world: World): Answer => {
  if (number(body.order_address_id) !== ADDRESS) return no(400, "The field 'order_address_id' is invalid.")
  const lines = list(body.items)
    .map(object)
    .map((item) => ({ lineId: text(item.order_product_id), quantity: number(item.quantity) }))
  const carrier = text(body.tracking_carrier) || text(body.shipping_provider)
  const shipped = ship(world, shop, order.id, [{ carrier, waybill: text(body.tracking_number), lines }])
  return 'refusal' in shipped ? no(400, shipped.refusal) : yes({ id: 1 }, 201)
}

const correct = (order: Order, n: string, body: ReturnType<typeof object>, shop: Shop, world: World): Answer => {
  const old = object(shipmentsOf(order, world)[Number(n) - 1])
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    ...[text(body.tracking_number), text(body.tracking_carrier), shop.id, order.id, text(old.tracking_number)],
  )
  return yes({ id: Number(n) })
}

const serve = (call: Call, shop: Shop, world: World): Answer => {
  const [, , whole, id = '', part = '', n] = ROUTE.exec(call.path) ?? []
  const body = object(read(call.body.toString('utf8')))
  if (whole === 'v2/store') return yes({ id: shop.credentials.storeHash, name: shop.name })
  if (whole === 'v2/orders') return orders(call, shop, world)
  if (whole) return stock(body, shop, world)
  const order = world.order(id)
  if (order?.shopId !== shop.id) return no(404, 'The requested resource was not found.')
  if (call.method === 'POST') return deliver(order, body, shop, world)
  if (call.method === 'PUT' && part) return correct(order, n ?? '', body, shop, world)
  if (call.method === 'PUT') {
    order.sellerNote = text(body.staff_notes)
    world.saveOrder(order)
  }
  if (part === 'products') return some(order.lines.map((line) => lineOf(order, line)))
  if (part === 'shipping_addresses') return some([addressOf(order)])
  return part === 'shipments' ? some(shipmentsOf(order, world)) : yes(orderOf(order))
}

const operation = ({ method, path }: Call): string | undefined => {
  const [found, , whole, id, part = '', n] = ROUTE.exec(path) ?? []
  if (found === undefined) return undefined
  if (id === undefined) return { 'v2/store': 'shop', 'v2/orders': 'list' }[whole ?? ''] ?? 'stock'
  if (method === 'GET') return part || 'detail'
  if (part === '') return 'note'
  return n === undefined ? 'ship' : 'edit'
}

export const bigcommerce: Platform = {
  keys: (shop) => ({
    shop: { storeHash: `store${shop}`, accessToken: `bc-token-${shop}`, clientSecret: `bc secret ${shop}` },
  }),
  currency: 'USD',
  carriers: ['*'],
  timeoutMs: 10_000,
  ids: (sequence, lines) => {
    const order = 900_000 + sequence * 20
    return { order: String(order), lines: Array.from({ length: lines }, (_, index) => String(order * 10 + index)) }
  },
  receiver: abroad,
  messages: (order, _shop, what, world) => [message(order, SCOPES[what], world)],
  renew: (order, _shop, topic, world) => message(order, topic, world),
  envelope: ({ body, deliveryId }, { hookUrl, credentials }, now) => {
    const seconds = Math.floor(now / 1000)
    const key = Buffer.from(credentials.clientSecret ?? '').toString('base64')
    return {
      url: hookUrl,
      headers: {
        'content-type': 'application/json',
        'webhook-id': deliveryId,
        'webhook-timestamp': String(seconds),
        'webhook-signature': standardWebhook(key, deliveryId, seconds, body),
      },
    }
  },
  acknowledged: ({ status }) => isSuccess(status),
  operation,
  refusal: (call, { credentials }) => {
    const right = call.path.startsWith(`/stores/${credentials.storeHash}/`)
    return right && call.headers['x-auth-token'] === credentials.accessToken ? undefined : 'Unauthorized'
  },
  refused: (_call, reason) => no(401, reason),
  throttled: () => json(429, { status: 429, title: 'Too many requests' }, { 'x-rate-limit-time-reset-ms': '1000' }),
  rejected: () => no(400, 'rejected by the sandbox'),
  broken: () => json(503, { status: 503 }),
  serve,
}
