/** 淘宝 / 天猫: TOP calls signed over a sorted form, messages over a binary socket, buyers as stars and an oaid. */
import { type Json, number, text } from '../json.ts'
import { chinese } from '../people.ts'
import { qimenCall, same } from '../signatures.ts'
import type { Answer, Call, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Platform, STEP } from './platform.ts'
import { setStock } from './ship.ts'
import { failure, success } from './taobao-answer.ts'
import { beijing, oaid, trade } from './taobao-order.ts'
import { messages, renew, socket } from './taobao-push.ts'
import { byPieces, classic, modify, parcels } from './taobao-ship.ts'

const WINDOW_MS = 600_000

const paramsOf = ({ body, path }: Call): Json =>
  path === '/router/rest' ? Object.fromEntries(new URLSearchParams(body.toString('utf8'))) : {}

/** The reason is the code of the refusal. */
const refusal = (call: Call, { credentials }: Shop, now: number): string | undefined => {
  const params = new URLSearchParams(call.body.toString('utf8'))
  const given = (name: string): string => params.get(name) ?? ''
  if (given('app_key') !== credentials.appKey) return '29'
  const wanted = qimenCall(credentials.appSecret ?? '', new Map(params), Buffer.alloc(0), given('sign_method'))
  if (!same(wanted, given('sign')) || given('v') !== '2.0' || given('format') !== 'json') return '25'
  const sent = Date.parse(`${given('timestamp').replace(' ', 'T')}+08:00`)
  if (!(Math.abs(now - sent) <= WINDOW_MS)) return '31'
  if (given('method').startsWith('taobao.top.auth.')) return undefined
  return given('session') === credentials.accessToken ? undefined : '27'
}

const OPERATIONS: Readonly<Record<string, string>> = {
  'taobao.trade.fullinfo.get': 'detail',
  'taobao.trades.sold.increment.get': 'list',
  'taobao.logistics.orders.get': 'parcels',
  'taobao.logistics.offline.send': 'ship',
  'taobao.logistics.online.send': 'ship',
  'alibaba.ascp.logistics.offline.send': 'ship',
  'alibaba.ascp.logistics.consign.modify': 'edit',
  'taobao.item.quantity.update': 'stock',
  'taobao.trade.memo.update': 'note',
  'taobao.tmc.user.permit': 'permit',
  'taobao.user.seller.get': 'seller',
  'taobao.top.auth.token.create': 'token',
  'taobao.top.auth.token.refresh': 'token',
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}
const UNKNOWN = (): Answer => failure(15, 'isv.trade-not-exist', '交易订单不存在')

/** The newest first, as there; pages count from 1. */
const list = (params: Json, shop: Shop, world: World): Answer => {
  const at = (name: string): number => Date.parse(`${text(params[name]).replace(' ', 'T')}+08:00`)
  const rows = world.store.all<{ id: string; updated: number }>(
    'SELECT id, updated FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated DESC, id',
    shop.id,
    at('start_modified'),
    at('end_modified') + 1000,
  )
  const [page, size] = [number(params.page_no, 1), Math.min(number(params.page_size, 40), 100)]
  const found = rows.slice((page - 1) * size, page * size)
  return success('trades_sold_increment_get', {
    total_results: rows.length,
    ...(found.length > 0 && {
      trades: { trade: found.map(({ id, updated }) => ({ tid: id, modified: beijing(updated) })) },
    }),
  })
}

const note = (params: Json, shop: Shop, world: World): Answer => {
  const order = own(world, shop, text(params.tid))
  if (!order) return UNKNOWN()
  order.sellerNote = text(params.memo)
  order.flag = text(params.flag) || '0'
  order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
  world.saveOrder(order)
  return success('trade_memo_update', { trade: { tid: order.id, modified: beijing(order.updatedAt) } })
}

type Serve = (params: Json, shop: Shop, world: World) => Answer

const SERVE: Readonly<Record<string, Serve>> = {
  'taobao.trade.fullinfo.get': (params, shop, world) => {
    const order = own(world, shop, text(params.tid))
    const fields = text(params.fields).split(',')
    return order
      ? success('trade_fullinfo_get', { trade: trade(order, shop, fields, text(params.include_oaid) !== '') })
      : UNKNOWN()
  },
  'taobao.trades.sold.increment.get': list,
  'taobao.logistics.orders.get': parcels,
  'taobao.logistics.offline.send': classic,
  'taobao.logistics.online.send': classic,
  'alibaba.ascp.logistics.offline.send': byPieces,
  'alibaba.ascp.logistics.consign.modify': modify,
  'taobao.item.quantity.update': (params, shop, world) => {
    if (text(params.type) !== '1') return failure(41, 'isv.invalid-parameter:type', '沙箱只收全量库存')
    const sku = text(params.sku_id)
    const item = text(params.num_iid)
    const known = setStock(world, shop, sku ? 'id' : 'parent', sku || item, number(params.quantity))
    return known
      ? success('item_quantity_update', { item: { num_iid: item, num: number(params.quantity) } })
      : failure(15, 'isv.item-not-exist:invalid-numIid-or-iid', '商品不存在')
  },
  'taobao.trade.memo.update': note,
  'taobao.tmc.user.permit': () => success('tmc_user_permit', { is_success: true }),
  'taobao.user.seller.get': (_params, shop) =>
    success('user_seller_get', { user: { user_id: shop.credentials.userId, nick: shop.name } }),
  'taobao.top.auth.token.create': (_params, shop) => token('create', shop),
  'taobao.top.auth.token.refresh': (_params, shop) => token('refresh', shop),
}

const token = (verb: string, shop: Shop): Answer =>
  success(`top_auth_token_${verb}`, {
    token_result: JSON.stringify({
      access_token: shop.credentials.accessToken,
      refresh_token: `refresh-${shop.credentials.accessToken}`,
      expires_in: 86_400,
      re_expires_in: 172_800,
      taobao_user_id: shop.credentials.userId,
      taobao_user_nick: encodeURIComponent(shop.name),
    }),
  })

const FIRST_ORDER = 2_988_000_000_000_000_001n

export const taobao: Platform = {
  keys: (shop, app) => ({
    app: { appKey: String(23_000_000 + app), appSecret: `app-secret-${app}` },
    shop: { userId: String(2_088_000_000_000 + shop), accessToken: `token-of-${shop}` },
    socketPath: `/sockets/taobao/${23_000_000 + app}`,
  }),
  currency: 'CNY',
  carriers: ['SF', 'YTO', 'ZTO', 'STO', 'YUNDA', 'EMS', 'POSTB', 'DBKD', 'ZJS', 'LE04284890'],
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    // A trade of one line is its own line.
    const first = lines === 1 ? 0n : 1n
    return { order: String(order), lines: Array.from({ length: lines }, (_, i) => String(order + first + BigInt(i))) }
  },
  receiver: chinese,
  tokens: (order) => [oaid(order)],
  messages,
  renew,
  socket,
  operation: (call) => OPERATIONS[text(paramsOf(call).method)],
  refusal,
  refused: (_call, reason) => failure(Number(reason), reason === '27' ? 'session-expired' : '', '校验失败'),
  throttled: () => failure(7, 'accesscontrol.limited-by-api-access-count', 'This ban will last for 1 more seconds'),
  rejected: () => failure(15, 'isv.logistics-offline-service-error:P38', '拆单校验未通过'),
  broken: () => failure(15, 'isp.top-remote-connection-timeout', '连接远程服务超时'),
  serve: (call, shop, world) => {
    const params = paramsOf(call)
    const serve = SERVE[text(params.method)]
    return serve ? serve(params, shop, world) : failure(22, 'isv.invalid-method', 'API 不存在')
  },
}
