/**
 * What a lane was told and no reservation remembers: refusals, goods operations, wakes. One row per lane, overwritten;
 * told things are forgotten when the lane says that their turns are done, never by age. The row then remembers *that*
 * they are done: a late copy of such a turn is refused whole, for nothing could tell its repeats any more.
 */
import type { ReservationName, StockOp, StockRequest, Wake } from '../domain/stock.ts'
import type { Sql } from '../lib/sql.ts'
import type { Outcome } from './work.ts'

export interface Told {
  readonly turn: number
  readonly digest: number
  readonly outcome: Outcome
  readonly wakes: readonly Wake[]
}

export interface Memory {
  /** Turns before this one are forgotten. */
  readonly doneUpTo: number
  readonly told: Map<string, Told>
  /** Closed reservations whose last turn was not done yet. */
  closing: readonly ReservationName[]
  dirty: boolean
}

type Stored = { told: [string, Told][]; closing: ReservationName[] }

export const recollect = (sql: Sql, lane: string): Memory => {
  const query = 'SELECT done_up_to, memory FROM lane WHERE lane = ?'
  const row = sql.all<{ done_up_to: number; memory: string }>(query, lane)[0]
  if (!row) return { doneUpTo: 0, told: new Map(), closing: [], dirty: false }
  const { told, closing } = JSON.parse(row.memory) as Stored
  return { doneUpTo: row.done_up_to, told: new Map(told), closing, dirty: false }
}

/** Ids are the lane's own, and one object may hold many SKUs: both name an operation. */
const key = (sku: string, id: string): string => `${sku}\n${id}`

export const toldOf = (memory: Memory, { sku, id }: Pick<StockOp, 'sku' | 'id'>): Told | undefined =>
  memory.told.get(key(sku, id))

/** A lane that repeats an operation in a later turn was not done with it: it is remembered from that turn on. */
export const refresh = (memory: Memory, op: Pick<StockOp, 'sku' | 'id'>, turn: number): void => {
  const told = toldOf(memory, op)
  if (told && told.turn < turn) keep(memory, op, { ...told, turn })
}

export const keep = (memory: Memory, { sku, id }: Pick<StockOp, 'sku' | 'id'>, told: Told): void => {
  memory.told.set(key(sku, id), told)
  memory.dirty = true
}

/** Forgets what the lane has settled, and nothing else. Costs a row only if there is something new to remember. */
export const saveMemory = (sql: Sql, { lane, doneUpTo }: StockRequest, memory: Memory): void => {
  if (!memory.dirty) return
  const told = [...memory.told].filter(([, one]) => one.turn >= doneUpTo)
  const body: Stored = { told, closing: [...memory.closing] }
  sql.run(
    `INSERT INTO lane (lane, done_up_to, memory) VALUES (?, ?, ?)
     ON CONFLICT (lane) DO UPDATE SET done_up_to = excluded.done_up_to, memory = excluded.memory`,
    ...[lane, Math.max(memory.doneUpTo, doneUpTo), JSON.stringify(body)],
  )
}
