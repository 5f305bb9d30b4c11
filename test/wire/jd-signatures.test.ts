/** 京东's two gateways: digests computed by a second pair of hands. */
import { describe, expect, it } from 'vitest'
import { LOP_ALGORITHMS, lopSign, lopUrl, lopVerified } from '../../src/wire/lop-signature.ts'
import { topSign } from '../../src/wire/top-signature.ts'

describe('routerjson of 京东', () => {
  const call = {
    method: 'jingdong.eclp.order.cancelOrder',
    access_token: 'tok-123',
    app_key: 'jdappkey',
    timestamp: '2024-05-01 12:00:00',
    format: 'json',
    v: '2.0',
    '360buy_param_json': '{"eclpSoNo":"ESL0000000001"}',
  }

  it('signs as TOP does, its business JSON among the parameters and first by its digit', () =>
    expect(topSign(call, '', 'jd-secret-01', 'md5')).toBe('1F687A4B5669AE2807012FB900FB9B77'))

  it('covers the business JSON', () =>
    expect(topSign({ ...call, '360buy_param_json': '{}' }, '', 'jd-secret-01', 'md5')).not.toBe(
      '1F687A4B5669AE2807012FB900FB9B77',
    ))
})

describe('LOP of 京东物流', () => {
  const call = {
    appKey: 'lopkey',
    accessToken: 'tok-456',
    path: '/ecap/v1/orders/create',
    body: '[{"orderId":"SO1","remark":"京东"}]',
    timestamp: '2024-05-01 12:00:00',
  }
  const secret = 'lop-secret-01'
  const known = {
    'md5-salt': '4da8aa476ada6fe0b2d87b92f8bdb235',
    HMacMD5: 'Vhf7Zw9eL1Ta9KiQnbiG+w==',
    HMacSHA1: 'AvY7S1rwoquBba5pMLIeMWc50c4=',
    HMacSHA256: 'aNblVtVH784SHP2mqzo/2Egx7yspDSM7QgKcKNFPy6E=',
    HMacSHA512: 'cl5D2mNKzUfSbx7Xn1ofmpgHX4bHRNrozaa4Yp0COozBVtkV4Yf0iXieQGNiYvOZf3Xgeq/GOdFeQghRtr3uyw==',
  }

  it.each(LOP_ALGORITHMS)('%s is what others compute, and refuses any other part', (algorithm) => {
    expect(lopSign(call, secret, algorithm)).toBe(known[algorithm])
    expect(lopVerified(call, secret, algorithm, known[algorithm])).toBe(true)
    for (const field of ['appKey', 'accessToken', 'path', 'body', 'timestamp'] as const)
      expect(lopVerified({ ...call, [field]: 'other' }, secret, algorithm, known[algorithm])).toBe(false)
    expect(lopVerified(call, 'other', algorithm, known[algorithm])).toBe(false)
    expect(lopVerified(call, '', algorithm, lopSign(call, '', algorithm))).toBe(false)
  })

  it('puts the domain and the algorithm into the query, unsigned', () => {
    const url = new URL(lopUrl('https://api.jdl.com', call, { domain: 'ECAP', secret, algorithm: 'HMacMD5' }))
    expect(url.pathname).toBe('/ecap/v1/orders/create')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ 'LOP-DN': 'ECAP', app_key: 'lopkey', access_token: 'tok-456', timestamp: call.timestamp, v: '2.0' },
      ...{ sign: known.HMacMD5, algorithm: 'HMacMD5' },
    })
    expect(new URL(lopUrl('https://api.jdl.com', call, { domain: 'X', secret })).searchParams.get('sign')).toBe(
      known['md5-salt'],
    )
  })
})
