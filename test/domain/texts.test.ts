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
    expect(['refuse', 'park']).toContain(disposition(problem))
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

describe('a Chinese sentence', () => {
  const zh = (code: ProblemCode, facts: Problem['facts'], at?: string) =>
    sentence({ code, ...(facts && { facts }), ...(at !== undefined && { at }) }, 'zh')

  it.each([
    ['receiver_incomplete', { missing: 'name, phone' }, '收件信息缺少：姓名、电话'],
    ['order_changed', { what: 'receiver, notes, payment cod' }, '订单已推仓后被修改：收件人、备注、货到付款'],
    ['credential_refused', { connection: 'ship', message: 'revoked' }, 'ship 的授权失效：授权被收回'],
    ['warehouse_rejected', { message: 'the warehouse has it as cancelled' }, '仓库拒单：仓库中该单的状态：已取消'],
    ['platform_silent', { what: 'order detail' }, '平台没有答复（订单详情）'],
  ] as const)('of %s has the words of the program in Chinese', (code, facts, said) =>
    expect(zh(code, facts)).toBe(said),
  )

  it.each([
    ['warehouse_rejected', { message: 'bad name, phone' }, '仓库拒单：bad name, phone'],
    ['warehouse_rejected', { message: 'constructor' }, '仓库拒单：constructor'],
    ['sku_unknown', { sku: 'flag' }, '商品编码 flag 没有对应的 SKU'],
    ['carrier_unmapped', { carrier: 'ship' }, '快递编码 ship 没有映射到平台'],
  ] as const)('of %s leaves as it is what others say, and names', (code, facts, said) =>
    expect(zh(code, facts)).toBe(said),
  )

  it('keeps the place in a message, and says in Chinese what is wrong there', () => {
    expect(zh('payload_malformed', { message: 'a key is missing (character 30)' }, '(body)')).toBe(
      '消息格式不正确：正文 缺少键名（第 30 个字符）',
    )
    expect(
      zh('payload_malformed', { message: 'Invalid input: expected array, received undefined' }, 'data.order.lines'),
    ).toBe('消息格式不正确：data.order.lines 缺少此字段，应为列表')
    expect(zh('payload_malformed', { message: 'whatever (character 3)' }, 'a')).toBe(
      '消息格式不正确：a whatever (character 3)',
    )
  })

  it('is there for every entry whose facts are words of the program', () => {
    const line = (what: EntryCode, facts: Problem['facts']) =>
      tell({ at: 0, who: 'x', what, ...(facts && { facts }) }, 'zh')
    expect(line('order_updated', { what: 'lines, ship-by' })).toBe('平台更新订单：商品行、最晚发货时间')
    expect(line('stop_asked', { document: 'ship', why: 'line 3 is no longer to be shipped' })).toBe(
      '要求停发 ship：第 3 行不再需要发货',
    )
    expect(line('progress', { warehouse: '华东仓', status: 'picking', message: '' })).toBe('仓库 华东仓：拣货中')
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
