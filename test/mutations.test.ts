/**
 * 10,000 mutants of each adapter's messages: whatever arrives, nothing throws, nothing is answered with a 5xx. A mutant of
 * a signed message is refused, or means the very same; signed anew, it has a meaning or is a malformed message.
 */
import { describe, expect, it } from 'vitest'
import { platforms } from '../src/platforms/index.ts'
import { warehouses } from '../src/warehouses/index.ts'
import type { Fields, Inbound } from '../src/wire/adapter.ts'
import { bytes, text, type WireRequest } from '../src/wire/message.ts'
import { inboundCases } from './support/cases.ts'
import { callbackFields, hookFields, type Stored } from './support/keys.ts'

const NOW = Date.UTC(2026, 10, 24, 8)
const MUTANTS = 10_000

const files = import.meta.glob<string>(['../src/platforms/*/fixtures/**/*', '../src/warehouses/*/fixtures/**/*'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

interface Way {
  readonly name: string
  readonly inbound: Inbound<unknown>
  readonly credentials: Fields
  readonly requests: readonly WireRequest[]
}

const of = (kind: string): Record<string, string> =>
  Object.fromEntries(Object.entries(files).filter(([path]) => path.includes(`/${kind}/`)))
const requestsOf = (kind: string, id: string): readonly WireRequest[] =>
  inboundCases<unknown>(of(kind)).flatMap((one) => (one.adapter === id ? [one.wire] : []))
const storedOf = (kind: string, id: string): Stored =>
  JSON.parse(files[`../src/${kind}/${id}/fixtures/connection.json`] ?? '{}') as Stored

const ways: readonly Way[] = [
  ...Object.values(platforms).flatMap((platform) => {
    const { id, inbound } = platform
    const credentials = hookFields(platform, storedOf('platforms', id))
    return inbound ? [{ name: id, inbound, credentials, requests: requestsOf('platforms', id) }] : []
  }),
  ...Object.values(warehouses).flatMap((warehouse) => {
    const { id, inbound } = warehouse
    const credentials = callbackFields(warehouse, storedOf('warehouses', id))
    return inbound ? [{ name: id, inbound, credentials, requests: requestsOf('warehouses', id) }] : []
  }),
]

/** A small generator of its own, so that a failure comes again. */
const dice = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const ODD = [
  'null',
  '""',
  '-1',
  '1e999',
  '[]',
  '{}',
  '9007199254740993',
  '\u0000',
  '😀',
  '</a>',
  '%00',
  '&',
  '"',
  '__proto__',
]

const mutated = (body: Uint8Array, random: () => number): Uint8Array => {
  const at = Math.floor(random() * body.length)
  const to = Math.min(body.length, at + 1 + Math.floor(random() * 20))
  const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
  const odd = bytes(ODD[Math.floor(random() * ODD.length)] ?? '')
  switch (Math.floor(random() * 6)) {
    case 0:
      return body.map((byte, i) => (i === at ? byte ^ (1 << Math.floor(random() * 8)) : byte))
    case 1:
      return joined(body.subarray(0, at), body.subarray(to))
    case 2:
      return joined(body.subarray(0, to), body.subarray(at))
    case 3:
      return joined(body.subarray(0, at), odd, body.subarray(at))
    case 4:
      return joined(body.subarray(0, at), odd, body.subarray(to))
    default:
      return body.subarray(0, at)
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

describe.each(ways)('$name', ({ inbound, credentials, requests }) => {
  const { signature, read, bodySigned = true } = inbound
  const mutants = function* (): Generator<{ wire: WireRequest; body: Uint8Array; random: () => number }> {
    const random = dice(20261124)
    for (let i = 0; i < MUTANTS; i++) {
      const wire = requests[i % requests.length] as WireRequest
      if (wire.body.length > 0) yield { wire, body: mutated(wire.body, random), random }
    }
  }

  it('has messages to mutate', () => expect(requests.length).toBeGreaterThan(3))

  it.runIf(bodySigned)('refuses every change of a signed message that changes its meaning', () => {
    const random = dice(7)
    const signed = requests.map((wire) => signature.sign(wire, credentials, NOW))
    const meant = signed.map((request) => JSON.stringify(read(request, credentials)))
    for (let i = 0; i < MUTANTS; i++) {
      const at = i % signed.length
      const request = signed[at] as WireRequest
      const body = mutated(request.body, random)
      if (same(body, request.body)) continue
      const mutant = { ...request, body }
      if (signature.verify(mutant, credentials, NOW).ok)
        expect(JSON.stringify(read(mutant, credentials)), text(body)).toBe(meant[at])
    }
  })

  it('gives every mutant that is signed anew a meaning, or calls it malformed', () => {
    for (const { wire, body } of mutants()) {
      const request = signature.sign({ ...wire, body }, credentials, NOW)
      const result = read(request, credentials)
      if (!result.ok) expect(result.error.code, text(body)).toBe('payload_malformed')
      expect(() => inbound.deliveryId(request, credentials)).not.toThrow()
      expect(() => inbound.challenge?.(request, credentials)).not.toThrow()
    }
  })

  it('throws over no bytes at all, nor over noise', () => {
    const random = dice(11)
    for (let i = 0; i < 200; i++) {
      const body = new Uint8Array(Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256)))
      const request = { ...(requests[0] as WireRequest), body }
      expect(() => signature.verify(request, credentials, NOW)).not.toThrow()
      expect(() => read(request, credentials)).not.toThrow()
    }
  })
})

const sockets = Object.values(platforms).filter(({ socket }) => socket)

describe.runIf(sockets.length > 0).each(sockets)('$id over its socket', (platform) => {
  const frames = Object.entries(files).flatMap(([path, written]) =>
    path.includes(`/platforms/${platform.id}/fixtures/socket/`) && path.endsWith('frame.txt')
      ? [written.slice(written.indexOf('\n') + 1).trim()]
      : [],
  )
  const app = hookFields({ ...platform, scope: 'app' }, storedOf('platforms', platform.id))
  const base = { id: 'a', baseUrl: platform.baseUrl, credentials: app, app, settings: {}, now: NOW, nonce: 'n' }

  it('hears 10,000 mutated frames without a word', () => {
    const random = dice(5)
    for (let i = 0; i < MUTANTS; i++) {
      const frame = frames[i % frames.length] ?? ''
      const binary = frame.startsWith('base64:')
      const whole = binary ? new Uint8Array(Buffer.from(frame.slice(7), 'base64')) : bytes(frame)
      const mutant = mutated(whole, random)
      const heard = platform.socket?.read(binary ? mutant : text(mutant), base, 'session')
      for (const message of heard?.messages ?? []) {
        expect(message.id).not.toBe('')
        if (!message.read.ok) expect(message.read.error.code).toBe('payload_malformed')
      }
    }
  })
})
