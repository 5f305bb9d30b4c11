/** Goods that come, go and are corrected: physical facts, never refused. */
import type { StockOp } from '../domain/stock.ts'
import { effect, log, type Movement } from './movements.ts'
import { type Account, accountOf, change, type Outcome, type Work } from './work.ts'

type Of<Kind extends StockOp['kind']> = Extract<StockOp, { kind: Kind }>
const OK: Outcome = { outcome: 'ok' }

/** On hand and the hold go down together; on hand only where the last count has not seen it yet. */
export const book = (account: Account, movement: Movement): void => {
  change(account, { onHand: effect(account, movement), reserved: -movement.unfroze })
  if (movement.delta !== 0 || movement.unfroze !== 0) log(account, movement)
}

/** Goods that come make a level known. What goes says nothing of what is left: unknown stays unknown, and is remembered. */
const shift = (account: Account, at: number, delta: number): void => {
  if (delta > 0) change(account, { counted: true })
  book(account, { at, delta, unfroze: 0, reservation: null, accepted: null })
}

export const receive = (work: Work, op: Of<'receive'>): Outcome => {
  shift(accountOf(work, op.sku, op.warehouseId), op.at, op.quantity)
  return OK
}

export const adjust = (work: Work, op: Of<'adjust'>): Outcome => {
  shift(accountOf(work, op.sku, op.warehouseId), op.at, op.delta)
  return OK
}

export const shipUnreserved = (work: Work, op: Of<'shipUnreserved'>): Outcome => {
  shift(accountOf(work, op.sku, op.warehouseId), op.at, -op.quantity)
  return OK
}

export const transferOut = (work: Work, op: Of<'transferOut'>): Outcome => {
  shift(accountOf(work, op.sku, op.warehouseId), op.at, -op.quantity)
  transit(work, accountOf(work, op.sku, op.toWarehouseId), op.transfer, { sent: op.quantity, arrived: 0 })
  return OK
}

export const transferIn = (work: Work, op: Of<'transferIn'>): Outcome => {
  const account = accountOf(work, op.sku, op.warehouseId)
  if (op.quantity > 0) shift(account, op.at, op.quantity)
  transit(work, account, op.transfer, { sent: 0, arrived: op.quantity + op.lost })
  return OK
}

interface Transit {
  readonly sent: number
  readonly arrived: number
}

/** What a transfer still has on the way; more may arrive than was sent, and the arrival may be told first. */
const onTheWay = ({ sent, arrived }: Transit): number => Math.max(0, sent - arrived)

const transit = ({ sql }: Work, account: Account, name: string, by: Transit): void => {
  const key = [account.sku, name, account.warehouseId]
  const query = 'SELECT sent, arrived FROM transfer WHERE sku = ? AND name = ? AND warehouse = ?'
  const before = sql.all<{ sent: number; arrived: number }>(query, ...key)[0] ?? { sent: 0, arrived: 0 }
  const after = { sent: before.sent + by.sent, arrived: before.arrived + by.arrived }
  change(account, { inTransit: onTheWay(after) - onTheWay(before) })
  if (after.sent === after.arrived) sql.run('DELETE FROM transfer WHERE sku = ? AND name = ? AND warehouse = ?', ...key)
  else saveTransit(sql, key, after)
}

const saveTransit = (sql: Work['sql'], key: readonly string[], { sent, arrived }: Transit): void => {
  sql.run(
    `INSERT INTO transfer (sku, name, warehouse, sent, arrived) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (sku, name, warehouse) DO UPDATE SET sent = excluded.sent, arrived = excluded.arrived`,
    ...[...key, sent, arrived],
  )
}
