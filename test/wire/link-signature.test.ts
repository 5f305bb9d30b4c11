/** Digests that others computed, and what the envelope of LINK does and does not prove. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { linkContent, linkDigest, linkForm, linkSigned } from '../../src/wire/link-signature.ts'
import { bytes, text, type WireRequest } from '../../src/wire/message.ts'

const CONTENT = '<request><orderCode>LBX0000000000000001</orderCode><remark>菜鸟</remark></request>'
const KEY = 'cainiao-test-key-01'
const DIGEST = 'ax9Zk/weI4Tgo/Yi9i+w6Q=='

const request = (body: string): WireRequest => ({
  method: 'POST',
  url: 'https://router.test/callbacks/cainiao/k',
  headers: {},
  body: bytes(body),
})
const verdict = (body: string, secretKey = KEY): string => {
  const result = linkSigned().verify(request(body), { secretKey }, 0)
  return result.ok ? 'ok' : result.error.code
}

describe('data_digest', () => {
  it('is what a second pair of hands computed', () => expect(linkDigest(CONTENT, KEY)).toBe(DIGEST))

  it('is of the bytes of the md5, not of its hex text', () => {
    const hex = createHash('md5')
      .update(CONTENT + KEY)
      .digest('hex')
    expect(linkDigest(CONTENT, KEY)).not.toBe(Buffer.from(hex).toString('base64'))
    expect(linkDigest(CONTENT, KEY)).toBe(Buffer.from(hex, 'hex').toString('base64'))
  })

  it('is encoded once in our form', () =>
    expect(linkForm(CONTENT, { msg_type: 'WMS_ORDER_CANCEL_NOTIFY' }, KEY)).toMatch(
      /^msg_type=WMS_ORDER_CANCEL_NOTIFY&logistics_interface=%3Crequest%3E.*&data_digest=ax9Zk%2FweI4Tgo%2FYi9i%2Bw6Q%3D%3D$/,
    ))
})

describe('a message to us', () => {
  const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()
  const good = form({ msg_type: 'A', logistics_interface: CONTENT, data_digest: DIGEST })

  it.each([
    ['ok', good],
    ['ok', good.replace('A', 'B')], // msg_type is not signed: nobody may read a meaning out of it
    ['ok', good.replaceAll('%2B', '+')], // a sender that left the + as it is
    ['signature_mismatch', form({ logistics_interface: `${CONTENT} `, data_digest: DIGEST })],
    ['signature_mismatch', form({ data_digest: DIGEST })],
    ['signature_mismatch', `${good}&logistics_interface=other`],
    ['signature_mismatch', `${good}&data_digest=other`],
    ['signature_missing', form({ logistics_interface: CONTENT })],
    ['signature_missing', CONTENT],
    ['signature_missing', ''],
  ])('is %s: %#', (expected, body) => expect(verdict(body)).toBe(expected))

  it('is refused without a key of ours, and with another', () => {
    expect(verdict(good, '')).toBe('signature_mismatch')
    expect(verdict(good, 'other')).toBe('signature_mismatch')
  })

  it('reads the same signed and unsigned', () => {
    const signed = linkSigned().sign(request(CONTENT), { secretKey: KEY }, 0)
    expect(linkContent(signed)).toBe(CONTENT)
    expect(linkContent(request(CONTENT))).toBe(CONTENT)
    expect(verdict(text(signed.body))).toBe('ok')
    const again = linkSigned().sign(signed, { secretKey: KEY }, 0)
    expect(text(again.body)).toBe(text(signed.body))
  })
})
