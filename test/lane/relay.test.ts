import { describe, expect, it } from 'vitest'
import type { StockOp } from '../../src/domain/stock.ts'
import { ANNOUNCE_MS, Relay } from '../../src/lane/relay.ts'
import { Disk } from '../simulation/disk.ts'
import { event, laneOn, Machine, plainStages, START, settle } from './support.ts'

const open = () => {
  const machine = new Machine()
  return { machine, relay: new Relay(machine.ports()), restart: () => new Relay(machine.ports()) }
}
const op = (id: string): StockOp => ({ kind: 'release', id, sku: 'A', warehouseId: 'n', reservation: id })
const forward = (id: string, lane = 'shop:s2', at = START) => ({ lane, at, event: event(id) })

describe('a timer', () => {
  it('rings when its time has come, by the last word about it, also after a restart', () => {
    const { relay, restart } = open()
    relay.timer('O1', START + 10)
    relay.timer('O1', START + 20)
    relay.timer('O2', START + 5)
    relay.timer('O2', null)
    for (const one of [relay, restart()]) {
      expect([one.next(START), one.due(START + 19)]).toEqual([START + 20, []])
      expect(one.due(START + 20)).toMatchObject([{ id: `t:O1:${START + 20}`, ref: 'o:O1', body: { kind: 'timer' } }])
    }
  })

  it('of an order whose decision leaves it standing does not keep its lane awake for ever', async () => {
    const machine = new Machine()
    // The order is set aside, or its turn changes nothing: nobody takes the timer back.
    const lane = laneOn(machine, plainStages())
    lane.relay.timer('O1', START + 10)
    machine.now = START + 10
    machine.armed = undefined
    await lane.alarm()
    expect(machine.stored).toEqual([`t:O1:${START + 10}`])
    expect(machine.armed).toBeUndefined()
  })

  it('that was set anew to another time rings again', async () => {
    const machine = new Machine()
    const lane = laneOn(machine, plainStages({ unit: () => ({ timer: machine.now < START + 15 ? START + 20 : null }) }))
    lane.relay.timer('O1', START + 10)
    machine.now = START + 10
    await lane.alarm()
    expect(machine.armed).toBe(START + 20)
    machine.now = START + 20
    machine.armed = undefined
    await lane.alarm()
    expect([machine.stored.length, machine.armed]).toEqual([2, undefined])
  })
})

describe('an event for another lane', () => {
  it('is handed over when due, and no sooner', async () => {
    const { machine, relay } = open()
    relay.add(forward('a'))
    relay.add(forward('later', 'shop:s2', START + 10))
    await relay.flush(START, async () => undefined)
    expect(machine.forwarded.map((item) => [item.lane, item.events.map((one) => one.id)])).toEqual([['shop:s2', ['a']]])
    expect(relay.next(START)).toBe(START + 10)
  })

  it('is repeated until it is taken, under the same id, while other lanes get theirs', async () => {
    const { machine, relay, restart } = open()
    machine.unreachable.add('shop:s2')
    relay.add(forward('a'))
    relay.add(forward('b', 'shop:s3'))
    await relay.flush(START, async () => undefined)
    await relay.flush(START + 10, async () => undefined)
    expect([machine.forwarded.map((item) => item.lane), machine.reports.length]).toEqual([['shop:s3'], 1])
    machine.unreachable.clear()
    await relay.flush(START + 1_000, async () => undefined)
    await relay.flush(START + 2_000, async () => undefined)
    await restart().flush(START + 3_000, async () => undefined)
    expect(machine.forwarded.map((item) => [item.lane, ...item.events.map((one) => one.id)])).toEqual([
      ['shop:s3', 'b'],
      ['shop:s2', 'a'],
    ])
    expect(relay.next(START)).toBeUndefined()
  })

  it('of its own goes into its own log', async () => {
    const { machine, relay } = open()
    relay.add(forward('a', 'shop:s1'))
    const own: string[] = []
    await relay.flush(START, async (events) => void own.push(...events.map((item) => item.id)))
    expect([own, machine.forwarded]).toEqual([['a'], []])
  })
})

describe('an order set aside', () => {
  it('keeps its events in order, also after a restart, and gives them back once', () => {
    const { relay, restart } = open()
    relay.park({ key: 'p:P1', events: [event('a')] })
    relay.park({ key: 'p:P1', events: [event('b'), event('c')] })
    const next = restart()
    expect([next.isParked('p:P1'), next.isParked('p:P2'), next.parked()]).toEqual([true, false, ['p:P1']])
  })

  it('is not lost if its lane dies while it is being taken back', async () => {
    const machine = new Machine()
    const disk = new Disk()
    machine.sql = disk.open()
    const lane = laneOn(machine)
    lane.relay.park({ key: 'o:O1', events: [event('a')] })
    disk.flush()
    machine.instant = false
    void lane.append([event('x', { kind: 'timer' }, 'o:O2')])
    void lane.unpark('o:O1').catch(() => undefined)
    // The commit under way becomes durable; the next group, with what is taken back, does not.
    disk.flush()
    machine.syncs[0]?.done()
    await settle()
    disk.crash()
    machine.sql = disk.open()
    const next = laneOn(machine)
    const logged = next.log.read(0, 100, 1e6).logged.map((item) => item.event.id)
    expect([logged, next.relay.parked()]).toEqual([['x'], ['o:O1']])
  })

  it('that breaks again while it is being taken back keeps what came meanwhile', async () => {
    const machine = new Machine()
    const lane = laneOn(machine)
    lane.relay.park({ key: 'o:O1', events: [event('a')] })
    machine.instant = false
    const taking = lane.unpark('o:O1')
    expect(lane.relay.isParked('o:O1')).toBe(false)
    lane.relay.park({ key: 'o:O1', events: [event('b')] })
    machine.syncs[0]?.done()
    await taking
    expect([lane.relay.parked(), laneOn(machine).relay.parked()]).toEqual([['o:O1'], ['o:O1']])
    machine.instant = true
    await lane.unpark('o:O1')
    expect(lane.log.read(1, 10, 1e6).logged.map((item) => item.event.id)).toEqual(['b:again:1'])
  })
})

describe('what is owed to the ledger', () => {
  it('stands until it is answered, once each, also after a restart', () => {
    const { relay, restart } = open()
    relay.owe(op('a'))
    relay.owe(op('a'))
    relay.owe(op('b'))
    expect(
      restart()
        .owed()
        .map((item) => item.id),
    ).toEqual(['a', 'b'])
    relay.settle(['a', 'nobody'])
    expect(relay.owed().map((item) => item.id)).toEqual(['b'])
    relay.settle(['b'])
    expect([relay.owed(), relay.next(START)]).toEqual([[], undefined])
  })

  it('nudges its lane every five seconds', () => {
    const { relay } = open()
    relay.owe(op('a'))
    expect([relay.due(START).length, relay.due(START + 4_999).length, relay.due(START + 5_000).length]).toEqual([
      1, 0, 1,
    ])
  })
})

describe('levels that changed', () => {
  it('are announced once a second at most, and stay until they are', () => {
    const { relay, restart } = open()
    relay.markDirty(['A', 'B', 'A'])
    expect(relay.dirty(START)).toEqual(['A', 'B'])
    expect(restart().dirty(START)).toEqual(['A', 'B'])
    relay.announced(['A'], [forward('d')], START)
    expect([relay.dirty(START + ANNOUNCE_MS - 1), relay.dirty(START + ANNOUNCE_MS)]).toEqual([[], ['B']])
  })
})
