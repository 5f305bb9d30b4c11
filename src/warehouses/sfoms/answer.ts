/** What 顺丰云仓's answers mean: `Head` says whether the call was read, and each row of the body what became of its order. */
import { at, type Failure, type FailureClass, failure, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'
import { parseXml } from '../../wire/xml.ts'
import { namesAbsence } from '../absence.ts'

type Row = readonly [pattern: RegExp, kind: FailureClass]

/** Of a call that was not read. Its codes were not found anywhere; without a word of these it is nothing but a failure. */
const ERRORS: readonly Row[] = [
  [/签名|验签|校验|checkword|accesscode|权限|未授权/i, 'auth'],
  [/频|限流|too many/i, 'quota'],
]
/** Of an order that failed: `Note` is a sentence for people. */
const NOTES: readonly Row[] = [
  [/已存在|重复|already exist/i, 'exists'],
  [/超时|稍[后候]|繁忙|系统(?:异常|错误)|exception/i, 'unknown'],
]

const first = (rows: readonly Row[], said: string): FailureClass | undefined =>
  rows.find(([pattern]) => pattern.test(said))?.[1]

/** The content of the answer's body, or what it means that there is none. It says nothing yet of an order. */
export const read = (answer: WireResponse, safe: boolean): { readonly value: unknown } | Failure => {
  const refused = refusedByStatus(answer, safe)
  // It says no in its own words, under 200: a 404 is a proxy's, or of a wrong address, and proves nothing of the order.
  if (refused) return refused.class === 'rejected' ? failure('retry', safe, refused.detail) : refused
  const parsed = parseXml(answer.body)
  const response = parsed.ok ? at(parsed.value, 'Response') : undefined
  const head = textAt(response, 'Head').toUpperCase()
  if (head === 'ERR') {
    const code = /<Error\b[^>]*\bcode="([^"]*)"/.exec(answer.body)?.[1] ?? ''
    const said = `${code} ${textAt(response, 'Error')}`.trim()
    return failure(first(ERRORS, said) ?? 'unknown', safe, said, { code })
  }
  const content = Object.values((at(response, 'Body') ?? {}) as Readonly<Record<string, unknown>>)[0]
  return head === 'OK' || head === 'PART' ? { value: content } : unreadable(answer, safe)
}

/** What became of one order or item: 1 done, 2 failed. No row, or another result: nobody knows. */
export const refusedByRow = (row: unknown, safe: boolean): Failure | undefined => {
  const [result, note] = [textAt(row, 'Result'), textAt(row, 'Note')]
  if (result === '1') return undefined
  if (result !== '2') return failure('unknown', safe, `the answer says nothing of it: ${note}`)
  return failure(first(NOTES, note) ?? 'rejected', safe, note, { code: '2' })
}

export const saysAbsent = (answer: Failure): boolean => answer.class === 'rejected' && namesAbsence(answer.detail)
