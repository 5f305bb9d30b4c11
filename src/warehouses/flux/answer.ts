/** What FLUX answers: `<Response><return>`, or the same in JSON. The codes are those of the scheme 韵达OMS与FLUX WMS接口方案 v1.1. */
import { own } from '../../lib/own.ts'
import {
  at,
  type CodeTable,
  type Failure,
  type FailureClass,
  failure,
  jsonOf,
  refusedByStatus,
  textAt,
  unreadable,
} from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'
import { list, parseXml } from '../../wire/xml.ts'
import { namesAbsence } from '../absence.ts'

const CODES: CodeTable = {
  S001: 'auth', // 验签错误; also unknown customer, token or key
  S002: 'unknown', // 系统异常
  S003: 'rejected', // 数据错误
  S004: 'rejected', // 货主错误
  S006: 'exists', // 记录已存在且不允许修改
  S007: 'unknown', // 其他错误: an exception on the way
}

/** 0001 失败 says nothing: its sentence must. */
const WORDS: readonly (readonly [RegExp, FailureClass])[] = [
  [/已经?存在/, 'exists'],
  [/超时|稍[后候]|繁忙|系统(?:异常|错误)|exception/i, 'unknown'],
]

/** The answer's `Response`, or what it means that there was no success. `document`: whose row counts where some failed. */
export const read = (answer: WireResponse, safe: boolean, document?: string): { readonly value: unknown } | Failure => {
  const refused = refusedByStatus(answer, safe)
  // It says no in its own words, under 200: a 404 is a proxy's, or of a wrong address, and proves nothing of the order.
  if (refused) return refused.class === 'rejected' ? failure('retry', safe, refused.detail) : refused
  const value = at(bodyOf(answer), 'Response')
  const verdict = at(value, 'return')
  const [code, flag] = [textAt(verdict, 'returnCode'), textAt(verdict, 'returnFlag')]
  if (code === '') return unreadable(answer, safe)
  const rows = list(verdict, 'resultInfo').filter((row) => textAt(row, 'errorcode') || textAt(row, 'errordescr'))
  const ours = rows.find((row) => document === undefined || textAt(row, 'OrderNo') === document)
  if (code === '0000' && flag !== '0' && flag !== '2') return { value }
  // Partly done, and not a word of our document: it may be among what was done.
  if (flag === '2' && !ours) return failure('unknown', safe, `${code} partly: ${textAt(verdict, 'returnDesc')}`)
  const said = [textAt(verdict, 'returnDesc'), textAt(ours, 'errordescr')].filter(Boolean).join(' | ')
  return meant(textAt(ours, 'errorcode') || code, said, safe)
}

const bodyOf = (answer: WireResponse): unknown => {
  if (!answer.body.trimStart().startsWith('<')) return jsonOf(answer)
  const parsed = parseXml(answer.body)
  return parsed.ok ? parsed.value : undefined
}

const meant = (code: string, said: string, safe: boolean): Failure => {
  const word = WORDS.find(([pattern]) => pattern.test(said))?.[1]
  const kind = word === 'exists' ? word : (own(CODES, code) ?? word ?? (code === '0000' ? 'unknown' : 'rejected'))
  return failure(kind, safe, `${code} ${said}`.trim(), { code })
}

export const saysAbsent = (answer: Failure): boolean => answer.class === 'rejected' && namesAbsence(answer.detail)
