/** What every warehouse system must do, run over every fixture. A new adapter adds files, not tests. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Placement, WarehouseEvent } from '../src/domain/fulfillment.ts'
import type { Receiver } from '../src/domain/order.ts'
import { warehouses } from '../src/warehouses/index.ts'
import type { Warehouse } from '../src/warehouses/warehouse.ts'
import { acceptance, type Connection, type Conversation, type Inbound } from '../src/wire/adapter.ts'
import { bytes, text, type WireCall, type WireRequest, type WireResponse } from '../src/wire/message.ts'
import type { Outcome } from '../src/wire/outcome.ts'
import { converse, damaged, inboundCases, outboundCases } from './support/cases.ts'

const files = import.meta.glob<string>('../src/warehouses/*/fixtures/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const inbound = inboundCases<unknown>(files)
const outbound = outboundCases<{ subject: unknown; settings?: Record<string, unknown>; outcome: Outcome<unknown> }>(
  files,
)
const adapters = Object.keys(warehouses)
const SOURCE = /^(?:documented https:\/\/\S+|captured|invented)$/

/** 2026-06-09 16:28:12 in Beijing: the moment at which all fixtures are sent. */
const NOW = Date.UTC(2026, 5, 9, 8, 28, 12)

const warehouse = (id: string): Warehouse => warehouses[id] as Warehouse

/** Of an adapter with a way in; one without has no inbound fixtures either. */
const inboundOf = (id: string): Inbound<WarehouseEvent> => warehouse(id).inbound as Inbound<WarehouseEvent>
const pushed = adapters.filter((id) => warehouse(id).inbound)

const connection = (id: string, settings: Record<string, unknown> = {}): Connection => {
  const stored = JSON.parse(files[`../src/warehouses/${id}/fixtures/connection.json`] ?? '{}')
  const { baseUrl = warehouse(id).baseUrl, credentials } = stored
  return {
    id: 'w1',
    baseUrl,
    credentials,
    app: {},
    settings: { ...stored.settings, ...settings },
    now: NOW,
    nonce: 'n-1',
  }
}

type Verb = 'place' | 'cancel' | 'query' | 'stock' | 'item' | 'receipt' | 'intercept' | 'hold' | 'bundle'
type Say = (subject: unknown, at: Connection) => Conversation<unknown>
const say = (id: string, verb: Verb | 'poll' | 'refresh', subject: unknown, at: Connection) => {
  const { outbound, poll, authorization } = warehouse(id)
  const refresh: Say = (_, shop) => authorization?.refresh?.(shop) as Conversation<unknown>
  const verbs = { ...outbound, poll: poll?.page, refresh }
  return (verbs[verb] as Say)(subject, at)
}

/** Copies of an XML text whose elements are each left out, emptied, retyped, doubled. */
function* damagedXml(body: string): Generator<string> {
  if (!body.startsWith('<')) return
  for (const { 0: leaf, 1: name, index } of body.matchAll(/<(\w+)>[^<]*<\/\1>/g)) {
    const changed = [
      '',
      `<${name}/>`,
      `<${name}>-1</${name}>`,
      `<${name}>x</${name}>`,
      `<${name}><a>1</a></${name}>`,
      leaf + leaf,
    ]
    for (const by of changed) yield body.slice(0, index) + by + body.slice(index + leaf.length)
  }
  for (const [, name] of body.matchAll(/<(\w+)>\s*</g)) {
    const whole = new RegExp(`<${name}>[\\s\\S]*</${name}>`)
    for (const by of ['', `<${name}>text</${name}>`, `<${name}/><${name}/>`]) yield body.replace(whole, by)
  }
}

// ---- What an event must look like, whatever came in ----------------------------------------------------------------

const Id = z.string().min(1)
const At = z.int().nonnegative()
const Ref = z.strictObject({ document: Id.optional(), externalId: Id.optional() })
const Status = z.enum(['accepted', 'picking', 'packed', 'shipped', 'delivered', 'rejected', 'cancelled', 'exception'])
const Item = z.strictObject({ sku: Id, quantity: z.int().positive() })
const Package = z.strictObject({
  packageId: Id,
  carrier: Id,
  carrierSaid: Id.optional(),
  waybill: Id,
  items: z.array(Item),
})
const Move = z.strictObject({ bizId: Id, sku: Id, delta: z.int(), document: Id.optional(), reason: z.string() })
const Level = z.strictObject({ sku: Id, quantity: z.int(), frozen: z.int().optional() })
const Events: z.ZodType<readonly WarehouseEvent[]> = z.array(
  z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('shipped'),
      ref: Ref,
      bizId: Id,
      final: z.boolean(),
      at: At,
      packages: z.array(Package),
    }),
    z.strictObject({ type: z.literal('progress'), ref: Ref, status: Status, at: At, message: Id.optional() }),
    z.strictObject({ type: z.literal('changed'), ref: Ref, at: At }),
    z.strictObject({ type: z.literal('moved'), at: At, items: z.array(Move).min(1) }),
    z.strictObject({ type: z.literal('snapshot'), asOf: At, full: z.boolean(), items: z.array(Level) }),
    z.strictObject({ type: z.literal('ping') }),
  ]),
) as never

// ---- Inbound -------------------------------------------------------------------------------------------------------

describe.each(inbound)('$adapter reads $name', ({ adapter, source, wire, domain }) => {
  const inbound = inboundOf(adapter)
  const { credentials } = connection(adapter)
  const body = text(wire.body)
  const signed = inbound.signature.sign(wire, credentials, NOW)
  const verdict = (one: WireRequest, secrets = credentials, now = NOW) => inbound.signature.verify(one, secrets, now).ok

  it('says where the sample came from', () => expect(source).toMatch(SOURCE))

  it('accepts the signature, and nothing that differs', () => {
    expect(verdict(signed)).toBe(true)
    expect(verdict({ ...signed, body: bytes(`${body} `) })).toBe(false)
    expect(verdict({ ...signed, body: bytes('') })).toBe(false)
    for (const field of Object.keys(credentials)) {
      const changed = { ...credentials, [field]: 'other' }
      const resigned = inbound.signature.sign(wire, changed, NOW)
      if (JSON.stringify(resigned) !== JSON.stringify(signed)) expect(verdict(signed, changed)).toBe(false)
    }
    expect(verdict(signed, {})).toBe(false)
    // Where no time is signed, a late retry carries its first signature.
    expect(verdict(signed, credentials, NOW + 86_400_000)).toBe(inbound.staleMs === undefined)
    expect(inbound.signature.verify(wire, credentials, NOW)).toMatchObject({
      ok: false,
      error: { code: 'signature_missing' },
    })
  })

  it('means what domain.json says', () => {
    const result = inbound.read(signed, credentials)
    expect(result.ok ? result.value : { problem: result.error }).toEqual(domain)
    if (result.ok) expect(Events.safeParse(result.value).error).toBeUndefined()
  })

  it('never throws on a damaged copy, and makes no damaged event of it', () => {
    for (const copy of [...damaged(body), ...damagedXml(body)]) {
      const result = inbound.read({ ...signed, body: bytes(copy) }, credentials)
      if (result.ok) expect(Events.safeParse(result.value).error, copy).toBeUndefined()
      else expect(result.error.code).toBe('payload_malformed')
    }
  })

  if (!body.startsWith('<')) return
  it('refuses entities and a DOCTYPE', () => {
    const bomb = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    const bombed = body.replace(/(<\?xml[^>]*>)?/, `$1${bomb}`)
    expect(inbound.read({ ...signed, body: bytes(bombed) }, credentials).ok).toBe(false)
  })
})

describe('inbound fixtures', () => {
  const events = (adapter: string) =>
    inbound
      .filter((one) => one.adapter === adapter && Array.isArray(one.domain))
      .flatMap((one) => one.domain as WarehouseEvent[])

  it.each(pushed)('of %s hold one package, two, the first of two, a code 007, and something malformed', (adapter) => {
    const shipped = events(adapter).filter((event) => event.type === 'shipped')
    expect(shipped.some(({ packages }) => packages.length === 1)).toBe(true)
    expect(shipped.some(({ packages }) => packages.length === 2)).toBe(true)
    expect(shipped.some(({ final }) => !final)).toBe(true)
    expect(shipped.some(({ packages }) => packages.some(({ items }) => items.some(({ sku }) => sku === '007')))).toBe(
      true,
    )
    expect(inbound.some((one) => one.adapter === adapter && !Array.isArray(one.domain))).toBe(true)
  })

  it.each(pushed)('of %s tell a repeat by the same bizId', (adapter) => {
    const [first, again] = ['one-package', 'repeated'].map((word) =>
      inbound.find((one) => one.adapter === adapter && one.name.endsWith(word)),
    )
    expect(again?.domain).toEqual(first?.domain)
  })
})

// ---- Outbound ------------------------------------------------------------------------------------------------------

describe.each(outbound)('$adapter writes $name', ({ adapter, name, source, wire, domain }) => {
  it('asks what wire.http says, and ends as domain.json says', () => {
    expect(source).toMatch(SOURCE)
    const verb = name.split('-')[0] as Parameters<typeof say>[1]
    const conversation = say(adapter, verb, domain.subject, connection(adapter, domain.settings))
    const said = converse(
      conversation,
      wire.map(({ answer }) => answer),
    )
    expect(said.calls.map(({ safe, ...call }) => call)).toEqual(wire.map(({ call }) => call))
    expect(said.outcome).toEqual(domain.outcome)
  })
})

describe('outbound fixtures', () => {
  const classes = (adapter: string, verb: string) =>
    new Set(
      outbound
        .filter((one) => one.adapter === adapter && one.name.startsWith(verb))
        .map((one) => one.domain.outcome.class),
    )

  it.each(adapters)('of %s show each class that a place can end in', (adapter) =>
    expect([...classes(adapter, 'place')].toSorted()).toEqual([
      'auth',
      'done',
      'exists',
      'quota',
      'rejected',
      'retry',
      'unknown',
    ]),
  )

  it.each(adapters)(
    'of %s show a cancel done and refused, and a query that finds, and one that does not',
    (adapter) => {
      expect([...classes(adapter, 'cancel')]).toEqual(expect.arrayContaining(['done', 'rejected']))
      const found = outbound.filter((one) => one.adapter === adapter && one.name.startsWith('query'))
      const values = found.map((one) => (one.domain.outcome as { value?: { found: boolean } }).value?.found)
      expect(new Set(values)).toEqual(new Set([true, false, undefined]))
    },
  )
})

const ANY: WireRequest = { method: 'POST', url: 'https://router.test/', headers: {}, body: bytes('') }

const REF = { document: '0001000000A001K' }
const SUBJECTS: Readonly<Record<Verb, unknown>> = {
  place: undefined,
  cancel: { ...REF, externalId: 'E1' },
  query: REF,
  stock: ['007'],
  item: { sku: '007', title: 'Tea' },
  receipt: { document: 'CG0001', kind: 'purchase', lines: [{ lineId: '1', sku: '007', title: 'Tea', quantity: 1 }] },
  intercept: { ...REF, waybill: 'SF0000000001' },
  hold: { ...REF, held: true },
  bundle: { sku: 'GIFT-1', parts: [{ sku: '007', quantity: 2 }] },
}

const order = (receiver: Partial<Receiver> = {}, more: Partial<Placement> = {}): Placement => ({
  document: REF.document,
  platform: 'standard',
  shopName: '茶铺',
  platformOrderId: '10001',
  placedAt: NOW,
  receiver: {
    kind: 'plain',
    readable: {
      ...{ name: '张三', phone: '13800000000', country: 'CN', province: '浙江省', city: '杭州市' },
      ...{ address: '文一路 1 号', zip: '310000' },
    },
    masked: { name: '张*', phone: '138****0000', address: '***' },
    cipher: {},
    ...receiver,
  },
  lines: [{ lineId: '1', sku: '007', title: '龙井', quantity: 1, price: { amount: 1990, currency: 'CNY' } }],
  total: { amount: 1990, currency: 'CNY' },
  custom: {},
  ...more,
})

const subject = (verb: Verb) => (verb === 'place' ? order() : SUBJECTS[verb])

describe.each(adapters)('%s', (id) => {
  const verbs = (Object.keys(SUBJECTS) as Verb[]).filter((verb) => warehouse(id).outbound[verb])
  const answer = (status: number, body = ''): WireResponse => ({ status, headers: {}, body })

  it.each(verbs)('takes no answer to %s for a yes that is none', (verb) => {
    const safe = verb === 'query' || verb === 'stock'
    const ends = (status: number, body?: string) =>
      converse(say(id, verb, subject(verb), connection(id)), [answer(status, body)]).outcome?.class
    for (const status of [500, 502, 503, 504, 408]) expect(ends(status)).toBe(safe ? 'retry' : 'unknown')
    // An empty list is an answer where a fixture has it as one.
    const meant = outbound
      .filter((one) => one.adapter === id && one.name.startsWith(verb))
      .flatMap(({ wire }) => wire.map(({ answer }) => answer.body))
    const bodies = ['', 'ok', '<html><body>ok</body></html>', '{', '[]', '<a/>']
    for (const body of bodies.filter((one) => one === '' || !meant.includes(one))) {
      expect(ends(200, body), body).toBe(safe ? 'retry' : 'unknown')
    }
    for (const status of [401, 403]) expect(ends(status)).toBe('auth')
    expect(ends(429)).toBe('quota')
    expect(['rejected', 'retry']).toContain(ends(302))
    expect(['rejected', 'retry']).toContain(ends(404, '<html>no</html>'))
  })

  it.each(verbs)('marks %s as safe only if it changes nothing', (verb) => {
    const [call] = converse(say(id, verb, subject(verb), connection(id)), [answer(500)]).calls
    expect(call?.safe ?? false).toBe(verb === 'query' || verb === 'stock')
  })

  it('says the same thing twice for the same document', () => {
    const once = () => converse(say(id, 'place', order(), connection(id)), [answer(500)]).calls
    expect(once()).toEqual(once())
  })

  const several = outbound.find((one) => one.adapter === id && one.name === 'stock-several')
  const [asked] = several?.wire ?? []
  /** One call names many SKUs; elsewhere each has its own. */
  const batched = (several?.domain.subject as readonly string[] | undefined)?.every((sku) =>
    `${asked?.call.url}&${asked?.call.body}`.includes(sku),
  )
  it.runIf(batched)('asks for many SKUs in several calls, each with a signature of its own', () => {
    const skus = Array.from({ length: 120 }, (_, n) => `SKU-${n}`)
    const good = several?.wire[0]?.answer as WireResponse
    const { calls } = converse(
      say(id, 'stock', skus, connection(id)),
      skus.map(() => good),
    )
    expect(calls.length).toBeGreaterThan(1)
    expect(calls.length, 'calls of one conversation').toBeLessThanOrEqual(40)
    for (const sku of skus)
      expect(calls.filter(({ url, body }) => `${url}&${body}`.match(new RegExp(`${sku}\\b`)))).toHaveLength(1)
    expect(new Set(calls.map(({ url, headers, body }) => JSON.stringify([url, headers, body]))).size).toBe(calls.length)
  })

  it('can do what it says, and gives a reason for the rest', () => {
    const { capabilities, outbound: verbs, inbound, poll } = warehouse(id)
    for (const verb of ['place', 'query', 'cancel', 'stock', 'item'] as const)
      expect(capabilities[verb] === 'built', verb).toBe(verb in verbs)
    if (capabilities.receipts === 'built' || capabilities.returns === 'built') expect(verbs.receipt).toBeDefined()
    expect(capabilities.intercept === 'built').toBe(verbs.intercept !== undefined)
    expect(capabilities.push === 'built').toBe(inbound !== undefined)
    expect(capabilities.poll === 'built').toBe(poll !== undefined)
    expect(Boolean(inbound ?? poll), 'no way in').toBe(true)
    for (const one of Object.values(capabilities))
      if (one !== 'built') expect(Object.values(one).join('').length).toBeGreaterThan(10)
  })

  it('needs its credentials, and no more settings than an address', () => {
    const { credentials } = connection(id)
    expect(warehouse(id).credentials.safeParse(credentials).success).toBe(true)
    for (const field of Object.keys(warehouse(id).credentials.shape)) {
      expect(warehouse(id).credentials.safeParse({ ...credentials, [field]: '' }).success).toBe(false)
    }
    const shop = warehouse(id).ownIntake ? connection(id).settings : {}
    const settings = warehouse(id).settings.parse({ ...shop, baseUrl: 'https://wms.example.com', feed: 'gross' })
    if (verbs.includes('stock')) expect(settings).toMatchObject({ feed: 'gross' })
    expect(warehouse(id).receiverKinds(settings)).toContain('plain')
    expect(warehouse(id).receiverKinds({})).toContain('plain')
    expect(warehouse(id).cod({ cod: true })).toBe('cod' in warehouse(id).settings.shape)
    const { outcome } = converse(say(id, 'place', order(), { ...connection(id), settings }), [answer(503)])
    expect(outcome?.class).toBe('unknown')
  })

  it('refuses a bad signature with 401 and accepts with 2xx, or does not call back and is polled', () => {
    const ack = warehouse(id).inbound?.ack
    if (!ack) return expect(warehouse(id).poll).toBeDefined()
    expect(ack.refused.status).toBe(401)
    expect(Math.floor(acceptance(ack, ANY).status / 100)).toBe(2)
  })
})

// ---- No parcel carries a mask --------------------------------------------------------------------------------------

/** 抖店's ciphers hold a star of their own; everywhere else a star is a mask. */
const starred = (text: string) => /[*＊]/.test(text.replace(/##[^\s#]+#\d##|\$\$[^\s$]+\$\d\$\$/g, ''))

/** A form as its receiver reads it. */
const readable = ({ headers, body }: WireCall): string =>
  headers['content-type']?.includes('form-urlencoded') ? [...new URLSearchParams(body)].flat().join(' ') : body

/** The answers of a place that was taken, so that all its calls are seen. */
const taken = (id: string): readonly WireResponse[] =>
  outbound
    .find((one) => one.adapter === id && one.name.startsWith('place') && one.domain.outcome.class === 'done')
    ?.wire.map(({ answer }) => answer) ?? []

describe.each(adapters)('%s tells no warehouse a masked receiver', (id) => {
  const everything = {
    receiverKinds: ['plain', 'masked', 'taobao', '1688', 'xiaohongshu', 'douyin', 'pinduoduo'],
    cod: true,
  }
  const text = fc.oneof(
    fc.constantFrom(
      '张*',
      '138****0000',
      '文一路***',
      '＊',
      '张三',
      '13800000000',
      '',
      ' ',
      '🎉',
      '##YQ==*Yg==#1##',
      '$$YQ==*Yg==$1$$',
      'oaid-1',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  )
  const address = fc.record(
    {
      name: text,
      phone: text,
      country: text,
      province: text,
      city: text,
      district: text,
      town: text,
      address: text,
      zip: text,
    },
    { requiredKeys: [] },
  )
  const receiver = fc.record({
    kind: fc.constantFrom(
      'plain',
      'masked',
      'taobao',
      '1688',
      'xiaohongshu',
      'douyin',
      'pinduoduo',
      'jd',
      'constructor',
    ),
    readable: address,
    masked: address,
    cipher: fc.dictionary(
      fc.constantFrom(
        'oaid',
        'caid',
        'openAddressId',
        'encrypt_post_receiver',
        'encrypt_post_tel',
        'encrypt_detail',
        'receiver_name',
        'receiver_phone',
      ),
      text,
    ),
  })
  const placement = fc.record({
    receiver,
    shopName: text,
    buyerNote: text,
    sellerNote: text,
    custom: fc.dictionary(text, fc.oneof(text, fc.array(text), fc.dictionary(text, text))),
  })

  it('whatever it is', () =>
    fc.assert(
      fc.property(placement, (some) => {
        const conversation = say(
          id,
          'place',
          order(some.receiver as Partial<Receiver>, some as Partial<Placement>),
          connection(id, everything),
        )
        const { calls, outcome } = converse(conversation, taken(id))
        if (calls.length === 0) {
          expect(outcome).toMatchObject({ class: 'rejected', code: expect.stringMatching(/^receiver_/) })
        }
        for (const call of calls) expect(starred(`${decodeURIComponent(call.url)} ${readable(call)}`)).toBe(false)
      }),
      { numRuns: 500 },
    ))

  it('and calls nobody to find out', () => {
    for (const kind of ['masked', 'douyin', 'pinduoduo', 'jd']) {
      const { calls, outcome } = converse(say(id, 'place', order({ kind }), connection(id)), [])
      expect(calls).toEqual([])
      expect(outcome).toMatchObject({ class: 'rejected', code: 'receiver_unshippable' })
    }
  })
})

// ---- Qimen alone ---------------------------------------------------------------------------------------------------

describe('qimen', () => {
  const qimen = warehouse('qimen')

  it('is found by the customerId of the query', () => {
    expect(qimen.connectionKey?.field).toBe('customerId')
    expect(qimen.connectionKey?.of(new URL('https://router.test/callbacks/qimen/k?customerId=c1'))).toBe('c1')
    expect(qimen.connectionKey?.of(new URL('https://router.test/callbacks/qimen/k'))).toBeUndefined()
  })

  it('answers no to who asks for a receiver in plain text, and to nobody else before the signature', () => {
    const asked = (method: string) =>
      inboundOf('qimen').challenge?.(
        { method: 'POST', url: `https://router.test/?method=${method}`, headers: {}, body: bytes('') },
        {},
      )
    expect(asked('taobao.qimen.receiverinfo.query')?.body).toContain('<flag>failure</flag>')
    expect(asked('receiverinfo.query')?.body).toContain('<flag>failure</flag>')
    expect(asked('deliveryorder.confirm')).toBeUndefined()
  })

  it('acknowledges in its dialect', () => {
    expect(acceptance(inboundOf('qimen').ack, ANY).body).toBe(
      '<?xml version="1.0" encoding="utf-8"?><response><flag>success</flag><code>0</code><message>ok</message></response>',
    )
    expect(inboundOf('qimen').ack.refused.body).toContain('<flag>failure</flag><code>sign-check-failure</code>')
  })

  it('puts the path of the gateway behind an address that has none', () => {
    const to = (baseUrl: string) =>
      say('qimen', 'query', REF, { ...connection('qimen'), baseUrl }).next().value as WireCall
    expect(to('http://127.0.0.1:8080').url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/router\/qimen\/service\?method=/)
    expect(to('https://relay.example.com/q/7').url).toMatch(/^https:\/\/relay\.example\.com\/q\/7\?method=/)
  })

  const response = (inside: string): WireResponse => ({
    status: 200,
    headers: {},
    body: `<response>${inside}</response>`,
  })
  const failure = (code: string, message: string) =>
    response(`<flag>failure</flag><code>${code}</code><message>${message}</message>`)
  const place = (answer: WireResponse) =>
    converse(say('qimen', 'place', order(), connection('qimen')), [answer]).outcome

  it.each([
    ['done', response('<flag>SUCCESS</flag><code>500</code><message>null</message>')],
    ['done', response('<response><flag>success</flag></response>')],
    ['unknown', response('<code>0</code><message>ok</message>')],
    ['unknown', failure('TOP15', 'Remote service error | isp.http-closed')],
    ['unknown', failure('TOP15', 'Remote service error | isp.remote-service-error')],
    ['retry', failure('TOP15', 'Remote service error | isp.http-connection-timeout')],
    ['quota', failure('TOP7', 'App Call Limited | accesscontrol.limited-by-app-access-count')],
    ['auth', failure('TOP27', 'Invalid session')],
    ['auth', failure('sign-check-failure', 'Illegal request')],
    ['exists', failure('S07', '单据重复推送')],
    ['exists', failure('0', 'RETURN_ORDER_EXISTS')],
    ['exists', failure('50', 'isv.data-duplicate-error')],
    ['rejected', failure('7', '收件人电话不能为空')], // a WMS's own 7 is no throttling
    ['rejected', failure('0', 'ORDER_NOT_EXISTS')],
    ['rejected', failure('TOP40', 'Missing required arguments: customerId')],
    ['unknown', failure('500', '接口超时')],
  ])('reads %s out of %#', (kind, answer) => expect(place(answer)?.class).toBe(kind))

  it('waits as long as a ban says, and one second more', () =>
    expect(place(failure('TOP7', 'This ban will last for 31 more seconds'))).toMatchObject({
      class: 'quota',
      after: 32_000,
    }))

  it.each([
    ['单据不存在', true],
    ['未找到该出库单', false], // the noun stands behind: taken for no proof
    ['Order 1 not found', true],
    ['单据不存在，请稍后重试', false],
    ['订单对应的货主不存在', false],
    ['仓库不存在', false],
    ['无权限', false],
  ])('takes «%s» for proof of absence: %s', (message, absent) => {
    const { outcome } = converse(say('qimen', 'query', REF, connection('qimen')), [failure('1', message)])
    expect(outcome).toMatchObject(absent ? { class: 'done', value: { found: false } } : { class: 'retry' })
  })
})

// ---- Systems whose messages stand in a form ------------------------------------------------------------------------

describe('a message in a form', () => {
  const BOMB = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
  const asForm = (fields: Record<string, string>): WireRequest => ({
    ...ANY,
    body: bytes(`${new URLSearchParams(fields)}`),
  })
  const firstOf = (id: string, name: string): WireRequest =>
    inbound.find((one) => one.adapter === id && one.name === name)?.wire as WireRequest
  const fieldOf = (request: WireRequest, name: string): string =>
    new URLSearchParams(text(request.body)).get(name) ?? ''

  it.each([
    ['flux', 'data', 'confirm-one-package'],
    ['sfoms', 'logistics_interface', 'details-one-package'],
  ])('of %s never throws on a damaged copy, and refuses entities and a DOCTYPE', (id, name, sample) => {
    const message = fieldOf(firstOf(id, sample), name)
    const read = (copy: string) => inboundOf(id).read(asForm({ [name]: copy }), connection(id).credentials)
    expect(read(message).ok).toBe(true)
    expect(read(BOMB + message).ok).toBe(false)
    for (const copy of [...damagedXml(message), ...damaged(JSON.stringify({ a: message }))]) {
      const result = read(copy)
      if (result.ok) expect(Events.safeParse(result.value).error, copy).toBeUndefined()
      else expect(result.error.code).toBe('payload_malformed')
    }
  })

  it('of flux means the same in JSON, broken anywhere', () => {
    const message = fieldOf(firstOf('flux', 'confirm-json'), 'data')
    for (const copy of damaged(message)) {
      const result = inboundOf('flux').read(asForm({ data: copy }), connection('flux').credentials)
      if (result.ok) expect(Events.safeParse(result.value).error, copy).toBeUndefined()
      else expect(result.error.code).toBe('payload_malformed')
    }
  })

  it('of sfoms is acknowledged under the name it came by, but for details of what has left', () => {
    const said = (name: string) => acceptance(inboundOf('sfoms').ack, firstOf('sfoms', name)).body
    expect(said('details-one-package')).toBe(
      '<Response service="SALE_ORDER_OUTBOUND_DETAIL_SERVICE" lang="zh-CN"><Head>OK</Head><Body><SaleOrderOutboundDetailResponse><Result>1</Result><Note></Note></SaleOrderOutboundDetailResponse></Body></Response>',
    )
    expect(said('status-cancelled')).toContain(
      '<Response service="SALE_ORDER_STATUS_PUSH_SERVICE" lang="zh-CN"><Head>OK</Head><Body><SaleOrderStatusResponse>',
    )
    expect(acceptance(inboundOf('sfoms').ack, ANY).body).toBe(
      '<Response service="" lang="zh-CN"><Head>OK</Head><Body></Body></Response>',
    )
  })
})
