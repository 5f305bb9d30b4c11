/**
 * What this isolate has heard of credentials that wait. Asking it costs nothing while nothing is wrong: it is read behind
 * the caller's back, at most every five seconds, and written only when a call fails.
 */
import type { D1Database } from '@cloudflare/workers-types'
import { Recent } from '../lib/recent.ts'
import { claimProbe, countFailure, endPause, OPENS_AFTER, type Pause, pauseUntil, readPause } from '../store/pauses.ts'

const FRESH_MS = 5_000
/** Who may not probe looks again after this. */
const LOOK_AGAIN = 5_000

interface Heard {
  readonly pause: Pause | undefined
  readonly at: number
}

type Report = (what: string, facts: Readonly<Record<string, unknown>>) => void

export class Pauses {
  readonly #db: D1Database
  readonly #now: () => number
  readonly #report: Report
  readonly #heard = new Recent<Heard>(2_000)
  /** When it was last read. A read may die with the invocation that began it: it is begun again. */
  readonly #asked = new Recent<number>(2_000)

  constructor(db: D1Database, now: () => number, report: Report) {
    this.#db = db
    this.#now = now
    this.#report = report
  }

  /** How long to wait before a call of this credential, ms; 0: it may go. One that failed is tried by one caller first. */
  async wait(key: string): Promise<number> {
    const now = this.#now()
    const pause = this.#hear(key, now)
    if (!pause) return 0
    if (pause.until > now) return pause.until - now
    return pause.failures < OPENS_AFTER ? 0 : this.#probe(key, now)
  }

  /** The call came to an answer. */
  async worked(key: string): Promise<void> {
    const pause = this.#heard.get(key)?.pause
    const now = this.#now()
    if (!pause || (pause.why === 'quota' && pause.until > now)) return
    this.#keep(key, undefined)
    await this.#try('end', () => endPause(this.#db, key, now))
  }

  /** It did not, or the partner failed. */
  async failed(key: string, detail: string): Promise<void> {
    await this.#try('count', async () => this.#keep(key, await countFailure(this.#db, key, this.#now(), detail)))
  }

  /** The partner asked for a pause of so long, ms. */
  async tired(key: string, ms: number, detail: string): Promise<void> {
    const now = this.#now()
    await this.#try('pause', async () => this.#keep(key, await pauseUntil(this.#db, key, now, now + ms, detail)))
  }

  async #probe(key: string, now: number): Promise<number> {
    const found = await this.#try('probe', () => claimProbe(this.#db, key, now))
    if (!found) return 0
    this.#keep(key, found.pause)
    if (found.won || !found.pause) return 0
    return found.pause.until > now ? found.pause.until - now : LOOK_AGAIN
  }

  #hear(key: string, now: number): Pause | undefined {
    const heard = this.#heard.get(key)
    const last = Math.max(heard?.at ?? 0, this.#asked.get(key) ?? 0)
    if (now - last >= FRESH_MS) void this.#ask(key, now)
    return heard?.pause
  }

  async #ask(key: string, now: number): Promise<void> {
    this.#asked.set(key, now)
    await this.#try('read', async () => this.#keep(key, await readPause(this.#db, key)))
  }

  #keep(key: string, pause: Pause | undefined): void {
    this.#heard.set(key, { pause, at: this.#now() })
  }

  /** Nobody waits for the store: while it fails, calls are made as if nothing were known. */
  async #try<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      this.#report('pauses not kept', { what, error: String(error) })
      return undefined
    }
  }
}
