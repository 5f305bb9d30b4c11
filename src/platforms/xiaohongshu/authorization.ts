/** OAuth of 小红书. https://open.xiaohongshu.com/document/developer/file/341 and /342 */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { Id, optional } from '../../wire/values.ts'
import { ask } from './call.ts'

const PAGE = 'https://ark.xiaohongshu.com/ark/authorization'

/** Ends are absolute, in ms. */
const End = z.coerce.number().int().positive().max(1e14)
const Tokens = z.object({
  data: z.object({
    accessToken: z.string().min(1),
    refreshToken: z.string().min(1),
    accessTokenExpiresAt: End,
    refreshTokenExpiresAt: End,
    sellerId: Id,
    sellerName: optional(z.string()),
  }),
})
type Told = z.output<typeof Tokens>['data']

/** No token goes along with the question for one. */
function* tokens(shop: Connection, method: string, params: Record<string, unknown>): Conversation<Told> {
  const read = yield* ask({ ...shop, credentials: {} }, method, params, Tokens)
  return read.class === 'done' ? done(read.value.data) : read
}

const grantOf = ({ accessToken, refreshToken, accessTokenExpiresAt, refreshTokenExpiresAt }: Told): Grant => ({
  credentials: { accessToken, refreshToken },
  expiresAt: accessTokenExpiresAt,
  refreshUntil: refreshTokenExpiresAt,
})

export const authorization: Authorization = {
  link: ({ credentials }, state, redirectUri) =>
    `${PAGE}?${new URLSearchParams({ appId: credentials.appId ?? '', redirectUri, state })}`,

  *exchange({ code = '' }, app) {
    const read = yield* tokens({ ...app, app: app.credentials }, 'oauth.getAccessToken', { code })
    if (read.class !== 'done') return read
    const { sellerId: shopKey, sellerName: name } = read.value
    return done({ ...grantOf(read.value), shopKey, ...(name && { name }) })
  },

  *refresh(shop) {
    const params = { refreshToken: shop.credentials.refreshToken ?? '' }
    const read = yield* tokens(shop, 'oauth.refreshToken', params)
    return read.class === 'done' ? done(grantOf(read.value)) : read
  },
  // Before its last half hour a token is not replaced: the same one comes back.
  aheadMs: 20 * 60_000,
}
