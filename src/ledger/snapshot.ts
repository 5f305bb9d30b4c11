/** Counts: what a warehouse, or a person, says is there. */
import type { StockOp } from '../domain/stock.ts'
import { type Movement, movementsAfter, trim } from './movements.ts'
import { reservationOf } from './reservations.ts'
import { accountOf, change, type Outcome, type Work } from './work.ts'

type Snapshot = Extract<StockOp, { kind: 'snapshot' }>

/** Replaces on hand by the count as it was at its time, then applies again what took effect after. */
export const snapshot = (work: Work, op: Snapshot): Outcome => {
  const account = accountOf(work, op.sku, op.warehouseId)
  const asOf = timeOf(work, op)
  if (asOf < Math.max(account.asOf, account.folded)) return { outcome: 'stale' }
  const later = movementsAfter(work, account, asOf)
  const counted = op.onHand + frozen(work, op, asOf, later)
  const onHand = later.reduce((sum, movement) => sum + movement.delta, counted)
  const difference = account.counted ? onHand - account.onHand : 0
  change(account, { counted: true, onHand: onHand - account.onHand })
  Object.assign(account, { asOf, net: estimated(op), dirty: true })
  trim(work, account)
  return { outcome: 'counted', difference }
}

/** No count is of the future: a clock that says so would make the books blind to everything shipped until then. */
const timeOf = ({ request }: Work, op: Snapshot): number => Math.min(op.asOf, request.now)

/** A net count that does not say how much is frozen leaves that to us, and to what we learn of that time later on. */
const estimated = (op: Snapshot): boolean => op.feed === 'net' && op.frozen === undefined

/** What makes a net count gross. */
const frozen = (work: Work, op: Snapshot, asOf: number, later: readonly Movement[]): number => {
  if (op.feed === 'gross') return 0
  return op.frozen ?? estimate(work, op, asOf, later)
}

/**
 * What the warehouse had frozen for us at that time: open reservations it had accepted by then, and those it had
 * accepted that ended since. Unknown acceptance counts as not accepted: too little on hand for a while, never too much.
 */
const estimate = (work: Work, { sku, warehouseId }: Snapshot, asOf: number, later: readonly Movement[]): number => {
  const open = work.sql.all<{ held: number }>(
    `SELECT coalesce(sum(quantity - shipped), 0) AS held FROM reservation
     WHERE sku = ? AND warehouse = ? AND released = 0 AND accepted <= ?`,
    ...[sku, warehouseId, asOf],
  )[0]
  const ended = later.filter((movement) => acceptedBy(work, sku, movement, asOf))
  return ended.reduce((sum, movement) => sum + movement.unfroze, open?.held ?? 0)
}

/** The acceptance may have become known only after the goods had moved. */
const acceptedBy = (work: Work, sku: string, { unfroze, reservation, accepted }: Movement, asOf: number): boolean => {
  if (unfroze === 0 || reservation === null) return false
  const at = accepted ?? reservationOf(work.sql, { sku, reservation })?.accepted ?? null
  return at !== null && at <= asOf
}
