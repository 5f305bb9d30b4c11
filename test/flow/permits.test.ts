/** Permits against a clock of the test: counted in every window, given in order of urgency, never waited for in vain. */
import { describe, expect, it } from 'vitest'
import { type Permit, Permits } from '../../src/flow/permits.ts'
import type { Limits } from '../../src/wire/capability.ts'
import { Clock } from '../simulation/clock.ts'

const START = 1_780_000_000_000

const office = (limits: Limits) => {
  const clock = new Clock(START)
  const permits = new Permits(
    () => clock.now,
    (ms) => clock.sleep(ms),
  )
  const given: { name: string; at: number; permit: Permit }[] = []
  const ask = (name: string, { shipBy = 1e15, maxWaitMs = 600_000 } = {}): void => {
    void permits
      .ask(limits, { shipBy, maxWaitMs })
      .then((permit) => given.push({ name, at: clock.now - START, permit }))
  }
  return { clock, permits, given, ask, run: (ms: number) => clock.run(START + ms) }
}
const most = (times: readonly number[], window: number): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + window).length))

describe('permits', () => {
  it.each<[string, Limits, number, number]>([
    ['three a second', { perSecond: 3 }, 1_000, 3],
    ['thirty a minute', { perMinute: 30 }, 60_000, 30],
    ['half a second’s', { perSecond: 0.5 }, 2_000, 1],
    ['two a minute', { perMinute: 2 }, 30_000, 1],
    ['both', { perSecond: 2, perMinute: 60 }, 60_000, 60],
  ])('of %s are never more in any window, and no fewer than they may', async (_, limits, window, count) => {
    const { ask, given, run } = office(limits)
    for (let i = 0; i < 200; i++) ask(`${i}`)
    await run(240_000)
    const times = given.filter(({ permit }) => 'lease' in permit).map(({ at }) => at)
    expect(most(times, window)).toBe(count)
    const span = Math.min(240_000, 10 * window)
    expect(times.filter((at) => at < span).length).toBeGreaterThanOrEqual(
      Math.min(200, Math.floor((0.9 * count * span) / window)),
    )
  })

  it('go to who ships soonest, else to who came first', async () => {
    const { ask, given, run } = office({ perSecond: 1 })
    ask('first', { shipBy: 9 })
    for (const [name, shipBy] of [
      ['late', 9],
      ['soon', 1],
      ['late too', 9],
      ['soon too', 1],
    ] as const)
      ask(name, { shipBy })
    await run(10_000)
    expect(given.map(({ name }) => name)).toEqual(['first', 'soon', 'soon too', 'late', 'late too'])
  })

  it('of calls at once wait until one is given back, or its caller must have died', async () => {
    const { ask, given, permits, run, clock } = office({ concurrent: 2 })
    for (const name of ['a', 'b', 'c', 'd']) ask(name)
    await run(1_000)
    expect(given.map(({ name }) => name)).toEqual(['a', 'b'])
    const [first] = given
    clock.at(START + 2_000, () => permits.giveBack(first && 'lease' in first.permit ? first.permit.lease : 0))
    await run(3_000)
    expect(given.map(({ name, at }) => `${name} ${at}`).slice(2)).toEqual(['c 2000'])
    await run(61_000)
    expect(given.map(({ name, at }) => `${name} ${at}`).slice(3)).toEqual(['d 60000'])
  })

  it('that cannot come in time are refused at once, and say when to come again', async () => {
    const { ask, given, run } = office({ perSecond: 1 })
    for (const name of ['a', 'b', 'c', 'd']) ask(name, { maxWaitMs: 1_500 })
    await run(0)
    expect(given.map(({ name, permit }) => [name, 'after' in permit ? permit.after : 0])).toEqual([
      ['a', 0],
      ['c', 2_100],
      ['d', 2_100],
    ])
    await run(1_100)
    expect(given.at(-1)).toMatchObject({ name: 'b', at: 1_050 })
  })

  it('that a more urgent one took are refused when their time is over', async () => {
    const { ask, given, run, clock } = office({ perSecond: 1 })
    ask('a')
    ask('patient', { shipBy: 9, maxWaitMs: 1_500 })
    clock.at(START + 100, () => ask('urgent', { shipBy: 1 }))
    await run(5_000)
    expect(given.map(({ name, permit }) => [name, 'after' in permit])).toEqual([
      ['a', false],
      ['patient', true],
      ['urgent', false],
    ])
  })

  it('without a figure are given at once', async () => {
    const { ask, given, run } = office({})
    for (let i = 0; i < 50; i++) ask(`${i}`)
    await run(0)
    expect(given).toHaveLength(50)
  })
})
