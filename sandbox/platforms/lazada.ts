/** Lazada: one push per piece, an API whose parameters are all signed, packages with numbers of its own. */
import { bare, type Json, list, object, read, text } from '../json.ts'
import { keyedPush, lazadaApi, same } from '../signatures.ts'
import type { Answer, Call, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { at, parse } from '../xml.ts'
import { detail, items, keepPacked, orderOfPackage, packedOf, receiver, seconds, statusOf } from './lazada-order.ts'
import { linesOf, piecesOf } from './pieces.ts'
import { type Happening, isSuccess, json, type Platform, STEP } from './platform.ts'
import { setStock, ship } from './ship.ts'

const WINDOW_MS = 7_200_000

const success = (data: unknown): Answer => json(200, { code: '0', data, request_id: 'sandbox' })
/** Fulfilment services answer inside the gateway's answer. */
const result = (data: unknown): Answer =>
  json(200, { code: '0', result: { success: true, data }, request_id: 'sandbox' })
const failure = (code: string, message: string, type = 'ISV'): Answer =>
  json(200, { code, type, message, request_id: 'sandbox' })

const paramsOf = (call: Call): ReadonlyMap<string, string> =>
  new Map(call.method === 'GET' ? call.url.searchParams : new URLSearchParams(call.body.toString('utf8')))

const OPERATIONS: Readonly<Record<string, string>> = {
  'POST /auth/token/create': 'token',
  'POST /auth/token/refresh': 'token',
  'GET /seller/get': 'seller',
  'GET /order/get': 'detail',
  'GET /order/items/get': 'items',
  'GET /orders/get': 'list',
  'POST /order/shipment/providers/get': 'providers',
  'POST /order/fulfill/pack': 'pack',
  'POST /order/package/rts': 'ship',
  'POST /product/stock/sellable/update': 'stock',
}
const operation = ({ method, path }: Call): string | undefined => OPERATIONS[`${method} ${path}`]

const refusal = (call: Call, { credentials }: Shop, now: number): string | undefined => {
  const params = paramsOf(call)
  if (params.get('app_key') !== credentials.appKey || params.get('sign_method') !== 'sha256') return 'InvalidAppKey'
  const wanted = lazadaApi(credentials.appSecret ?? '', call.path, params)
  if (!same(wanted, params.get('sign') ?? '')) return 'IncompleteSignature'
  if (!(Math.abs(now - Number(params.get('timestamp'))) <= WINDOW_MS)) return 'InvalidTimestamp'
  if (operation(call) === 'token') return undefined
  return params.get('access_token') === credentials.accessToken ? undefined : 'IllegalAccessToken'
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

type Params = ReadonlyMap<string, string>
type Serve = (params: Params, shop: Shop, world: World) => Answer
const request = (params: Params, name: string): Json => object(read(params.get(name) ?? ''))

const ofOrder =
  (serve: (order: Order, world: World) => unknown): Serve =>
  (params, shop, world) => {
    const id = params.get('order_id') ?? ''
    const order = own(world, shop, id)
    return order ? success(serve(order, world)) : failure('16', `E016: "${id}" Invalid Order ID`, 'ISP')
  }

const orders: Serve = (params, shop, world) => {
  const time = (name: string, otherwise: number): number => Date.parse(params.get(name) ?? '') || otherwise
  const [skip, size] = [Number(params.get('offset') ?? 0), Math.min(Number(params.get('limit') ?? 50), 100)]
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated, id',
    ...[shop.id, time('update_after', 0), time('update_before', Date.now()) + 1000],
  )
  const page = rows.slice(skip, skip + size).map(({ doc }) => detail(JSON.parse(doc), world))
  return success({ count: String(page.length), countTotal: String(rows.length), orders: page })
}

/** Each piece gets its own word; all of a request that may be packed lie in one package. */
const pack: Serve = (params, shop, world) => {
  const wanted = list(request(params, 'packReq').pack_order_list).map(object)
  const pack_order_list = wanted.map((one) => {
    const order = own(world, shop, text(one.order_id))
    const number = `FP${String(world.store.next('package')).padStart(9, '0')}`
    const packed = new Map(order && packedOf(order, world))
    const pieces = new Map((order ? piecesOf(order, world) : []).map((piece) => [piece.id, piece]))
    const order_item_list = list(one.order_item_list).map((id) => {
      const piece = pieces.get(text(id))
      const open = order && piece && statusOf(order, piece, packed.has(piece.id)) === 'pending'
      if (!open)
        return { order_item_id: bare(text(id)), item_err_code: '700026', msg: 'not allow to pack', retry: false }
      packed.set(piece.id, number)
      const names = { package_id: number, tracking_number: `SOF${number}`, shipment_provider: 'SOF' }
      return { order_item_id: bare(piece.id), item_err_code: '0', msg: 'success', ...names, retry: false }
    })
    if (order) keepPacked(order, world, packed)
    return { order_id: bare(text(one.order_id)), order_item_list }
  })
  return result({ pack_order_list })
}

const ready: Serve = (params, shop, world) => {
  const packages = list(request(params, 'readyToShipReq').packages).map((one) => {
    const package_id = text(object(one).package_id)
    const order = orderOfPackage(shop.id, package_id, world)
    const refused = order ? readyOf(order, package_id, shop, world) : 'package not found'
    return { package_id, item_err_code: refused ? '600002' : '0', msg: refused ?? 'success', retry: false }
  })
  return result({ packages })
}

const readyOf = (order: Order, number: string, shop: Shop, world: World): string | undefined => {
  const ids = [...packedOf(order, world)].flatMap(([piece, one]) => (one === number ? [piece] : []))
  const lines = linesOf(piecesOf(order, world), ids)
  if (!lines) return 'package status not allow to operation'
  const done = ship(world, shop, order.id, [{ carrier: 'SOF', waybill: `SOF${number}`, lines }])
  return 'refusal' in done ? done.refusal : undefined
}

const stock: Serve = (params, shop, world) => {
  const sku = parse(params.get('payload') ?? '', 'Request')
  const of = (name: string): string => at(sku, `Product.Skus.Sku.${name}`)
  const level = of('SellableQuantity') === '' ? -1 : Number(of('SellableQuantity'))
  const known = Number.isInteger(level) && level >= 0 && setStock(world, shop, 'id', of('SkuId'), level)
  return known ? success({}) : failure('501', 'E501: Update product failed', 'ISP')
}

const SERVE: Readonly<Record<string, Serve>> = {
  token: (_params, { credentials }) =>
    json(200, {
      ...{ code: '0', access_token: credentials.accessToken, refresh_token: credentials.refreshToken },
      ...{ country: 'ph', expires_in: '2592000', refresh_expires_in: '15552000' },
      country_user_info: [{ country: 'ph', seller_id: credentials.sellerId, user_id: '1' }],
    }),
  seller: (_params, { name, credentials }) => success({ name, seller_id: credentials.sellerId, short_code: 'PH1' }),
  detail: ofOrder(detail),
  items: ofOrder(items),
  list: orders,
  providers: () => result({ platform_default: 1, shipping_allocate_type: 'TFS' }),
  pack,
  ship: ready,
  stock,
}

/** Nobody pushes addresses and notes; a cancellation asked for is a reverse order. */
const messages = (order: Order, shop: Shop, what: Happening, world: World): Message[] => {
  if (what === 'changed' || what === 'noted') return []
  const packed = packedOf(order, world)
  const reverse = { refund_requested: 'CANCEL_INIT', refunded: 'CANCEL_SUCCESS' }[what as string]
  return piecesOf(order, world).map((piece) => {
    const common = {
      trade_order_id: order.id,
      trade_order_line_id: piece.id,
      status_update_time: seconds(order.updatedAt),
    }
    const data = reverse
      ? { ...common, reverse_order_id: bare(order.refund?.id ?? '0'), reverse_status: reverse }
      : { ...common, order_status: statusOf(order, piece, packed.has(piece.id)) }
    const [message_type, timestamp] = reverse ? [10, seconds(Date.now())] : [0, Date.now()]
    const body = { seller_id: shop.credentials.sellerId, message_type, data, timestamp, site: 'lazada_ph' }
    return { topic: what, deliveryId: `${piece.id}:${what}:${order.updatedAt}`, body: JSON.stringify(body) }
  })
}

const FIRST_ORDER = 260_422_900_000_001n

export const lazada: Platform = {
  keys: (shop, app) => ({
    app: { appKey: String(100_000 + app), appSecret: `lazada-secret-${app}` },
    shop: {
      ...{ sellerId: String(1_000_000_000 + shop), country: 'ph', accessToken: `50000${shop}` },
      refreshToken: `50001${shop}`,
    },
  }),
  currency: 'PHP',
  carriers: ['*'],
  ownWaybills: true,
  timeoutMs: 500,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    return { order: String(order), lines: Array.from({ length: lines }, (_, i) => `${order + BigInt(i + 1)}`) }
  },
  receiver,
  messages,
  renew: (order, shop, topic, world) => messages(order, shop, topic as Happening, world)[0],
  envelope: ({ body }, { hookUrl, credentials }) => ({
    url: hookUrl,
    headers: {
      'content-type': 'application/json',
      authorization: keyedPush(credentials.appKey ?? '', credentials.appSecret ?? '', body),
    },
  }),
  acknowledged: ({ status }) => isSuccess(status),
  operation,
  refusal,
  refused: (_call, reason) => failure(reason, reason),
  throttled: () => failure('ApiCallLimit', 'This api call limit is reached'),
  rejected: () => failure('700026', 'item current status not allow to pack', 'ISP'),
  broken: () => failure('6', 'E006: System Error', 'ISP'),
  serve: (call, shop, world) => {
    const serve = SERVE[operation(call) ?? '']
    return serve ? serve(paramsOf(call), shop, world) : failure('InvalidApiPath', 'The specified API path is not valid')
  },
}
