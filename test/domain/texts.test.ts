import { describe, expect, it } from 'vitest'
import { disposition, fix, PROBLEMS, type Problem, type ProblemCode, sentence } from '../../src/domain/problem.ts'
import { ENTRIES, type EntryCode, tell } from '../../src/domain/timeline.ts'

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
const filled = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, `<${name}>`]))
const languages = ['zh', 'en'] as const
const problems = Object.keys(PROBLEMS) as ProblemCode[]
const entries = Object.keys(ENTRIES) as EntryCode[]

describe('the sentence of a problem', () => {
  it.each(problems)('%s names the same facts in both languages', (code) =>
    expect(new Set(placeholders(PROBLEMS[code].says[0]))).toEqual(new Set(placeholders(PROBLEMS[code].says[1]))),
  )

  it.each(problems)('%s is filled from its facts, in both languages, and says what to do', (code) => {
    const names = placeholders(PROBLEMS[code].says[1])
    const problem: Problem = { code, at: '<at>', facts: filled(names.filter((name) => name !== 'at')) }
    for (const language of languages) {
      const said = sentence(problem, language)
      expect(said).not.toMatch(/[{}?]/)
      for (const name of names) expect(said).toContain(`<${name}>`)
      expect(fix(problem, language)).not.toMatch(/^$|[{}]/)
    }
    const { says, fix: fixes } = PROBLEMS[code]
    for (const chinese of [says[0], fixes[0]]) expect(chinese).toMatch(/\p{Script=Han}/u)
    for (const english of [says[1], fixes[1]]) expect(english).not.toMatch(/\p{Script=Han}/u)
    expect(['refuse', 'retry', 'park']).toContain(disposition(problem))
  })

  it('shows a question mark for a fact nobody gave, and nothing for a place nobody gave', () => {
    expect(sentence({ code: 'sku_unknown' }, 'en')).toBe('Code ? matches no SKU')
    expect(sentence({ code: 'payload_malformed', facts: { message: 'no id' } }, 'en')).toBe(
      'The message is malformed at : no id',
    )
  })

  it('shows 0 as 0 and takes a fact as text, not as a pattern', () => {
    expect(sentence({ code: 'stock_short', facts: { sku: '$&', warehouse: 'W', short: 0 } }, 'en')).toBe(
      '$& at W is short by 0',
    )
    expect(sentence({ code: 'order_changed', facts: { what: '{sku}' } }, 'en')).toContain(': {sku}')
  })
})

describe('a line of the timeline', () => {
  it.each(entries)('%s names the same facts in both languages, and is filled from them', (what) => {
    const names = placeholders(ENTRIES[what].en)
    expect(new Set(placeholders(ENTRIES[what].zh))).toEqual(new Set(names))
    for (const language of languages) {
      const said = tell({ at: 0, who: 'x', what, facts: filled(names) }, language)
      expect(said).not.toMatch(/[{}]/)
      for (const name of names) expect(said).toContain(`<${name}>`)
    }
    expect(ENTRIES[what].zh).toMatch(/\p{Script=Han}/u)
    expect(ENTRIES[what].en).not.toMatch(/\p{Script=Han}/u)
  })

  it.each([
    ['zh', '分仓：北仓最近'],
    ['en', 'Allocated: north is nearest'],
  ] as const)('in %s prefers the twin of a fact in that language', (language, said) =>
    expect(
      tell(
        { at: 0, who: 'cangqiao', what: 'allocated', facts: { why: '北仓最近', why_en: 'north is nearest' } },
        language,
      ),
    ).toBe(said),
  )

  it.each([
    ['a fact without an English twin', { why: 'SKU-1' }, 'Allocated: SKU-1'],
    ['no facts at all', undefined, 'Allocated:'],
    ['a number', { why: 0 }, 'Allocated: 0'],
  ])('in English tells %s', (_, facts, said) =>
    expect(tell({ at: 0, who: 'cangqiao', what: 'allocated', ...(facts && { facts }) }, 'en')).toBe(said),
  )

  it('leaves out a reason nobody gave', () => {
    expect(tell({ at: 0, who: 'platform', what: 'order_cancelled', facts: { reason: '' } }, 'zh')).toBe('平台取消订单')
  })
})
