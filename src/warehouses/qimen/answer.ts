/**
 * What Qimen's answers mean. Two voices speak in them: the gateway's, whose codes are Taobao's and fixed, and the WMS's,
 * in which only `flag` has a common meaning; its codes and sentences are each system's own.
 * https://open.taobao.com/doc.htm?docId=101617&docType=1
 */
import { own } from '../../lib/own.ts'
import { at, type Failure, type FailureClass, failure, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'
import { parseXml } from '../../wire/xml.ts'
import { namesAbsence } from '../absence.ts'

/** The gateway's code, as `<error_response><code>7` or `<code>TOP7`. What is not here means: not passed on, and why. */
const GATEWAY: Readonly<Record<string, FailureClass>> = {
  '7': 'quota', // App Call Limited
  '15': 'unknown', // Remote service error: the WMS did not answer in time, or not in words
  '25': 'auth', // Invalid signature
  '27': 'auth', // Invalid session
  '29': 'auth', // Invalid app Key
}

type Row = readonly [pattern: RegExp, kind: FailureClass]

/** Words of the gateway that say more than its code; looked for first, in what either voice says. */
const SUB_CODES: readonly Row[] = [
  [/isp\.http-connection-(?:timeout|refuse)/, 'retry'], // the gateway could not reach the WMS: nothing arrived
  [/isp\.http-(?:read-timeout|closed)/, 'unknown'], // it reached it, and heard no answer
  [/accesscontrol\.limited-by/, 'quota'], // per app, per API, or both
  [/sign-check-failure/, 'auth'], // the receiving end found the signature wrong
  [/isv\.data-duplicate-error/, 'exists'], // 重复
]

/** What WMSs write in their own words. Seen in few systems: `exists` only makes us ask, and so does `unknown`. */
const WORDS: readonly Row[] = [
  [/已存在|重复(?:推送|提交|下单|创建|单号)|already exist|(?<!NOT)_EXISTS\b/i, 'exists'],
  [/超时|timed? ?out|稍[后候]|繁忙|busy|系统(?:异常|错误)|exception/i, 'unknown'], // it failed, and does not know how far it came
]

export type Node = Readonly<Record<string, unknown>>

/** The answer's node with its fields, or what it means that there was no success. */
export const read = (answer: WireResponse, safe: boolean): { readonly value: Node } | Failure => {
  const refused = refusedByStatus(answer, safe)
  if (refused) return refused
  const parsed = parseXml(answer.body)
  if (!parsed.ok) return unreadable(answer, safe)
  const [root, content] = Object.entries(parsed.value as Node)[0] ?? []
  // Some gateways wrap the `<response>` once more.
  const value = (at(content, 'response') ?? content) as Node
  const flag = textAt(value, 'flag').toLowerCase()
  if (flag === 'success') return { value }
  if (flag !== 'failure' && root !== 'error_response') return unreadable(answer, safe)
  return meant(value, root === 'error_response', safe)
}

const meant = (node: Node, fromGateway: boolean, safe: boolean): Failure => {
  const code = fromGateway ? `TOP${textAt(node, 'code')}` : textAt(node, 'code')
  const words = ['message', 'msg', 'sub_code', 'sub_msg', 'sub_message'].map((name) => textAt(node, name))
  const said = `${code} ${[...new Set(words)].filter(Boolean).join(' | ')}`.trim()
  const gateway = /^TOP(\d+)$/.exec(code)?.[1]
  const kind =
    first(SUB_CODES, said) ?? (gateway === undefined ? first(WORDS, said) : own(GATEWAY, gateway)) ?? 'rejected'
  return failure(kind, safe, said, { code, ...banOf(said) })
}

const first = (rows: readonly Row[], said: string): FailureClass | undefined =>
  rows.find(([pattern]) => pattern.test(said))?.[1]

/** "This ban will last for 2 more seconds": that long, and one more. */
const banOf = (said: string): { readonly after?: number } => {
  const seconds = /last for (\d+) more second/.exec(said)?.[1]
  return seconds === undefined ? {} : { after: (Number(seconds) + 1) * 1000 }
}

/** Only the WMS itself can say that; the gateway does not know its documents. */
export const saysAbsent = (answer: Failure): boolean =>
  answer.class === 'rejected' && !answer.code.startsWith('TOP') && namesAbsence(answer.detail)
