/** The two schemes whose digest travels in a form beside the message: digests that a second pair of hands computed. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FLUX_FORMS, fluxCallback, fluxData, fluxSign } from '../../src/wire/flux-signature.ts'
import { bytes, type WireRequest } from '../../src/wire/message.ts'

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
