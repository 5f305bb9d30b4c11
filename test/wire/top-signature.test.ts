/** Digests that others computed, and the ways in which the two directions of TOP differ. */
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bytes, type WireRequest } from '../../src/wire/message.ts'
import { REQUEST_NONCE, signedRequest } from '../../src/wire/request-signature.ts'
import type { Signature } from '../../src/wire/signature.ts'
import { signedTopUrl, topSign, topSpi } from '../../src/wire/top-signature.ts'

const verdict = (signature: Signature, request: WireRequest, credentials: Record<string, string>, now: number) => {
  const result = signature.verify(request, credentials, now)
  return result.ok ? 'ok' : result.error.code
}

describe('our calls', () => {
  const published = {
    method: 'taobao.item.seller.get',
    app_key: '12345678',
    session: 'test',
    timestamp: '2016-01-01 12:00:00',
    format: 'json',
    v: '2.0',
    fields: 'num_iid,title,nick,price,num',
    num_iid: '11223344',
  }

  it.each([
    ['md5', '66987CB115214E59E6EC978214934FB8'], // published by Taobao
    ['hmac', 'D56D7858309C31B6251083A874D48273'],
    ['hmac-sha256', '04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8'],
  ] as const)('are signed by %s as the Taobao documentation does', (method, expected) =>
    expect(topSign({ ...published, sign_method: method }, '', 'helloworld', method)).toBe(expected),
  )

  it('are signed for 京东 with the same md5, the name that leads with a digit first', () => {
    const parameters = {
      method: 'jingdong.pop.order.search',
      access_token: 'yourtoken',
      app_key: 'yourappkey',
      timestamp: '2021-05-07 09:20:39.683+0800',
      v: '2.0',
      '360buy_param_json':
        '{"end_date":null,"optional_fields":null,"order_state":"WAIT_SELLER_STOCK_OUT","page":"1","page_size":"200","start_date":null}',
    }
    // Published by 京东 as the example of its signature.
    expect(topSign(parameters, '', 'yourappSecret', 'md5')).toBe('D70825340F4084360B9362B60DFD7930')
  })

  const qimen = {
    method: 'taobao.qimen.deliveryorder.create',
    timestamp: '2024-05-01 12:00:00',
    format: 'xml',
    app_key: '12345678',
    v: '2.0',
    customerId: 'c1234567890',
  }
  const body =
    '<?xml version="1.0" encoding="utf-8"?><request><deliveryOrder><deliveryOrderCode>DO20240501001</deliveryOrderCode><remark>请发顺丰&amp;小心</remark></deliveryOrder></request>'
  const secret = 'qimen-test-secret-0001'

  it.each([
    ['md5', '88DE967855BB96D49063C0651491F3EA'],
    ['hmac', '568218039C20A5C2E531172352FF2389'],
    ['hmac-sha256', '18026520F7612FFC0C35C0B81894F24E51DA38C07210FC6427456F15773E317E'],
  ] as const)('are signed by %s over parameters and body', (method, expected) =>
    expect(topSign({ ...qimen, sign_method: method }, body, secret, method)).toBe(expected),
  )

  it('are signed as the second pair of hands computed it', () => {
    const parameters = {
      ...{ app_key: '12345678', customerId: 'c1', format: 'xml', method: 'deliveryorder.create' },
      ...{ sign_method: 'md5', timestamp: '2016-01-01 12:00:00', v: '2.0' },
    }
    const small =
      '<?xml version="1.0" encoding="utf-8"?><request><deliveryOrder><deliveryOrderCode>D1</deliveryOrderCode></deliveryOrder></request>'
    expect(topSign(parameters, small, 'helloworld', 'md5')).toBe('0BFA29BCC47E82D29E939FF4B12768FE')
  })

  it('leave empty parameters out of signature and query', () => {
    const sent = { ...qimen, sign_method: 'md5' as const }
    expect(topSign({ ...sent, session: '' }, body, secret, 'md5')).toBe(topSign(sent, body, secret, 'md5'))
    const url = new URL(signedTopUrl('https://gateway.test/router', { ...sent, session: '' }, body, secret))
    expect(url.searchParams.has('session')).toBe(false)
    expect(url.searchParams.get('timestamp')).toBe('2024-05-01 12:00:00')
    expect(url.searchParams.get('sign')).toBe('88DE967855BB96D49063C0651491F3EA')
  })
})

describe('calls to us', () => {
  const NOW = Date.UTC(2024, 4, 1, 4, 0, 0) // 12:00 in Beijing
  const credentials = { secret: 'qimen-test-secret-0001' }
  const query =
    'app_key=12345678&customerId=c1234567890&empty=&format=xml&method=deliveryorder.confirm&sign_method=md5&timestamp=2024-05-01+12%3A00%3A00&v=2.0'
  const request = (sign: string, more: Partial<WireRequest> = {}): WireRequest => ({
    method: 'POST',
    url: `https://router.test/callbacks/qimen/k?${query}${sign && `&sign=${sign}`}`,
    headers: { 'top-sign-list': 'x-user-id', 'x-user-id': 'u%2B1' },
    body: bytes('<request/>'),
    ...more,
  })
  const right = 'C01E71251A343E0BC0D3CEE2F92BE244'
  const spi = topSpi()
  const check = (one: WireRequest, now = NOW) => verdict(spi, one, credentials, now)

  it('count the empty parameter and the named header', () => {
    expect(check(request(right))).toBe('ok')
    expect(check(request(right.toLowerCase()))).toBe('ok')
  })

  it('are refused where the sender left the empty parameter out (the wrong vector)', () =>
    expect(check(request('8D0E4253874C04A0615664DFA4E9CF5E'))).toBe('signature_mismatch'))

  it('are signed as TOP signs an SPI with JSON', () => {
    const url =
      'https://router.test/?app_key=12345678&format=json&method=taobao.logistics.push&sign_method=md5&timestamp=2016-01-01%2012:00:00&v=2.0&sign=91D4C4E0463CBD26F5FA0776C6BB3CE7'
    const push = { method: 'POST', url, headers: {}, body: bytes('{"a":"中文"}') }
    expect(verdict(spi, push, { secret: 'helloworld' }, Date.UTC(2016, 0, 1, 4))).toBe('ok')
  })

  it('are refused with another body, header, parameter or secret, and without any', () => {
    expect(check(request(right, { body: bytes('<request></request>') }))).toBe('signature_mismatch')
    expect(check(request(right, { headers: { 'top-sign-list': 'x-user-id', 'x-user-id': 'u1' } }))).toBe(
      'signature_mismatch',
    )
    expect(check(request(right, { headers: {} }))).toBe('signature_mismatch')
    expect(check({ ...request(right), url: `${request(right).url}&more=1` })).toBe('signature_mismatch')
    expect(verdict(spi, request(right), { secret: 'other' }, NOW)).toBe('signature_mismatch')
    expect(verdict(spi, request(right), {}, NOW)).toBe('signature_mismatch')
    expect(check(request(''))).toBe('signature_missing')
  })

  it('are refused where a parameter comes twice, even if one reading of it is signed', () => {
    const twice = request(right).url.replace('?', '?method=order.cancel&')
    expect(check({ ...request(right), url: twice })).toBe('signature_mismatch')
  })

  it('may be early, but no more than five minutes late', () => {
    expect(check(request(right), NOW + 300_000)).toBe('ok')
    expect(check(request(right), NOW + 301_000)).toBe('signature_stale')
    expect(check(request(right), NOW - 3_600_000)).toBe('ok')
  })

  it('do not throw on what no one decodes', () => {
    const odd = request(right, { headers: { 'top-sign-list': 'x-user-id,,x-none', 'x-user-id': '%zz+' } })
    expect(check(odd)).toBe('signature_mismatch')
    expect(check({ ...request(right), url: '/?%' })).toBe('signature_missing')
    const signed = spi.sign({ ...odd, url: 'https://router.test/cb?method=x&empty=' }, credentials, NOW)
    expect(check(signed)).toBe('ok')
  })
})

describe('our own scheme for requests', () => {
  const NOW = 1_714_536_000_000
  const scheme = signedRequest()
  const credentials = { secret: 'generic-secret' }
  const request: WireRequest = {
    method: 'POST',
    url: 'https://wms.test/v1/orders',
    headers: { [REQUEST_NONCE]: 'n-1' },
    body: bytes('{"orderCode":"SO1"}'),
  }

  it('is the HMAC that others computed over its five lines', () => {
    const digestOf = '97f54a9d0e0dbb7013c8eb2a2dc75bfa10bd28f111eebc14c536233ce28333a7'
    const lines = ['POST', '/v1/orders', '1714536000', 'n-1', digestOf].join('\n')
    const expected = '4e54680590ffbaf5000f13945a7212706347d3eef421f1b8826e1559f620bceb'
    expect(createHmac('sha256', 'generic-secret').update(lines).digest('hex')).toBe(expected)
  })

  it('signs method, path, time, nonce and digest of the body, one a line', () => {
    const signed = scheme.sign(request, credentials, NOW)
    const body = createHash('sha256').update('{"orderCode":"SO1"}').digest('hex')
    const lines = `POST\n/v1/orders\n1714536000\nn-1\n${body}`
    const expected = createHmac('sha256', 'generic-secret').update(lines).digest('hex')
    expect(signed.headers['x-cangqiao-signature']).toBe(expected)
    expect(signed.headers['x-cangqiao-time']).toBe('1714536000')
    expect(verdict(scheme, signed, credentials, NOW)).toBe('ok')
  })

  it.each([
    ['another path', (one: WireRequest) => ({ ...one, url: 'https://wms.test/v1/orders?sku=1' })],
    ['another method', (one: WireRequest) => ({ ...one, method: 'PUT' })],
    ['another body', (one: WireRequest) => ({ ...one, body: bytes('{}') })],
    ['another nonce', (one: WireRequest) => ({ ...one, headers: { ...one.headers, [REQUEST_NONCE]: 'n-2' } })],
  ])('refuses %s', (_, change) => {
    const signed = scheme.sign(request, credentials, NOW)
    expect(verdict(scheme, change(signed), credentials, NOW)).toBe('signature_mismatch')
  })

  it('refuses without a secret, a nonce, a signature, or in another hour', () => {
    const signed = scheme.sign(request, credentials, NOW)
    expect(verdict(scheme, signed, {}, NOW)).toBe('signature_mismatch')
    expect(verdict(scheme, { ...signed, headers: {} }, credentials, NOW)).toBe('signature_missing')
    expect(verdict(scheme, signed, credentials, NOW + 301_000)).toBe('signature_stale')
    expect(verdict(scheme, signed, credentials, NOW - 301_000)).toBe('signature_stale')
  })
})
