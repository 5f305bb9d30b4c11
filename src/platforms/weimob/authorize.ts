/** 客户端模式 for apps of one merchant's own, a link that the merchant opens for all others. Everything of the token stands in the URL. */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure, jsonOf, refusedByStatus, shaped, textAt, unreadable } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { Id, optional, present } from '../../wire/values.ts'

const Life = z.coerce.number().int().positive()
const Token = z.object({
  access_token: z.string().min(1),
  expires_in: Life,
  refresh_token: optional(z.string()),
  refresh_token_expires_in: optional(Life),
  business_operation_system_id: optional(Id),
  business_id: optional(Id),
})
type Token = z.output<typeof Token>

function* token({ app, baseUrl }: Connection, asked: Readonly<Record<string, string>>): Conversation<Token> {
  const client = { client_id: app.clientId ?? '', client_secret: app.clientSecret ?? '' }
  const url = `${baseUrl}/fuwu/b/oauth2/token?${new URLSearchParams({ ...asked, ...client })}`
  const answer = yield { method: 'POST', url, headers: {}, body: '' }
  const no = refusedByStatus(answer, false)
  if (no) return no
  const body = jsonOf(answer)
  const code = textAt(body, 'code.errcode') || textAt(body, 'error')
  if (textAt(body, 'access_token') !== '') return shaped(Token, body)
  if (code === '') return unreadable(answer, false)
  const words = textAt(body, 'code.errmsg') || textAt(body, 'error_description')
  return failure('rejected', false, `${code} ${words}`.trim(), { code })
}

const grantOf = (given: Token, now: number): Grant => ({
  credentials: present({ accessToken: given.access_token, refreshToken: given.refresh_token }),
  expiresAt: now + given.expires_in * 1000,
  ...(given.refresh_token_expires_in && { refreshUntil: now + given.refresh_token_expires_in * 1000 }),
})

export const authorization: Authorization = {
  link: ({ app, baseUrl }, state, redirect_uri) => {
    const fixed = { enter: 'wm', view: 'pc', response_type: 'code', scope: 'default' }
    const query = new URLSearchParams({ ...fixed, client_id: app.clientId ?? '', redirect_uri, state })
    return `${baseUrl}/fuwu/b/oauth2/authorize?${query}`
  },

  *exchange({ code = '' }, app, redirect_uri) {
    const read = yield* token(app, { grant_type: 'authorization_code', code, redirect_uri })
    if (read.class !== 'done') return read
    const shopKey = read.value.business_operation_system_id ?? read.value.business_id
    if (shopKey === undefined)
      return failure('rejected', false, 'the token does not say whose it is', { code: 'malformed' })
    return done({ ...grantOf(read.value, app.now), shopKey })
  },

  *refresh(shop) {
    const { refreshToken, bosId = '' } = shop.credentials
    const own = { grant_type: 'client_credentials', shop_id: bosId, shop_type: 'business_operation_system_id' }
    const asked = refreshToken ? { grant_type: 'refresh_token', refresh_token: refreshToken } : own
    const read = yield* token(shop, asked)
    return read.class === 'done' ? done(grantOf(read.value, shop.now)) : read
  },

  aheadMs: 1_800_000,
}
