/** TikTok Shop: thin pushes, an API signed over path, query and body, tokens that are exchanged and refreshed. */
import { type Json, list, number, object, read, text } from '../json.ts'
import { keyedPush, same, tiktokApi } from '../signatures.ts'
import type { Answer, Call, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, type Platform, STEP } from './platform.ts'
import { setStock } from './ship.ts'
import { detail, receiver, seconds, statusOf } from './tiktok-order.ts'
import { failure, shipments, success } from './tiktok-ship.ts'

const WINDOW = { before: 300_000, ahead: 30_000 }

const refusal = (call: Call, { credentials }: Shop, now: number): string | undefined => {
  const query = new Map(call.url.searchParams)
  if (operation(call) === 'token')
    return query.get('app_key') === credentials.appKey && query.get('app_secret') === credentials.appSecret
      ? undefined
      : 'Invalid credentials.'
  if (query.get('app_key') !== credentials.appKey) return 'Invalid credentials. Invalid `app_key` query parameter.'
  const age = now - Number(query.get('timestamp')) * 1000
  if (!(age <= WINDOW.before && age >= -WINDOW.ahead)) return 'Invalid timestamp.'
  const wanted = tiktokApi(credentials.appSecret ?? '', call.path, query, call.body)
  if (!same(wanted, query.get('sign') ?? '')) return 'Invalid credentials. The `sign` query parameter is invalid.'
  if (call.headers['x-tts-access-token'] !== credentials.accessToken)
    return 'Expired credentials. The `x-tts-access-token` header has expired.'
  const shopless = call.path === '/authorization/202309/shops'
  return shopless || query.get('shop_cipher') === credentials.shopCipher ? undefined : 'Invalid query or header.'
}

/** Method and path, `*` for an id → the operation. */
const ROUTES: readonly (readonly [pattern: RegExp, operation: string])[] = [
  [/^GET \/api\/v2\/token\/(?:get|refresh)$/, 'token'],
  [/^GET \/authorization\/202309\/shops$/, 'shops'],
  [/^GET \/order\/20\d{4}\/orders$/, 'detail'],
  [/^POST \/order\/202309\/orders\/search$/, 'list'],
  [/^GET \/logistics\/202309\/delivery_options\/\d+\/shipping_providers$/, 'carriers'],
  [/^POST \/fulfillment\/202309\/orders\/(\d+)\/packages$/, 'ship'],
  [/^POST \/fulfillment\/202309\/orders\/(\d+)\/split$/, 'split'],
  [/^POST \/fulfillment\/202309\/packages\/(\d+)\/ship$/, 'shipPackage'],
  [/^POST \/fulfillment\/202309\/(?:orders|packages)\/(\d+)\/shipping_info\/update$/, 'edit'],
  [/^POST \/product\/202309\/products\/(\d+)\/inventory\/update$/, 'stock'],
]
const routed = ({ method, path }: Call): readonly [operation: string | undefined, id: string] => {
  for (const [pattern, name] of ROUTES) {
    const found = pattern.exec(`${method} ${path}`)
    if (found) return [name, found[1] ?? '']
  }
  return [undefined, '']
}
const operation = (call: Call): string | undefined => routed(call)[0]

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

const CARRIERS = ['SF', 'YTO', 'ZTO', 'STO'].map((name, i) => ({ id: `71178588580720166${80 + i}`, name }))

const UNKNOWN = failure(21008111, 'The order or package does not belong to the current seller.')

type Serve = (said: Json, id: string, call: Call, shop: Shop, world: World) => Answer

const SERVE: Readonly<Record<string, Serve>> = {
  token: (_said, _id, _call, { credentials }) =>
    success({
      access_token: credentials.accessToken,
      access_token_expire_in: seconds(Date.now()) + 604_800,
      refresh_token: credentials.refreshToken,
      refresh_token_expire_in: seconds(Date.now()) + 31_536_000,
    }),
  shops: (_said, _id, _call, { name, credentials }) =>
    success({ shops: [{ id: credentials.shopId, name, cipher: credentials.shopCipher, region: 'US', code: 'CNUS1' }] }),
  detail: (_said, _id, call, shop, world) => {
    const ids = (call.url.searchParams.get('ids') ?? '').split(',').slice(0, 50)
    return success({ orders: ids.flatMap((id) => own(world, shop, id) ?? []).map((one) => detail(one, shop, world)) })
  },
  list: (said, _id, call, shop, world) => {
    const size = Math.min(number(call.url.searchParams.get('page_size'), 20), 100)
    const skip = number(call.url.searchParams.get('page_token'), 0)
    const rows = world.store.all<{ doc: string }>(
      'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated, id',
      ...[shop.id, number(said.update_time_ge) * 1000, number(said.update_time_lt, 1e11) * 1000],
    )
    const page = rows.slice(skip, skip + size).map(({ doc }) => detail(JSON.parse(doc), shop, world))
    const next = skip + size < rows.length ? String(skip + size) : ''
    return success({ orders: page, total_count: rows.length, next_page_token: next })
  },
  carriers: () => success({ shipping_providers: CARRIERS }),
  ship: (said, id, _call, shop, world) => {
    const order = own(world, shop, id)
    return order ? shipments.mark(order, said, shop, world) : UNKNOWN
  },
  split: (said, id, _call, shop, world) => {
    const order = own(world, shop, id)
    return order ? shipments.split(order, said, shop, world) : UNKNOWN
  },
  shipPackage: (said, id, _call, shop, world) => shipments.shipPackage(id, said, shop, world),
  edit: (said, id, call, shop, world) =>
    shipments.correct(call.path.includes('/orders/') ? own(world, shop, id) : undefined, id, said, shop, world),
  stock: (said, _id, _call, shop, world) => {
    const sku = object(list(said.skus)[0])
    const quantity = number(object(list(sku.inventory)[0]).quantity, -1)
    const known = quantity >= 0 && setStock(world, shop, 'id', text(sku.id), quantity)
    return known ? success({}) : failure(12052556, 'The SKU id not exist.')
  },
}

const TYPES: Readonly<Partial<Record<Happening, number>>> = {
  ...{ created: 1, paid: 1, cancelled: 1, changed: 3, refund_requested: 11, refund_withdrawn: 11, refunded: 11 },
}
const CANCELLATION: Readonly<Partial<Record<Happening, string>>> = {
  refund_requested: 'CANCELLATION_REQUEST_PENDING',
  refund_withdrawn: 'CANCELLATION_REQUEST_CANCELLED',
  refunded: 'CANCELLATION_REQUEST_COMPLETE',
}

const dataOf = (order: Order, what: Happening): Record<string, unknown> => {
  const common = { order_id: order.id, update_time: seconds(order.updatedAt) }
  if (TYPES[what] === 3) return common
  if (TYPES[what] === 11)
    return {
      order_id: order.id,
      cancellations_role: 'BUYER',
      cancel_status: CANCELLATION[what],
      cancel_id: order.refund?.id,
      create_time: seconds(order.refund?.at),
    }
  // The push says CANCEL where the detail says CANCELLED.
  return { ...common, order_status: statusOf(order).replace('CANCELLED', 'CANCEL'), is_on_hold_order: false }
}

/** Notes are pushed by nobody. */
const messages = (order: Order, shop: Shop, what: Happening, world: World): Message[] => {
  const type = TYPES[what]
  if (type === undefined) return []
  const id = String(7_327_112_393_057_000_000n + BigInt(world.store.next('tts_notification_id')))
  const body = {
    ...{ type, tts_notification_id: id, shop_id: shop.credentials.shopId, timestamp: seconds(Date.now()) },
    data: dataOf(order, what),
  }
  return [{ topic: what, deliveryId: id, body: JSON.stringify(body) }]
}

const FIRST_ORDER = 576_461_413_000_000_001n

export const tiktok: Platform = {
  keys: (shop, app) => ({
    app: { appKey: `6app${app}`, appSecret: `tiktok-secret-${app}` },
    shop: {
      ...{ shopId: String(7_494_000_000_000_000_000n + BigInt(shop)), shopCipher: `ROW_${shop}` },
      ...{ accessToken: `TTP_token_${shop}`, refreshToken: `TTP_refresh_${shop}` },
    },
    // The others are looked up by their names.
    settings: { carriers: { SF: CARRIERS[0]?.id } },
  }),
  currency: 'USD',
  carriers: CARRIERS.map(({ id }) => id),
  timeoutMs: 3_000,
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
  acknowledged: ({ status, body }) => isSuccess(status) && body === '',
  operation,
  refusal,
  refused: (_call, reason) => failure(reason.startsWith('Expired') ? 105002 : 36009004, reason, 401),
  throttled: () => failure(36009002, 'Too many requests.', 429),
  rejected: () => failure(21011003, 'fulfill_unit action not allowed'),
  broken: () => failure(11001031, 'System process error, please try again later.'),
  serve: (call, shop, world) => {
    const [name = '', id] = routed(call)
    const said = object(read(call.body.toString('utf8')))
    return SERVE[name]?.(said, id, call, shop, world) ?? failure(36009009, 'Invalid path.', 404)
  },
}
