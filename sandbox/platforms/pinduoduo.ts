/** 拼多多: calls signed over a sorted form, messages over a JSON socket, one waybill that ships an order. */
import { type Json, list, number, object, read, text } from '../json.ts'
import { chinese } from '../people.ts'
import { qimenCall, same } from '../signatures.ts'
import type { Answer, Call, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { cipher, detail, shown } from './pinduoduo-order.ts'
import { messages, renew, socket } from './pinduoduo-push.ts'
import { json, type Platform } from './platform.ts'
import { countRepeat, knowsCarrier, setStock, ship } from './ship.ts'

const WINDOW_SECONDS = 600

const success = (key: string, data: object): Answer => json(200, { [key]: { ...data, request_id: 'sandbox' } })
const failure = (error_code: number, sub_msg: string, sub_code = String(error_code)): Answer =>
  json(200, { error_response: { error_code, error_msg: sub_msg, sub_code, sub_msg, request_id: 'sandbox' } })

const paramsOf = ({ body, path }: Call): Json =>
  path === '/api/router' ? Object.fromEntries(new URLSearchParams(body.toString('utf8'))) : {}

/** The reason is the code of the refusal. */
const refusal = (call: Call, { credentials }: Shop, now: number): string | undefined => {
  const params = new URLSearchParams(call.body.toString('utf8'))
  const given = (name: string): string => params.get(name) ?? ''
  if (given('client_id') !== credentials.clientId) return '10016'
  const wanted = qimenCall(credentials.clientSecret ?? '', new Map(params), Buffer.alloc(0), 'md5')
  if (!same(wanted, given('sign'))) return '20004'
  if (!(Math.abs(now / 1000 - Number(given('timestamp'))) <= WINDOW_SECONDS)) return '10001'
  if (given('type').startsWith('pdd.pop.auth.')) return undefined
  return given('access_token') === credentials.accessToken ? undefined : '10019'
}

const OPERATIONS: Readonly<Record<string, string>> = {
  'pdd.order.information.get': 'detail',
  'pdd.order.number.list.increment.get': 'list',
  'pdd.logistics.online.send': 'ship',
  'pdd.order.upload.extra.logistics': 'ship',
  'pdd.goods.quantity.update': 'stock',
  'pdd.order.note.update': 'note',
  'pdd.pmc.user.permit': 'permit',
  'pdd.mall.info.get': 'seller',
  'pdd.pop.auth.token.create': 'token',
  'pdd.pop.auth.token.refresh': 'token',
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}
const UNKNOWN = (): Answer => failure(50001, '订单不存在')

type Serve = (params: Json, shop: Shop, world: World) => Answer

/** The first waybill takes the whole order along; 2 changes it on an order that is shipped. */
const send: Serve = (params, shop, world) => {
  const [id, waybill, carrier] = [text(params.order_sn), text(params.tracking_number), text(params.logistics_id)]
  const order = own(world, shop, id)
  if (!order) return UNKNOWN()
  const [main] = shown(order, shop, world)
  const changes = text(params.redelivery_type) === '2'
  if (changes !== (main !== undefined)) return failure(50001, changes ? '订单未发货' : '订单已发货')
  if (!knowsCarrier(world, shop, carrier)) return failure(50001, '快递公司不支持')
  if (main) {
    world.store.run(
      'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
      ...[waybill, carrier, shop.id, id, main.waybill],
    )
    return success('logistics_online_send_response', { is_success: true })
  }
  const shipped = ship(world, shop, id, [{ waybill, carrier }])
  return 'refusal' in shipped
    ? failure(50001, `发货失败: ${shipped.refusal}`)
    : success('logistics_online_send_response', { is_success: true })
}

/** Shown beside the first: only of an order that is shipped. */
const extra: Serve = (params, shop, world) => {
  const order = own(world, shop, text(params.order_sn))
  if (!order) return UNKNOWN()
  const known = shown(order, shop, world)
  const [main] = known
  if (!main) return failure(50001, '订单未发货')
  const at = Math.max(Date.now(), main.at + 1)
  for (const each of list(read(text(params.extra_track_list))).map(object)) {
    const waybill = text(each.tracking_number)
    if (known.some((one) => one.waybill === waybill)) countRepeat(world, shop, order.id, waybill)
    else
      world.store.run(
        'INSERT INTO writeback VALUES (?, ?, ?, ?, ?, ?, 1, 0)',
        ...[shop.id, order.id, waybill, text(each.shipping_id), '[]', at],
      )
  }
  order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
  world.saveOrder(order)
  return success('upload_extra_logistics_response', { success: true })
}

const increment: Serve = (params, shop, world) => {
  const [from, to] = [number(params.start_updated_at) * 1000, number(params.end_updated_at) * 1000]
  if (to - from > 1_800_000) return failure(10001, '时间跨度不能超过 30 分钟')
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated DESC, id',
    ...[shop.id, from, to + 1000],
  )
  const [page, size] = [number(params.page, 1), Math.min(number(params.page_size, 100), 100)]
  const found = rows.slice((page - 1) * size, page * size).map(({ doc }) => detail(JSON.parse(doc), shop, world))
  return success('order_sn_increment_get_response', { total_count: rows.length, order_sn_list: found })
}

const note: Serve = (params, shop, world) => {
  const order = own(world, shop, text(params.order_sn))
  if (!order) return UNKNOWN()
  if ('tag' in params !== 'tag_name' in params) return failure(10001, 'tag 与 tag_name 关联')
  order.sellerNote = text(params.note)
  order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
  world.saveOrder(order)
  return success('response', { success: true })
}

const token = (verb: string, shop: Shop): Answer =>
  success(`pop_auth_token_${verb}_response`, {
    access_token: shop.credentials.accessToken,
    refresh_token: `refresh-${shop.credentials.accessToken}`,
    expires_in: 86_400,
    expires_at: Math.floor(Date.now() / 1000) + 86_400,
    owner_id: shop.credentials.mallId,
    owner_name: shop.name,
  })

const SERVE: Readonly<Record<string, Serve>> = {
  'pdd.order.information.get': (params, shop, world) => {
    const order = own(world, shop, text(params.order_sn))
    return order ? success('order_info_get_response', { order_info: detail(order, shop, world) }) : UNKNOWN()
  },
  'pdd.order.number.list.increment.get': increment,
  'pdd.logistics.online.send': send,
  'pdd.order.upload.extra.logistics': extra,
  'pdd.goods.quantity.update': (params, shop, world) => {
    if (!text(params.goods_id)) return failure(10001, 'goods_id')
    const known = setStock(world, shop, 'id', text(params.sku_id), number(params.quantity))
    return known ? success('goods_quantity_update_response', { is_success: true }) : failure(50001, '商品不存在')
  },
  'pdd.order.note.update': note,
  'pdd.pmc.user.permit': () => success('pmc_user_permit_response', { is_success: true }),
  'pdd.mall.info.get': (_params, shop) =>
    success('mall_info_get_response', { mall_id: shop.credentials.mallId, mall_name: shop.name }),
  'pdd.pop.auth.token.create': (_params, shop) => token('create', shop),
  'pdd.pop.auth.token.refresh': (_params, shop) => token('refresh', shop),
}

export const pinduoduo: Platform = {
  keys: (shop, app) => ({
    app: { clientId: `client${app}`, clientSecret: `client-secret-${app}` },
    shop: { mallId: String(4_000_000 + shop), accessToken: `token-of-${shop}` },
    socketPath: `/sockets/pinduoduo/client${app}`,
  }),
  currency: 'CNY',
  carriers: ['1', '44', '85', '115', '118', '120', '121', '129', '131', '132', '384'],
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const order = `261124-${String(sequence).padStart(15, '0')}`
    return { order, lines: Array.from({ length: lines }, (_, i) => `${order}-${i}`) }
  },
  receiver: chinese,
  tokens: (order) => [cipher(order, 'phone')],
  messages,
  renew,
  socket,
  operation: (call) => OPERATIONS[text(paramsOf(call).type)],
  refusal,
  refused: (_call, reason) => failure(Number(reason), '校验失败'),
  throttled: () => failure(70031, '调用过于频繁，请调整调用频率'),
  rejected: () => failure(50001, '业务服务错误'),
  broken: () => failure(52103, '服务暂时不可用，请稍后重试'),
  serve: (call, shop, world) => {
    const params = paramsOf(call)
    const serve = SERVE[text(params.type)]
    return serve ? serve(params, shop, world) : failure(10001, '接口不存在')
  },
}
