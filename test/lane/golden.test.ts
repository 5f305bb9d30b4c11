import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Log } from '../../src/lane/log.ts'
import { FORMAT, Records, type TurnRecord } from '../../src/lane/turn.ts'
import { line, order } from '../flow/events.ts'
import { make } from './golden/make.ts'
import { Shop } from './shop.ts'
import { Machine, START } from './support.ts'

/** Written by the first release: see golden/README.md. */
const golden = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, 'golden', name), 'utf8')) as T
const segment = golden<{ seq: number; at: number; ids: string; events: string }>('segment-v1.json')
const turn = golden<{ ask: string; write: string }>('turn-v1.json')

const insert = (sql: Shop['sql'], { seq, at, ids, events } = segment): void =>
  void sql.run('INSERT OR REPLACE INTO segment (seq, at, ids, events) VALUES (?, ?, ?, ?)', seq, at, ids, events)

it.runIf(process.env.GOLDEN === 'write')('is written, until the first release is out', make)

describe('a segment of the first release', () => {
  it('is read event by event, with its raw messages and its ids', async () => {
    const machine = new Machine()
    const empty = new Log(machine.ports())
    expect(empty.last).toBe(0)
    insert(machine.sql as Shop['sql'])
    const log = new Log(machine.ports())
    const { to, logged } = log.read(0, 1_000, 1e6)
    expect(to).toBe(segment.seq)
    expect(logged.map((item) => item.event.body.kind)).toEqual([
      'platform',
      'warehouse',
      'warehouse',
      'command',
      'outcome',
      'wake',
      'timer',
      'dirty',
      'problem',
    ])
    expect(log.find(segment.seq, 0)?.raw).toMatch(/^v1\./)
    await log.append(
      logged.map((item) => item.event),
      () => undefined,
    )
    expect(log.last).toBe(segment.seq)
  })
})

describe('a turn record of the first release', () => {
  it.each(['ask', 'write'] as const)('that is to %s is read', (stage) => {
    const machine = new Machine()
    const records = new Records(machine.ports())
    records.write(JSON.parse(turn[stage]) as TurnRecord<unknown>)
    expect(records.read()).toMatchObject({ format: 1, stage, to: segment.seq, clock: START })
    expect(FORMAT).toBeGreaterThanOrEqual(1)
  })

  it.each(['ask', 'write'] as const)(
    'that is to %s is brought to its end, as if its own release had done so',
    async (stage) => {
      const shop = new Shop()
      shop.receive('A', 9)
      shop.receive('B', 9)
      await shop.say('p:P1', { kind: 'platform', event: order({ lines: [line('1', 'A', 2)] }) })
      // What the lane stood at when it was stopped: everything before the segment was done.
      const before = segment.seq - 1
      shop.store.db.prepare('UPDATE lane_progress SET seq = ?').run(before)
      shop.sql.run("UPDATE meta SET value = ? WHERE key = 'offset'", before)
      if (stage === 'write') shop.sql.run("UPDATE meta SET value = value + 1 WHERE key = 'order_no'")
      insert(shop.sql)
      shop.sql.run('INSERT INTO turn (part, body) VALUES (0, ?)', turn[stage])
      shop.restart()
      await shop.lane.alarm()
      expect(shop.reports).toEqual([])
      expect([shop.order('P1').state, shop.order('P1').fulfillments[0]?.status]).toEqual(['shipped', 'shipped'])
      expect([shop.order('P2').state, shop.order('P2').fulfillments[0]?.status]).toEqual(['reserved', 'reserved'])
      const jobs = shop.lane.outbox.list(9).map((row) => row.kind)
      expect(jobs).toEqual(expect.arrayContaining(['place', 'ship']))
      expect(shop.store.all('SELECT code FROM exceptions')).toMatchObject([{ code: 'payload_malformed' }])
    },
  )
})
