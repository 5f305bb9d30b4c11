import type { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { at, jsonOf, refusedByStatus, shaped } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { beijingText } from '../../wire/time.ts'
import { topSign } from '../../wire/top-signature.ts'
import { refused } from './codes.ts'

interface Question<Schema> {
  readonly method: string
  readonly params: Record<string, unknown>
  /** Of what stands under the method's name in the answer. */
  readonly schema: Schema
  /** Where in it the service says `success`. */
  readonly verdict?: string
  readonly safe?: boolean
}

/**
 * The 宙斯 gateway: every parameter in one form, the business ones as JSON in `360buy_param_json`, signed as TOP signs with md5.
 * The answer stands under the method's name with `_responce`, as 京东 writes it.
 */
export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  { method, params, schema, verdict, safe = false }: Question<Schema>,
): Conversation<z.output<Schema>> {
  const { appKey = '', appSecret = '' } = shop.app
  const form = {
    '360buy_param_json': canonicalJson(params),
    access_token: shop.credentials.accessToken ?? '',
    app_key: appKey,
    method,
    timestamp: beijingText(shop.now),
    v: '2.0',
  }
  const body = String(new URLSearchParams({ ...form, sign: topSign(form, '', appSecret, 'md5') }))
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }
  const answer = yield { method: 'POST', url: `${shop.baseUrl}/routerjson`, headers, body, safe }
  const no = refusedByStatus(answer, safe)
  if (no) return no
  const whole = jsonOf(answer)
  const name = method.replaceAll('.', '_')
  const said = at(whole, `${name}_responce`) ?? at(whole, `${name}_response`)
  return refused(answer, whole, said, verdict, safe) ?? shaped(schema, said)
}

/** 京东's own SDKs send ids as JSON numbers, also long ones. */
export const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)
