/** Reservations 预占: their rows, and when a row may go. */
import type { ReservationName, StockOp } from '../domain/stock.ts'
import type { Sql } from '../lib/sql.ts'
import type { Outcome, Work } from './work.ts'

/** An operation done on a reservation and its answer, `ok` where none is written. */
type Done = readonly [id: string, digest: number, outcome?: Outcome]

export interface Reservation {
  readonly sku: string
  readonly name: string
  readonly warehouseId: string
  readonly orderId: string
  readonly quantity: number
  readonly shipped: number
  readonly released: boolean
  /** When the warehouse accepted the document, if it is known to have. */
  readonly accepted: number | null
  /** The last turn that did anything to it. */
  readonly turn: number
  readonly ops: readonly Done[]
}

/** What it still holds: an open reservation is one that holds something. */
export const remaining = ({ released, quantity, shipped }: Reservation): number => (released ? 0 : quantity - shipped)

export const fresh = (name: ReservationName, warehouseId: string, orderId: string, quantity: number): Reservation => ({
  sku: name.sku,
  name: name.reservation,
  warehouseId,
  orderId,
  quantity,
  shipped: 0,
  released: false,
  accepted: null,
  turn: 0,
  ops: [],
})

export const reservationOf = (sql: Sql, { sku, reservation }: ReservationName): Reservation | undefined => {
  const row = sql.all<Row>('SELECT * FROM reservation WHERE sku = ? AND name = ?', sku, reservation)[0]
  return row && fromRow(row)
}

export const doneOn = (
  reservation: Reservation | undefined,
  id: string,
): { digest: number; outcome: Outcome } | undefined => {
  const done = reservation?.ops.find(([known]) => known === id)
  return done && { digest: done[1], outcome: done[2] ?? { outcome: 'ok' } }
}

/** Writes it down together with what was just done to it. */
export const record = (
  work: Work,
  reservation: Reservation,
  { id }: StockOp,
  digest: number,
  outcome: Outcome,
): void => {
  const done: Done = outcome.outcome === 'ok' ? [id, digest] : [id, digest, outcome]
  save(work, { ...reservation, turn: work.request.turn, ops: [...reservation.ops, done] })
}

/** Deletes what is settled on both sides; what the lane may still repeat waits until its turn is done. */
export const closeReservations = (work: Work): void => {
  const { sql, memory, request } = work
  const names = [...memory.closing, ...request.closed]
  if (names.length === 0) return
  const rows = names.flatMap((name) => reservationOf(sql, name) ?? []).filter((row) => remaining(row) === 0)
  const later = rows.filter((row) => row.turn >= request.doneUpTo)
  for (const { sku, name } of rows.filter((row) => row.turn < request.doneUpTo)) {
    memory.dirty = sql.run('DELETE FROM reservation WHERE sku = ? AND name = ?', sku, name) > 0 || memory.dirty
  }
  const closing = [...new Map(later.map(({ sku, name }) => [`${sku}\n${name}`, { sku, reservation: name }])).values()]
  memory.dirty ||= closing.length !== memory.closing.length
  memory.closing = closing
}

type Row = {
  sku: string
  name: string
  warehouse: string
  order_id: string
  quantity: number
  shipped: number
  released: number
  accepted: number | null
  turn: number
  ops: string
}

const fromRow = ({ warehouse, order_id, released, ops, ...row }: Row): Reservation => ({
  ...row,
  warehouseId: warehouse,
  orderId: order_id,
  released: released === 1,
  ops: JSON.parse(ops) as Done[],
})

const save = ({ sql }: Work, row: Reservation): void => {
  sql.run(
    `INSERT INTO reservation (sku, name, warehouse, order_id, quantity, shipped, released, accepted, turn, ops)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sku, name) DO UPDATE SET shipped = excluded.shipped, released = excluded.released,
       accepted = excluded.accepted, turn = excluded.turn, ops = excluded.ops`,
    ...[row.sku, row.name, row.warehouseId, row.orderId, row.quantity, row.shipped, row.released ? 1 : 0],
    ...[row.accepted, row.turn, JSON.stringify(row.ops)],
  )
}
