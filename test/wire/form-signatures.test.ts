/** The two schemes whose digest travels in a form beside the message: digests that a second pair of hands computed. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FLUX_FORMS, fluxCallback, fluxData, fluxSign } from '../../src/wire/flux-signature.ts'
import { bytes, type WireRequest } from '../../src/wire/message.ts'
import { sfCallback, sfDigest, sfMessage } from '../../src/wire/sf-signature.ts'

const request = (fields: Record<string, string>): WireRequest => ({
  method: 'POST',
  url: 'https://router.test/callbacks/x/k',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: bytes(new URLSearchParams(fields).toString()),
})

describe('FLUX', () => {
  const data =
    '<xmldata><header><OrderNo>SO1</OrderNo><OrderType>SO</OrderType><CustomerID>C1</CustomerID><WarehouseID>WH01</WarehouseID><Notes>富勒</Notes></header></xmldata>'
  const secret = 'flux-secret'
  const credentials = { secret }
  const signature = fluxCallback()

  it.each([
    ['base64Upper', 'ODEXNTHHYMNLNMJJNTMXZJZLYTVIMWIXNWFHN2VKODG='],
    ['base64', 'ODExNThhYmNlNmJjNTMxZjZlYTViMWIxNWFhN2VkODg%3D'],
    ['hex', '81158ABCE6BC531F6EA5B1B15AA7ED88'],
  ] as const)('is written as %s', (form, expected) => expect(fluxSign(data, secret, form)).toBe(expected))

  it('is accepted in each writing, and without the encoding of the second', () => {
    const plain = createHash('md5').update(`${secret}${data}${secret}`).digest('hex')
    const signs = [...FLUX_FORMS.map((form) => fluxSign(data, secret, form)), btoa(plain)]
    for (const sign of signs) expect(signature.verify(request({ data, sign }), credentials, 0).ok, sign).toBe(true)
  })

  it('covers the data as it is read, also where it came encoded twice', () => {
    const sign = fluxSign(data, secret, 'hex')
    const twice = request({ data: encodeURIComponent(data), sign })
    expect(fluxData(twice)).toBe(data)
    expect(signature.verify(twice, credentials, 0).ok).toBe(true)
  })

  it('refuses other data, another secret, none, and a second data behind the first', () => {
    const sign = fluxSign(data, secret, 'hex')
    const verdict = (one: WireRequest, keys: Record<string, string> = credentials) => signature.verify(one, keys, 0).ok
    expect(verdict(request({ data: data.replace('SO1', 'SO2'), sign }))).toBe(false)
    expect(verdict(request({ data, sign }), { secret: 'other' })).toBe(false)
    expect(verdict(request({ data, sign }), {})).toBe(false)
    expect(verdict(request({ data }))).toBe(false)
    const doubled = { ...request({ data, sign }), body: bytes(`data=forged&${new URLSearchParams({ data, sign })}`) }
    expect(verdict(doubled)).toBe(false)
  })

  it('is read as what it is where its encoding is broken', () =>
    expect(fluxData(request({ data: '%3C%' }))).toBe('%3C%'))
})

describe('顺丰云仓', () => {
  const message =
    '<Request service="CANCEL_SALE_ORDER_SERVICE" lang="zh-CN"><Head><AccessCode>AC1</AccessCode><Checkword>ck-01</Checkword></Head><Body><CancelSaleOrderRequest><CompanyCode>C1</CompanyCode><SaleOrders><SaleOrder><ErpOrder>SO1</ErpOrder></SaleOrder></SaleOrders></CancelSaleOrderRequest></Body></Request>'
  const credentials = { checkword: 'ck-01' }
  const signature = sfCallback()
  const verdict = (fields: Record<string, string>, keys: Record<string, string> = credentials) =>
    signature.verify(request(fields), keys, 0).ok

  it('is the digest of message and checkword, blanks around both left out', () => {
    expect(sfDigest(message, 'ck-01')).toBe('HS/vaTU9YzHw/KBY5uPrvA==')
    expect(sfDigest(`\n${message} `, ' ck-01 ')).toBe('HS/vaTU9YzHw/KBY5uPrvA==')
  })

  it('is accepted raw, of its hex, encoded twice, and with the plus that a form has made a blank', () => {
    const hex = createHash('md5').update(`${message}ck-01`).digest('hex')
    for (const data_digest of ['HS/vaTU9YzHw/KBY5uPrvA==', btoa(hex), 'HS%2FvaTU9YzHw%2FKBY5uPrvA%3D%3D'])
      expect(verdict({ logistics_interface: message, data_digest }), data_digest).toBe(true)
    const [plus = ''] = Array.from({ length: 99 }, (_, n) => `m${n}`).filter((one) => sfDigest(one, 'k').includes('+'))
    const bare = bytes(`logistics_interface=${plus}&data_digest=${sfDigest(plus, 'k')}`)
    expect(signature.verify({ ...request({}), body: bare }, { checkword: 'k' }, 0).ok).toBe(true)
  })

  it('is keyed by the text agreed on for digests, where there is one', () => {
    const fields = { logistics_interface: message, data_digest: sfDigest(message, 'special') }
    expect(verdict(fields, { ...credentials, digestKey: 'special' })).toBe(true)
    expect(verdict(fields)).toBe(false)
  })

  it('refuses another message, another key, none, and no digest', () => {
    const fields = { logistics_interface: message, data_digest: sfDigest(message, 'ck-01') }
    expect(sfMessage(request(fields))).toBe(message)
    expect(verdict(fields)).toBe(true)
    expect(verdict({ ...fields, logistics_interface: message.replace('SO1', 'SO2') })).toBe(false)
    expect(verdict(fields, { checkword: 'ck-02' })).toBe(false)
    expect(verdict({ ...fields, data_digest: sfDigest(message, '') }, {})).toBe(false)
    expect(verdict({ logistics_interface: message })).toBe(false)
  })
})
