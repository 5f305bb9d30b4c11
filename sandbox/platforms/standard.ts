/** A merchant's own shop by `docs/standard-shop.md`: Standard Webhooks both ways, the whole order in each event. */
import { bare, list, number, object, read, text } from '../json.ts'
import { chinese } from '../people.ts'
import { standardWebhook, standardWebhookRefusal } from '../signatures.ts'
import type { Answer, Call, Line, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, json, type Platform, STEP } from './platform.ts'
import { countRepeat, isGone, type Parcel, setStock, ship, shippedState } from './ship.ts'

const FIRST_ORDER = 9_107_199_254_740_993_000n
const major = (minor: number): string => (minor / 100).toFixed(2)

const TYPES: Readonly<Record<Happening, string>> = {
  created: 'order.created',
  paid: 'order.paid',
  changed: 'order.updated',
  noted: 'order.updated',
  cancelled: 'order.cancelled',
  refund_requested: 'refund.requested',
  refund_withdrawn: 'refund.withdrawn',
  refunded: 'refund.refunded',
}

const lineOf = (order: Order, line: Line): object => ({
  id: bare(line.id),
  sku: line.code,
  listingId: line.listingId,
  title: line.title,
  quantity: line.quantity,
  price: major(line.price),
  gift: line.gift,
  status: isGone(order, line)
    ? 'gone'
    : order.refund?.status === 'requested' && covers(order, line)
      ? 'refunding'
      : 'open',
})

const covers = ({ refund }: Order, line: Line): boolean =>
  refund !== undefined && (refund.lineIds.length === 0 || refund.lineIds.includes(line.id))

const orderOf = (order: Order): object => ({
  id: bare(order.id),
  version: order.updatedAt,
  createdAt: order.createdAt,
  updatedAt: new Date(order.updatedAt).toISOString(),
  ...(order.paidAt === undefined ? {} : { paidAt: order.paidAt }),
  status: shippedState(order) === 'all' ? 'finished' : order.status,
  payment: order.payment,
  currency: order.currency,
  total: major(order.total),
  ...(order.payment === 'cod' ? { cod: major(order.total) } : {}),
  ...(order.payment === 'deposit' ? { presale: { kind: 'deposit' } } : {}),
  lines: order.lines.map((line) => lineOf(order, line)),
  receiver: order.receiver,
  buyerNote: order.buyerNote,
  sellerNote: order.sellerNote,
  flag: order.flag,
  ...(order.shipBy === undefined ? {} : { shipBy: order.shipBy }),
  custom: order.custom,
})

const message = (order: Order, type: string, world: World): Message => {
  const { refund } = order
  const data =
    type.startsWith('refund.') && refund
      ? {
          orderId: bare(order.id),
          refundId: refund.id,
          ...(refund.lineIds.length > 0 ? { lineIds: refund.lineIds.map(bare) } : {}),
        }
      : { order: orderOf(order) }
  return {
    topic: type,
    deliveryId: `msg_${world.store.next('standard_message').toString(36).padStart(12, '0')}`,
    body: JSON.stringify({ type, timestamp: new Date(order.updatedAt).toISOString(), data }),
  }
}

const refuse = (status: number, code: string, sentence: string): Answer => json(status, { code, message: sentence })

const shipment = (call: Call, shop: Shop, world: World): Answer => {
  const body = object(read(call.body.toString('utf8')))
  const [orderId, requestId] = [text(body.orderId), text(body.requestId)]
  if (text(body.replaces)) return replace(world, shop, orderId, text(body.replaces), object(list(body.packages)[0]))
  const parcels = list(body.packages).map(object).map(parcelOf)
  // A call lists all parcels so far; the ones that are known already are no news.
  const known = (waybill: string): boolean =>
    world.store.one(
      'SELECT 1 FROM writeback WHERE shop = ? AND order_id = ? AND waybill = ?',
      shop.id,
      orderId,
      waybill,
    ) !== undefined
  const fresh = parcels.filter(({ waybill }) => !known(waybill))
  if (parcels.length > 0 && fresh.length === 0) {
    for (const { waybill } of parcels) countRepeat(world, shop, orderId, waybill)
    const before = world.store.one('SELECT 1 FROM once WHERE target = ? AND key = ?', shop.id, requestId)
    return before ? json(200, {}) : refuse(409, 'exists', 'these parcels are known')
  }
  const shipped = ship(world, shop, orderId, fresh)
  if ('refusal' in shipped)
    return refuse(
      shipped.refusal === 'order_unknown' ? 404 : 422,
      shipped.refusal,
      shipped.refusal.replaceAll('_', ' '),
    )
  if (requestId) world.store.run("INSERT OR IGNORE INTO once VALUES (?, ?, '', '')", shop.id, requestId)
  return json(200, {})
}

const parcelOf = (parcel: ReturnType<typeof object>): Parcel => ({
  carrier: text(parcel.carrier),
  waybill: text(parcel.waybill),
  lines: list(parcel.lines)
    .map(object)
    .map((line) => ({ lineId: text(line.lineId), quantity: number(line.quantity) })),
})

const replace = (world: World, shop: Shop, orderId: string, old: string, parcel: ReturnType<typeof object>): Answer => {
  const known = world.store.one(
    'SELECT 1 FROM writeback WHERE shop = ? AND order_id = ? AND waybill = ?',
    shop.id,
    orderId,
    old,
  )
  if (!known) return refuse(422, 'waybill_unknown', `no parcel ${old}`)
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    text(parcel.waybill),
    text(parcel.carrier),
    shop.id,
    orderId,
    old,
  )
  return json(200, {})
}

const stock = (call: Call, shop: Shop, world: World): Answer => {
  const body = object(read(call.body.toString('utf8')))
  const id = text(body.listingId)
  const known = setStock(world, shop, id ? 'id' : 'code', id || text(body.sku), number(body.quantity))
  return known ? json(200, {}) : refuse(404, 'listing_unknown', `no listing ${text(body.listingId)}`)
}

const PAGE = 50
const orders = (call: Call, shop: Shop, world: World): Answer => {
  const { searchParams: query } = call.url
  const after = Number(query.get('cursor') ?? 0)
  const rows = world.store.all<{ doc: string }>(
    `SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated, id LIMIT ${PAGE + 1} OFFSET ?`,
    shop.id,
    Date.parse(query.get('from') ?? '') || 0,
    Date.parse(query.get('to') ?? '') || Date.now(),
    after,
  )
  const page = rows.slice(0, PAGE).map(({ doc }) => orderOf(JSON.parse(doc)))
  return json(200, { orders: page, ...(rows.length > PAGE ? { next: String(after + PAGE) } : {}) })
}

const detail = (call: Call, shop: Shop, world: World): Answer => {
  const order = world.order(decodeURIComponent(call.path.split('/').at(-1) ?? ''))
  if (order?.shopId !== shop.id) return refuse(404, 'order_unknown', 'no such order')
  const told = world.store.all<{ waybill: string }>(
    'SELECT waybill FROM writeback WHERE order_id = ? ORDER BY at, waybill',
    order.id,
  )
  return json(200, { order: orderOf(order), waybills: told.map(({ waybill }) => waybill) })
}

const operation = ({ method, path }: Call): string | undefined => {
  if (method === 'POST') return { '/cangqiao/shipments': 'ship', '/cangqiao/stock': 'stock' }[path]
  if (method !== 'GET') return undefined
  return path === '/cangqiao/orders' ? 'list' : path.startsWith('/cangqiao/orders/') ? 'detail' : undefined
}

export const standard: Platform = {
  keys: (shop) => ({
    shop: { secret: `whsec_${Buffer.from(`secret of shop ${shop}`.padEnd(32, '.')).toString('base64')}` },
  }),
  currency: 'CNY',
  carriers: ['*'],
  timeoutMs: 15_000,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    return {
      order: String(order),
      lines: Array.from({ length: lines }, (_, index) => String(order + BigInt(index + 1))),
    }
  },
  receiver: chinese,
  messages: (order, _shop, what, world) => [message(order, TYPES[what], world)],
  renew: (order, _shop, topic, world) => message(order, topic, world),
  envelope: ({ body, deliveryId }, { hookUrl, credentials }, now) => {
    const seconds = Math.floor(now / 1000)
    return {
      url: hookUrl,
      headers: {
        'content-type': 'application/json',
        'webhook-id': deliveryId,
        'webhook-timestamp': String(seconds),
        'webhook-signature': standardWebhook(credentials.secret ?? '', deliveryId, seconds, body),
      },
    }
  },
  acknowledged: ({ status }) => isSuccess(status),
  operation,
  refusal: (call, { credentials }, now) =>
    // The scheme signs no path; in a GET it stands at the end of the signed id.
    call.method === 'GET' && !call.headers['webhook-id']?.endsWith(`:${call.path}${call.url.search}`)
      ? 'the id names another path'
      : standardWebhookRefusal(credentials.secret ?? '', call.headers, call.body, now),
  refused: (_call, reason) => refuse(401, 'signature', reason),
  throttled: () => json(429, { code: 'too_many' }, { 'retry-after': '1' }),
  rejected: () => refuse(422, 'rejected', 'rejected by the sandbox'),
  broken: () => json(503, { code: 'unavailable' }),
  serve: (call, shop, world) => {
    const serve = { ship: shipment, stock, list: orders, detail }[operation(call) ?? '']
    return serve ? serve(call, shop, world) : refuse(404, 'not_found', call.path)
  },
}
