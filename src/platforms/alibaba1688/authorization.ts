import type { Connection, Conversation, Fields } from '../../wire/adapter.ts'
import { done, failure, jsonOf, refusedByField, refusedByStatus, shaped, unreadable } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { present } from '../../wire/values.ts'
import { refusedByGateway } from './codes.ts'
import { Token } from './schema.ts'

export const API = 'https://gw.open.1688.com'
/** The page where a merchant agrees has a host of its own; a relay or sandbox serves both. */
const pageOf = ({ baseUrl }: Connection): string => (baseUrl === API ? 'https://auth.1688.com' : baseUrl)

interface Granted extends Grant {
  readonly memberId?: string
}

function* granted(query: Fields, { appKey = '', appSecret = '' }: Fields, app: Connection): Conversation<Granted> {
  const form = { client_id: appKey, client_secret: appSecret, ...query }
  const url = `${app.baseUrl}/openapi/http/1/system.oauth2/getToken/${appKey}`
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }
  const answer = yield { method: 'POST', url, headers, body: String(new URLSearchParams(form)) }
  const no = refusedByGateway(answer, false) ?? refusedByStatus(answer, false)
  if (no) return no
  const body = jsonOf(answer)
  const token = shaped(Token, body)
  if (token.class !== 'done') return refusedToken(body, false) ?? unreadable(answer, false)
  const {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in,
    refresh_token_timeout,
    memberId,
  } = token.value
  return done({
    credentials: { accessToken, ...present({ refreshToken }) },
    ...(expires_in !== undefined && { expiresAt: app.now + expires_in * 1000 }),
    ...present({ refreshUntil: refresh_token_timeout, memberId }),
  })
}
const refusedToken = refusedByField({ field: 'error', success: [], message: ['error_description'] })

export const authorization: Authorization = {
  link: (app, state, redirectUrl) => {
    const query = { client_id: app.credentials.appKey ?? '', site: '1688', redirect_uri: redirectUrl, state }
    return `${pageOf(app)}/oauth/authorize?${new URLSearchParams(query)}`
  },

  *exchange({ code = '' }, app, redirect_uri) {
    if (code === '') return failure('rejected', false, 'the callback carries no code', { code: 'code_missing' })
    const query = { grant_type: 'authorization_code', need_refresh_token: 'true', redirect_uri, code }
    const grant = yield* granted(query, app.credentials, app)
    if (grant.class !== 'done') return grant
    const { memberId = '', ...rest } = grant.value
    if (memberId === '') return failure('rejected', false, 'the token names no member', { code: 'member_missing' })
    return done({ ...rest, credentials: { ...rest.credentials, memberId }, shopKey: memberId })
  },

  *refresh(shop) {
    const { refreshToken = '' } = shop.credentials
    if (refreshToken === '') return failure('rejected', false, 'no refresh token is kept', { code: 'refresh_missing' })
    const grant = yield* granted({ grant_type: 'refresh_token', refresh_token: refreshToken }, shop.app, shop)
    if (grant.class !== 'done') return grant
    const { memberId: _, ...rest } = grant.value
    return done(rest)
  },
  // A token lives ten hours.
  aheadMs: 3_600_000,
}
