/** TOP's answers → our classes. https://open.taobao.com/doc.htm?docId=101645&docType=1 and the tables under each API there. */
import { at, type CodeTable, type Failure, failure, jsonOf, textAt, unreadable } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

/** Below 100 the gateway itself refuses: the call has not reached the service behind it. */
const CODES: CodeTable = {
  '4': 'quota', // User Call Limited
  '5': 'quota', // Session Call Limited
  '6': 'quota', // Partner Call Limited
  '7': 'quota', // App Call Limited
  '8': 'quota', // App Call Exceeds Limited Frequency
  '10': 'unknown', // Service Currently Unavailable
  '24': 'auth', // Missing Signature
  '25': 'auth', // Invalid Signature: the app's secret is wrong
  '26': 'auth', // Missing Session
  '27': 'auth', // Invalid Session: 授权已过期或被取消
  '28': 'auth', // Missing App Key
  '29': 'auth', // Invalid App Key
  '31': 'retry', // Invalid Timestamp
  '53': 'auth', // Insufficient security level: authorize anew
  // 11 to 13 权限不足 (this API alone), 21 to 23, 32 to 34, 40 to 43 parameters: rejected. 15 and 50 speak by their sub code
}

const OFFLINE = 'isv.logistics-offline-service-error'
const SUB_CODES: CodeTable = {
  'session-expired': 'auth',
  [`${OFFLINE}:P03`]: 'auth', // 会话已过期
  [`${OFFLINE}:B04`]: 'exists', // 订单状态不对，该物流订单已经发货或者已关闭，不能重复发货
  [`${OFFLINE}:B150`]: 'unknown', // 发货异常，请稍等后重试
  [`${OFFLINE}:S01`]: 'unknown', // 数据异常，稍后请重试
  [`${OFFLINE}:CD28`]: 'unknown', // 淘宝后台拆单异常
  // B01 B02 P02 订单不存在, B27 B55 状态, B57 B60 F… 运单号或公司, P38 CD2x 拆单校验, P06 当前状态不支持修改: rejected
}

/** `isp.` is the service's own failure, a time-out among them: done or not, nobody knows. */
const classOf = (code: string, sub: string) => {
  if (sub.startsWith('accesscontrol.limited')) return 'quota'
  return SUB_CODES[sub] ?? (sub.startsWith('isp.') ? 'unknown' : (CODES[code] ?? 'rejected'))
}

/** `This ban will last for 31062 more seconds` */
const banOf = (sentence: string): { readonly after?: number } => {
  const seconds = /last for (\d+) more second/.exec(sentence)?.[1]
  return seconds === undefined ? {} : { after: Number(seconds) * 1000 }
}

/** Undefined is yes: the answer stands under the method's own name. */
export const refused = (answer: WireResponse, key: string, safe: boolean): Failure | undefined => {
  const body = jsonOf(answer)
  if (typeof at(body, key) === 'object' && at(body, key) !== null) return undefined
  const [code = '', msg = '', sub = '', words = ''] = ['code', 'msg', 'sub_code', 'sub_msg'].map((one) =>
    textAt(body, `error_response.${one}`),
  )
  if (code === '') return unreadable(answer, safe)
  const detail = `${code} ${sub} ${words || msg}`.replace(/\s+/g, ' ').trim()
  return failure(classOf(code, sub), safe, detail, { code: sub || code, ...banOf(words) })
}
