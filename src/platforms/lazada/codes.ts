/** Lazada's answers → our classes. The tables under each API of https://open.lazada.com/apps/doc/api */
import { type CodeTable, type Failure, failure, jsonOf, refusedByStatus, textAt } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

const CODES: CodeTable = {
  IllegalAccessToken: 'auth', // The specified access token is invalid or expired
  IllegalRefreshToken: 'auth', // The specified refresh token is invalid or expired
  AUTH_TYPE_UNSUPPORTED: 'auth', // The app is bound to a subscription of the service market: no refresh
  IncompleteSignature: 'auth', // The request signature does not conform to lazop standards
  InvalidAppKey: 'auth',
  AppWhiteIpLimit: 'auth', // The address is not on the app's list (recalled)
  ApiCallLimit: 'quota',
  AppCallLimit: 'quota',
  SellerCallLimit: 'quota',
  '901': 'quota', // Limit service request speed in server side temporarily: retry in the next second
  InvalidTimestamp: 'retry',
  IllegalTimestamp: 'retry',
  '6': 'unknown', // System Error
  '1000': 'unknown', // Internal Application Error
  '513': 'unknown', // Internal call exception
  ServiceTimeout: 'unknown',
  ServiceUnavailable: 'unknown',
  // of single pieces and packages
  '40011': 'unknown', // RPC_ERROR: system is busy now, pls try later
  '700024': 'retry', // GET_LOCK_FAILED: failed get lock, pls try later
  // 16 Invalid Order ID, 501 Update product failed, 700026 item current status not allow to pack … : rejected
}

const classOf = (code: string): CodeTable[string] =>
  Object.hasOwn(CODES, code) ? (CODES[code] ?? 'rejected') : 'rejected'

/** The gateway's own word, before what a service says inside of it. */
export const refused = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const byStatus = refusedByStatus(answer, safe)
  const body = jsonOf(answer)
  const [code, message, type] = [textAt(body, 'code'), textAt(body, 'message'), textAt(body, 'type')]
  if (byStatus && (byStatus.class !== 'rejected' || code === '' || code === '0')) return byStatus
  if (code === '0') return undefined
  if (code === '') return failure('unknown', safe, `unreadable answer: ${answer.body}`)
  const kind = classOf(code)
  // SYSTEM: the gateway itself failed, and says nothing of what stands behind it.
  return failure(kind === 'rejected' && type === 'SYSTEM' ? 'unknown' : kind, safe, `${code} ${message}`.trim(), {
    code,
  })
}

/** Of one piece or package inside a success: `retry` says that it may be tried again. */
export const refusedPart = (part: {
  readonly item_err_code: string
  readonly msg?: string | undefined
  readonly retry?: boolean | undefined
}): Failure | undefined => {
  const { item_err_code: code, msg = '', retry } = part
  if (code === '0') return undefined
  const kind = classOf(code)
  return failure(kind === 'rejected' && retry ? 'retry' : kind, false, `${code} ${msg}`.trim(), { code })
}
