/** No value is published. The digests were made from the formulas by another program (md5sum over the texts as written). */
import { expect, it } from 'vitest'
import { bytes, type WireRequest } from '../../src/wire/message.ts'
import { xiaohongshuPush, xiaohongshuSign } from '../../src/wire/xiaohongshu-sign.ts'

const APP = { appId: 'app1', appSecret: 'secret1' }

it('signs calls over method, app, time and version', () => {
  const system = { version: '2.0', appId: 'app1', timestamp: '1700000000' }
  expect(xiaohongshuSign('order.getOrderDetail', system, 'secret1')).toBe('ff4d9661f035cc39e614da03f6f495cd')
})

const push = (query: string, headers: Record<string, string> = {}): WireRequest => ({
  method: 'POST',
  url: `https://router.test/xhs/push${query}`,
  headers: { 'app-key': 'app1', timestamp: '1700000000', ...headers },
  body: bytes('[]'),
})
const verdict = (request: WireRequest, credentials: Record<string, string> = APP): string => {
  const result = xiaohongshuPush.verify(request, credentials, 0)
  return result.ok ? 'ok' : result.error.code
}

it('takes a push signed over path, parameters, app and time', () => {
  expect(verdict(push('?canshu=test', { sign: 'f2d6237171810dedb5b44304f98ac29a' }))).toBe('ok')
  expect(verdict(push('', { sign: 'D0534967236B053A26BD19420FE08B61' }))).toBe('ok')
  expect(xiaohongshuPush.sign(push(''), APP, 1_700_000_000_000).headers.sign).toBe('d0534967236b053a26bd19420fe08b61')
})

it('refuses another path, parameter, app, time, secret, or none', () => {
  const sign = 'f2d6237171810dedb5b44304f98ac29a'
  expect(verdict(push('/2?canshu=test', { sign }))).toBe('signature_mismatch')
  expect(verdict(push('?canshu=toast', { sign }))).toBe('signature_mismatch')
  expect(verdict(push('?canshu=test', { sign, timestamp: '1700000001' }))).toBe('signature_mismatch')
  expect(verdict(push('?canshu=test', { sign, 'app-key': 'app2' }))).toBe('signature_mismatch')
  expect(verdict(push('?canshu=test', { sign }), { ...APP, appId: 'app2' })).toBe('signature_mismatch')
  expect(verdict(push('?canshu=test', { sign }), { ...APP, appSecret: '' })).toBe('signature_mismatch')
  expect(verdict(push('?canshu=test'))).toBe('signature_missing')
})

it('says nothing of the body', () =>
  expect(verdict({ ...push('', { sign: 'd0534967236b053a26bd19420fe08b61' }), body: bytes('[{}]') })).toBe('ok'))
