import { describe, expect, it } from 'vitest'
import { Outbox } from '../../src/lane/outbox.ts'
import { job, LEASE, Machine, START } from './support.ts'

const open = (...drafts: ReturnType<typeof job>[]) => {
  const machine = new Machine()
  const outbox = new Outbox(machine.ports())
  outbox.add(drafts)
  return { machine, outbox, restart: () => new Outbox(machine.ports()) }
}
const taken = (outbox: Outbox, now = START, ...ids: string[]) =>
  outbox.claim(ids.length > 0 ? ids : ['a', 'b', 'c'], now).map((claim) => claim.id)

describe('a claim', () => {
  it('hands a due job out once, with its body and the first attempt', () => {
    const { outbox } = open(job('a'))
    expect(outbox.claim(['a', 'nobody'], START)).toEqual([
      {
        id: 'a',
        kind: 'place',
        connection: 'n',
        subject: 'doc-a',
        ref: 'o:O1',
        attempt: 1,
        sentAt: 0,
        shipBy: START + 1_000_000,
        body: { kind: 'fetch', platformOrderId: 'a' },
      },
    ])
    expect([taken(outbox), outbox.facts('a', START)]).toEqual([[], { connection: 'n', attempts: 1, leased: true }])
  })

  it('stands after a restart, until its lease has run out', () => {
    const { outbox, restart } = open(job('a'))
    outbox.claim(['a'], START)
    const next = restart()
    expect([taken(next, START + LEASE - 1), next.facts('a', START + 1)?.leased]).toEqual([[], true])
    expect(next.claim(['a'], START + LEASE)).toMatchObject([{ attempt: 2, sentAt: START }])
  })

  it('that never reported may have sent something: the next one is told when', () => {
    const { outbox } = open(job('a'))
    outbox.claim(['a'], START)
    expect(outbox.claim(['a'], START + LEASE)).toMatchObject([{ attempt: 2, sentAt: START }])
    expect(outbox.claim(['a'], START + 2 * LEASE)).toMatchObject([{ attempt: 3, sentAt: START + LEASE }])
  })

  it.each([
    ['that may have done something', false, START],
    ['that certainly did nothing', true, 0],
  ])('%s and is to be tried again remembers it', (_, unsent, sentAt) => {
    const { outbox, restart } = open(job('a'))
    outbox.claim(['a'], START)
    outbox.changeAll([{ id: 'a', at: START + 5_000, unsent }])
    expect([taken(outbox, START + 4_999), outbox.facts('a', START)?.leased]).toEqual([[], false])
    for (const box of [restart(), outbox])
      expect(box.claim(['a'], START + 5_000)).toMatchObject([{ attempt: 2, sentAt }])
  })

  it('that did nothing does not take back what an earlier one may have done', () => {
    const { outbox } = open(job('a'))
    outbox.claim(['a'], START)
    outbox.changeAll([{ id: 'a', at: START + 10, unsent: false }])
    outbox.claim(['a'], START + 10)
    outbox.changeAll([{ id: 'a', at: START + 20, unsent: true }])
    expect(outbox.claim(['a'], START + 20)).toMatchObject([{ attempt: 3, sentAt: START }])
  })

  it('of one subject is one at a time, whatever the jobs', () => {
    const { outbox, restart } = open(
      job('a', { subject: 'doc' }),
      job('b', { subject: 'doc', kind: 'cancel' }),
      job('c'),
    )
    expect(taken(outbox)).toEqual(['a', 'c'])
    expect([taken(outbox), taken(restart())]).toEqual([[], []])
    outbox.changeAll([{ id: 'a', drop: true }])
    expect(taken(outbox)).toEqual(['b'])
  })

  it('of a subject whose holder was lost goes to the other when the lease runs out', () => {
    const { outbox } = open(job('a', { subject: 'doc' }), job('b', { subject: 'doc' }))
    taken(outbox)
    expect([taken(outbox, START + LEASE - 1, 'b'), taken(outbox, START + LEASE, 'b')]).toEqual([[], ['b']])
  })

  it('before its time, of a parked or a held job takes nothing', () => {
    for (const again of [false, true]) {
      const { outbox, restart } = open(job('a', { at: START + 1 }), job('b'), job('c'))
      outbox.changeAll([{ id: 'b', at: undefined }])
      outbox.hold('c')
      const box = again ? restart() : outbox
      expect([taken(box), taken(box, START + 1)]).toEqual([[], ['a']])
    }
  })
})

describe('a credential that waits', () => {
  it('keeps its jobs, and no others, until its time', () => {
    const { outbox, restart } = open(job('a'), job('b', { connection: 's' }))
    outbox.park('n', START + 60_000)
    expect([taken(outbox), taken(restart(), START + 59_999), taken(restart(), START + 60_000)]).toEqual([
      ['b'],
      [],
      ['a'],
    ])
  })

  const crowd = () => {
    const jobs = ['a', 'b', 'c', 'd'].map((id, i) => job(id, { shipBy: START + 1_000_000 - i }))
    const box = open(...jobs, job('other', { connection: 's' }))
    box.outbox.park('n', START + 60_000)
    return box
  }
  const all = (outbox: Outbox, now: number) => taken(outbox, now, 'a', 'b', 'c', 'd', 'other')
  const over = START + 60_000

  it('is tried with its most urgent job once its time has come; the others follow when that has come to an end', () => {
    for (const again of [false, true]) {
      const { machine, outbox, restart } = crowd()
      const box = again ? restart() : outbox
      machine.now = over
      expect([
        [...box.bells('l', over)].flatMap(([, bells]) => bells.flatMap((bell) => bell.jobs)),
        all(box, over),
      ]).toEqual([
        ['d', 'other'],
        ['d', 'other'],
      ])
      expect([all(box, over + 1), box.next(over + 1)]).toEqual([[], over + LEASE])
      box.changeAll([{ id: 'd', at: over + 5_000 }])
      expect([box.bells('l', over).get('dispatch')?.[0]?.jobs, all(box, over)]).toEqual([
        ['c', 'b', 'a'],
        ['a', 'b', 'c'],
      ])
      expect(machine.sql.all('SELECT connection FROM credential')).toEqual([])
    }
  })

  it('whose trial is told to wait again waits again, with one trial after that', () => {
    const { machine, outbox } = crowd()
    machine.now = over
    all(outbox, over)
    outbox.changeAll([{ id: 'd', at: over + 30_000, attempts: 0, unsent: true }])
    outbox.park('n', over + 30_000)
    expect([all(outbox, over + 29_999), all(outbox, over + 30_000)]).toEqual([[], ['d']])
  })

  it('whose trial never reports is tried with the next when the lease has run out', () => {
    const { machine, outbox } = crowd()
    machine.now = over
    all(outbox, over)
    machine.now = over + LEASE
    expect(taken(outbox, over + LEASE, 'a', 'b', 'c', 'd')).toEqual(['d'])
  })

  it('whose trial is taken back, parked or held up is tried with the next', () => {
    const { machine, outbox } = crowd()
    machine.now = over
    outbox.changeAll([
      { id: 'd', drop: true },
      { id: 'c', at: undefined },
      { id: 'b', at: over + 1 },
    ])
    expect(all(outbox, over)).toEqual(['a', 'other'])
  })

  it('of which a call from before its pause ends in it goes on waiting', () => {
    const { machine, outbox } = open(job('a'), job('b'))
    taken(outbox, START, 'a')
    outbox.park('n', over)
    machine.now = START + 1
    outbox.changeAll([{ id: 'a', drop: true }])
    expect([taken(outbox, over - 1), taken(outbox, over)]).toEqual([[], ['b']])
  })

  it('asked to wait for less does not wait for less', () => {
    const { outbox } = open(job('a'))
    outbox.park('n', START + 60_000)
    outbox.park('n', START + 10)
    expect(taken(outbox, START + 59_999)).toEqual([])
  })

  it('renewed lets its jobs go at once, those parked for a person not', () => {
    const { machine, outbox, restart } = open(job('a'), job('b', { at: START + 600_000 }), job('c'))
    outbox.park('n', Number.MAX_SAFE_INTEGER)
    outbox.changeAll([{ id: 'c', at: undefined }])
    machine.now = START + 5
    outbox.unpark('n')
    expect(taken(outbox, START + 5)).toEqual(['a', 'b'])
    expect(taken(restart(), START + 5)).toEqual([])
  })
})

describe('doorbells', () => {
  const rung = (outbox: Outbox, now: number) =>
    [...outbox.bells('shop:s1', now)].flatMap(([queue, bells]) =>
      bells.map((bell) => `${queue}: ${bell.jobs.join(' ')}`),
    )

  it('ring for what is due, the most urgent first, each kind in its queue, few ids each', () => {
    const many = Array.from({ length: 8 }, (_, i) => job(`p${i}`, { shipBy: START + 100 - i }))
    const { outbox } = open(
      ...many,
      job('s', { kind: 'ship' }),
      job('k', { kind: 'stock' }),
      job('later', { at: START + 1 }),
    )
    expect(rung(outbox, START)).toEqual(['dispatch: p7 p6 p5 p4 p3 p2', 'dispatch: p1 p0', 'writeback: s', 'stock: k'])
  })

  it('ring again after fifteen seconds, and not before', () => {
    const { outbox } = open(job('a'))
    expect([rung(outbox, START), rung(outbox, START + 14_999), rung(outbox, START + 15_000)]).toEqual([
      ['dispatch: a'],
      [],
      ['dispatch: a'],
    ])
  })

  it('do not ring for what is under way, or waits for its credential or its subject', () => {
    const { outbox } = open(job('a', { subject: 'doc' }), job('b', { subject: 'doc' }), job('c', { connection: 's' }))
    outbox.park('s', START + 60_000)
    taken(outbox)
    expect([rung(outbox, START), rung(outbox, START + 60_000)]).toEqual([[], ['dispatch: c']])
    expect(rung(outbox, START + LEASE)).toEqual(['dispatch: a b c'])
  })

  it('ring at once after a restart: nobody knows who heard the last', () => {
    const { outbox, restart } = open(job('a'))
    rung(outbox, START)
    expect(rung(restart(), START + 1)).toEqual(['dispatch: a'])
  })
})

describe('the next time it wants attention', () => {
  it.each<[string, (outbox: Outbox) => void, number | undefined]>([
    ['is when the first job is due', () => undefined, START + 10],
    ['is when a claim runs out', (outbox) => void outbox.claim(['a'], START + 10), START + 10 + LEASE],
    ['is when the bell rings again', (outbox) => void outbox.bells('x', START + 10), START + 10 + 15_000],
    ['is when the credential may be used', (outbox) => outbox.park('n', START + 600_000), START + 600_000],
    ['is never for what is parked', (outbox) => outbox.changeAll([{ id: 'a', at: undefined }]), undefined],
    ['is never for what is done', (outbox) => outbox.changeAll([{ id: 'a', drop: true }]), undefined],
  ])('%s', (_, work, at) => {
    const { outbox } = open(job('a', { at: START + 10 }))
    work(outbox)
    expect(outbox.next(START + 10)).toBe(at)
  })
})

it('a job that stands already stays as it is, and one that is gone is nobody’s', () => {
  const { outbox } = open(job('a'))
  outbox.claim(['a'], START)
  outbox.add([job('a', { at: START + 999 })])
  expect([outbox.facts('a', START)?.attempts, outbox.size, outbox.of('o:O1')]).toEqual([1, 1, ['a']])
  outbox.changeAll([{ id: 'a', drop: true }])
  outbox.changeAll([{ id: 'a', at: START }])
  expect([outbox.facts('a', START), outbox.size, outbox.of('o:O1')]).toEqual([undefined, 0, []])
})
