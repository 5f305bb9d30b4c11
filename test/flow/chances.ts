/** What a walk draws its events from, and how often. */
import type { FulfillmentStatus } from '../../src/domain/fulfillment.ts'
import type { SealedOrder } from '../../src/domain/order-state.ts'
import type { Command, JobKind, JobOutcome, JobValue } from '../../src/lane/event.ts'
import type { Random } from '../simulation/clock.ts'
import { HOUR, MINUTE } from './facts.ts'

export const REFUNDS = ['requested', 'requested', 'withdrawn', 'withdrawn', 'refunded'] as const

/** `accepted×3` stands for three chances. */
const chances = <T extends string>(text: string): readonly T[] =>
  text.split(' ').flatMap((item) => {
    const [name = '', times = '1'] = item.split('×')
    return Array.from({ length: Number(times) }, () => name as T)
  })

export const STATUSES = chances<FulfillmentStatus>('accepted×4 picking packed rejected cancelled exception delivered')

export const ACTIONS = chances<Command['action']>('retry×6 release×4 hold×2 cancel override×4 dismiss×2 reroute×2')

const CLASSES = chances<JobOutcome['class']>('done×8 unknown×3 retry×3 rejected exists auth quota')

/** An outcome of any class. */
export const outcomeOf = (random: Random, kind: JobKind, detailOf: () => SealedOrder): JobOutcome => {
  const detail = 'said so'
  switch (random.pick(CLASSES)) {
    case 'done':
      return { class: 'done', value: valueFor(random, kind, detailOf) }
    case 'retry':
      return { class: 'retry', detail, ...(random.chance(0.5) && { after: random.pick([0, MINUTE, HOUR]) }) }
    case 'rejected':
      return { class: 'rejected', code: random.pick(['S1', 'carrier_unmapped']), detail }
    case 'quota':
      return { class: 'quota', detail, after: random.pick([0, MINUTE]) }
    case 'exists':
      return { class: 'exists', detail }
    case 'auth':
      return { class: 'auth', detail }
    case 'unknown':
      return { class: 'unknown', detail }
  }
}

const valueFor = (random: Random, kind: JobKind, detailOf: () => SealedOrder): JobValue => {
  if (kind === 'fetch') return { order: detailOf() }
  if (kind === 'cancel') return random.chance(0.3) ? { later: true } : {}
  if (kind === 'ask') return random.chance(0.8) ? { found: random.pick(STATUSES) } : {}
  if (kind !== 'place') return {}
  if (random.chance(0.1)) return { stop: random.pick(['cancelled', 'refund', 'unshippable'] as const) }
  return random.chance(0.5) ? { externalId: 'X1' } : {}
}
