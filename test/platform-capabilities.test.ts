/** The capability table is no claim: each cell called built has a verb or a fixture that shows it. */
import { describe, expect, it } from 'vitest'
import type { Pushed } from '../src/domain/order.ts'
import type { Problem } from '../src/domain/problem.ts'
import { CAPABILITIES, type CapabilityName } from '../src/platforms/capability.ts'
import { platforms } from '../src/platforms/index.ts'
import type { Platform } from '../src/platforms/platform.ts'
import type { Frame } from '../src/platforms/socket.ts'
import type { Connection } from '../src/wire/adapter.ts'

const files = import.meta.glob<string>('../src/platforms/*/fixtures/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Names of an adapter's fixtures, `way/case`. */
const casesOf = ({ id }: Platform): readonly string[] =>
  [
    ...new Set(
      Object.keys(files).flatMap((path) => {
        const [, adapter, name] = /platforms\/([^/]+)\/fixtures\/([^/]+\/[^/]+)\//.exec(path) ?? []
        return adapter === id && name ? [name] : []
      }),
    ),
  ].sort()

/** What a fixture must be called to show an event, wherever it comes in: a push, a frame, a poll or a detail. */
const SHOWN_BY: Readonly<Partial<Record<CapabilityName, readonly RegExp[]>>> = {
  created: [/created/],
  paid: [/paid/],
  deposit: [/deposit/],
  changed: [/changed|updated|edited/],
  addressChanged: [/address-changed/],
  noteChanged: [/(?:note|memo|remark)-changed/],
  cancelled: [/cancelled/],
  refund: [/refund/],
  shipBy: [/ship-by/],
  revoked: [/revoked|uninstalled/],
  redact: [/redact/],
  partialShip: [/outbound\/ship-(?:one-package|part)/],
  severalPackages: [/outbound\/ship-several-packages/],
  changeWaybill: [/outbound\/ship-corrected-waybill/],
}

const VERBS: Readonly<Partial<Record<CapabilityName, (platform: Platform) => unknown>>> = {
  push: ({ inbound, socket }) => inbound ?? socket,
  poll: ({ poll }) => poll,
  detail: ({ outbound }) => outbound.detail,
  status: ({ outbound }) => outbound.status,
  ship: ({ outbound }) => outbound.ship,
  stock: ({ outbound }) => outbound.stock,
  note: ({ outbound }) => outbound.note,
  authorization: ({ authorization }) => authorization,
}

describe.each(Object.values(platforms))('$id', (platform) => {
  const cases = casesOf(platform)

  it('has a cell for each capability', () =>
    expect(Object.keys(platform.capabilities).toSorted()).toEqual([...CAPABILITIES].toSorted()))

  it.each(CAPABILITIES)('shows %s, if it calls it built', (name) => {
    const built = platform.capabilities[name] === 'built'
    const verb = VERBS[name]
    if (verb) expect(verb(platform) !== undefined).toBe(built)
    for (const pattern of built ? (SHOWN_BY[name] ?? []) : [])
      expect(
        cases.some((one) => pattern.test(one)),
        String(pattern),
      ).toBe(true)
  })

  it('gives a reason for each cell that is not built', () => {
    for (const cell of Object.values(platform.capabilities))
      if (cell !== 'built') expect(Object.values(cell).join('')).toMatch(/\S.{5,}/)
  })

  it('says what is to be done before going live, in both languages', () => {
    expect(platform.checklist.length).toBeGreaterThan(0)
    for (const { zh, en } of platform.checklist) expect([zh.trim(), en.trim()]).not.toContain('')
  })
})

// ---- Frames of a socket --------------------------------------------------------------------------------------------

interface Frames {
  readonly session?: string
  readonly heard: {
    readonly session?: string
    readonly messages: readonly {
      readonly id: string
      readonly read: readonly Pushed[] | { readonly problem: Problem }
      readonly confirm?: string
    }[]
    readonly send?: readonly string[]
    readonly refused?: string
  }
}

/** Text as it stands; bytes as `base64:…`. */
const written = (frame: Frame): string =>
  typeof frame === 'string' ? frame : `base64:${Buffer.from(frame).toString('base64')}`
const frameOf = (text: string): Frame =>
  text.startsWith('base64:') ? new Uint8Array(Buffer.from(text.slice(7), 'base64')) : text

const app = (platform: Platform): Connection => {
  const stored = JSON.parse(files[`../src/platforms/${platform.id}/fixtures/connection.json`] ?? '{}')
  const made = Object.fromEntries(
    Object.keys(platform.credentials.app?.shape ?? {}).map((name) => [name, `${name}-test`]),
  )
  const credentials = { ...made, ...stored.app }
  const now = Date.UTC(2026, 10, 24, 8)
  return { id: 'app-1', baseUrl: platform.baseUrl, credentials, app: credentials, settings: {}, now, nonce: 'nonce-1' }
}

/** `fixtures/socket/<case>/frame.txt` (first line `# source: …`) and `domain.json`. */
const frames = Object.entries(files).flatMap(([path, text]) => {
  const [, adapter = '', name = ''] = /platforms\/([^/]+)\/fixtures\/socket\/([^/]+)\/frame\.txt$/.exec(path) ?? []
  if (adapter === '') return []
  const [source = '', ...rest] = text.split('\n')
  const domain = JSON.parse(files[path.replace('frame.txt', 'domain.json')] ?? 'null') as Frames
  return [{ adapter, name, source, frame: frameOf(rest.join('\n').trim()), domain }]
})

describe.each(frames)('$adapter hears the frame $name', ({ adapter, source, frame, domain }) => {
  const platform = platforms[adapter] as Platform
  const socket = platform.socket as NonNullable<Platform['socket']>
  const hear = (given: Frame) => socket.read(given, app(platform), domain.session ?? '')

  it('from a source that is named', () =>
    expect(source).toMatch(/^# source: (?:documented https:\/\/\S+|captured|invented)$/))

  it('and means what domain.json says', () => {
    const { messages, send, ...rest } = hear(frame)
    const said = messages.map(({ id, read, confirm }) => ({
      id,
      read: read.ok ? read.value : { problem: read.error },
      ...(confirm !== undefined && { confirm: written(confirm) }),
    }))
    expect({ ...rest, messages: said, ...(send && { send: send.map(written) }) }).toEqual(domain.heard)
  })

  it('and reads the same again from what is kept of it', () => {
    for (const { raw, read } of hear(frame).messages) {
      const again = socket.again(raw)
      expect(again.ok ? again.value : again.error.code).toEqual(read.ok ? read.value : read.error.code)
    }
  })

  it('never throws, whatever is broken', () => {
    expect(() => socket.again(typeof frame === 'string' ? frame : 'no message')).not.toThrow()
    const size = frame.length
    for (let end = 0; end < size; end += Math.max(1, Math.floor(size / 200)))
      expect(() => hear(frame.slice(0, end))).not.toThrow()
    for (let i = 0; i < Math.min(size, 2000); i++) {
      if (typeof frame === 'string') expect(() => hear(`${frame.slice(0, i)}\u0001${frame.slice(i + 1)}`)).not.toThrow()
      else expect(() => hear(frame.map((byte, at) => (at === i ? byte ^ 0x55 : byte)))).not.toThrow()
    }
  })
})

it.each(Object.values(platforms).filter(({ socket }) => socket))('$id has frames for all it hears', ({ id }) =>
  expect(frames.filter(({ adapter }) => adapter === id).length).toBeGreaterThan(3),
)
