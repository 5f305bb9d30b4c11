import { z } from 'zod'
import type { Connection, Conversation, Fields } from '../../wire/adapter.ts'
import { at, done, type Failure, failure, jsonOf, shaped } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { optional, Seconds } from '../../wire/values.ts'
import { BASE_URL } from './call.ts'
import { refused } from './codes.ts'
import { shopsOf } from './outbound.ts'

const AUTH_URL = 'https://auth.tiktok-shops.com'
const LINKS = {
  us: 'https://services.tiktokshops.us/open/authorize',
  others: 'https://services.tiktokshop.com/open/authorize',
} as const

/** The ends are points in time, not durations. https://partner.tiktokshop.com/docv2/page/authorization-overview-202407 */
const Tokens = z.object({
  access_token: z.string().min(1),
  access_token_expire_in: optional(Seconds),
  refresh_token: z.string().min(1),
  refresh_token_expire_in: optional(Seconds),
})
type Tokens = z.output<typeof Tokens>

/** The secret travels in the query, as the documents want it: logs must not keep this URL. A sandbox or relay stands in for both hosts. */
function* tokens(
  { baseUrl, app }: Connection,
  verb: 'get' | 'refresh',
  grant: Readonly<Record<string, string>>,
): Conversation<Tokens> {
  const { appKey = '', appSecret = '' } = app
  const query = new URLSearchParams({ app_key: appKey, app_secret: appSecret, ...grant })
  const url = `${baseUrl === BASE_URL ? AUTH_URL : baseUrl}/api/v2/token/${verb}?${query}`
  const answer = yield { method: 'GET', url, headers: {}, body: '' }
  return refused(answer, false) ?? shaped(Tokens, at(jsonOf(answer), 'data'))
}

const grantOf = (said: Tokens, shop: { readonly shopId: string; readonly shopCipher: string }): Grant => ({
  credentials: { ...shop, accessToken: said.access_token, refreshToken: said.refresh_token },
  ...(said.access_token_expire_in !== undefined && { expiresAt: said.access_token_expire_in }),
  ...(said.refresh_token_expire_in !== undefined && { refreshUntil: said.refresh_token_expire_in }),
})

const denied = ({ code = '', error = '' }: Fields): Failure | undefined =>
  code === '' || code === 'null'
    ? failure('rejected', false, `no authorization code: ${error}`, { code: error || 'auth_denied' })
    : undefined

export const authorization: Authorization = {
  /** Where it comes back to is part of the app's registration. */
  link: ({ credentials }, state) => {
    const { serviceId = '', market = '' } = credentials
    const base = market.toLowerCase() === 'us' ? LINKS.us : LINKS.others
    return `${base}?${new URLSearchParams({ service_id: serviceId, state })}`
  },

  /** A seller may have a shop in each country, all under one token: the first is `shopKey`, the rest stand in `others`. */
  *exchange(query, app) {
    const no = denied(query)
    if (no) return no
    const said = yield* tokens(app, 'get', { auth_code: query.code ?? '', grant_type: 'authorized_code' })
    if (said.class !== 'done') return said
    const asked = yield* shopsOf({ ...app, credentials: { accessToken: said.value.access_token } })
    if (asked.class !== 'done') return asked
    const [first, ...others] = asked.value.map(({ id, cipher, name }) => ({
      ...grantOf(said.value, { shopId: id, shopCipher: cipher }),
      shopKey: id,
      ...(name !== undefined && { name }),
    }))
    if (!first) return failure('rejected', false, 'the seller has authorized no shop', { code: 'no_shop' })
    return done({ ...first, ...(others.length > 0 && { others }) })
  },

  *refresh(shop) {
    const { shopId = '', shopCipher = '', refreshToken = '' } = shop.credentials
    const said = yield* tokens(shop, 'refresh', { refresh_token: refreshToken, grant_type: 'refresh_token' })
    return said.class === 'done' ? done(grantOf(said.value, { shopId, shopCipher })) : said
  },

  // The access token lives seven days.
  aheadMs: 24 * 3_600_000,
}
