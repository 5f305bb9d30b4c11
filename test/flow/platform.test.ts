import { describe, expect, it } from 'vitest'
import { line, order, parcel, receiver, shipped } from './events.ts'
import { HOUR, START } from './facts.ts'
import { Desk } from './support.ts'

describe('an order that comes in', () => {
  it('is reserved at the preferred warehouse and sent there, in one turn', () => {
    const desk = new Desk().platform(order())
    expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual(['reserved', ['n reserved'], ['place']])
    expect(desk.said).toEqual(['order_received', 'allocated'])
    expect(desk.ledger.level('A', 'n')).toMatchObject({ onHand: 10, reserved: 2 })
  })

  it('is known by the search terms of its number, its SKUs and its document', () => {
    const desk = new Desk().platform(order({ phoneTerm: 'tail' }))
    expect([...desk.terms.keys()].sort()).toEqual([`d:${desk.order.fulfillments[0]?.document}`, 'p:tail', 's:A'])
  })

  it('takes a bundle apart, and keeps its parts when the message comes again', () => {
    const desk = new Desk().platform(order({ lines: [line('1', 'KIT', 2), line('2', 'A', 1)] }))
    expect([desk.ledger.level('A', 'n').reserved, desk.ledger.level('B', 'n').reserved]).toEqual([3, 4])
    desk.platform(order({ version: START + 1, flag: 'red', lines: [line('1', 'KIT', 2), line('2', 'A', 1)] }))
    expect([desk.order.lines[0]?.parts.length, desk.jobs.history.length]).toEqual([2, 1])
  })

  it('is an exception where its code means nothing, and goes on by itself once it does', () => {
    const desk = new Desk().platform(order({ lines: [line('1', 'NEW', 1)] }))
    expect([desk.state, desk.problems]).toEqual(['exception', ['sku_unknown']])
    desk.platform(order({ version: START + 1, lines: [line('1', 'A', 1)] }))
    expect([desk.state, desk.problems]).toEqual(['reserved', []])
  })

  it.each([
    ['unpaid', 'awaiting_payment'],
    ['deposit', 'awaiting_payment'],
  ] as const)('%s waits for its money, without stock', (payment, state) => {
    const desk = new Desk().platform(order({ payment }))
    expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual([state, [], []])
    desk.platform(order({ version: START + 1 }))
    expect([desk.state, desk.jobIds]).toEqual(['reserved', ['place']])
  })

  it('unpaid takes its stock at once where the shop’s rule is 拍下减, and is sent once paid', () => {
    const desk = new Desk({ facts: { reserveOn: 'placed' } }).platform(order({ payment: 'unpaid' }))
    expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual(['reserved', ['n reserved'], []])
    desk.platform(order({ version: START + 1 }))
    expect([desk.fulfillments, desk.jobIds]).toEqual([['n reserved'], ['place']])
  })

  it('of a presale is reserved and sent when its time has come, not before', () => {
    const releaseAt = START + HOUR
    const desk = new Desk().platform(order({ presale: { kind: 'full', releaseAt } }))
    expect([desk.fulfillments, desk.timers.get(desk.order.id)]).toEqual([[], releaseAt])
    desk.ring()
    expect([desk.now, desk.state, desk.jobIds]).toEqual([releaseAt, 'reserved', ['place']])
  })

  it('to be paid on delivery carries what is to be collected', () => {
    const desk = new Desk().platform(order({ payment: 'cod', cod: { amount: 199, currency: 'CNY' } }))
    expect(desk.jobs.history[0]?.body).toMatchObject({ order: { cod: { amount: 199, currency: 'CNY' } } })
    expect(new Desk().platform(order()).jobs.history[0]?.body).not.toHaveProperty('order.cod')
  })
})

describe('a change of the content', () => {
  const moved = order({ version: START + 1, digest: 'k1.moved', sealed: 'v1.moved' })
  const facts = (desk: Desk) =>
    [...desk.jobs.all.values()].map((job) =>
      job.draft.body.kind === 'place' ? job.draft.body.order.sealed : job.draft.kind,
    )

  it('before anything was sent goes out with the same document', () => {
    const desk = new Desk().platform(order()).platform(moved)
    expect([desk.state, facts(desk), desk.order.fulfillments.length]).toEqual(['reserved', ['v1.moved'], 1])
  })

  it('while the call is under way is a person’s', () => {
    const desk = new Desk().platform(order())
    desk.claim('place')
    desk.platform(moved)
    expect([desk.state, desk.problems]).toEqual(['exception', ['order_changed']])
  })

  it('after the warehouse accepted is a person’s, who may let it go as it was', () => {
    const desk = new Desk().platform(order()).run('place').platform(moved)
    expect(desk.problems).toEqual(['order_changed'])
    desk.command('override')
    expect([desk.state, desk.problems]).toEqual(['accepted', []])
    desk.platform(order({ version: START + 2, digest: 'k1.moved', sealed: 'v1.moved' }))
    expect(desk.problems).toEqual([])
  })

  it('after the warehouse shipped changes nothing any more', () => {
    const desk = new Desk().platform(order()).run('place')
    desk.say(shipped('n', desk.order.fulfillments[0]?.document ?? '', [parcel('W1', 'A×2')])).platform(moved)
    expect([desk.state, desk.problems]).toEqual(['shipped', []])
  })

  it('to fewer pieces, before anything was sent, frees the old stock and takes the new', () => {
    const desk = new Desk().platform(order()).platform(order({ version: START + 1, lines: [line('1', 'A', 1)] }))
    expect([desk.fulfillments, desk.ledger.level('A', 'n').reserved]).toEqual([['n dead', 'n reserved'], 1])
  })

  it('to more pieces takes what is missing besides', () => {
    const desk = new Desk().platform(order()).platform(order({ version: START + 1, lines: [line('1', 'A', 5)] }))
    expect([desk.fulfillments, desk.ledger.level('A', 'n').reserved]).toEqual([['n reserved', 'n reserved'], 5])
  })

  it('of a receiver that lacks something is an exception until a person completes it', () => {
    const desk = new Desk().platform(order({ receiver: { ...receiver, missing: ['phone'] } }))
    expect([desk.problems, desk.jobIds]).toEqual([['receiver_incomplete'], []])
    desk.command('receiver', { receiver: { receiver, sealed: 'v1.completed', digest: 'k1.completed' } })
    expect([desk.state, facts(desk)]).toEqual(['reserved', ['v1.completed']])
  })

  it('of a receiver that was read into stars is none', () => {
    const stars = { ...receiver, kind: 'masked', missing: ['name', 'phone', 'address'] }
    const desk = new Desk().platform(order()).run('place')
    const { sealed } = desk.order
    desk.platform(order({ version: START + 1, receiver: stars, digest: 'k1.stars', sealed: 'v1.stars' }))
    expect([desk.problems, desk.order.receiver, desk.order.sealed]).toEqual([[], receiver, sealed])
  })

  it('of a receiver that is not told before the order is paid and may ship is none until then', () => {
    const nobody = { ...receiver, kind: 'masked', missing: ['name', 'phone', 'address'] }
    const hidden = { receiver: nobody, digest: 'k1.hidden', sealed: 'v1.hidden' }
    const desk = new Desk().platform(order({ payment: 'unpaid', shippable: false, ...hidden }))
    expect([desk.problems, desk.jobIds]).toEqual([[], []])
    desk.platform(order({ version: START + 1, shippable: false, ...hidden }))
    expect([desk.problems, desk.jobIds]).toEqual([[], []])
    desk.platform(order({ version: START + 2, ...hidden }))
    expect([desk.problems, desk.jobIds]).toEqual([['receiver_incomplete'], []])
    desk.platform(order({ version: START + 3 }))
    expect([desk.state, desk.problems]).toEqual(['reserved', []])
  })
})
