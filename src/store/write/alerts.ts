/**
 * Alerts in the store: who claims a rule's next message, what was told, what became of it. A message is fixed before it is
 * sent and stands until its channel took it; the causes in it are told from that moment on.
 */
import { all, type Db, json, one, orNull, type Row, text } from '../rows.ts'

/** A rule that was claimed: nobody else sends for it until `claim`. */
export interface ClaimedAlert {
  readonly id: string
  readonly merchantId: string
  readonly channel: string
  readonly language: 'zh' | 'en'
  readonly quietMs: number
  readonly settings: Readonly<Record<string, unknown>>
  /** Sealed. */
  readonly credentials: string
  readonly origin: string
  /** UTC ms, and the proof that the claim is ours. */
  readonly claim: number
  readonly failures: number
  readonly day: number
  readonly daySent: number
  /** The message that a former try left. */
  readonly message: string | null
}

export interface DueCause {
  readonly cause: string
  readonly code: string
  readonly lane: string
  readonly problem: Readonly<Record<string, unknown>>
  readonly count: number
  readonly since: number
  readonly platformOrderId: string | null
  /** False: it was told before, and nothing of it waits any more. */
  readonly stands: boolean
}

const DUE = 'c.count > 0 AND c.quiet_until <= ?2'

/** Rules with something to tell now. `merchants` undefined: of all. */
export const dueAlerts = async (db: Db, now: number, merchants?: readonly string[]): Promise<readonly string[]> => {
  const rows = await all(
    db,
    `SELECT a.id FROM alerts a WHERE a.enabled = 1 AND a.claim_until <= ?2 AND a.hold_until <= ?2
       AND (?1 IS NULL OR a.merchant_id IN (SELECT value FROM json_each(?1)))
       AND (a.message IS NOT NULL OR EXISTS (SELECT 1 FROM alert_causes c WHERE c.alert_id = a.id AND ${DUE})) LIMIT 500`,
    merchants === undefined ? null : JSON.stringify(merchants),
    now,
  )
  return rows.map((row) => text(row.id))
}

/** A rule that somebody sends for is looked at again after this. */
const UNDER_WAY_MS = 3_000

/** When these merchants' rules that have something to tell may be tried next, UTC ms; undefined: nothing waits. */
export const nextDue = async (db: Db, now: number, merchants: readonly string[]): Promise<number | undefined> => {
  const row = await one(
    db,
    `SELECT min(max(a.hold_until, iif(a.claim_until > ?2, ?3, 0))) AS at FROM alerts a WHERE a.enabled = 1 AND a.merchant_id IN (SELECT value FROM json_each(?1))
       AND (a.message IS NOT NULL OR EXISTS (SELECT 1 FROM alert_causes c WHERE c.alert_id = a.id AND ${DUE}))`,
    JSON.stringify(merchants),
    now,
    now + UNDER_WAY_MS,
  )
  return typeof row?.at === 'number' ? row.at : undefined
}

/** Of those who ask at once, one gets it. */
export const claimAlert = async (db: Db, id: string, now: number, until: number): Promise<ClaimedAlert | undefined> => {
  const row = await one(
    db,
    'UPDATE alerts SET claim_until = ?3 WHERE id = ?1 AND enabled = 1 AND claim_until <= ?2 AND hold_until <= ?2 RETURNING *',
    id,
    now,
    until,
  )
  return row && claimed(row, until)
}

/** For a test message, which asks nobody. */
export const alertFor = async (db: Db, merchantId: string, id: string): Promise<ClaimedAlert | undefined> => {
  const row = await one(db, 'SELECT * FROM alerts WHERE id = ? AND merchant_id = ?', id, merchantId)
  return row && claimed(row, 0)
}

const claimed = (row: Row, claim: number): ClaimedAlert => ({
  id: text(row.id),
  merchantId: text(row.merchant_id),
  channel: text(row.channel),
  language: row.language === 'en' ? 'en' : 'zh',
  quietMs: Number(row.quiet_ms),
  settings: json(row.settings),
  credentials: text(row.credentials),
  origin: text(row.origin),
  claim,
  failures: Number(row.failures),
  day: Number(row.day),
  daySent: Number(row.day_sent),
  message: orNull(row.message),
})

const STANDS = `c.told_at IS NULL OR c.order_id IS NULL AND c.subject = '' OR EXISTS (SELECT 1 FROM exceptions e WHERE e.merchant_id = ?3 AND e.code = c.code
  AND e.closed_at IS NULL AND c.cause IN (e.code || '|' || e.subject, e.code || '|' || e.lane))`

/** The most frequent first. */
export const dueCauses = async (db: Db, alert: ClaimedAlert, now: number): Promise<readonly DueCause[]> => {
  const rows = await all(
    db,
    `SELECT c.cause, c.code, c.lane, c.problem, c.count, c.first_at, o.platform_order_id, (${STANDS}) AS stands
     FROM alert_causes c LEFT JOIN orders o ON o.id = c.order_id AND o.merchant_id = ?3
     WHERE c.alert_id = ?1 AND ${DUE} ORDER BY c.count DESC, c.first_at LIMIT 500`,
    alert.id,
    now,
    alert.merchantId,
  )
  return rows.map((row) => ({
    cause: text(row.cause),
    code: text(row.code),
    lane: text(row.lane),
    problem: json(row.problem),
    count: Number(row.count),
    since: Number(row.first_at),
    platformOrderId: orNull(row.platform_order_id),
    stands: row.stands === 1,
  }))
}

/** Names of a merchant's shops, warehouses and apps, by lane. */
export const laneNames = async (db: Db, merchantId: string): Promise<ReadonlyMap<string, string>> => {
  const rows = await all(
    db,
    `SELECT 'shop:' || id AS lane, name FROM shops WHERE merchant_id = ?1 UNION ALL SELECT 'wh:' || id, name FROM warehouses WHERE merchant_id = ?1
     UNION ALL SELECT 'app:' || id, name FROM apps WHERE merchant_id = ?1 UNION ALL SELECT 'tr:' || id, name FROM trackers WHERE merchant_id = ?1`,
    merchantId,
  )
  return new Map(rows.map((row) => [text(row.lane), text(row.name)]))
}

/** Fixes the message, and calls its causes told. False: the claim is no longer ours, and nothing was written. */
export const fixMessage = async (
  db: Db,
  alert: ClaimedAlert,
  causes: readonly Pick<DueCause, 'cause' | 'count'>[],
  message: string | null,
  now: number,
): Promise<boolean> => {
  const ours = 'EXISTS (SELECT 1 FROM alerts WHERE id = ?1 AND claim_until = ?2)'
  const [told] = await db.batch([
    db
      .prepare('UPDATE alerts SET message = ?3 WHERE id = ?1 AND claim_until = ?2')
      .bind(alert.id, alert.claim, message),
    db
      .prepare(
        `UPDATE alert_causes SET count = alert_causes.count - j.value->>'count', told_at = ?4, quiet_until = ?5
         FROM json_each(?3) j WHERE alert_causes.alert_id = ?1 AND alert_causes.cause = j.value->>'cause' AND ${ours}`,
      )
      .bind(
        alert.id,
        alert.claim,
        JSON.stringify(causes.map(({ cause, count }) => ({ cause, count }))),
        now,
        now + alert.quietMs,
      ),
  ])
  return (told?.meta.changes ?? 0) > 0
}

/** How a try ended. `next`: when the channel may be called again, UTC ms. */
export interface Tried {
  readonly sent: boolean
  readonly error?: string
  readonly next: number
  readonly day: number
}

/** A test message (`claim` 0) leaves the standing message, its claim and its pause alone. */
export const recordTry = async (db: Db, alert: ClaimedAlert, tried: Tried, now: number): Promise<void> => {
  const { sent, error = null, next, day } = tried
  const became = sent
    ? 'failures = 0, sent = sent + 1, last_sent_at = ?1, day_sent = iif(day = ?2, day_sent + 1, 1), day = ?2'
    : 'failures = failures + 1, last_error_at = ?1, last_error = ?2'
  const values = [now, sent ? day : error, alert.id]
  const statement =
    alert.claim === 0
      ? db.prepare(`UPDATE alerts SET ${became} WHERE id = ?3`).bind(...values)
      : db
          .prepare(
            `UPDATE alerts SET ${became}, claim_until = 0, hold_until = ?4${sent ? ', message = NULL' : ''} WHERE id = ?3 AND claim_until = ?5`,
          )
          .bind(...values, next, alert.claim)
  await statement.run()
}

/** Nothing was to be sent, or not now. */
export const releaseAlert = async (db: Db, alert: ClaimedAlert, holdUntil = 0): Promise<void> => {
  await db
    .prepare('UPDATE alerts SET claim_until = 0, hold_until = max(hold_until, ?3) WHERE id = ?1 AND claim_until = ?2')
    .bind(alert.id, alert.claim, holdUntil)
    .run()
}

/** One condition of a connection, for every rule of its merchant that asks for it. `at` tells news from what was said before. */
export interface RaisedCondition {
  readonly merchantId: string
  readonly code: string
  readonly lane: string
  readonly facts: Readonly<Record<string, string | number>>
  readonly at: number
}

export const raiseConditions = async (db: Db, raised: readonly RaisedCondition[]): Promise<void> => {
  if (raised.length === 0) return
  await db
    .prepare(
      `INSERT INTO alert_causes (alert_id, cause, code, subject, lane, problem, count, first_at, last_at)
       SELECT a.id, (v.value->>'code') || '|' || (v.value->>'lane'), v.value->>'code', '', v.value->>'lane', json_object('facts', v.value->'facts'), 1, v.value->>'at', v.value->>'at'
       FROM json_each(?1) v JOIN alerts a ON a.merchant_id = v.value->>'merchantId' AND a.enabled = 1
       WHERE a.codes IS NULL OR EXISTS (SELECT 1 FROM json_each(a.codes) k WHERE k.value = v.value->>'code')
       ON CONFLICT(alert_id, cause) DO UPDATE SET problem = excluded.problem, first_at = iif(alert_causes.count = 0, excluded.first_at, alert_causes.first_at),
         count = 1, last_at = excluded.last_at WHERE excluded.last_at > alert_causes.last_at`,
    )
    .bind(JSON.stringify(raised))
    .run()
}

/** Merchants that want to be told anything. */
export const alertedMerchants = async (db: Db): Promise<ReadonlySet<string>> =>
  new Set(
    (await all(db, 'SELECT DISTINCT merchant_id FROM alerts WHERE enabled = 1')).map((row) => text(row.merchant_id)),
  )
