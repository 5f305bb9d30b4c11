/** A seeded walk of one order through everything that can be said about it, in any order. */
import type { Fulfillment } from '../../src/domain/order-state.ts'
import { TRACKING_STATES } from '../../src/domain/tracking.ts'
import type { EventBody, JobOutcome, SealedPlatformEvent } from '../../src/lane/event.ts'
import { Random } from '../simulation/clock.ts'
import { ACTIONS, outcomeOf, REFUNDS, STATUSES } from './chances.ts'
import { cancelled, changed, line, progress, refund, sealed, shipped } from './events.ts'
import { HOUR, MINUTE, SECOND, START, tracker } from './facts.ts'
import { broken } from './invariants.ts'
import type { Claim } from './jobs.ts'
import { Desk } from './support.ts'

export class Walk {
  readonly desk: Desk
  readonly log: string[] = []
  readonly #random: Random
  readonly #maybeSent = new Set<string>()
  readonly #writtenBack = new Set<string>()
  readonly #onceDead = new Set<string>()
  readonly #claims: Claim[] = []
  #version = START
  #serial = 0

  constructor(seed: number) {
    const random = new Random(seed)
    this.#random = random
    const stock = Object.fromEntries(['n A', 'n B', 's A', 's B'].map((key) => [key, random.pick([0, 1, 2, 9])]))
    const mode = random.pick(['live', 'live', 'live', 'live', 'trial', 'observe'] as const)
    const features = { orders: true, stock: true, tracking: random.chance(0.8) }
    this.desk = new Desk({
      stock,
      shop: { mode, features },
      trackers: random.chance(0.4) ? [] : [tracker({ subscribe: random.pick(['suspicious', 'all', 'none']) })],
      facts: { split: random.chance(0.5), detail: random.chance(0.5), reserveOn: random.pick(['paid', 'placed']) },
    })
  }

  /** One event, said and checked. Gives what is not true afterwards. */
  step(): string[] {
    const { desk } = this
    desk.now += this.#random.pick([0, 1, SECOND, 30 * SECOND, 5 * MINUTE, 40 * MINUTE, 3 * HOUR])
    const timer = desk.orders.size > 0 ? desk.timers.get(desk.order.id) : undefined
    if (timer !== undefined && timer <= desk.now) return this.say({ kind: 'timer' })
    const [wake] = desk.ledger.wakes
    if (wake && this.#random.chance(0.7)) return this.wake()
    return this.say(
      desk.orders.size === 0
        ? this.#fromPlatform()
        : this.#random
            .pick([
              this.#fromPlatform,
              this.#fromWarehouse,
              this.#fromPerson,
              this.#fromTracker,
              this.#fromJob,
              this.#fromJob,
            ])
            .call(this),
    )
  }

  wake(): string[] {
    const [wake] = this.desk.ledger.wakes.splice(0, 1)
    return this.say({ kind: 'wake', sku: wake?.sku ?? '' })
  }

  say(event: EventBody): string[] {
    const { desk } = this
    const before = desk.orders.size > 0 ? desk.order : undefined
    const attempts = event.kind === 'outcome' ? desk.jobs.facts(event.job, desk.now)?.attempts : undefined
    const jobsBefore = desk.jobs.history.length
    this.log.push(`${(desk.now - START) / SECOND}s ${JSON.stringify(event)}`)
    desk.turn(desk.event(event, before ? `o:${before.id}` : 'p:P1'))
    const [order] = desk.orders.values()
    this.log.push(
      `   → ${order ? `${desk.state} [${desk.fulfillments}] ${desk.problems} jobs: ${desk.jobIds} timer: ${desk.timers.get(order.id)}` : 'nothing'}`,
    )
    for (const item of order?.fulfillments ?? []) if (item.status === 'dead') this.#onceDead.add(item.document)
    const wrong = broken({
      desk,
      event,
      before,
      jobsBefore,
      attempts,
      maybeSent: this.#maybeSent,
      writtenBack: this.#writtenBack,
      onceDead: this.#onceDead,
    })
    if (
      event.kind === 'outcome' &&
      event.jobKind === 'ship' &&
      (event.outcome.class === 'done' || event.outcome.class === 'exists')
    )
      for (const waybill of event.job.split(':').at(-1)?.split(',') ?? [])
        this.#writtenBack.add(`${event.subject} ${waybill}`)
    return wrong
  }

  #fromPlatform(): EventBody {
    const random = this.#random
    const at = START + random.below(1000)
    const what = random.below(30)
    const event: SealedPlatformEvent =
      what === 0
        ? cancelled(at)
        : what < 6
          ? refund(random.pick(REFUNDS), at, random.pick([[], ['1'], ['2']]), random.pick(['r1', 'r2']))
          : what < 8
            ? { type: 'shipBy', platformOrderId: 'P1', shipBy: this.#shipBy(), at }
            : what < 10
              ? { type: 'changed', platformOrderId: 'P1', what: 'x', at }
              : { type: 'order', order: this.#sealed() }
    return { kind: 'platform', event }
  }

  #shipBy(): number {
    return START + this.#random.pick([1, 3, 10, 48]) * HOUR
  }

  #sealed() {
    const random = this.#random
    const version = random.pick([this.#version, this.#version - 1, ++this.#version, ++this.#version])
    const fate = random.below(60)
    const digest = random.pick(['k1.digest', 'k1.digest', 'k1.digest', `k1.d${version}`])
    return sealed({
      version,
      digest,
      sealed: `v1.${digest}`,
      shippable: !random.chance(0.05),
      status: fate === 0 ? 'cancelled' : fate === 1 ? 'finished' : 'open',
      payment: random.pick(['paid', 'paid', 'paid', 'paid', 'unpaid', 'deposit', 'cod']),
      lines: [
        line(
          '1',
          random.pick(['A', 'A', 'A', 'KIT', 'NEW']),
          random.pick([2, 2, 2, 1]),
          random.chance(0.05) ? { status: 'gone' } : {},
        ),
        ...(random.chance(0.5) ? [line('2', random.pick(['A', 'B']), 1)] : []),
      ],
      ...(random.chance(0.15) && { presale: { kind: 'full', releaseAt: START + random.pick([1, 5]) * HOUR } as const }),
      ...(random.chance(0.3) && { shipBy: this.#shipBy() }),
    })
  }

  /** A consumer takes a due job or loses one; an outcome of any class, mostly of the newest claim, sometimes an older one again. */
  #fromJob(): EventBody {
    const { desk } = this
    const random = this.#random
    const due = desk.jobs.due(desk.now)
    if (due.length > 0) {
      const claim = desk.jobs.claim(random.pick(due), desk.now)
      this.#claims.push(claim)
      this.log.push(`   claimed ${claim.draft.id} #${claim.attempt}`)
      if (claim.draft.kind === 'place') this.#maybeSent.add(claim.draft.subject)
    }
    if (this.#claims.length === 0 || random.chance(0.15)) return { kind: 'timer' }
    const at = random.chance(0.8) ? this.#claims.length - 1 : random.below(this.#claims.length)
    const [claim] = this.#claims.splice(at, 1)
    return claim
      ? this.#answer(
          claim,
          outcomeOf(random, claim.draft.kind, () => this.#sealed()),
        )
      : { kind: 'timer' }
  }

  #answer(claim: Claim, outcome: JobOutcome): EventBody {
    const unsent = outcome.class === 'quota' || outcome.class === 'auth'
    const job = this.desk.jobs.all.get(claim.draft.id)
    // The first and only call was turned away at the door: nothing has reached the warehouse.
    if (claim.draft.kind === 'place' && unsent && claim.attempt === 1 && job?.attempts === 1)
      this.#maybeSent.delete(claim.draft.subject)
    return this.desk.outcome(claim, outcome)
  }

  #fromWarehouse(): EventBody {
    const random = this.#random
    const { fulfillments } = this.desk.order
    if (fulfillments.length === 0) return { kind: 'timer' }
    const item = random.pick(fulfillments)
    const from = random.chance(0.95) ? item.warehouseId : 'elsewhere'
    if (random.chance(0.2)) return changed(from, item.document)
    if (random.chance(0.5))
      return progress(from, item.document, random.pick(STATUSES), random.chance(0.5) ? 'a reason' : undefined)
    return shipped(
      from,
      item.document,
      random.chance(0.1) ? [] : [this.#parcel(item)],
      random.chance(0.6),
      `b${random.chance(0.8) ? ++this.#serial : this.#serial}`,
    )
  }

  #parcel(item: Fulfillment) {
    const random = this.#random
    const waybill = `W${random.chance(0.7) ? ++this.#serial : this.#serial}`
    const packageId = random.chance(0.9) ? `k${waybill}` : 'k1'
    const known = item.packages.find((one) => one.packageId === packageId)
    const parts = random.chance(0.5) ? item.lines : [random.pick(item.lines)]
    const sums = new Map<string, number>()
    for (const part of parts)
      sums.set(part.sku, (sums.get(part.sku) ?? 0) + (random.chance(0.9) ? part.quantity : 1 + random.below(3)))
    if (random.chance(0.03)) sums.set('Z', 1)
    return {
      packageId,
      carrier: 'SF',
      waybill,
      items: known?.items ?? [...sums].map(([sku, quantity]) => ({ sku, quantity })),
    }
  }

  /** Scans of a parcel in any order, or the word that it is followed no more. */
  #fromTracker(): EventBody {
    const random = this.#random
    const { desk } = this
    const packages = desk.order.fulfillments.flatMap((item) => item.packages)
    if (packages.length === 0) return { kind: 'timer' }
    const { carrier, waybill } = random.pick(packages)
    const base = { kind: 'tracking', tracker: 'tk' } as const
    if (random.chance(0.15)) {
      const corrected = random.chance(0.3) ? { corrected: 'YTO' } : {}
      return { ...base, event: { type: 'ended', carrier, waybill, why: 'no news', ...corrected } }
    }
    const entries = Array.from({ length: random.below(3) }, () => ({
      ...{ at: desk.now - random.below(48) * HOUR, text: 'seen' },
      ...(random.chance(0.8) && { state: random.pick(TRACKING_STATES) }),
    }))
    const state = random.chance(0.9) ? { state: random.pick(TRACKING_STATES) } : {}
    return { ...base, event: { type: 'tracked', carrier, waybill, entries, ...state } }
  }

  #fromPerson(): EventBody {
    const random = this.#random
    const action = random.pick(ACTIONS)
    const problems = this.desk.order.problems
    const one = problems.length > 0 && random.chance(0.7) ? { problemId: random.pick(problems).id } : {}
    return { kind: 'command', command: { action, actor: 'li', ...one } }
  }
}
