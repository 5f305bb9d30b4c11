/** What happened to an order, one line each: who, what, when, how long, and the raw message behind it. */
import { factInChinese } from './chinese.ts'

export interface Entry {
  readonly at: number
  /** `platform`, `cangqiao`, a warehouse's or tracker's id, or `operator:<name>`. */
  readonly who: string
  readonly what: EntryCode
  readonly facts?: Readonly<Record<string, string | number>>
  /** How long the call took. */
  readonly ms?: number
  /** `<lane>:<seq>:<i>` of the event whose raw message stands in the lane's log. */
  readonly raw?: string
}

export type EntryCode = keyof typeof ENTRIES

export const ENTRIES = {
  order_received: { zh: '收到订单（{lines} 行）', en: 'Order received ({lines} lines)' },
  order_updated: { zh: '平台更新订单：{what}', en: 'The platform changed the order: {what}' },
  order_stale: { zh: '忽略较旧的消息', en: 'An older message was ignored' },
  order_cancelled: { zh: '平台取消订单 {reason}', en: 'Cancelled at the platform {reason}' },
  refund_requested: { zh: '买家申请退款 {refund}', en: 'Refund {refund} requested' },
  refund_withdrawn: { zh: '退款 {refund} 已撤销', en: 'Refund {refund} withdrawn' },
  refund_done: { zh: '退款 {refund} 已完成', en: 'Refund {refund} done' },
  ship_by_moved: { zh: '最晚发货时间改为 {shipBy}', en: 'Ship-by time moved to {shipBy}' },
  fetch_asked: { zh: '向平台查询订单详情', en: 'Asking the platform for the order' },
  fetch_done: { zh: '已取得订单详情', en: 'Got the order from the platform' },
  allocated: { zh: '分仓：{why}', en: 'Allocated: {why}' },
  waiting_stock: { zh: '等待库存：{why}', en: 'Waiting for stock: {why}' },
  woken: { zh: '{sku} 有货，重新分仓', en: '{sku} is available, allocating again' },
  dispatched: {
    zh: '推单 {document} → {warehouse}（第 {attempt} 次）：{result}',
    en: 'Dispatch {document} → {warehouse} (attempt {attempt}): {result}',
  },
  accepted: { zh: '仓库 {warehouse} 已接单 {document}', en: '{warehouse} accepted {document}' },
  rejected: { zh: '仓库 {warehouse} 不发 {document}：{why}', en: '{warehouse} will not ship {document}: {why}' },
  asked: { zh: '向仓库查询 {document}', en: 'Asking the warehouse about {document}' },
  progress: { zh: '仓库 {warehouse}：{status} {message}', en: '{warehouse}: {status} {message}' },
  stop_asked: { zh: '要求停发 {document}：{why}', en: 'Asked to stop {document}: {why}' },
  stopped: { zh: '{document} 已停发，库存已释放', en: '{document} is stopped, its stock released' },
  stop_failed: { zh: '{document} 停发失败：{message}', en: '{document} could not be stopped: {message}' },
  shipped: {
    zh: '出库 {document}：{carrier} {waybill} {warning}',
    en: 'Shipped {document}: {carrier} {waybill} {warning}',
  },
  delivered: { zh: '{document} 已签收', en: '{document} delivered' },
  collected: { zh: '已揽收 {carrier} {waybill}', en: 'Collected: {carrier} {waybill}' },
  tracked: { zh: '物流 {carrier} {waybill}：{state} {text}', en: '{carrier} {waybill}: {state} {text}' },
  tracking_asked: { zh: '已由 {tracker} 跟踪 {carrier} {waybill}', en: '{tracker} follows {carrier} {waybill}' },
  tracking_refused: {
    zh: '{tracker} 不跟踪 {carrier} {waybill}：{message}',
    en: '{tracker} does not follow {carrier} {waybill}: {message}',
  },
  tracking_ended: { zh: '物流停止跟踪 {carrier} {waybill}：{why}', en: 'Followed no more: {carrier} {waybill} {why}' },
  carrier_corrected: {
    zh: '{waybill} 实为 {carrier} 的单号，已改按 {carrier} 跟踪',
    en: '{waybill} is a number of {carrier}, and is followed there',
  },
  written_back: { zh: '发货已回传平台：{waybills}', en: 'Shipment written back: {waybills}' },
  writeback_tried: { zh: '发货回传（第 {attempt} 次）：{result}', en: 'Write-back (attempt {attempt}): {result}' },
  problem_opened: { zh: '异常：{problem}', en: 'Exception: {problem}' },
  problem_closed: { zh: '异常已处理：{problem}', en: 'Exception settled: {problem}' },
  held: { zh: '挂起：{why}', en: 'Held: {why}' },
  released: { zh: '放行', en: 'Released' },
  retried: { zh: '人工重试', en: 'Retried by hand' },
  overridden: { zh: '人工确认按原单处理', en: 'Confirmed by hand as it is' },
  redacted: { zh: '买家信息已清除', en: "The buyer's data was erased" },
  repeated: { zh: '重复消息，未重复处理', en: 'A repeat; nothing was done twice' },
} as const satisfies Record<string, { readonly zh: string; readonly en: string }>

/** The sentence for a person. A fact `name` may have an English twin `name_en`; the program's own words are Chinese in Chinese. */
export const tell = (entry: Entry, language: 'zh' | 'en'): string => {
  const { facts = {} } = entry
  const fact = (name: string) =>
    language === 'en' ? String(facts[`${name}_en`] ?? facts[name] ?? '') : factInChinese(name, facts[name] ?? '')
  return ENTRIES[entry.what][language].replace(/\{(\w+)\}/g, (_, name: string) => fact(name)).trim()
}
