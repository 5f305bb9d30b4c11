/** What every alert channel must do, run over every fixture. A new channel adds files, not tests. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Channel, Receipt } from '../src/channels/channel.ts'
import { channels } from '../src/channels/index.ts'
import { clock, size, words } from '../src/channels/text.ts'
import { ALERT_CODES, type Alert, type AlertItem, BY_SUBJECT, ending, TITLES, tellable } from '../src/domain/alert.ts'
import { PROBLEMS, type ProblemCode } from '../src/domain/problem.ts'
import type { Connection } from '../src/wire/adapter.ts'
import type { WireCall, WireResponse } from '../src/wire/message.ts'
import type { Outcome } from '../src/wire/outcome.ts'
import { converse, damaged, outboundCases } from './support/cases.ts'

const files = import.meta.glob<string>('../src/channels/*/fixtures/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
})
interface Told {
  readonly alert: Alert
  readonly settings?: Readonly<Record<string, unknown>>
  readonly credentials?: Readonly<Record<string, string>>
  readonly outcome: Outcome<Receipt>
}
const cases = outboundCases<Told>(files)
const ids = Object.keys(channels)
const SOURCE = /^(?:documented https:\/\/\S+|invented)$/
/** 2026-06-09 16:28:12 in Beijing: the moment at which all fixtures are sent. */
const NOW = Date.UTC(2026, 5, 9, 8, 28, 12)

const channel = (id: string): Channel => channels[id] as Channel
const stored = (id: string) => JSON.parse(files[`../src/channels/${id}/fixtures/connection.json`] ?? '{}')

const connection = (id: string, more: Partial<Pick<Told, 'settings' | 'credentials'>> = {}): Connection => {
  const { credentials, settings } = stored(id)
  const all = { ...settings, ...more.settings }
  const baseUrl = 'baseUrl' in all ? (all.baseUrl ?? '') : channel(id).baseUrl
  return {
    id: 'al_1',
    baseUrl,
    credentials: more.credentials ?? credentials,
    app: {},
    settings: all,
    now: NOW,
    nonce: 'n-1',
  }
}
const say = (id: string, alert: Alert, more = {}) => channel(id).send(alert, connection(id, more))

const answered = (status: number, body: string): WireResponse => ({ status, headers: {}, body })

describe.each(cases)('$adapter $name', ({ adapter, name, source, wire, domain }) => {
  it('says what is expected, and reads the answer', () => {
    const { calls, outcome } = converse(
      say(adapter, domain.alert, domain),
      wire.map(({ answer }) => answer),
    )
    expect(calls).toEqual(wire.map(({ call }) => call))
    expect(outcome).toEqual(domain.outcome)
    expect(`${adapter}/${name}: ${source}`).toMatch(new RegExp(`: ${SOURCE.source.slice(1)}`))
  })

  it('takes no damaged answer for a yes that it is not, and never throws', () => {
    for (const { answer } of wire)
      for (const body of damaged(answer.body)) {
        const { outcome } = converse(say(adapter, domain.alert, domain), [{ ...answer, body }])
        if (domain.outcome.class !== 'done')
          expect([body.slice(0, 200), outcome?.class]).not.toEqual([body.slice(0, 200), 'done'])
      }
  })

  it('says nothing to who moved, and nothing is certain after an error of theirs', () => {
    for (const [status, kind] of [
      [302, 'rejected'],
      [500, 'unknown'],
      [408, 'unknown'],
    ] as const) {
      const { calls, outcome } = converse(say(adapter, domain.alert, domain), [answered(status, '')])
      if (calls.length > 0) expect([status, outcome?.class]).toEqual([status, kind])
    }
  })
})

describe.each(ids)('%s', (id) => {
  const own = cases.filter((one) => one.adapter === id)

  it('has a fixture for a message, and for each way to refuse it', () => {
    const classes = new Set(own.map(({ domain }) => domain.outcome.class))
    expect([...classes]).toEqual(expect.arrayContaining(['done', 'auth', 'quota', 'unknown', 'rejected']))
  })

  it('is described by texts that a form can ask for, each with a hint in both languages', () => {
    const { credentials, settings, limits } = channel(id)
    expect(limits.perMinute).toBeGreaterThan(0)
    for (const [name, field] of [...Object.entries(credentials.shape), ...Object.entries(settings.shape)]) {
      const { zh = '', description = '' } = (field as { meta(): { zh?: string; description?: string } }).meta() ?? {}
      expect([
        id,
        name,
        /[\u4e00-\u9fff]/.test(zh),
        /[\u4e00-\u9fff](?!桥|仓)/.test(description.replaceAll('仓桥', '')),
      ]).toEqual([id, name, true, false])
    }
    const { credentials: c, settings: s } = stored(id)
    expect(credentials.strict().safeParse(c).success).toBe(true)
    expect(settings.strict().safeParse(s).success).toBe(true)
  })

  it('shows its secrets in no other place than its partner wants them', () => {
    for (const { wire, domain } of own)
      for (const { call } of wire)
        for (const [name, value] of Object.entries(domain.credentials ?? stored(id).credentials) as [string, string][])
          if (/secret/i.test(name)) expect([name, JSON.stringify(call).includes(value)]).toEqual([name, false])
  })
})

// ---- The words -----------------------------------------------------------------------------------------------------

const item = (over: Partial<AlertItem> = {}): AlertItem => ({
  code: 'sku_unknown',
  title: '商品编码没有对应SKU',
  says: '商品编码 TEA-9 没有对应的 SKU',
  fix: '新建 SKU',
  count: 5000,
  since: NOW,
  ...over,
})
const alert = (over: Partial<Alert> = {}): Alert => ({
  id: 'alert_1',
  language: 'zh',
  merchant: '龙井旗舰店',
  at: NOW,
  zone: 'Asia/Shanghai',
  url: 'https://router.test/admin/exceptions',
  test: false,
  items: [item()],
  more: 0,
  ...over,
})

describe('an alert in words', () => {
  it('says whose it is, what, how often, since when, and what to do', () =>
    expect(words(alert(), 4000)).toBe(
      '【仓桥】龙井旗舰店：商品编码没有对应SKU\n商品编码 TEA-9 没有对应的 SKU（5000 次，最早 06-09 16:28）\n处理：新建 SKU\nhttps://router.test/admin/exceptions',
    ))

  it('counts the causes that have no room', () => {
    const many = alert({
      items: Array.from({ length: 8 }, (_, i) => item({ says: `商品编码 TEA-${i} 没有对应的 SKU` })),
      more: 3,
    })
    const text = words(many, 600)
    const shown = text.match(/^\d\. /gm)?.length ?? 0
    expect(shown).toBeGreaterThan(0)
    expect(text).toContain(`还有 ${11 - shown} 类`)
  })

  it('never is longer than its channel takes, whatever it says', () =>
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 8 }),
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 60, max: 3000 }),
        (all, merchant, max) => {
          const text = words(alert({ merchant, items: all.map((says) => item({ says })) }), max)
          expect(size(text)).toBeLessThanOrEqual(max)
          expect(text.isWellFormed() || !(all.join('') + merchant).isWellFormed()).toBe(true)
        },
      ),
    ))

  it('tells times in the zone of the merchant', () =>
    expect([clock(NOW, 'America/New_York'), clock(NOW, 'Nowhere/Land')]).toEqual(['06-09 04:28', '06-09 08:28']))
})

describe('no buyer', () => {
  const BUYER = '张三丰 13812345678 文一西路 1 号'
  const facts = Object.fromEntries(
    [...'header what why message error region document at name phone address city'.split(' ')].map((name) => [
      name,
      BUYER,
    ]),
  )

  it.each(ALERT_CODES)('is in what is said of %s', (code) => {
    for (const language of ['zh', 'en'] as const) {
      const told = tellable(code, { code: code as ProblemCode, at: BUYER, facts: { ...facts, header: 'x' } }, language)
      for (const part of BUYER.split(' ')) if (part.length > 2) expect(told.join(' ')).not.toContain(part)
    }
  })

  it('has a phone in a code that a seller wrote', () =>
    expect(tellable('sku_unknown', { code: 'sku_unknown', facts: { sku: 'A 13812345678' } }, 'zh')[0]).toBe(
      '商品编码 A … 没有对应的 SKU',
    ))

  it('is known by the end of an order number alone', () =>
    expect([ending('2611110000123456'), ending('A-1')]).toEqual(['…3456', '…-1']))
})

describe('the codes', () => {
  it('are all that waits for a person, each with a short title in both languages', () => {
    const parked = (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => PROBLEMS[code].disposition === 'park')
    expect(ALERT_CODES).toEqual(expect.arrayContaining(parked))
    for (const code of ALERT_CODES) {
      const [zh = '', en = ''] = TITLES[code] ?? []
      expect([code, zh.length > 0 && [...zh].length <= 16, en.length > 0 && en.length <= 32]).toEqual([
        code,
        true,
        true,
      ])
    }
  })

  it('whose subject is the cause are those of the migration', () => {
    const sql = readFileSync(join(import.meta.dirname, '../migrations/0005_alerts.sql'), 'utf8')
    const lists = [...sql.matchAll(/NEW\.code IN \(([^)]*)\)/g)].map(([, list = '']) =>
      [...list.matchAll(/'(\w+)'/g)].map(([, code]) => code),
    )
    expect(lists).toEqual([BY_SUBJECT, BY_SUBJECT])
  })
})

// ---- Single channels -----------------------------------------------------------------------------------------------

describe('markup', () => {
  const nasty = alert({ merchant: '<@all> & <!channel> <at user_id="all">x</at>' })
  const bodyOf = (id: string): string => (say(id, nasty).next().value as WireCall).body

  it('of Slack and 飞书 cannot ring everybody', () => {
    expect(bodyOf('slack')).not.toMatch(/[<>]/)
    expect(bodyOf('feishu')).not.toMatch(/[<>]/)
  })

  it('has no place in SMS: neither URL nor sign nor a variable longer than 20', () => {
    const long = alert({ merchant: `https://x.test/【】★${'长'.repeat(60)}`, items: [item(), item({ says: '二' })] })
    const url = new URL((say('aliyun-sms', long).next().value as WireCall).url)
    const param = JSON.parse(url.searchParams.get('TemplateParam') ?? '{}')
    expect(Object.keys(param)).toEqual(['merchant', 'count', 'title'])
    expect(param.count).toBe('10000')
    for (const value of Object.values(param) as string[]) {
      expect([...value].length).toBeLessThanOrEqual(20)
      expect(value).toMatch(/^[\p{Script=Han}A-Za-z0-9 -]+$/u)
    }
  })

  it('of an SMS by Twilio stays short', () => {
    const body = new URLSearchParams(
      (say('twilio', alert({ items: [item({ says: '长'.repeat(900) })] })).next().value as WireCall).body,
    )
    expect(size(body.get('Body') ?? '')).toBeLessThanOrEqual(600)
  })
})
