import { describe, expect, it } from 'vitest'
import { documentNumber, orderId } from '../../src/domain/document.ts'
import type { WarehouseEvent } from '../../src/domain/fulfillment.ts'
import type { StockCommand } from '../../src/lane/event.ts'
import { HOUR, MINUTE, START } from './facts.ts'

import { hear, shop, warehouseSays } from './hearing.ts'

describe('a person’s word about a level', () => {
  const say = (kind: StockCommand['kind'], quantity: number) =>
    hear({
      kind: 'stock',
      operation: 'op-1',
      command: { sku: 'A', warehouseId: 'n', kind, quantity, reason: 'r', actor: 'li' },
    })

  it.each([
    ['set', 5, { kind: 'snapshot', onHand: 5, feed: 'gross', asOf: START - MINUTE }],
    ['set', 0, { kind: 'snapshot', onHand: 0 }],
    ['adjust', -2, { kind: 'adjust', delta: -2 }],
    ['receive', 3, { kind: 'receive', quantity: 3 }],
  ] as const)('%s %i is one operation, and its caller waits for it', (kind, quantity, op) => {
    const { ops, operations } = say(kind, quantity)
    expect(ops).toMatchObject([{ id: 'stock:e1', sku: 'A', warehouseId: 'n', ...op }])
    expect(operations).toEqual([{ id: 'op-1', op: 'stock:e1', sku: 'A', warehouseId: 'n' }])
  })
})

describe('a count of a warehouse', () => {
  const count = (full: boolean): WarehouseEvent => ({
    type: 'snapshot',
    asOf: START - HOUR,
    full,
    items: [
      { sku: 'A', quantity: 4 },
      { sku: 'B', quantity: 0, frozen: 1 },
    ],
  })

  it('of some SKUs counts those, under ids that make a repeat the same', () => {
    const { ops } = warehouseSays(count(false), { counted: ['A', 'B', 'C'] })
    expect(ops).toEqual([
      {
        kind: 'snapshot',
        id: `count:n:${START - HOUR}:A`,
        sku: 'A',
        warehouseId: 'n',
        onHand: 4,
        asOf: START - HOUR,
        feed: 'gross',
      },
      {
        kind: 'snapshot',
        id: `count:n:${START - HOUR}:B`,
        sku: 'B',
        warehouseId: 'n',
        onHand: 0,
        asOf: START - HOUR,
        feed: 'gross',
        frozen: 1,
      },
    ])
  })

  it('of all says of every other SKU ever counted there that none is left', () =>
    expect(
      warehouseSays(count(true), { counted: ['A', 'B', 'C'] }).ops.map((op) => [op.sku, 'onHand' in op && op.onHand]),
    ).toEqual([
      ['A', 4],
      ['B', 0],
      ['C', 0],
    ]))

  it('is net where the warehouse counts net', () =>
    expect(hear({ kind: 'warehouse', warehouseId: 'net', event: count(false) }).ops[0]).toMatchObject({
      feed: 'net',
      warehouseId: 'net',
    }))
})

describe('goods that moved for the warehouse’s own reasons', () => {
  it('are booked, each under its own id; those of our documents are not booked twice', () => {
    const ours = documentNumber(orderId(1, 1), 1)
    const items = [
      { bizId: 'b1', sku: 'A', delta: -1, reason: 'loss' },
      { bizId: 'b1', sku: 'B', delta: 2, reason: 'found', document: 'RK2026-1' },
      { bizId: 'b2', sku: 'A', delta: -2, reason: 'out', document: `${ours.slice(0, -1)}_` },
      { bizId: 'b3', sku: 'A', delta: -2, reason: 'out', document: ours },
    ]
    expect(warehouseSays({ type: 'moved', at: START, items }).ops.map((op) => op.id)).toEqual([
      'moved:n:b1:A',
      'moved:n:b1:B',
      'moved:n:b2:A',
    ])
  })

  it('and are on the list of movements already are not booked again, however late they come', () => {
    const items = [{ bizId: 'b1', sku: 'A', delta: -1, reason: 'loss' }]
    const [op] = warehouseSays({ type: 'moved', at: START, items }).ops
    expect(warehouseSays({ type: 'moved', at: START, items }, { booked: new Set([op?.id ?? '']) }).ops).toEqual([])
  })
})

describe('a callback that names no order of ours', () => {
  const shippedX = {
    type: 'shipped',
    ref: { externalId: 'X1' },
    bizId: 'b',
    final: true,
    at: START,
    packages: [],
  } as const

  it('goes to the lane of the order that has their number, once', () => {
    const { forwards, exceptions } = warehouseSays(
      shippedX,
      { terms: new Map([['x:n:X1', '000100000AB']]) },
      { raw: 'sealed' },
    )
    expect(forwards).toEqual([
      {
        lane: '#1',
        at: START,
        event: {
          id: 'wh:n:7:0',
          at: START - MINUTE,
          raw: 'sealed',
          ref: 'o:000100000AB',
          body: { kind: 'warehouse', warehouseId: 'n', event: shippedX },
        },
      },
    ])
    expect(exceptions).toEqual([])
  })

  it('is tried again for minutes, then it is an exception with its raw message', () => {
    const pauses = [0, 1, 2, 3].map((tries) => (warehouseSays(shippedX, {}, {}, tries).forwards[0]?.at ?? 0) - START)
    expect(pauses.every((pause) => pause > 0)).toBe(true)
    expect(pauses.reduce((a, b) => a + b, 0)).toBeGreaterThan(5 * MINUTE)
    const last = warehouseSays(shippedX, {}, { raw: 'sealed' }, 4)
    expect([last.forwards, last.exceptions]).toEqual([
      [],
      [{ id: 'wh:n:7:0', problem: { code: 'document_unknown', at: 'X1', facts: { document: 'X1' } }, raw: 'sealed' }],
    ])
  })

  it('that was passed on already and still finds no order is an exception at once', () =>
    expect(warehouseSays(shippedX, {}, { ref: 'o:000100000AB' }).exceptions).toHaveLength(1))
})

it('rights taken away stop all calls of the shop until new credentials come', () => {
  const gone = hear({ kind: 'platform', event: { type: 'revoked', at: START } }, { lane: 'shop:s1', shop })
  expect([gone.parks, gone.exceptions[0]?.id]).toEqual([
    [{ connection: 's1', until: Number.MAX_SAFE_INTEGER }],
    'shop:s1:credential:s1',
  ])
  const back = hear({ kind: 'credentials', connection: 's1' }, { lane: 'shop:s1', shop })
  expect([back.unparks, back.closes]).toEqual([['s1'], ['shop:s1:credential:s1', 'shop:s1:authorization']])
})
