/** A credential that is refused, or that has called too often: all its jobs wait, and no try is used up. */
import type { JobOutcome } from '../../lane/event.ts'
import { AUTH_PAUSE } from '../backoff.ts'
import type { World } from '../world.ts'
import { connectionName, type Draft } from './draft.ts'
import type { OutcomeBody } from './outcome.ts'

export const parkCredential = (
  draft: Draft,
  body: OutcomeBody,
  outcome: Extract<JobOutcome, { class: 'auth' | 'quota' }>,
  world: World,
): void => {
  const job = world.job(body.job)
  if (!job) return
  const { connection } = job
  const until = world.now + (outcome.class === 'auth' ? AUTH_PAUSE : Math.max(1000, outcome.after))
  draft.touched = true
  if (body.attempt === job.attempts)
    draft.changes.push({ id: body.job, at: until, attempts: Math.max(0, body.attempt - 1), unsent: true })
  draft.parks.push({
    connection,
    until,
    ...(outcome.class === 'auth' && {
      problem: {
        code: 'credential_refused',
        at: connection,
        facts: { connection: connectionName(world, connection), message: outcome.detail },
      } as const,
    }),
  })
}
