/** 快手小店: messages that nothing but a cipher vouches for, calls signed by HMAC, stock in changes alone. */
import { createHash, createHmac } from 'node:crypto'
import { type Json, list, number, object, read, text } from '../json.ts'
import { chinese } from '../people.ts'
import { same } from '../signatures.ts'
import type { Answer, Call, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { detail, waybillsOf } from './kuaishou-order.ts'
import { messages, renew } from './kuaishou-push.ts'
import { json, type Platform, STEP } from './platform.ts'
import { knowsCarrier, openLines, type Parcel, type ShipRefusal, setStock, ship } from './ship.ts'

const success = (data?: unknown): Answer =>
  json(200, { result: 1, error_msg: 'SUCCESS', ...(data !== undefined && { data }) })
const failure = (result: number, error_msg: string): Answer => json(200, { result, error_msg })

const WINDOW_MS = 600_000

const SIGNED = ['access_token', 'appkey', 'method', 'param', 'signMethod', 'timestamp', 'version']

/** GETs have all in the query, POSTs `param` in a form. */
const paramOf = (call: Call): string =>
  call.url.searchParams.get('param') ?? new URLSearchParams(call.body.toString('utf8')).get('param') ?? ''

/** A code stands in the query of a GET, a refresh token in a form; both go with the app's secret and no signature. */
const tokenRefusal = (call: Call, { credentials }: Shop): string | undefined => {
  const given = call.method === 'GET' ? call.url.searchParams : new URLSearchParams(call.body.toString('utf8'))
  if (given.get('app_id') !== credentials.appKey || given.get('app_secret') !== credentials.appSecret)
    return 'unauthorized_client'
  const [proof, wanted] = call.method === 'GET' ? ['code', 'accessToken'] : ['refresh_token', 'refreshToken']
  return given.get(proof ?? '') === credentials[wanted ?? ''] ? undefined : 'refreshToken.discarded'
}

const refusal = (call: Call, shop: Shop, now: number): string | undefined => {
  if (OPERATIONS[call.path] === 'token') return tokenRefusal(call, shop)
  const { credentials } = shop
  const query = call.url.searchParams
  const param = paramOf(call)
  const values = SIGNED.map((name) => `${name}=${name === 'param' ? param : (query.get(name) ?? '')}`)
  const secret = credentials.signSecret ?? ''
  const wanted = createHmac('sha256', secret)
    .update(`${values.join('&')}&signSecret=${secret}`)
    .digest('base64')
  if (query.get('appkey') !== credentials.appKey || query.get('signMethod') !== 'HMAC_SHA256') return '验签失败'
  if (`/${(query.get('method') ?? '').replaceAll('.', '/')}` !== call.path) return '验签失败'
  if (!same(wanted, query.get('sign') ?? '')) return '验签失败'
  if (Math.abs(now - Number(query.get('timestamp'))) > WINDOW_MS) return '验签失败'
  return query.get('access_token') === credentials.accessToken ? undefined : '鉴权失败'
}

const OPERATIONS: Readonly<Record<string, string>> = {
  '/open/order/detail': 'detail',
  '/open/order/cursor/list': 'list',
  '/open/seller/order/goods/deliver': 'ship',
  '/open/order/goods/split/deliver': 'split',
  '/open/seller/order/logistics/update': 'edit',
  '/open/seller/order/note/add': 'note',
  '/open/item/sku/list/get': 'skus',
  '/open/item/sku/stock/update': 'stock',
  '/open/user/seller/get': 'seller',
  '/oauth2/access_token': 'token',
  '/oauth2/refresh_token': 'token',
}

const own = (world: World, shop: Shop, id: unknown): Order | undefined => {
  const order = world.order(text(id))
  return order?.shopId === shop.id ? order : undefined
}
const NOT_YOURS = failure(21, 'order operation reject')

const REFUSALS: Readonly<Record<ShipRefusal, Answer>> = {
  order_unknown: NOT_YOURS,
  unpaid: failure(21, '订单状态不允许发货'),
  cancelled: failure(21, '订单状态不允许发货'),
  refunded: failure(21, '订单已退款，不允许发货'),
  refunding: failure(21, '订单退款中，不允许发货'),
  carrier_unknown: failure(11, '快递公司不存在'),
  waybill_missing: failure(11, '运单号和物流公司不匹配'),
  waybill_used: failure(11, '同一个运单号对应收件地址超过1个'),
  line_unknown: NOT_YOURS,
  quantity: failure(21, '发货数量不正确'),
  already_shipped: failure(21, '订单已发货'),
}

const shipped = (world: World, shop: Shop, id: string, parcels: readonly Parcel[]): Answer => {
  const done = ship(world, shop, id, parcels)
  return 'refusal' in done ? REFUSALS[done.refusal] : success()
}

const parcelIn = (one: Json): Parcel => ({
  carrier: text(one.expressCode),
  waybill: text(one.expressNo),
  lines: list(one.deliveryGoodsInfoList)
    .map(object)
    .map(({ oid, deliveryNum }) => ({ lineId: text(oid), quantity: number(deliveryNum) })),
})

const SERVE: Readonly<Record<string, (params: Json, shop: Shop, world: World) => Answer>> = {
  detail: (params, shop, world) => {
    const order = own(world, shop, params.oid)
    return order ? success(detail(order, world)) : NOT_YOURS
  },
  list: (params, shop, world) => {
    const [skip, size] = [number(params.cursor), Math.min(number(params.pageSize, 10), 50)]
    const rows = world.store.all<{ doc: string }>(
      'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated, id',
      shop.id,
      number(params.beginTime),
      number(params.endTime),
    )
    const orderList = rows.slice(skip, skip + size).map(({ doc }) => detail(JSON.parse(doc) as Order, world))
    return success({ cursor: rows.length > skip + size ? String(skip + size) : 'nomore', orderList })
  },
  ship: (params, shop, world) => {
    const order = own(world, shop, params.orderId)
    if (!order) return NOT_YOURS
    // Gifts leave by the splitting call only.
    if (openLines(order).length > 1) return failure(21, '赠品订单发货必须使用拆单发货API')
    return shipped(world, shop, order.id, [{ carrier: text(params.expressCode), waybill: text(params.expressNo) }])
  },
  split: (params, shop, world) =>
    shipped(world, shop, text(params.mainOrderId), list(params.deliveryItemInfoList).map(object).map(parcelIn)),
  edit: (params, shop, world) => {
    const order = own(world, shop, params.orderId)
    const parcel = order && waybillsOf(order, world)[number(params.logisticsId) - 1]
    if (!parcel) return NOT_YOURS
    if (!knowsCarrier(world, shop, text(params.expressCode))) return REFUSALS.carrier_unknown
    world.store.run(
      'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
      text(params.expressNo),
      text(params.expressCode),
      shop.id,
      order.id,
      parcel.waybill,
    )
    return success()
  },
  note: (params, shop, world) => {
    const order = own(world, shop, params.orderId)
    if (!order) return NOT_YOURS
    order.sellerNote = text(params.note)
    order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
    world.saveOrder(order)
    return success()
  },
  skus: (params, shop, world) => {
    const found = world.listings(shop.id).filter(({ parent }) => parent === text(params.kwaiItemId))
    const skuList = found.map(({ id, code, quantity }) => ({
      kwaiSkuId: id,
      skuNick: code,
      skuStock: quantity,
      isValid: 1,
    }))
    return success({ skuCount: skuList.length, skuList })
  },
  /** Only changes: what comes twice counts twice. */
  stock: (params, shop, world) => {
    const listing = world.listing(shop.id, 'id', text(params.skuId))
    const change = number(params.skuChangeStock) * (number(params.changeType) === 1 ? 1 : -1)
    if (!listing || change === 0) return failure(21, 'SKU不存在')
    if (listing.quantity + change < 0) return failure(21, '当前库存不足，请减少预留数量')
    setStock(world, shop, 'id', listing.id, listing.quantity + change)
    return success()
  },
  token: (_, { id, credentials }) =>
    json(200, {
      result: 1,
      access_token: credentials.accessToken,
      refresh_token: credentials.refreshToken,
      open_id: `f18${id}`,
      expires_in: 172_800,
      refresh_token_expires_in: 15_552_000,
    }),
  seller: (_, shop) =>
    success({ name: shop.name, sellerId: Number(shop.credentials.sellerId), openId: `f18${shop.id}` }),
}

const CARRIERS = ['1', '2', '3', '4', '6', '8', '9', '11', '14', '17', '109']
const FIRST_ORDER = 2_432_800_012_345_001n

export const kuaishou: Platform = {
  keys: (shop, app) => ({
    app: {
      appKey: `ks6${String(app).padStart(17, '0')}`,
      appSecret: `app-secret-${app}`,
      signSecret: `sign-secret-${app}`,
      messageKey: createHash('md5').update(`message key ${app}`).digest('base64'),
    },
    shop: { sellerId: String(12_000_000 + shop), accessToken: `token-of-${shop}`, refreshToken: `refresh-of-${shop}` },
  }),
  currency: 'CNY',
  carriers: CARRIERS,
  timeoutMs: 3_000,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    return { order: String(order), lines: Array.from({ length: lines }, (_, index) => String(order + BigInt(index))) }
  },
  receiver: chinese,
  messages,
  renew,
  envelope: (_, { hookUrl }) => ({ url: hookUrl, headers: { 'content-type': 'text/plain;charset=utf-8' } }),
  acknowledged: ({ status, body }) => status === 200 && object(read(body)).result === 1,
  operation: ({ path }) => OPERATIONS[path],
  refusal,
  refused: (_, reason) => failure(reason === '验签失败' ? 20 : 100_200_102, reason),
  throttled: () => failure(802, 'Exceed qps limit, KEY [apiId:open.order.detail], MAX_QPS [300.0]'),
  rejected: () => failure(21, '业务处理失败'),
  broken: () => failure(100200500, 'server_error'),
  serve: (call, shop, world) => {
    const serve = SERVE[OPERATIONS[call.path] ?? '']
    return serve ? serve(object(read(paramOf(call))), shop, world) : failure(100200100, 'invalid_request')
  },
}
