/** One call of 旺店通旗舰版: the arguments as a JSON array, signed together with the query that they do not stand in. */
import { z } from 'zod'
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
import { wdtSign } from '../../wire/erp-signature.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'

/** Its clock begins at 2012-01-01 in Beijing; 120 seconds either way are allowed. */
const EPOCH_SECONDS = 1_325_347_200

/** `status` of refusals before anything was done. Every other application error is 100, and only its text tells which. */
const STATUS: Readonly<Record<string, FailureClass>> = {
  '1': 'auth', // 验证失败
  '6': 'auth', // IP 不在白名单
  '7': 'retry', // 时间戳
  '8': 'rejected', // 版本号
}

const WORDS: readonly (readonly [RegExp, FailureClass])[] = [
  [/每分钟最大(?:调用频率|并发次数)限制/, 'quota'],
  [/接口权限不足|无(?:店铺|仓库|接口)权限/, 'auth'],
  [/超时|稍[后候]|繁忙|系统(?:异常|错误)|timeout/i, 'unknown'],
]

export const kindOf = (said: string): FailureClass => WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? 'rejected'

type Answer<T> = Generator<WireCall, { readonly value: T } | Failure, WireResponse>
interface Page {
  readonly size: number
  readonly no: number
}

/** `data` in the shape that we need, or what the answer means. */
export function* ask<Schema extends z.ZodType>(
  warehouse: Connection,
  method: string,
  args: readonly unknown[],
  schema: Schema,
  { safe, page }: { readonly safe: boolean; readonly page?: Page },
): Answer<z.output<Schema>> {
  const paging = page && { page_size: String(page.size), page_no: String(page.no), calc_total: '1' }
  const answer = yield signed(warehouse, { method, ...paging }, JSON.stringify(args), safe)
  const read = dataOf(answer, safe)
  if ('class' in read) return read
  const data = schema.safeParse(read.value)
  return data.success ? { value: data.data } : unreadable(answer, safe)
}

const signed = ({ baseUrl, credentials, now }: Connection, call: Fields, body: string, safe: boolean): WireCall => {
  const { sid = '', appKey: key = '', appSecret = '' } = credentials
  const [secret = '', salt = ''] = appSecret.split(':')
  const query = { sid, key, salt, v: '1.0', timestamp: String(Math.floor(now / 1000) - EPOCH_SECONDS), ...call }
  const url = `${baseUrl}?${new URLSearchParams({ ...query, sign: wdtSign(query, body, secret) })}`
  return { method: 'POST', url, headers: { 'content-type': 'application/json;charset=utf-8' }, body, safe }
}

const dataOf = (answer: WireResponse, safe: boolean): { readonly value: unknown } | Failure => {
  // It says everything with 200: another 3xx or 4xx is somebody else's (a proxy, a wrong address) and proves nothing.
  const refused = refusedByStatus(answer, safe)
  if (refused) return refused.class === 'rejected' ? failure('retry', safe, refused.detail) : refused
  const body = jsonOf(answer)
  const status = textAt(body, 'status')
  if (status === '') return unreadable(answer, safe)
  if (status === '0') return { value: (body as { data?: unknown }).data }
  const said = `${status} ${textAt(body, 'message')}`.trim()
  return failure(STATUS[status] ?? kindOf(said), safe, said, { code: status })
}

const Rows = z.array(z.unknown())
/** A list of which it says how long it is. */
export const Orders = z.object({ order: Rows.nullish(), total_count: z.number().nullish() })
