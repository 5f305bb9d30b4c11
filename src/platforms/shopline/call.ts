import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, jsonOf, NOWHERE, refusedByStatus, shaped, unreadable } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'

const API_VERSION = 'v20260301'

interface Ask<Schema extends z.ZodType> {
  /** Behind `/admin/openapi/<version>`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Absent: a GET. */
  readonly body?: Readonly<Record<string, unknown>>
  readonly data: Schema
}

/** The HTTP status says what became of a call; there is no table of codes. Pages follow each other by the header `link`. */
export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  { path, query, body, data }: Ask<Schema>,
): Conversation<{ readonly said: z.output<Schema>; readonly next: string | undefined }> {
  if (!shop.baseUrl) return NOWHERE
  const safe = body === undefined
  const search = query ? `?${new URLSearchParams(query)}` : ''
  const answer = yield {
    method: safe ? 'GET' : 'POST',
    url: `${shop.baseUrl}/admin/openapi/${API_VERSION}${path}${search}`,
    headers: {
      authorization: `Bearer ${shop.credentials.accessToken ?? ''}`,
      'content-type': 'application/json; charset=utf-8',
    },
    body: body === undefined ? '' : canonicalJson(body),
    safe,
  }
  const no = refusedByStatus(answer, safe)
  if (no) return no
  const said = shaped(data, jsonOf(answer))
  if (said.class === 'done') return done({ said: said.value, next: nextOf(answer.headers.link) })
  return safe && Record.safeParse(jsonOf(answer)).success ? said : unreadable(answer, safe)
}
const Record = z.record(z.string(), z.unknown())

/** https://developer.shopline.com/docs/apps/api-instructions-for-use/paging-mechanism */
const nextOf = (link = ''): string | undefined => /[?&]page_info=([^&>]+)[^>]*>;\s*rel="next"/.exec(link)?.[1]

/** Line ids are texts in orders and whole numbers in fulfillments. */
export const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)
