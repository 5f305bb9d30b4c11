/**
 * How partners say yes and no. Many answer 200 to everything and put the truth into the body, so a conversation first
 * asks `refusedByStatus`, then reads the body by its own table of codes.
 */
import type { z } from 'zod'
import type { Problem } from '../domain/problem.ts'
import { ok, type Result } from '../lib/result.ts'
import { parseExact } from './json.ts'
import type { WireResponse } from './message.ts'
import type { Outcome, OutcomeClass } from './outcome.ts'

/** Every outcome but success; it fits an `Outcome` of any value. */
export type Failure = Exclude<Outcome<never>, { readonly class: 'done' }>
export type FailureClass = Exclude<OutcomeClass, 'done'>

export const done = <T>(value: T): Outcome<T> => ({ class: 'done', value })

const DETAIL_MAX = 300
const QUOTA_DEFAULT_MS = 30_000
const QUOTA_MAX_MS = 3_600_000

/**
 * A failure of one class. A `safe` call changes nothing at the partner, so where the outcome would be unknown it is
 * simply tried again. `after` (ms) counts for retry and quota, and is bounded: a partner cannot park us for a week.
 */
export const failure = (
  kind: FailureClass,
  safe: boolean,
  detail: string,
  extra: { readonly code?: string; readonly after?: number } = {},
): Failure => {
  const short = detail.slice(0, DETAIL_MAX)
  const after = extra.after === undefined ? undefined : Math.min(Math.max(0, Math.ceil(extra.after)), QUOTA_MAX_MS)
  if (kind === 'rejected') return { class: 'rejected', code: extra.code ?? '', detail: short }
  if (kind === 'quota') return { class: 'quota', detail: short, after: after ?? QUOTA_DEFAULT_MS }
  if (kind === 'retry' || (kind === 'unknown' && safe))
    return { class: 'retry', detail: short, ...(after === undefined ? {} : { after }) }
  return { class: kind, detail: short }
}

/** For partners whose address only the merchant knows, while the connection has none. */
export const NOWHERE = failure('rejected', true, 'the connection has no baseUrl', { code: 'base_url_missing' })

/** What the HTTP status alone says; undefined for 2xx, where the body has the word. */
export const refusedByStatus = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const { status } = answer
  if (status >= 200 && status < 300) return undefined
  const detail = `HTTP ${status} ${answer.body}`.trim()
  const after = retryAfter(answer)
  const extra = { code: `http_${status}`, ...(after === undefined ? {} : { after }) }
  return failure(classOfStatus(status), safe, detail, extra)
}

/** 3xx: we follow no redirects, so the address is wrong and stays so. */
const classOfStatus = (status: number): FailureClass => {
  if (status === 401 || status === 403) return 'auth'
  if (status === 429) return 'quota'
  return status === 408 || status >= 500 ? 'unknown' : 'rejected'
}

/** `Retry-After` in seconds, as ms. The form with a date is left out: it would need a clock, and APIs send seconds. */
const retryAfter = ({ headers }: WireResponse): number | undefined => {
  const seconds = headers['retry-after'] ?? ''
  return /^\d+(\.\d+)?$/.test(seconds) ? Number(seconds) * 1000 : undefined
}

/** The body as JSON; undefined where it is none (a proxy's error page, an empty body). */
export const jsonOf = (answer: WireResponse): unknown => {
  const parsed: Result<unknown, Problem> = answer.body === '' ? ok(undefined) : parseExact(answer.body)
  return parsed.ok ? parsed.value : undefined
}

/** An answer of 2xx that we cannot read: whether it was a yes, nobody knows. */
export const unreadable = (answer: WireResponse, safe: boolean): Failure =>
  failure('unknown', safe, `unreadable answer: ${answer.body}`)

/** A parsed body in the shape that we need; another shape is a refusal that names the place, for a person to look at. */
export const shaped = <Schema extends z.ZodType>(schema: Schema, body: unknown): Outcome<z.output<Schema>> => {
  const read = schema.safeParse(body)
  if (read.success) return done(read.data)
  const issue = read.error.issues[0]
  return failure('rejected', true, `${issue?.path.join('.')}: ${issue?.message}`, { code: 'malformed' })
}

/** What stands at `path` (`error.code`, `items.0.id`), if the body has such a place. */
export const at = (body: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (node, key) => (node !== null && typeof node === 'object' ? (node as Record<string, unknown>)[key] : undefined),
      body,
    )

/** The same as text; empty where there is none, or no scalar. */
export const textAt = (body: unknown, path: string): string => {
  const value = at(body, path)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A partner's codes → our classes; the partner's meaning stands as the comment on each row. */
export type CodeTable = Readonly<Record<string, FailureClass>>

interface ByField {
  /** Where the code stands, and the values that mean yes. */
  readonly field: string
  readonly success: readonly string[]
  /** Where the sentence for people stands; the first that is not empty counts. */
  readonly message?: readonly string[]
  readonly codes?: CodeTable
  /** The class of a code that the table does not know. */
  readonly otherwise?: FailureClass
}

/** Reads a yes or no out of a parsed body by one field; undefined is yes. A body without the field is no yes. */
export const refusedByField =
  ({ field, success, message = [], codes = {}, otherwise = 'rejected' }: ByField) =>
  (body: unknown, safe: boolean): Failure | undefined => {
    const code = textAt(body, field)
    if (success.includes(code)) return undefined
    const sentence = message.map((path) => textAt(body, path)).find((text) => text !== '') ?? ''
    if (code === '') return failure('unknown', safe, `the answer has no ${field}: ${sentence}`)
    return failure(
      Object.hasOwn(codes, code) ? (codes[code] ?? otherwise) : otherwise,
      safe,
      `${code} ${sentence}`.trim(),
      { code },
    )
  }
