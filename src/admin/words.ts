/** The words a page says: states, partners, and what the store hands on in both languages in the page's own. Pure. */
import { inChinese } from '../domain/chinese.ts'
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

/** Text that may be a token, or anybody's own words. */
export const spoken = (text: string, { language }: Pick<View, 'language'>): string =>
  language === 'zh' ? inChinese(text) : text

/** The sentence of a problem or a fix, in the page's language. */
export const said = (
  { zh, en }: { readonly zh: string; readonly en: string },
  { language }: Pick<View, 'language'>,
): string => (language === 'zh' ? zh : en)

/** A timeline entry as a sentence: times in the shop's zone, carriers by the name people use. */
export const entrySentence = (entry: TimelineView, view: Pick<View, 'language' | 'zone'>): string => {
  const { language, zone } = view
  const facts = Object.entries(entry.facts).map(([name, fact]): [string, string | number] => {
    if (name === 'shipBy') return [name, clock(Number(fact), zone).full]
    if (name === 'carrier') return [name, carrierName(String(fact), view)]
    return [name, fact]
  })
  return tell({ at: entry.at, who: entry.who, what: entry.what, facts: Object.fromEntries(facts) }, language)
}

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
