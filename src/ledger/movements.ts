/**
 * The movement log: what happened to on hand, at the warehouse's own time, for counts still to come. A count taken at
 * `asOf` replaces on hand; whatever took effect after `asOf` is applied to it again. Nothing up to the last count is
 * kept; the newest movements ride in the level's own row, so that a shipment writes no row for its log.
 */
import type { Account, Work } from './work.ts'

export interface Movement {
  /** The warehouse's effect time. */
  readonly at: number
  /** To on hand. */
  readonly delta: number
  /** Pieces of the reservation that were frozen for it until now: shipped or released. */
  readonly unfroze: number
  readonly reservation: string | null
  /** When the warehouse had accepted it, as far as known when it moved. */
  readonly accepted: number | null
}

/** So many ride with the level; then they go into a row of their own. */
export const SEGMENT = 64
/** Without any count for so long, the log forgets; a count from before that is `stale`. */
const KEPT_MS = 7 * 24 * 3600 * 1000

/**
 * The change of on hand. What the last count has seen changes nothing, but where a net count was made gross by our own
 * estimate: then what was not frozen after all at its time goes off again.
 */
export const effect = ({ asOf, net }: Account, { at, delta, accepted, unfroze }: Movement): number => {
  if (at > asOf) return delta
  return net && accepted !== null && accepted <= asOf ? -unfroze : 0
}

export const log = (account: Account, movement: Movement): void => {
  if (movement.at > account.asOf) account.recent.push(movement)
}

export const movementsAfter = (work: Work, { sku, warehouseId, recent }: Account, time: number): Movement[] => {
  const older = work.sql.all<{ body: string }>(
    'SELECT body FROM movement WHERE sku = ? AND warehouse = ? AND latest > ?',
    ...[sku, warehouseId, time],
  )
  return [...older.flatMap(({ body }) => readMovements(body)), ...recent].filter((movement) => movement.at > time)
}

/** A count at `account.asOf` stands: what it has seen is never asked for again. */
export const trim = (work: Work, account: Account): void => {
  account.recent = account.recent.filter((movement) => movement.at > account.asOf)
  const { sku, warehouseId, asOf } = account
  work.sql.run('DELETE FROM movement WHERE sku = ? AND warehouse = ? AND latest <= ?', sku, warehouseId, asOf)
}

/** Moves a full segment out of the level's row. Its version is new with every movement, so it can name the segment. */
export const spill = (work: Work, account: Account): void => {
  if (account.recent.length < SEGMENT) return
  const { sku, warehouseId, version, recent } = account
  const latest = Math.max(...recent.map((movement) => movement.at))
  work.sql.run(
    'INSERT INTO movement (sku, warehouse, seq, latest, body) VALUES (?, ?, ?, ?, ?)',
    ...[sku, warehouseId, version, latest, writeMovements(recent)],
  )
  account.recent = []
  fold(work, account)
}

const fold = (work: Work, account: Account): void => {
  const { sku, warehouseId } = account
  const key = [sku, warehouseId, work.request.now - KEPT_MS] as const
  const old = work.sql.all<{ latest: number | null }>(
    'SELECT max(latest) AS latest FROM movement WHERE sku = ? AND warehouse = ? AND latest < ?',
    ...key,
  )[0]?.latest
  if (old === undefined || old === null) return
  work.sql.run('DELETE FROM movement WHERE sku = ? AND warehouse = ? AND latest < ?', ...key)
  account.folded = Math.max(account.folded, old)
}

type Packed = readonly [at: number, delta: number, unfroze?: number, reservation?: string, accepted?: number | null]

export const writeMovements = (movements: readonly Movement[]): string =>
  JSON.stringify(
    movements.map(({ at, delta, unfroze, reservation, accepted }) =>
      reservation === null ? [at, delta] : [at, delta, unfroze, reservation, accepted],
    ),
  )

export const readMovements = (text: string): Movement[] =>
  text === '[]'
    ? []
    : (JSON.parse(text) as Packed[]).map(([at, delta, unfroze = 0, reservation = null, accepted = null]) => ({
        at,
        delta,
        unfroze,
        reservation,
        accepted,
      }))
