import { describe, expect, it } from 'vitest'
import type { StockOp } from '../../src/domain/stock.ts'
import { event, job, laneOn, Machine, plainStages, START, settle } from './support.ts'

const reserve = (id: string): StockOp => ({
  ...{ kind: 'reserve', id, sku: 'A', warehouseId: 'n', reservation: `${id}:A`, quantity: 1, eligible: ['n'] },
  claimant: { orderId: 'O1', shipBy: START, placedAt: START },
})
const turnRow = (machine: Machine) => machine.sql.all<{ body: string }>('SELECT body FROM turn')[0]?.body

describe('a turn', () => {
  it('stores rows and fence in one batch, then publishes jobs, and clears its record', async () => {
    const machine = new Machine()
    const lane = laneOn(machine, plainStages({ unit: (_, ids) => ({ jobs: ids.map((id) => job(id)) }) }))
    await lane.append([event('a'), event('b', { kind: 'timer' }, 'o:O2')])
    await lane.alarm()
    expect([machine.stored, machine.d1, lane.offset]).toEqual([['a', 'b'], { seq: 1, epoch: 1 }, 1])
    expect([lane.stats().jobs, turnRow(machine), machine.rung.flatMap((item) => item.bells[0]?.jobs)]).toEqual([
      2,
      undefined,
      ['a', 'b'],
    ])
  })

  it('arms the alarm with the append, and nothing once all is done', async () => {
    const machine = new Machine()
    const lane = laneOn(machine)
    expect(machine.armed).toBeUndefined()
    await lane.append([event('a')])
    expect(machine.armed).toBe(START)
    machine.armed = undefined
    await lane.alarm()
    expect(machine.armed).toBeUndefined()
  })

  it('takes what came meanwhile in the next turn of the same alarm', async () => {
    const machine = new Machine()
    let late = false
    const lane = laneOn(
      machine,
      plainStages({
        load: async () => {
          if (!late) void lane.append([event('b')])
          late = true
          return {}
        },
      }),
    )
    await lane.append([event('a')])
    await lane.alarm()
    expect([machine.stored, machine.batches.length]).toEqual([['a', 'b'], 2])
  })

  it('begun by a former instance goes on where it was, and does not decide again', async () => {
    const machine = new Machine()
    let begun = 0
    const stages = () => plainStages({ ops: () => [reserve(`D${++begun}`)] })
    const first = laneOn(machine, stages())
    machine.stock = () => ({ results: [], levels: [], wakes: [] })
    machine.refuse = () => ({ error: 'no connection' })
    await first.append([event('a')])
    await first.alarm()
    expect([begun, machine.stored]).toEqual([1, []])
    machine.refuse = () => undefined
    await laneOn(machine, stages()).alarm()
    expect([begun, machine.stored]).toEqual([1, ['a']])
  })

  it('whose answer was lost, but not its batch, is done: nothing is stored twice', async () => {
    const machine = new Machine()
    let lost = true
    machine.refuse = (batch) => {
      if (!batch[0]?.sql.startsWith('UPDATE lane_progress') || !lost) return undefined
      lost = false
      return { error: 'the answer was lost', lost: true }
    }
    const lane = laneOn(machine)
    await lane.append([event('a')])
    await lane.alarm()
    expect([machine.stored, lane.offset, lane.stats().failures]).toEqual([['a'], 1, 0])
  })

  it('of a lane that somebody else has taken over stores nothing, and the lane is taken back before the next', async () => {
    const machine = new Machine()
    const lane = laneOn(machine)
    await lane.append([event('a')])
    await lane.alarm()
    machine.d1.epoch += 1
    await lane.append([event('b')])
    await lane.alarm()
    expect([machine.stored, lane.offset, lane.stats().failures]).toEqual([['a'], 1, 1])
    await lane.alarm()
    expect([machine.stored, lane.offset, machine.d1.epoch]).toEqual([['a', 'b'], 2, 3])
  })

  it('is tried again later and later while the store fails, and nothing is lost', async () => {
    const machine = new Machine()
    const lane = laneOn(machine)
    await lane.append([event('a')])
    machine.refuse = () => ({ error: 'no connection' })
    const pauses: number[] = []
    for (let i = 0; i < 7; i++) {
      machine.armed = undefined
      await lane.alarm()
      pauses.push((machine.armed ?? 0) - machine.now)
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 5_000, 15_000, 30_000, 30_000])
    machine.refuse = () => undefined
    await lane.alarm()
    expect([machine.stored, lane.stats().failures]).toEqual([['a'], 0])
  })

  it('of a lane whose log and store disagree is refused, loudly', async () => {
    const machine = new Machine()
    machine.d1.seq = 7
    const lane = laneOn(machine)
    await lane.append([event('a')])
    await lane.alarm()
    expect([machine.stored, machine.reports[0]?.what]).toEqual([[], 'lane_refused'])
    expect(lane.stats()).toMatchObject({ backlog: 1, failures: 1, refused: { store: 7, log: 0 } })
    // As Recovery has it: a person sets the store to what the log says.
    machine.d1.seq = 0
    await lane.alarm()
    expect([machine.stored, lane.stats().refused]).toEqual([['a'], null])
  })

  it('that kills its object again and again is set aside whole, with what it asked given back', async () => {
    const machine = new Machine()
    const stages = () => plainStages({ ops: () => [reserve('D1')], read: () => assertNever() })
    const assertNever = (): never => {
      throw new Error('out of memory')
    }
    await laneOn(machine, stages()).append([event('a'), event('b', { kind: 'timer' }, 'o:O2')])
    for (let i = 0; i < 6; i++) await laneOn(machine, stages()).alarm()
    const lane = laneOn(machine)
    expect([machine.stored, lane.relay.parked(), lane.offset]).toEqual([
      ['parked o:O1: the turn kept failing', 'parked o:O2: the turn kept failing'],
      ['o:O1', 'o:O2'],
      1,
    ])
    expect(lane.relay.owed()).toEqual([
      { kind: 'release', id: 'D1:back', sku: 'A', warehouseId: 'n', reservation: 'D1:A' },
    ])
  })
})

describe('a turn record of another release', () => {
  const strange = async () => {
    const machine = new Machine()
    const lane = laneOn(machine, plainStages({ ops: () => [reserve('D1'), reserve('D2')] }))
    machine.refuse = () => ({ error: 'no connection' })
    await lane.append([event('a')])
    await lane.alarm()
    const record = {
      format: 99,
      stage: 'ask',
      from: 0,
      to: 1,
      clock: START,
      tries: 1,
      asked: [reserve('D1'), reserve('D2')],
      state: 'who knows',
    }
    machine.sql.run('UPDATE turn SET body = ? WHERE part = 0', JSON.stringify(record))
    machine.refuse = () => undefined
    return machine
  }

  it('is not read: what it reserved is given back by name, and its events are decided anew', async () => {
    const machine = await strange()
    let asked: readonly StockOp[] = []
    machine.stock = (_, request) => {
      asked = request.ops
      return { results: request.ops.map((op) => ({ id: op.id, outcome: 'ok' })), levels: [], wakes: [] }
    }
    const lane = laneOn(machine, plainStages({ ops: () => [...lane.relay.owed(), reserve('D3')] }))
    await lane.alarm()
    expect(asked.map((op) => `${op.kind} ${op.id}`)).toEqual(['release D1:back', 'release D2:back', 'reserve D3'])
    expect([machine.stored, lane.relay.owed(), lane.offset]).toEqual([['a'], [], 1])
  })

  it('has lost nothing if the new release is stopped before it has given back', async () => {
    const machine = await strange()
    machine.refuse = () => ({ error: 'no connection' })
    await laneOn(machine, plainStages({ load: async () => Promise.reject(new Error('no connection')) })).alarm()
    expect(laneOn(machine).relay.owed()).toHaveLength(2)
    machine.refuse = () => undefined
    await laneOn(machine).alarm()
    expect(machine.stored[0]).toBe('a')
  })
})

describe('an order whose rows the store refuses', () => {
  const poisoned = (bad: readonly string[]) => {
    const machine = new Machine()
    machine.refuse = (batch) =>
      batch.some((statement) => bad.includes(String(statement.values[0])))
        ? { error: 'CHECK constraint failed' }
        : undefined
    return machine
  }
  const ids = Array.from({ length: 9 }, (_, i) => `e${i}`)
  const events = ids.map((id, i) => event(id, { kind: 'timer' }, `o:O${i}`))

  it.each([[['e4']], [['e0', 'e8']], [ids]])('%j is found and set aside; the others are stored', async (bad) => {
    const machine = poisoned(bad)
    const lane = laneOn(machine)
    await lane.append(events)
    await lane.alarm()
    const parked = bad.map((id) => `o:O${id.slice(1)}`)
    const last = machine.batches.at(-1)?.map((statement) => String(statement.values[0])) ?? []
    expect(last.filter((row) => !row.startsWith('parked'))).toEqual(ids.filter((id) => !bad.includes(id)))
    expect([last.filter((row) => row.startsWith('parked')).length, lane.relay.parked().sort(), lane.offset]).toEqual([
      bad.length,
      parked,
      1,
    ])
    expect(
      machine.sql
        .all<{ events: string }>('SELECT events FROM parked')
        .flatMap((row) => JSON.parse(row.events) as { id: string }[])
        .map((item) => item.id)
        .sort(),
    ).toEqual(bad)
  })

  it('comes back under new ids when it is taken again', async () => {
    const machine = poisoned(['e1'])
    const lane = laneOn(machine)
    await lane.append(events.slice(0, 2))
    await lane.alarm()
    await lane.unpark('o:O1')
    await lane.alarm()
    expect([machine.stored.at(-1), lane.relay.parked(), lane.stats()]).toEqual([
      'e1:again:0',
      [],
      { backlog: 0, jobs: 0, parked: 0, failures: 0, refused: null },
    ])
  })

  it('is not looked for where the store merely fails', async () => {
    const machine = new Machine()
    machine.refuse = () => ({ error: 'D1_ERROR: overloaded' })
    const lane = laneOn(machine)
    await lane.append(events)
    await lane.alarm()
    await settle()
    expect([lane.relay.parked(), lane.offset, turnRow(machine)?.includes('"stage":"write"')]).toEqual([[], 0, true])
  })
})
