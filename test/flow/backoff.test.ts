import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextTry } from '../../src/flow/backoff.ts'
import { HOUR, MINUTE, SECOND, START } from './facts.ts'

const STEPS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR]
const jobs = Array.from({ length: 400 }, (_, i) => `place:${i}`)
const pauses = (attempt: number, shipBy?: number, after?: number) =>
  jobs.map((job) => (nextTry(job, attempt, START, shipBy, after) ?? 0) - START)

describe('the next try', () => {
  it.each(STEPS.map((step, i) => [i + 1, step] as const))(
    'after attempt %i comes within %i ms, and not before half of that',
    (attempt, step) => {
      const all = pauses(attempt)
      expect(Math.min(...all)).toBeGreaterThanOrEqual(step / 2)
      expect(Math.max(...all)).toBeLessThan(step)
      // Spread over the whole of it: a crowd that failed together does not come back together.
      expect(Math.min(...all)).toBeLessThan(step * 0.55)
      expect(Math.max(...all)).toBeGreaterThan(step * 0.95)
      expect(new Set(all).size).toBeGreaterThan(jobs.length * 0.7)
    },
  )

  it.each([7, 8, 100])('after attempt %i is a person’s', (attempt) =>
    expect(nextTry('a', attempt, START, undefined)).toBeUndefined(),
  )

  it('is the same however often it is asked, and another one for another job or attempt', () => {
    expect(nextTry('a', 3, START, undefined)).toBe(nextTry('a', 3, START, undefined))
    expect(nextTry('a', 3, START, undefined)).not.toBe(nextTry('b', 3, START, undefined))
  })

  it.each<[string, number, number, number]>([
    ['far off', 6, 100 * HOUR, 2 * HOUR],
    ['two hours off', 6, 2 * HOUR, 30 * MINUTE],
    ['a minute off', 6, MINUTE, 15 * SECOND],
    ['ten seconds off', 6, 10 * SECOND, 5 * SECOND],
    ['a second off', 1, SECOND, 5 * SECOND],
    ['past', 6, -HOUR, MINUTE],
    ['now', 6, 0, MINUTE],
  ])('with a ship-by time %s, after attempt %i, comes at most %i + %i later', (_, attempt, shipBy, most) => {
    const all = pauses(attempt, START + shipBy)
    expect(Math.max(...all)).toBeLessThanOrEqual(most)
    expect(Math.min(...all)).toBeGreaterThan(0)
  })

  it.each<[number, number]>([
    [45 * SECOND, 45 * SECOND],
    [0, SECOND],
    [-5, SECOND],
    [24 * HOUR, 24 * HOUR],
  ])(
    'that the partner asked for in %i ms comes in %i, also when all tries are used up or the ship-by time is near',
    (after, pause) => {
      expect(new Set(pauses(1, undefined, after))).toEqual(new Set([pause]))
      expect(new Set(pauses(9, START + MINUTE, after))).toEqual(new Set([pause]))
    },
  )

  it('is a whole number of ms in the future, whatever is asked', () =>
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 6 }),
        fc.option(fc.integer({ min: -1e9, max: 1e9 }), { nil: undefined }),
        (job, attempt, off) => {
          const at = nextTry(job, attempt, START, off === undefined ? undefined : START + off)
          expect(Number.isInteger(at)).toBe(true)
          expect(at).toBeGreaterThan(START)
        },
      ),
      { seed: 6, numRuns: 2_000 },
    ))
})
