/** 有赞's answers → our classes: the gateway's in `gw_err_resp`, an API's own in `code`, an old API's in `error_response`. All come with HTTP 200. */
import { at, type CodeTable, type Failure, failure, jsonOf, textAt } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

const CODES: CodeTable = {
  '4101': 'quota', // 请求太频繁
  '123000042': 'quota', // 请求被限流
  '141500203': 'quota', // api rate limiting
  '500100004': 'quota', // 请求被限流
  '4201': 'auth', // 非法的请求凭证: none, or the shop took the authorization back
  '4202': 'auth', // 请求凭证过期
  '4203': 'auth', // 请求凭证不存在
  '1000': 'auth', // client_secret 不正确
  '1103': 'auth', // Client 不存在
  '5001': 'unknown', // 系统异常
  '5002': 'unknown', // 业务异常
  '5003': 'unknown', // 插件执行异常
  '-100': 'unknown', // 操作异常
  '106000001': 'unknown', // 请求超时
  '106000003': 'unknown', // 请求超时
  '106100118': 'unknown', // 请求超时
  '102510001': 'retry', // 不能同时发起两笔相同的发货请求
  '102570007': 'exists', // 不能重复提交已发过货的商品
  // 4204 无权限访问 is of one API alone; 4001, 4004, 4005, 4007 and all others: rejected
}

/** 有赞 advises to come again after 3 s, then twice as long each time; a second shipment of one order after more than 10 s. */
const AFTER: Readonly<Record<string, number>> = { quota: 3_000, retry: 15_000 }

/** Where an address that is not listed is refused, the gateway says 4007 as for a wrong form, and only the words tell. */
const NOT_LISTED = /IP/

export const refused = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const body = jsonOf(answer)
  const [code, words] = wordsOf(body)
  if (code === '200' && at(body, 'success') !== false) return undefined
  if (code === '' && at(body, 'response') !== undefined) return undefined
  const kind = code === '4007' && NOT_LISTED.test(words) ? 'auth' : (CODES[code] ?? 'rejected')
  const after = AFTER[kind]
  return failure(code === '' ? 'unknown' : kind, safe, `${code} ${words || answer.body}`.trim(), {
    code,
    ...(after !== undefined && { after }),
  })
}

const wordsOf = (body: unknown): readonly [code: string, words: string] => {
  for (const [place, code, words] of PLACES)
    if (at(body, place) !== undefined) return [textAt(body, `${place}.${code}`), textAt(body, `${place}.${words}`)]
  return [textAt(body, 'code'), textAt(body, 'message') || textAt(body, 'msg')]
}
const PLACES = [
  ['gw_err_resp', 'err_code', 'err_msg'],
  ['error_response', 'code', 'msg'],
] as const
