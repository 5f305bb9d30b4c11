/** One call of 聚水潭: system parameters and the JSON of the business in one signed form. https://openweb.jushuitan.com/doc?docId=30 */
import type { Connection, Fields } from '../../wire/adapter.ts'
import {
  type Failure,
  type FailureClass,
  failure,
  jsonOf,
  refusedByStatus,
  textAt,
  unreadable,
} from '../../wire/answer.ts'
import { jushuitanSign } from '../../wire/erp-signature.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'

/** Its codes of refusals before anything was done, from the SDK that is generated from its documents. */
const CODES: Readonly<Record<string, readonly [kind: FailureClass, after?: number]>> = {
  '10': ['auth'], // 无效签名
  '100': ['auth'], // 无效的 access_token 或已过期
  '110': ['auth'], // IP 不在白名单
  '140': ['retry'], // 无效的 timestamp: 15 minutes either way
  '150': ['auth'], // 服务商应用禁止刷新 access_token
  '190': ['auth'], // 无 API 权限
  '199': ['quota', 1_500], // 一秒不超过 5 次
  '200': ['quota', 60_000], // 一分钟不超过 100 次
}

/** Words without a code of their own: it failed and does not know how far it came, or it has this already. */
const WORDS: readonly (readonly [RegExp, FailureClass])[] = [
  [/超时|稍[后候]|繁忙|系统(?:异常|错误)|timeout/i, 'unknown'],
  [/已存在|重复/, 'exists'],
]

export const kindOf = (said: string): FailureClass => WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? 'rejected'

/** `data` of an answer that says yes, or what the answer means. */
export function* ask(
  { baseUrl, credentials, now }: Connection,
  path: string,
  biz: unknown,
  safe: boolean,
): Generator<WireCall, { readonly value: unknown } | Failure, WireResponse> {
  const { appKey = '', accessToken = '', appSecret = '' } = credentials
  const system = { app_key: appKey, access_token: accessToken, charset: 'utf-8', version: '2' }
  return read(yield signed(baseUrl + path, { ...system, biz: JSON.stringify(biz) }, appSecret, now, safe), safe)
}

export const signed = (url: string, fields: Fields, secret: string, now: number, safe: boolean): WireCall => {
  const all = { ...fields, timestamp: String(Math.floor(now / 1000)) }
  const body = new URLSearchParams({ ...all, sign: jushuitanSign(all, secret) }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }
  return { method: 'POST', url, headers, body, safe }
}

export const read = (answer: WireResponse, safe: boolean): { readonly value: unknown } | Failure => {
  // It says everything with 200: another 3xx or 4xx is somebody else's (a proxy, a wrong address) and proves nothing.
  const refused = refusedByStatus(answer, safe)
  if (refused) return refused.class === 'rejected' ? failure('retry', safe, refused.detail) : refused
  const body = jsonOf(answer)
  const code = textAt(body, 'code')
  if (code === '') return unreadable(answer, safe)
  if (code === '0') return { value: (body as { data?: unknown }).data }
  const said = `${code} ${textAt(body, 'msg')}`.trim()
  const [kind, after] = CODES[code] ?? [kindOf(said)]
  return failure(kind, safe, said, { code, ...(after !== undefined && { after }) })
}
