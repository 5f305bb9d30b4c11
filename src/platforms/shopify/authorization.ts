/** Tokens of an app that acts in shops of its own organization, made by its id and secret. */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure, jsonOf, NOWHERE, refusedByStatus, shaped, unreadable } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import type { WireResponse } from '../../wire/message.ts'
import { ask } from './call.ts'
import * as queries from './queries.ts'

const Token = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().max(1e8) })

/** A refusal is a page: `Oauth error shop_not_permitted: …`, where app and shop are of different organizations. */
const reasonOf = ({ status, body }: WireResponse): string =>
  /Oauth error [^<]+/.exec(body)?.[0].trim() ?? `HTTP ${status} ${body}`.trim()

export const authorization: Authorization = {
  /** A token of a custom app made in the shop's admin (until 2026) stands for ever; the shop then gives no app id. */
  endless: ({ credentials }) => !credentials.clientId,

  /** https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant */
  *refresh({ baseUrl, credentials, now }): Conversation<Grant> {
    if (!baseUrl) return NOWHERE
    const { clientId = '', clientSecret = '' } = credentials
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    const body = new URLSearchParams(form).toString()
    const answer = yield { method: 'POST', url: `${baseUrl}/admin/oauth/access_token`, headers, body, safe: true }
    if (answer.status === 400) return failure('rejected', true, reasonOf(answer), { code: 'oauth' })
    const no = refusedByStatus(answer, true)
    if (no) return no
    const read = shaped(Token, jsonOf(answer))
    if (read.class !== 'done') return unreadable(answer, true)
    const { access_token: accessToken, expires_in } = read.value
    return done({ credentials: { accessToken }, expiresAt: now + expires_in * 1000 })
  },

  // A token lives a day.
  aheadMs: 3_600_000,
}

/** The shop's name, and an order's id: proves the token and the scope of orders. */
export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, queries.PROBE, {})
  return read.class === 'done' ? done(read.value.shop.name) : read
}
