/** 自用型 apps get a token for their own shop silently; 工具型 apps by a link that the merchant opens. https://doc.youzanyun.com/resource/doc/3031 */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { at, done, jsonOf, refusedByStatus, shaped } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { Id, optional, present } from '../../wire/values.ts'
import { refused } from './codes.ts'

const DAY_MS = 24 * 3_600_000
/** From when it was given; the answer does not say. */
const REFRESH_LIFE_MS = 28 * DAY_MS

/** `expires` is the end of the access token, UTC ms; it lives seven days. */
const Token = z.object({
  access_token: z.string().min(1),
  expires: z.coerce.number().int().positive(),
  refresh_token: optional(z.string()),
})
const WithShop = Token.extend({ authority_id: Id })

function* token<Schema extends z.ZodType>(
  { app, baseUrl }: Connection,
  asked: Readonly<Record<string, unknown>>,
  schema: Schema,
): Conversation<z.output<Schema>> {
  const client = { client_id: app.clientId ?? '', client_secret: app.clientSecret ?? '' }
  const headers = { 'content-type': 'application/json' }
  const answer = yield {
    method: 'POST',
    url: `${baseUrl}/auth/token`,
    headers,
    body: JSON.stringify({ ...client, ...asked }),
  }
  const no = refusedByStatus(answer, false) ?? refused(answer, false)
  return no ?? shaped(schema, at(jsonOf(answer), 'data'))
}

const grantOf = (given: z.output<typeof Token>, now: number): Grant => ({
  credentials: present({ accessToken: given.access_token, refreshToken: given.refresh_token }),
  expiresAt: given.expires,
  ...(given.refresh_token !== undefined && { refreshUntil: now + REFRESH_LIFE_MS }),
})

export const authorization: Authorization = {
  /** The page stands on the old host, also for apps of 有赞云. */
  link: ({ app }, state, redirectUrl) => {
    const query = { client_id: app.clientId ?? '', response_type: 'code', state, redirect_uri: redirectUrl }
    return `https://open.youzan.com/oauth/authorize?${new URLSearchParams(query)}`
  },

  *exchange({ code = '' }, app, redirect_uri) {
    const read = yield* token(app, { authorize_type: 'authorization_code', code, redirect_uri }, WithShop)
    if (read.class !== 'done') return read
    return done({ ...grantOf(read.value, app.now), shopKey: read.value.authority_id })
  },

  *refresh(shop) {
    const { refreshToken, kdtId } = shop.credentials
    const silent = shop.settings.selfUse === true || !refreshToken
    const asked = silent
      ? { authorize_type: 'silent', grant_id: kdtId ?? '', refresh: false }
      : { authorize_type: 'refresh_token', refresh_token: refreshToken }
    const read = yield* token(shop, asked, Token)
    return read.class === 'done' ? done(grantOf(read.value, shop.now)) : read
  },

  aheadMs: DAY_MS,
}
