import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { at, jsonOf, NOWHERE, refusedByStatus, shaped, unreadable } from '../../wire/answer.ts'

interface Ask<Schema extends z.ZodType> {
  readonly method?: 'POST' | 'PUT'
  /** Behind `/openapi`, with the version. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly data: Schema
}

/** The HTTP status says what became of a call. From 2024 on what is asked for stands under `data`, before that at the root. */
export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  { method, path, query, body, data }: Ask<Schema>,
): Conversation<z.output<Schema>> {
  if (!shop.baseUrl) return NOWHERE
  const safe = method === undefined
  const search = query ? `?${new URLSearchParams(query)}` : ''
  const answer = yield {
    method: method ?? 'GET',
    url: `${shop.baseUrl}/openapi${path}${search}`,
    headers: { 'access-token': shop.credentials.accessToken ?? '', 'content-type': 'application/json' },
    body: body === undefined ? '' : JSON.stringify(body),
    safe,
  }
  const no = refusedByStatus(answer, safe)
  if (no) return no
  const said = jsonOf(answer)
  const read = shaped(data, at(said, 'data') ?? said)
  if (read.class === 'done') return read
  return safe && z.record(z.string(), z.unknown()).safeParse(said).success ? read : unreadable(answer, safe)
}
