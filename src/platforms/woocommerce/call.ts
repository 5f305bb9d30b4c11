/** One call of a shop's REST API: Basic authorization over https, the refusal in the status and in a code beside it. */
import type { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { failure, jsonOf, NOWHERE, refusedByStatus, shaped, textAt, unreadable } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { toBase64 } from '../../wire/digest.ts'
import type { WireResponse } from '../../wire/message.ts'

export interface Asked {
  readonly method?: 'POST' | 'PUT' | 'DELETE'
  /** After `/wp-json/`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The answer and what it reads as, or the refusal in its words. */
export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  { method, path, query, body }: Asked,
  schema: Schema,
): Conversation<{ readonly value: z.output<Schema>; readonly headers: WireResponse['headers'] }> {
  if (!shop.baseUrl) return NOWHERE
  const { consumerKey = '', consumerSecret = '' } = shop.credentials
  const safe = method === undefined
  const search = query ? `?${new URLSearchParams(query)}` : ''
  const answer = yield {
    method: method ?? 'GET',
    url: `${shop.baseUrl}/wp-json/${path}${search}`,
    headers: {
      authorization: `Basic ${toBase64(`${consumerKey}:${consumerSecret}`)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? '' : canonicalJson(body),
    safe,
  }
  const no = refusedByStatus(answer, safe)
  const said = jsonOf(answer)
  if (no?.class === 'rejected') {
    const code = textAt(said, 'code')
    return failure('rejected', safe, `${code} ${textAt(said, 'message') || no.detail}`.trim(), {
      code: code || no.code,
    })
  }
  if (no) return no
  if (said === undefined) return unreadable(answer, safe)
  const read = shaped(schema, said)
  return read.class === 'done' ? { ...read, value: { value: read.value, headers: answer.headers } } : read
}

/** A route that the shop does not have: the plugin, or the feature, is not there. */
export const NO_ROUTE = 'rest_no_route'

/** Ids are numbers there. */
export const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)
