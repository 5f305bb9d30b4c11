/** The published challenge of eBay's SDK, and signatures that Node's own crypto makes (one must not be the same twice, so none is fixed). */
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ebayChallenge, ebayKeyId, ebaySignature } from '../../src/wire/ebay-signature.ts'
import { bytes, type WireRequest } from '../../src/wire/message.ts'

const pairOf = (namedCurve = 'P-256') => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}
const { publicKey, privateKey } = pairOf()

const signed = (body: string, over = body, hash = 'sha1', proof: object = {}): WireRequest => {
  const signature = sign(hash, Buffer.from(over), privateKey).toString('base64')
  const header = JSON.stringify({ alg: 'ecdsa', kid: 'key-1', signature, digest: 'SHA1', ...proof })
  const headers = { 'x-ebay-signature': Buffer.from(header).toString('base64') }
  return { method: 'POST', url: 'https://router.test/', headers, body: bytes(body) }
}
const verdict = (request: WireRequest, credentials: Record<string, string> = { publicKey }): string => {
  const result = ebaySignature.verify(request, credentials, 0)
  return result.ok ? 'ok' : result.error.code
}

const BODY = '{"metadata":{"topic":"T"},"notification":{"data":{"name":"a  \\" b","n":[1, 2]}}}'.replace(', ', ',')

describe('ebaySignature', () => {
  it('takes ECDSA with SHA-1, and no other hash, key or curve', () => {
    expect(verdict(signed(BODY))).toBe('ok')
    expect(verdict(signed(BODY, BODY, 'sha256'))).toBe('signature_mismatch')
    expect(verdict(signed(BODY), { publicKey: pairOf().publicKey })).toBe('signature_mismatch')
    expect(verdict(signed(BODY), { publicKey: pairOf('P-384').publicKey })).toBe('signature_mismatch')
  })
  it('takes the key in one line, as eBay tells it', () =>
    expect(verdict(signed(BODY), { publicKey: publicKey.replaceAll('\n', '') })).toBe('ok'))
  it('means the compact JSON: spaces between the parts do not count, those in a text do', () => {
    const spaced = JSON.stringify(JSON.parse(BODY), null, 2)
    expect(verdict(signed(spaced, BODY))).toBe('ok')
    expect(verdict(signed(spaced, spaced))).toBe('ok')
    expect(verdict(signed(BODY.replace('a  ', 'a '), BODY))).toBe('signature_mismatch')
    expect(verdict(signed(BODY.replace('1,2', '12'), BODY))).toBe('signature_mismatch')
  })
  it('refuses what is no key, no proof, no signature', () => {
    for (const key of ['', 'no key', '-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----'])
      expect(verdict(signed(BODY), { publicKey: key })).toBe('signature_mismatch')
    for (const proof of [{ signature: '' }, { signature: 'AAAA' }, { signature: null }])
      expect(verdict(signed(BODY, BODY, 'sha1', proof))).toBe('signature_mismatch')
    expect(verdict({ ...signed(BODY), headers: { 'x-ebay-signature': 'bm90IGpzb24=' } })).toBe('signature_mismatch')
    expect(verdict({ ...signed(BODY), headers: {} })).toBe('signature_missing')
  })
  it('names the key, and none where there is no proof', () => {
    expect(ebayKeyId(signed(BODY))).toBe('key-1')
    expect(ebayKeyId({ ...signed(BODY), headers: {} })).toBe(undefined)
    expect(ebayKeyId({ ...signed(BODY), headers: { 'x-ebay-signature': 'AAAA' } })).toBe(undefined)
  })
})

describe('ebayChallenge', () => {
  const CODE = '71745723-d031-455c-bfa5-f90d11b4f20a'
  it('is that of the test of eBay’s event-notification-nodejs-sdk', () =>
    expect(ebayChallenge(CODE, CODE, 'http://www.testendpoint.com/webhook')).toBe(
      '048de9ffd0e35021fefc0388d5c52e0f475324f582f3778ca81a53354ccbbc97',
    ))
})
