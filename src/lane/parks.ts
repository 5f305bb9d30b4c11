/**
 * Credentials that wait. When the time of one has come it is tried with one job, the most urgent; the others follow once
 * that has come to an end, so that a thousand jobs do not find out together that it still waits.
 */
import type { Sql } from '../lib/sql.ts'
import type { Entry } from './job-rows.ts'

export class Parks {
  readonly #sql: Sql
  readonly #until = new Map<string, number>()

  constructor(sql: Sql) {
    this.#sql = sql
    for (const row of sql.all<{ connection: string; until: number }>('SELECT connection, until FROM credential'))
      this.#until.set(row.connection, row.until)
  }

  /** 0: it does not wait. */
  until(connection: string): number {
    return this.#until.get(connection) ?? 0
  }

  /** Inside the caller's transaction. Asked to wait for less, it does not wait for less. */
  set(connection: string, until: number): void {
    if (this.until(connection) >= until) return
    this.#until.set(connection, until)
    this.#sql.run(
      'INSERT INTO credential (connection, until) VALUES (?, ?) ON CONFLICT(connection) DO UPDATE SET until = excluded.until',
      connection,
      until,
    )
  }

  lift(connection: string): void {
    if (this.#until.delete(connection)) this.#sql.run('DELETE FROM credential WHERE connection = ?', connection)
  }

  /** A call of it has come to an end after its time: it may be used again, unless that end says otherwise. */
  ended(connection: string, now: number): void {
    if (this.until(connection) <= now) this.lift(connection)
  }

  /** The job with which each credential whose time has come is tried: the one under way, else the most urgent that is free. */
  probes(jobs: Iterable<[string, Entry]>, now: number, free: (id: string, job: Entry) => boolean): Map<string, string> {
    const probes = new Map<string, string>()
    if (![...this.#until.values()].some((until) => until <= now)) return probes
    const best = new Map<string, number>()
    for (const [id, job] of jobs) {
      const until = this.#until.get(job.connection)
      if (until === undefined || until > now) continue
      const underWay = job.claimedAt > 0 && job.leasedUntil > now
      const rank = underWay ? Number.NEGATIVE_INFINITY : free(id, job) ? job.shipBy : undefined
      if (rank === undefined || rank >= (best.get(job.connection) ?? Number.POSITIVE_INFINITY)) continue
      best.set(job.connection, rank)
      probes.set(job.connection, id)
    }
    return probes
  }

  /** May this job go, as far as its credential is concerned? */
  allows(id: string, job: Entry, now: number, probes: ReadonlyMap<string, string>): boolean {
    const until = this.#until.get(job.connection)
    return until === undefined || (until <= now && probes.get(job.connection) === id)
  }
}
