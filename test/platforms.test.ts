/** What every platform must do, run over every fixture of every platform. A new platform adds files, not tests. */
import { describe, expect, it } from 'vitest'
import type { PlatformOrder, Pushed } from '../src/domain/order.ts'
import type { Problem } from '../src/domain/problem.ts'
import { platforms } from '../src/platforms/index.ts'
import type { Platform } from '../src/platforms/platform.ts'
import type { Connection, Fields } from '../src/wire/adapter.ts'
import { bytes, text, type WireCall, type WireRequest, type WireResponse } from '../src/wire/message.ts'
import type { Outcome } from '../src/wire/outcome.ts'
import { converse, damaged, inboundCases, outboundCases, replaced, shapeOf } from './support/cases.ts'

const NOW = Date.UTC(2026, 10, 24, 8)
const HOUR = 3_600_000

interface Said {
  readonly subject: unknown
  readonly settings?: Record<string, unknown>
  readonly baseUrl?: string
  readonly outcome: Outcome<unknown>
}
type Heard = readonly Pushed[] | { readonly problem: Problem }

const files = import.meta.glob<string>('../src/platforms/*/fixtures/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const inbound = inboundCases<Heard>(files)
const outbound = outboundCases<Said>(files)

const platformOf = (adapter: string): Platform => {
  const platform = platforms[adapter]
  if (!platform) throw new Error(`${adapter} is not registered`)
  return platform
}

/** Made from the schemas, so that a new adapter needs no entry here. */
const credentialsOf = (schema: { readonly shape: object } | undefined, suffix = '-test'): Fields =>
  Object.fromEntries(Object.keys(schema?.shape ?? {}).map((field) => [field, field + suffix]))

const hookCredentials = ({ scope, credentials }: Platform, suffix?: string): Fields =>
  credentialsOf(scope === 'app' ? credentials.app : credentials.shop, suffix)

const connectionOf = (platform: Platform, said: Said): Connection => ({
  id: 'shop-1',
  baseUrl: said.baseUrl ?? (platform.baseUrl || 'https://shop.test'),
  credentials: credentialsOf(platform.credentials.shop),
  app: credentialsOf(platform.credentials.app),
  settings: said.settings ?? {},
  now: NOW,
  nonce: 'nonce-1',
})

type Verb = (subject: unknown, shop: Connection) => Generator<WireCall, Outcome<unknown>, WireResponse>

/** The first word of a case's name is the verb. */
const verbOf = (platform: Platform, name: string): Verb => {
  const verb = name.split('-')[0] ?? ''
  const verbs = { ...platform.outbound, poll: platform.poll?.page } as unknown as Record<string, Verb | undefined>
  const found = verbs[verb]
  if (!found) throw new Error(`${platform.id} has no verb ${verb}`)
  return found
}

/** True the first time a text of this shape is seen in this place. */
const seen = new Set<string>()
const isNew = (place: string, body: string): boolean => seen.size !== seen.add(`${place} ${shapeOf(body)}`).size

const SOURCE = /^(?:documented https:\/\/\S+|captured|invented)$/

describe.each(inbound)('$adapter hears $name', ({ adapter, wire, domain, source }) => {
  const platform = platformOf(adapter)
  const { signature, deliveryId, read } = platform.inbound
  const credentials = hookCredentials(platform)
  const signed = signature.sign(wire, credentials, NOW)
  const verdict = (request: WireRequest, by = credentials, now = NOW) => {
    const result = signature.verify(request, by, now)
    return result.ok ? 'ok' : result.error.code
  }
  const added = Object.keys(signed.headers).filter((name) => wire.headers[name] !== signed.headers[name])

  it('from a source that is named', () => expect(source).toMatch(SOURCE))
  it('accepts its own signature', () => expect(verdict(signed)).toBe('ok'))
  it('refuses a changed body', () => {
    expect(verdict({ ...signed, body: bytes(`${text(signed.body)} `) })).toBe('signature_mismatch')
    expect(verdict({ ...signed, body: signed.body.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) })).toBe(
      'signature_mismatch',
    )
    expect(verdict({ ...signed, body: new Uint8Array() })).toBe('signature_mismatch')
  })
  it('refuses another secret, and no secret', () => {
    expect(verdict(signed, hookCredentials(platform, '-wrong'))).toBe('signature_mismatch')
    expect(verdict(signature.sign(wire, {}, NOW), {})).toBe('signature_mismatch')
    for (const field of Object.keys(credentials)) {
      const lacking = { ...credentials, [field]: '' }
      const result = verdict(signature.sign(wire, lacking, NOW), lacking)
      expect(result, field).toBe(signature.sign(wire, lacking, NOW).headers === signed.headers ? 'ok' : result)
    }
  })
  it('refuses a request that lacks any of the headers of its signature', () => {
    expect(added.length).toBeGreaterThan(0)
    for (const name of added) {
      const { [name]: _, ...headers } = signed.headers
      expect(verdict({ ...signed, headers }), name).toBe('signature_missing')
    }
  })
  it('refuses a stale time, if its signature has one', () => {
    const later = signature.sign(wire, credentials, NOW + HOUR)
    const timed = added.some((name) => later.headers[name] !== signed.headers[name])
    for (const now of [NOW - HOUR, NOW + HOUR])
      expect(verdict(signed, credentials, now)).toBe(timed ? 'signature_stale' : 'ok')
  })
  it('names the delivery, the same each time', () => {
    expect(deliveryId(wire)).toMatch(/\S/)
    expect(deliveryId(signature.sign(wire, credentials, NOW + HOUR))).toBe(deliveryId(wire))
  })
  it('means what domain.json says', () => {
    const expected = 'problem' in domain ? { ok: false, error: domain.problem } : { ok: true, value: domain }
    expect(read(wire)).toEqual(expected)
  })
  if (isNew(adapter, text(wire.body)))
    it('never throws, and never passes a value that is none, whatever is broken', () => {
      for (const body of damaged(text(wire.body))) {
        const result = read({ ...wire, body: bytes(body) })
        if (result.ok) expect(nonsense(result.value), body.slice(0, 2000)).toEqual([])
      }
    })
})

describe.each(outbound)('$adapter does $name', ({ adapter, name, wire, domain, source }) => {
  const platform = platformOf(adapter)
  const verb = verbOf(platform, name)
  const shop = connectionOf(platform, domain)
  const answers = wire.map(({ answer }) => answer)
  const run = (given: readonly WireResponse[]) => converse(verb(domain.subject, shop), given)
  const { calls, outcome } = run(answers)

  it('from a source that is named', () => expect(source).toMatch(SOURCE))
  it('by exactly these calls', () =>
    expect(calls.map(({ safe: _, ...call }) => call)).toEqual(wire.map(({ call }) => call)))
  it('with this outcome', () => expect(outcome).toEqual(domain.outcome))
  it('the same, if done again', () => expect(run(answers)).toEqual({ calls, outcome }))
  it('only asking, where it only reads', () => {
    if (/^(?:detail|status|poll)/.test(name)) expect(calls.every((call) => call.safe)).toBe(true)
    if (/^(?:ship|stock|note)/.test(name) && outcome?.class === 'done' && calls.length > 1)
      expect(calls.at(-1)?.safe ?? false).toBe(false)
  })
  it('without its secrets in a body', () => {
    const secrets = Object.values({ ...shop.credentials, ...shop.app })
    for (const call of calls) for (const secret of secrets) expect(call.body).not.toContain(secret)
  })

  it.each(answers.map((_, i) => i))('reading every kind of answer to call %i', (i) => {
    const safe = calls[i]?.safe === true
    const became = (answer: Partial<WireResponse>) =>
      run([...answers.slice(0, i), { status: 200, headers: {}, body: '', ...answer }]).outcome?.class
    expect(became({ status: 401 })).toBe('auth')
    expect(became({ status: 403, body: '<html>' })).toBe('auth')
    expect(became({ status: 429, headers: { 'retry-after': '1' } })).toBe('quota')
    for (const status of [408, 500, 502, 503, 504])
      expect(became({ status, body: '<html>' })).toBe(safe ? 'retry' : 'unknown')
    for (const status of [301, 302, 400, 404, 422]) expect(became({ status })).toBe('rejected')
    expect(became({ body: '<html>Welcome</html>' })).toMatch(safe ? /retry|rejected/ : /unknown/)
    for (const body of ['', 'null', '[]', '{}', '""', '0', '{"data":null}', '{"errors":[]}', '{"code":null}']) {
      if (safe) expect(became({ body }), body).not.toBe('done')
      else expect(() => became({ body })).not.toThrow()
    }
  })

  const novel = answers.filter(({ body }, i) => isNew(`${adapter} ${name.split('-')[0]} ${i}`, body))
  if (novel.length > 0)
    it('never throwing over a broken answer', () => {
      answers.forEach((original, i) => {
        if (!novel.includes(original)) return
        for (const broken of damaged(original.body)) {
          const answer = { status: 200, headers: {}, body: broken }
          const { outcome } = run([...answers.slice(0, i), answer, ...answers.slice(i + 1)])
          if (outcome?.class === 'done') expect(nonsense(outcome.value), broken.slice(0, 2000)).toEqual([])
        }
      })
    })
})

describe.each(Object.values(platforms))('$id', (platform) => {
  const heard = inbound.filter((one) => one.adapter === platform.id)
  const done = outbound.filter((one) => one.adapter === platform.id)

  it('has its refused twins', () => {
    expect(
      heard.some(({ domain }) => 'problem' in domain),
      'a malformed message',
    ).toBe(true)
    for (const kind of ['done', 'rejected', 'auth', 'quota', 'unknown', 'retry']) {
      expect(
        done.some(({ domain }) => domain.outcome.class === kind),
        kind,
      ).toBe(true)
    }
  })
  it('has a case for each verb it has', () => {
    const verbs = [...Object.keys(platform.outbound), ...(platform.poll ? ['poll'] : [])]
    expect([...new Set(done.map(({ name }) => name.split('-')[0]))].sort()).toEqual(verbs.sort())
  })
  it('has the verbs it calls built', () => {
    for (const verb of ['detail', 'status', 'ship', 'stock', 'note'] as const) {
      expect(platform.capabilities[verb] === 'built', verb).toBe(verb in platform.outbound)
    }
    expect(platform.capabilities.poll === 'built').toBe(platform.poll !== undefined)
    expect(platform.capabilities.authorization === 'built').toBe(platform.authorization !== undefined)
  })
  it('acknowledges and refuses in the words of its fixtures', () => {
    const said = (name: string) => files[`../src/platforms/${platform.id}/fixtures/acknowledgement/${name}.http`]
    expect(said('accepted')).toBe(written(platform.inbound.ack.accepted))
    expect(said('refused')).toBe(written(platform.inbound.ack.refused))
  })
  it('acknowledges with 2xx, and refuses with 401', () => {
    expect(platform.inbound.ack.accepted.status).toBeGreaterThanOrEqual(200)
    expect(platform.inbound.ack.accepted.status).toBeLessThan(300)
    expect(platform.inbound.ack.refused.status).toBe(401)
  })
  it('names the shop in what an app is pushed', () => {
    const events = heard.flatMap(({ domain }) => ('problem' in domain ? [] : domain))
    for (const { shopKey, event } of events) {
      if (event.type !== 'ping') expect(shopKey !== undefined).toBe(platform.scope === 'app')
    }
    expect(platform.shopKeyField !== undefined).toBe(platform.scope === 'app')
    if (platform.shopKeyField) expect(Object.keys(platform.credentials.shop.shape)).toContain(platform.shopKeyField)
  })
  it('passes odd values unchanged', () => {
    const odd = [...heard, ...done].filter(({ name }) => name.endsWith('odd-values'))
    const wire = odd.map((one) =>
      'body' in one.wire ? text(one.wire.body) : one.wire.map(({ answer }) => answer.body).join(),
    )
    const domain = JSON.stringify(odd.map((one) => one.domain))
    for (const value of ['😀', '👩‍👩‍👧', '"007"', '9007199254740993']) expect(domain, value).toContain(value)
    expect(domain, 'a number that has lost digits').not.toMatch(/:\d{17,}/)
    if (wire.join().includes('+86')) expect(domain).toContain('"+86')
    expect(domain).toContain('"price":{"amount":0,')
    expect(domain).not.toMatch(/Note":""|Note":null/)
  })
  it('passes an order of 200 lines whole', () => {
    const [long] = [...heard, ...done].flatMap((one) => widened(platform, one))
    expect(long?.map(({ lineId }) => lineId)).toEqual(
      Array.from({ length: 200 }, (_, i) => `77${String(i).padStart(4, '0')}`),
    )
  })
  it('asks for settings that its schema knows', () => {
    for (const field of Object.values(platform.needs ?? {}).flat())
      expect(Object.keys(platform.settings.shape)).toContain(field)
  })
})

const written = ({ status, headers, body }: WireResponse): string =>
  `HTTP/1.1 ${status}\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')}\n${body}\n`

/** What no event may hold, with its place: a number that is none, an empty id, a quantity below one of a line to ship. */
const nonsense = (value: unknown, at = ''): readonly string[] => {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${at} is ${value}`]
  if (typeof value !== 'object' || value === null) return []
  const own = Object.entries(value).flatMap(([key, one]) => [
    ...(one === undefined ? [`${at}.${key} is undefined`] : []),
    ...(/(?:Id|type)$/.test(key) && one === '' ? [`${at}.${key} is empty`] : []),
    ...(key === 'amount' && !Number.isSafeInteger(one) ? [`${at}.${key} is ${one}`] : []),
    ...(key === 'quantity' && !isQuantity(one, value) ? [`${at}.${key} is ${one}`] : []),
    ...(key === 'custom' ? [] : nonsense(one, `${at}.${key}`)),
  ])
  return own
}

const isQuantity = (one: unknown, line: object): boolean =>
  Number.isSafeInteger(one) && (Number(one) > 0 || ('status' in line && line.status === 'gone' && one === 0))

type AnyCase = (typeof inbound)[number] | (typeof outbound)[number]

/** The lines of the order, if the case is a whole order of one line or more whose list of lines can be found and stretched to 200. */
const widened = (platform: Platform, one: AnyCase): readonly PlatformOrder['lines'][] => {
  if ('body' in one.wire) {
    const { wire } = one
    return stretched(text(wire.body), (body) => {
      const result = platform.inbound.read({ ...wire, body: bytes(body) })
      const event = result.ok ? result.value[0]?.event : undefined
      return event?.type === 'order' ? event.order.lines : []
    })
  }
  const { domain, name, wire } = one as (typeof outbound)[number]
  if (!name.startsWith('detail') || wire.length !== 1) return []
  return stretched(wire[0]?.answer.body ?? '', (body) => {
    const answer = { status: 200, headers: {}, body }
    const { outcome } = converse(verbOf(platform, name)(domain.subject, connectionOf(platform, domain)), [answer])
    return outcome?.class === 'done' ? (outcome.value as PlatformOrder).lines : []
  })
}

const stretched = (body: string, read: (body: string) => PlatformOrder['lines']): readonly PlatformOrder['lines'][] => {
  const [line] = read(body)
  if (!line) return []
  const root: unknown = JSON.parse(body)
  return lists(root).flatMap(([path, list]) => {
    const [first] = list
    const key = Object.keys(first ?? {}).find(
      (key) => /^(?:order_)?id$/.test(key) && String(first?.[key]).endsWith(line.lineId),
    )
    if (key === undefined) return []
    const many = Array.from({ length: 200 }, (_, i) => ({ ...first, [key]: `77${String(i).padStart(4, '0')}` }))
    const lines = read(JSON.stringify(replaced(root, path, many)))
    return lines.length === 200 ? [lines] : []
  })
}

type List = readonly (Record<string, unknown> | undefined)[]
const lists = (node: unknown, at: readonly string[] = []): readonly (readonly [readonly string[], List])[] => {
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.entries(node).flatMap(([key, one]) => lists(one, [...at, key]))
  return Array.isArray(node) ? [[at, node as List], ...inner] : inner
}
