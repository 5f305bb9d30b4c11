/**
 * What a merchant is told when something waits for a person. An alert lists causes, never buyers' data: of a problem's facts
 * only those go out that cannot hold any, and numbers of orders and documents lose all but their end.
 */
import { fix, PROBLEMS, type Problem, type ProblemCode, sentence } from './problem.ts'

export type Language = 'zh' | 'en'
type Texts = readonly [zh: string, en: string]

/** Conditions of a connection that are no exceptions: they pass by themselves, or show in no single order. */
export const CONDITIONS = {
  deliveries_refused: {
    says: [
      '{connection} 一小时内有 {n} 次推送验签失败',
      '{connection}: {n} deliveries failed their signature check this hour',
    ],
    fix: ['核对平台后台的推送地址与密钥', 'Check the push URL and secret entered at the platform'],
  },
  connection_held: {
    says: [
      '{connection} 持续限流 {minutes} 分钟，任务在等',
      '{connection} has throttled us for {minutes} min; its jobs wait',
    ],
    fix: ['联系对方提高调用额度', 'Ask the partner for a higher quota'],
  },
  connection_failing: {
    says: [
      '{connection} 连续 {n} 次没有应答，已 {minutes} 分钟',
      '{connection} has not answered {n} calls in a row, for {minutes} min',
    ],
    fix: ['联系对方；恢复后自动继续', 'Ask the partner; it goes on by itself once it answers'],
  },
  backlog_old: {
    says: ['{connection} 的消息积压了 {minutes} 分钟', 'Messages of {connection} have waited for {minutes} min'],
    fix: ['查看“连接”页；数据都在，不会丢', 'See the page of connections; nothing is lost'],
  },
  doorbells_dead: {
    says: ['一小时内有 {n} 个队列提醒没人接', '{n} queue reminders found no taker this hour'],
    fix: ['检查队列是否暂停；任务会自动补推', 'See whether the queues are paused; the work is called again'],
  },
} as const satisfies Record<string, { readonly says: Texts; readonly fix: Texts }>
export type ConditionCode = keyof typeof CONDITIONS

export type AlertCode = ProblemCode | ConditionCode

/** What a few words call it: for the subject of a mail and for SMS, whose variables are short. At most 16 characters in Chinese. */
export const TITLES: Readonly<Partial<Record<AlertCode, Texts>>> = {
  payload_malformed: ['消息格式不正确', 'Malformed message'],
  shop_unknown: ['店铺没有登记', 'Unknown shop'],
  sku_unknown: ['商品编码没有对应SKU', 'Unknown SKU'],
  sku_missing: ['订单缺商品编码', 'SKU code missing'],
  receiver_incomplete: ['收件信息不全', 'Incomplete address'],
  receiver_unshippable: ['加密收件人无仓可发', 'Receiver cannot be shipped'],
  cod_unsupported: ['货到付款无仓可发', 'Cash on delivery unsupported'],
  region_unserved: ['地区无仓覆盖', 'Region not served'],
  no_warehouse: ['没有可用仓库', 'No warehouse'],
  order_empty: ['订单没有商品', 'Empty order'],
  order_changed: ['推仓后订单被修改', 'Order changed after dispatch'],
  refund_requested: ['退款无法截停', 'Refund after dispatch'],
  cancel_failed: ['仓库拒绝取消', 'Cancel refused'],
  warehouse_rejected: ['仓库拒单', 'Warehouse rejection'],
  warehouse_silent: ['仓库没有答复', 'Warehouse silent'],
  duplicate_differs: ['仓库单内容不符', 'Duplicate differs'],
  confirm_mismatch: ['发货确认不符', 'Confirmation mismatch'],
  confirm_foreign: ['单号不属于该仓库', 'Foreign confirmation'],
  document_unknown: ['仓库回传未知单号', 'Unknown document'],
  short_shipped: ['仓库少发', 'Short shipment'],
  stock_short: ['账面缺货', 'Stock short'],
  carrier_unmapped: ['快递编码未映射', 'Carrier unmapped'],
  writeback_refused: ['发货回传被拒', 'Write-back refused'],
  platform_silent: ['平台没有答复', 'Platform silent'],
  credential_refused: ['授权失效', 'Credentials refused'],
  authorization_ending: ['授权即将到期', 'Authorization ending'],
  listing_refused: ['库存更新被拒', 'Stock update refused'],
  order_late: ['临近最晚发货时间', 'Ship-by time near'],
  order_broken: ['订单处理出错', 'Order failed inside'],
  parcel_not_collected: ['包裹迟迟未揽收', 'Parcel not collected'],
  parcel_stuck: ['物流停滞', 'Parcel stuck'],
  parcel_trouble: ['物流异常', 'Parcel in trouble'],
  parcel_returned: ['包裹退回', 'Parcel comes back'],
  waybill_unknown: ['物流推送未知运单', 'Unknown waybill'],
  tracking_refused: ['物流查询被拒', 'Tracking refused'],
  deliveries_refused: ['推送验签失败', 'Deliveries refused'],
  connection_held: ['连接被限流', 'Connection throttled'],
  connection_failing: ['连接没有应答', 'Connection failing'],
  backlog_old: ['消息积压', 'Backlog'],
  doorbells_dead: ['队列提醒没人接', 'Queue reminders lost'],
}

/** Everything a rule may name: what waits for a person, and the conditions. */
export const ALERT_CODES: readonly AlertCode[] = [
  ...(Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => PROBLEMS[code].disposition === 'park'),
  ...(Object.keys(CONDITIONS) as ConditionCode[]),
]

/** Codes whose subject is the cause itself. Of all others the subject is a document or an order: there the connection is the cause. */
export const BY_SUBJECT: readonly AlertCode[] = [
  'sku_unknown',
  'sku_missing',
  'receiver_unshippable',
  'credential_refused',
  'authorization_ending',
  'shop_unknown',
  'stock_short',
]

/** One cause, with what came of it since it was last told. */
export interface AlertItem {
  readonly code: AlertCode
  readonly title: string
  readonly says: string
  readonly fix: string
  readonly count: number
  /** When the first of these came, UTC ms. */
  readonly since: number
  /** The shop's or warehouse's own name. */
  readonly connection?: string
  /** The end of one order's number. */
  readonly order?: string
}

/** One message to one channel. The same text and id on every try. */
export interface Alert {
  readonly id: string
  readonly language: Language
  readonly merchant: string
  /** When it was written, UTC ms, and the IANA zone its times are shown in. */
  readonly at: number
  readonly zone: string
  /** Where to look; not in SMS. */
  readonly url: string
  readonly test: boolean
  /** The most frequent first, at most `ITEMS`. */
  readonly items: readonly AlertItem[]
  /** Causes that are not listed. */
  readonly more: number
}

/** Causes that one message lists. */
export const ITEMS = 8

/** Facts that cannot hold a buyer's data: our own words, codes and names the merchant gave. */
const SAFE: ReadonlySet<string> = new Set(
  'header seconds sku line missing kind warehouse short carrier connection listing status lane shopKey date n minutes hours days'.split(
    ' ',
  ),
)
const MASKED: ReadonlySet<string> = new Set(['document', 'waybill'])

/** The end of a number, by which its owner knows it. */
export const ending = (number: string): string => `…${number.slice(number.length > 8 ? -4 : -2)}`

const PHONE = /(?<!\d)1[3-9]\d{9}(?!\d)/g

/** What may be said of a problem outside: sentence and cure in one language. */
export const tellable = (code: AlertCode, problem: Problem | Record<string, unknown>, language: Language): Texts => {
  const facts = Object.entries((problem.facts ?? {}) as Readonly<Record<string, string | number>>).map(
    ([name, value]) => [name, SAFE.has(name) ? value : MASKED.has(name) ? ending(String(value)) : '…'] as const,
  )
  const safe = Object.fromEntries(facts)
  if (!isCondition(code)) {
    const bare: Problem = { code, at: '…', facts: safe }
    return [sentence(bare, language).replace(PHONE, '…'), fix(bare, language)]
  }
  const index = language === 'zh' ? 0 : 1
  const says = CONDITIONS[code].says[index].replace(/\{(\w+)\}/g, (_, name: string) => String(safe[name] ?? '?'))
  return [says, CONDITIONS[code].fix[index]]
}

const isCondition = (code: AlertCode): code is ConditionCode => Object.hasOwn(CONDITIONS, code)

export const titleOf = (code: AlertCode, language: Language): string =>
  TITLES[code]?.[language === 'zh' ? 0 : 1] ?? code
