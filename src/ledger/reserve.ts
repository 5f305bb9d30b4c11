/** Taking stock for orders and giving it back: reserve, placed, commit, release, move. */
import { available, type StockOp } from '../domain/stock.ts'
import { book } from './goods.ts'
import { effect, type Movement, movementsAfter } from './movements.ts'
import { fresh, type Reservation, record, remaining, reservationOf } from './reservations.ts'
import { claim, giveBack } from './waiters.ts'
import { type Account, accountOf, change, type Outcome, type Work } from './work.ts'

type Of<Kind extends StockOp['kind']> = Extract<StockOp, { kind: Kind }>

/** What came of an operation. `on`: the reservation that remembers it; absent: the lane's memory does. */
export interface Verdict {
  readonly outcome: Outcome
  readonly on?: Reservation
}

const OK: Outcome = { outcome: 'ok' }
const GONE: Outcome = { outcome: 'gone' }
const CONFLICT: Outcome = { outcome: 'conflict' }

export const reserve = (work: Work, op: Of<'reserve'>, row: Reservation | undefined): Verdict => {
  if (row) return { outcome: standing(row, op), on: row }
  const account = accountOf(work, op.sku, op.warehouseId)
  const { claimant, quantity } = op
  const granted = quantity <= room(account)
  claim(work, account, op, granted ? 0 : quantity)
  if (!granted) return { outcome: refusal(account) }
  change(account, { reserved: quantity })
  return { outcome: OK, on: fresh(op, op.warehouseId, claimant.orderId, quantity) }
}

/** Asked for again under another id: it holds what was asked, or it is over, or it is something else. */
const standing = (row: Reservation, op: Of<'reserve'>): Outcome => {
  if (remaining(row) === 0) return GONE
  const same = row.warehouseId === op.warehouseId && row.quantity === op.quantity && row.orderId === op.claimant.orderId
  return same && row.shipped === 0 ? OK : CONFLICT
}

/** What may be granted here. Below 0 when short; of what was never counted, nothing. */
const room = (account: Account): number => (account.counted ? account.onHand - account.reserved : 0)

const refusal = (account: Account): Outcome => ({
  outcome: 'short',
  available: available(account),
  unknown: !account.counted,
})

/** A net count taken before we knew of the acceptance did not contain what was frozen then: it does now. */
export const placed = (work: Work, op: Of<'placed'>, row: Reservation | undefined): Verdict => {
  if (!row) return { outcome: GONE }
  if (row.warehouseId !== op.warehouseId) return { outcome: CONFLICT }
  if (row.accepted !== null) return { outcome: OK, on: row }
  const account = accountOf(work, op.sku, op.warehouseId)
  if (account.net && op.at <= account.asOf) change(account, { onHand: heldAt(work, account, row) })
  return { outcome: OK, on: { ...row, accepted: op.at } }
}

/** Pieces the reservation held when the last count was taken. */
const heldAt = (work: Work, account: Account, row: Reservation): number =>
  movementsAfter(work, account, account.asOf)
    .filter((movement) => movement.reservation === row.name)
    .reduce((sum, movement) => sum + movement.unfroze, remaining(row))

/** Goods that left are booked whatever was reserved, and only at the warehouse that says so. */
export const commit = (work: Work, op: Of<'commit'>, row: Reservation | undefined): Verdict => {
  const { sku, warehouseId, quantity, at } = op
  const held = row?.warehouseId === warehouseId ? row : undefined
  const taken = held ? Math.min(quantity, remaining(held)) : 0
  const account = accountOf(work, sku, warehouseId)
  const movement = {
    at,
    delta: -quantity,
    unfroze: taken,
    reservation: op.reservation,
    accepted: held?.accepted ?? null,
  }
  book(account, movement)
  const outcome: Outcome = taken < quantity ? { outcome: 'over', unreserved: quantity - taken } : OK
  return held ? { outcome, on: { ...held, shipped: held.shipped + taken } } : { outcome }
}

export const release = (work: Work, op: Of<'release'>, row: Reservation | undefined): Verdict => {
  if (!row) return { outcome: OK, on: { ...fresh(op, op.warehouseId, '', 0), released: true } }
  if (row.warehouseId !== op.warehouseId) return { outcome: CONFLICT }
  if (row.released) return { outcome: OK, on: row }
  book(accountOf(work, op.sku, op.warehouseId), ending(work, row, op.at))
  giveBack(work, row, remaining(row))
  return { outcome: OK, on: { ...row, released: true } }
}

/** The hold ends and no goods leave. Without a time of the warehouse's own, it ended when we learned of it. */
const ending = (work: Work, row: Reservation, at: number = work.request.now): Movement => ({
  at,
  delta: 0,
  unfroze: remaining(row),
  reservation: row.name,
  accepted: row.accepted,
})

/** Both or neither: the target must have room for it as for any reserve. */
export const move = (work: Work, op: Of<'move'>, row: Reservation | undefined, digest: number): Verdict => {
  if (!row || remaining(row) === 0) return { outcome: GONE }
  if (row.warehouseId !== op.warehouseId) return { outcome: CONFLICT }
  const target = { sku: op.sku, reservation: op.toReservation }
  const there = reservationOf(work.sql, target)
  if (there) return { outcome: remaining(there) === 0 ? GONE : CONFLICT }
  const quantity = remaining(row)
  const to = accountOf(work, op.sku, op.toWarehouseId)
  const end = ending(work, row, op.at)
  const from = accountOf(work, op.sku, op.warehouseId)
  const freed = from === to ? quantity + effect(from, end) : 0
  const granted = quantity <= room(to) + freed
  claim(work, to, { claimant: op.claimant, eligible: [op.toWarehouseId] }, granted ? 0 : quantity)
  if (!granted) return { outcome: refusal(to) }
  book(from, end)
  change(to, { reserved: quantity })
  record(work, fresh(target, op.toWarehouseId, op.claimant.orderId, quantity), op, digest, OK)
  return { outcome: OK, on: { ...row, released: true } }
}
