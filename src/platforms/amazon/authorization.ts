/** Login with Amazon. https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api */
import type { Connection, Conversation, Fields } from '../../wire/adapter.ts'
import { done, failure, jsonOf, refusedByStatus, shaped, textAt, unreadable } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { present } from '../../wire/values.ts'
import { Token } from './schema.ts'

/** Tokens have a host of their own for all regions; a relay or sandbox serves both. */
const hostOf = ({ baseUrl }: Connection): string =>
  /^https:\/\/[^/]+\.amazon\.com$/.test(baseUrl) ? 'https://api.amazon.com' : baseUrl

function* granted(form: Fields, { clientId = '', clientSecret = '' }: Fields, at: Connection): Conversation<Grant> {
  const body = String(new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }))
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }
  const answer = yield { method: 'POST', url: `${hostOf(at)}/auth/o2/token`, headers, body }
  // `invalid_grant` and `invalid_client`: a person must authorize anew, or mend the keys.
  const code = answer.status === 400 ? textAt(jsonOf(answer), 'error') : ''
  if (code !== '') return failure('rejected', false, `${code} ${textAt(jsonOf(answer), 'error_description')}`, { code })
  const no = refusedByStatus(answer, false)
  if (no) return no
  const token = shaped(Token, jsonOf(answer))
  if (token.class !== 'done') return unreadable(answer, false)
  const { access_token: accessToken, refresh_token: refreshToken, expires_in } = token.value
  return done({
    credentials: { accessToken, ...present({ refreshToken }) },
    ...(expires_in !== undefined && { expiresAt: at.now + expires_in * 1000 }),
  })
}

export const authorization: Authorization = {
  link: ({ credentials }, state, redirectUrl) => {
    const { applicationId = '', sellerCentral = 'sellercentral.amazon.com' } = credentials
    const query = new URLSearchParams({ application_id: applicationId, state, redirect_uri: redirectUrl })
    return `https://${sellerCentral}/apps/authorize/consent?${query}`
  },

  *exchange({ spapi_oauth_code: code = '', selling_partner_id: sellerId = '' }, app, redirectUrl) {
    if (code === '' || sellerId === '') {
      return failure('rejected', false, 'the callback carries no code or no seller', { code: 'code_missing' })
    }
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUrl }
    const grant = yield* granted(form, app.credentials, app)
    if (grant.class !== 'done') return grant
    return done({ ...grant.value, credentials: { ...grant.value.credentials, sellerId }, shopKey: sellerId })
  },

  *refresh(shop) {
    const { refreshToken = '' } = shop.credentials
    return yield* granted({ grant_type: 'refresh_token', refresh_token: refreshToken }, shop.app, shop)
  },
  // A token lives an hour.
  aheadMs: 10 * 60_000,
}
