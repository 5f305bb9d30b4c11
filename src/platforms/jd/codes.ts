/** 京东's answers → our classes: first the gateway, then the service behind it. Gateway table: https://jos.jd.com/commondoc?listId=171, as copied by several ERP vendors. */
import { at, type CodeTable, type Failure, failure, textAt, unreadable } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

const CODES: CodeTable = {
  '2': 'quota', // 限制时间内调用失败次数 App Call Limited
  '3': 'auth', // 请求被禁止
  '8': 'auth', // 非法的时间戳参数: more than some minutes off, so every call is
  '10': 'auth', // 无效的商家 Id 参数
  '11': 'auth', // 缺少签名参数
  '12': 'auth', // 无效签名: the app secret is wrong
  '18': 'auth', // 缺少 access_token 参数
  '19': 'auth', // 无效 access_token
  '20': 'auth', // 缺少 app_key 参数
  '21': 'auth', // 无效 app_key
  '22': 'auth', // 授权者不是商家
  '23': 'retry', // 该 API 已经停用: closed while the system is upgraded
  '25': 'auth', // 此应用不是上线状态
  '43': 'unknown', // 系统处理错误
  '65': 'unknown', // 平台连接后端服务超时
  '66': 'retry', // 平台连接后端服务不可用
  '67': 'unknown', // 平台连接后端服务处理过程中出现未知异常信息
  '69': 'unknown', // 获取数据失败
  '70': 'unknown', // 该订单正在出库中
  // 4 to 7, 14, 60 to 63 parameters; 15 不存在的方法名, 24 无权调用 API, 64, 72, 73: this API alone is refused; 71 another's id
}
/** The app may not call this API, or there is none of that name. */
export const NOT_ALLOWED = ['15', '24']

const MESSAGES = ['zh_desc', 'en_desc', 'chineseErrCode', 'chinese_err_code', 'errorMessage', 'englishErrCode', 'msg']
const CODE_FIELDS = ['errorCode', 'error_code', 'numberCode', 'code']
const first = (body: unknown, fields: readonly string[]): string =>
  fields.map((field) => textAt(body, field)).find((text) => text !== '') ?? ''

/** What is wrong with an answer whose own part, under the method's name, is `said`. `verdict`: where in it the service says `success`. */
export const refused = (
  answer: WireResponse,
  body: unknown,
  said: unknown,
  verdict: string | undefined,
  safe: boolean,
): Failure | undefined => {
  const gateway = at(body, 'error_response') ?? said
  const code = textAt(gateway, 'code')
  if (gateway === said && (code === '' || said === undefined)) return unreadable(answer, safe)
  if (gateway !== said || code !== '0') {
    return failure(CODES[code] ?? 'rejected', safe, `${code} ${first(gateway, MESSAGES)}`.trim(), { code })
  }
  return verdict === undefined ? undefined : refusedBy(at(said, verdict), answer, safe)
}

/** The service's own yes or no: `success`, as a boolean or as its text. A no is certain. */
const refusedBy = (verdict: unknown, answer: WireResponse, safe: boolean): Failure | undefined => {
  const success = textAt(verdict, 'success')
  if (success === 'true') return undefined
  if (success !== 'false') return unreadable(answer, safe)
  const code = first(verdict, CODE_FIELDS)
  return failure('rejected', safe, `${code} ${first(verdict, MESSAGES)}`.trim(), { code: code || 'refused' })
}
