/**
 * 钉钉 and 飞书: digests that the sample code of their documentation printed, run with these values by Python. Alibaba
 * Cloud: the worked example of its documentation.
 */
import { describe, expect, it } from 'vitest'
import { acs3 } from '../../src/wire/acs3-signature.ts'
import { bytes, text, type WireRequest } from '../../src/wire/message.ts'
import { dingtalkRobot, feishuRobot } from '../../src/wire/robot-signature.ts'
import type { Signature } from '../../src/wire/signature.ts'

const request = (url: string, body = '', headers: Record<string, string> = {}): WireRequest => ({
  method: 'POST',
  url,
  headers,
  body: bytes(body),
})
const verdict = (scheme: Signature, signed: WireRequest, credentials: Record<string, string>, now: number): string => {
  const result = scheme.verify(signed, credentials, now)
  return result.ok ? 'ok' : result.error.code
}

describe('the robot of 钉钉', () => {
  const NOW = 1_577_262_236_757
  const secret = 'this is secret'
  const url = 'https://oapi.dingtalk.com/robot/send?access_token=t'
  const signed = dingtalkRobot.sign(request(url), { secret }, NOW)

  it('signs as the sample code does', () =>
    expect(signed.url).toBe(`${url}&timestamp=${NOW}&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D`))

  it.each([
    ['ok', signed, secret, NOW],
    ['ok', signed, secret, NOW + 3_599_000],
    ['signature_stale', signed, secret, NOW + 3_601_000],
    ['signature_stale', signed, secret, NOW - 3_601_000],
    ['signature_mismatch', signed, 'another secret', NOW],
    ['signature_mismatch', signed, '', NOW],
    ['signature_mismatch', request(signed.url.replace('236757', '236758')), secret, NOW],
    ['signature_missing', request(url), secret, NOW],
  ] as const)('%s: %#', (expected, one, key, now) =>
    expect(verdict(dingtalkRobot, one, { secret: key }, now)).toBe(expected),
  )
})

describe('the robot of 飞书', () => {
  const NOW = 1_599_360_473_000
  const secret = 'demo'
  const signed = feishuRobot.sign(request('https://open.feishu.cn/x', '{"msg_type":"text"}'), { secret }, NOW)

  it('signs as the sample code does, before everything else in the body', () =>
    expect(text(signed.body)).toBe(
      '{"timestamp":"1599360473","sign":"l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=","msg_type":"text"}',
    ))

  it.each([
    ['ok', signed, secret, NOW],
    ['signature_stale', signed, secret, NOW + 3_601_000],
    ['signature_mismatch', signed, 'another', NOW],
    ['signature_mismatch', signed, '', NOW],
    ['signature_mismatch', request('https://x.test', text(signed.body).replace('360473"', '360474"')), secret, NOW],
    ['signature_missing', request('https://x.test', '{"msg_type":"text"}'), secret, NOW],
    ['signature_missing', request('https://x.test', 'no json'), secret, NOW],
  ] as const)('%s: %#', (expected, one, key, now) =>
    expect(verdict(feishuRobot, one, { secret: key }, now)).toBe(expected),
  )
})

describe('ACS3-HMAC-SHA256', () => {
  const NOW = Date.UTC(2023, 9, 26, 10, 22, 32)
  const keys = { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' }
  const url =
    'https://ecs.cn-shanghai.aliyuncs.com/?RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'
  const headers = {
    'x-acs-action': 'RunInstances',
    'x-acs-version': '2014-05-26',
    'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
  }
  const signed = acs3.sign(request(url, '', headers), keys, NOW)

  it('signs the example of the documentation', () =>
    expect(signed.headers).toMatchObject({
      'x-acs-date': '2023-10-26T10:22:32Z',
      authorization:
        'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    }))

  it('signs what a space, a star and Chinese characters become', () => {
    const odd = `https://dysmsapi.aliyuncs.com/?SignName=${encodeURIComponent("仓 桥*~'()")}`
    expect(verdict(acs3, acs3.sign(request(odd, '', headers), keys, NOW), keys, NOW)).toBe('ok')
  })

  it.each([
    ['ok', signed, keys, NOW],
    ['ok', request(url.replace(/(RegionId=[^&]*)&(.*)/, '$2&$1'), '', signed.headers), keys, NOW],
    ['signature_stale', signed, keys, NOW + 901_000],
    ['signature_stale', signed, keys, NOW - 901_000],
    ['signature_mismatch', signed, { ...keys, accessKeySecret: 'another' }, NOW],
    ['signature_mismatch', signed, { accessKeyId: 'YourAccessKeyId' }, NOW],
    ['signature_mismatch', request(`${url}&More=1`, '', signed.headers), keys, NOW],
    ['signature_mismatch', request(url, 'a body', signed.headers), keys, NOW],
    ['signature_mismatch', request(url, '', { ...signed.headers, 'x-acs-action': 'StopInstances' }), keys, NOW],
    ['signature_missing', request(url, '', headers), keys, NOW],
  ] as const)('%s: %#', (expected, one, credentials, now) =>
    expect(verdict(acs3, one, credentials as Record<string, string>, now)).toBe(expected),
  )
})
