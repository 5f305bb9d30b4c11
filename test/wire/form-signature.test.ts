/** Digests of trackers' signatures that somebody else computed. */
import { describe, expect, it } from 'vitest'
import { md5HexBase64, md5Upper, signedField } from '../../src/wire/form-signature.ts'
import { bytes, text } from '../../src/wire/message.ts'

describe('快递100', () => {
  it('signs a query as xifengzhu/kuaidi100 has it in its own test', () => {
    const param = '{"com":"shunfeng","num":"765720722994","from":"","to":"","resultv2":0}'
    expect(md5Upper(param, 'kuaidi100-key', 'kuaidi100-customer')).toBe('AEB6EE344DD2FF0C124DEFD642C8F16B')
  })

  // Computed by two programs from the published formula; no digest of a push was ever published.
  it('signs a push over param and salt', () => {
    const param = '{"status":"polling","lastResult":{"nu":"V030344422","com":"yuantong","state":"0"}}'
    expect(md5Upper(param, 'XXXXXXXXXX')).toBe('75ECADD73AE956BEC99A6EB3D840A50C')
  })
})

describe('快递鸟', () => {
  // As above: no published digest, the formula of two SDKs and the official demo.
  it('signs with the base64 of a hex text', () => {
    const data = '{"ShipperCode":"SF","LogisticCode":"SF0000000001","CustomerName":"1234"}'
    expect(md5HexBase64(data, 'kdn-appkey')).toBe('OThkNWMzMWUwMjZhY2U0Njg0YTNkYzhhMjQ5ODM5MTM=')
  })
})

describe('signedField', () => {
  const words = { data: 'param', sign: 'sign', secret: 'salt', write: md5Upper }
  const signature = signedField({ ...words, foldCase: true })
  const request = (body: string) => ({ method: 'POST', url: 'https://router.test/', headers: {}, body: bytes(body) })
  const verdict = (body: string, credentials: Record<string, string> = { salt: 'XXXXXXXXXX' }): string => {
    const result = signature.verify(request(body), credentials, 0)
    return result.ok ? 'ok' : result.error.code
  }
  const signed = text(signature.sign(request('param=%7B%7D&other=1'), { salt: 'XXXXXXXXXX' }, 0).body)

  it('accepts what it signs, in either case where hex is folded', () => {
    expect(verdict(signed)).toBe('ok')
    expect(verdict(signed.replace(/sign=\w+/, (found) => found.toLowerCase()))).toBe('ok')
    const strict = signedField(words)
    const lower = request(signed.replace(/sign=\w+/, (found) => found.toLowerCase()))
    expect(strict.verify(lower, { salt: 'XXXXXXXXXX' }, 0).ok).toBe(false)
  })

  it('refuses changed data, another secret, none, and no signature', () => {
    expect(verdict(signed.replace('%7B%7D', '%7B+%7D'))).toBe('signature_mismatch')
    expect(verdict(signed, { salt: 'other' })).toBe('signature_mismatch')
    expect(verdict(signed, {})).toBe('signature_mismatch')
    expect(verdict('param=%7B%7D')).toBe('signature_missing')
    expect(verdict(`sign=${md5Upper('', 'XXXXXXXXXX')}`)).toBe('signature_mismatch')
  })

  it('refuses a second field of the same name, which a reader might take for the signed one', () => {
    expect(verdict(`${signed}&param=evil`)).toBe('signature_mismatch')
    expect(verdict(`param=evil&${signed}`)).toBe('signature_mismatch')
    expect(verdict(`${signed}&sign=x`)).toBe('signature_mismatch')
  })

  it('does not care how the form is written, nor what else stands in it', () => {
    expect(verdict(`more=1&${signed.replace('%7B', '{')}`)).toBe('ok')
  })
})
