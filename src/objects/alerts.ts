/** When merchants are told: at once where a lane rang, and by the clock, which also sees what no order shows. */
import type { Env } from '../env.ts'
import { type AlertPorts, tell } from '../flow/9-alert.ts'
import { watch } from '../flow/alert-conditions.ts'
import { channelSender } from '../flow/channel-send.ts'
import type { Doorbell } from '../lane/ports.ts'
import { nextDue } from '../store/write/alerts.ts'
import { pokeLanes } from './cron.ts'
import { report } from './neighbours.ts'
import { isolate } from './ports.ts'

const alertPorts = (env: Env): AlertPorts => ({
  db: env.DB,
  vault: isolate(env).vault,
  now: Date.now,
  random: () => crypto.randomUUID(),
  send: channelSender(env),
  report,
})

/** Bells without jobs: something new waits for a person in these lanes. */
export const tellOf = (env: Env, bells: readonly Doorbell[]): Promise<void> => tellLanes(env, bells).catch(failed)

const failed = (error: unknown): void => report('alerts failed', { error: String(error) })

const tellLanes = async (env: Env, bells: readonly Doorbell[]): Promise<void> => {
  const lanes = JSON.stringify([...new Set(bells.map((bell) => bell.lane))])
  const { results } = await env.DB.prepare(
    'SELECT min(name) AS lane, merchant_id FROM lanes WHERE name IN (SELECT value FROM json_each(?)) GROUP BY merchant_id',
  )
    .bind(lanes)
    .all<{ lane: string; merchant_id: string }>()
  const merchants = results.map((row) => row.merchant_id)
  await tell(alertPorts(env), merchants)
  for (const { lane, merchant_id } of results) await ringAgain(env, lane, merchant_id)
}

/** A channel that is pausing, or has a message under way, is rung for when it is free: the clock would be up to a minute late. */
const ringAgain = async (env: Env, lane: string, merchantId: string): Promise<void> => {
  const now = Date.now()
  const next = await nextDue(env.DB, now, [merchantId])
  const seconds = next === undefined ? MINUTE : Math.max(1, Math.ceil((next - now) / 1000))
  if (seconds < MINUTE) await env.DISPATCH_QUEUE.send({ lane, jobs: [] }, { delaySeconds: seconds })
}

const MINUTE = 60

/** Every minute: what is due goes out before lanes are knocked at, which may take its time; what the knocks show, after it. */
export const tellByClock = async (env: Env): Promise<void> => {
  const ports = alertPorts(env)
  await tell(ports).catch(failed)
  const waits = await pokeLanes(env, Date.now())
  await watch(env.DB, waits, Date.now())
    .then(() => tell(ports))
    .catch(failed)
}
