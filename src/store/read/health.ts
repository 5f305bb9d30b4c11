/** How a merchant's connections are: last order, refused deliveries, credentials, what waits. And plain counts. */
import { isFinal, ORDER_STATES, type OrderStateName } from '../../domain/order-state.ts'
import { OPENS_AFTER, pausesOf } from '../pauses.ts'
import { all, type Db, numberOrNull, type Row, text } from '../rows.ts'
import { rangeOf } from './orders.ts'

/** What a lane says of itself; undefined: it did not answer. */
export interface LaneStats {
  /** Messages not yet applied. */
  readonly backlog: number
  readonly jobs: number
  /** Orders set aside. */
  readonly parked: number
  readonly failures: number
  /** Its progress by D1 and by its own log, where they disagree so that it refuses to run; null: they agree. */
  readonly refused: { readonly store: number; readonly log: number } | null
}

export interface ConnectionHealth {
  readonly kind: 'shop' | 'warehouse' | 'app' | 'tracker'
  readonly id: string
  readonly name: string
  /** The platform's, the warehouse system's or the tracker's id. */
  readonly system: string
  readonly enabled: boolean
  /** When the newest order of the shop came in; null: none yet, or no shop. */
  readonly lastOrderAt: number | null
  /** Deliveries with a wrong signature in the last 24 hours. */
  readonly refusals: readonly { readonly reason: string; readonly count: number; readonly lastAt: number }[]
  /** Since when the partner refuses our credentials. */
  readonly refusedSince: number | null
  readonly work: LaneStats | null
  /** Calls of its credential wait; of an app: those of all its shops. Null: none does. */
  readonly paused: {
    /** The partner asked for it, or calls did not come to an answer. */
    readonly why: 'quota' | 'failing'
    readonly until: number
    /** Calls in a row that failed. */
    readonly failures: number
    readonly since: number
    readonly detail: string
  } | null
}

export interface Health {
  readonly connections: readonly ConnectionHealth[]
  /** Open exceptions. */
  readonly exceptions: number
  /** Doorbells that no consumer could take in the last 24 hours, of all merchants. What they rang for is not lost. */
  readonly deadLetters: number
}

interface Connection {
  readonly kind: ConnectionHealth['kind']
  readonly id: string
  readonly name: string
  readonly system: string
  readonly enabled: boolean
}

const HOUR = 3_600_000
const LANES = { shop: 'shop', warehouse: 'wh', app: 'app', tracker: 'tr' } as const

export const health = async (
  db: Db,
  merchantId: string,
  now: number,
  stats: (lane: string) => Promise<LaneStats | undefined>,
): Promise<Health> => {
  const since = Math.floor(now / HOUR) - 24
  const connections = await connectionsOf(db, merchantId)
  const keys = JSON.stringify(connections.map(({ kind, id }) => `${kind}:${id}`))
  const refusals = Map.groupBy(
    await all(
      db,
      'SELECT connection, reason, sum(count) AS count, max(last_at) AS last_at FROM refusals WHERE connection IN (SELECT value FROM json_each(?1)) AND hour >= ?2 GROUP BY connection, reason',
      keys,
      since,
    ),
    (row) => text(row.connection),
  )
  const refused = new Map(
    (
      await all(
        db,
        `SELECT subject, min(opened_at) AS at FROM exceptions WHERE merchant_id = ? AND closed_at IS NULL AND code = 'credential_refused' GROUP BY subject`,
        merchantId,
      )
    ).map((row) => [text(row.subject), Number(row.at)]),
  )
  const paused = new Map(
    (
      await pausesOf(
        db,
        connections.map(({ kind, id }) => `${LANES[kind]}:${id}`),
      )
    ).map(({ key, why, until, failures, since, detail }) => [key, { why, until, failures, since, detail }]),
  )
  const last = await lastOrders(db, merchantId)
  const work = new Map<string, LaneStats | undefined>(
    await Promise.all(
      connections.map(async ({ kind, id }) => [`${kind}:${id}`, await stats(`${LANES[kind]}:${id}`)] as const),
    ),
  )
  const [open] = await all(
    db,
    'SELECT count(*) AS count FROM exceptions WHERE merchant_id = ? AND closed_at IS NULL',
    merchantId,
  )
  const [dead] = await all(db, 'SELECT coalesce(sum(count), 0) AS count FROM dead_letters WHERE hour >= ?', since)
  return {
    connections: connections.map((item) => {
      const key = `${item.kind}:${item.id}`
      return {
        ...item,
        lastOrderAt: last.get(key) ?? null,
        refusals: (refusals.get(key) ?? []).map((row) => ({
          reason: text(row.reason),
          count: Number(row.count),
          lastAt: Number(row.last_at),
        })),
        refusedSince: refused.get(item.id) ?? null,
        work: work.get(key) ?? null,
        paused: standing(paused.get(`${LANES[item.kind]}:${item.id}`), now),
      }
    }),
    exceptions: Number(open?.count ?? 0),
    deadLetters: Number(dead?.count ?? 0),
  }
}

/** One whose time has come stands until somebody has found out that it works again. */
const standing = (paused: ConnectionHealth['paused'] | undefined, now: number): ConnectionHealth['paused'] =>
  paused && (paused.until > now || paused.failures >= OPENS_AFTER) ? paused : null

const connectionsOf = async (db: Db, merchantId: string): Promise<Connection[]> => {
  const read =
    (kind: Connection['kind']) =>
    (row: Row): Connection => ({
      kind,
      id: text(row.id),
      name: text(row.name),
      system: text(row.system),
      enabled: row.enabled !== 0,
    })
  const apps = await all(db, 'SELECT id, name, platform AS system FROM apps WHERE merchant_id = ?', merchantId)
  const shops = await all(
    db,
    'SELECT id, name, platform AS system, enabled FROM shops WHERE merchant_id = ?',
    merchantId,
  )
  const houses = await all(db, 'SELECT id, name, system, enabled FROM warehouses WHERE merchant_id = ?', merchantId)
  const trackers = await all(db, 'SELECT id, name, system, enabled FROM trackers WHERE merchant_id = ?', merchantId)
  return [
    ...apps.map(read('app')),
    ...shops.map(read('shop')),
    ...houses.map(read('warehouse')),
    ...trackers.map(read('tracker')),
  ]
}

/** The newest order of each shop: the highest id of its range. */
const lastOrders = async (db: Db, merchantId: string): Promise<Map<string, number>> => {
  const shops = await all(
    db,
    `SELECT l.no, s.id FROM shops s JOIN lanes l ON l.name = 'shop:' || s.id WHERE s.merchant_id = ?1`,
    merchantId,
  )
  if (shops.length === 0) return new Map()
  const results = await db.batch<Row>(
    shops.map((row) => {
      const { above, below } = rangeOf(Number(row.no))
      return db
        .prepare(
          `SELECT body->>'receivedAt' AS at FROM orders WHERE id > ?1 AND id < ?2 AND +merchant_id = ?3 ORDER BY id DESC LIMIT 1`,
        )
        .bind(above, below, merchantId)
    }),
  )
  return new Map(
    shops.flatMap((row, i) => {
      const at = numberOrNull(results[i]?.results[0]?.at)
      return at === null ? [] : [[`shop:${text(row.id)}`, at] as const]
    }),
  )
}

export interface Stats {
  /** Orders in each state that is not final. */
  readonly orders: Readonly<Partial<Record<OrderStateName, number>>>
  /** Of these, past their ship-by time and not shipped. */
  readonly late: number
  readonly exceptions: number
}

const OPEN = ORDER_STATES.filter((state) => !isFinal(state))
const UNSHIPPED = OPEN.filter((state) => state !== 'shipped')

export const stats = async (db: Db, merchantId: string, now: number): Promise<Stats> => {
  const counts = await all(
    db,
    'SELECT state, count(*) AS count FROM orders WHERE merchant_id = ?1 AND state IN (SELECT value FROM json_each(?2)) GROUP BY state',
    merchantId,
    JSON.stringify(OPEN),
  )
  const [late] = await all(
    db,
    'SELECT count(*) AS count FROM orders WHERE merchant_id = ?1 AND state IN (SELECT value FROM json_each(?2)) AND ship_by < ?3',
    merchantId,
    JSON.stringify(UNSHIPPED),
    now,
  )
  const [open] = await all(
    db,
    'SELECT count(*) AS count FROM exceptions WHERE merchant_id = ? AND closed_at IS NULL',
    merchantId,
  )
  return {
    orders: Object.fromEntries(
      OPEN.map((state) => [state, Number(counts.find((row) => row.state === state)?.count ?? 0)]),
    ),
    late: Number(late?.count ?? 0),
    exceptions: Number(open?.count ?? 0),
  }
}
