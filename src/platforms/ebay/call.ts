import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, type Failure, failure, jsonOf, refusedByStatus, shaped, textAt, unreadable } from '../../wire/answer.ts'
import { toBase64 } from '../../wire/digest.ts'
import type { WireResponse } from '../../wire/message.ts'
import { optional } from '../../wire/values.ts'

interface Ask<Schema extends z.ZodType> {
  /** With the host before it, where that is another than the API's. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Absent: a GET. */
  readonly body?: unknown
  readonly data: Schema
  /** Absent: the shop's own. */
  readonly token?: string
}

/** `api` stands in the name of each of eBay's hosts; a relay or sandbox has one for all. */
export const hostOf = ({ baseUrl }: Connection, name: 'auth' | 'apiz'): string =>
  baseUrl.replace('://api.', `://${name}.`)

export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  { path, query, body, data, token = shop.credentials.accessToken ?? '' }: Ask<Schema>,
): Conversation<z.output<Schema>> {
  const safe = body === undefined
  const url = `${path.startsWith('/') ? shop.baseUrl : ''}${path}${query ? `?${new URLSearchParams(query)}` : ''}`
  const headers = {
    authorization: `Bearer ${token}`,
    ...(!safe && { 'content-type': 'application/json', 'content-language': 'en-US' }),
  }
  const answer = yield { method: safe ? 'GET' : 'POST', url, headers, body: safe ? '' : JSON.stringify(body), safe }
  return refused(answer, safe) ?? read(data, answer, safe)
}

const read = <Schema extends z.ZodType>(data: Schema, answer: WireResponse, safe: boolean) => {
  const said = jsonOf(answer)
  const found = shaped(data, said)
  const isObject = z.record(z.string(), z.unknown()).safeParse(said).success
  return found.class === 'done' || (safe && isObject) ? found : unreadable(answer, safe)
}

/** By the HTTP status. A refusal is named by eBay's own number; 409 stands in the document without a meaning, so it is looked up. */
export const refused = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const no = refusedByStatus(answer, safe)
  if (no?.class !== 'rejected') return no
  if (answer.status === 409) return failure('unknown', safe, no.detail)
  const said = jsonOf(answer)
  const code = textAt(said, 'errors.0.errorId') || textAt(said, 'error')
  return code === '' ? no : failure('rejected', safe, `${code} ${textAt(said, 'errors.0.message')}`.trim(), { code })
}

const Tokens = z.object({
  access_token: z.string().min(1),
  expires_in: optional(z.int().positive()),
  refresh_token: optional(z.string()),
  refresh_token_expires_in: optional(z.int().positive()),
})
export type Tokens = z.output<typeof Tokens>

/** One endpoint makes all tokens, by Basic of the app's two ids. https://developer.ebay.com/api-docs/static/oauth-tokens.html */
export function* tokens(
  connection: Connection,
  form: Readonly<Record<string, string>>,
  safe = false,
): Conversation<Tokens> {
  const { clientId = '', clientSecret = '' } = connection.app
  const answer = yield {
    method: 'POST',
    url: `${connection.baseUrl}/identity/v1/oauth2/token`,
    headers: {
      authorization: `Basic ${toBase64(`${clientId}:${clientSecret}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: String(new URLSearchParams(form)),
    safe,
  }
  return refused(answer, safe) ?? read(Tokens, answer, safe)
}

/** The key that eBay signs its notifications with, asked for by a token of the app alone. */
export function* publicKey(id: string, app: Connection): Conversation<string> {
  const form = { grant_type: 'client_credentials', scope: 'https://api.ebay.com/oauth/api_scope' }
  const made = yield* tokens(app, form, true)
  if (made.class !== 'done') return made
  const path = `/commerce/notification/v1/public_key/${encodeURIComponent(id)}`
  const told = yield* ask(app, { path, data: z.object({ key: z.string().min(1) }), token: made.value.access_token })
  return told.class === 'done' ? done(told.value.key) : told
}
