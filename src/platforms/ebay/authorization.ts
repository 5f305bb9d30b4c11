import { z } from 'zod'
import { done, failure } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { Id, optional } from '../../wire/values.ts'
import { ask, hostOf, type Tokens, tokens } from './call.ts'

const SCOPE = ['sell.fulfillment', 'sell.inventory', 'commerce.identity.readonly', 'commerce.notification.subscription']
  .map((name) => `https://api.ebay.com/oauth/api_scope/${name}`)
  .join(' ')

const User = z.object({ userId: Id, username: optional(z.string()) })

const grantOf = (said: Tokens, userId: string, refreshToken: string, now: number): Grant => ({
  credentials: { userId, accessToken: said.access_token, refreshToken: said.refresh_token ?? refreshToken },
  ...(said.expires_in !== undefined && { expiresAt: now + said.expires_in * 1000 }),
  ...(said.refresh_token_expires_in !== undefined && { refreshUntil: now + said.refresh_token_expires_in * 1000 }),
})

export const authorization: Authorization = {
  /** `redirect_uri` is no address but the app's RuName; the address behind it is entered at eBay. */
  link: (app, state) => {
    const { clientId = '', ruName = '' } = app.app
    const query = { client_id: clientId, redirect_uri: ruName, response_type: 'code', state, scope: SCOPE }
    return `${hostOf(app, 'auth')}/oauth2/authorize?${new URLSearchParams(query)}`
  },

  *exchange({ code = '' }, app): ReturnType<NonNullable<Authorization['exchange']>> {
    if (code === '') return failure('rejected', false, 'no authorization code', { code: 'auth_denied' })
    const form = { grant_type: 'authorization_code', code, redirect_uri: app.app.ruName ?? '' }
    const said = yield* tokens(app, form)
    if (said.class !== 'done') return said
    const token = said.value.access_token
    const user = yield* ask(app, { path: `${hostOf(app, 'apiz')}/commerce/identity/v1/user/`, data: User, token })
    if (user.class !== 'done') return user
    const { userId: shopKey, username } = user.value
    return done({ ...grantOf(said.value, shopKey, '', app.now), shopKey, ...(username && { name: username }) })
  },

  /** The refresh token stays the same for its eighteen months. */
  *refresh(shop) {
    const { refreshToken = '', userId = '' } = shop.credentials
    const said = yield* tokens(shop, { grant_type: 'refresh_token', refresh_token: refreshToken, scope: SCOPE })
    return said.class === 'done' ? done(grantOf(said.value, userId, refreshToken, shop.now)) : said
  },

  // The access token lives two hours.
  aheadMs: 30 * 60_000,
}
