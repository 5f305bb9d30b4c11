/** Digests that somebody else computed. `sign` and `verify` share one body, so only these can prove it right. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { digest, fromBase64, hmac, sameDigest, toBase64 } from '../../src/wire/digest.ts'
import { bytes, type WireRequest } from '../../src/wire/message.ts'
import { keyedDigest, type Signature, signedBody, signedCall } from '../../src/wire/signature.ts'
import { standardWebhook } from '../../src/wire/standard-webhook.ts'

const NOW = 1_614_265_330_000

const request = (body: string | Uint8Array, headers: Record<string, string> = {}): WireRequest => ({
  method: 'POST',
  url: 'https://router.test/',
  headers,
  body: typeof body === 'string' ? bytes(body) : body,
})

const verdict = (signature: Signature, signed: WireRequest, credentials: Record<string, string>, now = NOW): string => {
  const result = signature.verify(signed, credentials, now)
  return result.ok ? 'ok' : result.error.code
}

describe('digests', () => {
  it('are those of RFC 4231, RFC 2202 and RFC 1321', () => {
    expect(hmac('sha256', 'Jefe', 'what do ya want for nothing?', 'hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
    expect(hmac('sha256', new Uint8Array(20).fill(0x0b), bytes('Hi There'), 'hex')).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    )
    expect(hmac('sha256', new Uint8Array(20).fill(0xaa), new Uint8Array(50).fill(0xdd), 'hex')).toBe(
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    )
    expect(hmac('sha1', 'Jefe', 'what do ya want for nothing?', 'hex')).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
    expect(hmac('md5', 'Jefe', 'what do ya want for nothing?', 'hex')).toBe('750c783e6ab0b503eaa86e310a5db738')
    expect(digest('md5', 'message digest', 'hex')).toBe('f96b697d7cb7938d525a2f31aaf161d0')
    expect(digest('sha1', 'abc', 'hex')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
    expect(digest('sha256', ['a', bytes('b'), 'c'], 'hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('compare without throwing', () => {
    expect(sameDigest('ab', 'ab')).toBe(true)
    expect(sameDigest('ab', 'abc')).toBe(false)
    expect(sameDigest('', '')).toBe(false)
    expect(sameDigest('é', 'e')).toBe(false)
  })

  it('keep bytes through base64', () => expect(toBase64(fromBase64('AP+A'))).toBe('AP+A'))
})

describe('signedBody', () => {
  const shopify = signedBody({ header: 'x-shopify-hmac-sha256', encoding: 'base64', key: 'clientSecret' })
  const body = '{"id":820982911946154508,"note":"é✓"}'
  const signed = request(body, { 'x-shopify-hmac-sha256': 'vrypN3uFL9adtE+S0DRr4i6Io3ZBYGiIBKGqkiGtPIg=' })

  it('accepts what @shopify/shopify-api accepts', () =>
    expect(verdict(shopify, signed, { clientSecret: 'hush' })).toBe('ok'))
  it('signs the same', () => expect(shopify.sign(request(body), { clientSecret: 'hush' }, NOW)).toEqual(signed))
  it('refuses a changed body, another secret, a cut digest, no secret and no header', () => {
    expect(verdict(shopify, { ...signed, body: bytes(`${body} `) }, { clientSecret: 'hush' })).toBe(
      'signature_mismatch',
    )
    expect(verdict(shopify, signed, { clientSecret: 'other' })).toBe('signature_mismatch')
    expect(verdict(shopify, request(body, { 'x-shopify-hmac-sha256': 'vryp' }), { clientSecret: 'hush' })).toBe(
      'signature_mismatch',
    )
    expect(verdict(shopify, shopify.sign(request(body), { clientSecret: '' }, NOW), {})).toBe('signature_mismatch')
    expect(verdict(shopify, request(body), { clientSecret: 'hush' })).toBe('signature_missing')
  })

  it('covers the URL too, where Shopee signs it', () => {
    const shopee = signedBody({ header: 'authorization', key: 'pushKey', afterUrl: '|' })
    const body =
      '{"shop_id": 123, "code": 1, "success": 1, "extra": "shop_id 123 is authorized successfully", "data": {"more_info": "more info"}, "timestamp": 1470198856}'
    const at = (url: string) => ({ ...request(body), url })
    const signed = shopee.sign(at('http://www.example.com/example/uri'), { pushKey: 'test_partner_key' }, NOW)
    // The helper of npm shopee-client prints the same.
    expect(signed.headers.authorization).toBe('32ad95ee30ee105f80e2ea52fc97c80853d6dcbe0c9a619a09e7914d70724070')
    expect(verdict(shopee, signed, { pushKey: 'test_partner_key' })).toBe('ok')
    const elsewhere = { ...signed, url: 'http://www.example.com/example/urj' }
    expect(verdict(shopee, elsewhere, { pushKey: 'test_partner_key' })).toBe('signature_mismatch')
  })

  it('covers the raw bytes, also where they are no UTF-8', () => {
    const signature = signedBody({ header: 's' })
    const raw = signature.sign(request(new Uint8Array([0xff, 0xfe, 0x00])), { secret: 'k' }, NOW)
    expect(verdict(signature, raw, { secret: 'k' })).toBe('ok')
    expect(verdict(signature, { ...raw, body: new Uint8Array([0xff, 0xfd, 0x00]) }, { secret: 'k' })).toBe(
      'signature_mismatch',
    )
  })

  it('is that of WooCommerce, Shopline and Lazada with other words', () => {
    const woo = signedBody({ header: 's', encoding: 'base64' })
    expect(woo.sign(request('{"id":727,"status":"processing"}'), { secret: 'secret' }, NOW).headers.s).toBe(
      'rsMzXfVlGyLHsLI+ivFKWGMblB6ofKyPNkCA3bBGRzY=',
    )
    const shopline = signedBody({ header: 's' }).sign(
      request('{"body_html":"BodyHtml","id":"32398389389389"}'),
      { secret: 'LDLLJJLflja2039203flaflaLLFLE' },
      NOW,
    )
    expect(shopline.headers.s).toBe('edf64f4c46a9cb2c8aaa6c7034b77899aca1b63ad0c461901417a42b1cf139b0')
    const lazada = signedBody({ header: 'authorization', key: 'appSecret', before: 'appKey' })
    const message = request('{"seller_id":"1234567", "message_type":0, "data":{...}..}', {
      authorization: 'F3D2CA947F16A50B577C036ADECD18BEC126EA19CADEDD59816E255D3B6104AB',
    })
    expect(verdict(lazada, message, { appKey: '123456', appSecret: '3412gyo124goi3124' })).toBe('ok')
    expect(verdict(lazada, message, { appSecret: '3412gyo124goi3124' })).toBe('signature_mismatch')
  })
})

describe('keyedDigest', () => {
  const douyin = keyedDigest({ header: 'event-sign', before: 'appKey', after: 'appSecret' })
  const body =
    '[{"tag":"101","msg_id":"6900000000000000001:101:1700000000:3","data":"{\\"p_id\\":6900000000000000001,\\"s_ids\\":[6900000000000000002],\\"shop_id\\":123456,\\"order_status\\":2,\\"order_type\\":0,\\"create_time\\":1700000000,\\"pay_time\\":1700000010,\\"pay_type\\":1,\\"pay_amount\\":1990,\\"biz\\":2}"}]'
  const app = { appKey: '7000000000000000000', appSecret: 'app-secret-1' }
  const signed = request(body, { 'event-sign': '292b923551f83fa09f46323e9aabb395' })

  it('accepts the value computed for the 抖店 page, in either case of letters', () => {
    expect(bytes(body)).toHaveLength(286)
    expect(verdict(douyin, signed, app)).toBe('ok')
    expect(verdict(douyin, request(body, { 'event-sign': '292B923551F83FA09F46323E9AABB395' }), app)).toBe('ok')
    expect(douyin.sign(request(body), app, NOW)).toEqual(signed)
  })
  it('refuses a changed body, another secret, no secret and no header', () => {
    expect(verdict(douyin, { ...signed, body: bytes(body.replace('1990', '1991')) }, app)).toBe('signature_mismatch')
    expect(verdict(douyin, signed, { ...app, appSecret: 'other' })).toBe('signature_mismatch')
    expect(verdict(douyin, signed, { appKey: app.appKey })).toBe('signature_mismatch')
    expect(verdict(douyin, request(body), app)).toBe('signature_missing')
  })
  it('is that of 有赞 with other words', () => {
    const youzan = keyedDigest({ header: 'event-sign', before: 'clientId', after: 'clientSecret' })
    const message = request(
      '{"client_id":"yz-client","id":"E20231115000000000000001","kdt_id":160,"kdt_name":"shop","mode":1,"msg":"%7B%22tid%22%3A%22E20231115000000000000001%22%7D","msg_id":"m-1","sendCount":0,"status":"TRADE_PAID","test":false,"type":"trade_TradePaid","version":1700000000}',
    )
    expect(youzan.sign(message, { clientId: 'yz-client', clientSecret: 'yz-secret' }, NOW).headers['event-sign']).toBe(
      'a019a0f8da57dcf4a738cc1c7060282d',
    )
  })
})

describe('standardWebhook', () => {
  const scheme = standardWebhook()
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const published = request('{"test": 2432232314}', {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
  const signedBy = (text: string) => ({ ...published, headers: { ...published.headers, 'webhook-signature': text } })

  it('accepts the published vector, with and without the prefix of the secret', () => {
    expect(verdict(scheme, published, { secret })).toBe('ok')
    expect(verdict(scheme, published, { secret: secret.slice(6) })).toBe('ok')
    expect(scheme.sign(published, { secret }, NOW)).toEqual(published)
  })

  it('takes the text of a secret for the key where that is how it is (BigCommerce)', () => {
    const plain = standardWebhook({ secret: 'clientSecret', plain: true })
    const body =
      '{"scope":"store/order/created","store_id":"1025646","data":{"type":"order","id":250},"hash":"dd70c0976e06b67aaf671e73f49dcb79230ebf9d","created_at":1561479335,"producer":"stores/{store_hash}"}'
    const sent = request(body, {
      'webhook-id': 'msg_bc_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': 'v1,aeeEht8D5J11oFOUhY9V7J9+kl15v4cJ+30O0g7/stA=',
    })
    expect(verdict(plain, sent, { clientSecret: 'my-bigcommerce-client-secret' }, 1_700_000_000_000)).toBe('ok')
    expect(verdict(plain, sent, { clientSecret: 'other' }, 1_700_000_000_000)).toBe('signature_mismatch')
    expect(verdict(plain, sent, {}, 1_700_000_000_000)).toBe('signature_mismatch')
  })

  it('and the npm package standardwebhooks accept each other', () => {
    const library = new Webhook(secret)
    const now = new Date()
    const body = '{"备注":"😀"}'
    const theirs = request(body, {
      'webhook-id': 'a.b',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': library.sign('a.b', now, body),
    })
    expect(verdict(scheme, theirs, { secret }, now.getTime())).toBe('ok')
    const ours = scheme.sign(request(body, { 'webhook-id': 'c' }), { secret }, now.getTime())
    expect(library.verify(body, { ...ours.headers })).toEqual({ 备注: '😀' })
  })

  it('takes any of several signatures, and skips versions it does not speak', () => {
    const good = published.headers['webhook-signature'] ?? ''
    expect(verdict(scheme, signedBy(`v1,bm9wZQ== v1a,bm9wZQ== ${good}`), { secret })).toBe('ok')
    expect(verdict(scheme, signedBy(`v2,${good.slice(3)}`), { secret })).toBe('signature_mismatch')
    expect(verdict(scheme, signedBy(good.slice(3)), { secret })).toBe('signature_mismatch')
  })

  it('is stale after five minutes, either way', () => {
    expect(verdict(scheme, published, { secret }, NOW + 300_999)).toBe('ok')
    expect(verdict(scheme, published, { secret }, NOW + 301_000)).toBe('signature_stale')
    expect(verdict(scheme, published, { secret }, NOW - 300_000)).toBe('ok')
    expect(verdict(scheme, published, { secret }, NOW - 301_000)).toBe('signature_stale')
    for (const time of ['soon', '1e9', '-1614265330', ' 1614265330', '1614265330.0']) {
      expect(
        verdict(scheme, { ...published, headers: { ...published.headers, 'webhook-timestamp': time } }, { secret }),
      ).toBe('signature_stale')
    }
  })

  it('refuses another id, another time, another body, another secret, and no secret', () => {
    expect(
      verdict(scheme, { ...published, headers: { ...published.headers, 'webhook-id': 'msg_2' } }, { secret }),
    ).toBe('signature_mismatch')
    expect(
      verdict(
        scheme,
        { ...published, headers: { ...published.headers, 'webhook-timestamp': '1614265331' } },
        { secret },
      ),
    ).toBe('signature_mismatch')
    expect(verdict(scheme, { ...published, body: bytes('{"test": 2432232315}') }, { secret })).toBe(
      'signature_mismatch',
    )
    expect(verdict(scheme, published, { secret: 'whsec_bm9wZQ==' })).toBe('signature_mismatch')
    for (const none of [{}, { secret: '' }, { secret: 'whsec_' }]) {
      expect(verdict(scheme, scheme.sign(published, { secret: '' }, NOW), none)).toBe('signature_mismatch')
    }
  })

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a request without %s', (header) =>
    expect(verdict(scheme, { ...published, headers: { ...published.headers, [header]: '' } }, { secret })).toBe(
      'signature_missing',
    ),
  )

  it('gives an id to what has none', () => {
    const signed = scheme.sign(request('{}'), { secret }, NOW)
    expect([signed.headers['webhook-id'], verdict(scheme, signed, { secret })]).toEqual([`msg_${NOW}`, 'ok'])
  })

  it('signs a call of ours', () => {
    const call = {
      method: 'POST',
      url: 'https://shop.test/',
      headers: { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek' },
      body: '{"test": 2432232314}',
      safe: false,
    }
    expect(signedCall(scheme, call, { secret }, NOW)).toEqual({ ...call, headers: published.headers })
  })
})

describe('standardWebhook by a public key', () => {
  const scheme = standardWebhook({ publicKey: 'publicKey' })
  const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const symmetric = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  // The vector of svix-server, `test_asymmetric_key_signing`.
  const asymmetric = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=='
  const signedBy = (signature: string, id = 'msg_p5jXN8AQM9LWM0D4loKWxJek') =>
    request('{"test": 2432232314}', {
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': signature,
    })

  it('accepts the published vector, alone and beside others', () => {
    expect(verdict(scheme, signedBy(asymmetric), { publicKey })).toBe('ok')
    expect(verdict(scheme, signedBy(asymmetric), { publicKey: publicKey.slice(5) })).toBe('ok')
    expect(verdict(scheme, signedBy(`${symmetric} v1a,bm9wZQ== ${asymmetric}`), { secret, publicKey })).toBe('ok')
  })

  it("accepts what Node's own crypto signs", () => {
    const pair = generateKeyPairSync('ed25519')
    const raw = Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
    const body = new Uint8Array([0xff, 0x00, 0xfe])
    const content = Buffer.concat([Buffer.from('m.1614265330.'), body])
    const headers = { ...signedBy('').headers, 'webhook-id': 'm' }
    const signature = `v1a,${sign(null, content, pair.privateKey).toString('base64')}`
    const signed = request(body, { ...headers, 'webhook-signature': signature })
    expect(verdict(scheme, signed, { publicKey: `whpk_${raw}` })).toBe('ok')
    expect(verdict(scheme, { ...signed, body: new Uint8Array([0xff, 0x00, 0xff]) }, { publicKey: raw })).toBe(
      'signature_mismatch',
    )
  })

  it('takes no secret in its place, and no public key where none is expected', () => {
    expect(verdict(scheme, signedBy(symmetric), { secret })).toBe('ok')
    expect(verdict(scheme, signedBy(symmetric), { secret, publicKey })).toBe('signature_mismatch')
    expect(verdict(scheme, signedBy(asymmetric), { secret })).toBe('signature_mismatch')
    expect(verdict(standardWebhook(), signedBy(asymmetric), { secret, publicKey })).toBe('signature_mismatch')
  })

  it('refuses another id, time, key, version and what is no key', () => {
    const other = `whpk_${Buffer.alloc(32, 7).toString('base64')}`
    expect(verdict(scheme, signedBy(asymmetric, 'msg_2'), { publicKey })).toBe('signature_mismatch')
    expect(verdict(scheme, signedBy(asymmetric), { publicKey }, NOW + 301_000)).toBe('signature_stale')
    expect(verdict(scheme, signedBy(asymmetric.replace('v1a', 'v1')), { publicKey })).toBe('signature_mismatch')
    for (const wrong of [other, 'whpk_', 'whpk_bm9wZQ==', `${publicKey.slice(0, -4)}AAAA`])
      expect(verdict(scheme, signedBy(asymmetric), { publicKey: wrong }), wrong).toBe('signature_mismatch')
    for (const wrong of ['v1a,', 'v1a', asymmetric.slice(0, -8), `v1a,${'A'.repeat(88)}`])
      expect(verdict(scheme, signedBy(wrong), { publicKey }), wrong).toBe('signature_mismatch')
  })

  it('knows that only the shop can sign', () => {
    expect(scheme.canSign?.({ secret, publicKey })).toBe(false)
    expect(scheme.canSign?.({ secret, publicKey: '' })).toBe(true)
    expect(scheme.canSign?.({ secret })).toBe(true)
  })
})
