import { describe, expect, it } from 'vitest'
import { KEEP_MS, Log } from '../../src/lane/log.ts'
import { event, Machine, START, settle } from './support.ts'

const open = (instant = false) => {
  const machine = new Machine()
  machine.instant = instant
  const log = new Log(machine.ports())
  /** Appends, and tells how it stands: waiting, done or the error. */
  const append = (...ids: string[]) => {
    const state = { is: 'waiting' }
    const tell = (is: string) => () => Object.assign(state, { is })
    const events = ids.map((id) => event(id))
    log.append(events, () => undefined).then(tell('done'), (error: unknown) => tell(String(error))())
    return state
  }
  const segments = () =>
    machine.sql
      .all<{ ids: string }>('SELECT ids FROM segment ORDER BY seq')
      .map((row) => (JSON.parse(row.ids) as string[]).join(' '))
  return { machine, log, append, segments }
}

describe('an append', () => {
  it('is done once its commit is, and no sooner', async () => {
    const { machine, append, segments } = open()
    const first = append('a', 'b')
    await settle()
    expect([first.is, segments()]).toEqual(['waiting', ['a b']])
    machine.syncs[0]?.done()
    await settle()
    expect(first.is).toBe('done')
  })

  it('that comes while a commit is under way joins all others in the next', async () => {
    const { machine, append, segments } = open()
    const states = [append('a'), append('b'), append('c', 'd')]
    await settle()
    expect([segments(), machine.syncs.length]).toEqual([['a'], 1])
    machine.syncs[0]?.done()
    await settle()
    expect([segments(), states.map((state) => state.is)]).toEqual([
      ['a', 'b c d'],
      ['done', 'waiting', 'waiting'],
    ])
    machine.syncs[1]?.done()
    await settle()
    expect([states.map((state) => state.is), machine.syncs.length]).toEqual([['done', 'done', 'done'], 2])
  })

  it('whose commit fails is rejected with its whole group, and the next group goes on', async () => {
    const { machine, append } = open()
    const first = append('a')
    const group = [append('b'), append('c')]
    machine.syncs[0]?.done()
    await settle()
    const next = append('d')
    machine.syncs[1]?.fail(new Error('disk full'))
    await settle()
    machine.syncs[2]?.done()
    await settle()
    expect([first, ...group, next].map((state) => state.is)).toEqual([
      'done',
      'Error: disk full',
      'Error: disk full',
      'done',
    ])
  })

  it('whose commit failed counts as unseen: the same id is stored when it comes again', async () => {
    const { machine, append, segments } = open()
    const failed = append('a')
    machine.syncs[0]?.fail(new Error('disk full'))
    await settle()
    const again = append('a')
    machine.syncs[1]?.done()
    await settle()
    expect([failed.is, again.is, segments().at(-1)]).toEqual(['Error: disk full', 'done', 'a'])
  })

  it('that cannot even be written is rejected, and leaves no gap', async () => {
    const { machine, log, append } = open(true)
    machine.sql.run('ALTER TABLE segment RENAME TO away')
    const failed = append('a')
    await settle()
    machine.sql.run('ALTER TABLE away RENAME TO segment')
    const again = append('a')
    await settle()
    expect([failed.is.startsWith('Error'), again.is, log.last]).toEqual([true, 'done', 1])
  })
})

describe('a duplicate', () => {
  it('waits for the commit of the first, and is not stored again', async () => {
    const { machine, append, segments } = open()
    const states = [append('a'), append('a'), append('a', 'b')]
    await settle()
    expect(states.map((state) => state.is)).toEqual(['waiting', 'waiting', 'waiting'])
    machine.syncs[0]?.done()
    await settle()
    expect([states.map((state) => state.is), segments()]).toEqual([
      ['done', 'done', 'waiting'],
      ['a', 'b'],
    ])
  })

  it('of one whose commit fails is rejected too', async () => {
    const { machine, append } = open()
    const states = [append('a'), append('a')]
    machine.syncs[0]?.fail(new Error('x'))
    await settle()
    expect(states.map((state) => state.is)).toEqual(['Error: x', 'Error: x'])
  })

  it('within one append, and of one stored before, is one', async () => {
    const { append, segments } = open(true)
    append('a', 'a')
    await settle()
    const later = append('a')
    await settle()
    expect([later.is, segments()]).toEqual(['done', ['a']])
  })

  it('is known after a restart', async () => {
    const { machine, append } = open(true)
    append('a', 'b')
    await settle()
    const restarted = new Log(machine.ports())
    await restarted.append([event('a'), event('b'), event('c')], () => undefined)
    expect([restarted.last, restarted.read(1, 10, 1e6).logged.map((item) => item.event.id)]).toEqual([2, ['c']])
  })
})

describe('reading', () => {
  const filled = async (...groups: string[][]) => {
    const { log, machine } = open(true)
    for (const ids of groups)
      await log.append(
        ids.map((id) => event(id)),
        () => undefined,
      )
    return { log, machine }
  }

  it('gives whole segments in order, up to the bounds of a turn', async () => {
    const { log } = await filled(['a', 'b'], ['c'], ['d', 'e'])
    const ids = (from: number, events: number, chars = 1e6) => {
      const { to, logged } = log.read(from, events, chars)
      return [to, logged.map((item) => `${item.seq}${item.event.id}`).join(' ')]
    }
    expect(ids(0, 1)).toEqual([1, '1a 1b'])
    expect(ids(0, 3)).toEqual([2, '1a 1b 2c'])
    expect(ids(0, 100)).toEqual([3, '1a 1b 2c 3d 3e'])
    expect(ids(2, 100)).toEqual([3, '3d 3e'])
    expect(ids(3, 100)).toEqual([3, ''])
    expect(ids(0, 100, 10)).toEqual([1, '1a 1b'])
  })

  it('finds one event by its place', async () => {
    const { log } = await filled(['a', 'b'], ['c'])
    expect([log.find(1, 1)?.id, log.find(2, 0)?.id, log.find(2, 1), log.find(9, 0)]).toEqual([
      'b',
      'c',
      undefined,
      undefined,
    ])
  })

  it('splits what is too much for one segment', async () => {
    const { log } = open(true)
    await log.append(
      Array.from({ length: 450 }, (_, i) => event(`e${i}`)),
      () => undefined,
    )
    expect(log.last).toBe(3)
    await log.append(
      [1, 2, 3].map((i) => ({ ...event(`big${i}`), raw: 'x'.repeat(300_000) })),
      () => undefined,
    )
    expect(log.last).toBe(6)
  })
})

describe('trimming', () => {
  it.each<[string, number, number, number[]]>([
    ['before its time forgets nothing', 3, KEEP_MS, [1, 2, 3]],
    ['forgets what is old and applied, never the newest', 3, KEEP_MS + 1, [3]],
    ['forgets nothing that is not applied', 1, KEEP_MS + 1, [2, 3]],
    ['forgets nothing where nothing is applied', 0, 99 * KEEP_MS, [1, 2, 3]],
  ])('%s', async (_, applied, age, kept) => {
    const { log, machine } = open(true)
    for (const id of ['a', 'b', 'c']) await log.append([event(id)], () => undefined)
    log.trim(applied, START + age)
    expect(machine.sql.all('SELECT seq FROM segment ORDER BY seq').map((row) => row.seq)).toEqual(kept)
    await log.append([event('d')], () => undefined)
    expect(new Log(machine.ports()).last).toBe(4)
  })
})
