/** What a lane says so that people are told: that something new waits, and since when messages and connections wait. */
import { describe, expect, it } from 'vitest'
import { Lane } from '../../src/lane/lane.ts'
import { Outbox } from '../../src/lane/outbox.ts'
import { event, laneOn, Machine, plainStages, START } from './support.ts'

describe('news', () => {
  const lane = (opens: boolean) => {
    const machine = new Machine()
    return { machine, lane: laneOn(machine, plainStages({ opens: () => opens })) }
  }

  it('ring once a turn without jobs, and only where something waits', async () => {
    for (const opens of [true, false]) {
      const { machine, lane: one } = lane(opens)
      await one.append([event('a'), event('b')])
      await one.alarm()
      expect(machine.rung.flatMap(({ bells }) => bells.map(({ jobs }) => jobs))).toEqual(opens ? [[]] : [])
      await one.alarm()
      expect(machine.rung).toHaveLength(opens ? 1 : 0)
    }
  })

  it('never stand in the way of a turn', async () => {
    const machine = new Machine()
    const ports = { ...machine.ports(), ring: () => Promise.reject(new Error('no queue')) }
    const one = new Lane(ports, () => plainStages({ opens: () => true }))
    await one.append([event('a')])
    await one.alarm()
    expect([machine.stored, one.stats().failures, machine.reports.map(({ what }) => what)]).toEqual([
      ['a'],
      0,
      ['doorbell failed'],
    ])
  })
})

describe('waiting', () => {
  it('is as old as the oldest message that is not applied', async () => {
    const machine = new Machine()
    const one = laneOn(machine)
    await one.append([event('a')])
    machine.now = START + 60_000
    await one.append([event('b')])
    expect(one.log.at(one.offset + 1)).toBe(START)
    await one.alarm()
    expect(one.log.at(one.offset + 1)).toBeUndefined()
  })

  it('of a connection is counted from its first park, as long as it never came free', () => {
    const machine = new Machine()
    const outbox = new Outbox(machine.ports())
    const park = (at: number, ms: number) => {
      machine.now = START + at
      outbox.park('n', START + at + ms)
    }
    park(0, 30_000)
    park(31_000, 30_000)
    park(62_000, 30_000)
    expect(outbox.held(START + 70_000)).toEqual([{ connection: 'n', since: START }])
    expect(outbox.held(START + 93_000)).toEqual([])
    park(300_000, 30_000)
    expect(outbox.held(START + 310_000)).toEqual([{ connection: 'n', since: START + 300_000 }])
    outbox.unpark('n')
    expect(outbox.held(START + 310_000)).toEqual([])
  })
})
