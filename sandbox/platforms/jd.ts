/** 京东: nothing is pushed; orders, refunds and remarks are polled by Beijing time, every call signed with md5. */
import { createHash } from 'node:crypto'
import { type Json, list, number, object, read, text } from '../json.ts'
import { chinese } from '../people.ts'
import { same } from '../signatures.ts'
import type { Answer, Call, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { failed, said } from './jd-answer.ts'
import { beijing, fromBeijing, orderInfo, stateOf } from './jd-order.ts'
import { corrected, outship, renumbered, shipment } from './jd-ship.ts'
import { isSuccess, json, type Platform, STEP } from './platform.ts'
import { setStock } from './ship.ts'

const formOf = ({ body }: Call): URLSearchParams => new URLSearchParams(body.toString('utf8'))
const methodOf = (call: Call): string => formOf(call).get('method') ?? ''
const isToken = ({ path }: Call): boolean => path === '/oauth2/access_token' || path === '/oauth2/refresh_token'

const WINDOW_MS = 10 * 60_000
const REASONS: Readonly<Record<string, string>> = {
  '8': '非法的时间戳参数',
  '12': '无效签名',
  '19': '无效access_token',
  '21': '无效app_key',
}

const refusal = (call: Call, { credentials }: Shop, now: number): string | undefined => {
  const { appKey = '', appSecret = '', accessToken = '' } = credentials
  if (isToken(call)) return call.url.searchParams.get('app_secret') === appSecret ? undefined : '12'
  const form = formOf(call)
  if (form.get('app_key') !== appKey) return '21'
  const pairs = [...form].filter(([name]) => name !== 'sign').sort(([a], [b]) => (a < b ? -1 : 1))
  const middle = pairs.map(([name, value]) => name + value).join('')
  const wanted = createHash('md5').update(`${appSecret}${middle}${appSecret}`, 'utf8').digest('hex').toUpperCase()
  if (!same(wanted, form.get('sign') ?? '')) return '12'
  if (!(Math.abs(now - fromBeijing(form.get('timestamp') ?? '')) <= WINDOW_MS)) return '8'
  return form.get('access_token') === accessToken ? undefined : '19'
}

const OPERATIONS: Readonly<Record<string, string>> = {
  'jingdong.pop.order.enGet': 'detail',
  'jingdong.pop.order.enSearch': 'list',
  'jingdong.pop.afs.soa.refundapply.queryPageList': 'refunds',
  'jingdong.pop.order.getRemarkByModifyTime': 'remarks',
  'jingdong.order.venderRemark.queryByOrderId': 'remark',
  'jingdong.pop.order.modifyVenderRemark': 'note',
  'jingdong.pop.order.shipment': 'ship',
  'jingdong.pop.order.partial.outship': 'ship',
  'jingdong.pop.order.waybill.update': 'edit',
  '360buy.order.sop.waybill.update': 'edit',
  'jingdong.ware.stock.sku.set': 'stock',
  'jingdong.seller.vender.info.get': 'shop',
}

const OK = { success: true, chineseErrCode: '成功', numberCode: 0 }
const inWindow = (world: World, shop: Shop, start: string, end: string): Order[] =>
  world.store
    .all<{ doc: string }>(
      'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated < ? ORDER BY updated, id',
      shop.id,
      fromBeijing(start),
      fromBeijing(end) + 1000,
    )
    .map(({ doc }) => JSON.parse(doc) as Order)

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

type Deed = (method: string, params: Json, shop: Shop, world: World) => Answer

const listed: Deed = (method, params, shop, world) => {
  const [page, size] = [number(params.page, 1), Math.min(number(params.page_size, 10), 100)]
  const states = text(params.order_state).split(',')
  const all = inWindow(world, shop, text(params.start_date), text(params.end_date)).filter((order) =>
    states.includes(stateOf(order)),
  )
  const orderInfoList = all.slice((page - 1) * size, page * size).map((order) => orderInfo(order, shop, world))
  return said(method, { searchorderinfo_result: { apiResult: OK, orderTotal: all.length, orderInfoList } })
}

const detailed: Deed = (method, params, shop, world) => {
  const order = own(world, shop, text(params.order_id))
  const wrong = { success: false, chineseErrCode: '订单号不正确', numberCode: 10100002 }
  return said(method, {
    orderDetailInfo: order ? { apiResult: OK, orderInfo: orderInfo(order, shop, world) } : { apiResult: wrong },
  })
}

const STATUS = { requested: 0, withdrawn: 11, refunded: 3 } as const
const refunds: Deed = (method, params, shop, world) => {
  const [page, size] = [number(params.pageIndex, 1), Math.min(number(params.pageSize, 50), 50)]
  const one = own(world, shop, text(params.orderId))
  const [start, end] = [params.applyTimeStart ?? params.checkTimeStart, params.applyTimeEnd ?? params.checkTimeEnd]
  const checked = params.checkTimeStart !== undefined
  const orders = params.orderId === undefined ? inWindow(world, shop, text(start), text(end)) : one ? [one] : []
  const rows = orders.flatMap(({ id, refund }) => {
    if (!refund || (checked && refund.status === 'requested')) return []
    const checkTime = refund.status === 'requested' ? null : beijing(refund.at)
    return [{ id: refund.id, orderId: id, status: STATUS[refund.status], applyTime: beijing(refund.at), checkTime }]
  })
  const result = rows.slice((page - 1) * size, page * size)
  return said(method, { queryResult: { success: true, totalCount: rows.length, result } })
}

const REMARKS = 20
const remarks: Deed = (method, params, shop, world) => {
  const page = number(params.page, 1)
  const all = inWindow(world, shop, text(params.startTime), text(params.endTime)).filter((one) => one.sellerNote !== '')
  const remarkList = all.slice((page - 1) * REMARKS, page * REMARKS).map((order) => ({
    order_id: order.id,
    remark: order.sellerNote,
    flag: number(order.flag),
    modified: beijing(order.updatedAt),
  }))
  return said(method, { getremarkbymodifytime_result: { resultCode: 0, totleNum: all.length, remarkList } })
}

const remark: Deed = (method, params, shop, world) => {
  const order = own(world, shop, text(params.order_id))
  const vender_remark = order?.sellerNote
    ? { order_id: order.id, remark: order.sellerNote, flag: order.flag || '0' }
    : null
  return said(method, { venderRemarkQueryResult: { vender_remark } })
}

const noted: Deed = (method, params, shop, world) => {
  const order = own(world, shop, text(params.order_id))
  if (!order) return said(method, { modifyvenderremark_result: { success: 'false', error_code: '10100002' } })
  order.sellerNote = text(params.remark)
  order.flag = text(params.flag)
  world.saveOrder(order)
  return said(method, { modifyvenderremark_result: { success: 'true' } })
}

const stocked: Deed = (method, params, shop, world) => {
  const rows = list(object(params.req).skuStocks).map(object)
  const updateStockResult = rows.map(({ skuId, stockNum }) => {
    const success = setStock(world, shop, 'id', text(skuId), number(stockNum))
    return { data: skuId, storeId: 0, success, ...(success ? {} : { message: 'sku不属于该商家' }) }
  })
  return said(method, { returnType: { success: true, obj: { updateStockResult } } })
}

const shopInfo: Deed = (method, _params, shop) =>
  said(method, { vender_info_result: { vender_id: shop.credentials.venderId, shop_id: 1, shop_name: shop.name } })

const DEEDS: Readonly<Record<string, Deed>> = {
  'jingdong.pop.order.enGet': detailed,
  'jingdong.pop.order.enSearch': listed,
  'jingdong.pop.afs.soa.refundapply.queryPageList': refunds,
  'jingdong.pop.order.getRemarkByModifyTime': remarks,
  'jingdong.order.venderRemark.queryByOrderId': remark,
  'jingdong.pop.order.modifyVenderRemark': noted,
  'jingdong.pop.order.shipment': shipment,
  'jingdong.pop.order.partial.outship': outship,
  'jingdong.pop.order.waybill.update': corrected,
  '360buy.order.sop.waybill.update': renumbered,
  'jingdong.ware.stock.sku.set': stocked,
  'jingdong.seller.vender.info.get': shopInfo,
}

/** The far shop keeps its token: a fresh one is the same again. */
const token = ({ url }: Call, { credentials }: Shop): Answer => {
  const { accessToken = '', refreshToken = '' } = credentials
  const wrong =
    url.searchParams.get('grant_type') === 'refresh_token' && url.searchParams.get('refresh_token') !== refreshToken
  if (wrong) return json(200, { code: 2011, msg: 'refresh_token过期', requestId: 'sandbox' })
  return json(200, {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: 86_400,
    code: 0,
    uid: 'sandbox',
  })
}

const FIRST_ORDER = 290_000_000_001n

export const jd: Platform = {
  keys: (shop, app) => ({
    app: { appKey: `A0000000000000000000000000${String(app).padStart(6, '0')}`, appSecret: `app-secret-${app}` },
    shop: { venderId: String(10_000 + shop), accessToken: `token-of-${shop}`, refreshToken: `refresh-of-${shop}` },
  }),
  currency: 'CNY',
  carriers: ['467', '470', '463', '1327', '1499', '465', '2087', '3046'],
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    return { order: String(order), lines: Array.from({ length: lines }, (_, index) => `${order}-${index}`) }
  },
  receiver: chinese,
  messages: () => [],
  envelope: (_message, { hookUrl }) => ({ url: hookUrl, headers: {} }),
  acknowledged: ({ status }) => isSuccess(status),
  operation: (call) => (isToken(call) ? 'token' : call.path === '/routerjson' ? OPERATIONS[methodOf(call)] : undefined),
  refusal,
  refused: (_call, reason) => failed(Number(reason), REASONS[reason] ?? '请求被禁止'),
  throttled: () => failed(2, '限制时间内调用失败次数'),
  rejected: () => failed(24, '无权调用API'),
  broken: () => failed(65, '平台连接后端服务超时'),
  serve: (call, shop, world) => {
    if (isToken(call)) return token(call, shop)
    const method = methodOf(call)
    const deed = DEEDS[method]
    const params = object(read(formOf(call).get('360buy_param_json') ?? ''))
    return deed ? deed(method, params, shop, world) : failed(15, '不存在的方法名')
  },
}
