/** OAuth, and whose token it is. https://open.pinduoduo.com/application/document/browse?idStr=BD3A776A4D41D5F5 */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { Id, optional, present, Seconds } from '../../wire/values.ts'
import { ask, told } from './call.ts'

/** `…_at` is a time, `…_in` a span; which of them comes, the copies of the document disagree about. */
const At = optional(Seconds)
const In = optional(z.coerce.number().positive())
const Token = z.object({
  access_token: z.string().min(1),
  refresh_token: optional(z.string()),
  ...{ expires_at: At, expires_in: In, refresh_token_expires_at: At, refresh_token_expires_in: In },
  ...{ owner_id: optional(Id), owner_name: optional(z.string()) },
})
type Token = z.output<typeof Token>

/** A span that is no span (a time in seconds stands in it) is read as the time. */
const endOf = (at: number | undefined, span: number | undefined, now: number): number | undefined =>
  at ?? (span === undefined ? undefined : span > 1e9 ? span * 1000 : now + span * 1000)

const grantOf = (token: Token, now: number): Grant => {
  const { access_token: accessToken, refresh_token: refreshToken } = token
  return {
    credentials: { accessToken, ...present({ refreshToken }) },
    ...present({
      expiresAt: endOf(token.expires_at, token.expires_in, now),
      refreshUntil: endOf(token.refresh_token_expires_at, token.refresh_token_expires_in, now),
    }),
  }
}

export const authorization: Authorization = {
  link: ({ app }, state, redirectUrl) => {
    const query = {
      response_type: 'code',
      client_id: app.clientId ?? '',
      redirect_uri: redirectUrl,
      state,
      view: 'web',
    }
    return `https://fuwu.pinduoduo.com/service-market/auth?${new URLSearchParams(query)}`
  },
  *exchange({ code = '' }, app) {
    const read = yield* ask(app, 'pdd.pop.auth.token.create', { code }, Token, { token: false })
    if (read.class !== 'done') return read
    const { owner_id: shopKey, owner_name } = read.value
    if (!shopKey) return failure('rejected', false, 'the token names no shop', { code: 'malformed' })
    return done({ ...grantOf(read.value, app.now), shopKey, ...present({ name: owner_name }) })
  },
  *refresh(shop) {
    const { refreshToken = '' } = shop.credentials
    if (!refreshToken)
      return failure('rejected', false, 'no refresh token: authorize anew', { code: 'no_refresh_token' })
    const read = yield* ask(shop, 'pdd.pop.auth.token.refresh', { refresh_token: refreshToken }, Token, {
      token: false,
    })
    return read.class === 'done' ? done(grantOf(read.value, shop.now)) : read
  },
  /** 为已授权的用户开通消息服务, for every topic that the app has subscribed. */
  *after(shop) {
    return yield* told(shop, 'pdd.pmc.user.permit', {})
  },
  aheadMs: 3 * 3_600_000,
}

const Mall = z.object({ mall_id: optional(Id), mall_name: optional(z.string()) })

/** The name of the token's shop; a token of another shop is refused. */
export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, 'pdd.mall.info.get', {}, Mall, { safe: true })
  if (read.class !== 'done') return read
  const { mall_id = '', mall_name = mall_id } = read.value
  const wanted = shop.credentials.mallId ?? ''
  if (mall_id && mall_id !== wanted)
    return failure('auth', true, `the token is of shop ${mall_id} ${mall_name}, not of ${wanted}`)
  return done(mall_name)
}
