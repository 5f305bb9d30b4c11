/** ShipBob, API 2026-01: bearer tokens in, Standard Webhooks out, with the topic beside the body. */
import { list, number, object, read, text } from '../json.ts'
import { same, standardWebhook } from '../signatures.ts'
import type { Answer, Call, Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { cancel, find, levels, type PlaceRefusal, place } from './documents.ts'
import { orderId, orderOf, shipmentsOf } from './shipbob-order.ts'
import { tell } from './shipper.ts'
import type { Document, System } from './system.ts'

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
})
const refuse = (field: string, sentence: string): Answer => json(422, { [field]: [sentence] })

const message = (world: World, topic: string, body: unknown): Message => ({
  topic,
  deliveryId: `msg_${world.store.next('shipbob_report')}`,
  body: JSON.stringify(body),
})

/** What the topics of single shipments have in common. */
const about = (world: World, topic: string, document: Document): Message =>
  message(world, topic, {
    event_time: new Date().toISOString(),
    order_id: Number(orderId(document)),
    reference_id: document.number,
    ...object(shipmentsOf(world, document)[0]),
  })

const operation = ({ method, path }: Call): string | undefined => {
  if (path === '/2026-01/order') return { POST: 'place', GET: 'query' }[method]
  if (method === 'GET' && path === '/2026-01/inventory-level') return 'stock'
  return method === 'POST' && /^\/2026-01\/order\/\d+:cancel$/.test(path) ? 'cancel' : undefined
}

const REFUSALS: Readonly<Record<PlaceRefusal, readonly [string, string]>> = {
  number_missing: ['reference_id', 'The reference_id field is required.'],
  empty: ['products', 'The products field is required.'],
  stars: ['recipient', 'The recipient is masked.'],
  receiver_kind: ['recipient', 'The recipient cannot be read.'],
  receiver_missing: ['recipient', 'The recipient field is required.'],
  sku_unknown: ['products', 'The product is not known.'],
  item_id: ['products', 'The product is not known.'],
}

const create = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const body = object(read(call.body.toString('utf8')))
  const { name, phone_number, address } = object(body.recipient)
  const required = { name, shipping_method: body.shipping_method, type: body.type, ...object(address) }
  const absent = ['name', 'shipping_method', 'type', 'address1', 'city', 'country'].find(
    (field) => !text(object(required)[field]),
  )
  if (absent) return refuse(absent, `The ${absent} field is required.`)
  const placed = place(world, warehouse, {
    number: text(body.reference_id),
    lines: list(body.products)
      .map(object)
      .map((line) => ({ sku: text(line.reference_id), quantity: number(line.quantity), itemId: '' })),
    receiver: Object.fromEntries(
      Object.entries({ name, phone_number, ...object(address) }).map(([field, value]) => [field, text(value)]),
    ),
    kind: 'plain',
    orderHints: [text(body.order_number)],
    extra: {},
  })
  if (placed.outcome === 'refused') return refuse(...REFUSALS[placed.refusal])
  // Whatever it holds: a reference is taken once.
  if (placed.outcome === 'repeat') return refuse('', 'Cannot insert order with existing ReferenceId')
  return json(201, orderOf(world, placed.document))
}

const orders = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const { searchParams } = call.url
  const references = searchParams.get('ReferenceIds')?.split(',') ?? []
  const since = Date.parse(searchParams.get('LastTrackingUpdateStartDate') ?? '')
  const until = Date.parse(searchParams.get('LastTrackingUpdateEndDate') ?? '')
  const [page, limit] = [number(searchParams.get('Page'), 1), number(searchParams.get('Limit'), 50)]
  const tracked = world.store.all<{ number: string }>(
    'SELECT number FROM document WHERE warehouse = ? AND shipped BETWEEN ? AND ? ORDER BY n LIMIT ? OFFSET ?',
    warehouse.id,
    Number.isNaN(since) ? 0 : since,
    Number.isNaN(until) ? 0 : until,
    limit,
    (page - 1) * limit,
  )
  const numbers = references.length > 0 ? references : tracked.map((row) => row.number)
  const found = numbers.flatMap((each) => find(world, warehouse, each) ?? [])
  return json(
    200,
    found.map((document) => orderOf(world, document)),
  )
}

const stop = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const id = /(\d+):cancel$/.exec(call.path)?.[1] ?? ''
  const row = world.store.one<{ number: string }>(
    'SELECT number FROM document WHERE warehouse = ? AND external_id = ?',
    warehouse.id,
    `WMS${id}`,
  )
  if (!row) return { status: 404, headers: {}, body: '' }
  const done = cancel(world, warehouse, row.number) === 'cancelled'
  const found = find(world, warehouse, row.number)
  const [shipment] = found ? shipmentsOf(world, found) : []
  const result = { shipment_id: object(shipment).id, action: 'Cancel', is_success: done }
  return json(200, {
    order_id: Number(id),
    status: done ? 'Success' : 'Failure',
    canceled_shipment_results: [done ? result : { ...result, reason: 'The shipment has been processed' }],
  })
}

const PAGE = 2

/** Short pages, so that whoever asks must follow them. */
const stock = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const from = number(call.url.searchParams.get('Cursor'))
  const counted = levels(world, warehouse.id).filter((level) => level.counted)
  const items = counted.slice(from, from + PAGE).map(({ sku, onHand, frozen }, i) => ({
    inventory_id: from + i + 1,
    sku,
    total_on_hand_quantity: onHand,
    total_committed_quantity: frozen,
    total_fulfillable_quantity: onHand - frozen,
  }))
  const next = from + PAGE < counted.length ? `/2026-01/inventory-level?Cursor=${from + PAGE}&PageSize=${PAGE}` : null
  return json(200, { items, next })
}

export const shipbob: System = {
  keys: (n) => ({
    credentials: {
      token: `pat-of-${n}`,
      channelId: String(100_000 + (n % 100_000)),
      secret: `whsec_${Buffer.from(`webhooks of ${n}`.padEnd(24, '.')).toString('base64')}`,
    },
  }),
  carriers: ['USPS', 'UPS', 'FedEx'],
  accepted: (document, _warehouse, world) => about(world, 'order.shipment.tracking.updated', document),
  rejectedLater: (document, _warehouse, world) => about(world, 'order.shipment.exception', document),
  /** Of every other document the number comes a moment later, in a message of its own. */
  shipped: ({ document, final }, warehouse, world) => {
    const current = find(world, warehouse, document.number) ?? document
    const order = orderOf(world, { ...current, status: final ? 'shipped' : 'part' })
    if (document.n % 2 === 1) return message(world, 'order.shipped', order)
    tell(world, warehouse, document, about(world, 'order.shipment.tracking.updated', current))
    const shipments = order.shipments.map((each) => ({ ...object(each), tracking: null }))
    return message(world, 'order.shipped', { ...order, shipments })
  },
  moved: () => undefined,
  snapshot: () => undefined,
  envelope: ({ body, deliveryId, topic }, { callbackUrl, credentials }, now) => {
    const seconds = Math.floor(now / 1000)
    return {
      url: callbackUrl,
      headers: {
        'content-type': 'application/json',
        'x-webhook-topic': topic,
        'webhook-id': deliveryId,
        'webhook-timestamp': String(seconds),
        'webhook-signature': standardWebhook(credentials.secret ?? '', deliveryId, seconds, body),
      },
    }
  },
  acknowledged: ({ status }) => status >= 200 && status < 300,
  operation,
  refusal: ({ headers }, { credentials }) => {
    if (!same(headers.authorization ?? '', `Bearer ${credentials.token}`)) return 'token'
    return headers.shipbob_channel_id === credentials.channelId ? undefined : 'channel'
  },
  refused: (_call, reason) => json(401, { title: 'Unauthorized', detail: reason }),
  throttled: () => json(429, { title: 'Too Many Requests' }, { 'retry-after': '1' }),
  rejected: () => refuse('recipient', 'The address cannot be delivered to.'),
  broken: () => json(503, { title: 'Service Unavailable' }),
  serve: (call, warehouse, world) => {
    const serve = { place: create, query: orders, cancel: stop, stock }[operation(call) ?? '']
    return serve ? serve(call, warehouse, world) : { status: 404, headers: {}, body: '' }
  },
}
