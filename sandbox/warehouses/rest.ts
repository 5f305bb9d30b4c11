/** The plain JSON contract of `docs/warehouse-rest.md`: signed calls in, Standard Webhooks out. */
import { list, number, object, read, text } from '../json.ts'
import { plain, same, standardWebhook } from '../signatures.ts'
import type { Answer, Call, Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { cancel, find, knowItem, levels, linesOf, type PlaceRefusal, place } from './documents.ts'
import { parcelsOf, tell } from './shipper.ts'
import type { Document, DocumentStatus, ShippedParcel, System } from './system.ts'

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
const refuse = (status: number, code: string, message = ''): Answer => json(status, { code, message })

const message = (world: World, type: string, data: unknown, at = Date.now()): Message => ({
  topic: type,
  deliveryId: `wh_${world.store.next('rest_report').toString(36).padStart(12, '0')}`,
  body: JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }),
})

const WINDOW_SECONDS = 300
const NONCES_KEPT = 100_000
const nonces = new Set<string>()

const isUsed = (nonce: string): boolean => {
  if (nonces.has(nonce)) return true
  nonces.add(nonce)
  const [oldest] = nonces
  if (nonces.size > NONCES_KEPT && oldest !== undefined) nonces.delete(oldest)
  return false
}

const refusal = (
  { method, url, headers, body }: Call,
  { id, credentials }: Warehouse,
  now: number,
): string | undefined => {
  const { 'x-cangqiao-time': time = '', 'x-cangqiao-nonce': nonce = '', 'x-cangqiao-signature': given = '' } = headers
  const wanted = plain(credentials.secret ?? '', method, url.pathname + url.search, time, nonce, body)
  if (!nonce || !same(wanted, given)) return 'signature'
  if (Math.abs(now / 1000 - Number(time)) > WINDOW_SECONDS) return 'time'
  return isUsed(`${id} ${nonce}`) ? 'nonce' : undefined
}

const operation = ({ method, path }: Call): string | undefined => {
  if (method === 'POST' && path === '/v1/orders') return 'place'
  if (method === 'POST' && path === '/v1/items') return 'item'
  if (method === 'GET' && path === '/v1/stock') return 'stock'
  if (method === 'POST' && /^\/v1\/orders\/[^/]+\/cancel$/.test(path)) return 'cancel'
  return method === 'GET' && /^\/v1\/orders\/[^/]+$/.test(path) ? 'query' : undefined
}
const numberIn = (path: string): string => decodeURIComponent(path.split('/')[3] ?? '')

const REFUSALS: Readonly<Record<PlaceRefusal, string>> = {
  number_missing: 'document_missing',
  empty: 'lines_missing',
  stars: 'receiver_masked',
  receiver_kind: 'receiver_unshippable',
  receiver_missing: 'receiver_incomplete',
  sku_unknown: 'sku_unknown',
  item_id: 'item_unknown',
}

const flat = (value: unknown, prefix = ''): Record<string, string> =>
  Object.fromEntries(
    Object.entries(object(value)).flatMap(([name, each]) =>
      typeof each === 'object' ? Object.entries(flat(each, `${prefix}${name}.`)) : [[prefix + name, text(each)]],
    ),
  )

const create = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const body = object(read(call.body.toString('utf8')))
  const { kind, sourceOrderId, ...receiver } = object(body.receiver)
  const placed = place(world, warehouse, {
    number: text(body.document),
    lines: list(body.lines)
      .map(object)
      .map((line) => ({ sku: text(line.sku), quantity: number(line.quantity), itemId: text(line.itemId) })),
    receiver: flat(receiver),
    kind: text(kind),
    orderHints: [text(body.platformOrderId), text(sourceOrderId)].filter(Boolean),
    extra: {},
  })
  if (placed.outcome === 'refused') return refuse(422, REFUSALS[placed.refusal], placed.detail)
  if (placed.outcome === 'repeat' && !placed.same) return refuse(409, 'exists', placed.document.number)
  if (placed.outcome === 'placed' && warehouse.settings.reportsAccept !== false)
    tell(world, warehouse, placed.document, status(placed.document, 'accepted', world))
  return json(200, { externalId: placed.document.externalId })
}

const STATUS: Readonly<Record<DocumentStatus, string>> = {
  accepted: 'accepted',
  part: 'packed',
  shipped: 'shipped',
  cancelled: 'cancelled',
  rejected: 'rejected',
}

const wireParcel = ({ waybill, carrier, items }: ShippedParcel): unknown => ({
  packageId: waybill,
  carrier,
  waybill,
  items,
})

const query = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const found = find(world, warehouse, numberIn(call.path))
  if (!found) return refuse(404, 'not_found')
  return json(200, {
    externalId: found.externalId,
    status: STATUS[found.status],
    items: linesOf(world, found.n).map(({ sku, quantity }) => ({ sku, quantity })),
    packages: parcelsOf(world, found.n).map(wireParcel),
  })
}

const status = (found: Document, said: string, world: World, sentence?: string): Message =>
  message(world, 'order.status', {
    document: found.number,
    externalId: found.externalId,
    status: said,
    ...(sentence ? { message: sentence } : {}),
  })

const stop = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const found = find(world, warehouse, numberIn(call.path))
  const result = cancel(world, warehouse, numberIn(call.path))
  if (!found || result === 'not_found') return refuse(404, 'not_found')
  if (warehouse.settings.cancels === 'later') {
    tell(world, warehouse, found, status(found, result === 'cancelled' ? 'cancelled' : 'cancel_refused', world))
    return json(200, { status: 'cancelling' })
  }
  return result === 'cancelled' ? json(200, { status: 'cancelled' }) : refuse(409, 'cannot_cancel', 'it has left')
}

const stock = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const wanted = call.url.searchParams.getAll('sku')
  const found = levels(world, warehouse.id).filter(
    ({ sku, counted }) => counted && (wanted.length === 0 || wanted.includes(sku)),
  )
  return json(200, { items: found.map(({ sku, onHand, frozen }) => ({ sku, quantity: Math.max(0, onHand), frozen })) })
}

const item = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const sku = text(object(read(call.body.toString('utf8'))).sku)
  if (!sku) return refuse(422, 'sku_missing')
  const itemId = warehouse.settings.givesItemIds ? `I-${sku}` : ''
  knowItem(world, warehouse.id, sku, itemId)
  return json(200, itemId ? { itemId } : {})
}

export const rest: System = {
  keys: (n) => ({
    credentials: { secret: `whsec_${Buffer.from(`secret of warehouse ${n}`.padEnd(32, '.')).toString('base64')}` },
  }),
  carriers: ['SF', 'YTO', 'ZTO', 'STO'],
  accepted: (found, _warehouse, world) => status(found, 'accepted', world),
  rejectedLater: (found, _warehouse, world) => status(found, 'rejected', world, found.reason),
  shipped: ({ document, parcels, final }, _warehouse, world) =>
    message(
      world,
      'shipment.created',
      {
        document: document.number,
        externalId: document.externalId,
        shipmentId: parcels[0]?.bizId ?? '',
        final,
        packages: parcels.map(wireParcel),
      },
      parcels[0]?.at,
    ),
  moved: (moves, _warehouse, world) =>
    message(world, 'stock.moved', {
      items: moves.map(({ id, sku, delta, reason }) => ({ moveId: id, sku, delta, reason })),
    }),
  snapshot: (found, _warehouse, world) =>
    message(world, 'stock.snapshot', {
      full: true,
      items: found.map(({ sku, onHand, frozen }) => ({ sku, quantity: Math.max(0, onHand), frozen })),
    }),
  envelope: ({ body, deliveryId }, { callbackUrl, credentials }, now) => {
    const seconds = Math.floor(now / 1000)
    return {
      url: callbackUrl,
      headers: {
        'content-type': 'application/json',
        'webhook-id': deliveryId,
        'webhook-timestamp': String(seconds),
        'webhook-signature': standardWebhook(credentials.secret ?? '', deliveryId, seconds, body),
      },
    }
  },
  acknowledged: ({ status: code }) => code >= 200 && code < 300,
  operation,
  refusal,
  refused: (_call, reason) => refuse(401, 'signature', reason),
  throttled: () => json(429, { code: 'too_many' }, { 'retry-after': '1' }),
  rejected: () => refuse(422, 'rejected', 'rejected by the sandbox'),
  broken: () => refuse(503, 'unavailable'),
  serve: (call, warehouse, world) => {
    const serve = { place: create, query, cancel: stop, stock, item }[operation(call) ?? '']
    return serve ? serve(call, warehouse, world) : refuse(404, 'no_such_path', call.path)
  },
}
