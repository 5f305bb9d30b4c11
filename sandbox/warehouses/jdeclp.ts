/** 京东云仓 ECLP: signed calls with the business JSON in a form; it tells nothing by itself, what happened is asked for. */
import { type Json, list, object, read, text } from '../json.ts'
import { jd, same } from '../signatures.ts'
import type { Answer, Call, Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { cancel, find, get, levels, linesOf, type PlaceRefusal, place } from './documents.ts'
import { parcelsOf } from './shipper.ts'
import type { Document, System } from './system.ts'

const PREFIX = 'jingdong.eclp.'
const JSON_FIELD = '360buy_param_json'

const say = (body: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json;charset=utf-8' },
  body: JSON.stringify(body),
})
const failure = (code: string, zh_desc: string): Answer =>
  say({ error_response: { code, zh_desc, en_desc: 'see zh_desc' } })
const methodOf = ({ url }: Call): string => (url.searchParams.get('method') ?? '').replace(PREFIX, '')
/** `_responce`, as the real one writes it. */
const success = (call: Call, data: object): Answer =>
  say({ [`${PREFIX}${methodOf(call)}_responce`.replaceAll('.', '_')]: { code: '0', ...data } })

const OPERATIONS: Readonly<Record<string, string>> = {
  'order.addOrder': 'place',
  'order.cancelOrder': 'cancel',
  'order.ext.queryOrder': 'query',
  'order.queryOrder': 'query',
  'stock.queryStock': 'stock',
  'stock.queryVmiShopStockFlow': 'flow',
}
const WINDOW_MS = 600_000

const refusal = ({ url, body }: Call, { credentials }: Warehouse, now: number): string | undefined => {
  const params = new Map([...url.searchParams, ...new URLSearchParams(body.toString('utf8'))])
  const given = (name: string): string => params.get(name) ?? ''
  if (given('app_key') !== credentials.appKey) return '21'
  if (!same(jd(credentials.appSecret ?? '', params), given('sign'))) return '12'
  if (given('access_token') !== credentials.accessToken) return '19'
  const at = Date.parse(`${given('timestamp').replace(' ', 'T')}+08:00`)
  return Math.abs(now - at) <= WINDOW_MS ? undefined : '8'
}

const REFUSALS: Readonly<Record<PlaceRefusal, (detail: string) => string>> = {
  number_missing: () => 'isvUUID 不能为空',
  empty: () => '商品明细长度不一致',
  stars: (field) => `收货人信息含有脱敏字符: ${field}`,
  receiver_kind: () => '收货人信息不支持',
  receiver_missing: () => '收货人不能为空',
  sku_unknown: (sku) => `商品不存在: ${sku}`,
  item_id: (sku) => `商品不存在: ${sku}`,
}
const RECEIVER = ['consigneeName', 'consigneeMobile', 'consigneeAddress', 'addressProvince', 'addressCity']
const REQUIRED = ['isvSource', 'shopNo', 'departmentNo', 'warehouseNo', 'shipperNo', 'salePlatformSource']

/** Three texts joined by commas; of unequal length they are nothing. */
const linesIn = (params: Json) => {
  const [goods, prices, quantities] = ['goodsNo', 'price', 'quantity'].map((name) => text(params[name]).split(','))
  if (!goods || prices?.length !== goods.length || quantities?.length !== goods.length) return []
  return goods.map((sku, i) => ({ sku, quantity: Number(quantities[i]), itemId: '' }))
}

const create = (call: Call, params: Json, warehouse: Warehouse, world: World): Answer => {
  const absent = REQUIRED.filter((name) => !text(params[name]))
  if (absent.length > 0 || text(params.orderMark).length !== 50) return failure('61', `参数不合法: ${absent.join()}`)
  if (text(params.consigneeName).length > 20) return failure('61', 'consigneeName 过长')
  const placed = place(world, warehouse, {
    number: text(params.isvUUID),
    lines: linesIn(params),
    receiver: Object.fromEntries(RECEIVER.map((field) => [field, text(params[field])])),
    kind: 'plain',
    orderHints: [text(params.salesPlatformOrderNo)].filter(Boolean),
    extra: { shipperNo: text(params.shipperNo) },
  })
  if (placed.outcome === 'refused') return failure('10600', REFUSALS[placed.refusal](placed.detail))
  if (placed.outcome === 'repeat') return failure('10601', `isvUUID 已存在: ${placed.document.number}`)
  return success(call, { eclpSoNo: placed.document.externalId })
}

const byOwn = (world: World, warehouse: Warehouse, eclpSoNo: string): Document | undefined => {
  const row = world.store.one<{ n: number }>(
    'SELECT n FROM document WHERE warehouse = ? AND external_id = ?',
    warehouse.id,
    eclpSoNo,
  )
  return row && get(world, row.n)
}

const stop = (call: Call, params: Json, warehouse: Warehouse, world: World): Answer => {
  const found = byOwn(world, warehouse, text(params.eclpSoNo))
  const result = found ? cancel(world, warehouse, found.number) : 'not_found'
  const later = warehouse.settings.cancels === 'later'
  const [code, msg] = result !== 'cancelled' ? [2, '不允许取消'] : later ? [3, '取消中'] : [1, '取消成功']
  return success(call, { cancelorder_result: { code, msg } })
}

const CODES: Readonly<Record<Document['status'], readonly number[]>> = {
  accepted: [10010],
  part: [10010],
  shipped: [10010, 10018, 10019],
  cancelled: [10010, 10028],
  rejected: [10010, 10028],
}

const detail = (call: Call, params: Json, warehouse: Warehouse, world: World): Answer => {
  const found = byOwn(world, warehouse, text(params.eclpSoNo))
  if (!found) return failure('10602', '出库单不存在')
  const codes = CODES[found.status]
  const parcels = parcelsOf(world, found.n)
  return success(call, {
    queryorder_result: {
      ...{ eclpSoNo: found.externalId, isvUUID: found.number, currentStatus: String(codes.at(-1)) },
      shipperNo: parcels[0]?.carrier ?? text(object(read(found.extra)).shipperNo),
      wayBill: parcels.map(({ waybill }) => `${waybill}-1-1-`).join(','),
      orderPackageList: parcels.map(({ waybill }) => ({ packageNo: [`${waybill}-1-1-`], packWeight: [0.5] })),
      orderStatusList: codes.map((soStatusCode) => ({ soStatusCode, soStatusName: '', operateTime: '' })),
      orderDetailList: linesOf(world, found.n).map(({ sku, quantity, shipped }) => ({
        ...{ goodsNo: sku, quantity, price: 0 },
        ...(found.status === 'shipped' && { realOutQty: [shipped] }),
      })),
    },
  })
}

const lookUp = (call: Call, params: Json, warehouse: Warehouse, world: World): Answer => {
  const found = text(params.isvUUID)
    .split(',')
    .map((number) => find(world, warehouse, number))
  return success(call, {
    queryorder_result: found.flatMap((one) =>
      one ? [{ isvUUID: one.number, eclpSoNo: one.externalId, resultCode: 1, resultMessage: '成功' }] : [],
    ),
  })
}

const paged = (rows: readonly object[], page: unknown, size: unknown): readonly object[] => {
  const [number, length] = [Number(page) || 1, Number(size) || 100]
  return rows.slice((number - 1) * length, number * length)
}

const stock = (call: Call, params: Json, warehouse: Warehouse, world: World): Answer => {
  const rows = levels(world, warehouse.id)
    .filter(({ sku, counted }) => counted && (!text(params.goodsNo) || sku === text(params.goodsNo)))
    .map(({ sku, onHand, frozen }) => ({ goodsNo: [sku], totalNum: [onHand], usableNum: [onHand - frozen] }))
  return success(call, { querystock_result: paged(rows, params.currentPage, params.pageSize) })
}

const beijing = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

interface Moved {
  readonly id: string
  readonly sku: string
  readonly delta: number
  readonly reason: string
  readonly at: number
}

/** Shipments to buyers stand in it as well. What was there at first (`count`) is no movement. */
const movements = (world: World, warehouse: string): readonly Moved[] => {
  const own = world.store.all<Moved>(
    "SELECT 'M' || n AS id, sku, delta, reason, at FROM movement WHERE warehouse = ? AND reason <> 'count' ORDER BY n",
    warehouse,
  )
  const sold = world.store
    .all<{ waybill: string; items: string; at: number }>(
      'SELECT p.waybill, p.items, p.at FROM parcel p JOIN document d ON d.n = p.document WHERE d.warehouse = ?',
      warehouse,
    )
    .flatMap(({ waybill, items, at }) =>
      list(read(items)).map((item): Moved => {
        const { sku, quantity } = object(item)
        return { id: `${waybill}:${text(sku)}`, sku: text(sku), delta: -Number(quantity), reason: '销售出库', at }
      }),
    )
  return [...own, ...sold]
}

const flow = (call: Call, params: Json, warehouse: Warehouse, world: World): Answer => {
  const time = (name: string): number => Date.parse(`${text(params[name]).replace(' ', 'T')}+08:00`)
  const rows = movements(world, warehouse.id)
    // Its wire has whole seconds: rounded down, a change would seem older than a count made in the same second.
    .map((move) => ({ ...move, at: Math.ceil(move.at / 1000) * 1000 }))
    .filter(({ at }) => at >= time('startTime') && at <= time('endTime'))
    .map(({ id, sku, delta, reason, at }) => ({
      ...{ flowId: id, createTime: beijing(at), warehouseNo: text(params.warehouseNo), goodsNo: sku },
      ...{ formerNum: 1000, nowNum: 1000 + delta, bizTypeName: reason },
    }))
  const page = paged(rows, params.startPage, params.onePageNum)
  if (page.length === 0) return failure('10700', '库存系统 根据 入参，查询 VMI店铺库存流水 信息为空，无法处理')
  return success(call, { vmiShopStockFlowList: page })
}

const SERVE: Readonly<Record<string, typeof create>> = {
  'order.addOrder': create,
  'order.cancelOrder': stop,
  'order.ext.queryOrder': lookUp,
  'order.queryOrder': detail,
  'stock.queryStock': stock,
  'stock.queryVmiShopStockFlow': flow,
}

/** It calls nobody: what it would tell is listed by its queries. */
const UNTOLD: Message = { topic: '', deliveryId: '', body: '' }

export const jdeclp: System = {
  keys: (n) => ({
    credentials: {
      ...{ appKey: `4${n}`, appSecret: `jd-secret-of-${n}`, accessToken: `jd-token-of-${n}` },
      ...{ deptNo: `EBU${n}`, shopNo: `ESP${n}`, warehouseNo: `11${n}`, isvSource: `ISV${n}` },
    },
    settings: { askSeconds: 1 },
  }),
  carriers: ['CYS0000010', 'CYS4398046511127'],
  accepted: () => UNTOLD,
  rejectedLater: () => UNTOLD,
  shipped: () => UNTOLD,
  moved: () => UNTOLD,
  snapshot: () => undefined,
  envelope: (_message, { callbackUrl }) => ({ url: callbackUrl, headers: {} }),
  acknowledged: () => true,
  operation: (call) => (call.method === 'POST' ? OPERATIONS[methodOf(call)] : undefined),
  refusal,
  refused: (_call, reason) => failure(reason, '无效签名'),
  throttled: () => failure('2', '限制时间内调用失败次数'),
  rejected: () => failure('10699', '仓库拒单'),
  broken: () => failure('65', '平台连接后端服务超时'),
  serve: (call, warehouse, world) => {
    const params = object(read(new URLSearchParams(call.body.toString('utf8')).get(JSON_FIELD) ?? ''))
    return SERVE[methodOf(call)]?.(call, params, warehouse, world) ?? failure('15', '不存在的方法名')
  },
}
