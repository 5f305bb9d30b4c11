/** When merchants are told: at once where a lane rang, and by the clock, which also sees what no order shows. */
import type { Env } from '../env.ts'
import { type AlertPorts, tell } from '../flow/9-alert.ts'
import { watch } from '../flow/alert-conditions.ts'
import { channelSender } from '../flow/channel-send.ts'
import type { Doorbell } from '../lane/ports.ts'
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
    'SELECT DISTINCT merchant_id FROM lanes WHERE name IN (SELECT value FROM json_each(?))',
  )
    .bind(lanes)
    .all<{ merchant_id: string }>()
  await tell(
    alertPorts(env),
    results.map((row) => row.merchant_id),
  )
}

/** Every minute: what is due goes out before lanes are knocked at, which may take its time; what the knocks show, after it. */
export const tellByClock = async (env: Env): Promise<void> => {
  const ports = alertPorts(env)
  await tell(ports).catch(failed)
  const waits = await pokeLanes(env, Date.now())
  await watch(env.DB, waits, Date.now())
    .then(() => tell(ports))
    .catch(failed)
}
