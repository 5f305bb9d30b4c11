import { describe, expect, it } from 'vitest'
import {
  copyOrder,
  type Fulfillment,
  isFinal,
  ORDER_STATES,
  type OrderState,
  type OrderStateName,
  sameDigest,
  shippedOf,
  stateOf,
  unmet,
  wantedLines,
} from '../../src/domain/order-state.ts'
import { fulfillment, line, order, parcel } from './support.ts'

const problem = { id: 'x', code: 'order_late', openedAt: 1 } as const
const refund = (status: 'requested' | 'withdrawn' | 'refunded', lineIds: string[] = []) => ({
  r: { status, lineIds, at: 1 },
})
const with1 = (change: Partial<Fulfillment>) => ({ fulfillments: [fulfillment(change)] })
const out = { packages: [parcel('W1', { A: 2 })] }
const hold = { why: 'x', by: 'y' }

describe('the public state', () => {
  const rows: [OrderStateName, string, Partial<OrderState>][] = [
    ['received', 'of an order whose data has not arrived', { version: 0, lines: [], payment: 'unpaid' }],
    ['received', 'between payment and a warehouse', {}],
    ['held', 'where a person holds it', { hold }],
    ['held', 'although it waits for stock', { hold, waiting: true }],
    ['held', 'although it is reserved', { hold, ...with1({ status: 'reserved' }) }],
    ['held', 'while a refund of all of it is undecided', { refunds: refund('requested') }],
    ['held', 'while a refund of its only line is undecided', { refunds: refund('requested', ['1']) }],
    ['awaiting_payment', 'unpaid', { payment: 'unpaid' }],
    ['awaiting_payment', 'with a deposit only', { payment: 'deposit' }],
    ['received', 'to be paid on delivery', { payment: 'cod' }],
    ['awaiting_stock', 'refused by the ledger', { waiting: true }],
    ['reserved', 'with stock', with1({ status: 'reserved' })],
    [
      'reserved',
      'with one part accepted and one reserved',
      { fulfillments: [fulfillment({}), fulfillment({ document: 'D2', status: 'reserved' })] },
    ],
    ['dispatched', 'sent, result unknown', with1({ status: 'sent' })],
    [
      'dispatched',
      'with one part sent and one accepted',
      { fulfillments: [fulfillment({}), fulfillment({ document: 'D2', status: 'sent' })] },
    ],
    ['accepted', 'by its warehouse', with1({})],
    ['accepted', 'although a stop failed', with1({ stop: { why: 'x', status: 'failed' } })],
    ['shipped', 'partly', with1({ packages: [parcel('W1', { A: 1 })] })],
    ['shipped', 'wholly', with1({ status: 'shipped', ...out })],
    [
      'shipped',
      'by one of two warehouses',
      { fulfillments: [fulfillment({ status: 'shipped', ...out }), fulfillment({ document: 'D2' })] },
    ],
    [
      'shipped',
      'although the platform cancelled it afterwards',
      { platformStatus: 'cancelled', cancelledAt: 9, ...with1({ status: 'shipped', ...out }) },
    ],
    ['shipped', 'although a person holds it', { hold, ...with1({ status: 'shipped', ...out }) }],
    [
      'shipped',
      'although refunded afterwards',
      { refunds: refund('refunded'), ...with1({ status: 'shipped', ...out }) },
    ],
    ['delivered', 'signed for', with1({ status: 'shipped', ...out, delivered: true })],
    [
      'shipped',
      'with one of two parcels signed for',
      {
        fulfillments: [
          fulfillment({ status: 'shipped', ...out, delivered: true }),
          fulfillment({ document: 'D2', status: 'shipped', ...out }),
        ],
      },
    ],
    [
      'closed',
      'signed for and finished at the platform',
      { platformStatus: 'finished', ...with1({ status: 'shipped', ...out, delivered: true }) },
    ],
    [
      'closed',
      'shipped and finished at the platform',
      { platformStatus: 'finished', ...with1({ status: 'shipped', ...out }) },
    ],
    ['closed', 'finished at the platform by somebody else', { platformStatus: 'finished' }],
    [
      'accepted',
      'although finished at the platform, while a warehouse has it',
      { platformStatus: 'finished', ...with1({}) },
    ],
    [
      'cancel_requested',
      'cancelled while a warehouse has it',
      { platformStatus: 'cancelled', cancelledAt: 9, ...with1({}) },
    ],
    ['cancel_requested', 'refunded while a warehouse has it', { refunds: refund('refunded'), ...with1({}) }],
    ['cancel_requested', 'being stopped', with1({ stop: { why: 'x', status: 'asked' } })],
    ['cancel_requested', 'to be stopped', with1({ stop: { why: 'x', status: 'wanted' } })],
    ['cancelled', 'cancelled before anything was sent', { platformStatus: 'cancelled', cancelledAt: 9 }],
    [
      'cancelled',
      'cancelled before it was created',
      { version: 0, lines: [], platformStatus: 'cancelled', cancelledAt: 9 },
    ],
    [
      'cancelled',
      'stopped at its warehouse',
      { platformStatus: 'cancelled', cancelledAt: 9, ...with1({ status: 'dead' }) },
    ],
    ['cancelled', 'refunded line by line', { refunds: refund('refunded', ['1']) }],
    ['cancelled', 'with every line gone', { lines: [line('1', 2, { status: 'gone' })] }],
    ['received', 'with one line gone of two', { lines: [line('1', 2, { status: 'gone' }), line('2', 1)] }],
    ['received', 'with its refund withdrawn', { refunds: refund('withdrawn') }],
    ['exception', 'with a problem', { problems: [problem] }],
    ['exception', 'with a problem, although shipped', { problems: [problem], ...with1({ status: 'shipped', ...out }) }],
    [
      'exception',
      'with a problem, although cancelled',
      { problems: [problem], platformStatus: 'cancelled', cancelledAt: 9 },
    ],
  ]

  it.each(rows)('is %s %s', (state, _, change) => expect(stateOf(order(change))).toBe(state))

  it('has no name without a case above', () =>
    expect(new Set(rows.map(([state]) => state))).toEqual(new Set(ORDER_STATES)))

  it('is final where nothing can be asked of us any more', () =>
    expect(ORDER_STATES.filter(isFinal)).toEqual(['delivered', 'cancelled', 'closed']))
})

describe('the lines still wanted', () => {
  const two = { lines: [line('1', 2), line('2', 1)] }
  it.each<[string, Partial<OrderState>, string[]]>([
    ['are all, without a refund', two, ['1', '2']],
    ['leave out one under a refund', { ...two, refunds: refund('requested', ['1']) }, ['2']],
    ['leave out one refunded', { ...two, refunds: refund('refunded', ['1']) }, ['2']],
    ['keep one whose refund was withdrawn', { ...two, refunds: refund('withdrawn', ['1']) }, ['1', '2']],
    ['are none under a refund of the whole order', { ...two, refunds: refund('requested') }, []],
    [
      'leave out what the platform calls refunding or gone',
      { lines: [line('1', 2, { status: 'refunding' }), line('2', 1, { status: 'gone' }), line('3', 1)] },
      ['3'],
    ],
    ['are none once cancelled', { ...two, platformStatus: 'cancelled' }, []],
    ['are none once finished', { ...two, platformStatus: 'finished' }, []],
  ])('%s', (_, change, ids) => expect(wantedLines(order(change)).map((item) => item.lineId)).toEqual(ids))
})

describe('the pieces without a fulfillment', () => {
  const bundle = {
    lines: [
      line('1', 2, {
        parts: [
          { sku: 'A', quantity: 3 },
          { sku: 'B', quantity: 1 },
        ],
      }),
      line('2', 1),
    ],
  }
  it.each<[string, Partial<OrderState>, string]>([
    ['are all of them at first', {}, '1 A×2'],
    ['are none of a line without a known SKU', { lines: [line('1', 2, { parts: [] })] }, ''],
    ['are a bundle’s parts, and a plain line of the same SKU apart', bundle, '1 A×6, 1 B×2, 2 A×1'],
    [
      'leave out what a warehouse has',
      { ...bundle, ...with1({ lines: [{ lineId: '1', sku: 'A', quantity: 6 }] }) },
      '1 B×2, 2 A×1',
    ],
    ['are what a split left over', with1({ lines: [{ lineId: '1', sku: 'A', quantity: 1 }] }), '1 A×1'],
    ['count a dead fulfillment as nothing', with1({ status: 'dead' }), '1 A×2'],
    ['count an accepted one whole, though it has shipped a part', with1({ packages: [parcel('W', { A: 1 })] }), ''],
    ['are what a final shipment left out', with1({ status: 'shipped', packages: [parcel('W', { A: 1 })] }), '1 A×1'],
    ['are none when more came than was ordered', with1({ status: 'shipped', packages: [parcel('W', { A: 3 })] }), ''],
    ['are none of a line under a refund', { refunds: refund('requested') }, ''],
    ['grow with the quantity', { lines: [line('1', 5)], ...with1({}) }, '1 A×3'],
    ['are none when the quantity shrinks', { lines: [line('1', 1)], ...with1({}) }, ''],
  ])('%s', (_, change, expected) =>
    expect(
      unmet(order(change))
        .map((item) => `${item.lineId} ${item.sku}×${item.quantity}`)
        .join(', '),
    ).toBe(expected),
  )

  it('are what a final shipment of two lines of one SKU left out', () => {
    const lines = [line('1', 2), line('2', 2)]
    const shipped = fulfillment({
      status: 'shipped',
      lines: [
        { lineId: '1', sku: 'A', quantity: 2 },
        { lineId: '2', sku: 'A', quantity: 2 },
      ],
      packages: [parcel('W', { A: 3 })],
    })
    expect(unmet(order({ lines, fulfillments: [shipped] })).reduce((sum, item) => sum + item.quantity, 0)).toBe(1)
  })

  it('count the pieces of a SKU over all packages', () =>
    expect(shippedOf(fulfillment({ packages: [parcel('W1', { A: 1, B: 5 }), parcel('W2', { A: 2 })] }), 'A')).toBe(3))
})

describe('two digests', () => {
  it.each([
    ['k1.a', 'k1.a', false, true],
    ['k1.a', 'k1.b', true, false],
    ['k1.a', 'k2.a', true, true],
    ['k1.a', 'k2.b', false, false],
    ['', '', false, true],
  ])('%j and %j, with the facts in the clear %s: %s', (a, b, otherwise, same) =>
    expect(sameDigest(a, b, otherwise)).toBe(same),
  )
})

describe('a copy of an order', () => {
  it('says the same, and changing any part of it in place leaves the order as it was', () => {
    const known = order({
      fulfillments: [fulfillment({ ...out, booked: ['b'], stop: { why: 'x', status: 'asked' } })],
      ...{ excluded: ['n'], problems: [problem], waived: ['w'], refunds: refund('requested') },
    })
    const before = JSON.stringify(known)
    const copy = copyOrder(known)
    expect(copy).toEqual(known)
    const [first] = copy.fulfillments
    if (!first?.packages[0]) throw new Error('no package')
    first.packages[0].written = true
    first.packages.push(parcel('W2', { A: 1 }))
    first.booked.push('c')
    first.status = 'dead'
    delete first.stop
    for (const list of [copy.excluded, copy.waived]) list.push('more')
    copy.problems.push(problem)
    copy.fulfillments.push(fulfillment())
    copy.refunds = {}
    copy.version = 99
    expect(JSON.stringify(known)).toBe(before)
  })
})
