/** The words a page says: states, partners, and the machine's tokens turned into a person's language. Pure. */
import type { OrderStateName } from '../domain/order-state.ts'
import { tell } from '../domain/timeline.ts'
import type { TimelineView } from '../store/read.ts'
import { clock } from './format.ts'
import type { View } from './view.ts'

export type Tone = 'red' | 'amber' | 'blue' | 'green' | 'grey'

/** Red: a person's turn. Amber: waits for somebody. Blue: moves by itself. Green: done. */
export const TONES: Readonly<Record<OrderStateName, Tone>> = {
  exception: 'red',
  held: 'amber',
  awaiting_payment: 'grey',
  awaiting_stock: 'amber',
  received: 'blue',
  reserved: 'blue',
  dispatched: 'blue',
  accepted: 'blue',
  shipped: 'green',
  delivered: 'green',
  cancel_requested: 'amber',
  cancelled: 'grey',
  closed: 'grey',
}

const CARRIERS: Readonly<Record<string, string>> = {
  SF: '顺丰',
  STO: '申通',
  YTO: '圆通',
  ZTO: '中通',
  YUNDA: '韵达',
  JD: '京东',
  JTSD: '极兔',
  JT: '极兔',
  EMS: 'EMS',
  POSTB: '邮政',
  DBL: '德邦',
}

/** The carrier as a person calls it. */
export const carrierName = (code: string, { language }: Pick<View, 'language'>): string =>
  language === 'zh' ? (CARRIERS[code] ?? code) : code

/** Tokens that the flow writes for both languages. */
const TOKENS: Readonly<Record<string, string>> = {
  name: '姓名',
  phone: '电话',
  address: '详细地址',
  province: '省份',
  cipher: '加密收件人',
  receiver: '收件人',
  notes: '备注',
  lines: '商品行',
  flag: '旗帜',
  presale: '预售',
  'ship-by': '最晚发货时间',
  'may ship': '允许发货',
  'must not ship': '暂不许发货',
  trial: '试运行，核对后放行',
  observe: '观察模式，只记录不发货',
  reroute: '改仓',
  'stopped before it was sent': '推仓前已停止',
  'rerouted by hand': '人工改仓',
  'last look: cancelled': '推仓前复查：已取消',
  'last look: refund': '推仓前复查：有退款',
  'last look: unshippable': '推仓前复查：平台暂不许发货',
  cancelled: '已取消',
  'finished at the platform': '平台上已完成',
  revoked: '授权被收回',
  accepted: '已接单',
  picking: '拣货中',
  packed: '已打包',
  shipped: '已出库',
  delivered: '已签收',
  rejected: '拒单',
  exception: '异常',
  'status cancelled': '状态：已取消',
  'status finished': '状态：已完成',
  'payment paid': '已付款',
  'payment unpaid': '未付款',
  'payment deposit': '已付定金',
  'payment cod': '货到付款',
  'order detail': '订单详情',
  fetch: '查询订单',
  ship: '发货回传',
}

/** `name, phone` → `姓名、电话`, if every token is known; else as it is. */
const inChinese = (text: string): string => {
  const words = text.split(', ').map((token) => TOKENS[token])
  return words.every((word) => word !== undefined) ? words.join('、') : text
}

/** Text that may be a token, or anybody's own words. */
export const spoken = (text: string, { language }: Pick<View, 'language'>): string =>
  language === 'zh' ? inChinese(text) : text

/** A sentence whose facts stand behind its colon, or within its parentheses. */
const chineseSentence = (sentence: string): string =>
  sentence.replace(/(：|（)([^：（）]+)(）?)$/, (_, open: string, rest: string, end: string) => {
    return `${open}${inChinese(rest.trim())}${end}`
  })

/** The sentence of a problem or a fix, in the page's language. */
export const said = (
  { zh, en }: { readonly zh: string; readonly en: string },
  { language }: Pick<View, 'language'>,
): string => (language === 'zh' ? chineseSentence(zh) : en)

/** A timeline entry as a sentence: times in the shop's zone, tokens in the page's language. */
export const entrySentence = (entry: TimelineView, view: Pick<View, 'language' | 'zone'>): string => {
  const { language, zone } = view
  const facts = Object.entries(entry.facts).map(([name, fact]): [string, string | number] => {
    if (name === 'shipBy') return [name, clock(Number(fact), zone).full]
    if (name === 'carrier') return [name, carrierName(String(fact), view)]
    return [name, language === 'zh' && typeof fact === 'string' ? factInChinese(name, fact) : fact]
  })
  return tell({ at: entry.at, who: entry.who, what: entry.what, facts: Object.fromEntries(facts) }, language)
}

const factInChinese = (name: string, fact: string): string =>
  name === 'problem' ? chineseSentence(fact) : inChinese(fact)

const GOOD = new Set(['accepted', 'shipped', 'collected', 'delivered', 'written_back', 'problem_closed', 'released'])
const BAD = new Set([
  'problem_opened',
  'rejected',
  'stop_failed',
  'tracking_refused',
  'refund_requested',
  'order_cancelled',
])

export const entryTone = ({ what }: TimelineView): Tone => {
  if (BAD.has(what)) return 'red'
  return GOOD.has(what) ? 'green' : 'blue'
}

/** Who did it: the platform, us, a warehouse by its name, a colleague. */
export const entryWho = ({ who, whoName }: TimelineView, { t }: Pick<View, 't'>): string => {
  if (who === 'platform' || who === 'cangqiao') return t(`who.${who}`)
  return who.startsWith('operator:') ? t('who.operator', { name: who.slice('operator:'.length) }) : whoName
}
