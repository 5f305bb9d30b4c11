import type { Connection, Conversation, Fields } from '../../wire/adapter.ts'
import { done, failure, jsonOf, refusedByField, refusedByStatus, shaped, unreadable } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { present } from '../../wire/values.ts'
import { vender } from './outbound.ts'
import { Token } from './schema.ts'

export const API = 'https://api.jd.com'
/** Tokens have a host of their own; a relay or sandbox serves both. */
const hostOf = ({ baseUrl }: Connection): string => (baseUrl === API ? 'https://open-oauth.jd.com' : baseUrl)

/** The secret stands in the URL, as 京东 wants it: logs must not keep it. */
function* granted(
  path: string,
  query: Fields,
  { appKey = '', appSecret = '' }: Fields,
  app: Connection,
): Conversation<Grant> {
  const signed = new URLSearchParams({ app_key: appKey, app_secret: appSecret, ...query })
  const answer = yield { method: 'GET', url: `${hostOf(app)}/oauth2/${path}?${signed}`, headers: {}, body: '' }
  const no = refusedByStatus(answer, false)
  if (no) return no
  const body = jsonOf(answer)
  // A yes carries the token, and a code 0 that some answers leave out.
  const token = shaped(Token, body)
  if (token.class !== 'done') return refusedToken(body, false) ?? unreadable(answer, false)
  const { access_token: accessToken, refresh_token: refreshToken, expires_in } = token.value
  return done({
    credentials: { accessToken, ...present({ refreshToken }) },
    ...(expires_in !== undefined && { expiresAt: app.now + expires_in * 1000 }),
  })
}
const refusedToken = refusedByField({ field: 'code', success: ['0'], message: ['msg', 'error_description'] })

export const authorization: Authorization = {
  link: (app, state, redirectUrl) => {
    const query = { app_key: app.credentials.appKey ?? '', response_type: 'code', redirect_uri: redirectUrl, state }
    return `${hostOf(app)}/oauth2/to_login?${new URLSearchParams({ ...query, scope: 'snsapi_base' })}`
  },

  /** The token's answer names a person, not a shop: whose it is says the merchant API. */
  *exchange({ code = '' }, app) {
    if (code === '') return failure('rejected', false, 'the callback carries no code', { code: 'code_missing' })
    const grant = yield* granted('access_token', { grant_type: 'authorization_code', code }, app.credentials, app)
    if (grant.class !== 'done') return grant
    const { credentials } = grant.value
    const shop = yield* vender({ ...app, app: app.credentials, credentials })
    if (shop.class !== 'done') return shop
    const { id, name } = shop.value
    return done({ ...grant.value, credentials: { ...credentials, venderId: id }, shopKey: id, ...present({ name }) })
  },

  *refresh(shop) {
    const { refreshToken = '' } = shop.credentials
    if (refreshToken === '') return failure('rejected', false, 'no refresh token is kept', { code: 'refresh_missing' })
    const query = { grant_type: 'refresh_token', refresh_token: refreshToken }
    return yield* granted('refresh_token', query, shop.app, shop)
  },
  // Test apps get tokens of one day.
  aheadMs: 6 * 3_600_000,
}
