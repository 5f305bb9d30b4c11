/** How 抖店's gateway says yes and no: always HTTP 200, the truth is in `code` and `sub_code`. */
import type { Answer } from '../types.ts'
import { json } from './platform.ts'

export const success = (data: unknown): Answer =>
  json(200, { code: 10000, msg: 'success', sub_code: '', sub_msg: '', log_id: 'sandbox', data })
export const failure = (code: number, subCode: string, subMessage: string): Answer =>
  json(200, { code, msg: NAMES[code] ?? '', sub_code: subCode, sub_msg: subMessage, log_id: 'sandbox', data: {} })

const NAMES: Readonly<Record<number, string>> = {
  20000: '系统错误',
  40002: '缺少必选参数',
  40003: '非法的参数',
  40004: '非法的参数',
  50002: '业务处理失败',
  60000: '触发限流，请稍后重试',
}
