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
  #timers: Timer[] = []
  #order = 0

  constructor(start: number) {
    this.now = start
  }

  at(time: number, run: () => void): void {
    this.#timers.push({ at: Math.max(time, this.now), order: this.#order++, run })
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + ms, resolve))
  }

  /** Runs timers in order until none is due before `end`, letting everything they set off settle in between. */
  async run(end: number): Promise<void> {
    await settle()
    for (;;) {
      const next = this.#next()
      if (!next || next.at > end) break
      this.#timers.splice(this.#timers.indexOf(next), 1)
      this.now = next.at
      next.run()
      await settle()
    }
    this.now = Math.max(this.now, end)
  }

  #next(): Timer | undefined {
    return this.#timers.reduce<Timer | undefined>(
      (first, timer) =>
        !first || timer.at < first.at || (timer.at === first.at && timer.order < first.order) ? timer : first,
      undefined,
    )
  }
}

/** Lets every promise that can go on go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
