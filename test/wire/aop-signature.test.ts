/** One digest of another program's test; the others made by hand from the official SDK's steps. */
import { describe, expect, it } from 'vitest'
import { AOP_SIGNATURE, aopForm, aopSign } from '../../src/wire/aop-signature.ts'
import { bytes, text, type WireRequest } from '../../src/wire/message.ts'

const SECRET = 'secret1'
const MESSAGE =
  '{"data":{"orderId":167539019420540000,"currentStatus":"waitsellersend","msgSendTime":"2018-05-30 19:32:23","buyerMemberId":"b2b-1","sellerMemberId":"b2b-2"},"gmtBorn":1527679943000,"msgId":165488498,"type":"ORDER_BUYER_VIEW_ORDER_PAY","userInfo":"b2b-2"}'
const SIGN = '56D572C492CC728FB1B7FA6555F7D8C66E893EFF'
const NOW = 1_527_679_943_000

describe('our calls', () => {
  const path = 'param2/1/com.alibaba.trade/alibaba.trade.get.sellerView/app1'
  const parameters = { webSite: '1688', orderId: '167539019420540000', access_token: 'tok1' }

  it('are signed with the path, the parameters in order', () =>
    expect(aopSign(path, parameters, SECRET)).toBe('986EE601C956F5E7523078ECEA1C082F3773DBF2'))

  it('are signed as another program does it', () =>
    expect(aopSign('/openapi/test', { z: '2', a: 'one' }, 'secret')).toBe('734C11E136B07CA1A1E41F81467AED93BA1FB7A1'))

  it('sort what is joined, not the names', () =>
    expect(aopSign('', { a: 'z', a1: 'b' }, SECRET)).toBe(aopSign('', { a1b: '', az: '' }, SECRET)))
})

describe('pushes', () => {
  const scheme = aopForm()
  const request = (...fields: [string, string][]): WireRequest => ({
    method: 'POST',
    url: 'https://router.test/hooks/alibaba1688/k',
    headers: {},
    body: bytes(String(new URLSearchParams(fields))),
  })
  const verdict = (one: WireRequest, credentials: Record<string, string> = { appSecret: SECRET }) => {
    const result = scheme.verify(one, credentials, NOW)
    return result.ok ? 'ok' : result.error.code
  }

  it('are signed over the name and the decoded text', () => {
    expect(verdict(request(['message', MESSAGE], [AOP_SIGNATURE, SIGN]))).toBe('ok')
    expect(verdict(request([AOP_SIGNATURE, SIGN.toLowerCase()], ['message', MESSAGE]))).toBe('ok')
    const signed = scheme.sign(request(['message', MESSAGE]), { appSecret: SECRET }, NOW)
    expect(new URLSearchParams(text(signed.body)).get(AOP_SIGNATURE)).toBe(SIGN)
  })

  it.each<[string, [string, string][]]>([
    [
      'another text',
      [
        ['message', `${MESSAGE} `],
        [AOP_SIGNATURE, SIGN],
      ],
    ],
    ['no signature', [['message', MESSAGE]]],
    ['no message', [[AOP_SIGNATURE, SIGN]]],
    [
      'a second message',
      [
        ['message', MESSAGE],
        ['message', '{}'],
        [AOP_SIGNATURE, SIGN],
      ],
    ],
    [
      'a second signature',
      [
        ['message', MESSAGE],
        [AOP_SIGNATURE, SIGN],
        [AOP_SIGNATURE, SIGN],
      ],
    ],
  ])('are refused with %s', (_, fields) => expect(verdict(request(...fields))).toBe('signature_mismatch'))

  it('are refused by another secret and without one', () => {
    const signed = request(['message', MESSAGE], [AOP_SIGNATURE, SIGN])
    expect(verdict(signed, { appSecret: 'other' })).toBe('signature_mismatch')
    expect(verdict(signed, {})).toBe('signature_mismatch')
  })
})
