/** Shopee: thin pushes signed over their address, an API signed over path and token, an order number that is no number. */
import { bare, type Json, list, number, object, read, text } from '../json.ts'
import { same, shopeeApi, shopeePush } from '../signatures.ts'
import type { Answer, Call, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, type Platform } from './platform.ts'
import { setStock } from './ship.ts'
import { detail, receiver, seconds, statusOf } from './shopee-order.ts'
import { failure, shipOrder, split, success, tracking } from './shopee-ship.ts'

const WINDOW_MS = 300_000

const OPERATIONS: Readonly<Record<string, string>> = {
  '/auth/token/get': 'token',
  '/auth/access_token/get': 'token',
  '/shop/get_shop_info': 'shop',
  '/order/get_order_detail': 'detail',
  '/order/get_order_list': 'list',
  '/order/split_order': 'split',
  '/order/set_note': 'note',
  '/logistics/get_shipping_parameter': 'parameter',
  '/logistics/get_tracking_number': 'tracking',
  '/logistics/ship_order': 'ship',
  '/product/update_stock': 'stock',
}
const operation = ({ path }: Call): string | undefined => OPERATIONS[path.replace(/^\/api\/v2/, '')]

const refusal = (call: Call, { credentials }: Shop, now: number): string | undefined => {
  const given = (name: string): string => call.url.searchParams.get(name) ?? ''
  if (given('partner_id') !== credentials.partnerId) return 'Invalid partner_id.'
  if (!(Math.abs(now - Number(given('timestamp')) * 1000) <= WINDOW_MS)) return 'Invalid timestamp'
  const open = operation(call) === 'token'
  const whose = open ? [] : [given('access_token'), given('shop_id')]
  const wanted = shopeeApi(credentials.partnerKey ?? '', [given('partner_id'), call.path, given('timestamp'), ...whose])
  if (!same(wanted, given('sign'))) return 'Wrong sign.'
  if (open) return undefined
  if (given('shop_id') !== credentials.shopId) return 'shopid is invalid'
  return given('access_token') === credentials.accessToken ? undefined : 'Invalid access_token.'
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}
const UNKNOWN = failure('error_not_found', 'Wrong parameters, detail: the order is not found.')

type Serve = (said: Json, query: URLSearchParams, shop: Shop, world: World) => Answer
/** Of one order, named in the body or in the query. */
const ofOrder =
  (serve: (order: Order, said: Json, query: URLSearchParams, shop: Shop, world: World) => Answer): Serve =>
  (said, query, shop, world) => {
    const order = own(world, shop, text(said.order_sn) || (query.get('order_sn') ?? ''))
    return order ? serve(order, said, query, shop, world) : UNKNOWN
  }

const orders: Serve = (_said, query, shop, world) => {
  const [size, skip] = [Math.min(number(query.get('page_size'), 20), 100), number(query.get('cursor'), 0)]
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated, id',
    ...[shop.id, number(query.get('time_from')) * 1000, (number(query.get('time_to')) + 1) * 1000],
  )
  const order_list = rows.slice(skip, skip + size).map(({ doc }) => {
    const order = JSON.parse(doc) as Order
    return { order_sn: order.id, order_status: statusOf(order) }
  })
  const more = skip + size < rows.length
  return success({ more, next_cursor: more ? String(skip + size) : '', order_list })
}

const stock: Serve = (said, _query, shop, world) => {
  const one = object(list(said.stock_list)[0])
  const level = number(object(list(one.seller_stock)[0]).stock, -1)
  const id = text(one.model_id) === '0' ? text(said.item_id) : text(one.model_id)
  if (level < 0 || !setStock(world, shop, 'id', id, level)) return failure('error_item_not_found', 'Product not found')
  return success({ failure_list: [], success_list: [{ model_id: bare(id), stock: level }] })
}

const SERVE: Readonly<Record<string, Serve>> = {
  token: (_said, _query, { credentials }) => {
    const { accessToken: access_token, refreshToken: refresh_token } = credentials
    const body = { access_token, refresh_token, expire_in: 14_400, error: '', message: '', request_id: 'sandbox' }
    return { ...success({}), body: JSON.stringify(body) }
  },
  shop: (_said, _query, { name }) => ({
    ...success({}),
    body: JSON.stringify({ error: '', message: '', shop_name: name, region: 'MY', status: 'NORMAL' }),
  }),
  detail: (_said, query, shop, world) => {
    const wanted = (query.get('response_optional_fields') ?? '').split(',')
    const found = (query.get('order_sn_list') ?? '').split(',').flatMap((id) => own(world, shop, id) ?? [])
    return found.length > 0 ? success({ order_list: found.map((order) => detail(order, wanted, world)) }) : UNKNOWN
  },
  list: orders,
  split: ofOrder((order, said, _query, _shop, world) => split(order, said, world)),
  note: ofOrder((order, said, _query, _shop, world) => {
    order.sellerNote = text(said.note)
    order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
    world.saveOrder(order)
    return success({})
  }),
  parameter: ofOrder(() => success({ info_needed: { non_integrated: ['tracking_no'] } })),
  tracking: ofOrder((order, _said, query, _shop, world) => tracking(order, query, world)),
  ship: ofOrder((order, said, _query, shop, world) => shipOrder(order, said, shop, world)),
  stock,
}

/** Addresses and notes are pushed by nobody; every other turn of an order is a change of its status. */
const messages = (order: Order, shop: Shop, what: Happening): Message[] => {
  if (what === 'changed' || what === 'noted') return []
  const update = seconds(order.updatedAt)
  const body = {
    data: { items: [], ordersn: order.id, status: statusOf(order), completed_scenario: '', update_time: update },
    shop_id: bare(shop.credentials.shopId ?? ''),
    ...{ code: 3, timestamp: seconds(Date.now()) },
  }
  return [{ topic: what, deliveryId: `${order.id}:${update}:${what}`, body: JSON.stringify(body) }]
}

export const shopee: Platform = {
  keys: (shop, app) => ({
    app: { partnerId: String(2_000_000 + app), partnerKey: `shopee-key-${app}`, pushKey: `shopee-push-${app}` },
    shop: {
      ...{ shopId: String(700_000_000 + shop), accessToken: `token-of-${shop}` },
      refreshToken: `refresh-of-${shop}`,
    },
  }),
  currency: 'MYR',
  carriers: ['*'],
  timeoutMs: 3_000,
  ids: (sequence, lines) => {
    const order = `261124${(36 ** 5 + sequence * 1_009).toString(36).toUpperCase().padStart(8, '0')}`
    return { order, lines: Array.from({ length: lines }, (_, i) => `${order}-${i + 1}`) }
  },
  receiver,
  messages: (order, shop, what) => messages(order, shop, what),
  renew: (order, shop, topic) => messages(order, shop, topic as Happening)[0],
  envelope: ({ body }, { hookUrl, credentials }) => ({
    url: hookUrl,
    headers: {
      'content-type': 'application/json',
      authorization: shopeePush(credentials.pushKey ?? '', hookUrl, body),
    },
  }),
  acknowledged: ({ status, body }) => isSuccess(status) && body === '',
  operation,
  refusal,
  refused: (_call, reason) => failure(reason === 'Wrong sign.' ? 'error_sign' : 'error_auth', reason, 403),
  throttled: () => failure('error_rate_limit', 'Too many requests.', 429),
  rejected: () => failure('logistics.error_order_state', 'Operation is not allow with current order status.'),
  broken: () => failure('error_server', 'System error. Please try again later.'),
  serve: (call, shop, world) => {
    const said = object(read(call.body.toString('utf8')))
    const serve = SERVE[operation(call) ?? '']
    return serve ? serve(said, call.url.searchParams, shop, world) : failure('error_not_found', call.path, 404)
  },
}
