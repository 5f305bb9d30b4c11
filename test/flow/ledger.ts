/** A tiny ledger for tests of decisions: grants what is there, refuses what is not, knows who waits. Written apart from `src/ledger`. */
import type { StockAnswer, StockLevel, StockOp, StockResult } from '../../src/domain/stock.ts'

type Reservation = {
  readonly warehouseId: string
  readonly sku: string
  readonly quantity: number
  open: number
  shipped: number
}

export class Ledger {
  readonly #levels = new Map<string, StockLevel>()
  readonly #answers = new Map<string, StockResult>()
  readonly #released = new Set<string>()
  readonly #eligible = new Map<string, readonly string[]>()
  readonly reservations = new Map<string, Reservation>()
  /** `order sku` of those refused and not served since. */
  readonly waiters = new Set<string>()
  /** Who may try again, with the SKU that rose. */
  wakes: { readonly orderId: string; readonly sku: string }[] = []
  readonly seen: StockOp[] = []

  level(sku: string, warehouseId: string): StockLevel {
    return (
      this.#levels.get(`${sku}\n${warehouseId}`) ?? {
        sku,
        warehouseId,
        counted: true,
        onHand: 0,
        reserved: 0,
        inTransit: 0,
        version: 0,
      }
    )
  }

  levels(): StockLevel[] {
    return [...this.#levels.values()]
  }

  /** Goods come in. */
  receive(sku: string, warehouseId: string, quantity: number): void {
    this.#change(sku, warehouseId, quantity, 0)
  }

  isWaiting(orderId: string): boolean {
    return (
      [...this.waiters].some((key) => key.startsWith(`${orderId} `)) ||
      this.wakes.some((wake) => wake.orderId === orderId)
    )
  }

  apply(ops: readonly StockOp[]): StockAnswer {
    const results = ops.map((op) => {
      const known = this.#answers.get(op.id)
      const result = known ?? this.#one(op)
      this.#answers.set(op.id, result)
      if (!known) this.seen.push(op)
      return result
    })
    const levels = [...new Set(ops.map((op) => `${op.sku}\n${op.warehouseId}`))].flatMap(
      (key) => this.#levels.get(key) ?? [],
    )
    return { results, levels, wakes: [] }
  }

  #one(op: StockOp): StockResult {
    const { id, sku, warehouseId } = op
    const name = 'reservation' in op ? `${op.reservation} ${sku}` : ''
    const held = this.reservations.get(name)
    if (op.kind === 'reserve') {
      if (this.#released.has(name)) return { id, outcome: 'gone' }
      const { onHand, reserved } = this.level(sku, warehouseId)
      if (onHand - reserved < op.quantity) {
        this.waiters.add(`${op.claimant.orderId} ${sku}`)
        this.#eligible.set(`${op.claimant.orderId} ${sku}`, op.eligible)
        return { id, outcome: 'short', available: onHand - reserved, unknown: false }
      }
      this.reservations.set(name, { warehouseId, sku, quantity: op.quantity, open: op.quantity, shipped: 0 })
      this.waiters.delete(`${op.claimant.orderId} ${sku}`)
      this.#change(sku, warehouseId, 0, op.quantity)
    } else if (op.kind === 'wait') {
      this.waiters.add(`${op.claimant.orderId} ${sku}`)
      this.#eligible.set(`${op.claimant.orderId} ${sku}`, op.eligible)
    } else if (op.kind === 'release') {
      this.#released.add(name)
      if (held) this.#change(sku, warehouseId, 0, -held.open)
      if (held) held.open = 0
    } else if (op.kind === 'commit') {
      const covered = Math.min(held?.open ?? 0, op.quantity)
      if (held) held.open -= covered
      if (held) held.shipped += op.quantity
      this.#change(sku, warehouseId, -op.quantity, -covered)
      if (covered < op.quantity) return { id, outcome: 'over', unreserved: op.quantity - covered }
    } else if (op.kind === 'shipUnreserved') this.#change(sku, warehouseId, -op.quantity, 0)
    else if (op.kind === 'forget') this.waiters.delete(`${op.orderId} ${sku}`)
    return { id, outcome: 'ok' }
  }

  #change(sku: string, warehouseId: string, onHand: number, reserved: number): void {
    const before = this.level(sku, warehouseId)
    const after = {
      ...before,
      onHand: before.onHand + onHand,
      reserved: before.reserved + reserved,
      version: before.version + 1,
    }
    this.#levels.set(`${sku}\n${warehouseId}`, after)
    if (after.onHand - after.reserved <= before.onHand - before.reserved) return
    for (const key of this.waiters) {
      if (!key.endsWith(` ${sku}`) || !this.#eligible.get(key)?.includes(warehouseId)) continue
      this.waiters.delete(key)
      this.wakes.push({ orderId: key.split(' ')[0] ?? '', sku })
    }
  }
}
