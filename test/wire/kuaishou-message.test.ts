/** Bytes that the official Java library makes and opens, and a signature of the npm client kuaishou-merchant-open-api. */
import { expect, it } from 'vitest'
import { kuaishouMessage, kuaishouSign, openKuaishou } from '../../src/wire/kuaishou-message.ts'
import { bytes, text, type WireRequest } from '../../src/wire/message.ts'

const APP = { messageKey: 'AAECAwQFBgcICQoLDA0ODw==', appKey: 'ks1' }
const HEARTBEAT = 'vftmsTE4kncTlrYRCUwCMg=='

const request = (body: string): WireRequest => ({
  method: 'POST',
  url: 'https://router.test/hooks/kuaishou/key',
  headers: {},
  body: bytes(body),
})
const sealed = (message: unknown): WireRequest =>
  kuaishouMessage.sign(request(typeof message === 'string' ? message : JSON.stringify(message)), APP, 0)
const verdict = (given: WireRequest, credentials: Record<string, string> = APP): string => {
  const result = kuaishouMessage.verify(given, credentials, 0)
  return result.ok ? 'ok' : result.error.code
}

it('opens and makes the bytes of the official library', () => {
  expect(openKuaishou(request(HEARTBEAT), APP)).toEqual({ ok: true, value: '{"test":true}' })
  expect(text(sealed('{"test":true}').body)).toBe(HEARTBEAT)
  expect(verdict(request(HEARTBEAT))).toBe('ok')
})

it('takes a message only with an id, and only for its own app', () => {
  expect(verdict(sealed({ eventId: '267_1', appKey: 'ks1' }))).toBe('ok')
  expect(verdict(sealed({ eventId: '267_1', appKey: 'ks2' }))).toBe('signature_mismatch')
  expect(verdict(sealed({ eventId: '267_1' }))).toBe('signature_mismatch')
  expect(verdict(sealed({ eventId: '', appKey: 'ks1' }))).toBe('signature_mismatch')
  expect(verdict(sealed({ appKey: 'ks1' }))).toBe('signature_mismatch')
  expect(verdict(sealed({ test: 'true' }))).toBe('signature_mismatch')
  expect(verdict(sealed({ eventId: '267_1', appKey: '' }), { ...APP, appKey: '' })).toBe('signature_mismatch')
})

it('takes nothing by another key, no key, or of another text', () => {
  const message = sealed({ eventId: '267_1', appKey: 'ks1', event: 'kwaishop_order_addOrder' })
  for (const messageKey of ['AQECAwQFBgcICQoLDA0ODw==', '', 'AAEC', 'none'])
    expect(verdict(message, { ...APP, messageKey })).toBe('signature_mismatch')
  for (const body of [
    '',
    '{"test":true}',
    text(message.body).slice(0, -4),
    `AAAA${text(message.body)}`,
    'null',
    sealedText('null'),
  ])
    expect(verdict(request(body))).toBe('signature_mismatch')
})
const sealedText = (message: string): string => text(sealed(message).body)

it('signs calls as the npm client does', () => {
  const call = { access_token: 'token', appkey: 'ks123', method: 'open.seller.order.list', param: '{"title":"短袖"}' }
  const rest = { signMethod: 'HMAC_SHA256', timestamp: '1583271919000', version: '1' }
  expect(kuaishouSign({ ...rest, ...call }, 'sign-secret')).toBe('ZpPrG0oB1g/T93FyyVD+VCzRey41yqxZoCqcGg7upYM=')
  expect(kuaishouSign({ ...rest, ...call, version: '2' }, 'sign-secret')).not.toBe(
    kuaishouSign({ ...rest, ...call }, 'sign-secret'),
  )
})
