/**
 * The lane's outbox: jobs that are due, claimed, waiting or parked. Durable in SQL, indexed in memory (ids, never
 * bodies). A claim is written before it is answered, so a job with attempts and no outcome is known to be *unknown*.
 */

import { chunks } from '../lib/chunks.ts'
import type { JobBody, JobChange, JobDraft, JobFacts, JobKind, OrderRef } from './event.ts'
import { Held } from './held.ts'
import { type Entry, newEntry, readEntries } from './job-rows.ts'
import { Parks } from './parks.ts'
import type { Doorbell, LanePorts, QueueName } from './ports.ts'

export interface ClaimedJob {
  readonly id: string
  readonly kind: JobKind
  readonly connection: string
  readonly subject: string
  readonly ref?: OrderRef
  /** From 1. */
  readonly attempt: number
  /** When the last attempt was claimed that may have sent something, UTC ms; 0: nothing was ever sent. Else: ask first. */
  readonly sentAt: number
  /** UTC ms; absent: none is set. */
  readonly shipBy?: number
  readonly body: JobBody
}

/** A doorbell that nobody answered is rung again after this. */
const RING_AGAIN = 15_000
const QUEUES: Readonly<Record<JobKind, QueueName>> = {
  place: 'dispatch',
  cancel: 'dispatch',
  ask: 'dispatch',
  fetch: 'dispatch',
  ship: 'writeback',
  stock: 'stock',
  track: 'writeback', // has hours: a slow tracker delays no level and no placing
}
const IDS_PER_BELL = 6
const NEVER = Number.MAX_SAFE_INTEGER

const INSERT = `INSERT INTO job (id, kind, connection, subject, ref, ship_by, attempts, at, leased_until, claimed_at, sent_at, body)
  SELECT value->>'id', value->>'kind', value->>'connection', value->>'subject', coalesce(value->>'ref', ''), value->>'shipBy', 0,
    value->>'at', 0, 0, 0, value->>'body' FROM json_each(?)`
const DROP = 'DELETE FROM job WHERE id IN (SELECT value FROM json_each(?))'
const CLAIM = `UPDATE job SET attempts = j.value->>'attempts', at = j.value->>'at', leased_until = j.value->>'at', claimed_at = ?2,
  sent_at = j.value->>'sentAt' FROM json_each(?1) j WHERE job.id = j.value->>'id'`
const BODIES = 'SELECT id, body FROM job WHERE id IN (SELECT value FROM json_each(?))'

export class Outbox {
  readonly #ports: LanePorts
  readonly #jobs = new Map<string, Entry>()
  readonly #byRef = new Map<string, Set<string>>()
  readonly #inFlight = new Map<string, string>()
  readonly #parks: Parks
  readonly #held = new Held()

  constructor(ports: LanePorts) {
    this.#ports = ports
    for (const [id, entry] of readEntries(ports.sql)) this.#index(id, entry)
    this.#parks = new Parks(ports.sql)
  }

  get size(): number {
    return this.#jobs.size
  }

  facts(id: string, now: number): JobFacts | undefined {
    const job = this.#jobs.get(id)
    return job && { connection: job.connection, attempts: job.attempts, leased: job.leasedUntil > now }
  }

  of(ref: string): readonly string[] {
    return [...(this.#byRef.get(ref) ?? [])]
  }

  /** Inside the caller's transaction. A job that stands already stays as it is. */
  add(drafts: readonly JobDraft[]): void {
    const fresh = drafts.filter((draft) => !this.#jobs.has(draft.id))
    for (const list of chunks(fresh)) this.#ports.sql.run(INSERT, list)
    for (const draft of fresh) this.#index(draft.id, newEntry(draft))
  }

  /** Inside the caller's transaction. */
  changeAll(changes: readonly JobChange[]): void {
    const dropped = changes.flatMap((change) => ('drop' in change && this.#jobs.has(change.id) ? [change.id] : []))
    if (dropped.length > 0) this.#ports.sql.run(DROP, JSON.stringify(dropped))
    for (const change of changes) this.#change(change)
  }

  #change(change: JobChange): void {
    const job = this.#jobs.get(change.id)
    if (!job) return
    if (job.claimedAt > 0) this.#parks.ended(job.connection, this.#ports.now())
    if ('drop' in change) {
      this.#forget(change.id, job)
      return
    }
    job.at = change.at
    job.attempts = change.attempts ?? job.attempts
    job.leasedUntil = 0
    job.rungAt = 0
    if (!change.unsent && job.claimedAt > 0) job.sentAt = job.claimedAt
    job.claimedAt = 0
    if (this.#inFlight.get(job.subject) === change.id) this.#inFlight.delete(job.subject)
    this.#ports.sql.run(
      'UPDATE job SET at = ?, attempts = ?, leased_until = 0, claimed_at = 0, sent_at = ? WHERE id = ?',
      job.at ?? null,
      job.attempts,
      job.sentAt,
      change.id,
    )
  }

  /** Inside the caller's transaction: nobody may claim this job any more; what becomes of it, the turn's end says. */
  hold(id: string): void {
    const job = this.#jobs.get(id)
    // What a consumer has is beyond taking back; its outcome is still to come.
    if (!job || job.leasedUntil > this.#ports.now()) return
    job.at = undefined
    this.#ports.sql.run('UPDATE job SET at = NULL WHERE id = ?', id)
  }

  park(connection: string, until: number): void {
    this.#parks.set(connection, until)
    this.#held.parked(connection, until, this.#ports.now())
  }

  unpark(connection: string): void {
    this.#parks.lift(connection)
    this.#held.freed(connection)
    for (const job of this.#jobs.values())
      if (job.connection === connection && job.at !== undefined) job.at = Math.min(job.at, this.#ports.now())
  }

  /** Takes these jobs, those that are due and free: durable before the caller hears of it. */
  claim(ids: readonly string[], now: number): ClaimedJob[] {
    return this.#ports.sql.transaction(() => {
      const probes = this.#probes(now)
      const taken = new Map(ids.flatMap((id) => this.#take(id, now, probes)))
      if (taken.size === 0) return []
      const list = JSON.stringify([...taken].map(([id, { attempts, at, sentAt }]) => ({ id, attempts, at, sentAt })))
      this.#ports.sql.run(CLAIM, list, now)
      const rows = this.#ports.sql.all<{ id: string; body: string }>(BODIES, JSON.stringify([...taken.keys()]))
      return rows.flatMap(({ id, body }) => {
        const job = taken.get(id)
        if (!job) return []
        const { kind, connection, subject, ref, attempts, sentAt, shipBy } = job
        const named = { ...(ref && { ref: ref as OrderRef }), ...(shipBy < NEVER && { shipBy }) }
        return [
          { id, kind, connection, subject, ...named, attempt: attempts, sentAt, body: JSON.parse(body) as JobBody },
        ]
      })
    })
  }

  #take(id: string, now: number, probes: ReadonlyMap<string, string>): [string, Entry][] {
    const job = this.#jobs.get(id)
    if (!job || !this.#free(id, job, now) || !this.#parks.allows(id, job, now, probes)) return []
    // A former claim that never reported may have sent what it had.
    if (job.claimedAt > 0) job.sentAt = job.claimedAt
    job.claimedAt = now
    job.attempts += 1
    job.leasedUntil = now + this.#ports.leaseMs
    job.at = job.leasedUntil
    this.#inFlight.set(job.subject, id)
    return [[id, job]]
  }

  /** Doorbells for what is due and has not been rung lately, most urgent first. */
  bells(lane: string, now: number): Map<QueueName, Doorbell[]> {
    const probes = this.#probes(now)
    const due = [...this.#jobs].filter(
      ([id, job]) =>
        job.rungAt + RING_AGAIN <= now && this.#free(id, job, now) && this.#parks.allows(id, job, now, probes),
    )
    const queues = new Map<QueueName, Doorbell[]>()
    due.sort(([, a], [, b]) => a.shipBy - b.shipBy)
    for (const [queue, ids] of Map.groupBy(due, ([, job]) => QUEUES[job.kind])) {
      const bells: Doorbell[] = []
      for (let i = 0; i < ids.length; i += IDS_PER_BELL)
        bells.push({ lane, jobs: ids.slice(i, i + IDS_PER_BELL).map(([id]) => id) })
      queues.set(queue, bells)
    }
    for (const [, job] of due) job.rungAt = now
    return queues
  }

  /** When the outbox next wants attention, UTC ms. */
  next(now: number): number | undefined {
    let next: number | undefined
    const probes = this.#probes(now)
    for (const [id, job] of this.#jobs) {
      if (job.at === undefined || (probes.get(job.connection) ?? id) !== id) continue
      const blocker = this.#busy(id, job, now)
        ? (this.#jobs.get(this.#inFlight.get(job.subject) ?? '')?.leasedUntil ?? 0)
        : 0
      const at = Math.max(
        job.at,
        this.#parks.until(job.connection),
        job.rungAt && job.at <= now ? job.rungAt + RING_AGAIN : 0,
        blocker,
      )
      if (next === undefined || at < next) next = at
    }
    return next
  }

  /** Connections that are parked now, and since when without a break. */
  held = (now: number) => this.#held.list(now)

  /** What stands, for a person: parked and failing first. */
  list(limit: number): Record<string, string | number | null>[] {
    return this.#ports.sql.all(
      'SELECT id, kind, connection, subject, ref, ship_by, attempts, at, leased_until, claimed_at FROM job ORDER BY attempts DESC, id LIMIT ?',
      limit,
    )
  }

  #probes(now: number): ReadonlyMap<string, string> {
    return this.#parks.probes(this.#jobs, now, (id, job) => this.#free(id, job, now))
  }

  #free(id: string, job: Entry, now: number): boolean {
    return job.at !== undefined && job.at <= now && !this.#busy(id, job, now)
  }

  /** Another job of the same subject is under way. */
  #busy(id: string, job: Entry, now: number): boolean {
    const other = this.#inFlight.get(job.subject)
    return other !== undefined && other !== id && (this.#jobs.get(other)?.leasedUntil ?? 0) > now
  }

  #index(id: string, job: Entry): void {
    this.#jobs.set(id, job)
    if (job.leasedUntil > 0) this.#inFlight.set(job.subject, id)
    if (!job.ref) return
    const ids = this.#byRef.get(job.ref)
    if (ids) ids.add(id)
    else this.#byRef.set(job.ref, new Set([id]))
  }

  #forget(id: string, job: Entry): void {
    this.#jobs.delete(id)
    if (this.#inFlight.get(job.subject) === id) this.#inFlight.delete(job.subject)
    const ids = this.#byRef.get(job.ref)
    ids?.delete(id)
    if (ids?.size === 0) this.#byRef.delete(job.ref)
  }
}
