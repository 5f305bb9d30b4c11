/** The flow's ports, made of the Worker's bindings. Caches live as long as the isolate. */
import type { Env } from '../env.ts'
import { leaseMs } from '../env.ts'
import type { ReceivePorts } from '../flow/1-receive.ts'
import type { DispatchPorts, Showable } from '../flow/5-dispatch.ts'
import { Config } from '../flow/config.ts'
import type { Pace } from '../flow/pace.ts'
import { Pauses } from '../flow/pauses.ts'
import type { PollPorts } from '../flow/poll.ts'
import { sender } from '../send.ts'
import { Vault } from '../store/vault.ts'
import { grantsOf } from '../store/write/grants.ts'
import { claimPoll, knownVersions, savePoll } from '../store/write/polls.ts'
import { digest } from '../wire/digest.ts'
import { appendTo, laneStub, report } from './neighbours.ts'

interface Isolate {
  readonly config: Config
  readonly vault: Vault
  readonly pauses: Pauses
}
const isolates = new WeakMap<D1Database, Isolate>()

/** Refuses to run without a proper master key. */
export const isolate = (env: Env): Isolate => {
  const known = isolates.get(env.DB)
  if (known) return known
  const made = {
    config: new Config(env.DB, Date.now),
    vault: new Vault(env.MASTER_KEY ?? '', env.MASTER_KEY_PREVIOUS),
    pauses: new Pauses(env.DB, Date.now, report),
  }
  isolates.set(env.DB, made)
  return made
}

export const receivePorts = (env: Env, background: (work: Promise<unknown>) => void): ReceivePorts => ({
  ...isolate(env),
  now: Date.now,
  random: () => crypto.randomUUID(),
  send: sender(env.OUTBOUND_ALLOW),
  append: (lane, events) => appendTo(env, lane, events),
  refused: (connection, reason, body) => background(countRefusal(env, connection, reason, body)),
})

const countRefusal = async (env: Env, connection: string, reason: string, body: Uint8Array): Promise<void> => {
  const now = Date.now()
  await env.DB.prepare(
    `INSERT INTO refusals (connection, hour, reason, count, last_at, bytes, hash) VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6)
     ON CONFLICT(connection, hour, reason) DO UPDATE SET count = count + 1, last_at = excluded.last_at, bytes = excluded.bytes, hash = excluded.hash`,
  )
    .bind(connection, Math.floor(now / 3_600_000), reason, now, body.length, digest('sha256', body, 'hex').slice(0, 16))
    .run()
}

export const pollPorts = (env: Env): PollPorts => ({
  ...dispatchPorts(env),
  polls: {
    claim: (lane, now, until) => claimPoll(env.DB, lane, now, until),
    save: (step) => savePoll(env.DB, step),
    versions: (shopId, ids) => knownVersions(env.DB, shopId, ids),
  },
})

export const dispatchPorts = (env: Env): DispatchPorts => ({
  ...isolate(env),
  now: Date.now,
  random: () => crypto.randomUUID(),
  send: sender(env.OUTBOUND_ALLOW),
  pace: paceOf(env),
  grants: grantsOf(env.DB),
  patienceMs: (leaseMs(env) * 2) / 3,
  report,
  claim: async (lane, ids) => (await laneStub(env, lane).claim(ids)) as Awaited<ReturnType<DispatchPorts['claim']>>,
  append: (lane, events) => appendTo(env, lane, events),
  showable: (shopId, listingId) => showable(env, shopId, listingId),
})

/** An object that does not answer holds nobody: then the partner says itself that it is too much. */
const paceOf = (env: Env): Pace => ({
  pauses: isolate(env).pauses,
  permit: async (key, limits, wish) => {
    try {
      return await env.PACE.getByName(key).permit(limits, wish)
    } catch (error) {
      report('no permits', { key, error: String(error) })
      return { lease: 0 }
    }
  },
  giveBack: async (key, lease) => {
    try {
      await env.PACE.getByName(key).giveBack(lease)
    } catch (error) {
      report('permit not given back', { key, error: String(error) })
    }
  },
})

/**
 * Whole units that each enabled warehouse could give, summed: of a bundle as many as its scarcest part makes there. No
 * quantity while some part was never counted anywhere. The version grows with any level of any part.
 */
const SHOWABLE = `WITH parts AS (
    SELECT l.listing_id, l.parent_id, l.code, l.merchant_id, coalesce(b.part, l.sku) AS part, coalesce(b.quantity, 1) AS per
    FROM listings l LEFT JOIN bundles b ON b.merchant_id = l.merchant_id AND b.sku = l.sku WHERE l.shop_id = ?1 AND l.listing_id = ?2),
  levels AS (
    SELECT p.part, w.id AS warehouse, s.counted, max(0, coalesce(s.on_hand - s.reserved, 0)) / p.per AS units, coalesce(s.version, 0) AS version
    FROM parts p JOIN warehouses w ON w.merchant_id = p.merchant_id AND w.enabled = 1
    LEFT JOIN stock_levels s ON s.merchant_id = p.merchant_id AND s.sku = p.part AND s.warehouse_id = w.id)
  SELECT listing_id, parent_id, code,
    (SELECT sum(units) FROM (SELECT min(CASE WHEN counted = 1 THEN units ELSE 0 END) AS units FROM levels GROUP BY warehouse)) AS quantity,
    (SELECT count(DISTINCT part) FROM levels WHERE counted = 1) = (SELECT count(*) FROM parts) AS known,
    (SELECT coalesce(sum(version), 0) FROM levels) AS version
  FROM parts LIMIT 1`

const showable = async (env: Env, shopId: string, listingId: string): Promise<Showable | undefined> => {
  const row = await env.DB.prepare(SHOWABLE).bind(shopId, listingId).first<{
    listing_id: string
    parent_id: string | null
    code: string
    quantity: number | null
    known: number
    version: number
  }>()
  if (!row) return undefined
  return {
    listingId: row.listing_id,
    code: row.code,
    quantity: row.known === 1 ? (row.quantity ?? 0) : undefined,
    version: row.version,
    ...(row.parent_id !== null && { parentId: row.parent_id }),
  }
}
