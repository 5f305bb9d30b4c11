/** Shopee's answers → our classes, by the `error_list` of each API there. Many codes mean several things: then the sentence decides. */
import { type CodeTable, type Failure, failure, jsonOf, refusedByStatus, textAt } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

/** By the last part of the code: `common.error_auth`, `logistics.error_timeout` … */
const CODES: CodeTable = {
  error_sign: 'auth', // Wrong sign: the partner key is wrong
  invalid_access_token: 'auth',
  invalid_acceess_token: 'auth', // as it is seen in the wild
  error_token: 'auth', // Token is invalid
  error_ip: 'auth', // Ip address is deny
  invalid_partner_id: 'auth',
  shop_access_expired: 'auth', // Your access to shop has expired
  shop_no_linked: 'auth', // Partner and shop has no linked
  shop_banned: 'auth',
  refresh_token_expired: 'auth',
  error_shop_refresh_token: 'auth', // Your refresh token is error
  error_network: 'unknown', // Inner http call failed
  error_server: 'unknown', // System error. Please try again later
  error_inner: 'unknown', // Our system is taking some time to respond
  error_system_busy: 'unknown',
  error_core_server: 'unknown',
  error_connection: 'unknown', // Connection to external system is failed
  error_third_party_server: 'unknown',
  error_timeout: 'unknown', // Timeout to call external system
  error_unknown: 'unknown',
  error_too_many_invoke_function: 'retry', // Failed to get lock
  logistic_order_is_locked_on_creating: 'retry', // Fail to get the lock
  package_already_shipped: 'exists', // This package has already been arranged shipment
  order_has_been_split: 'retry', // A split that we did not hear of: the next look finds its packages
  order_split_get_package_info_failed: 'retry', // Split order succeed, but failed to get the new package info
  error_rate_limit: 'quota', // named by programs of others, in no document that was read
}

const SENTENCES: readonly (readonly [pattern: RegExp, kind: CodeTable[string]])[] = [
  [/invalid access_?token|access_token is (?:invalid|expired)|no access_token|invalid partner_id/i, 'auth'],
  [/invalid timestamp|being allocated|please try again/i, 'retry'],
  [/order has been shipped/i, 'exists'],
  [/system error/i, 'unknown'],
  [/too (?:many|frequent)|rate limit/i, 'quota'],
]

export const refused = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const byStatus = refusedByStatus(answer, safe)
  const body = jsonOf(answer)
  const [code, message] = [textAt(body, 'error').trim(), textAt(body, 'message')]
  if (byStatus && (byStatus.class !== 'rejected' || code === '')) return byStatus
  if (code === '') {
    const said = typeof body === 'object' && body !== null && 'error' in body && body.error === ''
    return said ? undefined : failure('unknown', safe, `unreadable answer: ${answer.body}`)
  }
  const last = code.split('.').at(-1) ?? code
  const known = Object.hasOwn(CODES, last) ? CODES[last] : undefined
  const kind = known ?? SENTENCES.find(([pattern]) => pattern.test(message))?.[1] ?? 'rejected'
  return failure(kind, safe, `${code} ${message}`.trim(), { code })
}
