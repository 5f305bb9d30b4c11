/** TikTok Shop's answers → our classes. https://partner.tiktokshop.com/docv2/page/common-errors and the table under each API there. */
import { type CodeTable, type Failure, failure, jsonOf, refusedByStatus, textAt } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

const all = (kind: CodeTable[string], ...codes: readonly number[]): CodeTable =>
  Object.fromEntries(codes.map((code) => [String(code), kind]))

const CODES: CodeTable = {
  '36009002': 'quota', // Too many requests
  '36009007': 'unknown', // Request timeout
  '36009003': 'unknown', // Internal error. Please try again
  '101000': 'auth', // Invalid query or header: the token is of another user type or shop
  '105002': 'auth', // Expired credentials
  '106001': 'auth', // Invalid sign: the app secret is wrong
  '36009033': 'auth', // Your IP address is not in the allow list of this app
  '36004004': 'auth', // The authorization code or refresh token is not valid (recalled)
  // The order or package is shipped already; counts only once a look shows our waybill there
  ...all('exists', 11006021, 21008099, 21011006, 21011020, 21011040, 21042056),
  // "System process error, please try again later", "System timeout", "rpc failed": nothing says that it was not done
  ...all('unknown', 11001027, 11001031, 11005010, 11006005, 11006026, 21001003, 21001008, 21001011, 21001029),
  ...all('unknown', 21001043, 21001055, 21008300, 21022029, 21022030, 21034006, 21042001, 21042076),
  ...all('unknown', 10002014, 10002015, 10037002, 10037003, 10037004), // Failed to get orders
  // 105005 a scope is missing: this API alone; 21011007, 21008044 an after-sale request is open; and all others: rejected
}

/** One code for wrong keys, wrong clocks and wrong parameters alike; only its sentence tells them apart. */
const MIXED = '36009004'
const mixed = (message: string): CodeTable[string] => {
  if (/credential|app_key|access_token/i.test(message)) return 'auth'
  return /timestamp/i.test(message) ? 'retry' : 'rejected'
}

export const refused = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const byStatus = refusedByStatus(answer, safe)
  const body = jsonOf(answer)
  const [code, message] = [textAt(body, 'code'), textAt(body, 'message')]
  if (byStatus && (byStatus.class !== 'rejected' || code === '' || code === '0')) return byStatus
  if (code === '0') return undefined
  if (code === '') return failure('unknown', safe, `unreadable answer: ${answer.body}`)
  const kind = code === MIXED ? mixed(message) : Object.hasOwn(CODES, code) ? CODES[code] : undefined
  return failure(kind ?? 'rejected', safe, `${code} ${message}`.trim(), { code })
}
