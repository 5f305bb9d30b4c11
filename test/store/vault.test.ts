import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { places, Vault } from '../../src/store/vault.ts'

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')
const vault = new Vault(key(1))
const place = places.order('s1', '9007199254740993')

describe('what is sealed', () => {
  it('opens in its place, whatever it is', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, at) => {
        expect(vault.open(at, vault.seal(at, text))).toBe(Buffer.from(text).toString())
      }),
      { seed: 7, numRuns: 300 },
    ))

  it('never looks the same twice, and shows neither text nor place', () => {
    const sealed = [1, 2, 3].map(() => vault.seal(place, '张三 13800001234'))
    expect(new Set(sealed).size).toBe(3)
    for (const one of sealed) {
      expect(one).toMatch(/^v1\.[0-9a-f]{8}\.[A-Za-z0-9+/]+=*$/)
      expect(Buffer.from(one.split('.')[2] ?? '', 'base64').toString()).not.toMatch(/张三 1380|900719925/)
    }
  })

  it('opens in no other place', () => {
    const sealed = vault.seal(place, 'x')
    const others = [
      places.order('s1', 'P2'),
      places.order('s2', 'P1'),
      places.raw('s1'),
      places.credentials('shop', 's1'),
      '',
    ]
    for (const other of others) expect(vault.open(other, sealed), other).toBeUndefined()
  })

  it('opens with no other key', () => expect(new Vault(key(2)).open(place, vault.seal(place, 'x'))).toBeUndefined())

  it('is refused with any one bit of it changed', () => {
    const sealed = vault.seal(place, 'buyer')
    const [version, id, body = ''] = sealed.split('.')
    const bytes = Buffer.from(body, 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(vault.open(place, `${version}.${id}.${changed.toString('base64')}`), `bit ${bit}`).toBeUndefined()
    }
  })

  it.each([
    '',
    'x',
    'v1',
    'v1..',
    'v1.00000000.AAAA',
    `v2.${vault.seal('a', 'b').slice(3)}`,
    vault.seal(place, 'x').slice(0, 20),
    'v1.constructor.AAAA',
  ])('%j is nothing we sealed', (text) => expect(vault.open(place, text)).toBeUndefined())
})

describe('a change of the master key', () => {
  const after = new Vault(key(2), key(1))

  it('opens what the former key sealed, and seals with the new one', () => {
    expect(after.open(place, vault.seal(place, 'old'))).toBe('old')
    const sealed = after.seal(place, 'new')
    expect([new Vault(key(2)).open(place, sealed), vault.open(place, sealed)]).toEqual(['new', undefined])
  })

  it('once over, what was not sealed anew is closed', () =>
    expect(new Vault(key(2)).open(place, vault.seal(place, 'old'))).toBeUndefined())

  it('digests with the new key alone', () =>
    expect(after.digest('phone', '1234')).toBe(new Vault(key(2)).digest('phone', '1234')))
})

describe('a master key', () => {
  it.each(['', 'short', Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64'), '!'.repeat(44)])(
    '%j is refused',
    (text) => expect(() => new Vault(text)).toThrow('MASTER_KEY'),
  )

  it('as the former one is refused too where it is wrong, and may be left out', () => {
    expect(() => new Vault(key(1), 'short')).toThrow('MASTER_KEY')
    expect(() => new Vault(key(1), '')).not.toThrow()
  })
})

describe('a raw message', () => {
  it('comes back as it was, smaller than it is', () => {
    const text = `POST /hooks/standard/s1\n\n${JSON.stringify({ 订单: Array.from({ length: 300 }, (_, i) => ({ id: i, name: '张三' })) })}`
    const sealed = vault.sealRaw(places.raw('shop:s1'), text)
    expect(vault.openRaw(places.raw('shop:s1'), sealed)).toBe(text)
    expect(sealed.length).toBeLessThan(text.length / 2)
    expect(vault.openRaw(places.raw('shop:s2'), sealed)).toBeUndefined()
  })
})

describe('a digest', () => {
  it('is the same for the same text and purpose, and tells nothing without the key', () => {
    const digest = vault.digest('phone', '1234')
    expect(digest).toMatch(/^[0-9a-f]{32}$/)
    expect([vault.digest('phone', '1234'), new Vault(key(1)).digest('phone', '1234')]).toEqual([digest, digest])
    const others = [
      vault.digest('phone', '1235'),
      vault.digest('order', '1234'),
      new Vault(key(2)).digest('phone', '1234'),
    ]
    expect(new Set([digest, ...others]).size).toBe(4)
  })
})

/** Sealed by the first release: every later one must open it. Add a new file with a new format; never change this one. */
describe('what the first release sealed', () => {
  const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../lane/golden/sealed-v1.json'), 'utf8')) as {
    master: string
    place: string
    text: string
    sealed: string
    rawPlace: string
    raw: string
    sealedRaw: string
    digest: string
  }

  it('still opens', () => {
    const former = new Vault(golden.master)
    expect(former.open(golden.place, golden.sealed)).toBe(golden.text)
    expect(former.openRaw(golden.rawPlace, golden.sealedRaw)).toBe(golden.raw)
    expect(former.digest('phone', '1234')).toBe(golden.digest)
  })
})
