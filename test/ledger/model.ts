/**
 * The ledger told again, the slow way: nothing is kept but what was said, and every figure is summed anew whenever it
 * is asked for. It never forgets, so it knows what a repeat must be answered. Who waits is not its business.
 */
import type { StockOp, StockResult } from '../../src/domain/stock.ts'

type Answer = { readonly outcome: string } & Record<string, unknown>
type Of<Kind extends StockOp['kind']> = Extract<StockOp, { kind: Kind }>

export interface Hold {
  readonly sku: string
  readonly name: string
  readonly place: string
  readonly order: string
  readonly quantity: number
  accepted?: number
  /** Acceptance was learned before anything ended. */
  early?: boolean
  readonly ends: { readonly at: number; readonly pieces: number }[]
  released: boolean
}

interface Place {
  known: boolean
  readonly moves: { readonly at: number; readonly delta: number }[]
  count?: { readonly asOf: number; readonly pieces: number; readonly guess: boolean }
}

export class Model {
  readonly holds = new Map<string, Hold>()
  readonly past: Hold[] = []
  readonly places = new Map<string, Place>()
  readonly transfers = new Map<string, { readonly key: string; sent: number; arrived: number }>()
  readonly told = new Map<string, { readonly text: string; readonly answer: Answer }>()

  say(lane: string, op: StockOp, now: number): Answer {
    const key = [op.sku, op.id, 'reservation' in op ? '' : lane].join('|')
    const before = this.told.get(key)
    if (before) return before.text === JSON.stringify(op) ? before.answer : { outcome: 'conflict' }
    const answer = this.#act(op, now)
    this.told.set(key, { text: JSON.stringify(op), answer })
    return answer
  }

  place(sku: string, id: string): Place {
    const key = `${sku}|${id}`
    const place = this.places.get(key) ?? { known: false, moves: [] }
    this.places.set(key, place)
    return place
  }

  onHand(sku: string, id: string): number {
    const { moves, count } = this.place(sku, id)
    const since = count ? moves.filter((move) => move.at > count.asOf) : moves
    const guess = count?.guess ? this.#all(sku, id).map((hold) => heldAt(hold, count.asOf)) : []
    return sum([count?.pieces ?? 0, ...guess, ...since.map((move) => move.delta)])
  }

  reserved(sku: string, id: string): number {
    return sum(this.#all(sku, id).map(held))
  }

  inTransit(sku: string, id: string): number {
    const ours = [...this.transfers.values()].filter((transfer) => transfer.key === `${sku}|${id}`)
    return sum(ours.map(({ sent, arrived }) => Math.max(0, sent - arrived)))
  }

  close(sku: string, name: string): void {
    const hold = this.holds.get(`${sku}|${name}`)
    if (!hold || held(hold) > 0) return
    this.holds.delete(`${sku}|${name}`)
    this.past.push(hold)
  }

  #all(sku: string, place: string): Hold[] {
    return [...this.holds.values(), ...this.past].filter((hold) => hold.sku === sku && hold.place === place)
  }

  #act(op: StockOp, now: number): Answer {
    const hold = 'reservation' in op ? this.holds.get(`${op.sku}|${op.reservation}`) : undefined
    switch (op.kind) {
      case 'reserve':
        return this.#reserve(op, hold)
      case 'placed':
        if (!hold) return { outcome: 'gone' }
        if (hold.place !== op.warehouseId) return { outcome: 'conflict' }
        if (hold.accepted === undefined) Object.assign(hold, { accepted: op.at, early: hold.ends.length === 0 })
        return { outcome: 'ok' }
      case 'commit':
        return this.#commit(op, hold)
      case 'release':
        return this.#release(op, hold, now)
      case 'move':
        return this.#move(op, hold, now)
      case 'receive':
        return this.#goods(op, op.quantity, op.at)
      case 'adjust':
        return this.#goods(op, op.delta, op.at)
      case 'shipUnreserved':
        return this.#goods(op, -op.quantity, op.at)
      case 'snapshot':
        return this.#count(op)
      case 'transferOut':
        this.#transfer(op.sku, op.transfer, op.toWarehouseId).sent += op.quantity
        return this.#goods(op, -op.quantity, op.at)
      case 'transferIn':
        this.#transfer(op.sku, op.transfer, op.warehouseId).arrived += op.quantity + op.lost
        return this.#goods(op, op.quantity, op.at)
      case 'wait':
      case 'forget':
        return { outcome: 'ok' }
    }
  }

  #fits(sku: string, place: string, quantity: number): boolean {
    return this.place(sku, place).known && quantity <= this.onHand(sku, place) - this.reserved(sku, place)
  }

  #short(sku: string, place: string): Answer {
    const unknown = !this.place(sku, place).known
    return {
      outcome: 'short',
      unknown,
      available: unknown ? 0 : Math.max(0, this.onHand(sku, place) - this.reserved(sku, place)),
    }
  }

  #reserve(op: Of<'reserve'>, hold: Hold | undefined): Answer {
    const { sku, warehouseId: place, reservation: name, quantity, claimant } = op
    if (hold && held(hold) === 0) return { outcome: 'gone' }
    if (hold) {
      const same =
        hold.place === place && held(hold) === quantity && hold.ends.length === 0 && hold.order === claimant.orderId
      return { outcome: same ? 'ok' : 'conflict' }
    }
    if (!this.#fits(sku, place, quantity)) return this.#short(sku, place)
    this.#hold({ sku, name, place, order: claimant.orderId, quantity, ends: [], released: false })
    return { outcome: 'ok' }
  }

  #hold(hold: Hold): void {
    this.holds.set(`${hold.sku}|${hold.name}`, hold)
  }

  #commit(op: Of<'commit'>, hold: Hold | undefined): Answer {
    const here = hold?.place === op.warehouseId ? hold : undefined
    const pieces = here ? Math.min(held(here), op.quantity) : 0
    if (here && pieces > 0) here.ends.push({ at: op.at, pieces })
    this.place(op.sku, op.warehouseId).moves.push({ at: op.at, delta: -op.quantity })
    return pieces === op.quantity ? { outcome: 'ok' } : { outcome: 'over', unreserved: op.quantity - pieces }
  }

  #release(op: Of<'release'>, hold: Hold | undefined, now: number): Answer {
    const { sku, warehouseId: place, reservation: name } = op
    if (hold && hold.place !== place) return { outcome: 'conflict' }
    if (hold) end(hold, op.at ?? now)
    else this.#hold({ sku, name, place, order: '', quantity: 0, ends: [], released: true })
    return { outcome: 'ok' }
  }

  #move(op: Of<'move'>, hold: Hold | undefined, now: number): Answer {
    if (!hold || held(hold) === 0) return { outcome: 'gone' }
    if (hold.place !== op.warehouseId) return { outcome: 'conflict' }
    const there = this.holds.get(`${op.sku}|${op.toReservation}`)
    if (there) return { outcome: held(there) > 0 ? 'conflict' : 'gone' }
    const quantity = held(hold)
    const undo = structuredClone(hold)
    end(hold, op.at ?? now)
    if (!this.#fits(op.sku, op.toWarehouseId, quantity)) {
      this.#hold(undo)
      return this.#short(op.sku, op.toWarehouseId)
    }
    this.#hold({
      sku: op.sku,
      name: op.toReservation,
      place: op.toWarehouseId,
      order: op.claimant.orderId,
      quantity,
      ends: [],
      released: false,
    })
    return { outcome: 'ok' }
  }

  #goods(op: StockOp, delta: number, at: number): Answer {
    const place = this.place(op.sku, op.warehouseId)
    place.moves.push({ at, delta })
    place.known ||= delta > 0
    return { outcome: 'ok' }
  }

  #count(op: Of<'snapshot'>): Answer {
    const place = this.place(op.sku, op.warehouseId)
    if (place.count && op.asOf < place.count.asOf) return { outcome: 'stale' }
    const [before, known] = [this.onHand(op.sku, op.warehouseId), place.known]
    const frozen = op.feed === 'net' ? (op.frozen ?? 0) : 0
    place.count = { asOf: op.asOf, pieces: op.onHand + frozen, guess: op.feed === 'net' && op.frozen === undefined }
    place.known = true
    return { outcome: 'counted', difference: known ? this.onHand(op.sku, op.warehouseId) - before : 0 }
  }

  #transfer(sku: string, name: string, place: string): { sent: number; arrived: number } {
    const id = `${sku}|${name}|${place}`
    const transfer = this.transfers.get(id) ?? { key: `${sku}|${place}`, sent: 0, arrived: 0 }
    this.transfers.set(id, transfer)
    return transfer
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

export const held = (hold: Hold): number => hold.quantity - sum(hold.ends.map((one) => one.pieces))

const end = (hold: Hold, at: number): void => {
  if (held(hold) > 0) hold.ends.push({ at, pieces: held(hold) })
  hold.released = true
}

const heldAt = (hold: Hold, time: number): number =>
  hold.accepted === undefined || hold.accepted > time
    ? 0
    : hold.quantity - sum(hold.ends.filter((one) => one.at <= time).map((one) => one.pieces))

export const plain = ({ id: _, ...rest }: StockResult): Answer => rest
