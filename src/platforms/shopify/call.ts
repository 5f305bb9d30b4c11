/** One exchange with the GraphQL Admin API. */
import type { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { type CodeTable, NOWHERE, shaped, textAt } from '../../wire/answer.ts'
import { askGraphql } from '../../wire/graphql.ts'
import * as queries from './queries.ts'

/** `errors[].extensions.code` and the codes of `userErrors`; all others are refusals. */
export const CODES: CodeTable = {
  THROTTLED: 'quota', // the bucket of query costs is empty
  INTERNAL_SERVER_ERROR: 'unknown', // "something went wrong on our end"
  IDEMPOTENCY_CONCURRENT_REQUEST: 'retry', // the same key is being worked on
}

export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  { text, answer }: queries.Document<Schema>,
  variables: Record<string, unknown>,
): Conversation<z.output<Schema>> {
  if (!shop.baseUrl) return NOWHERE
  const url = `${shop.baseUrl}/admin/api/${queries.API_VERSION}/graphql.json`
  const headers = { 'x-shopify-access-token': shop.credentials.accessToken ?? '' }
  const read = yield* askGraphql({ url, headers, query: text, variables, codes: CODES, after: restored })
  return read.class === 'done' ? shaped(answer, read.value) : read
}

/** Time until the bucket holds what the query costs. */
const restored = (body: unknown): number | undefined => {
  const cost = (path: string) => Number(textAt(body, `extensions.cost.${path}`))
  const missing = cost('requestedQueryCost') - cost('throttleStatus.currentlyAvailable')
  const seconds = missing / cost('throttleStatus.restoreRate')
  return Number.isFinite(seconds) ? Math.max(1, seconds) * 1000 : undefined
}
