/** Runs an adapter's conversation: sends what it yields, feeds it the answers, ends with its outcome. */
import { NotAnswered, type Send } from '../send.ts'
import type { Conversation } from '../wire/adapter.ts'
import type { Outcome } from '../wire/outcome.ts'

/** Bounds of one conversation: calls, and time for all of them. */
const MAX_CALLS = 40

/** The call was not made: its credential waits so long, ms. */
export class Held extends Error {
  readonly after: number
  constructor(message: string, after: number) {
    super(message)
    this.after = after
  }
}

export interface Patience {
  readonly perCallMs: number
  readonly allMs: number
  readonly now: () => number
}

/**
 * A call that never left, or changes nothing, may simply be tried again; any other without an answer leaves the outcome
 * unknown, as does everything after it. An adapter that throws is broken code and says so as a rejection.
 */
export const converse = async <T>(
  conversation: Conversation<T>,
  send: Send,
  patience: Patience,
): Promise<Outcome<T>> => {
  const end = patience.now() + patience.allMs
  let touched = false
  let step = conversation.next()
  for (let calls = 0; !step.done; calls++) {
    const left = end - patience.now()
    if (calls >= MAX_CALLS || left <= 0)
      return touched ? { class: 'unknown', detail: 'out of time' } : { class: 'retry', detail: 'out of time' }
    const call = step.value
    try {
      const answer = await send(call, Math.min(patience.perCallMs, left))
      touched ||= call.safe !== true
      step = conversation.next(answer)
    } catch (error) {
      if (error instanceof Held)
        return touched
          ? { class: 'unknown', detail: error.message }
          : { class: 'quota', detail: error.message, after: error.after }
      if (!(error instanceof NotAnswered)) throw error
      if (error.refused && !touched) return { class: 'auth', detail: error.message }
      const harmless = !touched && (call.safe === true || !error.sent)
      return { class: harmless ? 'retry' : 'unknown', detail: error.message }
    }
  }
  return step.value
}
