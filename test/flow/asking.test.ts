/** Thin news of a document: what it starts, and what the warehouse's answer then changes. */
import { describe, expect, it } from 'vitest'
import { documentNumber, orderId } from '../../src/domain/document.ts'
import type { JobOutcome, JobValue } from '../../src/lane/event.ts'
import { cancelled, changed, parcel, shipped } from './events.ts'
import { HOUR } from './facts.ts'
import { accepted, commits, document, ship, stock, three, written } from './parcels.ts'
import { Desk } from './support.ts'

const says = (value: JobValue = {}): JobOutcome => ({ class: 'done', value })
const news = () => {
  const desk = accepted()
  return desk.say(changed('n', document(desk)))
}
const SHIPPED = [
  [8, 0],
  [9, 0],
]

describe('thin news of a document', () => {
  it('asks its warehouse for it, and changes nothing else', () => {
    const desk = news()
    expect([desk.state, desk.fulfillments, desk.problems, desk.jobIds]).toEqual([
      'accepted',
      ['n accepted'],
      [],
      ['ask'],
    ])
    expect(desk.jobs.history.at(-1)).toMatchObject({
      connection: 'n',
      subject: document(desk),
      body: { kind: 'ask', document: document(desk) },
    })
  })

  it('never names a number that it brought itself', () => {
    const desk = accepted()
    const ref = { document: document(desk), externalId: 'somebody else' }
    desk.say({ kind: 'warehouse', warehouseId: 'n', event: { type: 'changed', ref, at: desk.now } })
    expect(desk.jobs.history.at(-1)?.body).toEqual({ kind: 'ask', document: document(desk) })
    expect(desk.order.fulfillments[0]?.externalId).toBeUndefined()
  })

  it('told again before anybody has asked is one question', () => {
    const desk = news()
    const job = [...desk.jobs.all.keys()]
    desk.say(changed('n', document(desk)))
    expect([[...desk.jobs.all.keys()], desk.said]).toEqual([job, []])
  })

  it('told again while the question is under way is one more, after it', () => {
    const desk = news()
    const first = desk.claim('ask')
    desk.say(changed('n', document(desk))).say(changed('n', document(desk)))
    expect(desk.jobIds).toEqual(['ask', 'ask'])
    expect(desk.jobs.due(desk.now)).toEqual([])
    desk.answer(first, says({ found: 'accepted' }))
    expect(desk.jobs.due(desk.now)).toHaveLength(1)
  })

  it('told again while the question waits for its next try asks at once', () => {
    const desk = news().run('ask', { class: 'unknown', detail: 'time-out' })
    expect(desk.jobs.due(desk.now)).toEqual([])
    desk.say(changed('n', document(desk)))
    expect([desk.jobIds, desk.jobs.due(desk.now)]).toMatchObject([['ask'], [{ attempts: 1 }]])
  })

  it('of another warehouse, or of a document the order never had, is nothing', () => {
    for (const body of [
      (desk: Desk) => changed('s', document(desk)),
      () => changed('n', documentNumber(orderId(1, 1), 9)),
    ]) {
      const desk = accepted()
      desk.say(body(desk))
      expect([desk.problems, desk.jobIds, desk.fulfillments, desk.said]).toEqual([[], [], ['n accepted'], []])
    }
  })

  it('before our own call has come to an end asks once that is over', () => {
    const desk = new Desk().platform(three)
    const place = desk.claim('place')
    desk.say(changed('n', document(desk)))
    expect(desk.jobs.due(desk.now)).toEqual([])
    desk.answer(place, { class: 'unknown', detail: 'time-out' }).run('ask', says({ found: 'accepted' }))
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n accepted'], []])
  })
})

describe('the answer', () => {
  it.each<[string, JobValue]>([
    ['that nothing is there', {}],
    ['what is known already', { found: 'accepted' }],
    ['what is known already, in other words', { found: 'picking' }],
  ])('that says %s changes nothing', (_, value) => {
    const desk = news().run('ask', says(value))
    expect([desk.state, desk.fulfillments, desk.jobIds, desk.said]).toEqual(['accepted', ['n accepted'], [], []])
  })

  it('that it has shipped is booked once, whatever tells of it again', () => {
    const desk = news()
    const claim = desk.claim('ask')
    const packages = [parcel('W1', 'A×2 B×1')]
    desk.answer(claim, says({ found: 'shipped' })).say(shipped('n', document(desk), packages, true, 'query:W1'))
    expect([desk.state, stock(desk), written(desk)]).toEqual(['shipped', SHIPPED, ['W1']])
    // A later round of polling, and the same news again, under other ids.
    desk.say(shipped('n', document(desk), packages, true, 'IO-77'))
    desk.say(changed('n', document(desk))).run('ask', says({ found: 'shipped' }))
    desk.say(shipped('n', document(desk), packages, true, 'query:W1'))
    expect([commits(desk), stock(desk), written(desk)]).toEqual([2, SHIPPED, ['W1']])
  })

  it('that it was delivered ends the order, once', () => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1').run('ship')
    desk.say(changed('n', document(desk))).run('ask', says({ found: 'delivered' }))
    expect(desk.state).toBe('delivered')
    desk.say(changed('n', document(desk))).run('ask', says({ found: 'delivered' }))
    expect([desk.state, desk.said]).toEqual(['delivered', []])
  })

  it.each(['rejected', 'cancelled'] as const)('that it is %s is proof: the goods go elsewhere', (found) => {
    const desk = news().run('ask', says({ found }))
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n dead', 's reserved'], ['place']])
  })

  it.each(['rejected', 'cancelled'] as const)('that it is %s after the goods have left changes nothing', (found) => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1')
    desk.say(changed('n', document(desk))).run('ask', says({ found }))
    expect([desk.state, desk.fulfillments, stock(desk)]).toEqual(['shipped', ['n shipped'], SHIPPED])
  })

  it('that it is stuck is told once', () => {
    const desk = news().run('ask', says({ found: 'exception' }))
    expect(desk.problems).toEqual(['warehouse_rejected'])
    desk.say(changed('n', document(desk))).run('ask', says({ found: 'exception' }))
    expect([desk.problems, desk.said]).toEqual([['warehouse_rejected'], []])
  })

  it('that it is stuck is no answer to a cancel', () => {
    const desk = accepted()
      .platform(cancelled())
      .run('cancel', says({ later: true }))
    desk.say(changed('n', document(desk))).run('ask', says({ found: 'exception' }))
    expect([desk.problems, desk.fulfillments]).toEqual([[], ['n accepted (stop asked)']])
  })

  it('of an older try than the newest counts for nothing', () => {
    const desk = news()
    const first = desk.claim('ask')
    desk.later(2 * HOUR)
    const second = desk.claim('ask')
    desk.answer(first, says({ found: 'cancelled' }))
    expect(desk.fulfillments).toEqual(['n accepted'])
    desk.answer(second, says({ found: 'accepted' }))
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n accepted'], []])
  })

  it('that does not come is asked for as long as the order goes on, and opens nothing', () => {
    const desk = news()
    for (let attempt = 1; attempt <= 9; attempt++) desk.run('ask', { class: 'retry', detail: 'down' }).later(3 * HOUR)
    expect([desk.problems, desk.jobIds, desk.fulfillments]).toEqual([[], ['ask'], ['n accepted']])
    ship(desk, 'W1', 'A×2 B×1').run('ship')
    desk.say({ kind: 'warehouse', warehouseId: 'n', event: progressOf(desk) })
    desk.run('ask', { class: 'retry', detail: 'down' })
    expect([desk.state, desk.jobIds]).toEqual(['delivered', []])
  })
})

const progressOf = (desk: Desk) =>
  ({ type: 'progress', ref: { document: document(desk) }, status: 'delivered', at: desk.now }) as const
