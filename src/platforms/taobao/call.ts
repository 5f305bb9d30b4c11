/** One call of TOP: every parameter signed, all of them in a form. https://open.taobao.com/doc.htm?docId=101617&docType=1 */
import type { z } from 'zod'
import type { Connection, Conversation, Fields } from '../../wire/adapter.ts'
import { at, done, failure, jsonOf, refusedByStatus, shaped } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import { topSign } from '../../wire/top-signature.ts'
import { refused } from './codes.ts'

/** `taobao.trade.fullinfo.get` answers under `trade_fullinfo_get_response`; `alibaba.` stays in the name. */
const keyOf = (method: string): string => `${method.replace(/^taobao\./, '').replaceAll('.', '_')}_response`

interface Asked {
  readonly safe?: boolean
  /** False for calls of the app itself, that need no shop. */
  readonly session?: false
}

export function* ask<Schema extends z.ZodType>(
  owner: Connection,
  method: string,
  params: Fields,
  schema: Schema,
  { safe = false, session }: Asked = {},
): Conversation<z.output<Schema>> {
  const { appKey = '', appSecret = '' } = owner.app
  const system = { method, app_key: appKey, timestamp: beijingText(owner.now), format: 'json', v: '2.0' }
  const token = session === false ? '' : (owner.credentials.accessToken ?? '')
  const all: Fields = { ...system, sign_method: 'md5', ...(token && { session: token }), ...params }
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
  const body = new URLSearchParams({ ...sent, sign: topSign(sent, '', appSecret, 'md5') }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }
  const answer = yield { method: 'POST', url: `${owner.baseUrl}/router/rest`, headers, body, safe }
  const no = refusedByStatus(answer, safe) ?? refused(answer, keyOf(method), safe)
  return no ?? shaped(schema, at(jsonOf(answer), keyOf(method)))
}

/** A write whose answer says yes in one flag: everything but `true` is no yes. */
export function* told<Schema extends z.ZodType>(
  shop: Connection,
  method: string,
  params: Fields,
  schema: Schema,
  saysYes: (answer: z.output<Schema>) => boolean | undefined,
): Conversation {
  const read = yield* ask(shop, method, params, schema)
  if (read.class !== 'done') return read
  const yes = saysYes(read.value)
  if (yes) return done(undefined)
  return failure(yes === undefined ? 'unknown' : 'rejected', false, `${method}: no success`, { code: 'no_success' })
}
