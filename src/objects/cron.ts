/** What the clock does: knocks at lanes whose alarm may have been lost, forgets what is past its time. */
import type { Env } from '../env.ts'
import type { LaneWaits } from '../flow/alert-conditions.ts'
import { platforms } from '../platforms/index.ts'
import { laneStub, report, socketStub } from './neighbours.ts'

const DAY = 86_400_000
const ACTIVE_DAYS = 14

/** Every minute. One failing lane keeps no other from its knock. Answers what has waited too long. */
export const pokeLanes = async (env: Env, now: number): Promise<readonly LaneWaits[]> => {
  const waits: LaneWaits[] = []
  const { results } = await env.DB.prepare(
    'SELECT name FROM lanes WHERE active_at > ? ORDER BY active_at DESC LIMIT 5000',
  )
    .bind(now - ACTIVE_DAYS * DAY)
    .all<{ name: string }>()
  for (let i = 0; i < results.length; i += 20) {
    await Promise.all(
      results.slice(i, i + 20).map(({ name }) =>
        laneStub(env, name)
          .knock()
          .then(({ backlogSince, held }) => waits.push({ lane: name, backlogSince, held: [...held] }))
          .catch((error: unknown) => report('poke failed', { lane: name, error: String(error) })),
      ),
    )
  }
  return waits
}

/** Every minute: sockets of apps with a shop in use are kept open. */
export const pokeSockets = async (env: Env): Promise<void> => {
  const names = Object.values(platforms).flatMap(({ id, socket }) => (socket ? [id] : []))
  if (names.length === 0) return
  const { results } = await env.DB.prepare(
    `SELECT id FROM apps WHERE platform IN (SELECT value FROM json_each(?))
       AND EXISTS (SELECT 1 FROM shops WHERE shops.app_id = apps.id AND shops.enabled = 1)`,
  )
    .bind(JSON.stringify(names))
    .all<{ id: string }>()
  await Promise.all(
    results.map(({ id }) =>
      socketStub(env, id)
        .poke(id)
        .catch((error: unknown) => report('socket poke failed', { app: id, error: String(error) })),
    ),
  )
}

/** Every quarter of an hour: answers to repeated requests, finished operations, old sessions and counters. */
export const forgetOld = async (env: Env, now: number): Promise<void> => {
  const statements: [string, number][] = [
    ['DELETE FROM idempotency WHERE at < ?', now - DAY],
    ['DELETE FROM operations WHERE at < ?', now - 7 * DAY],
    ['DELETE FROM alert_causes WHERE count = 0 AND last_at < ?', now - 30 * DAY],
    ['DELETE FROM sessions WHERE seen_at < ?', now - DAY],
    ['DELETE FROM pauses WHERE max(at, until) < ?', now - DAY],
    ['DELETE FROM refusals WHERE hour < ?', Math.floor((now - 30 * DAY) / 3_600_000)],
    ['DELETE FROM dead_letters WHERE hour < ?', Math.floor((now - 30 * DAY) / 3_600_000)],
  ]
  await env.DB.batch(statements.map(([sql, value]) => env.DB.prepare(sql).bind(value)))
}
