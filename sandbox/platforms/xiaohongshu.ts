/** 小红书: thin pushes whose sign leaves the body out, one URL for all calls, a waybill a SKU. */
import { createHash, randomBytes } from 'node:crypto'
import { type Json, list, number, object, read, text } from '../json.ts'
import { chinese } from '../people.ts'
import { same } from '../signatures.ts'
import type { Answer, Call, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, json, type Platform, STEP } from './platform.ts'
import { knowsCarrier, left, openLines, type ShipRefusal, setStock, ship } from './ship.ts'
import { detail, receiverOf, statusOf, waybillsOf } from './xiaohongshu-order.ts'

const success = (data: unknown): Answer => json(200, { error_code: 0, error_msg: '', success: true, data })
const failure = (error_code: number, error_msg: string): Answer => json(200, { error_code, error_msg, success: false })

const WINDOW_SECONDS = 600
const PATH = '/ark/open_api/v3/common_controller'
const md5 = (content: string): string => createHash('md5').update(content).digest('hex')

const paramsOf = (call: Call): Json => object(read(call.body.toString('utf8')))

const refusal = (call: Call, { credentials }: Shop, now: number): string | undefined => {
  const params = paramsOf(call)
  const [method, time] = [text(params.method), text(params.timestamp)]
  const content = `${method}?appId=${credentials.appId}&timestamp=${time}&version=2.0${credentials.appSecret}`
  if (params.appId !== credentials.appId || params.version !== '2.0') return '应用不存在或签名错误'
  if (!same(md5(content), text(params.sign))) return '签名错误'
  if (Math.abs(now / 1000 - Number(time)) > WINDOW_SECONDS) return '签名已过期'
  if (method === 'oauth.refreshToken')
    return params.refreshToken === credentials.refreshToken ? undefined : 'refreshToken已失效'
  if (method === 'oauth.getAccessToken')
    return params.code === `code-${credentials.sellerId}` ? undefined : '授权码无效'
  return params.accessToken === credentials.accessToken ? undefined : 'accessToken已过期'
}

const OPERATIONS: Readonly<Record<string, string>> = {
  'order.getOrderDetail': 'detail',
  'order.getOrderReceiverInfo': 'receiver',
  'order.getOrderList': 'list',
  'order.orderDeliver': 'ship',
  'order.modifyOrderExpressInfo': 'edit',
  'order.modifySellerMarkInfo': 'note',
  'inventory.getSkuStock': 'level',
  'inventory.syncSkuStock': 'stock',
  'common.getExpressCompanyList': 'carriers',
  'oauth.getAccessToken': 'token',
  'oauth.refreshToken': 'token',
}
const operationOf = (call: Call): string | undefined =>
  call.path === PATH ? OPERATIONS[text(paramsOf(call).method)] : undefined

const REFUSALS: Readonly<Record<ShipRefusal, Answer>> = {
  order_unknown: failure(50002, '订单不存在'),
  unpaid: failure(50005, '订单状态不允许发货'),
  cancelled: failure(50005, '订单状态不允许发货'),
  refunded: failure(50005, '商品已退款，不允许操作'),
  refunding: failure(50005, '商品售后中，不允许操作'),
  carrier_unknown: failure(50003, '快递公司编码不存在'),
  waybill_missing: failure(50003, '快递单号不合法'),
  waybill_used: failure(50003, '快递单号已被使用'),
  line_unknown: failure(50007, '商品不存在'),
  quantity: failure(50007, '商品不存在'),
  already_shipped: failure(50004, '订单已发货，请勿重复发货'),
}

const own = (world: World, shop: Shop, id: unknown): Order | undefined => {
  const order = world.order(text(id))
  return order?.shopId === shop.id ? order : undefined
}

/** All that is left of the SKUs named; without a split, of the order. */
const deliver = (params: Json, shop: Shop, world: World): Answer => {
  const order = own(world, shop, params.orderId)
  if (!order) return REFUSALS.order_unknown
  const named = params.unpack === true ? list(params.skuIdList).map(text) : undefined
  if (named?.length === 0) return failure(50007, '拆包发货时skuIdList必填')
  const lines = openLines(order)
    .filter((line) => left(line) > 0 && (named?.includes(line.listingId) ?? true))
    .map((line) => ({ lineId: line.id, quantity: left(line) }))
  if (lines.length === 0) return REFUSALS.already_shipped
  const parcel = { carrier: text(params.expressCompanyCode), waybill: text(params.expressNo), lines }
  const done = ship(world, shop, order.id, [parcel])
  return 'refusal' in done ? REFUSALS[done.refusal] : success('发货成功')
}

const SERVE: Readonly<Record<string, (params: Json, shop: Shop, world: World) => Answer>> = {
  detail: (params, shop, world) => {
    const order = own(world, shop, params.orderId)
    return order ? success(detail(order, world)) : REFUSALS.order_unknown
  },
  receiver: (params, shop, world) => {
    const receiverInfos = list(params.receiverQueries)
      .map(object)
      .flatMap(({ orderId, openAddressId }) => {
        const order = own(world, shop, orderId)
        return order ? [receiverOf(order, text(openAddressId))] : []
      })
    return success({ receiverInfos })
  },
  list: (params, shop, world) => {
    const [from, to] = [number(params.startTime) * 1000, number(params.endTime) * 1000]
    if (to - from > 31 * 60_000) return failure(50010, '时间范围不能超过30分钟')
    const [page, size] = [number(params.pageNo, 1), Math.min(number(params.pageSize, 50), 100)]
    const rows = world.store.all<{ doc: string }>(
      'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated DESC, id',
      shop.id,
      from,
      to + 1000,
    )
    const orderList = rows
      .slice((page - 1) * size, page * size)
      .map(({ doc }) => detail(JSON.parse(doc) as Order, world))
    return success({
      total: rows.length,
      pageNo: page,
      pageSize: size,
      maxPageNo: Math.ceil(rows.length / size),
      orderList,
    })
  },
  ship: deliver,
  edit: (params, shop, world) => {
    const order = own(world, shop, params.orderId)
    const old = order && waybillsOf(order, world).find(({ waybill }) => waybill === text(params.oldExpressNo))
    if (!order || !old) return REFUSALS.order_unknown
    if (!knowsCarrier(world, shop, text(params.expressCompanyCode))) return REFUSALS.carrier_unknown
    world.store.run(
      'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
      text(params.expressNo),
      text(params.expressCompanyCode),
      shop.id,
      order.id,
      old.waybill,
    )
    return success('修改成功')
  },
  note: (params, shop, world) => {
    const order = own(world, shop, params.orderId)
    if (!order) return REFUSALS.order_unknown
    order.sellerNote = text(params.sellerMarkNote)
    order.flag = String(number(params.sellerMarkPriority))
    order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
    world.saveOrder(order)
    return success('修改成功')
  },
  /** Two pieces are always held by others (unpaid orders, channels). */
  level: (params, shop, world) => {
    const listing = world.listing(shop.id, 'id', text(params.skuId))
    if (!listing) return REFUSALS.line_unknown
    return success({ skuId: listing.id, skuStock: { available: listing.quantity, total: listing.quantity + HELD } })
  },
  stock: (params, shop, world) => {
    const known = setStock(world, shop, 'id', text(params.skuId), Math.max(0, number(params.qty) - HELD))
    return known ? success({ skuId: text(params.skuId) }) : REFUSALS.line_unknown
  },
  carriers: () => success({ expressCompanyInfos: CARRIERS.map((code) => ({ expressCompanyCode: code })) }),
  token: (_, { credentials, name }) =>
    success({
      accessToken: credentials.accessToken,
      accessTokenExpiresAt: Date.now() + 604_800_000,
      refreshToken: credentials.refreshToken,
      refreshTokenExpiresAt: Date.now() + 1_209_600_000,
      sellerId: credentials.sellerId,
      sellerName: name,
    }),
}
const HELD = 2

const TAGS: Readonly<Record<Happening, string>> = {
  created: 'msg_fulfillment_status_change',
  paid: 'msg_fulfillment_status_change',
  cancelled: 'msg_fulfillment_status_change',
  changed: 'msg_fulfillment_receiver_change',
  noted: 'msg_fulfillment_seller_remark_change',
  refund_requested: 'msg_after_sale_create',
  refund_withdrawn: 'msg_after_sale_audit_pass',
  refunded: 'msg_after_sale_refund_finished',
}

const messages = (order: Order, shop: Shop, what: Happening): Message[] => {
  const msgTag = TAGS[what]
  const about = { orderId: order.id, packageId: order.id, updateTime: order.updatedAt }
  const status = { orderStatus: statusOf(order), packageStatus: statusOf(order) }
  const data = msgTag.endsWith('status_change') ? { ...about, ...status } : { ...about, returnType: 5, refundFee: 0.1 }
  const body = JSON.stringify([{ msgTag, sellerId: shop.credentials.sellerId, data: JSON.stringify(data) }])
  return [{ topic: what, deliveryId: randomBytes(8).toString('hex'), body }]
}

const CARRIERS = ['shunfeng', 'yuantong', 'zhongtong', 'yunda', 'shentong', 'jd', 'jtexpress', 'ems', 'youzhengguonei']
const FIRST_ORDER = 763_821_122_427_443_001n

export const xiaohongshu: Platform = {
  keys: (shop, app) => ({
    app: { appId: md5(`app ${app}`).slice(0, 20), appSecret: `app-secret-${app}` },
    shop: {
      sellerId: md5(`seller ${shop}`).slice(0, 24),
      accessToken: `token-of-${shop}`,
      refreshToken: `refresh-of-${shop}`,
    },
  }),
  currency: 'CNY',
  carriers: CARRIERS,
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const order = `P${FIRST_ORDER + BigInt(sequence) * STEP}`
    return { order, lines: Array.from({ length: lines }, (_, index) => `${order}-${index + 1}`) }
  },
  receiver: chinese,
  messages,
  renew: (order, shop, topic) => {
    const what = (Object.keys(TAGS) as Happening[]).find((one) => one === topic)
    return what && messages(order, shop, what)[0]
  },
  envelope: (message, { hookUrl, credentials }, now) => {
    // The body is no part of the sign; a forgery, which the outbox marks by a blank at its end, is given another time's.
    const signedAt = Math.floor(now / 1000) - (message.body.endsWith(' ') ? 1 : 0)
    const timestamp = String(Math.floor(now / 1000))
    const place = `${new URL(hookUrl).pathname}?app-key=${credentials.appId}&timestamp=${signedAt}`
    const sign = md5(place + credentials.appSecret)
    const headers = { 'content-type': 'application/json', 'app-key': credentials.appId ?? '', timestamp, sign }
    return { url: hookUrl, headers }
  },
  acknowledged: ({ status, body }) => status === 200 && object(read(body)).success === true,
  operation: operationOf,
  refusal,
  refused: (_, reason) => failure(401, reason),
  throttled: () => failure(-9013, '触发Method维度的限流'),
  rejected: () => failure(50001, '业务处理失败'),
  broken: () => failure(-1, '系统异常'),
  serve: (call, shop, world) => {
    const serve = SERVE[operationOf(call) ?? '']
    return serve ? serve(paramsOf(call), shop, world) : failure(404, '接口不存在')
  },
}
