/** Calls to 抖店, signed. https://op.jinritemai.com/docs/guide-docs/148/1814 */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, jsonOf, refusedByStatus, shaped } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { wrappedPairs } from '../../wire/wrapped-pairs.ts'
import { refused } from './codes.ts'

interface Manner {
  readonly safe?: boolean
  /** False for the calls that make a token: they are signed by the app alone. */
  readonly token?: boolean
}

/** The signed text is the body, byte for byte; `access_token` and `sign_method` are not signed. */
export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  method: string,
  params: Record<string, unknown>,
  schema: Schema,
  { safe = false, token = true }: Manner = {},
): Conversation<z.output<Schema>> {
  const { appKey = '', appSecret = '' } = shop.app
  const body = canonicalJson(params)
  const timestamp = String(Math.floor(shop.now / 1000))
  const signed = { app_key: appKey, method, param_json: body, timestamp, v: '2' }
  const { param_json, ...named } = signed
  const sign = wrappedPairs(appSecret, Object.entries(signed))
  const access = token ? { access_token: shop.credentials.accessToken ?? '' } : {}
  const query = new URLSearchParams({ ...named, ...access, sign_method: 'hmac-sha256', sign })
  const url = `${shop.baseUrl}/${method.replaceAll('.', '/')}?${query}`
  // Without the second header the gateway answers in codes of an older table, as its own SDKs know.
  const headers = { 'content-type': 'application/json', 'x-open-no-old-err-code': '1' }
  const answer = yield { method: 'POST', url, headers, body, safe }
  const no = refusedByStatus(answer, safe) ?? refused(answer, safe)
  return no ?? shaped(schema, jsonOf(answer))
}

/** A call of which only the yes or no counts. */
export function* told(shop: Connection, method: string, params: Record<string, unknown>): Conversation {
  const read = yield* ask(shop, method, params, z.unknown())
  return read.class === 'done' ? done(undefined) : read
}

/** A long id stays a JSON number, as in 抖店's own SDKs. */
export const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)
