/** How Amazon says yes and no. https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits */
import type { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import {
  at,
  type CodeTable,
  type Failure,
  failure,
  jsonOf,
  refusedByStatus,
  shaped,
  textAt,
} from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

/** `errors[].code` of answers that come with status 200; all others are refusals. */
const CODES: CodeTable = {
  InternalFailure: 'unknown', // an unexpected condition
  ServiceUnavailable: 'unknown', // overloaded, or under maintenance
  QuotaExceeded: 'quota', // "You exceeded your quota for the requested resource"
  Unauthorized: 'auth', // access to the resource is denied
}

interface Question {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** With its query. */
  readonly path: string
  readonly body?: unknown
  /** A restricted data token in place of the shop's own, where buyers' data is asked for. */
  readonly token?: string
  readonly safe?: boolean
}

/** One call of the Selling Partner API, signed by nothing but the token. */
export function* call(shop: Connection, question: Question): Conversation<WireResponse> {
  const { method, path, body, token = shop.credentials.accessToken ?? '', safe = false } = question
  const headers = {
    'x-amz-access-token': token,
    accept: 'application/json',
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const text = body === undefined ? '' : JSON.stringify(body)
  const answer = yield { method, url: shop.baseUrl + path, headers, body: text, safe }
  return throttled(spoken(answer)) ?? refusedByStatus(spoken(answer), safe) ?? { class: 'done', value: answer }
}

/** The sentence of a refusal in place of its JSON. */
const spoken = (answer: WireResponse): WireResponse => {
  const body = jsonOf(answer)
  const sentence = `${textAt(body, 'errors.0.code')} ${textAt(body, 'errors.0.message')}`.trim()
  return sentence === '' ? answer : { ...answer, body: sentence }
}

/** A bucket that is empty says how fast it fills, in calls a second. */
const throttled = ({ status, headers, body }: WireResponse): Failure | undefined => {
  const rate = Number(headers['x-amzn-ratelimit-limit'])
  if (status !== 429 || headers['retry-after'] !== undefined || !(rate > 0)) return undefined
  return failure('quota', true, `HTTP 429 ${body}`, { after: 1000 / rate })
}

/** The same for answers that hold something. */
export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  question: Question & { readonly schema: Schema },
): Conversation<z.output<Schema>> {
  const { schema, safe = false } = question
  const answer = yield* call(shop, question)
  if (answer.class !== 'done') return answer
  const body = jsonOf(answer.value)
  if (body === undefined) return failure('unknown', safe, `unreadable answer: ${answer.value.body}`)
  const code = textAt(body, 'errors.0.code')
  if (code !== '' && at(body, 'payload') === undefined) {
    return failure(CODES[code] ?? 'rejected', safe, `${code} ${textAt(body, 'errors.0.message')}`.trim(), { code })
  }
  return shaped(schema, body)
}
