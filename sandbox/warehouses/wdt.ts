/** 旺店通旗舰版: JSON arrays of arguments; a push updates the order of the same tid, waybills wait in a list until acknowledged. */
import { type Json, list, number, object, read, text } from '../json.ts'
import { same, wdtCall } from '../signatures.ts'
import type { Answer, Call, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { cancel, find, type PlaceRefusal, place } from './documents.ts'
import { beijing, instant, json, type Kept, leftIn, modifiedIn, named, polled } from './polled.ts'
import type { DocumentStatus, System } from './system.ts'

const OPERATIONS: Readonly<Record<string, string>> = {
  'sales.RawTrade.pushSelf2': 'place',
  'sales.RawTrade.search': 'query',
  'wms.stockout.Sales.queryWithDetail': 'parcels',
  'sales.LogisticsSync.getSyncListExt': 'syncs',
  'sales.LogisticsSync.update': 'ack',
}
/** A push of what was refunded is its way to cancel. */
const operation = (call: Call): string | undefined => {
  const named = OPERATIONS[call.url.searchParams.get('method') ?? '']
  return named === 'place' && number(object(list(argumentsOf(call)[1])[0]).refund_status) > 0 ? 'cancel' : named
}

const success = (data: unknown): Answer => json({ status: 0, data })
const failure = (status: number, message: string): Answer => json({ status, message })
const argumentsOf = ({ body }: Call): readonly unknown[] => list(read(body.toString('utf8')))

/** The reason is the status of the refusal. */
const refusal = (call: Call, { credentials }: Warehouse, now: number): string | undefined => {
  const query = new Map(call.url.searchParams)
  const [secret = '', salt = ''] = (credentials.appSecret ?? '').split(':')
  if (query.get('sid') !== credentials.sid || query.get('key') !== credentials.appKey || query.get('salt') !== salt)
    return '1'
  if (!same(wdtCall(secret, query, call.body), query.get('sign') ?? '')) return '1'
  return Math.abs(now / 1000 - 1_325_347_200 - Number(query.get('timestamp'))) <= 120 ? undefined : '7'
}

const REFUSALS: Readonly<Record<PlaceRefusal, string>> = {
  number_missing: '原始单号不能为空',
  empty: '货品不能为空',
  stars: '收件人信息含有脱敏字符',
  receiver_kind: '不支持的收件人',
  receiver_missing: '收件人不能为空',
  sku_unknown: '商家编码不存在',
  item_id: '商家编码不一致',
}
const REQUIRED = ['tid', 'trade_status', 'pay_status', 'trade_time', 'buyer_nick', 'receiver_area', 'receivable']

const pushed = (shopNo: string, trade: Json, lines: readonly Json[], warehouse: Warehouse, world: World): Answer => {
  const [tid, error] = [
    text(trade.tid),
    (said: string) => ({ new_count: 0, chg_count: 0, error_list: [{ no: text(trade.tid), error: said }] }),
  ]
  const lacking = REQUIRED.filter((field) => text(trade[field]) === '')
  if (!shopNo || lacking.length > 0) return success(error(`${lacking.join()}不能为空`))
  if (number(trade.order_count) !== lines.length) return success(error('子订单个数不一致'))
  const before = find(world, warehouse, tid)
  if (before && number(trade.refund_status) === 3) {
    const stopped = cancel(world, warehouse, tid) === 'cancelled'
    return success(stopped ? { new_count: 0, chg_count: 1, error_list: [] } : error('订单已发货'))
  }
  const receiver = Object.entries(trade).filter(([field]) => field.startsWith('receiver_'))
  const placed = place(world, warehouse, {
    number: tid,
    lines: lines.map((line) => ({ sku: text(line.spec_no), quantity: number(line.num), itemId: '' })),
    receiver: Object.fromEntries(receiver.map(([field, value]) => [field, text(value)])),
    kind: 'plain',
    orderHints: text(trade.remark).split(' ').filter(Boolean),
    extra: { shopNo, trade, lines },
  })
  if (placed.outcome === 'refused') return success(error(REFUSALS[placed.refusal]))
  const made = placed.outcome === 'placed' ? 1 : 0
  return success({ new_count: made, chg_count: 1 - made, error_list: [] })
}

const STATUS: Readonly<Record<DocumentStatus, number>> = {
  accepted: 20,
  part: 30,
  shipped: 40,
  cancelled: 70,
  rejected: 70,
}

/** Lines are named as in the push; each has the waybill of the parcel that it left in. */
const shown = (document: Kept, world: World) => {
  const extra = object(read(document.extra))
  const parcels = leftIn(world, document)
  const lines = list(extra.lines).map(object)
  return {
    ...object(extra.trade),
    ...{ rec_id: document.n, shop_no: extra.shopNo, process_status: STATUS[document.status], bad_reason: '' },
    modified: beijing(document.modified),
    trade_orders: lines.map((line, i) => ({
      ...line,
      logistics_no: parcels[i % Math.max(1, parcels.length)]?.waybill ?? '',
    })),
  }
}

const search = (asked: Json, warehouse: Warehouse, world: World, call: Call): Answer => {
  const tid = text(asked.tid)
  const [from, to] = [instant(text(asked.start_time)), instant(text(asked.end_time))]
  if (!tid && !(to - from <= 30 * 86_400_000)) return failure(100, '您的查询时间过宽,查询时间不能大于30天')
  const own = tid ? named(world, warehouse, [tid]) : modifiedIn(world, warehouse, from, to)
  const pulled =
    warehouse.settings.pulls === true && world.order(tid)
      ? [{ rec_id: 1, tid, shop_no: 'pulled', process_status: 10, trade_orders: [] }]
      : []
  const rows = [...own.map((one) => shown(one, world)), ...pulled]
  const [size, page] = [
    number(call.url.searchParams.get('page_size'), 40),
    number(call.url.searchParams.get('page_no')),
  ]
  return success({ total_count: rows.length, order: rows.slice(page * size, (page + 1) * size) })
}

interface Left {
  readonly number: string
  readonly waybill: string
  readonly carrier: string
  readonly items: string
  readonly at: number
  readonly status: DocumentStatus
}
const LEFT = `SELECT d.number, p.waybill, p.carrier, p.items, p.at, d.status FROM parcel p
  JOIN document d ON d.n = p.document WHERE d.warehouse = ?`

const parcels = (asked: Json, warehouse: Warehouse, world: World): Answer => {
  const rows = world.store.all<Left>(`${LEFT} AND p.waybill = ?`, warehouse.id, text(asked.logistics_no))
  const order = rows.map((row) => ({
    ...{ src_trade_no: row.number, logistics_no: row.waybill, logistics_code: row.carrier, status: 110 },
    consign_time: beijing(row.at),
    details_list: list(read(row.items))
      .map(object)
      .map(({ sku, quantity }) => ({ spec_no: sku, goods_count: quantity })),
  }))
  return success({ total_count: order.length, order })
}

const acknowledged = new Set<string>()
const syncKey = (warehouse: Warehouse, waybill: string): string => `${warehouse.id} ${waybill}`

/** The running number that every waybill ends with. */
const syncId = (waybill: string): number => Number(waybill.slice(-12))

const syncs = (warehouse: Warehouse, world: World): Answer => {
  const rows = world.store.all<Left>(`${LEFT} ORDER BY p.at, p.waybill`, warehouse.id)
  const counts = Map.groupBy(rows, (row) => row.number)
  const waiting = rows.filter(({ waybill }) => !acknowledged.has(syncKey(warehouse, waybill)))
  return success(
    waiting.slice(0, 10).map((row) => ({
      ...{ sync_id: syncId(row.waybill), tid: row.number, logistics_no: row.waybill, logistics_code: row.carrier },
      is_part_sync: row.status === 'part' || (counts.get(row.number)?.length ?? 0) > 1 ? 1 : 0,
      ...{ oids: '', platform_id: 127, created: beijing(row.at) },
    })),
  )
}

const ack = (rows: readonly Json[], warehouse: Warehouse, world: World): Answer => {
  for (const { sync_id, status } of rows) {
    const row = world.store.all<Left>(LEFT, warehouse.id).find(({ waybill }) => syncId(waybill) === number(sync_id))
    if (!row || number(status, 2) !== 0) return success(['物流同步id不存在'])
    acknowledged.add(syncKey(warehouse, row.waybill))
  }
  return success([])
}

export const wdt: System = {
  ...polled,
  keys: (n) => ({
    credentials: { sid: `sid${n}`, appKey: `key${n}`, appSecret: `secret-${n}:salt-${n}` },
    settings: { shopNo: 'cangqiao' },
  }),
  carriers: ['SF', 'YTO', 'ZTO', 'STO'],
  operation: (call) => (call.method === 'POST' ? operation(call) : undefined),
  refusal,
  refused: (_call, reason) => failure(Number(reason), '验证失败'),
  throttled: () => failure(100, '超过每分钟最大调用频率限制,请稍后重试'),
  rejected: () => success({ new_count: 0, chg_count: 0, error_list: [{ no: '', error: '店铺不存在' }] }),
  broken: () => failure(100, '系统异常，请稍后重试'),
  serve: (call, warehouse, world) => {
    const args = argumentsOf(call)
    const [first] = args
    switch (operation(call)) {
      case 'place':
      case 'cancel':
        return pushed(text(first), object(list(args[1])[0]), list(args[2]).map(object), warehouse, world)
      case 'query':
        return search(object(first), warehouse, world, call)
      case 'parcels':
        return parcels(object(first), warehouse, world)
      case 'syncs':
        return syncs(warehouse, world)
      case 'ack':
        return ack(list(first).map(object), warehouse, world)
      default:
        return failure(100, '接口不存在')
    }
  },
}
