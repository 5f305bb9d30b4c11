import type { PlatformEvent, Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import { ask } from './call.ts'
import { NOT_ALLOWED } from './codes.ts'
import { orderOf, refundOf } from './normalize.ts'
import { List, Refunds, Remarks } from './schema.ts'

/** Every field that is read, and those that a person who ships may want. */
export const FIELDS =
  'orderId,venderId,orderType,payType,orderTotalPrice,orderSellerPrice,orderPayment,orderState,deliveryType,orderRemark,orderStartTime,venderRemark,paymentConfirmTime,waybill,logisticsId,modified,parentOrderId,storeOrder,idSopShipmenttype,scDT,promisePickDate,orderMarkDesc,itemInfoList,consigneeInfo,partialLogisticsInfoModel'
const STATES =
  'WAIT_SELLER_STOCK_OUT,WAIT_GOODS_RECEIVE_CONFIRM,WAIT_SELLER_DELIVERY,PAUSE,FINISHED_L,TRADE_CANCELED,LOCKED,POP_ORDER_PAUSE'

interface Window {
  readonly start: string
  readonly end: string
  readonly page: number
}
interface Part {
  readonly events: readonly PlatformEvent[]
  readonly more: boolean
}
type Stage = (window: Window, shop: Connection) => Conversation<Part>

/** By modified time, oldest first. That time moves with the order's state and waybills alone. */
function* orders({ start, end, page }: Window, shop: Connection): Conversation<Part> {
  const window = { start_date: start, end_date: end, dateType: 0, sortType: 0, page: String(page), page_size: '100' }
  const params = { ...window, order_state: STATES, optional_fields: FIELDS }
  const verdict = 'searchorderinfo_result.apiResult'
  const read = yield* ask(shop, { method: 'jingdong.pop.order.enSearch', params, schema: List, verdict, safe: true })
  if (read.class !== 'done') return read
  const { orderTotal, orderInfoList } = read.value.searchorderinfo_result
  const events = orderInfoList.map((order) => ({ type: 'order' as const, order: orderOf(order) }))
  return done({ events, more: page * 100 < orderTotal })
}

/** Requests to cancel an order that has not left, once by when they were made and once by when they were decided. */
const refunds = (by: 'apply' | 'check'): Stage =>
  function* ({ start, end, page }, shop) {
    const read = yield* askRefunds(shop, { [`${by}TimeStart`]: start, [`${by}TimeEnd`]: end, pageIndex: page })
    if (read.class !== 'done') return read
    const { totalCount, result } = read.value.queryResult
    return done({ events: result.map(refundOf), more: page * 50 < totalCount })
  }

export const askRefunds = (shop: Connection, params: Record<string, unknown>) =>
  ask(shop, {
    method: 'jingdong.pop.afs.soa.refundapply.queryPageList',
    params: { ...params, pageSize: 50 },
    schema: Refunds,
    verdict: 'queryResult',
    safe: true,
  })

/** Remarks move no order's modified time. Its page size is told nowhere: pages until an empty one. */
function* remarks({ start, end, page }: Window, shop: Connection): Conversation<Part> {
  const method = 'jingdong.pop.order.getRemarkByModifyTime'
  const params = { startTime: start, endTime: end, page, sortTime: 0 }
  const read = yield* ask(shop, { method, params, schema: Remarks, safe: true })
  // An app without this permission still gets its orders; their remarks come with the detail.
  if (read.class === 'rejected' && NOT_ALLOWED.includes(read.code)) return done({ events: [], more: false })
  if (read.class !== 'done') return read
  const { remarkList } = read.value.getremarkbymodifytime_result
  const events = remarkList.flatMap(({ orderId, order_id, modified = 0 }): PlatformEvent[] => {
    const platformOrderId = orderId ?? order_id
    return platformOrderId === undefined ? [] : [{ type: 'changed', platformOrderId, what: 'remark', at: modified }]
  })
  return done({ events, more: remarkList.length > 0 })
}

const STAGES: readonly (readonly [name: string, stage: Stage])[] = [
  ['orders', orders],
  ['applied', refunds('apply')],
  ['decided', refunds('check')],
  ['remarks', remarks],
]

/** The cursor is `stage:page`. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = 'orders:1' }, shop) {
    const [name, written = '1'] = cursor.split(':')
    const at = Math.max(
      0,
      STAGES.findIndex(([stage]) => stage === name),
    )
    const [stage, run] = STAGES[at] ?? ['orders', orders]
    const page = Number(written)
    const read = yield* run({ start: beijingText(from), end: beijingText(to), page }, shop)
    if (read.class !== 'done') return read
    const following = STAGES[at + 1]?.[0]
    const next = read.value.more ? `${stage}:${page + 1}` : following && `${following}:1`
    return done({ events: read.value.events.map((event) => ({ event })), ...(next && { next }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 60_000 },
}
