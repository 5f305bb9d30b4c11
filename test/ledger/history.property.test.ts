/** Random histories, told in every disorder a network knows, against a model that only remembers and sums. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReservationName, StockOp, StockRequest } from '../../src/domain/stock.ts'
import { audit } from '../../src/ledger/audit.ts'
import { NOW, openDesk } from './desk.ts'
import { held, Model, plain } from './model.ts'

const SKUS = ['A', 'B']
const PLACES = ['W1', 'W2', 'W3']
const LANES = ['shop-1', 'shop-2', 'depot']

/** Numbers from which an operation is made when its turn comes, for only then is known what could be meant. */
type Seed = {
  readonly kind: number
  readonly pick: number
  readonly place: number
  readonly quantity: number
  readonly at: number
}
type Step = { readonly what: number; readonly lane: number; readonly which: number; readonly seeds: readonly Seed[] }

const seed = fc.record({
  kind: fc.nat(99),
  pick: fc.nat(999),
  place: fc.nat(2),
  quantity: fc.integer({ min: 1, max: 6 }),
  at: fc.integer({ min: 1, max: 60 }),
})
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.nat(99),
  lane: fc.nat(2),
  which: fc.nat(999),
  seeds: fc.array(seed, { minLength: 1, maxLength: 5 }),
})

class History {
  readonly desk = openDesk()
  readonly model = new Model()
  readonly sent: StockRequest[] = []
  readonly turns = new Map(LANES.map((lane) => [lane, 0]))
  readonly done = new Map(LANES.map((lane) => [lane, 0]))
  readonly names: { readonly lane: string; readonly sku: string; readonly name: string }[] = []
  readonly closed = new Set<string>()
  #count = 0

  run({ what, lane: number, which, seeds }: Step): void {
    const lane = LANES[number] ?? ''
    const older = this.sent.filter((request) => request.lane === lane)
    const repeat = older[which % Math.max(1, older.length)]
    if (what < 60 || !repeat)
      return this.#turn(
        lane,
        seeds.map((one) => this.#op(lane, one)),
        what < 4 ? this.#closable(lane) : [],
      )
    const open = repeat.turn >= (this.done.get(lane) ?? 0)
    if (what < 75) return open ? this.#again(repeat) : this.#late(repeat)
    const op = repeat.ops[which % Math.max(1, repeat.ops.length)]
    if (what < 85 && op && open)
      return this.#turn(lane, [...seeds.slice(1).map((one) => this.#op(lane, one)), op, op], [])
    if (what < 92 && op && open) return this.#changed(lane, repeat, op)
    this.done.set(lane, (this.turns.get(lane) ?? 0) + 1)
  }

  #turn(lane: string, ops: readonly StockOp[], closed: readonly ReservationName[]): void {
    const turn = (this.turns.get(lane) ?? 0) + 1
    this.turns.set(lane, turn)
    const request = { lane, turn, doneUpTo: Math.min(turn, this.done.get(lane) ?? 0), now: NOW, ops, closed }
    this.sent.push(request)
    this.#again(request)
    for (const { sku, reservation } of closed) {
      this.model.close(sku, reservation)
      this.closed.add(`${sku}|${reservation}`)
    }
  }

  #again(request: StockRequest): void {
    const expected = request.ops.map((op) => ({ ...this.model.say(request.lane, op, request.now) }))
    const versions = this.#versions()
    const answer = this.desk.send(request.ops, {
      ...request,
      doneUpTo: Math.min(request.turn, this.done.get(request.lane) ?? 0),
    })
    expect(answer.results.map(plain)).toEqual(expected)
    this.#check(versions)
  }

  /** The same id, other content: refused, and nothing moves. */
  #changed(lane: string, { turn }: StockRequest, op: StockOp): void {
    const other =
      op.kind === 'adjust'
        ? { ...op, delta: op.delta + 1 }
        : 'quantity' in op
          ? { ...op, quantity: op.quantity + 1 }
          : undefined
    if (!other) return
    const before = this.#versions()
    expect(this.desk.send([other], { lane, turn, doneUpTo: 0 }).results[0]).toMatchObject({ outcome: 'conflict' })
    expect(this.#versions()).toEqual(before)
  }

  /** A turn the lane called done comes once more, out of some queue: whatever is answered, nothing moves. */
  #late(request: StockRequest): void {
    const before = this.#versions()
    this.desk.send(request.ops, { ...request })
    expect(this.#versions()).toEqual(before)
  }

  #versions(): unknown[] {
    return this.desk.sql.all('SELECT sku, warehouse, counted, on_hand, reserved, in_transit, version FROM level')
  }

  #check(before: readonly unknown[]): void {
    for (const sku of SKUS) {
      for (const place of PLACES) {
        const { onHand, reserved, inTransit, counted } = this.desk.level(place, sku)
        const { model } = this
        const expected = {
          onHand: model.onHand(sku, place),
          reserved: model.reserved(sku, place),
          inTransit: model.inTransit(sku, place),
          counted: model.place(sku, place).known,
        }
        expect({ onHand, reserved, inTransit, counted }, `${sku} at ${place}`).toEqual(expected)
      }
    }
    expect(audit(this.desk.sql)).toEqual([])
    const key = (row: unknown) =>
      JSON.stringify([(row as { sku: string }).sku, (row as { warehouse: string }).warehouse])
    const old = new Map(before.map((row) => [key(row), row]))
    for (const row of this.#versions()) {
      const was = old.get(key(row)) as { version: number } | undefined
      if (was && was.version === (row as { version: number }).version) expect(row).toEqual(was)
      else expect((row as { version: number }).version).toBeGreaterThan(was?.version ?? -1)
    }
  }

  /** Whose acceptance came to be known only after goods moved is left out: its row is what remembers that. */
  #closable(lane: string): ReservationName[] {
    const mine = this.names.filter(
      (one) => one.lane === lane && (this.done.get(lane) ?? 0) > (this.turns.get(lane) ?? 0),
    )
    return mine.flatMap(({ sku, name }) => {
      const hold = this.model.holds.get(`${sku}|${name}`)
      return hold && held(hold) === 0 && hold.early !== false ? [{ sku, reservation: name }] : []
    })
  }

  #op(lane: string, { kind, pick, place, quantity, at }: Seed): StockOp {
    const sku = SKUS[pick % SKUS.length] ?? ''
    const warehouseId = PLACES[place] ?? ''
    const id = `${lane}:${++this.#count}`
    const base = { id, sku, warehouseId }
    if (lane === 'depot') return goods(base, { kind, pick, place, quantity, at })
    const claimant = { orderId: `O${pick % 7}`, shipBy: pick % 5, placedAt: pick % 3 }
    const known = this.names.filter((one) => one.lane === lane)
    const one = known[pick % Math.max(1, known.length)]
    if (kind < 45 || !one) {
      const name = `${lane}:D${this.#count}`
      this.names.push({ lane, sku, name })
      return { ...base, kind: 'reserve', reservation: name, quantity, claimant, eligible: [warehouseId, 'W1'] }
    }
    const hold = this.model.holds.get(`${one.sku}|${one.name}`)
    const on = {
      ...base,
      sku: one.sku,
      warehouseId: kind % 10 === 0 ? warehouseId : (hold?.place ?? warehouseId),
      reservation: one.name,
    }
    // Of a closed one only late shipments are still told.
    if (kind < 65 || this.closed.has(`${one.sku}|${one.name}`)) return { ...on, kind: 'commit', quantity, at }
    if (kind < 78) return { ...on, kind: 'release', ...(kind % 2 === 0 && { at }) }
    if (kind < 90) return { ...on, kind: 'placed', at }
    if (kind < 93) return { ...on, kind: 'reserve', quantity, claimant, eligible: [] }
    if (kind < 94) return { ...base, kind: 'forget', orderId: claimant.orderId }
    if (kind < 95) return { ...base, kind: 'wait', warehouseId: '', quantity, claimant, eligible: PLACES }
    const toReservation = `${lane}:M${this.#count}`
    this.names.push({ lane, sku: one.sku, name: toReservation })
    return { ...on, kind: 'move', toWarehouseId: warehouseId, toReservation, claimant, ...(kind % 2 === 0 && { at }) }
  }
}

const goods = (base: { id: string; sku: string; warehouseId: string }, { kind, pick, quantity, at }: Seed): StockOp => {
  const transfer = `T${pick % 3}`
  if (kind < 25) return { ...base, kind: 'receive', quantity: quantity * 2, at }
  if (kind < 35) return { ...base, kind: 'adjust', delta: quantity - 4, at }
  if (kind < 50) return { ...base, kind: 'snapshot', onHand: quantity * 2, asOf: at, feed: 'gross' }
  if (kind < 65) return { ...base, kind: 'snapshot', onHand: quantity * 2, asOf: at, feed: 'net' }
  if (kind < 70) return { ...base, kind: 'snapshot', onHand: quantity * 2, asOf: at, feed: 'net', frozen: pick % 4 }
  if (kind < 80) return { ...base, kind: 'transferOut', transfer, toWarehouseId: PLACES[pick % 3] ?? '', quantity, at }
  if (kind < 92)
    return {
      ...base,
      kind: 'transferIn',
      transfer,
      quantity: quantity - 1,
      lost: pick % 3 === 0 ? 1 : quantity === 1 ? 1 : 0,
      at,
    }
  return { ...base, kind: 'shipUnreserved', quantity, at }
}

describe('any history', () => {
  it('answers and counts as one that remembers everything and sums it anew', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 50 }), (steps) => {
        const history = new History()
        for (const one of steps) history.run(one)
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    )
  })
})
