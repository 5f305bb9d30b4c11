/**
 * Lanes that play by the rules: they plan from the levels they know, give back what did not suffice, answer each wake
 * with a reserve or a forget. Wakes travel late and twice. When the last has been answered, no order waits beside stock
 * that would serve it.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { available, type StockAnswer, type StockLevel, type StockOp, type Wake } from '../../src/domain/stock.ts'
import { audit } from '../../src/ledger/audit.ts'
import { NOW, openDesk, SKU } from './desk.ts'

const SKUS = ['A', 'B']
const PLACES = ['W1', 'W2', 'W3']

type Part = readonly [sku: string, place: string, quantity: number]

interface Order {
  readonly id: string
  readonly lane: string
  readonly needs: readonly (readonly [sku: string, quantity: number])[]
  readonly eligible: readonly string[]
  readonly split: boolean
  readonly shipBy: number
  state: 'waiting' | 'held' | 'over'
  readonly held: Map<string, Part>
}

const move = fc.record({
  what: fc.nat(99),
  which: fc.nat(99),
  place: fc.nat(2),
  quantity: fc.integer({ min: 1, max: 6 }),
  flag: fc.boolean(),
})
type Move = typeof move extends fc.Arbitrary<infer One> ? One : never
type Free = (sku: string, place: string) => number

class Shops {
  readonly desk = openDesk()
  readonly orders: Order[] = []
  readonly post: Wake[] = []
  readonly known = new Map<string, StockLevel>()
  #count = 0
  #turn = 0

  run(one: Move): void {
    const { what, which, quantity, flag } = one
    const order = this.orders[which % Math.max(1, this.orders.length)]
    if (what < 30) return this.#arrive(one)
    if (what < 58) return this.#goods(one)
    if (what < 65 && order) return this.#cancel(order)
    if (what < 72 && order) return this.#ship(order)
    if (what < 76 && order) return this.#moveAway(order, PLACES[quantity % 3] ?? '')
    if (what < 80 && order?.state === 'waiting') return this.try(order)
    this.deliver(which, flag)
  }

  #arrive({ quantity, which, what, place, flag }: Move): void {
    const eligible = PLACES.filter((_, index) => index === place || (which >> index) % 2 === 0)
    const needs = [['A', quantity + (what % 3)] as const, ...(what % 2 === 0 ? [['B', 1 + (which % 5)] as const] : [])]
    const lane = `shop-${which % 2}`
    const id = `O${++this.#count}`
    const order: Order = { id, lane, needs, eligible, split: flag, shipBy: what % 4, state: 'waiting', held: new Map() }
    this.orders.push(order)
    this.try(order)
  }

  #goods({ what, which, place, quantity }: Move): void {
    const sku = SKUS[which % 2] ?? ''
    const base = { id: `op${++this.#count}`, sku, warehouseId: PLACES[place] ?? '' }
    if (what < 45) this.#send('depot', [{ ...base, kind: 'receive', quantity, at: this.#count }])
    else if (what < 50)
      this.#send('depot', [{ ...base, kind: 'snapshot', onHand: quantity, asOf: this.#count, feed: 'gross' }])
    else if (what < 55) this.#send('depot', [{ ...base, kind: 'adjust', delta: -quantity, at: this.#count }])
    else this.#send('depot', [{ ...base, kind: 'transferIn', transfer: base.id, quantity, lost: 0, at: this.#count }])
  }

  /** At most three rounds, as a lane does; then it waits, or tries again of itself where it sees enough. */
  try(order: Order): void {
    for (let round = 0; round < 3; round++) {
      const whole = order.needs.map(([sku, quantity]): Part => [sku, order.eligible[0] ?? '', quantity])
      const parts = this.#plan(order) ?? whole
      if (this.#reserve(order, parts)) return
      const hopeful = this.#plan(order) !== undefined
      this.#giveBack(order, hopeful ? [] : this.#waits(order))
      order.state = 'waiting'
      if (!hopeful && !this.#plan(order)) return
    }
    this.try(order)
  }

  #reserve(order: Order, parts: readonly Part[]): boolean {
    const waiting = this.#waiting(order)
    const ops = parts.map(([sku, warehouseId, quantity]): StockOp => {
      const reservation = `${order.id}:${++this.#count}`
      return { id: `${reservation}:reserve`, kind: 'reserve', sku, warehouseId, reservation, quantity, ...waiting }
    })
    const { results } = this.#send(order.lane, ops)
    for (const [index, op] of ops.entries()) {
      const granted = op.kind === 'reserve' && results[index]?.outcome === 'ok'
      if (granted) order.held.set(op.reservation, [op.sku, op.warehouseId, op.quantity])
    }
    if (order.held.size === ops.length) order.state = 'held'
    return order.state === 'held'
  }

  #waiting({ id, shipBy, eligible, split }: Order) {
    return { claimant: { orderId: id, shipBy, placedAt: 1 }, eligible, split }
  }

  /** Of one SKU the refusal says all; of several any may be the one that is short elsewhere. */
  #waits(order: Order): StockOp[] {
    if (order.needs.length < 2) return []
    const id = `${order.id}:wait:${++this.#count}`
    return order.needs.map(([sku, quantity]) => ({
      id,
      kind: 'wait',
      sku,
      warehouseId: '',
      quantity,
      ...this.#waiting(order),
    }))
  }

  #knows(order: Order): Free {
    return (sku, place) => {
      const level = this.known.get(`${order.lane}|${sku}|${place}`)
      return level ? available(level) : 0
    }
  }

  /** One warehouse for all of it, else several if it may be split, by what this lane has heard of the levels. */
  #plan(order: Order, free: Free = this.#knows(order)): Part[] | undefined {
    const whole = order.eligible.find((place) => order.needs.every(([sku, quantity]) => free(sku, place) >= quantity))
    if (whole) return order.needs.map(([sku, quantity]) => [sku, whole, quantity])
    if (!order.split) return undefined
    const parts = order.needs.map(([sku, quantity]) => divide(order, sku, quantity, free))
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined
  }

  #giveBack(order: Order, more: readonly StockOp[] = []): void {
    const ops = [...order.held].map(([reservation, [sku, warehouseId]]): StockOp => {
      return { id: `${reservation}:release`, kind: 'release', sku, warehouseId, reservation }
    })
    order.held.clear()
    if (ops.length + more.length > 0) this.#send(order.lane, [...ops, ...more])
  }

  #cancel(order: Order): void {
    this.#giveBack(order)
    if (order.state === 'waiting') this.#forget(order)
    order.state = 'over'
  }

  #ship(order: Order): void {
    const ops = [...order.held].map(([reservation, [sku, warehouseId, quantity]]): StockOp => {
      return { id: `${reservation}:commit`, kind: 'commit', sku, warehouseId, reservation, quantity, at: this.#count }
    })
    order.held.clear()
    if (ops.length === 0) return
    this.#send(order.lane, ops)
    order.state = 'over'
  }

  #moveAway(order: Order, toWarehouseId: string): void {
    const [first] = order.held
    if (!first || order.held.size > 1) return
    const [reservation, [sku, warehouseId, quantity]] = first
    const toReservation = `${order.id}:${++this.#count}`
    const { claimant } = this.#waiting(order)
    const id = `${reservation}:move:${this.#count}`
    const op: StockOp = { id, kind: 'move', sku, warehouseId, reservation, toWarehouseId, toReservation, claimant }
    if (this.#send(order.lane, [op]).results[0]?.outcome !== 'ok') return this.#forget(order)
    order.held.clear()
    order.held.set(toReservation, [sku, toWarehouseId, quantity])
  }

  #forget(order: Order): void {
    const id = `op${++this.#count}`
    this.#send(
      order.lane,
      order.needs.map(([sku]) => ({ id, kind: 'forget', sku, warehouseId: '', orderId: order.id })),
    )
  }

  /** Some answers are lost; when the turn is told again, one operation at a time, somebody else has been there. */
  #send(lane: string, ops: readonly StockOp[]): StockAnswer {
    const turn = ++this.#turn
    const first = this.desk.send(ops, { lane, turn })
    const lost = lane !== 'depot' && this.#count % 4 === 0
    if (lost)
      this.#goods({
        what: this.#count % 58,
        which: this.#turn,
        place: this.#turn % 3,
        quantity: 1 + (this.#count % 5),
        flag: false,
      })
    const told = lost ? ops.map((op) => this.desk.send([op], { lane, turn })) : [first]
    const orders = (answers: readonly StockAnswer[]) => answers.flatMap((one) => one.wakes.map((wake) => wake.orderId))
    if (lost) expect(orders(told)).toEqual(expect.arrayContaining(orders([first])))
    for (const level of told.flatMap((answer) => answer.levels)) {
      const key = `${lane}|${level.sku}|${level.warehouseId}`
      if ((this.known.get(key)?.version ?? -1) < level.version) this.known.set(key, level)
    }
    this.post.push(...told.flatMap((answer) => answer.wakes))
    return { ...first, results: told.flatMap((answer) => answer.results) }
  }

  deliver(which: number, twice = false): void {
    const index = which % Math.max(1, this.post.length)
    const wake = this.post[index]
    if (!wake) return
    if (!twice) this.post.splice(index, 1)
    const order = this.orders.find((one) => one.id === wake.orderId)
    if (order?.state === 'waiting') this.try(order)
    else if (order) this.#forget(order)
  }

  idle(): Order[] {
    const free: Free = (sku, place) => available(this.desk.level(place, sku))
    return this.orders.filter((order) => order.state === 'waiting' && this.#plan(order, free))
  }
}

const divide = (order: Order, sku: string, quantity: number, free: Free): Part[] | undefined => {
  let left = quantity
  const parts = order.eligible.flatMap((place): Part[] => {
    const pieces = Math.min(left, free(sku, place))
    left -= pieces
    return pieces > 0 ? [[sku, place, pieces]] : []
  })
  return left === 0 ? parts : undefined
}

describe('waiting orders', () => {
  it('never wait beside free stock once every wake is answered, and wakes come to an end', () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 5, maxLength: 80 }), (moves) => {
        const shops = new Shops()
        for (const one of moves) {
          shops.run(one)
          expect(audit(shops.desk.sql)).toEqual([])
        }
        let left = 500
        while (shops.post.length > 0 && left-- > 0) shops.deliver(0)
        expect(left).toBeGreaterThan(0)
        expect(shops.idle()).toEqual([])
        expect(shops.desk.sql.all('SELECT order_id FROM waiter WHERE woken > ?', NOW)).toEqual([])
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    )
  })

  it('wakes no more orders than a rise can serve, most urgent first', () => {
    const order = fc.record({ need: fc.integer({ min: 1, max: 6 }), shipBy: fc.nat(3), placedAt: fc.nat(3) })
    fc.assert(
      fc.property(fc.array(order, { maxLength: 12 }), fc.integer({ min: 1, max: 20 }), (orders, rise) => {
        const desk = openDesk()
        const ops = orders.map(({ need, ...claimant }, index): StockOp => {
          const id = `O${String(index).padStart(2, '0')}`
          return {
            id,
            kind: 'reserve',
            sku: SKU,
            warehouseId: 'W1',
            reservation: id,
            quantity: need,
            claimant: { orderId: id, ...claimant },
            eligible: ['W1'],
          }
        })
        desk.send(ops)
        const { wakes } = desk.send([{ id: 'r', kind: 'receive', sku: SKU, warehouseId: 'W1', quantity: rise, at: 1 }])
        const sorted = orders
          .map((one, index) => ({ ...one, index }))
          .sort((a, b) => a.shipBy - b.shipBy || a.placedAt - b.placedAt || a.index - b.index)
        let left = rise
        const expected = sorted.filter(({ need }) => {
          const fits = need <= left
          if (fits) left -= need
          return fits
        })
        expect(wakes.map((wake) => Number(wake.orderId.slice(1)))).toEqual(expected.map((one) => one.index))
      }),
    )
  })
})
