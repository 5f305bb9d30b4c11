import { describe, expect, it } from 'vitest'
import { AUTH_PAUSE } from '../../src/flow/backoff.ts'
import type { JobOutcome } from '../../src/lane/event.ts'
import { PULLED } from '../../src/warehouses/warehouse.ts'
import { order, progress } from './events.ts'
import { HOUR, MINUTE, SECOND } from './facts.ts'
import { Desk } from './support.ts'

const done = (value = {}): JobOutcome => ({ class: 'done', value })
const unknown: JobOutcome = { class: 'unknown', detail: 'time-out' }
const rejected: JobOutcome = { class: 'rejected', code: 'S1', detail: 'out of service' }
const placed = (setting = {}) => new Desk(setting).platform(order())
const document = (desk: Desk, at = 0) => desk.order.fulfillments[at]?.document ?? ''

describe('a placement', () => {
  it('that is accepted keeps the warehouse’s own number, to be found by it', () => {
    const desk = placed().run('place', done({ externalId: 'X9' }))
    expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual(['accepted', ['n accepted'], []])
    expect(desk.terms.get('x:n:X9')).toBe(desk.order.id)
  })

  it('that is rejected goes elsewhere under a new document, with the reason on the timeline', () => {
    const desk = placed().run('place', rejected)
    expect(desk.fulfillments).toEqual(['n dead', 's reserved'])
    expect(desk.order.fulfillments[0]?.said).toBe('out of service')
    expect(desk.drafts[0]?.entries.find((entry) => entry.what === 'rejected')?.facts).toMatchObject({
      why: 'out of service',
      warehouse: 'N',
    })
    expect([desk.ledger.level('A', 'n').reserved, desk.ledger.level('A', 's').reserved]).toEqual([0, 2])
    expect(document(desk, 1)).not.toBe(document(desk))
  })

  it('that an ERP has by itself goes nowhere else, until a person has looked', () => {
    const desk = placed().run('place', { class: 'rejected', code: PULLED, detail: 'o_id 900' })
    expect([desk.fulfillments, desk.problems, desk.jobIds]).toEqual([['n dead'], ['warehouse_rejected'], []])
    expect(desk.order.problems[0]?.facts).toEqual({ message: 'o_id 900' })
    expect([desk.ledger.level('A', 'n').reserved, desk.ledger.level('A', 's').reserved]).toEqual([0, 0])
    desk.command('retry')
    expect([desk.problems, desk.fulfillments.at(-1)]).toEqual([[], 'n reserved'])
  })

  it('that everybody rejects is an exception with the last words, and retry begins anew', () => {
    const desk = placed()
      .run('place', rejected)
      .run('place', { ...rejected, detail: 'no such area' })
    expect([desk.problems, desk.order.problems[0]?.facts, desk.jobIds]).toEqual([
      ['warehouse_rejected'],
      { message: 'no such area' },
      [],
    ])
    desk.command('retry')
    expect([desk.problems, desk.fulfillments.at(-1), desk.jobIds]).toEqual([[], 'n reserved', ['place']])
  })

  it('without an answer is asked about at longer and longer times, and never sent elsewhere', () => {
    const desk = placed()
    const times: number[] = []
    for (let attempt = 1; attempt <= 6; attempt++) {
      desk.run('place', unknown)
      times.push((desk.jobs.next() ?? 0) - desk.now)
      desk.later(3 * HOUR)
    }
    expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0))).toBe(true)
    expect([desk.problems, desk.fulfillments]).toEqual([[], ['n sent']])
    desk.run('place', unknown)
    expect([desk.problems, desk.state, desk.fulfillments]).toEqual([['warehouse_silent'], 'exception', ['n sent']])
    expect([desk.jobs.due(desk.now + 1000 * HOUR), desk.ledger.level('A', 'n').reserved]).toEqual([[], 2])
  })

  const silent = () => {
    const desk = placed()
    for (let attempt = 1; attempt <= 7; attempt++) desk.run('place', unknown).later(3 * HOUR)
    return desk
  }

  it.each<[string, JobOutcome, string, string[]]>([
    ['finds it accepted', done(), 'accepted', ['n accepted']],
    ['finds it rejected', rejected, 'reserved', ['n dead', 's reserved']],
  ])('once silent, retried by a person, %s', (_, outcome, state, fulfillments) => {
    const desk = silent().command('retry')
    expect([desk.problems, desk.jobs.due(desk.now).map((job) => job.maybeSent)]).toEqual([[], [true]])
    desk.run('place', outcome)
    expect([desk.state, desk.fulfillments]).toEqual([state, fulfillments])
  })

  it('once silent, goes elsewhere only on a person’s word', () => {
    const desk = silent().command('reroute')
    expect([desk.problems, desk.fulfillments, desk.ledger.level('A', 'n').reserved]).toEqual([
      [],
      ['n dead', 's reserved'],
      0,
    ])
    expect(desk.jobs.history.map((job) => job.connection)).toEqual(['n', 's'])
    expect(desk.jobIds).toEqual(['place'])
  })

  it('once silent, is settled by the warehouse’s own word', () => {
    const desk = silent()
    desk.say(progress('n', document(desk), 'accepted'))
    expect([desk.state, desk.problems, desk.jobIds]).toEqual(['accepted', [], []])
  })

  it('of which the warehouse has another content is an exception, not sent again by itself', () => {
    const desk = placed().run('place', { class: 'exists', detail: 'differs' })
    expect([desk.problems, desk.jobIds, desk.fulfillments]).toEqual([['duplicate_differs'], [], ['n sent']])
  })

  it.each<[string, JobOutcome, number]>([
    ['asked to slow down', { class: 'quota', detail: 'too many', after: 30 * SECOND }, 30 * SECOND],
    ['asked to slow down for no time', { class: 'quota', detail: 'too many', after: 0 }, SECOND],
    ['refused for its credential', { class: 'auth', detail: 'token expired' }, AUTH_PAUSE],
  ])('%s waits for the credential and burns no attempt', (_, outcome, pause) => {
    const desk = placed().run('place', outcome)
    const [job] = desk.jobs.all.values()
    expect([job?.attempts, job?.at, job?.maybeSent, desk.jobs.parks.get('n')]).toEqual([
      0,
      desk.now + pause,
      false,
      desk.now + pause,
    ])
    expect([desk.state, desk.fulfillments]).toEqual(['reserved', ['n reserved']])
    const exceptions = (desk.units[0]?.rows.exceptions ?? []) as { code: string; orderId: string | null }[]
    expect(exceptions.map((item) => [item.code, item.orderId])).toEqual(
      outcome.class === 'auth' ? [['credential_refused', null]] : [],
    )
    desk.later(pause).run('place')
    expect(desk.state).toBe('accepted')
  })

  it.each<[string, 'cancelled' | 'refund' | 'unshippable', string]>([
    ['cancelled', 'cancelled', 'cancelled'],
    ['under a refund', 'refund', 'held'],
    ['not to be shipped now', 'unshippable', 'received'],
  ])('whose last look finds the order %s is not sent, and frees its stock', (_, stop, state) => {
    const desk = placed().run('place', done({ stop }))
    expect([desk.state, desk.fulfillments, desk.jobIds, desk.ledger.level('A', 'n').reserved]).toEqual([
      state,
      ['n dead'],
      [],
      0,
    ])
  })

  it.each([
    ['an older attempt’s answer without proof', unknown, 'dispatched'],
    ['an older attempt’s success', done(), 'accepted'],
  ] as const)('under way hears %s', (_, outcome, state) => {
    const desk = placed()
    const first = desk.claim('place')
    desk.later(2 * MINUTE)
    const second = desk.claim('place')
    desk.answer(second, unknown).answer(first, outcome)
    expect(desk.state).toBe(state)
    expect(desk.jobs.all.size).toBe(state === 'accepted' ? 0 : 1)
  })

  it.each<[string, JobOutcome]>([
    ['rejected', rejected],
    ['not to be sent after a last look', done({ stop: 'cancelled' })],
  ])('of which an older attempt hears %s while a newer one is under way waits for the newer', (_, outcome) => {
    const desk = placed()
    const first = desk.claim('place')
    desk.later(2 * MINUTE)
    const second = desk.claim('place')
    desk.answer(first, outcome)
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n reserved'], ['place']])
    desk.answer(second, done()).answer(first, outcome)
    expect([desk.state, desk.fulfillments]).toEqual(['accepted', ['n accepted']])
  })

  it('answered twice is answered once', () => {
    const desk = placed()
    const claim = desk.claim('place')
    desk.answer(claim, done())
    const before = desk.fulfillments
    desk.answer(claim, done()).answer(claim, rejected)
    expect([desk.fulfillments, desk.state]).toEqual([before, 'accepted'])
  })
})
