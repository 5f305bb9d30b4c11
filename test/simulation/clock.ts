/** Virtual time and a seed: the whole run is one thread of timers, so the same seed gives the same run to the last step. */

export class Random {
  #state: number
  constructor(seed: number) {
    this.#state = (seed * 2654435761) >>> 0 || 1
  }
  /** In [0, 1): mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  below(n: number): number {
    return Math.floor(this.next() * n)
  }
  chance(p: number): boolean {
    return this.next() < p
  }
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

export class Clock {
  now: number
  /** A heap, the earliest timer first: thousands may stand. */
  readonly #timers: Timer[] = []
  #order = 0

  constructor(start: number) {
    this.now = start
  }

  at(time: number, run: () => void): void {
    const timers = this.#timers
    const timer = { at: Math.max(time, this.now), order: this.#order++, run }
    let i = timers.length
    for (let up = (i - 1) >> 1; i > 0 && earlier(timer, timers[up]); up = (i - 1) >> 1) {
      timers[i] = timers[up] as Timer
      i = up
    }
    timers[i] = timer
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + ms, resolve))
  }

  /** Runs timers in order until none is due before `end`, letting everything they set off settle in between. */
  async run(end: number): Promise<void> {
    await settle()
    for (let next = this.#timers[0]; next && next.at <= end; next = this.#timers[0]) {
      this.#shift()
      this.now = next.at
      next.run()
      await settle()
    }
    this.now = Math.max(this.now, end)
  }

  #shift(): void {
    const timers = this.#timers
    const last = timers.pop()
    if (!last || timers.length === 0) return
    let i = 0
    for (;;) {
      const [left, right] = [2 * i + 1, 2 * i + 2]
      const least = earlier(timers[right], timers[left]) ? right : left
      if (!earlier(timers[least], last)) break
      timers[i] = timers[least] as Timer
      i = least
    }
    timers[i] = last
  }
}

const earlier = (a: Timer | undefined, b: Timer | undefined): boolean =>
  a !== undefined && (b === undefined || a.at < b.at || (a.at === b.at && a.order < b.order))

/** Lets every promise that can go on go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
