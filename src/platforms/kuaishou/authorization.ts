/** OAuth of 快手. https://open.kwaixiaodian.com/zone/new/docs/dev?pageSign=e1d9e229332f4f233a04b44833a5dfe71614263940720 */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, jsonOf, shaped } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import type { WireCall } from '../../wire/message.ts'
import { Id } from '../../wire/values.ts'
import { ask, FORM } from './call.ts'
import { refused } from './codes.ts'

const PAGE = 'https://open.kwaixiaodian.com/oauth/authorize'
const SCOPES = 'user_base,merchant_user,merchant_item,merchant_order,merchant_refund,merchant_logistics'
/** Half a year, where the answer does not say. A refresh does not move this end. */
const REFRESH_SECONDS = 180 * 86_400

const Seconds = z.coerce.number().int().positive().max(1e9)
const Tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: Seconds,
  refresh_token_expires_in: Seconds.optional(),
})

function* tokens(call: WireCall, now: number): Conversation<Grant> {
  const answer = yield call
  const read = refused(answer, call.safe === true) ?? shaped(Tokens, jsonOf(answer))
  if (read.class !== 'done') return read
  const { access_token: accessToken, refresh_token: refreshToken, expires_in, refresh_token_expires_in } = read.value
  return done({
    credentials: { accessToken, refreshToken },
    expiresAt: now + expires_in * 1000,
    refreshUntil: now + (refresh_token_expires_in ?? REFRESH_SECONDS) * 1000,
  })
}

const Seller = z.object({ data: z.object({ sellerId: Id, name: z.string().optional() }) })

/** Whose shop it is. A token names only the `openId`, which messages may lack; they always have the seller's id. */
export function* seller(shop: Connection): Conversation<{ readonly sellerId: string; readonly name: string }> {
  const read = yield* ask(shop, 'open.user.seller.get', {}, Seller, true)
  if (read.class !== 'done') return read
  const { sellerId, name } = read.value.data
  return done({ sellerId, name: name || sellerId })
}

export const authorization: Authorization = {
  link: ({ credentials }, state, redirectUrl) => {
    const asked = { app_id: credentials.appKey ?? '', redirect_uri: redirectUrl, scope: SCOPES }
    return `${PAGE}?${new URLSearchParams({ ...asked, response_type: 'code', state })}`
  },

  *exchange({ code = '' }, app) {
    const { appKey = '', appSecret = '' } = app.credentials
    const query = new URLSearchParams({ app_id: appKey, grant_type: 'code', code, app_secret: appSecret })
    const url = `${app.baseUrl}/oauth2/access_token?${query}`
    const grant = yield* tokens({ method: 'GET', url, headers: {}, body: '', safe: false }, app.now)
    if (grant.class !== 'done') return grant
    const shop = yield* seller({ ...app, app: app.credentials, credentials: grant.value.credentials })
    if (shop.class !== 'done') return shop
    return done({ ...grant.value, shopKey: shop.value.sellerId, name: shop.value.name })
  },

  /** The former refresh token ends five minutes after a new one was given, so an answer that got lost can be asked for again at once. */
  *refresh({ baseUrl, app, credentials, now }) {
    const { appKey: app_id = '', appSecret: app_secret = '' } = app
    const asked = { grant_type: 'refresh_token', refresh_token: credentials.refreshToken ?? '', app_id, app_secret }
    const body = String(new URLSearchParams(asked))
    return yield* tokens({ method: 'POST', url: `${baseUrl}/oauth2/refresh_token`, headers: FORM, body }, now)
  },
  aheadMs: 4 * 3_600_000,
}
