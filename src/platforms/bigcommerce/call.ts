/** One call of the API of a store: v2 for orders, v3 for stock, refusals in the status with words beside it. */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure, jsonOf, refusedByStatus, shaped, textAt, unreadable } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'

/** The time until the next calls are free, beside every answer of the API. */
const RESET = 'x-rate-limit-time-reset-ms'

interface Asked {
  readonly method?: 'POST' | 'PUT'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Undefined where there is nothing: v2 says so by 204 without a body. */
function* asked(shop: Connection, { method, path, query, body }: Asked): Conversation<unknown> {
  const safe = method === undefined
  const { storeHash = '', accessToken = '' } = shop.credentials
  const answer = yield {
    method: method ?? 'GET',
    url: `${shop.baseUrl}/stores/${storeHash}/${path}${query ? `?${new URLSearchParams(query)}` : ''}`,
    headers: {
      accept: 'application/json',
      'x-auth-token': accessToken,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? '' : canonicalJson(body),
    safe,
  }
  const no = refusedByStatus(answer, safe)
  const said = jsonOf(answer)
  if (no?.class === 'quota') {
    const reset = Number(answer.headers[RESET] ?? Number.NaN)
    return Number.isFinite(reset) ? { ...no, after: Math.min(Math.max(reset, 0), 3_600_000) } : no
  }
  if (no?.class === 'rejected') {
    const words = textAt(said, '0.message') || textAt(said, 'detail') || textAt(said, 'title') || no.detail
    return failure('rejected', safe, words, { code: no.code })
  }
  if (no) return no
  if (answer.status === 204) return done(undefined)
  if (said === undefined) return unreadable(answer, safe)
  // An empty list that is not theirs would look like no news; theirs comes with its limits beside it.
  const isEmpty = Array.isArray(said) && said.length === 0
  return isEmpty && safe && answer.headers[RESET] === undefined ? unreadable(answer, safe) : done(said)
}

export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  what: Asked,
  schema: Schema,
): Conversation<z.output<Schema>> {
  const read = yield* asked(shop, what)
  return read.class === 'done' ? shaped(schema, read.value) : read
}

export function* told(shop: Connection, method: 'POST' | 'PUT', path: string, body: unknown): Conversation {
  const read = yield* asked(shop, { method, path, body })
  return read.class === 'done' ? done(undefined) : read
}

const PAGE = 250

/** All pages of what belongs to one order. */
export function* all<Schema extends z.ZodType>(
  shop: Connection,
  path: string,
  schema: Schema,
): Conversation<readonly z.output<Schema>[]> {
  const found: z.output<Schema>[] = []
  for (let page = 1; ; page += 1) {
    const query = { limit: String(PAGE), page: String(page) }
    const read = yield* ask(shop, { path, query }, z.array(schema).optional())
    if (read.class !== 'done') return read
    found.push(...(read.value ?? []))
    if ((read.value?.length ?? 0) < PAGE) return done(found)
  }
}

/** Ids are numbers there. */
export const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)
