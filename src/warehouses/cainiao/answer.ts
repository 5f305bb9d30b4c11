/**
 * What Cainiao's answers mean. Three voices speak: the LINK gateway (S01 …), a receiver behind it (S001 … and its own
 * words), and Taobao's gateway for the two queries.
 */
import { own } from '../../lib/own.ts'
import {
  at,
  type Failure,
  type FailureClass,
  failure,
  jsonOf,
  refusedByStatus,
  textAt,
  unreadable,
} from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'
import { parseXml } from '../../wire/xml.ts'

/** By `errorCode`. A code that is not here is the receiver's own no. */
const CODES: Readonly<Record<string, FailureClass>> = {
  S01: 'rejected', // 非法的 XML/JSON
  S02: 'auth', // 非法的数字签名
  S03: 'auth', // 非法的物流公司/仓库公司
  S04: 'auth', // 非法的通知类型: not subscribed in the console
  S05: 'rejected', // 非法的通知内容
  S06: 'unknown', // 网络超时，请重试
  S07: 'unknown', // 系统异常，请重试
  S08: 'unknown', // HTTP 状态异常（非 200）: it reached the receiver
  S09: 'unknown', // 返回报文为空: likewise
  S10: 'retry', // 找不到对应网关: nothing was passed on
  S11: 'retry', // 非法网关信息: likewise
  S12: 'rejected', // 非法请求参数
  S13: 'unknown', // 业务服务异常: how far it came, nobody says
  S14: 'retry', // 请求的服务未找到; elsewhere 系统流控: in both cases it was not passed on
  S001: 'auth', // signature
  S002: 'retry', // no handler for this message
  S003: 'rejected', // parameters
  S004: 'unknown', // 下发失败
  S005: 'retry', // configuration
  S007: 'unknown', // system
}

/** What a sentence says more than its code; looked for first. `exists` only makes us ask, and so does `unknown`. */
const WORDS: readonly (readonly [RegExp, FailureClass])[] = [
  [/流控|限流/, 'quota'],
  [/已存在|重复(?:推送|提交|下单|创建|单号)|already exist/i, 'exists'],
  [/超时|timed? ?out|稍[后候]|繁忙|系统(?:异常|错误)/i, 'unknown'],
]

/** The fields of a yes from LINK, or what it means that there was none. */
export const readLink = (answer: WireResponse): { readonly value: unknown } | Failure => {
  const refused = refusedByStatus(answer, false)
  if (refused) return refused
  const body = answer.body.trimStart().startsWith('<') ? xmlOf(answer.body) : jsonOf(answer)
  const node = at(body, 'responses.responseItems.response') ?? at(body, 'response') ?? body
  const success = textAt(node, 'success').toLowerCase()
  if (success === 'true') return { value: node }
  return success === 'false' ? meant(node) : unreadable(answer, false)
}

const xmlOf = (body: string): unknown => {
  const parsed = parseXml(body)
  return parsed.ok ? parsed.value : undefined
}

const meant = (node: unknown): Failure => {
  const code = textAt(node, 'errorCode') || textAt(node, 'reason')
  const said = `${code} ${textAt(node, 'errorMsg') || textAt(node, 'reasonDesc')}`.trim()
  const kind = WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? own(CODES, code) ?? 'rejected'
  return failure(kind, false, said, { code })
}

/** Codes of Taobao's gateway that say more than "no". */
const TOP: Readonly<Record<string, FailureClass>> = {
  '7': 'quota', // App Call Limited
  '25': 'auth', // Invalid signature
  '26': 'auth', // Missing session
  '27': 'auth', // Invalid session
  '28': 'auth', // Missing app Key
  '29': 'auth', // Invalid app Key
}

/** The node under `key` of a query's answer. Any no but those above proves nothing of the document: ask again. */
export const readTop = (answer: WireResponse, key: string): { readonly value: unknown } | Failure => {
  const refused = refusedByStatus(answer, true)
  if (refused) return refused
  const body = jsonOf(answer)
  const error = at(body, 'error_response')
  if (error !== undefined) {
    const said = ['code', 'msg', 'sub_code', 'sub_msg'].map((name) => textAt(error, name)).filter(Boolean)
    return failure(own(TOP, textAt(error, 'code')) ?? 'retry', true, said.join(' '))
  }
  const value = at(body, key)
  if (value === null || typeof value !== 'object') return unreadable(answer, true)
  if (textAt(value, 'wl_success') !== 'false') return { value }
  return failure('retry', true, `${textAt(value, 'wl_error_code')} ${textAt(value, 'wl_error_msg')}`.trim())
}
