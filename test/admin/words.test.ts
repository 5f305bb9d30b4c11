/** What the pages say: times, money, both dictionaries, sentences, whose turn it is, which buttons there are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { causesOf } from '../../src/admin/causes.ts'
import { conditionOf } from '../../src/admin/condition.ts'
import { clock, duration, money, relative, startOfDay, urgency } from '../../src/admin/format.ts'
import { en } from '../../src/admin/i18n/en.ts'
import { translator } from '../../src/admin/i18n/index.ts'
import { zh } from '../../src/admin/i18n/zh.ts'
import { stepsOf, turnOf } from '../../src/admin/next-step.ts'
import { paceOf, percentiles } from '../../src/admin/pace.ts'
import { remediesOf } from '../../src/admin/remedies.ts'
import { pushUrl } from '../../src/admin/urls.ts'
import { href } from '../../src/admin/view.ts'
import { entrySentence, said, spoken, TONES } from '../../src/admin/words.ts'
import { mayWaive } from '../../src/api/waive.ts'
import { ORDER_STATES, type OrderStateName } from '../../src/domain/order-state.ts'
import { PROBLEMS, type ProblemCode } from '../../src/domain/problem.ts'
import type { Entry } from '../../src/domain/timeline.ts'
import type { ConnectionHealth, OrderView, TimelineView } from '../../src/store/read.ts'

const NOON = Date.UTC(2026, 10, 11, 4, 0, 5)
const SECOND = 1000
const HOUR = 3_600_000

describe('times and money', () => {
  it('are shown in the zone of the merchant', () => {
    expect(clock(NOON, 'Asia/Shanghai')).toEqual({
      date: '2026-11-11',
      day: '11-11',
      time: '12:00:05',
      full: '2026-11-11 12:00:05',
    })
    expect(clock(NOON, 'America/New_York').full).toBe('2026-11-10 23:00:05')
    expect(clock(NOON, 'Nowhere/Land').full).toBe('2026-11-11 04:00:05')
    expect(new Date(startOfDay(NOON, 'Asia/Shanghai')).toISOString()).toBe('2026-11-10T16:00:00.000Z')
  })

  it.each([
    [-3 * SECOND, '刚刚', 'just now'],
    [-59 * SECOND, '59 秒前', '59 s ago'],
    [-61 * SECOND, '1 分钟前', '1 min ago'],
    [-25 * HOUR, '1 天前', '1 d ago'],
    [119 * 60 * SECOND, '1 小时后', 'in 1 h'],
  ])('%d ms away is %s, %s', (ms, chinese, english) => {
    expect([relative(NOON + ms, NOON, 'zh'), relative(NOON + ms, NOON, 'en')]).toEqual([chinese, english])
  })

  it.each([
    [0, '0 毫秒', '0 ms'],
    [175.4, '175 毫秒', '175 ms'],
    [2_340, '2.3 秒', '2.3 s'],
    [250 * SECOND, '4 分 10 秒', '4 min 10 s'],
    [2 * HOUR, '2 小时', '2 h'],
  ])('%d ms long is %s, %s', (ms, chinese, english) => {
    expect([duration(ms, 'zh'), duration(ms, 'en')]).toEqual([chinese, english])
  })

  it('tell how urgent something is', () => {
    expect([-1, 1, HOUR, 5 * HOUR].map((ms) => urgency(NOON + ms, NOON))).toEqual(['over', 'near', 'near', 'ahead'])
  })

  it('carry their currency, to the last unit', () => {
    expect(money({ amount: 1990, currency: 'CNY' }, 'zh')).toBe('¥19.90')
    expect(money({ amount: 1990, currency: 'CNY' }, 'en')).toBe('CN¥19.90')
    expect(money({ amount: 500, currency: 'JPY' }, 'zh')).toBe('JP¥500')
    expect(money({ amount: 9_007_199_254_740_991, currency: 'CNY' }, 'zh')).toBe('¥90,071,992,547,409.91')
    expect(money({ amount: 100, currency: 'not one' }, 'zh')).toBe('1.00 not one')
  })
})

describe('the dictionaries', () => {
  const slots = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort()

  it('name the same facts in both languages, and no English is left in the Chinese one', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      // A unit alone may have to know its number in English only.
      if (!key.startsWith('unit.')) expect([key, slots(en[key])]).toEqual([key, slots(zh[key])])
      expect([key, /[\u4e00-\u9fff]/.test(en[key])]).toEqual([key, false])
    }
  })

  it('fill in facts, and choose by number', () => {
    const [cn, english] = [translator('zh'), translator('en')]
    expect(cn('exceptions.retryAll', { n: 12 })).toBe('全部重试（12 条）')
    expect(english('unit.items', { n: 1 })).toBe('1 item')
    expect(english('unit.items', { n: '1,200' })).toBe('1,200 items')
    expect(english('unit.order', { n: 0 })).toBe('orders')
    expect(cn('orders.found', { q: '<b>$&{n}' })).toBe('搜索“<b>$&{n}”')
  })

  it('have every word they are asked for by a composed key', () => {
    const has = (key: string) => expect([key, key in zh]).toEqual([key, true])
    for (const state of ORDER_STATES) has(`state.${state}`)
    for (const code of Object.keys(PROBLEMS) as ProblemCode[])
      for (const remedy of remediesOf(code)) has(`remedy.${remedy}`)
    for (const mode of ['live', 'trial', 'observe']) has(`mode.${mode}.hint`)
  })
})

const entry = (what: Entry['what'], at: number, more: Partial<TimelineView> = {}): TimelineView => ({
  at,
  who: 'cangqiao',
  whoName: 'cangqiao',
  what,
  zh: '',
  en: '',
  facts: {},
  ms: null,
  raw: null,
  ...more,
})

describe('a sentence', () => {
  const view = { language: 'zh', zone: 'Asia/Shanghai' } as const

  it('has its words and times in the language of the page', () => {
    const lacks = { zh: '收件信息缺少：姓名、电话', en: 'The receiver lacks: name, phone' }
    expect([said(lacks, view), said(lacks, { language: 'en' })]).toEqual([lacks.zh, lacks.en])
    expect([spoken('trial', view), spoken('买家来电', view), spoken('trial', { language: 'en' })]).toEqual([
      '试运行，核对后放行',
      '买家来电',
      'trial',
    ])
    expect(entrySentence(entry('ship_by_moved', 0, { facts: { shipBy: NOON } }), view)).toBe(
      '最晚发货时间改为 2026-11-11 12:00:05',
    )
    expect(entrySentence(entry('held', 0, { facts: { why: 'trial' } }), view)).toBe('挂起：试运行，核对后放行')
    expect(entrySentence(entry('shipped', 0, { facts: { document: 'D', carrier: 'SF', waybill: 'W' } }), view)).toBe(
      '出库 D：顺丰 W',
    )
    const opened = entry('problem_opened', 0, { facts: { problem: '收件信息缺少：加密收件人', problem_en: 'lacks' } })
    expect(entrySentence(opened, view)).toBe('异常：收件信息缺少：加密收件人')
    expect(entrySentence(opened, { ...view, language: 'en' })).toBe('Exception: lacks')
  })
})

const order = (state: OrderStateName, more: Partial<OrderView> = {}): OrderView =>
  ({
    state,
    payment: 'paid',
    lines: [],
    fulfillments: [],
    shipments: [],
    timeline: [],
    hold: null,
    presale: null,
    ...more,
  }) as unknown as OrderView

describe('an order', () => {
  it('always has somebody whose turn it is, in words', () => {
    const { t } = { t: translator('zh') }
    for (const state of ORDER_STATES) {
      const { who, what } = turnOf(order(state), NOON, true)
      expect([state, t(`turn.who.${who}`) !== '' && t(what) !== '']).toEqual([state, true])
      expect(TONES[state] === 'red').toBe(state === 'exception')
    }
    expect(turnOf(order('held', { hold: { why: 'trial', by: 'cangqiao' } }), NOON, true).what).toBe('turn.trial')
    expect(
      turnOf(order('received', { lines: [{}] as never, presale: { kind: 'full', releaseAt: NOON + 1 } }), NOON, true)
        .what,
    ).toBe('turn.presale')
    expect(turnOf(order('received'), NOON, true).what).toBe('turn.fetching')
    expect(turnOf(order('shipped'), NOON, false).what).toBe('turn.untold')
  })

  it('has come as far as its last true step', () => {
    const timeline = [entry('order_received', 1), entry('allocated', 2), entry('accepted', 3)]
    const alive = [{ status: 'accepted', warehouseName: 'A' }] as unknown as OrderView['fulfillments']
    const status = (view: OrderView, tells = true) =>
      stepsOf(view, tells)
        .map((step) => step.status)
        .join(' ')
    expect(status(order('accepted', { timeline, fulfillments: alive }))).toBe('done done done now todo')
    expect(status(order('exception', { timeline }))).toBe('done stuck todo todo todo')
    expect(status(order('cancelled', { timeline }))).toBe('done todo todo todo todo')
    expect(status(order('accepted', { timeline, fulfillments: alive }), false)).toBe('done done done now')
  })
})

describe('the pace', () => {
  it('is counted from the last message to the first acceptance, without what had to wait', () => {
    const said = { who: 'platform' }
    const way = [
      entry('order_received', 100, said),
      entry('order_updated', 5_000, said),
      entry('allocated', 5_050),
      entry('accepted', 5_200),
    ]
    expect(paceOf(way)).toBe(200)
    expect(paceOf(way.slice(0, 3))).toBeUndefined()
    expect(paceOf([...way.slice(0, 3), entry('waiting_stock', 5_060), entry('accepted', 9_000)])).toBeUndefined()
    expect(percentiles([])).toBeUndefined()
    expect(percentiles(Array.from({ length: 100 }, (_, i) => 100 - i))).toEqual({ count: 100, p50: 50, p95: 95 })
    expect(percentiles([7])).toEqual({ count: 1, p50: 7, p95: 7 })
  })
})

describe('a problem', () => {
  it('is dismissed or overridden only where the API lets it be', () => {
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
      const wished = remediesOf(code).some((remedy) => remedy === 'dismiss' || remedy === 'override')
      expect([code, wished && !mayWaive(code)]).toEqual([code, false])
    }
  })

  it('waits for a person only with a button or a word on why there is none', () => {
    const silent = (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => remediesOf(code).length === 0)
    expect(silent).toEqual(['stock_short'])
  })

  it('is gathered by its cause: per SKU where one fix serves all, else per kind', () => {
    const group = (code: ProblemCode, subject: string, count: number, oldestAt: number) => ({
      code,
      subject,
      count,
      oldestAt,
      zh: `${code} ${subject}`,
      en: '',
      fixZh: '',
      fixEn: '',
    })
    const causes = causesOf([
      group('sku_unknown', 'A', 2, 30),
      group('warehouse_silent', 'D1', 1, 20),
      group('sku_unknown', 'B', 1, 10),
      group('warehouse_silent', 'D2', 4, 40),
    ])
    expect(causes.map(({ code, subject, count, oldestAt }) => [code, subject, count, oldestAt])).toEqual([
      ['warehouse_silent', undefined, 5, 20],
      ['sku_unknown', 'A', 2, 30],
      ['sku_unknown', 'B', 1, 10],
    ])
    expect(causes[0]?.zh).toBe('仓库没有答复，无法确认 … 是否已接单')
    expect(causes[1]?.zh).toBe('sku_unknown A')
  })
})

describe('a connection', () => {
  const work = { backlog: 0, jobs: 0, parked: 0, failures: 0, refused: null }
  const at = (more: Partial<ConnectionHealth>): ConnectionHealth => ({
    kind: 'shop',
    id: 's',
    name: 'S',
    system: 'standard',
    enabled: true,
    lastOrderAt: null,
    refusals: [],
    refusedSince: null,
    paused: null,
    work,
    ...more,
  })
  const level = (more: Partial<ConnectionHealth>, lastGood: number | null = null) =>
    conditionOf(at(more), NOON, lastGood).level
  const refused = [{ reason: 'signature_mismatch', count: 3, lastAt: NOON - 60_000 }]

  it('is failing when nothing gets through, and to be watched when something is odd', () => {
    expect(level({})).toBe('ok')
    expect(level({ enabled: false, refusedSince: 1 })).toBe('off')
    expect(level({ refusedSince: 1 })).toBe('failing')
    expect(level({ refusals: refused })).toBe('failing')
    expect(level({ refusals: refused }, NOON)).toBe('watch')
    expect(level({ refusals: refused.map((one) => ({ ...one, lastAt: NOON - 2 * HOUR })) })).toBe('watch')
    expect(level({ work: null })).toBe('watch')
    expect(level({ work: { ...work, parked: 1 } })).toBe('watch')
    expect(level({ work: { ...work, failures: 2 } })).toBe('failing')
    const paused = { until: NOON + HOUR, failures: 12, since: NOON, detail: 'HTTP 503' }
    expect(level({ paused: { ...paused, why: 'failing' } })).toBe('failing')
    expect(level({ paused: { ...paused, why: 'quota' } })).toBe('watch')
  })

  it('that refuses to run says where the two disagree, and not that it tries again', () => {
    const { level, reasons } = conditionOf(
      at({ work: { ...work, failures: 9, refused: { store: 3, log: 7 } } }),
      NOON,
      null,
    )
    expect([level, reasons]).toEqual(['failing', [{ key: 'health.refused', facts: { store: 3, log: 7 } }]])
  })

  it('has the address that its partner posts to', () => {
    const url = (kind: 'app' | 'shop' | 'warehouse', system: string) => pushUrl('https://x', { kind, system, id: 'i' })
    expect(url('shop', 'standard')).toBe('https://x/hooks/standard/i')
    expect(url('shop', 'douyin')).toBeUndefined()
    expect(url('app', 'douyin')).toBe('https://x/hooks/douyin/i')
    expect(url('warehouse', 'qimen')).toBe('https://x/callbacks/qimen/i')
  })
})

it('writes links without empty parts', () => {
  expect(href('/a', { b: '', c: undefined, d: null, e: 0, f: 'x y&z' })).toBe('/a?e=0&f=x+y%26z')
})

describe('the assets', () => {
  const folder = join(import.meta.dirname, '../../src/admin/public/admin/assets')

  it('are small, and few', () => {
    expect(readdirSync(folder).sort()).toEqual(['admin.css', 'admin.js'])
    expect(readFileSync(join(folder, 'admin.css')).length).toBeLessThan(15_000)
    expect(readFileSync(join(folder, 'admin.js')).length).toBeLessThan(6_000)
    expect(existsSync(join(folder, '../../_headers'))).toBe(true)
  })
})
