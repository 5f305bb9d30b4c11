/** 抖店: thin pushes signed with md5(app_key ‖ body ‖ secret), an API signed by HMAC, buyers as cipher. */
import { type Json, number, object, read, sorted, text } from '../json.ts'
import { chinese } from '../people.ts'
import { douyinApi, douyinPush, same } from '../signatures.ts'
import type { Answer, Call, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { failure, success } from './douyin-answer.ts'
import { cipher, detail, seconds } from './douyin-order.ts'
import { messages, renew } from './douyin-push.ts'
import { shipments } from './douyin-ship.ts'
import { isSuccess, type Platform, STEP } from './platform.ts'
import { setStock } from './ship.ts'

const WINDOW_SECONDS = 600

const refusal = (call: Call, { credentials }: Shop, now: number): string | undefined => {
  const { searchParams: query } = call.url
  const given = (name: string): string => query.get(name) ?? ''
  const method = given('method')
  if (given('app_key') !== credentials.appKey) return 'isv.app-id-invalid'
  if (`/${method.replaceAll('.', '/')}` !== call.path) return 'isv.signature-invalid'
  const signMethod = given('sign_method') || 'md5'
  if (given('v') !== '2' || !['md5', 'hmac-sha256'].includes(signMethod)) return 'isv.signature-invalid'
  const paramJson = call.body.toString('utf8')
  const signed = { appKey: credentials.appKey ?? '', method, paramJson, timestamp: given('timestamp') }
  const wanted = douyinApi(credentials.appSecret ?? '', signed, signMethod)
  if (!same(wanted, given('sign').toLowerCase()) || !isSorted(read(paramJson))) return 'isv.signature-invalid'
  if (!isRecent(signed.timestamp, now)) return 'isv.timestamp-invalid'
  if (OPERATIONS[call.path] === 'token') return undefined
  return given('access_token') === credentials.accessToken ? undefined : 'isv.access-token-no-existed'
}

/** The gateway sorts before it signs; a text that was not sorted by its sender would not match there. */
const isSorted = (value: unknown): boolean =>
  value !== undefined && JSON.stringify(value) === JSON.stringify(sorted(value))

/** Unix seconds, or Beijing time as text. */
const isRecent = (timestamp: string, now: number): boolean => {
  const at = /^\d+$/.test(timestamp) ? Number(timestamp) * 1000 : Date.parse(`${timestamp.replace(' ', 'T')}+08:00`)
  return Math.abs(now - at) <= WINDOW_SECONDS * 1000
}

const OPERATIONS: Readonly<Record<string, string>> = {
  '/order/orderDetail': 'detail',
  '/order/searchList': 'list',
  '/order/logisticsAdd': 'ship',
  '/order/logisticsAddMultiPack': 'ship',
  '/order/logisticsAddSinglePack': 'ship',
  '/order/logisticsEdit': 'edit',
  '/order/logisticsEditByPack': 'edit',
  '/order/logisticsCompanyList': 'carriers',
  '/order/addOrderRemark': 'note',
  '/sku/syncStock': 'stock',
  '/token/create': 'token',
  '/token/refresh': 'token',
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

type Serve = (params: Json, shop: Shop, world: World, path: string) => Answer

const REFRESH_PREFIX = 'refresh-'

/** An hour or more before its end a refresh gives the same token again; an app of the shop's own asks by number. */
const token: Serve = (params, { credentials, name }) => {
  const { shopId = '', accessToken = '' } = credentials
  const grant = text(params.grant_type)
  const known =
    grant === 'refresh_token' ? text(params.refresh_token) === `${REFRESH_PREFIX}${accessToken}` : grant !== ''
  const own = grant !== 'authorization_self' || text(params.shop_id) === shopId
  if (!known || !own) return failure(50002, 'isv.business-failed:1', '授权信息不存在')
  return success({
    ...{ access_token: accessToken, refresh_token: `${REFRESH_PREFIX}${accessToken}`, expires_in: 604_800 },
    ...{ scope: 'SCOPE', shop_id: number(shopId), shop_name: name },
  })
}

const SERVE: Readonly<Record<string, Serve>> = {
  detail: (params, shop, world) => {
    const order = own(world, shop, text(params.shop_order_id))
    return order
      ? success({ shop_order_detail: detail(order, shop, world) })
      : failure(40004, 'isv.parameter-invalid:20014', '查询订单不存在')
  },
  list: (params, shop, world) => {
    const [page, size] = [number(params.page), Math.min(number(params.size, 10), 100)]
    const from = number(params.update_time_start ?? params.create_time_start) * 1000
    const to = number(params.update_time_end ?? params.create_time_end, seconds(Date.now()) + 1) * 1000
    const rows = world.store.all<{ doc: string }>(
      'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated, id',
      shop.id,
      from,
      to + 1000,
    )
    const found = rows.slice(page * size, page * size + size).map(({ doc }) => detail(JSON.parse(doc), shop, world))
    return success({ shop_order_list: found, total: rows.length, page, size })
  },
  token,
  ship: shipments.ship,
  edit: shipments.edit,
  carriers: () => success(CARRIERS.map((code, index) => ({ id: index + 1, code, name: code }))),
  note: (params, shop, world) => {
    const order = own(world, shop, text(params.order_id))
    if (!order) return failure(40004, 'isv.parameter-invalid:20014', '查询订单不存在')
    order.sellerNote = text(params.remark)
    order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
    world.saveOrder(order)
    return success({})
  },
  stock: (params, shop, world) => {
    if (params.incremental === true) return failure(40004, 'isv.parameter-invalid:10001', '沙箱只收全量库存')
    const id = text(params.sku_id)
    const known = setStock(world, shop, id ? 'id' : 'code', id || text(params.code), number(params.stock_num))
    return known ? success(true) : failure(40004, 'isv.parameter-invalid:5', `sku_id: ${id}, 找不到对应的sku`)
  },
}

const CARRIERS = [
  'shunfeng',
  'yuantong',
  'zhongtong',
  'yunda',
  'shentong',
  'jd',
  'jtexpress',
  'ems',
  'youzhengguonei',
  'debangwuliu',
]
const FIRST_ORDER = 6_920_000_000_000_000_001n

export const douyin: Platform = {
  keys: (shop, app) => ({
    app: { appKey: String(7_000_000_000_000_000_000n + BigInt(app)), appSecret: `app-secret-${app}` },
    shop: { shopId: String(4_000_000 + shop), accessToken: `token-of-${shop}` },
  }),
  currency: 'CNY',
  carriers: CARRIERS,
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    // One of the child orders has its parent's number.
    return { order: String(order), lines: Array.from({ length: lines }, (_, index) => String(order + BigInt(index))) }
  },
  receiver: chinese,
  tokens: (order, shop) => [cipher(order, shop, 'phone', order.receiver.phone)],
  messages,
  renew,
  envelope: ({ body }, { hookUrl, credentials }) => ({
    url: hookUrl,
    headers: {
      'content-type': 'application/json',
      'app-id': credentials.appKey ?? '',
      'event-sign': douyinPush(credentials.appKey ?? '', credentials.appSecret ?? '', body),
    },
  }),
  acknowledged: ({ status, body }) => isSuccess(status) && number(object(read(body)).code, -1) === 0,
  operation: ({ path }) => OPERATIONS[path],
  refusal,
  refused: (_call, reason) => failure(40003, reason, '签名校验失败'),
  throttled: () => failure(60000, '', '触发限流，请稍后重试'),
  rejected: () => failure(50002, 'isv.business-failed:70011', '发货失败，请稍后重试。'),
  broken: () => failure(20000, 'isp.service-error:10005', '系统繁忙，请稍后重试。'),
  serve: (call, shop, world) => {
    const params = object(read(call.body.toString('utf8')))
    const serve = SERVE[OPERATIONS[call.path] ?? '']
    return serve ? serve(params, shop, world, call.path) : failure(70000, 'isp.api-service-off', 'API不存在或API已下线')
  },
}
