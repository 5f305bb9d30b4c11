/** 拼多多's answers → our classes. Codes as its SDKs have them (lywzx/pdd-node-sdk, whalesky-labs/pdd-sdk-php). */
import { at, type CodeTable, type Failure, failure, jsonOf, textAt, unreadable } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

const CODES: CodeTable = {
  '10019': 'auth', // access_token 已过期
  '20004': 'auth', // 签名 sign 校验失败: the client secret is wrong
  '50000': 'unknown', // 系统内部错误
  '52101': 'quota', // 当前接口被限流，请稍后重试
  '52102': 'unknown', // 当前接口暂时不可用，请稍后重试
  '52103': 'unknown', // 服务暂时不可用，请稍后重试
  '70031': 'quota', // 调用过于频繁，请调整调用频率
  // 10000 to 40000 parameters and permissions, 50001 to 52003 业务: the same call would not help
}

/** Undefined is yes: the answer stands under its own key. */
export const refused = (answer: WireResponse, key: string, safe: boolean): Failure | undefined => {
  const body = jsonOf(answer)
  if (typeof at(body, key) === 'object' && at(body, key) !== null) return undefined
  const [code = '', message = '', sub = '', words = ''] = ['error_code', 'error_msg', 'sub_code', 'sub_msg'].map(
    (one) => textAt(body, `error_response.${one}`),
  )
  if (code === '') return unreadable(answer, safe)
  // A code above all that are known is none of the caller's making.
  const kind = CODES[code] ?? (Number(code) >= 52_004 ? 'unknown' : 'rejected')
  return failure(kind, safe, `${code} ${sub} ${words || message}`.replace(/\s+/g, ' ').trim(), { code: sub || code })
}
