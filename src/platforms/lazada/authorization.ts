import { z } from 'zod'
import type { Conversation, Fields } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { Id, optional } from '../../wire/values.ts'
import { ask } from './call.ts'

const LINK = 'https://auth.lazada.com/oauth/authorize'

/** Seconds, also as text. https://open.lazada.com/apps/doc/doc?nodeId=10777&docId=108260 */
const Life = optional(z.coerce.number().int())
const User = z.object({ country: z.string(), seller_id: Id })
const Tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  ...{ expires_in: Life, refresh_expires_in: Life },
  country: optional(z.string()),
  country_user_info: optional(z.array(User)),
})
type Tokens = z.output<typeof Tokens>

const grantOf = (said: Tokens, shop: Fields, now: number): Grant => ({
  credentials: { ...shop, accessToken: said.access_token, refreshToken: said.refresh_token },
  ...(said.expires_in !== undefined && { expiresAt: now + said.expires_in * 1000 }),
  // 0: there is no refresh, the seller must authorize anew.
  ...(said.refresh_expires_in !== undefined && { refreshUntil: now + said.refresh_expires_in * 1000 }),
})

export const authorization: Authorization = {
  link: ({ app }, state, redirectUrl) => {
    const client = { response_type: 'code', force_auth: 'true', client_id: app.appKey ?? '' }
    return `${LINK}?${new URLSearchParams({ ...client, redirect_uri: redirectUrl, state })}`
  },

  /** A seller across borders (`country` cb) has a shop in each country, all under one token: those beyond the first are `others`. */
  *exchange({ code = '' }, app): ReturnType<NonNullable<Authorization['exchange']>> {
    if (code === '') return failure('rejected', false, 'no authorization code', { code: 'auth_denied' })
    const path = '/auth/token/create'
    const said = yield* ask(app, { path, params: { code }, post: true, data: Tokens, open: true })
    if (said.class !== 'done') return said
    const { country = 'cb', country_user_info: users = [] } = said.value
    const own = country === 'cb' ? users : users.filter((user) => user.country === country)
    const [first, ...others] = own.map((user) => ({
      ...grantOf(said.value, { sellerId: user.seller_id, country: user.country }, app.now),
      shopKey: user.seller_id,
    }))
    if (!first) return failure('rejected', false, 'the account has no shop', { code: 'no_shop' })
    return done({ ...first, ...(others.length > 0 && { others }) })
  },

  *refresh(shop): Conversation<Grant> {
    const { refreshToken: refresh_token = '', sellerId = '', country = '' } = shop.credentials
    const path = '/auth/token/refresh'
    const said = yield* ask(shop, { path, params: { refresh_token }, post: true, data: Tokens, open: true })
    return said.class === 'done' ? done(grantOf(said.value, { sellerId, country }, shop.now)) : said
  },

  // An access token lives 30 days (7 while the app is in test).
  aheadMs: 48 * 3_600_000,
}
