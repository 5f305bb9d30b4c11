import { describe, expect, it } from 'vitest'
import { cancelled, order, refund, sealed } from './events.ts'
import { HOUR, MINUTE, START } from './facts.ts'
import { Desk } from './support.ts'

describe('messages in the wrong order', () => {
  it('a cancel before its order: nothing is ever reserved', () => {
    const desk = new Desk().platform(cancelled())
    expect(desk.state).toBe('cancelled')
    desk.platform(order())
    expect([desk.state, desk.order.version, desk.fulfillments, desk.ledger.seen]).toEqual(['cancelled', START, [], []])
  })

  it('a refund before its order: held, and sent once it is withdrawn', () => {
    const desk = new Desk().platform(refund('requested')).platform(order())
    expect([desk.state, desk.fulfillments]).toEqual(['held', []])
    desk.platform(refund('withdrawn', START + 1))
    expect([desk.state, desk.jobIds]).toEqual(['reserved', ['place']])
  })

  it('an older version after a newer one: noted, and nothing else', () => {
    const desk = new Desk().platform(order({ version: START + 10, flag: 'new' }))
    desk.platform(order({ version: START + 9, flag: 'old', status: 'cancelled' }))
    expect([desk.said, desk.order.flag, desk.order.version, desk.state]).toEqual([
      ['order_stale'],
      'new',
      START + 10,
      'reserved',
    ])
  })

  it('the same version again: nothing at all', () => {
    const desk = new Desk().platform(order())
    const before = JSON.stringify(desk.order)
    desk.platform(order())
    expect([desk.units, JSON.stringify(desk.order) === before]).toEqual([[], true])
  })

  it('the same version with other content: the content counts', () => {
    const desk = new Desk().platform(order())
    desk.platform(order({ digest: 'k1.other', sealed: 'v1.other' }))
    expect([desk.said[0], desk.order.sealed]).toEqual(['order_updated', 'v1.other'])
    const [place] = [...desk.jobs.all.values()].filter((job) => job.draft.kind === 'place')
    expect(place?.draft.body).toMatchObject({ order: { sealed: 'v1.other' } })
  })

  it.each<[string, Parameters<typeof refund>[], string]>([
    [
      'requested, then withdrawn',
      [
        ['requested', 1],
        ['withdrawn', 2],
      ],
      'withdrawn',
    ],
    [
      'withdrawn, then the older request',
      [
        ['withdrawn', 2],
        ['requested', 1],
      ],
      'withdrawn',
    ],
    [
      'requested twice',
      [
        ['requested', 1],
        ['requested', 1],
      ],
      'requested',
    ],
    [
      'withdrawn, then asked for again',
      [
        ['requested', 1],
        ['withdrawn', 2],
        ['requested', 3],
      ],
      'requested',
    ],
    [
      'refunded, then a withdrawal of the same moment',
      [
        ['refunded', 2],
        ['withdrawn', 2],
      ],
      'refunded',
    ],
  ])('a refund %s', (_, events, status) => {
    const desk = new Desk().platform(order())
    for (const [what, at = 0] of events) desk.platform(refund(what, START + at))
    expect(desk.order.refunds.r1?.status).toBe(status)
  })

  it('a ship-by time: the newer word counts, whatever comes last', () => {
    const shipBy = (hours: number, at: number) =>
      ({ type: 'shipBy', platformOrderId: 'P1', shipBy: START + hours * HOUR, at: START + at }) as const
    const desk = new Desk()
      .platform(order({ shipBy: START + 48 * HOUR }))
      .platform(shipBy(60, 5))
      .platform(shipBy(50, 4))
    expect(desk.order.shipBy).toBe(START + 60 * HOUR)
    expect(desk.timers.get(desk.order.id)).toBe(START + 58 * HOUR)
    desk.platform(order({ version: START + 4, flag: 'x', shipBy: START + 40 * HOUR }))
    expect(desk.order.shipBy).toBe(START + 60 * HOUR)
    desk.platform(order({ version: START + 6, flag: 'y', shipBy: START + 72 * HOUR }))
    expect(desk.order.shipBy).toBe(START + 72 * HOUR)
  })
})

describe('a thin message', () => {
  const changed = (at = START) => ({ type: 'changed', platformOrderId: 'P1', what: 'paid', at }) as const

  it('asks the platform once, and the answer is folded in like a push', () => {
    const desk = new Desk().platform(changed()).platform(changed(START + 1))
    expect(desk.jobIds).toEqual(['fetch'])
    desk.run('fetch', { class: 'done', value: { order: sealed() } })
    expect([desk.state, desk.jobIds]).toEqual(['reserved', ['place']])
  })

  it('during a question under way asks once more', () => {
    const desk = new Desk().platform(changed())
    desk.claim('fetch')
    desk.later(MINUTE).platform(changed(START + 1))
    expect(desk.jobIds).toEqual(['fetch', 'fetch'])
  })

  it('that the platform cannot answer is an exception, and retry asks again', () => {
    const desk = new Desk()
      .platform(changed())
      .run('fetch', { class: 'rejected', code: 'gone', detail: 'no such order' })
    expect([desk.problems, desk.jobIds]).toEqual([['platform_silent'], []])
    desk.command('retry')
    expect([desk.problems, desk.jobIds]).toEqual([[], ['fetch']])
  })
})
