/** How a connection is, in words, with the likely cause. Pure. */
import type { ConnectionHealth, LaneStats } from '../store/read.ts'
import type { Key } from './i18n/index.ts'

interface Reason {
  readonly key: Key
  readonly facts?: Readonly<Record<string, string | number>>
  readonly at?: number
}

export interface Condition {
  readonly level: 'ok' | 'watch' | 'failing' | 'off'
  readonly reasons: readonly Reason[]
}

const HOUR = 3_600_000
/** More than this waits only if something does not keep up. */
const BUSY = 500

/** `lastGood`: when a message of it was last taken; refusals before that are over, later ones may mean that nothing comes in. */
export const conditionOf = (item: ConnectionHealth, now: number, lastGood: number | null): Condition => {
  if (!item.enabled) return { level: 'off', reasons: [{ key: 'health.disabled' }] }
  const loud = item.refusals.filter(({ lastAt }) => now - lastAt < HOUR && lastAt > (lastGood ?? 0))
  const failing = failuresOf(item, loud)
  const watched = watchedOf(item, loud)
  if (failing.length > 0) return { level: 'failing', reasons: [...failing, ...watched] }
  return { level: watched.length > 0 ? 'watch' : 'ok', reasons: watched }
}

type Refusals = ConnectionHealth['refusals']

const failuresOf = ({ refusedSince, work, paused }: ConnectionHealth, loud: Refusals): Reason[] => [
  ...(refusedSince === null ? [] : [{ key: 'health.credential', at: refusedSince } as const]),
  ...(work === null ? [] : stuckOf(work)),
  ...(paused?.why === 'failing'
    ? [{ key: 'health.unanswered', facts: { n: paused.failures }, at: paused.since } as const]
    : []),
  ...loud.map(refusalReason),
]

/** A lane that refuses to run fails each time too, but trying again does not help it. */
const stuckOf = ({ refused, failures }: LaneStats): Reason[] => {
  if (refused) return [{ key: 'health.refused', facts: { ...refused } }]
  return failures > 0 ? [{ key: 'health.stuck', facts: { n: failures } }] : []
}

const watchedOf = ({ work, refusals, paused }: ConnectionHealth, loud: Refusals): Reason[] => [
  ...refusals.filter((refusal) => !loud.includes(refusal)).map(refusalReason),
  ...(paused?.why === 'quota' ? [{ key: 'health.slowed', at: paused.since } as const] : []),
  ...(work === null ? [{ key: 'health.silent' } as const] : []),
  ...(work !== null && work.parked > 0 ? [{ key: 'health.parked', facts: { n: work.parked } } as const] : []),
  ...(work !== null && work.backlog > BUSY ? [{ key: 'health.backlog', facts: { n: work.backlog } } as const] : []),
]

const CAUSES: Readonly<Record<string, Key>> = {
  signature_missing: 'health.signatureMissing',
  signature_mismatch: 'health.signatureMismatch',
  signature_stale: 'health.signatureStale',
}

const refusalReason = ({ reason, count, lastAt }: Refusals[number]): Reason => ({
  key: CAUSES[reason] ?? 'health.signatureMismatch',
  facts: { n: count },
  at: lastAt,
})
