/** One call to 小红书: one URL, the method and all else in the body. https://open.xiaohongshu.com/document/developer/file/39 */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import {
  at,
  done,
  type Failure,
  type FailureClass,
  failure,
  jsonOf,
  refusedByStatus,
  shaped,
  textAt,
} from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'
import { xiaohongshuSign } from '../../wire/xiaohongshu-sign.ts'

const PATH = '/ark/open_api/v3/common_controller'

/** Neither the token nor the business fields are signed. */
export function* ask<Schema extends z.ZodType>(
  shop: Connection,
  method: string,
  params: Record<string, unknown>,
  schema: Schema,
  safe = false,
): Conversation<z.output<Schema>> {
  const { appId = '', appSecret = '' } = shop.app
  const system = { appId, timestamp: String(Math.floor(shop.now / 1000)), version: '2.0' }
  const { accessToken } = shop.credentials
  const sign = xiaohongshuSign(method, system, appSecret)
  const body = JSON.stringify({ ...params, ...system, method, sign, ...(accessToken && { accessToken }) })
  const headers = { 'content-type': 'application/json' }
  const answer = yield { method: 'POST', url: shop.baseUrl + PATH, headers, body, safe }
  return refused(answer, safe) ?? shaped(schema, jsonOf(answer))
}

export function* told(shop: Connection, method: string, params: Record<string, unknown>): Conversation {
  const read = yield* ask(shop, method, params, z.unknown())
  return read.class === 'done' ? done(undefined) : read
}

/** Of all codes only that of the limit is known (-9013 触发Method维度的限流); the rest is told by its sentence. */
const SENTENCES: readonly (readonly [RegExp, FailureClass])[] = [
  [/限流|频率|too many/i, 'quota'],
  [/token|授权|签名|白名单/i, 'auth'],
  [/已发货|重复发货/, 'exists'],
  [/系统(?:异常|繁忙|错误)|超时|稍后|timeout/i, 'unknown'],
]

/** Two envelopes: the gateway's, and for some methods a second one inside `data`. Errors stand in `error_code` or in `code`. */
const refused = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const no = refusedByStatus(answer, safe)
  if (no) return no
  const body = jsonOf(answer)
  const success = at(body, 'success')
  const inner = at(body, 'data.success') === false
  const [code, words] = ['error_code,code', 'error_msg,msg'].map((names) =>
    names
      .split(',')
      .flatMap((name) => [textAt(body, inner ? `data.${name}` : name)])
      .find((text) => text !== ''),
  )
  // A rejection is also seen as `success: true` with a code and without data.
  const empty = (code ?? '0') !== '0' && !at(body, 'data')
  if (success === true && !inner && !empty) return undefined
  if (typeof success !== 'boolean')
    return failure('unknown', safe, `the answer has no success: ${words ?? answer.body}`)
  const [, kind] = SENTENCES.find(([pattern]) => pattern.test(words ?? '')) ?? []
  const known = code === '-9013' ? 'quota' : code === '401' ? 'auth' : kind
  return failure(known ?? 'rejected', safe, `${code ?? ''} ${words ?? ''}`.trim(), { code: code ?? '' })
}
