/**
 * Credentials that wait, as all lanes and all consumers see them. A row is written when a call fails or the partner asks
 * for a pause, never for a call that went well, and is deleted by the first success.
 */
import { type Db, type Row, text, type Value } from './rows.ts'

export interface Pause {
  readonly key: string
  /** `quota`: the partner asked for it. `failing`: that many calls in a row did not come to an answer. */
  readonly why: 'quota' | 'failing'
  /** UTC ms; 0: failures are counted, nothing waits yet. */
  readonly until: number
  readonly failures: number
  /** Pauses in a row: each is twice as long. */
  readonly rounds: number
  /** Somebody finds out until then whether it works again. */
  readonly probeUntil: number
  readonly since: number
  readonly detail: string
}

/** Calls in a row without an answer, or with a 5xx, after which a credential pauses. */
export const OPENS_AFTER = 10
const FIRST_GAP = 15_000
const LONGEST_GAP = 300_000
/** After so long without a failure the next one is the first. */
const FORGET_MS = 600_000
/** Longer than a call may take. */
const PROBE_MS = 45_000
const DETAIL_CHARS = 200

const pauseOf = (row: Row): Pause => ({
  key: text(row.key),
  why: row.why === 'quota' ? 'quota' : 'failing',
  until: Number(row.until),
  failures: Number(row.failures),
  rounds: Number(row.rounds),
  probeUntil: Number(row.probe_until),
  since: Number(row.since),
  detail: text(row.detail),
})

const READ = 'SELECT * FROM pauses WHERE key = ?1'

export const readPause = async (db: Db, key: string): Promise<Pause | undefined> => {
  const row = await db.prepare(READ).bind(key).first<Row>()
  return row ? pauseOf(row) : undefined
}

export const pausesOf = async (db: Db, keys: readonly string[]): Promise<Pause[]> => {
  const { results } = await db
    .prepare('SELECT * FROM pauses WHERE key IN (SELECT value FROM json_each(?1))')
    .bind(JSON.stringify(keys))
    .all<Row>()
  return results.map(pauseOf)
}

// ?2 now. What was counted long ago counts no more.
const STALE = `max(at, until) < ?2 - ${FORGET_MS}`
const FAILURES = `(CASE WHEN ${STALE} THEN 0 ELSE failures END + 1)`
const ROUNDS = `(CASE WHEN ${STALE} THEN 0 ELSE rounds END)`
// Calls that were under way when the pause began fail into it: they do not make it longer.
const OPENS = `(${FAILURES} >= ${OPENS_AFTER} AND until <= ?2)`
const FAILED = `INSERT INTO pauses (key, why, until, failures, rounds, probe_until, since, at, detail) VALUES (?1, 'failing', 0, 1, 0, 0, ?2, ?2, ?3)
  ON CONFLICT(key) DO UPDATE SET failures = ${FAILURES},
    until = CASE WHEN ${OPENS} THEN ?2 + min(${LONGEST_GAP}, ${FIRST_GAP} << min(${ROUNDS}, 8)) ELSE until END,
    rounds = ${ROUNDS} + ${OPENS}, why = CASE WHEN ${OPENS} THEN 'failing' ELSE why END,
    since = CASE WHEN ${STALE} THEN ?2 ELSE since END, probe_until = 0, at = ?2, detail = excluded.detail
  RETURNING *`
// A partner that asks for a pause is alive.
const TIRED = `INSERT INTO pauses (key, why, until, failures, rounds, probe_until, since, at, detail) VALUES (?1, 'quota', ?4, 0, 0, 0, ?2, ?2, ?3)
  ON CONFLICT(key) DO UPDATE SET until = max(until, excluded.until), why = 'quota', failures = 0, rounds = 0, probe_until = 0,
    since = ?2, at = ?2, detail = excluded.detail
  RETURNING *`
const PROBE = `UPDATE pauses SET probe_until = ?2 + ${PROBE_MS} WHERE key = ?1 AND until <= ?2 AND probe_until <= ?2 RETURNING key`

const put = async (db: Db, sql: string, ...values: readonly Value[]): Promise<Pause | undefined> => {
  const row = await db
    .prepare(sql)
    .bind(...values)
    .first<Row>()
  return row ? pauseOf(row) : undefined
}

/** A call did not come to an answer: counted, and from the tenth in a row on followed by a pause. */
export const countFailure = (db: Db, key: string, now: number, detail: string): Promise<Pause | undefined> =>
  put(db, FAILED, key, now, detail.slice(0, DETAIL_CHARS))

export const pauseUntil = (
  db: Db,
  key: string,
  now: number,
  until: number,
  detail: string,
): Promise<Pause | undefined> => put(db, TIRED, key, now, detail.slice(0, DETAIL_CHARS), until)

/** One caller in the world finds out whether a credential works again. `won`: it is you. */
export const claimProbe = async (
  db: Db,
  key: string,
  now: number,
): Promise<{ readonly won: boolean; readonly pause: Pause | undefined }> => {
  const [taken, read] = await db.batch<Row>([db.prepare(PROBE).bind(key, now), db.prepare(READ).bind(key)])
  const row = read?.results[0]
  return { won: (taken?.results.length ?? 0) > 0, pause: row && pauseOf(row) }
}

/** A call went well. A pause that the partner asked for stands all the same, until its time. */
export const endPause = async (db: Db, key: string, now: number): Promise<void> => {
  await db.prepare(`DELETE FROM pauses WHERE key = ?1 AND (why = 'failing' OR until <= ?2)`).bind(key, now).run()
}

/** Somebody changed the connection: what was found out about it before counts no more. */
export const forgetPause = async (db: Db, key: string): Promise<void> => {
  await db.prepare('DELETE FROM pauses WHERE key = ?1').bind(key).run()
}
