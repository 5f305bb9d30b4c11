import { describe, expect, it } from 'vitest'
import type { JobOutcome } from '../../src/lane/event.ts'
import { cancelled, line, order, parcel, progress, shipped } from './events.ts'
import { HOUR, MINUTE, START, warehouse } from './facts.ts'
import { Desk } from './support.ts'

const unknown: JobOutcome = { class: 'unknown', detail: 'time-out' }
const rejected: JobOutcome = { class: 'rejected', code: 'S1', detail: 'no' }
const exists: JobOutcome = { class: 'exists', detail: 'differs' }
const placed = (setting = {}) => new Desk(setting).platform(order())
const document = (desk: Desk, at = 0) => desk.order.fulfillments[at]?.document ?? ''
const silent = (desk: Desk, kind: 'place' | 'cancel') => {
  for (let attempt = 1; attempt <= 7; attempt++) desk.run(kind, unknown).later(3 * HOUR)
  return desk
}

describe('a hold', () => {
  it('lets nothing more be sent until it is released', () => {
    const desk = new Desk({ stock: {} }).platform(order()).command('hold', { why: 'fraud?' })
    expect([desk.state, desk.order.hold]).toEqual(['held', { why: 'fraud?', by: 'li' }])
    desk.ledger.receive('A', 'n', 5)
    desk.say({ kind: 'wake', sku: 'A' })
    expect(desk.fulfillments).toEqual([])
    desk.command('release')
    expect([desk.state, desk.jobIds]).toEqual(['reserved', ['place']])
  })

  it('put twice, and released twice, is one hold', () => {
    const desk = placed()
      .command('hold', { why: 'a' })
      .command('hold', { why: 'b' })
      .command('release')
      .command('release')
    expect([desk.state, desk.order.hold]).toEqual(['reserved', undefined])
  })
})

describe('trial mode', () => {
  it('reserves, and sends each order on a person’s word', () => {
    const desk = placed({ shop: { mode: 'trial' } })
    expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual(['held', ['n reserved'], []])
    desk.command('release')
    expect([desk.state, desk.jobIds]).toEqual(['reserved', ['place']])
  })

  it('reserves nothing for an order that is not paid', () =>
    expect(new Desk({ shop: { mode: 'trial' } }).platform(order({ payment: 'unpaid' })).fulfillments).toEqual([]))

  it('does not hold the order again when the platform changes it', () => {
    const desk = placed({ shop: { mode: 'trial' } })
      .command('release')
      .platform(order({ version: START + 1, flag: 'x' }))
    expect(desk.order.hold).toBeUndefined()
  })

  it('writes nothing back to the platform', () => {
    const desk = placed({ shop: { mode: 'trial' } })
      .command('release')
      .run('place')
    desk.say(shipped('n', document(desk), [parcel('W1', 'A×2')]))
    expect([desk.state, desk.jobIds]).toEqual(['shipped', []])
  })
})

it('observe mode records, and neither reserves nor sends, not even when released', () => {
  const desk = placed({ shop: { mode: 'observe' } })
  expect([desk.state, desk.fulfillments, desk.ledger.seen]).toEqual(['held', [], []])
  expect([desk.command('release').fulfillments, desk.jobIds]).toEqual([[], []])
})

describe('what cannot be lived with', () => {
  it.each<[string, () => Desk, string]>([
    ['silence about a placement', () => silent(placed(), 'place'), 'warehouse_silent'],
    ['silence about a stop', () => silent(placed().run('place').platform(cancelled()), 'cancel'), 'warehouse_silent'],
    [
      'that nobody will ship it',
      () => placed({ warehouses: [warehouse('n', 1)] }).run('place', rejected),
      'warehouse_rejected',
    ],
    ['a code that means nothing', () => new Desk().platform(order({ lines: [line('1', 'NEW', 1)] })), 'sku_unknown'],
  ])('is %s: it stays an exception', (_, make, code) => {
    for (const action of ['override', 'dismiss'] as const) {
      const desk = make().command(action)
      expect([desk.problems, desk.order.waived]).toEqual([[code], []])
    }
  })
})

describe('a duplicate with other content', () => {
  const differing = () => placed().run('place', exists)

  it('that a person finds right is the warehouse’s own from then on', () => {
    const desk = differing().command('override')
    expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual(['accepted', ['n accepted'], []])
  })

  it('is sent once more on retry', () => {
    const desk = differing().command('retry')
    expect([desk.problems, desk.jobIds]).toEqual([[], ['place']])
    expect(desk.run('place').state).toBe('accepted')
  })

  it('is asked to stop when the order is cancelled: what the warehouse has may be ours', () => {
    const desk = differing().platform(cancelled())
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n sent (stop asked)'], ['cancel']])
  })
})

describe('a move to another warehouse', () => {
  it.each<[string, () => Desk]>([
    ['accepted', () => placed().run('place')],
    [
      'accepted, and changed since',
      () =>
        placed()
          .run('place')
          .platform(order({ version: START + 1, digest: 'k1.moved' })),
    ],
    [
      'reported as a problem',
      () => {
        const desk = placed().run('place')
        return desk.say(progress('n', document(desk), 'exception', 'damaged'))
      },
    ],
  ])('of what a warehouse has %s asks it to stop first', (_, make) => {
    const desk = make().command('reroute')
    expect([desk.problems, desk.fulfillments, desk.jobIds]).toEqual([[], ['n accepted (stop asked)'], ['cancel']])
    desk.run('cancel')
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n dead', 's reserved'], ['place']])
  })

  it('of what the warehouse refused to stop is a person’s word', () => {
    const desk = placed().run('place').command('reroute').run('cancel', rejected)
    expect([desk.problems, desk.fulfillments]).toEqual([['cancel_failed'], ['n accepted (stop failed)']])
    desk.command('reroute')
    expect([desk.problems, desk.fulfillments, desk.jobIds]).toEqual([[], ['n dead', 's reserved'], ['place']])
  })

  it('of what was never sent needs nobody', () => {
    const desk = placed().command('reroute')
    expect([desk.fulfillments, desk.ledger.level('A', 'n').reserved]).toEqual([['n dead', 's reserved'], 0])
  })

  it('of what is on its way waits for the answer', () => {
    const desk = placed()
    const claim = desk.claim('place')
    desk.command('reroute')
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n reserved (stop wanted)'], ['place']])
    desk.answer(claim, { class: 'done', value: {} }).run('cancel')
    expect(desk.fulfillments).toEqual(['n dead', 's reserved'])
  })

  it('of what has shipped does nothing', () => {
    const desk = placed().run('place')
    desk.say(shipped('n', document(desk), [parcel('W1', 'A×1')], false)).command('reroute')
    expect(desk.fulfillments).toEqual(['n accepted'])
  })
})

it('a placement that nobody ever answered is not taken for unsent when a refused stop is tried again', () => {
  const desk = placed()
  desk.claim('place')
  desk.later(2 * MINUTE).platform(cancelled())
  expect(desk.jobIds).toEqual(['cancel'])
  desk.run('cancel', rejected).command('retry')
  expect([desk.fulfillments, desk.jobIds]).toEqual([['n sent (stop asked)'], ['cancel']])
})
