/**
 * Permits of one credential: never more calls in any second, any minute, or at once than its limits say. Who ships
 * soonest goes first. Kept in memory alone: an object forgets them after ten idle seconds at the earliest, and no window
 * here is longer unless the limit is below six a minute.
 */
import type { Limits } from '../wire/capability.ts'

export interface Wish {
  /** UTC ms; of two that wait, the earlier goes first. */
  readonly shipBy: number
  readonly maxWaitMs: number
}
/** `lease` is given back where calls at once are limited. */
export type Permit = { readonly lease: number } | { readonly after: number }

interface Rate {
  readonly count: number
  readonly windowMs: number
}
interface Waiting extends Wish {
  readonly deadline: number
  readonly resolve: (permit: Permit) => void
}

/** Between the permit and the partner's clock lies a network. */
const MARGIN_MS = 50
/** A caller that never gives its permit back has died: longer than any call takes. */
const LEASE_MS = 60_000
const NO_SLOT_AFTER = 1_000

const rate = (count: number, windowMs: number): Rate =>
  count >= 1 ? { count: Math.floor(count), windowMs } : { count: 1, windowMs: windowMs / count }

/** A minute's calls, as a sixth of them in any ten seconds: never more than the minute's, whatever was forgotten. */
const ratesOf = ({ perSecond, perMinute }: Limits): Rate[] => [
  ...(perSecond === undefined ? [] : [rate(perSecond, 1_000)]),
  ...(perMinute === undefined ? [] : [rate(perMinute / 6, 10_000)]),
]

export class Permits {
  readonly #now: () => number
  readonly #wait: (ms: number) => Promise<void>
  #rates: readonly Rate[] = []
  #slots = Number.POSITIVE_INFINITY
  /** When permits were given, oldest first. */
  readonly #given: number[] = []
  readonly #leases = new Map<number, number>()
  readonly #waiting: Waiting[] = []
  #serial = 0
  #timerAt = Number.POSITIVE_INFINITY

  constructor(now: () => number, wait: (ms: number) => Promise<void>) {
    this.#now = now
    this.#wait = wait
  }

  ask(limits: Limits, wish: Wish): Promise<Permit> {
    this.#rates = ratesOf(limits)
    this.#slots = limits.concurrent ?? Number.POSITIVE_INFINITY
    return new Promise((resolve) => {
      const at = this.#waiting.findIndex((other) => other.shipBy > wish.shipBy)
      const place = at < 0 ? this.#waiting.length : at
      this.#waiting.splice(place, 0, { ...wish, deadline: this.#now() + wish.maxWaitMs, resolve })
      this.#serve()
    })
  }

  giveBack(lease: number): void {
    this.#leases.delete(lease)
    this.#serve()
  }

  #serve(): void {
    const now = this.#now()
    for (const [lease, until] of this.#leases) if (until <= now) this.#leases.delete(lease)
    while (this.#waiting.length > 0 && this.#leases.size < this.#slots && this.#at(0) <= now) this.#give(now)
    // Who cannot be served in time hears at once when to come again.
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      const one = this.#waiting[i]
      const at = this.#at(i)
      if (!one || (at <= one.deadline && one.deadline > now)) continue
      this.#waiting.splice(i, 1)
      one.resolve({ after: Math.max(NO_SLOT_AFTER, Math.ceil(at - now)) })
    }
    this.#arm(now)
  }

  #give(now: number): void {
    const lease = ++this.#serial
    this.#given.push(now)
    const longest = Math.max(0, ...this.#rates.map(({ count }) => count))
    this.#given.splice(0, this.#given.length - longest)
    if (this.#slots !== Number.POSITIVE_INFINITY) this.#leases.set(lease, now + LEASE_MS)
    this.#waiting.shift()?.resolve({ lease })
  }

  /** When the n-th from the front may go, as far as the rates say. */
  #at(n: number): number {
    const now = this.#now()
    const times = this.#rates.map(({ count, windowMs }) => {
      const gap = windowMs + MARGIN_MS
      const given = this.#given[this.#given.length + (n % count) - count]
      // It goes so many windows after one that waits itself.
      return Math.max(now, given === undefined ? 0 : given + gap) + Math.floor(n / count) * gap
    })
    return Math.max(now, ...times)
  }

  #arm(now: number): void {
    const first = this.#waiting[0]
    if (!first) return
    const free = this.#leases.size < this.#slots ? this.#at(0) : Math.min(...this.#leases.values())
    const at = Math.max(now + 1, Math.min(free, ...this.#waiting.map(({ deadline }) => deadline)))
    if (at >= this.#timerAt) return
    this.#timerAt = at
    void this.#wait(at - now).then(() => {
      this.#timerAt = Number.POSITIVE_INFINITY
      this.#serve()
    })
  }
}
