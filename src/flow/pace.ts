/**
 * Conversations of one credential: held while it waits, slowed to its limits, counted where they fail. What is held has
 * sent nothing, so its job uses up no try.
 */
import { NotAnswered, type Send } from '../send.ts'
import type { Conversation } from '../wire/adapter.ts'
import type { Limits } from '../wire/capability.ts'
import type { WireCall, WireResponse } from '../wire/message.ts'
import type { Outcome } from '../wire/outcome.ts'
import type { Egress } from '../wire/relay.ts'
import { converse, Held, type Patience } from './converse.ts'
import type { Credential } from './credential.ts'
import type { Pauses } from './pauses.ts'
import type { Permit, Wish } from './permits.ts'

export interface Pace {
  readonly pauses: Pick<Pauses, 'wait' | 'worked' | 'failed' | 'tired'>
  /** Asked only for a credential that has limits. */
  readonly permit: (key: string, limits: Limits, wish: Wish) => Promise<Permit>
  readonly giveBack: (key: string, lease: number) => Promise<void>
}

/** The longest that a call waits for a permit; half of its time at most. */
const LONGEST_WAIT = 10_000
const SHORTEST_PAUSE = 1_000
const NEVER = Number.MAX_SAFE_INTEGER

export interface PacePorts {
  readonly send: Send
  readonly now: () => number
  /** Absent: calls are neither slowed nor held. */
  readonly pace?: Pace
}

/** One conversation under this credential. A partner that says "too often" says it to every lane that uses it. */
export const talk = async <T>(
  ports: PacePorts,
  credential: Credential,
  conversation: Conversation<T>,
  patience: Patience,
  shipBy = NEVER,
): Promise<Outcome<T>> => {
  const { pace } = ports
  const direct: Send = (call, timeoutMs) => ports.send(call, timeoutMs, credential.egress)
  if (!pace) return converse(conversation, direct, patience)
  let held = false
  const send: Send = async (call, timeoutMs) => {
    try {
      return await paced(ports, pace, credential, call, timeoutMs, shipBy)
    } catch (error) {
      held ||= error instanceof Held
      throw error
    }
  }
  const outcome = await converse(conversation, send, patience)
  if (outcome.class === 'quota' && !held)
    await pace.pauses.tired(credential.key, Math.max(SHORTEST_PAUSE, outcome.after), outcome.detail)
  return outcome
}

const paced = async (
  ports: PacePorts,
  pace: Pace,
  { key, limits, egress }: Credential,
  call: WireCall,
  timeoutMs: number,
  shipBy: number,
): Promise<WireResponse> => {
  const started = ports.now()
  const pause = await pace.pauses.wait(key)
  if (pause > 0) throw new Held('this credential waits', pause)
  const maxWaitMs = Math.min(LONGEST_WAIT, timeoutMs / 2)
  const permit = limits && (await pace.permit(key, limits, { shipBy, maxWaitMs }))
  if (permit && 'after' in permit) throw new Held('this credential has called often enough', permit.after)
  try {
    return await counted(ports, pace, key, call, timeoutMs - (ports.now() - started), egress)
  } finally {
    if (permit && limits?.concurrent !== undefined) await pace.giveBack(key, permit.lease)
  }
}

/** What never left says nothing of the partner; any answer below 500 says that it lives. */
const counted = async (
  { send }: PacePorts,
  { pauses }: Pace,
  key: string,
  call: WireCall,
  timeoutMs: number,
  egress: Egress | undefined,
): Promise<WireResponse> => {
  try {
    const answer = await send(call, Math.max(1, timeoutMs), egress)
    await (answer.status >= 500 ? pauses.failed(key, `HTTP ${answer.status}`) : pauses.worked(key))
    return answer
  } catch (error) {
    if (error instanceof NotAnswered && error.sent) await pauses.failed(key, error.message)
    throw error
  }
}
