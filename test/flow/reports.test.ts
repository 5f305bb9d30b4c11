import { describe, expect, it } from 'vitest'
import { documentNumber, orderId } from '../../src/domain/document.ts'
import type { JobOutcome } from '../../src/lane/event.ts'
import { order, parcel, progress, shipped } from './events.ts'
import { HOUR, START } from './facts.ts'
import { accepted, commits, document, ship, stock, three, written } from './parcels.ts'
import { Desk } from './support.ts'

const rejected: JobOutcome = { class: 'rejected', code: 'S1', detail: 'out of service' }

describe('a confirmation that does not belong here', () => {
  it('from another warehouse is refused, whatever its credentials', () => {
    for (const body of [
      (desk: Desk) => shipped('s', document(desk), [parcel('W1', 'A×2 B×1')]),
      (desk: Desk) => progress('s', document(desk), 'cancelled'),
    ]) {
      const desk = accepted()
      desk.say(body(desk))
      expect([desk.problems, desk.fulfillments, stock(desk)]).toEqual([
        ['confirm_foreign'],
        ['n accepted'],
        [
          [10, 2],
          [10, 1],
        ],
      ])
    }
  })

  it('of a document the order never had is an exception', () => {
    const desk = accepted()
    const never = documentNumber(orderId(1, 1), 9)
    desk.say(shipped('n', never, [parcel('W1', 'A×2')]))
    expect([desk.problems, commits(desk)]).toEqual([['document_unknown'], 0])
  })
})

describe('what a warehouse reports', () => {
  it.each([
    ['accepted', ['n accepted'], []],
    ['picking', ['n accepted'], []],
    ['rejected', ['n dead', 's reserved'], []],
    ['cancelled', ['n dead', 's reserved'], []],
    ['exception', ['n sent'], ['warehouse_rejected']],
  ] as const)('%s after a call without an answer settles it', (status, fulfillments, problems) => {
    const desk = new Desk().platform(three).run('place', { class: 'unknown', detail: 'x' })
    desk.say(progress('n', document(desk), status, 'why'))
    expect([desk.fulfillments, desk.problems]).toEqual([fulfillments, problems])
  })

  it.each(['accepted', 'picking', 'packed', 'rejected', 'cancelled'] as const)(
    '%s after the goods have left changes nothing',
    (status) => {
      const desk = ship(accepted(), 'W1', 'A×2 B×1')
      desk.say(progress('n', document(desk), status))
      expect([desk.state, desk.fulfillments, stock(desk)]).toEqual([
        'shipped',
        ['n shipped'],
        [
          [8, 0],
          [9, 0],
        ],
      ])
    },
  )

  it('delivered, once and again, is the end of the order', () => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1').run('ship')
    desk.say(progress('n', document(desk), 'delivered')).say(progress('n', document(desk), 'delivered'))
    expect([desk.state, desk.said]).toEqual(['delivered', ['progress']])
    expect(desk.platform(order({ version: START + 9, lines: desk.order.lines, status: 'finished' })).state).toBe(
      'closed',
    )
  })
})

describe('a write-back', () => {
  it.each([
    ['refused', { ...rejected }, 'writeback_refused'],
    ['of an unknown carrier', { class: 'rejected', code: 'carrier_unmapped', detail: 'SF' }, 'carrier_unmapped'],
  ] as const)('%s is an exception, and retry says it again', (_, outcome, code) => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1').run('ship', outcome)
    expect([desk.problems, desk.jobIds]).toEqual([[code], []])
    desk.command('retry').run('ship')
    expect([desk.state, desk.problems]).toEqual(['shipped', []])
  })

  it('without an answer is a person’s after the last try', () => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1')
    for (let attempt = 1; attempt <= 7; attempt++) desk.run('ship', { class: 'unknown', detail: 'x' }).later(3 * HOUR)
    expect([desk.problems, desk.jobIds]).toEqual([['platform_silent'], ['ship']])
    desk.command('retry').run('ship')
    expect([desk.state, desk.problems, written(desk)]).toEqual(['shipped', [], ['W1']])
  })
})
