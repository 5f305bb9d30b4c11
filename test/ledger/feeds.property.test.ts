/**
 * One day in a warehouse, of which we are told in any order and with any delay: whatever counts it sends, gross, net or
 * net with its frozen pieces, before or after its shipments, the books end where the shelves do.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StockOp } from '../../src/domain/stock.ts'
import { audit } from '../../src/ledger/audit.ts'
import { openDesk, SKU } from './desk.ts'

interface Order {
  readonly quantity: number
  /** Hours of the day, in this order; absent: it did not come to that. */
  readonly accepted: number
  readonly ends: readonly { readonly at: number; readonly how: 'ship' | 'cancel'; readonly pieces: number }[]
}

const HOUR = 60
const order = fc
  .record({
    quantity: fc.integer({ min: 1, max: 5 }),
    accepted: fc.integer({ min: 1, max: 20 }),
    first: fc.nat(5),
    second: fc.nat(5),
    part: fc.nat(5),
    fate: fc.nat(3),
  })
  .map(({ quantity, accepted, first, second, part, fate }): Order => {
    const at = (accepted + 1 + first) * HOUR
    const later = at + (1 + second) * HOUR
    if (fate === 0) return { quantity, accepted: accepted * HOUR, ends: [] }
    if (fate === 1) return { quantity, accepted: accepted * HOUR, ends: [{ at, how: 'cancel', pieces: quantity }] }
    const pieces = Math.min(quantity, 1 + part)
    const rest = quantity - pieces
    const ship = { at, how: 'ship' as const, pieces }
    const how = fate === 2 ? ('ship' as const) : ('cancel' as const)
    return { quantity, accepted: accepted * HOUR, ends: rest > 0 ? [ship, { at: later, how, pieces: rest }] : [ship] }
  })

interface Day {
  readonly start: number
  readonly orders: readonly Order[]
  readonly receipts: readonly { readonly at: number; readonly pieces: number }[]
  readonly counts: readonly { readonly at: number; readonly feed: number }[]
  /** How late each thing is told. */
  readonly delays: readonly number[]
}
const hour = fc.integer({ min: 2, max: 40 })
const day: fc.Arbitrary<Day> = fc.record({
  start: fc.integer({ min: 30, max: 60 }),
  orders: fc.array(order, { maxLength: 6 }),
  receipts: fc.array(
    fc.record({ at: hour.map((at) => at * HOUR + 1), pieces: fc.integer({ min: -3, max: 9 }).filter((n) => n !== 0) }),
    { maxLength: 3 },
  ),
  counts: fc.array(fc.record({ at: hour.map((at) => at * HOUR + 2), feed: fc.nat(2) }), { minLength: 1, maxLength: 4 }),
  delays: fc.array(fc.nat(30 * HOUR), { minLength: 40, maxLength: 40 }),
})

const shelves = ({ start, orders, receipts }: Day, time: number): number => {
  const shipped = orders.flatMap((one) => one.ends).filter((one) => one.how === 'ship' && one.at <= time)
  const received = receipts.filter((one) => one.at <= time)
  return start + total(received) - total(shipped)
}

const frozen = ({ orders }: Day, time: number): number =>
  total(
    orders
      .filter((one) => one.accepted <= time)
      .map((one) => ({ pieces: one.quantity - total(one.ends.filter((end) => end.at <= time)) })),
  )

const total = (list: readonly { readonly pieces: number }[]): number => list.reduce((sum, one) => sum + one.pieces, 0)

/** What each thing is as an operation, and when we hear of it; what is said of one order keeps its order. */
const told = (day: Day): { readonly op: StockOp; readonly heard: number }[] => {
  const delays = [...day.delays]
  const hear = (at: number): number => at + (delays.pop() ?? 0)
  const base = { sku: SKU, warehouseId: 'W1' }
  const orders = day.orders.flatMap((one, index) => {
    const reservation = `D${index}`
    const ends = one.ends.map(({ at, how, pieces }, which): { op: StockOp; heard: number } => {
      const op = { ...base, id: `${reservation}:${which}`, reservation, at }
      return {
        op: how === 'ship' ? { ...op, kind: 'commit', quantity: pieces } : { ...op, kind: 'release' },
        heard: hear(at),
      }
    })
    const placed: StockOp = { ...base, kind: 'placed', id: `${reservation}:placed`, reservation, at: one.accepted }
    // Rounded in turn, so that a cancellation is never told before the shipment that left less to cancel.
    for (const [which, end] of ends.entries()) end.heard = Math.max(end.heard, ends[which - 1]?.heard ?? 0)
    return [{ op: placed, heard: hear(one.accepted) }, ...ends]
  })
  const receipts = day.receipts.map(({ at, pieces }, index) => ({
    op: { ...base, kind: 'adjust', id: `r${index}`, delta: pieces, at } as StockOp,
    heard: hear(at),
  }))
  const counts = day.counts.map(({ at, feed }, index) => ({ op: count(day, at, feed, `c${index}`), heard: hear(at) }))
  return [...orders, ...receipts, ...counts].sort((a, b) => a.heard - b.heard)
}

const count = (day: Day, asOf: number, feed: number, id: string): StockOp => {
  const base = { sku: SKU, warehouseId: 'W1', kind: 'snapshot', id, asOf } as const
  const gross = shelves(day, asOf)
  if (feed === 0) return { ...base, feed: 'gross', onHand: gross }
  const net = { ...base, feed: 'net', onHand: gross - frozen(day, asOf) } as const
  return feed === 1 ? net : { ...net, frozen: frozen(day, asOf) }
}

const tell = (day: Day) => {
  const desk = openDesk()
  desk.send([{ kind: 'snapshot', id: 'start', sku: SKU, warehouseId: 'W1', feed: 'gross', onHand: day.start, asOf: 1 }])
  for (const [index, { quantity }] of day.orders.entries()) {
    const claimant = { orderId: `O${index}`, shipBy: 1, placedAt: 1 }
    const answer = desk.one({
      kind: 'reserve',
      id: `D${index}`,
      sku: SKU,
      warehouseId: 'W1',
      reservation: `D${index}`,
      quantity,
      claimant,
      eligible: [],
    })
    if (answer.outcome !== 'ok') throw new Error('the day starts with enough for all')
  }
  for (const { op } of told(day)) {
    desk.send([op])
    expect(audit(desk.sql)).toEqual([])
  }
  return desk.level()
}

const open = (day: Day): number => total(day.orders.map((one) => ({ pieces: one.quantity - total(one.ends) })))

describe('counts of a warehouse', () => {
  const runs = { numRuns: Number(process.env.RUNS ?? 200) }

  it('lead to what is there, in whatever order things are told', () => {
    fc.assert(
      fc.property(day, (one) => {
        const { onHand, reserved } = tell(one)
        expect({ onHand, reserved }).toEqual({ onHand: shelves(one, Number.POSITIVE_INFINITY), reserved: open(one) })
      }),
      runs,
    )
  })

  it('gross, net and net with frozen pieces: the same available', () => {
    fc.assert(
      fc.property(day, (one) => {
        const [gross, net, both] = [0, 1, 2].map((feed) =>
          tell({ ...one, counts: one.counts.map((each) => ({ ...each, feed })) }),
        )
        expect(net).toMatchObject({ onHand: gross?.onHand, reserved: gross?.reserved })
        expect(both).toMatchObject({ onHand: gross?.onHand, reserved: gross?.reserved })
      }),
      runs,
    )
  })

  it('net, with acceptances unknown: never more than is there', () => {
    fc.assert(
      fc.property(day, fc.func(fc.boolean()), (one, knows) => {
        const desk = openDesk()
        desk.send([
          { kind: 'snapshot', id: 'start', sku: SKU, warehouseId: 'W1', feed: 'gross', onHand: one.start, asOf: 1 },
        ])
        for (const [index, { quantity }] of one.orders.entries()) {
          const claimant = { orderId: `O${index}`, shipBy: 1, placedAt: 1 }
          desk.send([
            {
              kind: 'reserve',
              id: `D${index}`,
              sku: SKU,
              warehouseId: 'W1',
              reservation: `D${index}`,
              quantity,
              claimant,
              eligible: [],
            },
          ])
        }
        for (const { op } of told(one)) if (op.kind !== 'placed' || knows(op.id)) desk.send([op])
        expect(desk.level().onHand).toBeLessThanOrEqual(shelves(one, Number.POSITIVE_INFINITY))
      }),
      runs,
    )
  })
})
