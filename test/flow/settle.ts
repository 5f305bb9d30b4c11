/** Everybody answers well from now on, and nothing new is said: where does the order come to rest? */
import { isFinal, stateOf } from '../../src/domain/order-state.ts'
import type { JobOutcome } from '../../src/lane/event.ts'
import { sealed } from './events.ts'
import { HOUR } from './facts.ts'
import type { Job } from './jobs.ts'
import { resting } from './owner.ts'
import type { Walk } from './walk.ts'

const STEPS = 150

/** What is not true on the way or at the end. */
export const settle = (walk: Walk): string[] => {
  const { desk } = walk
  const end = desk.now + 10_000 * HOUR
  for (let i = 0; i < STEPS; i++) {
    const next = step(walk, end)
    if (next === 'rest') return atRest(walk)
    if (next.length > 0) return next
  }
  return [`still moving after ${STEPS} steps`]
}

const step = (walk: Walk, end: number): string[] | 'rest' => {
  const { desk } = walk
  const [due] = desk.jobs.due(desk.now)
  if (due) return walk.say(desk.outcome(desk.jobs.claim(due, desk.now), answer(walk, due)))
  if (desk.ledger.wakes.length > 0) return walk.wake()
  const timer = desk.timers.get(desk.order.id)
  const next = Math.min(desk.jobs.next() ?? Number.POSITIVE_INFINITY, timer ?? Number.POSITIVE_INFINITY)
  if (next > end) return 'rest'
  desk.now = Math.max(desk.now, next)
  return timer !== undefined && timer <= desk.now ? walk.say({ kind: 'timer' }) : []
}

const answer = ({ desk }: Walk, { draft }: Job): JobOutcome =>
  draft.kind === 'fetch'
    ? { class: 'done', value: { order: sealed({ version: desk.order.version + 1, payment: desk.order.payment }) } }
    : { class: 'done', value: {} }

const atRest = ({ desk }: Walk): string[] => {
  const { order } = desk
  if (isFinal(stateOf(order)) || order.problems.length > 0 || order.hold) return []
  return resting(order, desk) === undefined ? [`${stateOf(order)} at rest, and nobody moves it`] : []
}
