import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Available, type Candidate, type Choice, choose } from '../../src/domain/allocation.ts'
import type { FulfillmentLine } from '../../src/domain/order-state.ts'

const line = (sku: string, quantity: number, lineId = sku): FulfillmentLine => ({ lineId, sku, quantity })

/** `north:1 south:2`: candidates with their ranks. */
const candidates = (text: string): Candidate[] =>
  text.split(' ').map((item) => {
    const [id = '', rank = '1'] = item.split(':')
    return { id, name: id.toUpperCase(), rank: Number(rank) }
  })

const stock =
  (levels: Readonly<Record<string, number>>): Available =>
  (sku, id) =>
    levels[`${id} ${sku}`] ?? 0

/** `north: A×6@l1 B×1@l2 | south: …`, with `!` before it where it will be refused. */
const told = (choice: Choice): string =>
  (choice.fits ? '' : '!') +
  choice.parts
    .map(({ warehouseId, lines }) => `${warehouseId}: ${lines.map((item) => `${item.sku}×${item.quantity}`).join(' ')}`)
    .join(' | ')

describe('the choice of warehouses', () => {
  it.each<[string, FulfillmentLine[], string, Record<string, number>, boolean, string]>([
    ['one that has it all', [line('A', 2)], 'n:1', { 'n A': 2 }, false, 'n: A×2'],
    ['the preferred of two that have it all', [line('A', 2)], 's:2 n:1', { 'n A': 2, 's A': 99 }, false, 'n: A×2'],
    ['the one with most to spare where rank ties', [line('A', 2)], 'n:1 s:1', { 'n A': 3, 's A': 4 }, false, 's: A×2'],
    ['the first by id where that ties too', [line('A', 2)], 's:1 n:1', { 'n A': 3, 's A': 3 }, false, 'n: A×2'],
    [
      'by its scarcest SKU',
      [line('A', 1), line('B', 1)],
      'n:1 s:1',
      { 'n A': 99, 'n B': 1, 's A': 3, 's B': 3 },
      false,
      's: A×1 B×1',
    ],
    [
      'a less preferred one that has it all, before a split',
      [line('A', 5)],
      'n:1 s:9',
      { 'n A': 4, 's A': 5 },
      true,
      's: A×5',
    ],
    [
      'none, where one lacks a line and nothing may be split',
      [line('A', 1), line('B', 1)],
      'n:1 s:2',
      { 'n A': 1, 's B': 1 },
      false,
      '!n: A×1 B×1',
    ],
    [
      'both, where a line each may go',
      [line('A', 1), line('B', 1)],
      'n:1 s:2',
      { 'n A': 1, 's B': 1 },
      true,
      'n: A×1 | s: B×1',
    ],
    ['10 from 6 and 50: the one that has 10', [line('A', 10)], 'n:1 s:2', { 'n A': 6, 's A': 50 }, true, 's: A×10'],
    ['10 from 6 and 9: exactly 10', [line('A', 10)], 'n:1 s:2', { 'n A': 6, 's A': 9 }, true, 'n: A×6 | s: A×4'],
    ['10 from 6 and 3: nothing', [line('A', 10)], 'n:1 s:2', { 'n A': 6, 's A': 3 }, true, '!n: A×10'],
    [
      'two lines of one SKU as one need',
      [line('A', 3, 'l1'), line('A', 3, 'l2')],
      'n:1',
      { 'n A': 5 },
      true,
      '!n: A×3 A×3',
    ],
    [
      'two lines of one SKU, split where the first ends',
      [line('A', 3, 'l1'), line('A', 3, 'l2')],
      'n:1 s:2',
      { 'n A': 5, 's A': 1 },
      true,
      'n: A×3 A×2 | s: A×1',
    ],
    [
      'three warehouses in turn',
      [line('A', 6)],
      'n:1 s:2 w:3',
      { 'n A': 3, 's A': 2, 'w A': 1 },
      true,
      'n: A×3 | s: A×2 | w: A×1',
    ],
    ['past one that has nothing', [line('A', 4)], 'n:1 s:2 w:3', { 's A': 2, 'w A': 2 }, true, 's: A×2 | w: A×2'],
    [
      'past one that is short of what is promised',
      [line('A', 4)],
      'n:1 s:2 w:3',
      { 'n A': -3, 's A': 2, 'w A': 2 },
      true,
      's: A×2 | w: A×2',
    ],
    ['the preferred one in vain, so that the ledger knows who waits', [line('A', 1)], 's:2 n:1', {}, false, '!n: A×1'],
  ])('takes %s', (_, lines, names, levels, split, expected) =>
    expect(told(choose(lines, candidates(names), stock(levels), split))).toBe(expected),
  )

  it('is nobody where nobody is able', () =>
    expect(choose([line('A', 1)], [], stock({}), true)).toMatchObject({
      parts: [],
      fits: false,
      why: { zh: '没有可用仓库' },
    }))

  it('does not depend on the order of its candidates', () => {
    const levels = stock({ 'n A': 3, 's A': 3, 'w A': 9 })
    const told3 = ['n:1 s:1 w:2', 'w:2 s:1 n:1', 's:1 w:2 n:1'].map((names) =>
      told(choose([line('A', 5)], candidates(names), levels, true)),
    )
    expect(new Set(told3)).toEqual(new Set(['w: A×5']))
    const split = ['n:1 s:1', 's:1 n:1'].map((names) => told(choose([line('A', 5)], candidates(names), levels, true)))
    expect(new Set(split)).toEqual(new Set(['n: A×3 | s: A×2']))
  })

  it('says why in both languages, with names a person knows', () => {
    const why = (levels: Record<string, number>, split: boolean) =>
      choose([line('A', 5)], candidates('n:1 s:2'), stock(levels), split).why
    expect(why({ 'n A': 5 }, false)).toEqual({
      zh: 'N 能全部满足（2 个可用仓中优先级 1）',
      en: 'N has it all (rank 1 of 2 able)',
    })
    expect(why({ 'n A': 4, 's A': 4 }, true)).toEqual({
      zh: '没有一个仓能全部满足，拆到 N + S',
      en: 'no single warehouse has it all, split over N + S',
    })
    expect(why({}, true)).toEqual({ zh: '2 个可用仓都不够', en: 'none of 2 able warehouses has enough' })
  })
})

describe('whatever is asked and whatever is there', () => {
  const sku = fc.constantFrom('A', 'B', 'C')
  const lines = fc
    .array(fc.record({ sku, quantity: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 5 })
    .map((items) => items.map((item, i) => ({ ...item, lineId: `l${i}` })))
  const houses = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('n', 's', 'w', 'e'),
      rank: fc.integer({ min: 1, max: 3 }),
      levels: fc.dictionary(sku, fc.integer({ min: -3, max: 15 })),
    }),
    { selector: (item) => item.id, minLength: 1 },
  )
  const sum = (items: readonly FulfillmentLine[], key: (item: FulfillmentLine) => string): Map<string, number> => {
    const sums = new Map<string, number>()
    for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0) + item.quantity)
    return sums
  }

  it('a choice that fits takes what is there and no more, and sums to the need, line by line', () =>
    fc.assert(
      fc.property(lines, houses, fc.boolean(), (need, there, split) => {
        const free: Available = (code, id) => there.find((item) => item.id === id)?.levels[code] ?? 0
        const choice = choose(
          need,
          there.map((item) => ({ ...item, name: item.id })),
          free,
          split,
        )
        const total = sum(need, (item) => item.sku)
        const whole = there.some(({ id }) => [...total].every(([code, quantity]) => free(code, id) >= quantity))
        const together = [...total].every(
          ([code, quantity]) => there.reduce((all, { id }) => all + Math.max(0, free(code, id)), 0) >= quantity,
        )
        expect(choice.fits).toBe(whole || (split && together))
        expect(choice.parts.length === 1 || (split && !whole)).toBe(true)
        expect(
          sum(
            choice.parts.flatMap((part) => part.lines),
            (item) => `${item.lineId} ${item.sku}`,
          ),
        ).toEqual(sum(need, (item) => `${item.lineId} ${item.sku}`))
        expect(new Set(choice.parts.map((part) => part.warehouseId)).size).toBe(choice.parts.length)
        if (!choice.fits) return
        for (const part of choice.parts) {
          expect(part.lines.length).toBeGreaterThan(0)
          for (const [code, quantity] of sum(part.lines, (item) => item.sku))
            expect(quantity).toBeLessThanOrEqual(free(code, part.warehouseId))
          for (const item of part.lines) expect(item.quantity).toBeGreaterThan(0)
        }
      }),
      { seed: 5, numRuns: 3_000 },
    ))
})
