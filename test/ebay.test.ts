/** What eBay alone has: an endpoint that is checked before anything is signed, and a key of its own that must be asked for. */
import { describe, expect, it } from 'vitest'
import { ebay } from '../src/platforms/ebay/index.ts'
import type { Connection } from '../src/wire/adapter.ts'
import type { WireRequest, WireResponse } from '../src/wire/message.ts'
import { converse } from './support/cases.ts'

const credentials = {
  clientId: 'acme',
  clientSecret: 'cert',
  ruName: 'ru',
  verificationToken: 'token-of-32-characters-or-more-ok',
}
const app: Connection = {
  ...{ id: 'app-1', baseUrl: 'https://api.ebay.com', credentials, app: credentials },
  ...{ settings: {}, now: 0, nonce: 'n' },
}
const get = (url: string, method = 'GET'): WireRequest => ({ method, url, headers: {}, body: new Uint8Array() })
const answer = (body: unknown, status = 200): WireResponse => ({ status, headers: {}, body: JSON.stringify(body) })
const TOKEN = answer({ access_token: 'app-token', expires_in: 7200, token_type: 'Application Access Token' })

describe('the check of the endpoint', () => {
  const asked = (request: WireRequest) => ebay.inbound?.challenge?.(request, credentials)
  it('is answered over the address without its question', () => {
    const told = asked(get('https://cangqiao.test/hooks/ebay/k1?challenge_code=abc'))
    expect(told?.status).toBe(200)
    // printf 'abctoken-of-32-characters-or-more-okhttps://cangqiao.test/hooks/ebay/k1' | sha256sum
    expect(JSON.parse(told?.body ?? '')).toEqual({
      challengeResponse: '72a76d79a853da5e0d3d2130782725781610f78496ef4af5aff8fc3c586561e2',
    })
  })
  it('is no push, and no other question', () => {
    expect(asked(get('https://cangqiao.test/hooks/ebay/k1?challenge_code=abc', 'POST'))).toBe(undefined)
    expect(asked(get('https://cangqiao.test/hooks/ebay/k1'))).toBe(undefined)
  })
})

describe('the key of the signature', () => {
  const ask = (...answers: readonly WireResponse[]) => {
    const { publicKey } = ebay.inbound ?? {}
    if (!publicKey) throw new Error('eBay names no key')
    return converse(publicKey.ask('key/1', app), answers)
  }
  it('is asked for with a token of the app, and changes nothing', () => {
    const { calls, outcome } = ask(TOKEN, answer({ key: 'PEM', algorithm: 'ECDSA', digest: 'SHA1' }))
    expect(outcome).toEqual({ class: 'done', value: 'PEM' })
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://api.ebay.com/identity/v1/oauth2/token',
      'GET https://api.ebay.com/commerce/notification/v1/public_key/key%2F1',
    ])
    expect(calls[0]?.headers.authorization).toBe('Basic YWNtZTpjZXJ0')
    expect(calls[0]?.body).toBe('grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope')
    expect(calls[1]?.headers.authorization).toBe('Bearer app-token')
    expect(calls.every(({ safe }) => safe)).toBe(true)
  })
  it('is none where eBay knows no such key, and asked again where it does not answer', () => {
    expect(ask(TOKEN, answer({ errors: [{ errorId: 195001 }] }, 404)).outcome?.class).toBe('rejected')
    expect(ask(TOKEN, answer({}, 503)).outcome?.class).toBe('retry')
    expect(ask(answer({ error: 'invalid_client' }, 401)).outcome?.class).toBe('auth')
  })
})

it('sends the merchant to the page of consent with the RuName in place of an address', () => {
  const link = new URL(ebay.authorization?.link?.(app, 'state-1', 'https://cangqiao.test/back') ?? '')
  expect(link.origin + link.pathname).toBe('https://auth.ebay.com/oauth2/authorize')
  expect(link.searchParams.get('redirect_uri')).toBe('ru')
  expect(link.searchParams.get('state')).toBe('state-1')
  expect(link.searchParams.get('scope')?.split(' ')).toContain('https://api.ebay.com/oauth/api_scope/sell.fulfillment')
})
