/** 微信小店: encrypted thin pushes, calls by a token alone, which is made from the shop's secrets. */
import { createHash } from 'node:crypto'
import { type Json, list, number, object, read, text } from '../json.ts'
import { chinese } from '../people.ts'
import { same } from '../signatures.ts'
import type { Answer, Call, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Platform, STEP } from './platform.ts'
import { setStock } from './ship.ts'
import { change, detail, failure, note, send, success } from './weixin-order.ts'
import { messages, renew, signed } from './weixin-push.ts'

const OPERATIONS: Readonly<Record<string, string>> = {
  '/cgi-bin/stable_token': 'token',
  '/channels/ec/basics/info/get': 'shop',
  '/channels/ec/order/get': 'detail',
  '/channels/ec/order/list/get': 'list',
  '/channels/ec/order/delivery/send': 'ship',
  '/channels/ec/order/deliveryinfo/update': 'edit',
  '/channels/ec/order/merchantnotes/update': 'note',
  '/channels/ec/product/stock/update': 'stock',
}

const hash = (value: string): string => createHash('sha256').update(value).digest('base64')
const tokenOf = ({ credentials }: Shop): string => `TOKEN_${hash(`${credentials.appId}${credentials.appSecret}`)}`

const own = (world: World, shop: Shop, params: Json): Order | undefined => {
  const order = world.order(text(params.order_id))
  return order?.shopId === shop.id ? order : undefined
}
const UNKNOWN = failure(100002, 'Not exist')

const SERVE: Readonly<Record<string, (params: Json, shop: Shop, world: World) => Answer>> = {
  token: (_, shop) => success({ access_token: tokenOf(shop), expires_in: 7200 }),
  shop: (_, shop) => success({ info: { nickname: shop.name, subject_type: '企业', status: 'open_finished' } }),
  detail: (params, shop, world) => {
    const order = own(world, shop, params)
    return order ? success({ order: detail(order, world) }) : UNKNOWN
  },
  list: (params, shop, world) => {
    const { start_time, end_time } = object(params.update_time_range)
    const [size, skip] = [Math.min(number(params.page_size, 10), 100), number(params.next_key)]
    const rows = world.store.all<{ id: string }>(
      'SELECT id FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated, id',
      shop.id,
      number(start_time) * 1000,
      number(end_time) * 1000 + 1000,
    )
    const page = rows.slice(skip, skip + size).map(({ id }) => id)
    return success({ order_id_list: page, next_key: String(skip + size), has_more: rows.length > skip + size })
  },
  ship: send,
  edit: change,
  note: (params, shop, world) => {
    const order = own(world, shop, params)
    return order ? note(params, order, world) : UNKNOWN
  },
  stock: (params, shop, world) => {
    const known = number(params.diff_type) === 3 && list(world.listings(shop.id)).length > 0
    const parent = world.listing(shop.id, 'id', text(params.sku_id))?.parent
    if (!known || parent !== text(params.product_id)) return failure(10020052, '商品不存在')
    setStock(world, shop, 'id', text(params.sku_id), number(params.num))
    return success()
  },
}

const refusal = (call: Call, shop: Shop): string | undefined => {
  if (OPERATIONS[call.path] === 'token') {
    const { grant_type, appid, secret } = object(read(call.body.toString('utf8')))
    if (grant_type !== 'client_credential' || appid !== shop.credentials.appId) return '40013'
    return same(text(secret), shop.credentials.appSecret ?? '') ? undefined : '40125'
  }
  return same(call.url.searchParams.get('access_token') ?? '', tokenOf(shop)) ? undefined : '40001'
}

const CARRIERS = ['SF', 'YTO', 'ZTO', 'YD', 'STO', 'JD', 'JTSD', 'EMS', 'YZPY', 'DBKD', 'OTHER']
const FIRST_ORDER = 3_705_115_058_471_208_001n

export const weixin: Platform = {
  keys: (shop) => ({
    shop: {
      appId: `wx${createHash('md5').update(String(shop)).digest('hex').slice(0, 16)}`,
      appSecret: `app-secret-${shop}`,
      token: `Token${shop}`,
      encodingAesKey: hash(`key of ${shop}`).slice(0, 43),
    },
  }),
  currency: 'CNY',
  carriers: CARRIERS,
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    return { order: String(order), lines: Array.from({ length: lines }, (_, index) => `${order}-${index + 1}`) }
  },
  receiver: chinese,
  messages,
  renew,
  envelope: ({ body }, shop, now) => ({
    url: `${shop.hookUrl}?${signed(body, shop, now)}`,
    headers: { 'content-type': 'application/json' },
  }),
  acknowledged: ({ status, body }) => status === 200 && (body === 'success' || body === ''),
  operation: ({ path }) => OPERATIONS[path],
  refusal,
  refused: (_, reason) => failure(Number(reason), 'invalid credential, access_token is invalid or not latest'),
  throttled: () => failure(45011, 'api minute-quota reach limit'),
  rejected: () => failure(109000, '发货失败'),
  broken: () => failure(-1, '系统繁忙'),
  serve: (call, shop, world) => {
    const serve = SERVE[OPERATIONS[call.path] ?? '']
    return serve ? serve(object(read(call.body.toString('utf8'))), shop, world) : failure(48001, 'api unauthorized')
  },
}
