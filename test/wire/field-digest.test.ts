/** A digest in the body itself; the expected ones were made by `md5sum`. */
import { describe, expect, it } from 'vitest'
import { fieldDigest } from '../../src/wire/field-digest.ts'
import { bytes, text } from '../../src/wire/message.ts'

const RECIPES = [
  ['clientId', 'body.id', 'body.msgBody', 'clientSecret'],
  ['clientId', 'body.id', 'clientSecret'],
] as const
const scheme = fieldDigest({ field: 'sign', recipes: RECIPES })
const app = { clientId: 'client1', clientSecret: 'secret1' }

const request = (body: string) => ({ method: 'POST', url: 'https://router.test/', headers: {}, body: bytes(body) })
const verdict = (body: string, credentials: Record<string, string> = app): string => {
  const result = scheme.verify(request(body), credentials, 0)
  return result.ok ? 'ok' : result.error.code
}
const signed = (body: string): string => text(scheme.sign(request(body), app, 0).body)

const WHOLE = '57d44ebe998c6d06924ed5c6fd8608a6'
const BARE = '201fc8ee0bdfb876c96525eecb876307'
const body = (sign: string, note = 'é✓') =>
  `{"id":"msg-id-1", "sign": "${sign}", "msgBody":"{\\"orderNo\\":9007199254740993,\\"note\\":\\"${note}\\"}", "bosId":9007199254740993}`

describe('fieldDigest', () => {
  it('accepts the digest by either recipe, in either case of letters', () => {
    expect(verdict(body(WHOLE))).toBe('ok')
    expect(verdict(body(WHOLE.toUpperCase()))).toBe('ok')
    expect(verdict(body(BARE))).toBe('ok')
  })

  it('signs by the first, and leaves all else as it is written', () => {
    expect(signed(body(''))).toBe(body(WHOLE))
    expect(signed(body('of somebody else'))).toBe(body(WHOLE))
    const without = body('').replace(' "sign": "",', '')
    expect(signed(without)).toBe(without.replace('{', `{"sign":"${WHOLE}",`))
    expect(verdict(signed('{}'))).toBe('ok')
    expect(verdict(signed('{ }'))).toBe('ok')
  })

  it('refuses what the digest does not fit, another secret and no secret', () => {
    expect(verdict(body(WHOLE, 'changed'))).toBe('signature_mismatch')
    expect(verdict(body(WHOLE).replace('msg-id-1', 'msg-id-2'))).toBe('signature_mismatch')
    expect(verdict(body(WHOLE.slice(1)))).toBe('signature_mismatch')
    expect(verdict(body(WHOLE), { ...app, clientSecret: 'other' })).toBe('signature_mismatch')
    for (const field of ['clientId', 'clientSecret'])
      expect(verdict(body(WHOLE), { ...app, [field]: '' })).toBe('signature_mismatch')
    expect(verdict(text(scheme.sign(request(body('')), {}, 0).body), {})).toBe('signature_mismatch')
  })

  it('finds no digest where there is none, whatever the body is', () => {
    for (const none of ['', 'null', '[]', '"sign"', '{}', '{"sign":null}', '{"sign":{}}', '<xml/>', body('')])
      expect(verdict(none), none).toBe('signature_missing')
    for (const odd of ['', 'null', '[]', '<xml/>']) expect(() => signed(odd)).not.toThrow()
  })
})
