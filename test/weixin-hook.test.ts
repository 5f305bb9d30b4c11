/** What is special about 微信小店's hook: the check of its URL, and one message under many cipher texts. */
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { weixin } from '../src/platforms/weixin/index.ts'
import { bytes, type WireRequest } from '../src/wire/message.ts'

const SHOP = {
  appId: 'wx0123456789abcdef',
  appSecret: 'app-secret',
  token: 'Token1',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
}
const { challenge, deliveryId, signature } = weixin.inbound ?? {}
const sha1 = (...parts: string[]): string => createHash('sha1').update(parts.sort().join('')).digest('hex')

const check = (signed: string, method = 'GET'): WireRequest => ({
  method,
  url: `https://router.test/hooks/weixin/key?signature=${signed}&echostr=4375120948345356249&timestamp=1714036504&nonce=1514711492`,
  headers: {},
  body: new Uint8Array(),
})

it('answers the check of its URL in its own words, and nobody else', () => {
  const right = sha1('Token1', '1714036504', '1514711492')
  expect(challenge?.(check(right), SHOP)).toMatchObject({ status: 200, body: '4375120948345356249' })
  expect(challenge?.(check(right), { ...SHOP, token: 'Token2' })).toBeUndefined()
  expect(challenge?.(check(sha1('Token1')), SHOP)).toBeUndefined()
  expect(challenge?.(check(right, 'POST'), SHOP)).toBeUndefined()
})

it('knows a message again by what is inside', () => {
  const push = (order: string): WireRequest => ({
    method: 'POST',
    url: 'https://router.test/hooks/weixin/key',
    headers: {},
    body: bytes(`{"CreateTime":1795507200,"Event":"channels_ec_order_pay","order_info":{"order_id":${order}}}`),
  })
  const once = signature?.sign(push('3705115058471208928'), SHOP, 1_795_507_201_000)
  const again = signature?.sign(push('3705115058471208928'), SHOP, 1_795_507_206_000)
  const other = signature?.sign(push('3705115058471208929'), SHOP, 1_795_507_201_000)
  if (!once || !again || !other) throw new Error('weixin has no inbound')
  expect(again.body).not.toEqual(once.body)
  expect(deliveryId?.(again, SHOP)).toBe(deliveryId?.(once, SHOP))
  expect(deliveryId?.(other, SHOP)).not.toBe(deliveryId?.(once, SHOP))
})
