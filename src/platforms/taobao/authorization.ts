/** OAuth, and who the token belongs to. https://open.taobao.com/doc.htm?docId=102635&docType=1 */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure, shaped } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { parseExact } from '../../wire/json.ts'
import { Id, optional, present } from '../../wire/values.ts'
import { ask, told } from './call.ts'

/** Seconds from now on; 0 where there is none. */
const Life = optional(z.coerce.number().nonnegative())
const Token = z.object({
  access_token: z.string().min(1),
  refresh_token: optional(z.string()),
  ...{ expires_in: Life, re_expires_in: Life },
  taobao_user_id: optional(Id),
  taobao_user_nick: optional(z.string()),
})
type Token = z.output<typeof Token>
/** JSON in a text; an object is taken too. */
const Answer = z.object({ token_result: z.union([z.string(), z.record(z.string(), z.unknown())]) })

/** `https only`, says the document: the default base is. */
function* tokenBy(owner: Connection, verb: 'create' | 'refresh', params: Record<string, string>): Conversation<Token> {
  const read = yield* ask(owner, `taobao.top.auth.token.${verb}`, params, Answer, { session: false })
  if (read.class !== 'done') return read
  const { token_result: result } = read.value
  const parsed = typeof result === 'string' ? parseExact(result) : { ok: true as const, value: result }
  return shaped(Token, parsed.ok ? parsed.value : undefined)
}

const grantOf = (token: Token, now: number): Grant => {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in = 0, re_expires_in = 0 } = token
  return {
    credentials: { accessToken, ...present({ refreshToken }) },
    ...(expires_in > 0 && { expiresAt: now + expires_in * 1000 }),
    ...(re_expires_in > 0 && { refreshUntil: now + re_expires_in * 1000 }),
  }
}

/** A nick comes percent-encoded, as UTF-8. */
const nickOf = (text = ''): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const Permit = z.object({ is_success: optional(z.boolean()) })

export const authorization: Authorization = {
  link: ({ app }, state, redirectUrl) => {
    const query = { response_type: 'code', client_id: app.appKey ?? '', redirect_uri: redirectUrl, state, view: 'web' }
    return `https://oauth.taobao.com/authorize?${new URLSearchParams(query)}`
  },
  *exchange({ code = '' }, app) {
    const read = yield* tokenBy(app, 'create', { code })
    if (read.class !== 'done') return read
    const { taobao_user_id: shopKey, taobao_user_nick } = read.value
    if (!shopKey) return failure('rejected', false, 'the token names no shop', { code: 'malformed' })
    return done({ ...grantOf(read.value, app.now), shopKey, ...present({ name: nickOf(taobao_user_nick) }) })
  },
  *refresh(shop) {
    const { refreshToken = '' } = shop.credentials
    if (!refreshToken)
      return failure('rejected', false, 'no refresh token: authorize anew', { code: 'no_refresh_token' })
    const read = yield* tokenBy(shop, 'refresh', { refresh_token: refreshToken })
    return read.class === 'done' ? done(grantOf(read.value, shop.now)) : read
  },
  /** 为已授权的用户开通消息服务, for every topic that the app has subscribed. */
  *after(shop) {
    return yield* told(shop, 'taobao.tmc.user.permit', {}, Permit, ({ is_success }) => is_success)
  },
  aheadMs: 24 * 3_600_000,
}

const User = z.object({ user: z.object({ user_id: optional(Id), nick: optional(z.string()) }) })

/** The nick of the token's owner; a token of another shop is refused. */
export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, 'taobao.user.seller.get', { fields: 'user_id,nick' }, User, { safe: true })
  if (read.class !== 'done') return read
  const { user_id = '', nick = user_id } = read.value.user
  const wanted = shop.credentials.userId ?? ''
  if (user_id && user_id !== wanted)
    return failure('auth', true, `the token is of shop ${user_id} ${nick}, not of ${wanted}`)
  return done(nick)
}
