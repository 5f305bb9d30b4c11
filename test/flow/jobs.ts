/** The lane's jobs as a decision sees them, kept by the test: written apart from `src/lane/outbox.ts`. */
import type { JobChange, JobDraft, JobFacts } from '../../src/lane/event.ts'

export interface Job {
  readonly draft: JobDraft
  attempts: number
  /** Undefined: parked until somebody retries it. */
  at: number | undefined
  leasedUntil: number
  /** Claims without an outcome, or whose outcome left open whether they did something. */
  maybeSent: boolean
}

export interface Claim {
  readonly draft: JobDraft
  readonly attempt: number
}

const LEASE = 90_000

export class Jobs {
  readonly all = new Map<string, Job>()
  readonly parks = new Map<string, number>()
  /** Every job that ever was. */
  readonly history: JobDraft[] = []

  facts(id: string, now: number): JobFacts | undefined {
    const job = this.all.get(id)
    return job && { connection: job.draft.connection, attempts: job.attempts, leased: job.leasedUntil > now }
  }

  of(ref: string): string[] {
    return [...this.all].filter(([, job]) => job.draft.ref === ref).map(([id]) => id)
  }

  add(draft: JobDraft): void {
    if (this.all.has(draft.id)) return
    this.history.push(draft)
    this.all.set(draft.id, { draft, attempts: 0, at: draft.at, leasedUntil: 0, maybeSent: false })
  }

  change(change: JobChange): void {
    const job = this.all.get(change.id)
    if (!job) return
    if ('drop' in change) {
      this.all.delete(change.id)
      return
    }
    job.at = change.at
    job.attempts = change.attempts ?? job.attempts
    job.leasedUntil = 0
    if (!change.unsent) job.maybeSent ||= job.attempts > 0
  }

  /** Those that a consumer could take now. */
  due(now: number): Job[] {
    const busy = new Set([...this.all.values()].filter((job) => job.leasedUntil > now).map((job) => job.draft.subject))
    return [...this.all.values()].filter(
      (job) =>
        job.at !== undefined &&
        job.at <= now &&
        (this.parks.get(job.draft.connection) ?? 0) <= now &&
        !busy.has(job.draft.subject),
    )
  }

  claim(job: Job, now: number): Claim {
    job.attempts += 1
    job.leasedUntil = now + LEASE
    job.at = job.leasedUntil
    return { draft: job.draft, attempt: job.attempts }
  }

  /** When a job next moves by itself. */
  next(): number | undefined {
    const lease = (subject: string): number =>
      Math.max(...[...this.all.values()].filter((job) => job.draft.subject === subject).map((job) => job.leasedUntil))
    const times = [...this.all.values()].flatMap((job) =>
      job.at === undefined
        ? []
        : [Math.max(job.at, this.parks.get(job.draft.connection) ?? 0, lease(job.draft.subject))],
    )
    return times.length > 0 ? Math.min(...times) : undefined
  }
}
