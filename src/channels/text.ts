/** An alert as words, the same for every channel that takes words. */
import type { Alert, AlertItem } from '../domain/alert.ts'

/** Robots that only take messages with a keyword can be given this one: 仓桥, or Cangqiao. */
const brand = ({ language }: Alert): string => (language === 'zh' ? '【仓桥】' : '[Cangqiao] ')

export const total = ({ items }: Alert): number => items.reduce((sum, item) => sum + item.count, 0)

/** One line: whose, and what or how many kinds of trouble. */
export const headline = (alert: Alert): string => {
  const { language, merchant, items, more, test } = alert
  const kinds = items.length + more
  const zh = language === 'zh'
  if (test)
    return `${brand(alert)}${merchant}${zh ? '：测试消息，收到即表示告警可以送达' : ': test message; alerts arrive here'}`
  const what = kinds === 1 ? (items[0]?.title ?? '') : zh ? `${kinds} 类问题待处理` : `${kinds} kinds of trouble`
  return `${brand(alert)}${merchant}${zh ? '：' : ': '}${what}`
}

/** The whole, at most `maxBytes` of UTF-8: causes that do not fit are counted, never dropped in silence. */
export const words = (alert: Alert, maxBytes: number): string => {
  const head = headline(alert)
  const tail = alert.url === '' ? '' : `\n${alert.url}`
  const blocks = alert.items.map((item, i) => block(alert, item, alert.items.length > 1 ? `${i + 1}. ` : ''))
  for (let shown = blocks.length; shown >= 0; shown--) {
    const text =
      [head, ...blocks.slice(0, shown), ...others(alert, alert.more + blocks.length - shown)].join('\n') + tail
    if (size(text) <= maxBytes) return text
  }
  return cut(head, maxBytes)
}

const block = ({ language, zone }: Alert, item: AlertItem, number: string): string => {
  const zh = language === 'zh'
  const facts = [
    item.count > 1 && (zh ? `${item.count} 次` : `${item.count}×`),
    item.connection,
    item.order && (zh ? `订单 ${item.order}` : `order ${item.order}`),
    `${zh ? '最早' : 'since'} ${clock(item.since, zone)}`,
  ].filter(Boolean)
  const list = zh ? `（${facts.join('，')}）` : ` (${facts.join(', ')})`
  return `${number}${item.says}${list}\n${zh ? '处理：' : 'Do: '}${item.fix}`
}

const others = ({ language }: Alert, count: number): readonly string[] =>
  count === 0 ? [] : [language === 'zh' ? `还有 ${count} 类，见后台` : `${count} more kinds, see the pages`]

/** `11-24 19:02` in the zone; in UTC where the zone has no name. */
export const clock = (at: number, zone: string): string => {
  const parts = (timeZone: string) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at).slice(5)
  try {
    return parts(zone)
  } catch {
    return parts('UTC')
  }
}

export const size = (text: string): number => new TextEncoder().encode(text).length

/** The longest beginning within so many bytes that splits no character. */
export const cut = (text: string, maxBytes: number): string => {
  let out = ''
  let bytes = 0
  for (const char of text) {
    bytes += size(char)
    if (bytes > maxBytes) break
    out += char
  }
  return out
}
