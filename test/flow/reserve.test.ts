import { describe, expect, it } from 'vitest'
import { line, order } from './events.ts'
import { HOUR, SECOND, START, warehouse } from './facts.ts'
import { Desk } from './support.ts'

const both = (desk: Desk, first: Parameters<typeof order>[0], second: Parameters<typeof order>[0]) =>
  desk.turn(
    { ...desk.event({ kind: 'platform', event: order({ platformOrderId: 'P1', ...first }) }, 'p:P1'), id: 'a' },
    { ...desk.event({ kind: 'platform', event: order({ platformOrderId: 'P2', ...second }) }, 'p:P2'), id: 'b' },
  )
const holders = (desk: Desk) =>
  [...desk.orders.values()].filter((item) => item.fulfillments.length > 0).map((item) => item.platformOrderId)

describe('two orders of one turn and goods for one', () => {
  it.each<[string, Parameters<typeof order>[0], Parameters<typeof order>[0], string]>([
    ['the one that must ship first', { shipBy: START + 20 * HOUR }, { shipBy: START + 10 * HOUR }, 'P2'],
    ['the one with a ship-by time before one without', {}, { shipBy: START + 99 * HOUR }, 'P2'],
    ['the older where that ties', { placedAt: START - 1 }, { placedAt: START - 2 }, 'P2'],
    ['the first where that ties too', {}, {}, 'P1'],
  ])('go to %s', (_, first, second, winner) => {
    const desk = both(new Desk({ stock: { 'n A': 3 } }), first, second)
    expect(holders(desk)).toEqual([winner])
    expect([...desk.orders.values()].filter((item) => item.waiting).map((item) => item.platformOrderId)).toEqual([
      winner === 'P1' ? 'P2' : 'P1',
    ])
    expect(desk.ledger.level('A', 'n')).toMatchObject({ onHand: 3, reserved: 2 })
  })

  it('go each to a warehouse of its own where there are two', () => {
    const desk = both(new Desk({ stock: { 'n A': 3, 's A': 3 } }), {}, {})
    expect([holders(desk), desk.ledger.level('A', 'n').reserved, desk.ledger.level('A', 's').reserved]).toEqual([
      ['P1', 'P2'],
      2,
      2,
    ])
  })
})

describe('an order', () => {
  it('takes all of its goods from one warehouse, or none', () => {
    const desk = new Desk({ stock: { 'n A': 2, 's B': 1 } }).platform(
      order({ lines: [line('1', 'A', 2), line('2', 'B', 1)] }),
    )
    expect([desk.state, desk.fulfillments, desk.ledger.level('A', 'n').reserved]).toEqual(['awaiting_stock', [], 0])
  })

  it('is split where the shop allows it, each part under a document of its own', () => {
    const desk = new Desk({ stock: { 'n A': 2, 's B': 1 }, facts: { split: true } }).platform(
      order({ lines: [line('1', 'A', 2), line('2', 'B', 1)] }),
    )
    expect([desk.fulfillments, desk.jobIds]).toEqual([
      ['n reserved', 's reserved'],
      ['place', 'place'],
    ])
    expect(new Set(desk.order.fulfillments.map((item) => item.document)).size).toBe(2)
  })

  it('whose levels at hand are stale is planned anew from what the ledger answers', () => {
    const desk = new Desk({ stock: { 'n A': 5, 's A': 5 } })
    // Somebody else took them: the lane has not heard of it.
    desk.ledger.receive('A', 'n', -4)
    desk.platform(order())
    expect([desk.fulfillments, desk.ledger.level('A', 'n').reserved, desk.ledger.level('A', 's').reserved]).toEqual([
      ['s reserved'],
      0,
      2,
    ])
  })

  it('asks the ledger although the levels at hand say no: it may know better', () => {
    const desk = new Desk({ stock: { 'n A': 0 } })
    desk.ledger.receive('A', 'n', 5)
    expect(desk.platform(order()).fulfillments).toEqual(['n reserved'])
  })

  it('waits in the ledger, and is served when it is woken', () => {
    const desk = new Desk({ stock: { 'n A': 1 } }).platform(order())
    expect([desk.state, desk.ledger.isWaiting(desk.order.id)]).toEqual(['awaiting_stock', true])
    desk.ledger.receive('A', 'n', 1)
    expect(desk.ledger.wakes).toEqual([{ orderId: desk.order.id, sku: 'A' }])
    desk.say({ kind: 'wake', sku: 'A' })
    expect([desk.state, desk.said.slice(0, 2)]).toEqual(['reserved', ['woken', 'allocated']])
  })

  it('woken in vain waits again, and says so once', () => {
    const desk = new Desk({ stock: { 'n A': 1 } }).platform(order())
    desk.say({ kind: 'wake', sku: 'A' })
    expect([desk.state, desk.ledger.isWaiting(desk.order.id), desk.said]).toEqual(['awaiting_stock', true, ['woken']])
  })

  it('that gives up waiting is forgotten by the ledger', () => {
    const desk = new Desk({ stock: {} }).platform(order()).command('cancel')
    expect([desk.state, desk.ledger.isWaiting(desk.order.id)]).toEqual(['cancelled', false])
  })

  it('held while it waits is forgotten too, and asks again when it is released', () => {
    const desk = new Desk({ stock: {} }).platform(order()).command('hold').later(SECOND)
    expect(desk.ledger.isWaiting(desk.order.id)).toBe(false)
    desk.command('release')
    expect([desk.state, desk.ledger.isWaiting(desk.order.id)]).toEqual(['awaiting_stock', true])
  })
})

describe('the warehouses that may serve an order', () => {
  it.each<[string, Partial<ReturnType<typeof warehouse>>, Parameters<typeof order>[0], string]>([
    ['none enabled', { enabled: false }, {}, 'no_warehouse'],
    ['none that can read this receiver', { receiverKinds: ['douyin'] }, {}, 'receiver_unshippable'],
    ['none in the region', { regions: ['310000'] }, {}, 'region_unserved'],
    ['none that collects cash', { cod: false }, { payment: 'cod' }, 'cod_unsupported'],
  ])('%s: an exception that says so, and closes by itself once there is one', (_, lacks, what, code) => {
    const desk = new Desk({ warehouses: [warehouse('n', 1, lacks)] }).platform(order(what))
    expect([desk.problems, desk.fulfillments]).toEqual([[code], []])
    desk.warehouses = [warehouse('n', 1)]
    desk.say({ kind: 'timer' })
    expect([desk.problems, desk.fulfillments]).toEqual([[], ['n reserved']])
  })
})
