import type { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { jsonOf, shaped, unreadable } from '../../wire/answer.ts'
import { AOP_SIGNATURE, aopSign } from '../../wire/aop-signature.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { beijingText } from '../../wire/time.ts'
import { refusedByGateway, refusedByService } from './codes.ts'

interface Question<Schema> {
  /** `namespace/name`. */
  readonly api: string
  /** Texts go as they are, everything else as JSON. */
  readonly params: Record<string, unknown>
  readonly schema: Schema
  readonly safe?: boolean
}

/** Every parameter stands in one form, the token among them, and all are signed with the path. */
export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  { api, params, schema, safe = false }: Question<Schema>,
): Conversation<z.output<Schema>> {
  const { appKey = '', appSecret = '' } = shop.app
  const path = `param2/1/${api}/${appKey}`
  const written = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : canonicalJson(value),
  ])
  const form: Record<string, string> = {
    ...Object.fromEntries(written),
    access_token: shop.credentials.accessToken ?? '',
  }
  const body = String(new URLSearchParams({ ...form, [AOP_SIGNATURE]: aopSign(path, form, appSecret) }))
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }
  const answer = yield { method: 'POST', url: `${shop.baseUrl}/openapi/${path}`, headers, body, safe }
  const no = refusedByGateway(answer, safe)
  if (no) return no
  const whole = jsonOf(answer)
  if (whole === undefined) return unreadable(answer, safe)
  return refusedByService(answer, whole, safe) ?? shaped(schema, whole)
}

/** UTC ms as 1688 wants it, `20180614101942000+0800`. */
export const aopText = (time: number): string =>
  `${beijingText(time).replace(/\D/g, '')}${String(time % 1000).padStart(3, '0')}+0800`

/** A product's number is a Long in their SDKs. */
export const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)
