/** The values that 微信 publishes in its pages, and one of WxJava's own tests. */
import { describe, expect, it } from 'vitest'
import { bytes, text, type WireRequest } from '../../src/wire/message.ts'
import { openWeixin, sealWeixin, weixinEcho, weixinMessage } from '../../src/wire/weixin-message.ts'

const OFFICIAL = { token: 'AAAAA', encodingAesKey: 'A'.repeat(43), appId: 'wxba5fad812f8e6fb9' }
const WXJAVA = { encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', appId: 'wxb11529c136998cb6' }
const PUSHED =
  '+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04='

const post = (query: string, encrypt: string): WireRequest => ({
  method: 'POST',
  url: `https://router.test/hooks/weixin/key?${query}`,
  headers: {},
  body: bytes(JSON.stringify({ ToUserName: 'gh_97417a04a28d', Encrypt: encrypt })),
})
const SIGNED =
  'signature=6c5c811b55cc85e0e1b54100749188c20beb3f5d&timestamp=1714112445&nonce=415670741&openid=o1&encrypt_type=aes&msg_signature=046e02f8204d34f8ba5fa3b1db94908f3df2e9b3'
const verdict = (request: WireRequest, credentials: Record<string, string> = OFFICIAL): string => {
  const result = weixinMessage.verify(request, credentials, 0)
  return result.ok ? 'ok' : result.error.code
}

describe('the published push', () => {
  const request = post(SIGNED, PUSHED)

  it('is accepted, and opens', () => {
    expect(verdict(request)).toBe('ok')
    const opened = openWeixin(request, OFFICIAL)
    expect(opened.ok && bytes(opened.value).length).toBe(167)
    expect(opened.ok && JSON.parse(opened.value)).toMatchObject({ MsgType: 'event', Event: 'debug_demo' })
  })
  it('opens only by its own token, key and app id', () => {
    expect(verdict(request, { ...OFFICIAL, token: 'AAAAB' })).toBe('signature_mismatch')
    expect(verdict(request, { ...OFFICIAL, encodingAesKey: 'B'.repeat(43) })).toBe('signature_mismatch')
    expect(verdict(request, { ...OFFICIAL, appId: 'wxba5fad812f8e6fb8' })).toBe('signature_mismatch')
    expect(openWeixin(request, { ...OFFICIAL, appId: 'wx1' })).toMatchObject({ ok: false })
    expect(openWeixin(request, { ...OFFICIAL, appId: '' })).toMatchObject({ ok: false })
  })
  it('is not accepted with another text, time, nonce or signature', () => {
    expect(verdict(post(SIGNED, PUSHED.replace('qdx1', 'qdx2')))).toBe('signature_mismatch')
    for (const [from, to] of [
      ['1714112445', '1714112446'],
      ['415670741', '415670742'],
      ['046e02', '046e03'],
    ] as const)
      expect(verdict(post(SIGNED.replace(from, to), PUSHED))).toBe('signature_mismatch')
    expect(verdict(post(SIGNED.replace('msg_signature', 'other'), PUSHED))).toBe('signature_missing')
  })
})

describe('sealing', () => {
  it('makes the published reply, byte by byte', () => {
    const sealed = sealWeixin('{"demo_resp":"good luck"}', OFFICIAL, '707722b803182950')
    expect(sealed).toBe('ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==')
    const signature = '1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1'
    expect(verdict(post(`timestamp=1713424427&nonce=415670741&msg_signature=${signature}`, sealed))).toBe('ok')
  })
  it('makes what WxJava makes', () =>
    expect(sealWeixin('我是中文abcd123', WXJAVA, 'aaaabbbbccccdddd')).toBe(
      'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==',
    ))
  it('keeps messages of every length, whose paddings go up to 32', () => {
    for (let length = 0; length < 70; length++) {
      const message = 'x'.repeat(length)
      const signed = weixinMessage.sign({ ...post('', ''), body: bytes(message) }, OFFICIAL, 1_714_112_445_000)
      expect(verdict(signed)).toBe('ok')
      expect(openWeixin(signed, OFFICIAL)).toEqual({ ok: true, value: message })
    }
  })
  it('reads nothing out of texts that were cut or made up', () => {
    for (const broken of [PUSHED.slice(0, -8), PUSHED.slice(0, 24), '', 'AAAA', 'A'.repeat(64)])
      expect(openWeixin(post('', broken), OFFICIAL)).toMatchObject({ ok: false })
  })
})

describe('the check of a URL', () => {
  const get = (query: string): WireRequest => ({ ...post(query, ''), method: 'GET', body: new Uint8Array() })
  const query = 'timestamp=1714036504&nonce=1514711492&echostr=4375120948345356249'
  const signature = '&signature=f464b24fc39322e44b38aa78f5edd27bd1441696'

  it('is answered with its own words', () =>
    expect(weixinEcho(get(query + signature), OFFICIAL)).toMatchObject({ status: 200, body: '4375120948345356249' }))
  it('is not answered with another token, without a signature, or to a POST', () => {
    expect(weixinEcho(get(query + signature), { ...OFFICIAL, token: 'AAAAB' })).toBeUndefined()
    expect(weixinEcho(get(query + signature), { ...OFFICIAL, token: '' })).toBeUndefined()
    expect(weixinEcho(get(query), OFFICIAL)).toBeUndefined()
    expect(weixinEcho({ ...get(query + signature), method: 'POST' }, OFFICIAL)).toBeUndefined()
  })
  it('of a plain message covers time and nonce alone', () =>
    expect(
      weixinEcho(
        get('timestamp=1714037059&nonce=486452656&echostr=x&signature=899cf89e464efb63f54ddac96b0a0a235f53aa78'),
        OFFICIAL,
      ),
    ).toMatchObject({ body: 'x' }))
})

it('makes no cipher text without a key', () =>
  expect(text(weixinMessage.sign(post('', ''), {}, 0).body)).toBe('{"Encrypt":""}'))
