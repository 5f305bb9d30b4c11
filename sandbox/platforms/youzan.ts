/** 有赞: pushes signed with md5(client_id ‖ body ‖ secret) that carry the whole order URL-encoded, an API that a token alone opens. */
import { type Json, number, object, read, text } from '../json.ts'
import { chinese } from '../people.ts'
import { keyedMd5 } from '../signatures.ts'
import type { Call, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, json, type Platform, STEP } from './platform.ts'
import { setStock } from './ship.ts'
import { beijing, beside, fullOrder, statusOf } from './youzan-order.ts'
import { gateway, NAMES, no, own, type Serve, shipments, yes } from './youzan-ship.ts'

const TYPES: Readonly<Record<Happening, string>> = {
  created: 'trade_TradeCreate',
  paid: 'trade_TradeBuyerPay',
  changed: 'trade_MessagesTheChangeAddresses',
  noted: 'trade_TradeMemoModified',
  cancelled: 'trade_TradeClose',
  refund_requested: 'trade_refund_BuyerCreated',
  refund_withdrawn: 'trade_refund_RefundClosed',
  refunded: 'trade_refund_RefundSellerAgree',
}
const WHOLE: readonly string[] = ['trade_TradeCreate', 'trade_TradeBuyerPay']

const message = (order: Order, shop: Shop, type: string, world: World): Message => {
  const serial = String(world.store.next('youzan_message')).padStart(12, '0')
  const deliveryId = `6dc15f0b-8682-4812-b635-${serial}`
  const thin = {
    tid: order.id,
    update_time: beijing(order.updatedAt),
    close_type: 4,
    close_reason: order.cancelReason ?? 'NONE',
    ...(type.startsWith('trade_refund') && {
      refund_id: order.refund?.id ?? '',
      oids: (order.refund?.lineIds ?? []).join(','),
      refund_type: 'REFUND_ONLY',
    }),
  }
  const msg = WHOLE.includes(type) ? { full_order_info: fullOrder(order, shop) } : thin
  const body = {
    client_id: shop.credentials.clientId ?? '',
    id: order.id,
    kdt_id: Number(shop.credentials.kdtId),
    kdt_name: shop.name,
    root_kdt_id: Number(shop.credentials.kdtId),
    mode: 1,
    msg: encodeURIComponent(JSON.stringify(msg)),
    msg_id: deliveryId,
    sendCount: 0,
    status: statusOf(order),
    test: false,
    type,
    version: Math.floor(order.updatedAt / 1000),
  }
  return { topic: type, deliveryId, body: JSON.stringify(body) }
}

const PAGE_MAX = 100
const sold: Serve = (params, shop, world) => {
  const at = (name: string) => Date.parse(`${text(params[name]).replace(' ', 'T')}+08:00`)
  const [page, size] = [number(params.page_no, 1), Math.min(number(params.page_size, 20), PAGE_MAX)]
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated <= ? ORDER BY updated, id',
    shop.id,
    at('start_update') || 0,
    at('end_update') || Date.now(),
  )
  const found = rows.slice((page - 1) * size, page * size)
  const full_order_info_list = found.map(({ doc }) => ({ full_order_info: fullOrder(JSON.parse(doc), shop) }))
  return yes({ total_results: rows.length, full_order_info_list })
}

const memo: Serve = (params, shop, world) => {
  const order = own(world, shop, text(params.tid))
  if (!order) return json(200, { error_response: { code: 50000, msg: '订单不存在' } })
  order.sellerNote = text(params.memo)
  world.saveOrder(order)
  return json(200, { response: { is_success: true } })
}

const SERVE: Readonly<Record<string, { readonly operation: string; readonly serve: Serve }>> = {
  '/api/youzan.trade.get/4.0.2': {
    operation: 'detail',
    serve: (params, shop, world) => {
      const order = own(world, shop, text(params.tid))
      return order
        ? yes({ full_order_info: fullOrder(order, shop), ...beside(order, world) })
        : no(5000, 'trade not found')
    },
  },
  '/api/youzan.trades.sold.get/4.0.4': { operation: 'list', serve: sold },
  '/api/youzan.logistics.online.confirm/3.0.0': { operation: 'ship', serve: shipments.confirm },
  '/api/youzan.trade.dc.delivery.ordersingleitemsend/3.0.1': { operation: 'ship', serve: shipments.splitLine },
  '/api/youzan.logistics.online.update/3.0.1': { operation: 'edit', serve: shipments.update },
  '/api/youzan.logistics.express.get/3.0.0': {
    operation: 'carriers',
    serve: () => yes({ allExpress: NAMES.map((name, index) => ({ id: index + 1, name, display: 0 })) }),
  },
  '/api/youzan.item.quantity.update/3.0.0': {
    operation: 'stock',
    serve: (params, shop, world) => {
      if (text(params.type) !== '0') return no(123000104, '不支持的库存更新类型')
      const by = text(params.sku_id) ? 'id' : 'parent'
      const known = setStock(world, shop, by, text(params.sku_id) || text(params.item_id), number(params.quantity))
      return known ? yes({ is_success: true }) : no(123004002, 'SKU 不存在')
    },
  },
  '/api/youzan.trade.memo.update/3.0.0': { operation: 'note', serve: memo },
  '/api/youzan.shop.get/3.0.0': {
    operation: 'shop',
    serve: (_params, shop) => yes({ id: Number(shop.credentials.kdtId), name: shop.name }),
  },
  '/auth/token': {
    operation: 'token',
    serve: (_params, { credentials }) =>
      yes({
        access_token: credentials.accessToken,
        expires: Date.now() + 7 * 86_400_000,
        refresh_token: `refresh-${credentials.kdtId}`,
        authority_id: credentials.kdtId,
      }),
  },
}

const params = (call: Call): Json => object(read(call.body.toString('utf8')))

export const youzan: Platform = {
  keys: (shop, app) => ({
    app: { clientId: `client-${app}`, clientSecret: `client-secret-${app}` },
    shop: { kdtId: String(16_000_000 + shop), accessToken: `token-of-${shop}` },
  }),
  currency: 'CNY',
  carriers: NAMES.map((_, index) => String(index + 1)),
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const first = 2_686_480_431_013_412_883n + BigInt(sequence) * STEP
    return {
      order: `E20261124${String(sequence).padStart(15, '0')}`,
      lines: Array.from({ length: lines }, (_, index) => String(first + BigInt(index))),
    }
  },
  receiver: chinese,
  messages: (order, shop, what, world) => [message(order, shop, TYPES[what], world)],
  renew: (order, shop, topic, world) => message(order, shop, topic, world),
  envelope: ({ body, topic }, { hookUrl, credentials }) => ({
    url: hookUrl,
    headers: {
      'content-type': 'application/json',
      'event-type': topic,
      'client-id': credentials.clientId ?? '',
      'event-sign': keyedMd5(credentials.clientId ?? '', credentials.clientSecret ?? '', body),
    },
  }),
  acknowledged: ({ status, body }) => isSuccess(status) && body.includes('success'),
  operation: ({ method, path }) => (method === 'POST' ? SERVE[path]?.operation : undefined),
  refusal: (call, { credentials }) => {
    if (call.path !== '/auth/token')
      return call.url.searchParams.get('access_token') === credentials.accessToken ? undefined : '4203'
    const { client_id, client_secret } = params(call)
    return client_id === credentials.clientId && client_secret === credentials.clientSecret ? undefined : '1103'
  },
  refused: (_call, reason) => (reason === '1103' ? no(1103, 'Client 不存在') : gateway(4203, 'Token 不存在')),
  throttled: () => gateway(4101, '请求太频繁'),
  rejected: () => no(102570020, '订单没有可发货的商品'),
  broken: () => gateway(5001, '系统异常'),
  serve: (call, shop, world) => SERVE[call.path]?.serve(params(call), shop, world) ?? gateway(4005, '非法的API'),
}
