import { describe, expect, it } from 'vitest'
import { bytes } from '../../src/wire/message.ts'
import { relayAnswer, relayCall } from '../../src/wire/relay.ts'
import { signedRequest } from '../../src/wire/request-signature.ts'

const NOW = 1_780_000_000_000
const egress = { relay: 'https://relay.example.com/out', secret: 'a secret of thirty-two characters' }
const call = { method: 'PUT', url: 'https://wms.example.com/v1?x=1', headers: { 'x-sign': 'theirs' }, body: '茶' }

describe('a call through a relay', () => {
  const carried = relayCall(call, 20_000, egress, { now: NOW, nonce: 'n1' })

  it('carries the whole call, and less time than there is', () => {
    expect([carried.method, carried.url, JSON.parse(carried.body)]).toEqual([
      'POST',
      egress.relay,
      { ...call, timeoutMs: 19_500 },
    ])
    expect(JSON.parse(relayCall(call, 3, egress, { now: NOW, nonce: 'n1' }).body).timeoutMs).toBe(1)
  })

  it('is signed with the secret, over all that it says; the secret itself does not travel', () => {
    const verify = (body: string, secret: string, now = NOW) =>
      signedRequest().verify({ ...carried, body: bytes(body) }, { secret }, now).ok
    expect([
      verify(carried.body, egress.secret),
      verify(carried.body.replace('PUT', 'GET'), egress.secret),
      verify(carried.body, 'another'),
      verify(carried.body, egress.secret, NOW + 301_000),
    ]).toEqual([true, false, false, false])
    expect(JSON.stringify(carried)).not.toContain(egress.secret)
  })
})

describe('what a relay says', () => {
  const says = (status: number, body: unknown) =>
    relayAnswer({ status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) })

  it('is the partner’s answer, whatever that is', () => {
    expect(says(200, { status: 503, headers: { 'Retry-After': '5', 'set-cookie': ['a', 'b'] }, body: 'busy' })).toEqual(
      {
        status: 503,
        headers: { 'retry-after': '5', 'set-cookie': 'a,b' },
        body: 'busy',
      },
    )
    expect(says(200, { status: 204, body: '' })).toEqual({ status: 204, headers: {}, body: '' })
  })

  it.each<[string, number, unknown, boolean, boolean?]>([
    ['its refusal of our secret', 401, { error: 'the signature does not match', sent: false }, false, true],
    ['its refusal of the host', 403, { error: 'this host is not listed', sent: false }, false],
    ['a refusal that is not its own', 401, '<html>401</html>', true],
    ['a partner without an answer', 502, { error: 'time-out', sent: true }, true],
    ['what stands before it', 502, '<html>Bad Gateway</html>', true],
    ['somebody else', 200, '<html>Welcome</html>', true],
    ['no answer in it', 200, { headers: {} }, true],
    ['a list', 200, [], true],
    ['nothing', 200, '', true],
  ])('may be no answer: %s', (_, status, body, sent, refused = false) =>
    expect(says(status, body)).toEqual({ error: expect.stringMatching(/^relay: /), sent, refused }),
  )
})
