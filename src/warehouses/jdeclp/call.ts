/** One call of 京东's gateway: system parameters in the query, the business JSON in a form, both under one signature. */
import { own } from '../../lib/own.ts'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { at, done, type Failure, failure, jsonOf, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'
import { beijingText } from '../../wire/time.ts'
import { topSign } from '../../wire/top-signature.ts'
import { CODES, WORDS } from './codes.ts'

/** The node with a method's answer. `safe`: the call changes nothing. */
export function* ask(warehouse: Connection, method: string, params: object, safe: boolean): Conversation<unknown> {
  const { appKey = '', appSecret = '', accessToken = '' } = warehouse.credentials
  const name = `jingdong.eclp.${method}`
  const system = { method: name, access_token: accessToken, app_key: appKey, timestamp: beijingText(warehouse.now) }
  const sent = { ...system, format: 'json', v: '2.0' }
  const business = { '360buy_param_json': JSON.stringify(params) }
  // As TOP signs, and so does the routerjson gateway: the business JSON is one of the parameters.
  const sign = topSign({ ...sent, ...business }, '', appSecret, 'md5')
  const base = warehouse.baseUrl.replace(/^\w+:\/\/[^/]+$/, '$&/routerjson')
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }
  const url = `${base}?${new URLSearchParams({ ...sent, sign })}`
  const answer = yield { method: 'POST', url, headers, body: new URLSearchParams(business).toString(), safe }
  return refusedByStatus(answer, safe) ?? read(answer, name, safe)
}

/** `jingdong_eclp_order_addOrder_responce`: misspelt, and on some methods or some days not. */
const read = (answer: WireResponse, method: string, safe: boolean) => {
  const body = jsonOf(answer)
  const error = at(body, 'error_response')
  if (error !== undefined) return meant(error, safe)
  const key = method.replaceAll('.', '_')
  const node = at(body, `${key}_responce`) ?? at(body, `${key}_response`)
  if (node === null || typeof node !== 'object') return unreadable(answer, safe)
  return ['', '0'].includes(textAt(node, 'code')) ? done<unknown>(node) : meant(node, safe)
}

const meant = (node: unknown, safe: boolean): Failure => {
  const code = textAt(node, 'code')
  const said = `${code} ${textAt(node, 'zh_desc') || textAt(node, 'en_desc') || textAt(node, 'msg')}`.trim()
  const kind = WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? own(CODES, code) ?? 'rejected'
  return failure(kind, safe, said, { code })
}

/** A field that is a scalar in most answers, a list of one in some, and one level deeper (`v1`) in others. */
export const field = (node: unknown, name: string): string => {
  const value = at(node, name) ?? at(node, `v1.${name}`)
  return textAt({ value: Array.isArray(value) ? value[0] : value }, 'value')
}
export const listAt = (node: unknown, name: string): readonly unknown[] => {
  const value = at(node, name)
  return Array.isArray(value) ? value : []
}
/** Pieces; undefined for what is no count. */
export const pieces = (node: unknown, name: string): number | undefined => {
  const text = field(node, name)
  return /^-?\d+$/.test(text) ? Number(text) : undefined
}
