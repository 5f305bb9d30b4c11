/** One call of 拼多多's gateway: every parameter signed, all of them in a form. https://open.pinduoduo.com/application/document/browse?idStr=2D8D0C43D0FB5A3B */
import { z } from 'zod'
import type { Connection, Conversation, Fields } from '../../wire/adapter.ts'
import { at, done, failure, jsonOf, refusedByStatus, shaped } from '../../wire/answer.ts'
import { pddSign } from '../../wire/pdd-signature.ts'
import { optional } from '../../wire/values.ts'
import { refused } from './codes.ts'

/** Where each answer stands: the names follow no rule. */
const KEYS = {
  'pdd.order.information.get': 'order_info_get_response',
  'pdd.order.number.list.increment.get': 'order_sn_increment_get_response',
  'pdd.logistics.online.send': 'logistics_online_send_response',
  'pdd.order.upload.extra.logistics': 'upload_extra_logistics_response',
  'pdd.goods.quantity.update': 'goods_quantity_update_response',
  'pdd.order.note.update': 'response',
  'pdd.pmc.user.permit': 'pmc_user_permit_response',
  'pdd.mall.info.get': 'mall_info_get_response',
  'pdd.pop.auth.token.create': 'pop_auth_token_create_response',
  'pdd.pop.auth.token.refresh': 'pop_auth_token_refresh_response',
} as const
type Method = keyof typeof KEYS

interface Asked {
  readonly safe?: boolean
  /** False for calls of the app itself, that need no shop. */
  readonly token?: false
}

export function* ask<Schema extends z.ZodType>(
  owner: Connection,
  type: Method,
  params: Fields,
  schema: Schema,
  { safe = false, token }: Asked = {},
): Conversation<z.output<Schema>> {
  const { clientId = '', clientSecret = '' } = owner.app
  const access = token === false ? '' : (owner.credentials.accessToken ?? '')
  const system = { type, client_id: clientId, timestamp: String(Math.floor(owner.now / 1000)), data_type: 'JSON' }
  const all: Fields = { ...system, ...(access && { access_token: access }), ...params }
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
  const body = new URLSearchParams({ ...sent, sign: pddSign(sent, clientSecret) }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }
  const answer = yield { method: 'POST', url: `${owner.baseUrl}/api/router`, headers, body, safe }
  const no = refusedByStatus(answer, safe) ?? refused(answer, KEYS[type], safe)
  return no ?? shaped(schema, at(jsonOf(answer), KEYS[type]))
}

const Told = z.object({
  ...{ is_success: optional(z.boolean()), success: optional(z.boolean()) },
  ...{ error_code: optional(z.union([z.string(), z.number()])), error_msg: optional(z.string()) },
})

/** A write whose answer says yes in one flag: everything but `true` is no yes. */
export function* told(shop: Connection, type: Method, params: Fields): Conversation {
  const read = yield* ask(shop, type, params, Told)
  if (read.class !== 'done') return read
  const { is_success, success = is_success, error_code, error_msg = 'no success' } = read.value
  if (success) return done(undefined)
  const code = String(error_code ?? 'no_success')
  return failure(success === undefined ? 'unknown' : 'rejected', false, `${type}: ${code} ${error_msg}`, { code })
}
