/** When a failed call is tried again: 5 s, 30 s, 2 min, 10 min, 30 min, 2 h with jitter; the ship-by time beats the schedule. */

/** A refused credential rests for so long, ms; then it is found out whether it works again. */
export const AUTH_PAUSE = 60_000

/** A cancel whose result is to come later is asked again after this, ms. */
export const CANCEL_PATIENCE = 1_800_000

/** Between later questions about a document, once the steps are used up, ms. */
export const ASK_PAUSE = 7_200_000

const STEPS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000] as const

/**
 * UTC ms of the next try after attempt number `attempt` (from 1), or undefined when the tries are used up.
 * `shipBy`: while it lies ahead, no pause reaches beyond a quarter of what remains (at least 5 s). `after`: what the
 * partner asked for. Deterministic: the jitter comes from the job's id, so a repeated turn decides the same.
 */
export const nextTry = (
  job: string,
  attempt: number,
  now: number,
  shipBy: number | undefined,
  after?: number,
): number | undefined => {
  if (after !== undefined) return now + Math.max(1000, after)
  const step = STEPS[attempt - 1]
  if (step === undefined) return undefined
  const jittered = step / 2 + Math.floor((step / 2) * fraction(`${job}:${attempt}`))
  const remains = (shipBy ?? Number.POSITIVE_INFINITY) - now
  const pause = remains > 0 ? Math.min(jittered, Math.max(5_000, remains / 4)) : Math.min(jittered, 60_000)
  return now + Math.floor(pause)
}

/** FNV-1a of the text, as a number in [0, 1). */
const fraction = (text: string): number => {
  let hash = 2166136261
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619) >>> 0
  return hash / 2 ** 32
}
