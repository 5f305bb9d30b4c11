/** Refusals as RFC 9457 problem details: which field, which rule, and what to do. */
import { z } from 'zod'

/** What a route answers: a resource, or a refusal. */
export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const ok = (body: unknown): Reply => ({ status: 200, body })
export const created = (body: unknown, location: string): Reply => ({ status: 201, body, headers: { location } })

/** Each kind has its section in docs/problems.md, under its name here. */
export const KINDS = {
  unauthorized: { status: 401, title: 'No valid token' },
  forbidden: { status: 403, title: 'This token may not do that' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'This path does not take that method' },
  conflict: { status: 409, title: 'That does not fit what is there' },
  stale: { status: 412, title: 'It has changed since you read it' },
  'too-large': { status: 413, title: 'The body is too large' },
  'not-json': { status: 400, title: 'The body is not JSON' },
  invalid: { status: 422, title: 'Some fields are not as they must be' },
  'key-reused': { status: 422, title: 'This Idempotency-Key was used for another request' },
  'under-way': { status: 409, title: 'The first request with this Idempotency-Key is still under way' },
  unavailable: { status: 503, title: 'Something failed inside; try again' },
} as const
export type Kind = keyof typeof KINDS

export interface FieldError {
  /** Path of the field: `credentials.secret`, `items.3.sku`, a query parameter or a header. */
  readonly field: string
  readonly rule: string
  readonly fix: string
}

export const ProblemSchema = z.object({
  type: z.string().describe('Its section in docs/problems.md'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), rule: z.string(), fix: z.string() })),
})

export const refuse = (
  kind: Kind,
  detail: string,
  errors: readonly FieldError[] = [],
  headers: Readonly<Record<string, string>> = {},
): Reply => {
  const { status, title } = KINDS[kind]
  return {
    status,
    body: { type: `/docs/problems.md#${kind}`, title, status, detail, errors },
    headers: { 'content-type': 'application/problem+json', ...headers },
  }
}

/** One field is wrong. */
export const invalid = (field: string, rule: string, fix: string): Reply =>
  refuse('invalid', `${field}: ${rule}. ${fix}`, [{ field, rule, fix }])

export const conflict = (field: string, rule: string, fix: string): Reply =>
  refuse('conflict', `${rule}. ${fix}`, [{ field, rule, fix }])

export const notFound = (what: string, id: string): Reply =>
  refuse(
    'not-found',
    `There is no ${what} ${JSON.stringify(id)} here. Check the id, and that the token is of its merchant.`,
  )

/** Everything that zod found, in our words. `at` is put before each path. */
export const invalidBy = (error: z.ZodError, at = ''): Reply => {
  const errors = error.issues.flatMap((issue) => errorsOf(issue, at))
  const [first] = errors
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return refuse('invalid', first ? `${first.field}: ${first.rule}. ${first.fix}${more}` : 'invalid', errors)
}

type Issue = z.core.$ZodIssue

const join = (at: string, path: readonly PropertyKey[]): string => [at, ...path.map(String)].filter(Boolean).join('.')

const errorsOf = (issue: Issue, at: string): FieldError[] => {
  const field = join(at, issue.path) || 'body'
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: join(at, [...issue.path, key]),
      rule: 'is no field of this resource',
      fix: 'Leave it out, or check its spelling in /api/v1/openapi.json',
    }))
  }
  return [{ field, ...ruleOf(issue) }]
}

const ruleOf = (issue: Issue): { rule: string; fix: string } => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? { rule: 'is required', fix: `Send a value of type ${issue.expected}` }
        : { rule: `must be of type ${issue.expected}`, fix: `Send a value of type ${issue.expected}` }
    case 'invalid_value':
      return oneOf(issue.values)
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? oneOf(issue.options)
        : { rule: 'has none of the allowed forms', fix: 'Compare it with /api/v1/openapi.json' }
    case 'too_small':
      return issue.minimum === 1 && issue.origin !== 'number'
        ? { rule: 'must not be empty', fix: 'Send a value, or leave the field out if it is optional' }
        : { rule: `must be at least ${issue.minimum}${unit(issue.origin)}`, fix: 'Send a larger or longer value' }
    case 'too_big':
      return { rule: `must be at most ${issue.maximum}${unit(issue.origin)}`, fix: 'Send a smaller or shorter value' }
    case 'invalid_format':
      return issue.format === 'regex'
        ? { rule: issue.message, fix: `Send one that matches ${issue.pattern}` }
        : { rule: `must be a valid ${issue.format}`, fix: `Send a ${issue.format}` }
    case 'custom':
      return { rule: issue.message, fix: String(issue.params?.fix ?? 'Send a value that keeps this rule') }
    default:
      return { rule: issue.message, fix: 'Compare it with /api/v1/openapi.json' }
  }
}

const oneOf = (values: readonly unknown[]): { rule: string; fix: string } => {
  const list = values.map((value) => JSON.stringify(value)).join(', ')
  return { rule: `must be one of ${list}`, fix: `Send one of ${list}` }
}

const unit = (origin: string): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '')
