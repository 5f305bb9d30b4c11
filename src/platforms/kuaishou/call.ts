/** One call to 快手's gateway. https://open.kwaixiaodian.com/zone/new/docs/dev?pageSign=8cca5d25ba0015e5045a7ebec6383b741614263875756 */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, jsonOf, shaped } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { kuaishouSign } from '../../wire/kuaishou-message.ts'
import { refused } from './codes.ts'

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** What only asks is a GET; what changes something carries `param` in its body. Signed are all parameters, as they are before encoding. */
export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  method: string,
  params: Record<string, unknown>,
  schema: Schema,
  safe = false,
): Conversation<z.output<Schema>> {
  const { appKey = '', signSecret = '' } = shop.app
  const param = canonicalJson(params)
  const named = {
    access_token: shop.credentials.accessToken ?? '',
    appkey: appKey,
    method,
    signMethod: 'HMAC_SHA256',
    timestamp: String(shop.now),
    version: '1',
  }
  const sign = kuaishouSign({ ...named, param }, signSecret)
  const query = new URLSearchParams({ ...named, ...(safe && { param }), sign })
  const url = `${shop.baseUrl}/${method.replaceAll('.', '/')}?${query}`
  const body = safe ? '' : String(new URLSearchParams({ param }))
  const answer = yield { method: safe ? 'GET' : 'POST', url, headers: safe ? {} : FORM, body, safe }
  return refused(answer, safe) ?? shaped(schema, jsonOf(answer))
}

export function* told(shop: Connection, method: string, params: Record<string, unknown>): Conversation {
  const read = yield* ask(shop, method, params, z.unknown())
  return read.class === 'done' ? done(undefined) : read
}

/** Ids are numbers in their JSON, of up to 19 digits. */
export const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)
