/** Conditions of connections that no order shows: seen by the clock, once a minute, and told like any other cause. */
import { OPENS_AFTER } from '../store/pauses.ts'
import { all, type Db, text } from '../store/rows.ts'
import { alertedMerchants, type RaisedCondition, raiseConditions } from '../store/write/alerts.ts'

/** What a lane says of its own waiting, UTC ms. */
export interface LaneWaits {
  readonly lane: string
  /** When the oldest message came that is not applied yet. */
  readonly backlogSince: number | undefined
  /** Connections whose calls have been put off again and again, and since when. */
  readonly held: readonly { readonly connection: string; readonly since: number }[]
}

const MINUTE = 60_000
const HOUR = 3_600_000
const OLD_BACKLOG = 5 * MINUTE
const LONG_HELD = 3 * MINUTE
/** Fewer wrong signatures in an hour are somebody knocking at a wrong door. */
const REFUSALS = 5

export const watch = async (db: Db, waits: readonly LaneWaits[], now: number): Promise<void> => {
  const merchants = await alertedMerchants(db)
  if (merchants.size === 0) return
  const connections = await connectionsOf(db)
  const raised = [
    ...(await refusals(db, connections, now)),
    ...(await deadLetters(db, merchants, now)),
    ...backlogs(waits, connections, now),
    ...(await failing(db, connections, now)),
    ...(await heldOnes(db, waits, connections, now)),
  ]
  await raiseConditions(
    db,
    raised.filter((one) => merchants.has(one.merchantId)),
  )
}

interface Known {
  readonly merchantId: string
  readonly lane: string
  readonly name: string
}

/** By lane, by `kind:id` as refusals name it, and by id. */
const connectionsOf = async (db: Db): Promise<ReadonlyMap<string, Known>> => {
  const rows = await all(
    db,
    `SELECT 'shop' AS kind, 'shop' AS prefix, id, merchant_id, name FROM shops UNION ALL SELECT 'warehouse', 'wh', id, merchant_id, name FROM warehouses
     UNION ALL SELECT 'app', 'app', id, merchant_id, name FROM apps UNION ALL SELECT 'tracker', 'tr', id, merchant_id, name FROM trackers`,
  )
  return new Map(
    rows.flatMap((row) => {
      const known = { merchantId: text(row.merchant_id), lane: `${row.prefix}:${row.id}`, name: text(row.name) }
      return [known.lane, `${row.kind}:${row.id}`, text(row.id)].map((key) => [key, known] as const)
    }),
  )
}

const refusals = async (
  db: Db,
  connections: ReadonlyMap<string, Known>,
  now: number,
): Promise<readonly RaisedCondition[]> => {
  const rows = await all(
    db,
    'SELECT connection, sum(count) AS n, max(last_at) AS at FROM refusals WHERE hour = ? GROUP BY connection HAVING n >= ?',
    Math.floor(now / HOUR),
    REFUSALS,
  )
  return rows.flatMap((row) =>
    raise(connections.get(text(row.connection)), 'deliveries_refused', { n: Number(row.n) }, Number(row.at)),
  )
}

/** Credentials whose calls come to nothing, as all lanes see them. The time of the last failure tells news from what was said. */
const failing = async (
  db: Db,
  connections: ReadonlyMap<string, Known>,
  now: number,
): Promise<readonly RaisedCondition[]> => {
  const rows = await all(
    db,
    `SELECT key, failures, since, at FROM pauses WHERE why = 'failing' AND failures >= ?`,
    OPENS_AFTER,
  )
  return rows.flatMap((row) => {
    const facts = { n: Number(row.failures), minutes: minutes(Number(row.since), now) }
    return raise(connections.get(text(row.key)), 'connection_failing', facts, Number(row.at))
  })
}

/** Of all merchants, so each is told; no time is kept of them, but a count that has grown is news. */
const deadLetters = async (
  db: Db,
  merchants: ReadonlySet<string>,
  now: number,
): Promise<readonly RaisedCondition[]> => {
  const hour = Math.floor(now / HOUR)
  const [row] = await all(db, 'SELECT coalesce(sum(count), 0) AS n FROM dead_letters WHERE hour = ?', hour)
  const n = Number(row?.n ?? 0)
  if (n === 0) return []
  const at = hour * HOUR + Math.min(n, HOUR - 1)
  return [...merchants].map((merchantId) => ({ merchantId, code: 'doorbells_dead', lane: '', facts: { n }, at }))
}

const minutes = (since: number, now: number): number => Math.floor((now - since) / MINUTE)

const backlogs = (
  waits: readonly LaneWaits[],
  connections: ReadonlyMap<string, Known>,
  now: number,
): readonly RaisedCondition[] =>
  waits.flatMap(({ lane, backlogSince = now }) =>
    now - backlogSince < OLD_BACKLOG
      ? []
      : raise(connections.get(lane), 'backlog_old', { minutes: minutes(backlogSince, now) }, now),
  )

/** Jobs of one warehouse wait in the lanes of many shops: the longest wait is told. A refused credential has an exception of its own. */
const heldOnes = async (
  db: Db,
  waits: readonly LaneWaits[],
  connections: ReadonlyMap<string, Known>,
  now: number,
): Promise<readonly RaisedCondition[]> => {
  const longest = new Map<string, number>()
  for (const { connection, since } of waits.flatMap((one) => one.held))
    if (now - since >= LONG_HELD) longest.set(connection, Math.min(since, longest.get(connection) ?? since))
  if (longest.size === 0) return []
  const refused = await all(
    db,
    `SELECT DISTINCT subject FROM exceptions WHERE code = 'credential_refused' AND closed_at IS NULL AND subject IN (SELECT value FROM json_each(?))`,
    JSON.stringify([...longest.keys()]),
  )
  for (const row of refused) longest.delete(text(row.subject))
  return [...longest].flatMap(([connection, since]) =>
    raise(connections.get(connection), 'connection_held', { minutes: minutes(since, now) }, now),
  )
}

const raise = (
  known: Known | undefined,
  code: string,
  facts: Readonly<Record<string, string | number>>,
  at: number,
): readonly RaisedCondition[] =>
  known
    ? [{ merchantId: known.merchantId, code, lane: known.lane, facts: { connection: known.name, ...facts }, at }]
    : []
