/** Exceptions by cause, as a person fixes them: once per SKU, receiver kind or connection, else once per kind of problem. */
import { PROBLEMS, type ProblemCode } from '../domain/problem.ts'
import type { ExceptionGroup } from '../store/read.ts'

export interface Cause {
  readonly code: ProblemCode
  /** Undefined: all of this code. */
  readonly subject: string | undefined
  readonly subjects: readonly string[]
  readonly count: number
  readonly oldestAt: number
  readonly zh: string
  readonly en: string
  readonly fixZh: string
  readonly fixEn: string
}

/** Largest first. */
export const causesOf = (groups: readonly ExceptionGroup[]): Cause[] => {
  const merged = Map.groupBy(groups, ({ code, subject }) => (perSubject(code) ? `${code}\n${subject}` : code))
  return [...merged.values()].map(causeOf).toSorted((a, b) => b.count - a.count || a.oldestAt - b.oldestAt)
}

const perSubject = (code: ProblemCode): boolean => 'group' in PROBLEMS[code]

const causeOf = (groups: readonly ExceptionGroup[]): Cause => {
  const [first] = groups as [ExceptionGroup]
  const one = groups.length === 1
  const { code, fixZh, fixEn } = first
  return {
    code,
    subject: one ? first.subject : undefined,
    subjects: groups.map((group) => group.subject),
    count: groups.reduce((sum, group) => sum + group.count, 0),
    oldestAt: Math.min(...groups.map((group) => group.oldestAt)),
    zh: one ? first.zh : general(PROBLEMS[code].says[0]),
    en: one ? first.en : general(PROBLEMS[code].says[1]),
    fixZh,
    fixEn,
  }
}

/** The sentence without the facts of a single case. */
const general = (sentence: string): string => sentence.replace(/\{\w+\}/g, '…').replace(/…(?:[\s，,]*…)+/g, '…')
