/** What we ask of 旺店通旗舰版. */
import { z } from 'zod'
import type { Package } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import type { Connection } from '../../wire/adapter.ts'
import { done, type Failure, failure } from '../../wire/answer.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import { PULLED, type WarehouseOutbound } from '../warehouse.ts'
import { ask, kindOf, Orders } from './call.ts'
import { argumentsOf } from './order.ts'
import { Options } from './settings.ts'
import { packageOf, quantitiesOf, Stockout, stateOf, Trade, waybillsOf } from './state.ts'

type Asked<T> = Generator<WireCall, { readonly value: T } | Failure, WireResponse>

const PUSH = 'sales.RawTrade.pushSelf2'
const Pushed = z.object({
  ...{ new_count: z.number(), chg_count: z.number() },
  error_list: z.array(z.object({ error: z.string() })).nullish(),
})

export const outbound: WarehouseOutbound = {
  *place(placement, warehouse) {
    const settings = Options.parse(warehouse.settings)
    const call = argumentsOf(placement, settings)
    if ('class' in call) return call
    const known = yield* tradesOf(warehouse, placement.platformOrderId, false)
    if ('class' in known) return known
    const pulled = known.value.find((trade) => stateOf(trade) !== 'cancelled')
    if (pulled) return double(pulled)
    const answer = yield* ask(warehouse, PUSH, call.value, Pushed, { safe: false })
    if ('class' in answer) return answer
    const { new_count, error_list } = answer.value
    const [no] = error_list ?? []
    if (no) return failure(kindOf(no.error), false, no.error, { code: 'push_refused' })
    return new_count > 0 ? done({}) : failure('exists', false, 'it has this tid already')
  },

  /** There is no call for it: the order is pushed once more, as refunded. Whether that stopped it, its state will tell. */
  *cancel({ document }, warehouse) {
    const known = yield* tradesOf(warehouse, document, false)
    if ('class' in known) return known
    const [trade] = known.value
    if (!trade) return failure('rejected', false, 'no order of this document', { code: 'not_found' })
    const state = stateOf(trade)
    if (state === 'cancelled') return done({ later: false })
    if (state === 'shipped' || state === 'packed') return failure('rejected', false, 'it was sent', { code: 'shipped' })
    const { shopNo } = Options.parse(warehouse.settings)
    const answer = yield* ask(warehouse, PUSH, [shopNo, ...refunded(trade)], Pushed, { safe: false })
    if ('class' in answer) return answer
    const [no] = answer.value.error_list ?? []
    return no ? failure(kindOf(no.error), false, no.error, { code: 'push_refused' }) : done({ later: true })
  },

  *query({ document }, warehouse) {
    const known = yield* tradesOf(warehouse, document, true)
    if ('class' in known) return asked(known)
    const [trade] = known.value
    if (!trade) return done({ found: false as const })
    const packages: Package[] = []
    for (const waybill of waybillsOf(trade)) {
      const parcel = yield* parcelOf(warehouse, waybill, document)
      if ('class' in parcel) return asked(parcel)
      if (!parcel.value) return failure('retry', true, `no goods are told of waybill ${waybill} yet`)
      packages.push(parcel.value)
    }
    const status = stateOf(trade)
    if (status === 'shipped' && packages.length === 0)
      return failure('retry', true, 'sent, and its waybill is not told yet')
    return done(
      defined({ found: true as const, externalId: trade.rec_id, status, quantities: quantitiesOf(trade), packages }),
    )
  },
}

/** A no to a question proves nothing of the document. */
const asked = (no: Failure): Failure => (no.class === 'rejected' ? failure('retry', true, no.detail) : no)

const double = ({ shop_no, tid }: Trade): Failure =>
  failure(
    'rejected',
    false,
    `旺店通已自行抓取此平台订单（店铺 ${shop_no ?? '?'}，原始单号 ${tid}），不重复推单 / the ERP has pulled this order by itself: its tid is ${tid}`,
    { code: PULLED },
  )

/** 原始单 of any shop by their number. */
function* tradesOf(warehouse: Connection, tid: string, safe: boolean): Asked<readonly Trade[]> {
  const call = { safe, page: { size: 20, no: 0 } }
  const answer = yield* ask(warehouse, 'sales.RawTrade.search', [{ tid }], Orders, call)
  return 'class' in answer ? answer : rowsOf(Trade, answer.value.order ?? [], safe)
}

/** By its waybill, since only then no window of time is asked for. Undefined: nothing is told of its goods yet. */
export function* parcelOf(warehouse: Connection, waybill: string, document: string): Asked<Package | undefined> {
  const call = { safe: true, page: { size: 20, no: 0 } }
  const answer = yield* ask(warehouse, 'wms.stockout.Sales.queryWithDetail', [{ logistics_no: waybill }], Orders, call)
  if ('class' in answer) return answer
  const rows = rowsOf(Stockout, answer.value.order ?? [], true)
  return 'class' in rows ? rows : { value: packageOf(waybill, document, rows.value) }
}

const rowsOf = <Row>(schema: z.ZodType<Row>, rows: readonly unknown[], safe: boolean) => {
  const read = z.array(schema).safeParse(rows)
  return read.success ? { value: read.data } : failure('unknown', safe, 'an order in it does not read')
}

/** Fields of an answer that a push takes, under the same names. */
const OF_TRADE =
  'tid pay_status order_count goods_count pay_method trade_time pay_time end_time buyer_nick buyer_message remark receiver_name receiver_area receiver_address receiver_zip receiver_mobile post_amount other_amount discount receivable received platform_cost delivery_term is_auto_wms warehouse_no'.split(
    ' ',
  )
const OF_LINE =
  'tid oid goods_id spec_id goods_no spec_no goods_name spec_name order_type num price discount share_discount total_amount adjust_amount refund_amount remark'.split(
    ' ',
  )
const only = (names: readonly string[], fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(names.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])))

/** The order as it has it, every line of it refunded. */
const refunded = ({ trade_orders = [], ...trade }: Trade): readonly [readonly object[], readonly object[]] => [
  [{ ...only(OF_TRADE, trade), process_status: Number(trade.process_status), trade_status: 80, refund_status: 3 }],
  trade_orders.map((line) => ({ ...only(OF_LINE, line), json: '', status: 80, refund_status: 5 })),
]
