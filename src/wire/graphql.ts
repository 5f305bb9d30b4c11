/** One exchange with a GraphQL API: the answer is 200 for almost everything, and `errors` beside `data` has the truth. */
import type { Conversation } from './adapter.ts'
import {
  at,
  type CodeTable,
  done,
  type Failure,
  failure,
  jsonOf,
  refusedByStatus,
  textAt,
  unreadable,
} from './answer.ts'
import type { WireResponse } from './message.ts'
import type { Outcome } from './outcome.ts'

interface Question {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** The partner's `errors[].extensions.code` → our classes; other codes mean that the document was refused unrun. */
  readonly codes: CodeTable
  /** ms until there is budget again, where the answer tells. */
  readonly after?: (body: unknown) => number | undefined
}

/** Asks, and ends with `data`. A document that starts with `mutation` is no safe call. */
export function* askGraphql(question: Question): Conversation<unknown> {
  const { url, headers, query, variables } = question
  const safe = !query.startsWith('mutation')
  const body = JSON.stringify({ query, variables })
  const answer = yield { method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, body, safe }
  return refusedByStatus(answer, safe) ?? read(answer, question, safe)
}

const read = (answer: WireResponse, { codes, after }: Question, safe: boolean): Outcome<unknown> => {
  const body = jsonOf(answer)
  const errors = at(body, 'errors')
  if (errors !== undefined && errors !== null) {
    const code = textAt(errors, '0.extensions.code')
    const wait = after?.(body)
    const extra = { code: code || 'graphql', ...(wait !== undefined && { after: wait }) }
    return failure(codes[code] ?? 'rejected', safe, textAt(errors, '0.message') || textAt(body, 'errors'), extra)
  }
  const data = at(body, 'data')
  return typeof data === 'object' && data !== null ? done(data) : unreadable(answer, safe)
}

/** `userErrors` of a mutation: the document ran, and the partner said no. */
export const userError = (data: unknown, mutation: string, codes: CodeTable = {}): Failure | undefined => {
  const first = at(data, `${mutation}.userErrors.0`)
  if (first === undefined) return undefined
  const code = textAt(first, 'code')
  return failure(codes[code] ?? 'rejected', false, textAt(first, 'message'), { code: code || 'user_error' })
}
