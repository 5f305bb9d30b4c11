/** How 京东's gateway answers: HTTP 200, the method's name with `_responce`, or `error_response`. */
import type { Answer } from '../types.ts'
import { json } from './platform.ts'

export const said = (method: string, value: object, error?: readonly [code: number, zh: string]): Answer =>
  error
    ? failed(error[0], error[1])
    : json(200, { [`${method.replaceAll('.', '_')}_responce`]: { code: '0', ...value } })

export const failed = (code: number, zh: string): Answer =>
  json(200, { error_response: { code: String(code), zh_desc: zh, en_desc: '' } })
