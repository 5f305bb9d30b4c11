/** Where each connection's polling stands. A claim keeps two consumers from asking for the same window at once. */
import { all, type Db, numberOrNull, one, orNull, text } from '../rows.ts'

export interface PollState {
  /** `shop:<id>` or `wh:<id>`. */
  readonly lane: string
  /** What was modified before this is known; UTC ms. */
  readonly fromAt: number
  /** The end of the window under way, if its pages are not all read. */
  readonly toAt: number | null
  readonly cursor: string | null
  readonly gapMs: number
  readonly failingSince: number | null
}

export interface NewPoll {
  readonly lane: string
  readonly merchantId: string
  readonly fromAt: number
  readonly gapMs: number
}

/** Connections that are not polled yet begin to be. */
export const beginPolls = async (db: Db, polls: readonly NewPoll[], now: number): Promise<void> => {
  if (polls.length === 0) return
  await db
    .prepare(
      `INSERT INTO polls (lane, merchant_id, from_at, next_at, gap_ms) SELECT value->>'lane', value->>'merchantId', value->>'fromAt', ?2, value->>'gapMs'
       FROM json_each(?1) WHERE true ON CONFLICT(lane) DO NOTHING`,
    )
    .bind(JSON.stringify(polls), now)
    .run()
}

export const duePolls = async (db: Db, now: number, limit: number): Promise<readonly string[]> =>
  (
    await all(
      db,
      'SELECT lane FROM polls WHERE next_at <= ?1 AND lease_until <= ?1 ORDER BY next_at LIMIT ?2',
      now,
      limit,
    )
  ).map(({ lane }) => text(lane))

/** Undefined: not due, or somebody is at it. */
export const claimPoll = async (db: Db, lane: string, now: number, until: number): Promise<PollState | undefined> => {
  const row = await one(
    db,
    'UPDATE polls SET lease_until = ?3 WHERE lane = ?1 AND next_at <= ?2 AND lease_until <= ?2 RETURNING *',
    lane,
    now,
    until,
  )
  return (
    row && {
      lane,
      fromAt: Number(row.from_at),
      toAt: numberOrNull(row.to_at),
      cursor: orNull(row.cursor),
      gapMs: Number(row.gap_ms),
      failingSince: numberOrNull(row.failing_since),
    }
  )
}

export interface PollStep extends PollState {
  readonly nextAt: number
  /** Events that were not known. */
  readonly news: number
  readonly doneAt: number | null
  readonly error: string | null
}

/** Gives the claim back with what is known now. */
export const savePoll = async (db: Db, step: PollStep): Promise<void> => {
  const { lane, fromAt, toAt, cursor, nextAt, gapMs, news, doneAt, failingSince, error } = step
  await db
    .prepare(
      `UPDATE polls SET from_at = ?2, to_at = ?3, cursor = ?4, next_at = ?5, gap_ms = ?6, news = news + ?7,
        done_at = coalesce(?8, done_at), failing_since = ?9, error = ?10, lease_until = 0 WHERE lane = ?1`,
    )
    .bind(lane, fromAt, toAt, cursor, nextAt, gapMs, news, doneAt, failingSince, error)
    .run()
}

/** The versions under which these orders are known. */
export const knownVersions = async (
  db: Db,
  shopId: string,
  platformOrderIds: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const rows = await all(
    db,
    `SELECT platform_order_id, body->>'version' AS version FROM orders
     WHERE shop_id = ?1 AND platform_order_id IN (SELECT value FROM json_each(?2))`,
    shopId,
    JSON.stringify(platformOrderIds),
  )
  return new Map(rows.map((row) => [text(row.platform_order_id), Number(row.version)]))
}

export const connectionsToPoll = async (
  db: Db,
  platforms: readonly string[],
  systems: readonly string[],
): Promise<
  readonly { readonly lane: string; readonly merchantId: string; readonly kind: string; readonly createdAt: number }[]
> => {
  const sql = `SELECT 'shop:' || id AS lane, merchant_id, platform AS kind, created_at FROM shops
      WHERE enabled = 1 AND platform IN (SELECT value FROM json_each(?1)) AND 'shop:' || id NOT IN (SELECT lane FROM polls)
    UNION ALL SELECT 'wh:' || id, merchant_id, system, created_at FROM warehouses
      WHERE enabled = 1 AND system IN (SELECT value FROM json_each(?2)) AND 'wh:' || id NOT IN (SELECT lane FROM polls)`
  return (await all(db, sql, JSON.stringify(platforms), JSON.stringify(systems))).map((row) => ({
    lane: text(row.lane),
    merchantId: text(row.merchant_id),
    kind: text(row.kind),
    createdAt: Number(row.created_at),
  }))
}
