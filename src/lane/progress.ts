/**
 * The fence between a lane and D1. Every batch begins by moving the lane's `seq`; a repeat, a replaced instance or a wrong
 * epoch makes that a NULL in a NOT NULL column, and the whole batch fails.
 */
import type { LanePorts, Statement } from './ports.ts'

export interface Progress {
  readonly seq: number
  readonly epoch: number
}

/** A newer instance of this object has taken over. This one must do nothing more. */
export class Replaced extends Error {}

/** Takes the lane over: a new epoch, and how far the store has come. Creates the row of a new lane. */
export const takeOver = async (ports: LanePorts): Promise<Progress> => {
  const rows = await ports.store([
    {
      sql: 'INSERT INTO lane_progress (lane, seq, epoch) VALUES (?, 0, 1) ON CONFLICT(lane) DO UPDATE SET epoch = epoch + 1 RETURNING seq, epoch',
      values: [ports.name],
    },
    { sql: 'UPDATE lanes SET active_at = ? WHERE name = ?', values: [ports.now(), ports.name] },
  ])
  return progress(rows[0]?.[0])
}

export const readProgress = async (ports: LanePorts): Promise<Progress> => {
  const rows = await ports.store([{ sql: 'SELECT seq, epoch FROM lane_progress WHERE lane = ?', values: [ports.name] }])
  return progress(rows[0]?.[0])
}

/** First statement of a batch: moves the fence, or fails the batch. */
export const fence = (lane: string, epoch: number, from: number, to: number): Statement => ({
  sql: 'UPDATE lane_progress SET seq = CASE WHEN seq = ?1 AND epoch = ?2 THEN ?3 END WHERE lane = ?4',
  values: [from, epoch, to, lane],
})

const progress = (row: Record<string, string | number | null> | undefined): Progress => ({
  seq: Number(row?.seq ?? -1),
  epoch: Number(row?.epoch ?? -1),
})

/** An error of the data itself, which the same batch would meet again; anything else may pass with time. */
export const isPoison = (error: unknown): boolean =>
  /constraint|too big|toobig|malformed json|datatype mismatch|invalid json|parameter/i.test(String(error))
