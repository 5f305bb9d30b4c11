/** Tokens of 抖店, and whose they are. https://github.com/zsmhub/doudian-sdk (core/, api/token_create) */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { Id, optional, present } from '../../wire/values.ts'
import { ask, number } from './call.ts'

const Token = z.object({
  access_token: z.string().min(1),
  refresh_token: optional(z.string()),
  expires_in: optional(z.coerce.number().positive().max(1e11)),
  shop_id: optional(Id),
  shop_name: optional(z.string()),
})
type Token = z.output<typeof Token>
const Answer = z.object({ data: Token })

/** The access token lives 7 days and what refreshes it 14, both from the same moment. */
const REFRESH_LIVES_LONGER_MS = 7 * 86_400_000

/** Seconds from now in the SDKs' core, a time in seconds in their generated classes: told apart by their size. */
const endOf = (seconds: number, now: number): number => (seconds > 1e9 ? seconds * 1000 : now + seconds * 1000)

const grantOf = (token: Token, now: number): Grant => {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in } = token
  const expiresAt = expires_in === undefined ? undefined : endOf(expires_in, now)
  const refreshUntil = expiresAt === undefined ? undefined : expiresAt + REFRESH_LIVES_LONGER_MS
  return { credentials: { accessToken, ...present({ refreshToken }) }, ...present({ expiresAt, refreshUntil }) }
}

function* tokenBy(owner: Connection, verb: 'create' | 'refresh', params: Record<string, unknown>): Conversation<Token> {
  const read = yield* ask(owner, `token.${verb}`, params, Answer, { token: false })
  return read.class === 'done' ? done(read.value.data) : read
}

export const authorization: Authorization = {
  /** Where it comes back to is part of the service's registration. The code serves for ten minutes. */
  link: ({ app }, state) =>
    `https://fuwu.jinritemai.com/authorize?${new URLSearchParams({ service_id: app.serviceId ?? '', state })}`,

  *exchange({ code = '' }, app) {
    if (code === '') return failure('rejected', false, 'no authorization code', { code: 'auth_denied' })
    const read = yield* tokenBy(app, 'create', { code, grant_type: 'authorization_code' })
    if (read.class !== 'done') return read
    const { shop_id: shopKey, shop_name } = read.value
    if (!shopKey) return failure('rejected', false, 'the token names no shop', { code: 'malformed' })
    return done({ ...grantOf(read.value, app.now), shopKey, ...present({ name: shop_name }) })
  },

  /** An app of the shop's own (自用型) needs no refresh token: it is granted one by the shop's number alone. */
  *refresh(shop) {
    const { shopId = '', refreshToken = '' } = shop.credentials
    const read = refreshToken
      ? yield* tokenBy(shop, 'refresh', { grant_type: 'refresh_token', refresh_token: refreshToken })
      : yield* tokenBy(shop, 'create', { code: '', grant_type: 'authorization_self', shop_id: number(shopId) })
    if (read.class !== 'done') return read
    const { shop_id = shopId } = read.value
    if (shop_id !== shopId) return failure('rejected', false, `the token is of shop ${shop_id}`, { code: 'shop' })
    return done(grantOf(read.value, shop.now))
  },

  // Earlier than an hour before its end the same token comes back, with the same end.
  aheadMs: 45 * 60_000,
}

const Some = z.object({ shop_id: optional(Id), shop_name: optional(z.string()) })
const List = z.object({ data: z.object({ shop_order_list: optional(z.array(Some)) }) })
const DAY_SECONDS = 86_400

/** One order of the last day at most: proves token and scope, and where there is one, whose shop it is. */
export function* probe(shop: Connection): Conversation<string> {
  const { shopId = '' } = shop.credentials
  const end = Math.floor(shop.now / 1000)
  const window = { update_time_start: end - DAY_SECONDS, update_time_end: end }
  const params = { ...window, order_by: 'update_time', order_asc: false, page: 0, size: 1 }
  const read = yield* ask(shop, 'order.searchList', params, List, { safe: true })
  if (read.class !== 'done') return read
  const { shop_id = shopId, shop_name = shopId } = read.value.data.shop_order_list?.[0] ?? {}
  return shop_id === shopId ? done(shop_name) : failure('auth', true, `the token is of shop ${shop_id} ${shop_name}`)
}
