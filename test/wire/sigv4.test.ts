/** Signatures of the test suite that AWS publishes (aws-sig-v4-test-suite). */
import { expect, it } from 'vitest'
import type { WireCall } from '../../src/wire/message.ts'
import { signedAwsCall } from '../../src/wire/sigv4.ts'

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const SCOPE = { region: 'us-east-1', service: 'service' }
const NOW = Date.UTC(2015, 7, 30, 12, 36)
const TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=='

const call = (method: string, path: string, more: Partial<WireCall> = {}): WireCall => ({
  method,
  url: `https://example.amazonaws.com${path}`,
  headers: {},
  body: '',
  ...more,
})
const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'Param1=value1' }

it.each([
  [
    'get-vanilla',
    call('GET', '/'),
    'host;x-amz-date',
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'get-vanilla-query-order-key-case',
    call('GET', '/?Param2=value2&Param1=value1'),
    'host;x-amz-date',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'get-utf8',
    call('GET', '/ሴ'),
    'host;x-amz-date',
    '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  ],
  [
    'post-x-www-form-urlencoded',
    call('POST', '/', form),
    'content-type;host;x-amz-date',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
])('signs %s as AWS does', (_, given, names, signature) => {
  const { headers } = signedAwsCall(given, KEYS, SCOPE, NOW)
  expect(headers['x-amz-date']).toBe('20150830T123600Z')
  expect(headers.authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
  )
})

it('signs the token of temporary credentials (post-sts-header-before)', () => {
  const { headers } = signedAwsCall(call('POST', '/'), { ...KEYS, sessionToken: TOKEN }, SCOPE, NOW)
  expect(headers['x-amz-security-token']).toBe(TOKEN)
  expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token')
  expect(headers.authorization).toContain('85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead')
})

it('signs another text for another body, header, path, query, time, key and region', () => {
  const signature = (given: WireCall, keys = KEYS, scope = SCOPE, now = NOW) =>
    signedAwsCall(given, keys, scope, now).headers.authorization?.split('Signature=')[1]
  const base = call('POST', '/', form)
  const all = [
    signature(base),
    signature({ ...base, body: 'Param1=value2' }),
    signature({ ...base, headers: { ...base.headers, 'x-amz-target': 'AmazonSQS.ReceiveMessage' } }),
    signature({ ...base, url: `${base.url}a` }),
    signature({ ...base, url: `${base.url}?a=1` }),
    signature(base, KEYS, SCOPE, NOW + 1000),
    signature(base, { ...KEYS, secretAccessKey: 'another' }),
    signature(base, KEYS, { ...SCOPE, region: 'eu-west-1' }),
  ]
  expect(new Set(all).size).toBe(all.length)
})
