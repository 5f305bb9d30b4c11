/** What every tracker must do, run over every fixture. A new adapter adds files, not tests. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { trackers } from '../../src/carriers/index.ts'
import type { Tracker, TrackSubject } from '../../src/carriers/tracker.ts'
import { TRACKING_STATES, type TrackerEvent, withoutPeople } from '../../src/domain/tracking.ts'
import { acceptance, type Connection, type Conversation } from '../../src/wire/adapter.ts'
import { bytes, text, type WireRequest } from '../../src/wire/message.ts'
import type { Outcome } from '../../src/wire/outcome.ts'
import { converse, damaged, inboundCases, outboundCases } from '../support/cases.ts'

const files = import.meta.glob<string>('../../src/carriers/*/fixtures/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const inbound = inboundCases<unknown>(files)
const outbound = outboundCases<{ subject: TrackSubject; settings?: object; outcome: Outcome<unknown> }>(files)
const SOURCE = /^(?:documented https:\/\/\S+|captured|invented)$/
/** 2026-06-09 16:28:12 in Beijing: the moment at which all fixtures are sent. */
const NOW = Date.UTC(2026, 5, 9, 8, 28, 12)

const tracker = (id: string): Tracker => trackers[id] as Tracker
const connection = (id: string, settings: object = {}): Connection => {
  const stored = JSON.parse(files[`../../src/carriers/${id}/fixtures/connection.json`] ?? '{}')
  const { baseUrl } = tracker(id)
  const { credentials } = stored
  return {
    id: 'tk_1',
    baseUrl,
    credentials,
    app: {},
    settings: { ...stored.settings, ...settings },
    now: NOW,
    nonce: 'n',
  }
}

/** The form's field that is signed, and the field its signature stands in. */
const FIELDS: Readonly<Record<string, readonly [data: string, sign: string]>> = {
  kuaidi100: ['param', 'sign'],
  kdniao: ['RequestData', 'DataSign'],
}
const fieldsOf = (id: string) => FIELDS[id] as readonly [string, string]

const Id = z.string().min(1)
const State = z.enum(TRACKING_STATES)
const Scan = z.strictObject({
  at: z.int(),
  text: z.string().min(1).max(300),
  place: Id.optional(),
  state: State.optional(),
})
const Events = z.array(
  z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('tracked'),
      carrier: Id,
      was: Id.optional(),
      waybill: Id,
      state: State.optional(),
      entries: z.array(Scan).max(60),
    }),
    z.strictObject({
      type: z.literal('ended'),
      carrier: Id,
      waybill: Id,
      why: z.string(),
      corrected: Id.optional(),
    }),
  ]),
)

const sign = (id: string, wire: WireRequest): WireRequest =>
  tracker(id).inbound.signature.sign(wire, connection(id).credentials, NOW)
const verdict = (id: string, wire: WireRequest, credentials = connection(id).credentials): boolean =>
  tracker(id).inbound.signature.verify(wire, credentials, NOW).ok
const withData = (id: string, wire: WireRequest, data: string): WireRequest => {
  const form = new URLSearchParams(text(wire.body))
  form.set(fieldsOf(id)[0], data)
  return { ...wire, body: bytes(form.toString()) }
}
const dataOf = (id: string, wire: WireRequest): string =>
  new URLSearchParams(text(wire.body)).get(fieldsOf(id)[0]) ?? ''
const meaning = (id: string, wire: WireRequest): unknown => {
  const result = tracker(id).inbound.read(wire, {})
  return result.ok ? result.value : { problem: result.error }
}

describe.each(inbound)('$adapter reads $name', ({ adapter, source, wire, domain }) => {
  const signed = sign(adapter, wire)
  const data = dataOf(adapter, wire)

  it('says where the sample came from', () => expect(source).toMatch(SOURCE))

  it('accepts the signature, and nothing that differs', () => {
    const { credentials } = connection(adapter)
    const [, field] = fieldsOf(adapter)
    expect(verdict(adapter, signed)).toBe(true)
    expect(verdict(adapter, withData(adapter, signed, `${data} `))).toBe(false)
    expect(verdict(adapter, { ...signed, body: bytes('') })).toBe(false)
    expect(verdict(adapter, signed, {})).toBe(false)
    for (const name of Object.keys(credentials)) {
      const other = { ...credentials, [name]: 'another' }
      const resigned = tracker(adapter).inbound.signature.sign(wire, other, NOW)
      if (text(resigned.body) !== text(signed.body)) expect(verdict(adapter, signed, other)).toBe(false)
    }
    const bare = new URLSearchParams(text(signed.body))
    bare.delete(field)
    expect(
      tracker(adapter).inbound.signature.verify({ ...signed, body: bytes(bare.toString()) }, credentials, NOW),
    ).toMatchObject({ ok: false, error: { code: 'signature_missing' } })
  })

  it('means what domain.json says', () => {
    expect(meaning(adapter, signed)).toEqual(domain)
    if (Array.isArray(domain)) expect(Events.safeParse(domain).error).toBeUndefined()
  })

  it('holds no phone number and no name', () => {
    const said = JSON.stringify(domain)
    expect(said).not.toMatch(/13800001234|138-0000-1234|8888888|张三/)
  })

  it('never throws on a damaged copy, and makes no damaged event of it', () => {
    for (const copy of damaged(data)) {
      const result = tracker(adapter).inbound.read(withData(adapter, signed, copy), {})
      if (result.ok) expect(Events.safeParse(result.value).error, copy).toBeUndefined()
      else expect(result.error.code).toBe('payload_malformed')
    }
  })
})

// ---- Ten thousand pushes, mutated ----------------------------------------------------------------------------------

/** Written otherwise, and still the same: spaces, other order of keys, fields that nobody knows. */
const rewritten = (node: unknown, turn: number): unknown => {
  if (Array.isArray(node)) return node.map((one) => rewritten(one, turn))
  if (node === null || typeof node !== 'object') return node
  const entries = Object.entries(node).map(([key, value]) => [key, rewritten(value, turn)] as const)
  const turned = turn % 2 === 0 ? entries : entries.toReversed()
  return Object.fromEntries(turn % 3 === 0 ? [...turned, ['added', { by: 'nobody' }]] : turned)
}

describe.each(Object.keys(trackers))('10,000 mutated pushes of %s', (id) => {
  const cases = inbound.filter((one) => one.adapter === id)
  const body = fc.constantFrom(...cases.map((one) => sign(id, one.wire)))
  const readable = fc.constantFrom(...cases.filter((one) => Array.isArray(one.domain)).map((one) => sign(id, one.wire)))
  const runs = { numRuns: 2_500 }

  it('of which one byte of what is signed differs are refused', () =>
    fc.assert(
      fc.property(body, fc.nat(), fc.integer({ min: 1, max: 255 }), (signed, at, by) => {
        const data = Buffer.from(dataOf(id, signed))
        const place = at % data.length
        data[place] = (data[place] as number) ^ by
        const changed = withData(id, signed, data.toString('latin1'))
        expect(verdict(id, changed)).toBe(dataOf(id, changed) === dataOf(id, signed))
      }),
      runs,
    ))

  it('of any bytes at all neither throw nor pass', () =>
    fc.assert(
      fc.property(body, fc.nat(), fc.uint8Array({ maxLength: 40 }), (signed, at, bytes) => {
        const place = at % signed.body.length
        const changed = Buffer.concat([
          signed.body.subarray(0, place),
          bytes,
          signed.body.subarray(place + bytes.length),
        ])
        const request = { ...signed, body: new Uint8Array(changed) }
        if (verdict(id, request)) expect(meaning(id, request)).toEqual(meaning(id, signed))
        else tracker(id).inbound.read(request, {})
      }),
      runs,
    ))

  it('signed anew mean the same, written otherwise', () =>
    fc.assert(
      fc.property(readable, fc.nat(12), (signed, turn) => {
        const root = JSON.parse(dataOf(id, signed).replace(/"nu":(\d+)/, '"nu":"$1"')) as unknown
        const again = sign(id, withData(id, signed, JSON.stringify(rewritten(root, turn), null, turn % 4)))
        expect(verdict(id, again)).toBe(true)
        expect(meaning(id, again)).toEqual(meaning(id, signed))
      }),
      runs,
    ))

  it('signed anew, with a value of any kind in any place, are events that hold together or malformed', () =>
    fc.assert(
      fc.property(readable, fc.nat(), fc.jsonValue({ maxDepth: 2 }), (signed, at, value) => {
        const data = dataOf(id, signed)
        const places = [...data.matchAll(/"(?:\\.|[^"\\])*"|\btrue\b|\bfalse\b|\bnull\b|\b\d+\b/g)]
        const place = places[at % places.length]
        if (!place) return
        const text = JSON.stringify(value)
        const changed = data.slice(0, place.index) + text + data.slice(place.index + place[0].length)
        const result = tracker(id).inbound.read(sign(id, withData(id, signed, changed)), {})
        if (result.ok) expect(Events.safeParse(result.value).error, changed).toBeUndefined()
        else expect(result.error.code).toBe('payload_malformed')
      }),
      runs,
    ))
})

// ---- Outbound ------------------------------------------------------------------------------------------------------

const say = (id: string, verb: string, subject: TrackSubject, at: Connection) =>
  (tracker(id).outbound as unknown as Record<string, (s: TrackSubject, c: Connection) => Conversation<unknown>>)[
    verb
  ]?.(subject, at) as Conversation<unknown>

describe.each(outbound)('$adapter asks $name', ({ adapter, name, source, wire, domain }) => {
  it('what wire.http says, and ends as domain.json says', () => {
    expect(source).toMatch(SOURCE)
    const answers = wire.map(({ answer }) => answer)
    const verb = name.split('-')[0] ?? ''
    const said = converse(say(adapter, verb, domain.subject, connection(adapter, domain.settings)), answers)
    expect(said.calls.map(({ safe, ...call }) => call)).toEqual(wire.map(({ call }) => call))
    expect(JSON.parse(JSON.stringify(said.outcome))).toEqual(domain.outcome)
  })
})

describe.each(Object.keys(trackers))('%s', (id) => {
  const parcel = { carrier: 'YTO', waybill: 'YT8000000000001' }
  const ends = (verb: string, status: number, body = '') =>
    converse(say(id, verb, parcel, connection(id)), [{ status, headers: {}, body }])

  it.each(['subscribe', 'query'])('takes no answer to %s for a yes that is none', (verb) => {
    const unknown = verb === 'query' ? 'retry' : 'unknown'
    for (const status of [500, 503, 408]) expect(ends(verb, status).outcome).toMatchObject({ class: unknown })
    for (const body of ['', 'ok', '<html>', '{', '[]', '{}', 'null', '{"result":true,"Success":"maybe"}'])
      expect(ends(verb, 200, body).outcome, body).toMatchObject({ class: unknown })
    for (const status of [401, 403]) expect(ends(verb, status).outcome).toMatchObject({ class: 'auth' })
    expect(ends(verb, 429).outcome).toMatchObject({ class: 'quota' })
    expect(ends(verb, 302).outcome).toMatchObject({ class: 'rejected' })
    expect(ends(verb, 500).calls[0]?.safe).toBe(verb === 'query')
  })

  it('shows in its fixtures each class that a subscription can end in', () =>
    expect(
      [
        ...new Set(
          outbound
            .filter((one) => one.adapter === id && one.name.startsWith('sub'))
            .map((one) => one.domain.outcome.class),
        ),
      ].toSorted(),
    ).toEqual(['auth', 'done', 'exists', 'quota', 'rejected', 'retry', 'unknown']))

  it('needs its credentials, and no settings', () => {
    const { credentials } = connection(id)
    expect(tracker(id).credentials.safeParse(credentials).success).toBe(true)
    for (const field of Object.keys(credentials))
      expect(tracker(id).credentials.safeParse({ ...credentials, [field]: '' }).success).toBe(false)
    expect(tracker(id).settings.parse({})).toMatchObject({
      ...{ subscribe: 'suspicious', collectWithinHours: 24, stuckAfterDays: 3 },
    })
  })

  it('acknowledges with 200 and refuses with 401, in its own words', () => {
    const ack = tracker(id).ack(connection(id).credentials, NOW)
    const { refused } = ack
    const accepted = acceptance(ack, { method: 'POST', url: '', headers: {}, body: new Uint8Array() })
    expect([accepted.status, refused.status]).toEqual([200, 401])
    expect([JSON.parse(accepted.body), JSON.parse(refused.body)]).toMatchObject(
      id === 'kdniao'
        ? [{ EBusinessID: '1234567', UpdateTime: '2026-06-09 16:28:12', Success: true, Reason: '' }, { Success: false }]
        : [{ result: true, returnCode: '200', message: '成功' }, { result: false }],
    )
  })
})

describe('people', () => {
  it.each([
    ['签收人: 张三', '签收人: 张**'],
    ['收件人姓名：欧阳小明。', '收件人姓名：欧**。'],
    ['电话13800001234，单号YT8000000000001', '电话***1234，单号YT***0001'],
    ['0571-88888888', '***8888'],
    ['2026-06-09 10:00:00 已发往杭州', '2026-06-09 10:00:00 已发往杭州'],
    ['派件员【李四】', '派件员【李四】'],
  ])('%s is kept as %s', (said, kept) => expect(withoutPeople(said)).toBe(kept))

  it('of a long way the first scan and the newest are kept', () => {
    const scans = Array.from(
      { length: 100 },
      (_, i) =>
        `{"ftime":"2026-06-09 10:${String(i % 60).padStart(2, '0')}:${i < 60 ? '00' : '30'}","context":"站 ${i}"}`,
    )
    const data = `{"status":"polling","lastResult":{"nu":"1","com":"yuantong","state":"0","data":[${scans.toReversed().join()}]}}`
    const wire = {
      method: 'POST',
      url: 'https://router.test/',
      headers: {},
      body: bytes(new URLSearchParams({ param: data }).toString()),
    }
    const [event] = meaning('kuaidi100', wire) as TrackerEvent[]
    const entries = event?.type === 'tracked' ? event.entries : []
    expect([entries.length, entries[0]?.text]).toEqual([60, '站 0'])
    expect(entries).toEqual(entries.toSorted((a, b) => a.at - b.at))
  })
})
