/** 快手's answers → our classes. https://open.kwaixiaodian.com/zone/new/faq (K0003 … K1009) and 授权错误码. */
import { type CodeTable, type Failure, failure, jsonOf, refusedByStatus, textAt } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

const CODES: CodeTable = {
  '24': 'auth', // AUTHORIZATION_REVOKED: 用户取消了对应用的授权
  '100200101': 'auth', // unauthorized_client: app 非法
  '100200102': 'auth', // access_denied: token 无效, 已用过, 或授权已撤销
  '100200105': 'rejected', // invalid_grant: code 错误
  '100200500': 'unknown', // server_error: 服务器内部错误
  // 11 发货规则拦截, 21 业务拒绝 (订单不属于该商家, 库存少于预留): rejected
}

/** For some refusals the sentences are published, and the codes are not. */
const SENTENCES: readonly (readonly [RegExp, 'auth' | 'quota', number?])[] = [
  [/exceed qps limit/i, 'quota', 2_000], // 调用频次过高, or the limit that all apps share
  [/exceed quota limit/i, 'quota', 1_800_000], // 当天的调用额度已满
  [/鉴权失败|TOKEN过期|无scope权限|验签失败|签名校验失败/i, 'auth'],
]

export const refused = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const no = refusedByStatus(answer, safe)
  if (no) return no
  const body = jsonOf(answer)
  const code = textAt(body, 'result')
  if (code === '1') return undefined
  const words = [textAt(body, 'error_msg') || textAt(body, 'error'), textAt(body, 'sub_msg')].join(' ').trim()
  if (code === '') return failure('unknown', safe, `the answer has no result: ${words || answer.body}`)
  const [, kind, after] = SENTENCES.find(([pattern]) => pattern.test(words)) ?? []
  const extra = { code, ...(after !== undefined && { after }) }
  return failure(kind ?? CODES[code] ?? 'rejected', safe, `${code} ${words}`.trim(), extra)
}
