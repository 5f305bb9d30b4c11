import { describe, expect, it } from 'vitest'
import { Lane } from '../../src/lane/lane.ts'
import { spillName, spillStages, spillTarget } from '../../src/lane/spill.ts'
import { event, laneOn, Machine } from './support.ts'

describe('the overflow of a lane', () => {
  it('has the lane’s name in its own, and none of its own', () => {
    expect([spillName('shop:s1'), spillName(spillName('shop:s1'))]).toEqual(['shop:s1~spill', 'shop:s1~spill'])
    expect([spillTarget('shop:s1~spill'), spillTarget('shop:s1')]).toEqual(['shop:s1', undefined])
  })

  it('hands every event on in its order, under its own id, until the lane has taken it', async () => {
    const machine = new Machine('shop:s1~spill')
    const spill = new Lane(
      machine.ports(),
      spillStages('shop:s1', () => machine.now),
    )
    machine.unreachable.add('shop:s1')
    await spill.append([event('a'), event('b')])
    await spill.append([event('c')])
    await spill.alarm()
    expect(machine.forwarded).toEqual([])
    machine.unreachable.clear()
    machine.now += 2_000
    await spill.alarm()
    await spill.alarm()
    expect(machine.forwarded.flatMap((item) => [item.lane, ...item.events.map((one) => one.id)])).toEqual([
      'shop:s1',
      'a',
      'b',
      'c',
    ])
  })

  it('and its lane together store an event once that both have', async () => {
    const target = new Machine()
    const lane = laneOn(target)
    await lane.append([event('a')])
    const machine = new Machine('shop:s1~spill')
    const spill = new Lane(
      { ...machine.ports(), forward: async (_, events) => lane.append(events) },
      spillStages('shop:s1', () => machine.now),
    )
    await spill.append([event('a'), event('b')])
    await spill.alarm()
    await lane.alarm()
    expect(target.stored).toEqual(['a', 'b'])
  })
})
