import { describe, expect, it } from 'vitest'
import type { JobOutcome } from '../../src/lane/event.ts'
import { cancelled, line, order, parcel, progress, refund, shipped } from './events.ts'
import { HOUR, START, warehouse } from './facts.ts'
import { Desk } from './support.ts'

const done = (value = {}): JobOutcome => ({ class: 'done', value })
const unknown: JobOutcome = { class: 'unknown', detail: 'time-out' }
const rejected: JobOutcome = { class: 'rejected', code: 'S1', detail: 'out of service' }
const placed = (setting = {}) => new Desk(setting).platform(order())
const document = (desk: Desk, at = 0) => desk.order.fulfillments[at]?.document ?? ''

describe('a cancel', () => {
  it('before anything was sent frees the stock at once', () => {
    const desk = placed().platform(cancelled())
    expect([desk.state, desk.fulfillments, desk.jobIds, desk.ledger.level('A', 'n').reserved]).toEqual([
      'cancelled',
      ['n dead'],
      [],
      0,
    ])
  })

  it('while the place call is in flight waits for its answer, then asks the warehouse', () => {
    const desk = placed()
    const claim = desk.claim('place')
    desk.platform(cancelled())
    expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual([
      'cancel_requested',
      ['n reserved (stop wanted)'],
      ['place'],
    ])
    desk.answer(claim, done())
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n accepted (stop asked)'], ['cancel']])
    desk.run('cancel')
    expect([desk.state, desk.fulfillments, desk.ledger.level('A', 'n').reserved]).toEqual(['cancelled', ['n dead'], 0])
  })

  it('while the place call is in flight, and it is rejected: nothing to stop, and the warehouse stays trusted', () => {
    const desk = placed()
    const claim = desk.claim('place')
    desk.platform(cancelled()).answer(claim, rejected)
    expect([desk.state, desk.fulfillments, desk.jobIds, desk.order.excluded]).toEqual(['cancelled', ['n dead'], [], []])
  })

  it('after a place call without an answer asks to stop what may be there, and sends nothing more', () => {
    const desk = placed().run('place', unknown).platform(cancelled())
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n sent (stop asked)'], ['cancel']])
  })

  it('that the warehouse refuses keeps the stock, and a person decides', () => {
    const desk = placed().run('place').platform(cancelled()).run('cancel', rejected)
    expect([desk.state, desk.problems, desk.ledger.level('A', 'n').reserved]).toEqual([
      'exception',
      ['cancel_failed'],
      2,
    ])
    desk.command('retry')
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n accepted (stop asked)'], ['cancel']])
  })

  it('lost to the shipment: booked as shipped, told to a person, written back all the same', () => {
    const desk = placed().run('place').platform(cancelled())
    desk.say(shipped('n', document(desk), [parcel('W1', 'A×2')]))
    expect([desk.problems, desk.fulfillments, desk.jobIds]).toEqual([
      ['refund_requested'],
      ['n shipped (stop failed)'],
      ['ship'],
    ])
    expect(desk.ledger.level('A', 'n')).toMatchObject({ onHand: 8, reserved: 0 })
  })

  it('after the goods have left is told to a person, once', () => {
    const desk = placed().run('place')
    desk.say(shipped('n', document(desk), [parcel('W1', 'A×2')])).platform(cancelled())
    expect([desk.state, desk.problems, desk.fulfillments]).toEqual([
      'exception',
      ['refund_requested'],
      ['n shipped (stop failed)'],
    ])
    expect(desk.command('retry').state).toBe('shipped')
    expect(desk.platform(cancelled(START + 5)).problems).toEqual([])
  })

  it('to be answered later is settled by the callback, or asked again', () => {
    const asked = () =>
      placed()
        .run('place')
        .platform(cancelled())
        .run('cancel', done({ later: true }))
    const desk = asked()
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n accepted (stop asked)'], []])
    desk.say(progress('n', document(desk), 'cancelled'))
    expect([desk.state, desk.fulfillments]).toEqual(['cancelled', ['n dead']])
    expect(asked().ring().jobIds).toEqual(['cancel'])
  })

  it('to be answered later that is refused by the callback is a person’s', () => {
    const desk = placed()
      .run('place')
      .platform(cancelled())
      .run('cancel', done({ later: true }))
    desk.say(progress('n', document(desk), 'exception', 'already packed'))
    expect([desk.problems, desk.fulfillments]).toEqual([['cancel_failed'], ['n accepted (stop failed)']])
  })

  it('is over where the warehouse closes the document without shipping anything', () => {
    const desk = placed()
      .run('place')
      .platform(cancelled())
      .run('cancel', done({ later: true }))
    desk
      .say(shipped('n', document(desk), [], true))
      .later(HOUR)
      .say({ kind: 'timer' })
    expect([desk.fulfillments, desk.problems.sort()]).toEqual([['n dead'], ['refund_requested', 'short_shipped']])
    expect(desk.command('retry').state).toBe('cancelled')
  })

  it('by a person is the same as one at the platform', () => {
    const desk = placed().run('place').command('cancel', { why: 'fraud' })
    expect([desk.state, desk.jobIds]).toEqual(['cancel_requested', ['cancel']])
  })
})

describe('a refund', () => {
  it('withdrawn before the warehouse was asked to stop: the same goods go, under a new document', () => {
    const desk = placed().platform(refund('requested'))
    expect([desk.state, desk.fulfillments]).toEqual(['held', ['n dead']])
    desk.platform(refund('withdrawn', START + 1))
    expect([desk.state, desk.fulfillments]).toEqual(['reserved', ['n dead', 'n reserved']])
  })

  it('withdrawn while the warehouse is being asked: its answer comes first, then it goes out anew', () => {
    const desk = placed()
      .run('place')
      .platform(refund('requested'))
      .platform(refund('withdrawn', START + 1))
    expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual([
      'cancel_requested',
      ['n accepted (stop asked)'],
      ['cancel'],
    ])
    desk.run('cancel')
    expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual(['reserved', ['n dead', 'n reserved'], ['place']])
  })

  it('of one line stops all of its document, and sends the rest anew', () => {
    const desk = new Desk({ warehouses: [warehouse('n', 1)] }).platform(
      order({ lines: [line('1', 'A', 2), line('2', 'B', 1)] }),
    )
    desk.platform(refund('requested', START, ['1']))
    expect([desk.fulfillments, desk.order.fulfillments[1]?.lines]).toEqual([
      ['n dead', 'n reserved'],
      [{ lineId: '2', sku: 'B', quantity: 1 }],
    ])
  })

  it('done after the goods have left changes nothing but the books', () => {
    const desk = placed().run('place')
    desk.say(shipped('n', document(desk), [parcel('W1', 'A×2')])).platform(refund('refunded'))
    expect([desk.state, desk.problems]).toEqual(['shipped', []])
  })
})
