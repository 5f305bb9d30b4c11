/** How TOP says yes and no: HTTP 200, the answer under the method's name, or an `error_response`. */
import type { Answer } from '../types.ts'
import { json } from './platform.ts'

export const success = (key: string, data: object): Answer =>
  json(200, { [`${key}_response`]: { ...data, request_id: 'sandbox' } })
export const failure = (code: number, sub_code: string, sub_msg: string): Answer =>
  json(200, { error_response: { code, msg: MESSAGES[code] ?? 'Error', sub_code, sub_msg, request_id: 'sandbox' } })

const MESSAGES: Readonly<Record<number, string>> = {
  7: 'App Call Limited',
  15: 'Remote service error',
  22: 'Invalid method',
  25: 'Invalid signature',
  27: 'Invalid session',
  29: 'Invalid app Key',
  31: 'Invalid timestamp',
  40: 'Missing required arguments',
  41: 'Invalid arguments',
}
