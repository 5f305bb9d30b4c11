/** 1688: thin pushes as a signed form, an API signed with the path and all parameters. */
import { createHmac } from 'node:crypto'
import { bare, type Json, list, number, object, read, text } from '../json.ts'
import { chinese } from '../people.ts'
import { same } from '../signatures.ts'
import type { Answer, Call, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { aop, base, fromAop, statusOf, tradeInfo } from './alibaba1688-order.ts'
import { type Happening, isSuccess, json, type Platform, STEP } from './platform.ts'
import { type Parcel, type ShipRefusal, setStock, ship } from './ship.ts'

const sha1 = (secret: string, words: string): string =>
  createHmac('sha1', secret).update(words).digest('hex').toUpperCase()

const formOf = ({ body }: Call): URLSearchParams => new URLSearchParams(body.toString('utf8'))
const isToken = ({ path }: Call): boolean => path.startsWith('/openapi/http/1/system.oauth2/getToken/')
const apiOf = ({ path }: Call): string => /^\/openapi\/param2\/1\/[\w.]+\/([\w.]+)\/\w+$/.exec(path)?.[1] ?? ''

const refusal = (call: Call, { credentials }: Shop): string | undefined => {
  const { appKey = '', appSecret = '', accessToken = '' } = credentials
  const form = formOf(call)
  if (!call.path.endsWith(`/${appKey}`)) return 'gw.AppKeyNotFound'
  if (isToken(call)) return form.get('client_secret') === appSecret ? undefined : 'gw.SignatureInvalid'
  const pairs = [...form].filter(([name]) => name !== '_aop_signature').map(([name, value]) => name + value)
  const wanted = sha1(appSecret, call.path.slice('/openapi/'.length) + pairs.sort().join(''))
  if (!same(wanted, form.get('_aop_signature') ?? '')) return 'gw.SignatureInvalid'
  return form.get('access_token') === accessToken ? undefined : '401'
}

const failed = (status: number, error_code: string, error_message: string): Answer =>
  json(status, { error_code, error_message, exception: error_message })

// ---- What it pushes ------------------------------------------------------------------------------------------------

const TYPES: Readonly<Record<Happening, string>> = {
  created: 'BUYER_MAKE',
  paid: 'ORDER_PAY',
  changed: 'ORDER_SELLER_MODIFY_ADRESS',
  noted: 'MODIFY_MEMO',
  cancelled: 'ORDER_BUYER_CLOSE',
  refund_requested: 'ORDER_BUYER_REFUND_IN_SALES',
  refunded: 'ORDER_BUYER_REFUND_IN_SALES',
  refund_withdrawn: 'ORDER_BUYER_REFUND_IN_SALES',
}
const ACTIONS: Readonly<Partial<Record<Happening, string>>> = {
  refund_requested: 'BUYER_APPLY_REFUND',
  refunded: 'SYSTEM_AGREE_REFUND',
  refund_withdrawn: 'BUYER_CANCEL_REFUND_CLOSE',
}

const message = (
  order: Order,
  { credentials }: Shop,
  type: string,
  action: string | undefined,
  world: World,
): Message => {
  const { memberId = '', appSecret = '' } = credentials
  const msgId = String(1_654_884_980 + world.store.next('1688_msg'))
  const words = JSON.stringify({
    data: {
      orderId: bare(order.id),
      currentStatus: statusOf(order),
      msgSendTime: new Date(order.updatedAt + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
      buyerMemberId: 'b2b-buyer',
      sellerMemberId: memberId,
      ...(action ? { refundId: order.refund?.id, refundAction: action, operator: 'buyer' } : {}),
    },
    gmtBorn: order.updatedAt,
    msgId: bare(msgId),
    type,
    userInfo: memberId,
  })
  const body = String(new URLSearchParams({ message: words, _aop_signature: sha1(appSecret, `message${words}`) }))
  return { topic: type, deliveryId: msgId, body }
}

// ---- What it answers -----------------------------------------------------------------------------------------------

const OPERATIONS: Readonly<Record<string, string>> = {
  'alibaba.trade.get.sellerView': 'detail',
  'alibaba.trade.getSellerOrderList': 'list',
  'alibaba.logistics.OpDeliverySendOrder.offline': 'ship',
  'alibaba.product.modifyStock': 'stock',
  'alibaba.order.memoAdd': 'note',
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}
const no = (errorCode: string, errorMessage: string): Answer => json(200, { success: false, errorCode, errorMessage })

type Deed = (form: URLSearchParams, shop: Shop, world: World) => Answer

const detailed: Deed = (form, shop, world) => {
  const order = own(world, shop, form.get('orderId') ?? '')
  return order
    ? json(200, { result: tradeInfo(order, shop, world), success: 'true' })
    : json(200, { errorCode: 'ORDER_NOT_EXIST', errorMessage: '订单不存在', success: 'false' })
}

const listed: Deed = (form, shop, world) => {
  const [page, size] = [number(form.get('page'), 1), Math.min(number(form.get('pageSize'), 20), 20)]
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated <= ? ORDER BY updated, id',
    shop.id,
    fromAop(form.get('modifyStartTime') ?? '') || 0,
    fromAop(form.get('modifyEndTime') ?? '') || Number.MAX_SAFE_INTEGER,
  )
  const result = rows
    .slice((page - 1) * size, page * size)
    .map(({ doc }) => ({ baseInfo: base(JSON.parse(doc) as Order, shop) }))
  return json(200, { result, totalRecord: rows.length })
}

const WORDS: Readonly<Record<ShipRefusal, readonly [string, string]>> = {
  order_unknown: ['SYSTEM_ERROR', '系统繁忙，请稍后再试'],
  unpaid: ['ORDER_STATUS_ERROR', '订单状态不支持发货'],
  cancelled: ['5002', '下游销售订单已退款成功/交易关闭，不支持发货'],
  refunded: ['5002', '下游销售订单已退款成功/交易关闭，不支持发货'],
  refunding: ['5001', '下游销售订单退款中，暂不支持发货'],
  carrier_unknown: ['SYSTEM_ERROR', '系统繁忙，请稍后再试'],
  waybill_missing: ['INVALID_PARAM', '运单号不符合规则或已被使用'],
  waybill_used: ['INVALID_PARAM', '运单号不符合规则或已被使用'],
  line_unknown: ['INVALID_PARAM', '子订单不存在'],
  quantity: ['INVALID_PARAM', '发货数量不正确'],
  already_shipped: ['ORDER_STATUS_ERROR', '订单已发货'],
}

/** Parcels of one entry: those in its `extBody`, or all of it in the one of the call. */
const parcelsOf = (form: URLSearchParams, entries: readonly Json[]): readonly Parcel[] => {
  const pieces = entries.flatMap((entry) => {
    const lineId = text(entry.sourceEntryId)
    if (form.get('multiPackage') !== 'true')
      return [{ lineId, ...object(read(form.get('extBody') ?? '')), quantity: number(entry.amount) }]
    return list(read(text(entry.extBody))).map((one) => ({ lineId, quantity: 0, ...object(one) }))
  }) as (Json & { readonly lineId: string; readonly quantity: number })[]
  return [...Map.groupBy(pieces, ({ mailNo }) => text(mailNo))].map(([waybill, those]) => ({
    waybill,
    carrier: text(those[0]?.cpCode),
    lines: those.map(({ lineId, quantity }) => ({ lineId, quantity })),
  }))
}

const shipped: Deed = (form, shop, world) => {
  const goods = object(list(read(form.get('sendGoods') ?? ''))[0])
  const orderId = text(goods.sourceId)
  const made = ship(world, shop, orderId, parcelsOf(form, list(goods.sendGoodEntries).map(object)))
  if ('refusal' in made) return no(...WORDS[made.refusal])
  return json(200, { result: { logisticsId: `ZX${orderId}`, sendGoods: [goods], sendFailList: [] }, success: true })
}

const stocked: Deed = (form, shop, world) => {
  if (form.get('increaceModify') !== 'false') return no('INVALID_PARAM', '沙箱只收全量库存')
  const result = list(read(form.get('productStockChange') ?? '')).map((one) => {
    const { productId, skuStocks, productAmountChange } = object(one)
    const sku = object(list(skuStocks)[0])
    const known = skuStocks
      ? setStock(world, shop, 'id', text(sku.skuId), number(sku.stockChange))
      : setStock(world, shop, 'parent', text(productId), number(productAmountChange))
    return { productId, result: known, ...(known ? {} : { code: 'SKU_NOT_EXIST', desc: 'sku不存在' }) }
  })
  return json(200, { success: true, result })
}

const noted: Deed = (form, shop, world) => {
  const order = own(world, shop, form.get('orderId') ?? '')
  if (!order) return json(200, { success: false, errorCode: 'ORDER_NOT_EXIST', errorMsg: '订单不存在' })
  order.sellerNote = form.get('memo') ?? ''
  order.flag = form.get('remarkIcon') ?? ''
  order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
  world.saveOrder(order)
  return json(200, { success: true })
}

const DEEDS: Readonly<Record<string, Deed>> = {
  detail: detailed,
  list: listed,
  ship: shipped,
  stock: stocked,
  note: noted,
}

/** The far shop keeps its token: a fresh one is the same again. */
const token = (call: Call, { credentials }: Shop): Answer => {
  const { accessToken, refreshToken, memberId } = credentials
  const form = formOf(call)
  if (form.get('grant_type') === 'refresh_token' && form.get('refresh_token') !== refreshToken)
    return json(400, { error: 'invalid_grant', error_description: 'refresh_token is invalid' })
  const refresh_token_timeout = aop(Date.now() + 180 * 86_400_000)
  const tokens = { access_token: accessToken, refresh_token: refreshToken, refresh_token_timeout }
  return json(200, { ...tokens, expires_in: '36000', memberId, resource_owner: memberId })
}

const FIRST_ORDER = 2_060_260_996_754_985_201n

export const alibaba1688: Platform = {
  keys: (shop, app) => ({
    app: { appKey: String(7_000_000 + app), appSecret: `app-secret-${app}` },
    shop: { memberId: `b2b-${22_000_000 + shop}`, accessToken: `token-of-${shop}`, refreshToken: `refresh-of-${shop}` },
  }),
  currency: 'CNY',
  carriers: ['SF', 'STO', 'YTO', 'YUNDA', 'ZTO', 'EMS', 'DBKD', 'HTKY', 'POSTB'],
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    return { order: String(order), lines: Array.from({ length: lines }, (_, index) => String(order + BigInt(index))) }
  },
  receiver: chinese,
  messages: (order, shop, what, world) => [
    message(order, shop, `ORDER_SELLER_VIEW_${TYPES[what]}`, ACTIONS[what], world),
  ],
  renew: (order, shop, topic, world) => message(order, shop, topic, undefined, world),
  envelope: (_message, { hookUrl }) => ({
    url: hookUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
  }),
  acknowledged: ({ status, body }) => isSuccess(status) && body === 'success',
  operation: (call) => (isToken(call) ? 'token' : OPERATIONS[apiOf(call)]),
  refusal,
  refused: (_call, reason) => failed(reason === '401' ? 401 : 400, reason, 'Request need user authorized'),
  throttled: () => failed(400, 'gw.QosAppFrequencyLimit', 'App call limited'),
  rejected: () => failed(400, 'gw.APIACLDecline', 'AppKey is not allowed(acl)'),
  broken: () => failed(500, 'gw.APIInvokeTimeout', 'Invoke timeout'),
  serve: (call, shop, world) => {
    if (isToken(call)) return token(call, shop)
    const deed = DEEDS[OPERATIONS[apiOf(call)] ?? '']
    return deed ? deed(formOf(call), shop, world) : failed(404, 'gw.APIUnsupported', 'The request API is unsupported')
  },
}
