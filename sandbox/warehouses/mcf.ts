/** Amazon Multi-Channel Fulfillment: tokens by a refresh token, orders by the seller's id; it calls nobody. */
import { list, number, object, read, text } from '../json.ts'
import { same } from '../signatures.ts'
import type { Answer, Call, Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { cancel, find, levels, linesOf, place } from './documents.ts'
import { parcelsOf } from './shipper.ts'
import type { Document, DocumentStatus, System } from './system.ts'

const ORDERS = '/fba/outbound/2020-07-01/fulfillmentOrders'

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-ratelimit-limit': '2.0' },
  body: JSON.stringify(body),
})
const refuse = (status: number, code: string, message: string): Answer =>
  json(status, { errors: [{ code, message, details: '' }] })
const invalid = (message: string): Answer => refuse(400, 'InvalidInput', message)

const idIn = (path: string): string => decodeURIComponent(path.slice(ORDERS.length + 1).split('/')[0] ?? '')

const operation = ({ method, path }: Call): string | undefined => {
  if (method === 'POST' && path === '/auth/o2/token') return 'token'
  if (method === 'GET' && path === '/fba/inventory/v1/summaries') return 'stock'
  if (path === ORDERS) return { POST: 'place', GET: 'list' }[method]
  if (!path.startsWith(`${ORDERS}/`)) return undefined
  return method === 'PUT' && path.endsWith('/cancel') ? 'cancel' : method === 'GET' ? 'query' : undefined
}

/** Tokens name the hour that they end with, so that nothing need be kept. */
const tokenOf = ({ credentials }: Warehouse, hour: number): string => `Atza|${credentials.clientId}.${hour}`
const HOUR = 3_600_000

const refusal = (call: Call, warehouse: Warehouse, now: number): string | undefined => {
  if (operation(call) === 'token') return undefined
  const given = call.headers['x-amz-access-token'] ?? ''
  const hour = Math.floor(now / HOUR)
  return same(given, tokenOf(warehouse, hour)) || same(given, tokenOf(warehouse, hour + 1)) ? undefined : 'token'
}

const grant = (call: Call, warehouse: Warehouse): Answer => {
  const form = new URLSearchParams(call.body.toString('utf8'))
  const { clientId = '', clientSecret = '', refreshToken = '' } = warehouse.credentials
  if (form.get('grant_type') !== 'refresh_token') return json(400, { error: 'unsupported_grant_type' })
  if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
    return json(401, { error: 'invalid_client', error_description: 'Client authentication failed' })
  if (form.get('refresh_token') !== refreshToken)
    return json(400, { error: 'invalid_grant', error_description: 'The request has an invalid grant parameter' })
  const token = tokenOf(warehouse, Math.floor(Date.now() / HOUR) + 1)
  return json(200, { access_token: token, refresh_token: refreshToken, token_type: 'bearer', expires_in: 3600 })
}

const REQUIRED = [
  'sellerFulfillmentOrderId',
  'displayableOrderId',
  'displayableOrderDate',
  'displayableOrderComment',
  'shippingSpeedCategory',
]

const create = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const body = object(read(call.body.toString('utf8')))
  const address = object(body.destinationAddress)
  const absent = [
    ...REQUIRED.filter((field) => !text(body[field])),
    ...['name', 'addressLine1', 'postalCode', 'countryCode'].filter((field) => !text(address[field])),
  ]
  if (absent.length > 0) return invalid(`Value for ${absent.join(', ')} is missing`)
  const placed = place(world, warehouse, {
    number: text(body.sellerFulfillmentOrderId),
    lines: list(body.items)
      .map(object)
      .map((item) => ({ sku: text(item.sellerSku), quantity: number(item.quantity), itemId: '' })),
    receiver: Object.fromEntries(Object.entries(address).map(([field, value]) => [field, text(value)])),
    kind: 'plain',
    orderHints: [text(body.displayableOrderId)],
    extra: {},
  })
  if (placed.outcome === 'refused') return invalid(`${placed.refusal} ${placed.detail}`)
  if (placed.outcome === 'repeat') return invalid(`Fulfillment order ${placed.document.number} cannot be created`)
  return json(200, {})
}

const STATUS: Readonly<Record<DocumentStatus, string>> = {
  accepted: 'Planning',
  part: 'Processing',
  shipped: 'Complete',
  cancelled: 'Cancelled',
  rejected: 'Unfulfillable',
}

interface Row {
  readonly number: string
  readonly modified: number
}
const MODIFIED = 'max(placed, coalesce(shipped, 0), coalesce(cancelled, 0))'

const headOf = (world: World, document: Document, modified: number): object => {
  const isShort = linesOf(world, document.n).some(({ quantity, shipped }) => shipped < quantity)
  return {
    sellerFulfillmentOrderId: document.number,
    displayableOrderId: document.number,
    fulfillmentOrderStatus: document.status === 'shipped' && isShort ? 'CompletePartialled' : STATUS[document.status],
    receivedDate: new Date(document.placed).toISOString(),
    statusUpdatedDate: new Date(modified).toISOString(),
  }
}

const PAGE = 2

/** Short pages, so that whoever asks must follow them. */
const listed = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const { searchParams } = call.url
  const token = searchParams.get('nextToken')
  const [start, skip] = token === null ? [searchParams.get('queryStartDate') ?? '', '0'] : token.split('|')
  const rows = world.store.all<Row>(
    `SELECT number, ${MODIFIED} AS modified FROM document WHERE warehouse = ? AND ${MODIFIED} >= ? ORDER BY n LIMIT ? OFFSET ?`,
    warehouse.id,
    Date.parse(start ?? ''),
    PAGE + 1,
    Number(skip),
  )
  const fulfillmentOrders = rows.slice(0, PAGE).flatMap(({ number: each, modified }) => {
    const document = find(world, warehouse, each)
    return document ? [headOf(world, document, modified)] : []
  })
  const nextToken = rows.length > PAGE ? `${start}|${Number(skip) + PAGE}` : undefined
  return json(200, { payload: { fulfillmentOrders, nextToken } })
}

const whole = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const document = find(world, warehouse, idIn(call.path))
  if (!document) return refuse(404, 'NotFound', 'The fulfillment order does not exist.')
  const row = world.store.one<Row>(`SELECT number, ${MODIFIED} AS modified FROM document WHERE n = ?`, document.n)
  const fulfillmentOrderItems = linesOf(world, document.n).map(({ sku, quantity }, i) => ({
    sellerSku: sku,
    sellerFulfillmentOrderItemId: `${document.number}-${i + 1}`,
    quantity,
    cancelledQuantity: 0,
    unfulfillableQuantity: 0,
  }))
  const fulfillmentOrder = headOf(world, document, row?.modified ?? document.placed)
  return json(200, {
    payload: {
      fulfillmentOrder,
      fulfillmentOrderItems,
      fulfillmentShipments: shipments(world, document),
      returnItems: [],
      returnAuthorizations: [],
    },
  })
}

/** One shipment per confirm, its packages numbered from 1 in each. */
const shipments = (world: World, document: Document): readonly object[] =>
  [...Map.groupBy(parcelsOf(world, document.n), ({ bizId }) => bizId)].map(([amazonShipmentId, parcels]) => ({
    amazonShipmentId,
    fulfillmentCenterId: 'PHX3',
    fulfillmentShipmentStatus: 'SHIPPED',
    shippingDate: new Date(parcels[0]?.at ?? 0).toISOString(),
    fulfillmentShipmentItem: parcels.flatMap(({ items }, i) =>
      items.map(({ sku, quantity }) => ({ sellerSku: sku, quantity, packageNumber: i + 1 })),
    ),
    fulfillmentShipmentPackage: parcels.map(({ waybill, carrier }, i) => ({
      packageNumber: i + 1,
      carrierCode: carrier,
      ...(carrier === 'AMZN_US' ? { amazonFulfillmentTrackingNumber: waybill } : { trackingNumber: waybill }),
    })),
  }))

const stop = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const result = cancel(world, warehouse, idIn(call.path))
  if (result === 'not_found') return refuse(404, 'NotFound', 'The fulfillment order does not exist.')
  return result === 'cancelled' ? json(200, {}) : invalid('The fulfillment order can no longer be cancelled.')
}

const stock = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const wanted = (call.url.searchParams.get('sellerSkus') ?? '').split(',')
  const found = levels(world, warehouse.id).filter(({ sku, counted }) => counted && wanted.includes(sku))
  const inventorySummaries = found.map(({ sku, onHand, frozen }) => ({
    sellerSku: sku,
    totalQuantity: onHand,
    inventoryDetails: {
      fulfillableQuantity: Math.max(0, onHand - frozen),
      reservedQuantity: { totalReservedQuantity: frozen, pendingCustomerOrderQuantity: frozen },
    },
  }))
  return json(200, { payload: { granularity: {}, inventorySummaries }, pagination: {} })
}

/** Nothing is sent; what happened is in the list. */
const UNSENT: Message = { topic: 'polled', deliveryId: '', body: '' }

export const mcf: System = {
  keys: (n) => ({
    credentials: {
      clientId: `amzn1.application-oa2-client.${n}`,
      clientSecret: `amzn1.oa2-cs.v1.${n}`,
      refreshToken: `Atzr|${n}`,
      marketplaceId: 'ATVPDKIKX0DER',
    },
  }),
  carriers: ['UPS', 'USPS', 'AMZN_US'],
  accepted: () => UNSENT,
  rejectedLater: () => UNSENT,
  shipped: () => UNSENT,
  moved: () => undefined,
  snapshot: () => undefined,
  envelope: () => ({ url: '', headers: {} }),
  acknowledged: () => false,
  operation,
  refusal,
  refused: () => refuse(403, 'Unauthorized', 'Access to requested resource is denied.'),
  throttled: () => refuse(429, 'QuotaExceeded', 'You exceeded your quota for the requested resource.'),
  rejected: () => invalid('The destination address is invalid.'),
  broken: () => refuse(503, 'InternalFailure', 'The service is temporarily unavailable.'),
  serve: (call, warehouse, world) => {
    const kind = operation(call) ?? ''
    if (kind === 'token') return grant(call, warehouse)
    const serve = { place: create, list: listed, query: whole, cancel: stop, stock }[kind]
    return serve ? serve(call, warehouse, world) : refuse(404, 'NotFound', 'No such resource.')
  },
}
