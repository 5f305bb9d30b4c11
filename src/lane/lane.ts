/**
 * A lane: one writer for everything of one shop or one warehouse connection. Appends events durably, takes turns over
 * them, keeps the outbox. Its rules are in docs/architecture.md; the parts are `log`, `taker`, `writer`, `outbox`, `relay`.
 */
import type { LaneEvent } from './event.ts'
import { Log } from './log.ts'
import { type ClaimedJob, Outbox } from './outbox.ts'
import type { Doorbell, LanePorts, QueueName } from './ports.ts'
import { Replaced, takeOver } from './progress.ts'
import { Relay } from './relay.ts'
import { Taker } from './taker.ts'
import type { Stages, Unit, Writing } from './turn.ts'
import { store } from './writer.ts'

/** Below this many waiting segments a turn waits a little, so that it does more at once. */
const PACE_BELOW = 20
const PACE_MS = 40
/** Turns of one alarm before it gives the object a breath. */
const TURNS_PER_ALARM = 50
const FAILURE_PAUSES = [500, 1_000, 2_000, 5_000, 15_000, 30_000] as const

interface LaneStats {
  readonly backlog: number
  readonly jobs: number
  readonly parked: number
  readonly failures: number
  /** How far it has come by D1 and by its own log, where that keeps it from running; null: they agree. */
  readonly refused: { readonly store: number; readonly log: number } | null
}

export class Lane<World, State> {
  readonly log: Log
  readonly outbox: Outbox
  readonly relay: Relay
  readonly #ports: LanePorts
  readonly #stages: Stages<World, State>
  readonly #taker: Taker<World, State>
  #epoch = 0
  #offset: number
  #awake = false
  #running = false
  #armedAt = Number.POSITIVE_INFINITY
  #failures = 0
  #refused: LaneStats['refused'] = null
  #news = false

  constructor(ports: LanePorts, stages: (lane: Lane<World, State>) => Stages<World, State>) {
    this.#ports = ports
    ports.sql.run('CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID')
    this.log = new Log(ports)
    this.outbox = new Outbox(ports)
    this.relay = new Relay(ports)
    this.#offset = this.counter('offset')
    this.#stages = stages(this)
    this.#taker = new Taker(ports, this.log, this.outbox, this.relay, this.#stages)
    this.#armNext()
  }

  /** How far the log is applied: the number of the last segment whose turn is in the store. */
  get offset(): number {
    return this.#offset
  }

  /** Stores events; returns when they are durable (P1: an acknowledgement may follow). */
  async append(events: readonly LaneEvent[]): Promise<void> {
    await this.log.append(events, () => this.#running || this.#arm(this.#ports.now()))
  }

  /** Takes jobs for a consumer; what it does not take is under way, not due, parked or done. */
  claim(ids: readonly string[]): ClaimedJob[] {
    return this.outbox.claim(ids, this.#ports.now())
  }

  /** Takes turns until nothing is left to do now, then arms the next alarm. Never throws: what fails is tried again later. */
  async alarm(): Promise<void> {
    if (this.#running) return
    this.#running = true
    this.#armedAt = Number.POSITIVE_INFINITY
    try {
      await this.#wake()
      await this.#afterTurn()
      for (let i = 0; i < TURNS_PER_ALARM && this.#hasTurn(); i++) {
        if (this.log.last - this.#offset < PACE_BELOW && !this.#taker.standing()) await this.#ports.wait(PACE_MS)
        await this.#turn()
        await this.#afterTurn()
      }
      this.#failures = 0
    } catch (error) {
      // A call of an instance before us may arrive late and take the lane over: we take it back. Were there a newer
      // instance indeed, our storage would refuse us.
      if (error instanceof Replaced) this.#awake = false
      this.#failures += 1
      this.#taker.forget()
      this.#stages.forget()
      this.#ports.report('turn failed', { lane: this.#ports.name, failures: this.#failures, error: String(error) })
    }
    this.#running = false
    this.#armNext()
  }

  /** A cron's knock: arms the alarm if there is anything to do, should it ever have been lost. */
  poke(): void {
    this.#armedAt = Number.POSITIVE_INFINITY
    this.#armNext()
    this.log.trim(this.#offset, this.#ports.now())
  }

  /** Takes an order's parked events back into the log, under new ids. */
  async unpark(key: string): Promise<void> {
    const suffix = this.counter('unpark', 1)
    const events = this.relay.unpark(key)
    try {
      await this.append(events.map((event) => ({ ...event, id: `${event.id}:again:${suffix}` })))
    } catch (error) {
      this.relay.park({ key, events: [] })
      throw error
    }
    this.relay.taken(key, events.length)
  }

  /** For the health page. */
  stats(): LaneStats {
    return {
      backlog: this.log.last - this.#offset,
      jobs: this.outbox.size,
      parked: this.relay.parked().length,
      failures: this.#failures,
      refused: this.#refused,
    }
  }

  /** A counter of this lane that survives; `take` numbers are used up. */
  counter(key: string, take = 0): number {
    const value = this.#ports.sql.all<{ value: number }>('SELECT value FROM meta WHERE key = ?', key)[0]?.value ?? 0
    if (take > 0) this.#set(key, value + take)
    return value
  }

  /** A lane whose log and whose row in the store disagree refuses to run: no guess could be right. */
  async #wake(): Promise<void> {
    if (this.#awake) return
    const { seq, epoch } = await takeOver(this.#ports)
    const agrees = seq === this.#offset || seq === this.#taker.standing()?.to
    this.#refused = agrees ? null : { store: seq, log: this.#offset }
    if (this.#refused) {
      this.#ports.report('lane_refused', { lane: this.#ports.name, ...this.#refused })
      throw new Error(`the store is at ${seq}, this lane at ${this.#offset}: see docs/architecture.md, Recovery`)
    }
    this.#epoch = epoch
    if (seq !== this.#offset && this.#taker.isForeign()) await this.#adopt(seq)
    this.#awake = true
  }

  /** Another release has stored a turn, and this one can't read what it was to leave behind: its orders are looked at again. */
  async #adopt(seq: number): Promise<void> {
    const refs = new Set(this.log.range(this.#offset, seq).flatMap(({ event }) => event.ref ?? []))
    const at = this.#ports.now()
    const looks = [...refs].map((ref): LaneEvent => ({ id: `t:${ref}:${seq}`, at, ref, body: { kind: 'timer' } }))
    await this.log.append(looks, () => undefined)
    this.#ports.sql.transaction(() => {
      this.#set('offset', seq)
      this.#taker.clear()
    })
    this.#offset = seq
  }

  async #turn(): Promise<void> {
    const record = await this.#taker.take(this.#offset)
    if (record) await this.#write(record)
  }

  async #write(record: Writing): Promise<void> {
    const stored = await store(this.#ports, this.#epoch, record, this.#stages, this.log, (again) =>
      this.#taker.rewrite(again),
    )
    if (!stored) return
    this.#ports.sql.transaction(() => {
      this.#set('offset', record.to)
      this.#taker.clear()
      this.outbox.changeAll(record.units.flatMap((unit) => unit.changes))
      this.outbox.add(record.units.flatMap((unit) => unit.jobs))
      for (const unit of record.units) this.#publish(unit)
      for (const unit of record.parked) this.relay.park(unit)
      for (const op of record.owed) this.relay.owe(op)
      this.relay.markDirty(record.dirty)
    })
    this.#offset = record.to
    this.#stages.applied(record.units)
    this.#news ||= this.#stages.opens?.([...record.units, ...record.parked]) ?? false
  }

  #publish(unit: Unit): void {
    for (const { connection, until } of unit.parks) this.outbox.park(connection, until)
    for (const connection of unit.unparks) this.outbox.unpark(connection)
    for (const forward of unit.forwards) this.relay.add(forward)
    if (unit.timer !== undefined && unit.orderId) this.relay.timer(unit.orderId, unit.timer)
  }

  /** Doorbells, forwards, timers that are due. None of them is needed for safety; all are repeated until they work. */
  async #afterTurn(): Promise<void> {
    const now = this.#ports.now()
    const nothing = (): void => undefined
    const due = this.relay.due(now)
    if (due.length > 0) await this.log.append(due, nothing)
    this.relay.rung(due)
    for (const [queue, bells] of this.outbox.bells(this.#ports.name, now)) await this.#ring(queue, bells)
    // Without jobs: somebody is to be told. Should it get lost, the clock finds it within a minute.
    if (this.#news) await this.#ring('dispatch', [{ lane: this.#ports.name, jobs: [] }])
    this.#news = false
    const skus = this.relay.dirty(now)
    if (skus.length > 0) this.relay.announced(skus, await this.#stages.announce(skus, now), now)
    await this.relay.flush(now, (events) => this.log.append(events, nothing))
  }

  #ring(queue: QueueName, bells: readonly Doorbell[]): Promise<void> {
    const failed = (error: unknown) => this.#ports.report('doorbell failed', { queue, error: String(error) })
    return this.#ports.ring(queue, bells).catch(failed)
  }

  #hasTurn(): boolean {
    return this.log.last > this.#offset || this.#taker.standing() !== undefined
  }

  #armNext(): void {
    if (this.#running) return
    const now = this.#ports.now()
    const pause = this.#failures > 0 ? (FAILURE_PAUSES[Math.min(this.#failures, FAILURE_PAUSES.length) - 1] ?? 0) : 0
    const times = [this.#hasTurn() ? now : undefined, this.outbox.next(now), this.relay.next(now)].filter(
      (time) => time !== undefined,
    )
    if (times.length > 0) this.#arm(Math.max(now + pause, Math.min(...times)))
  }

  /** Only ever earlier: the alarm itself clears it. */
  #arm(at: number): void {
    if (at >= this.#armedAt) return
    this.#armedAt = at
    this.#ports.arm(at)
  }

  #set(key: string, value: number): void {
    this.#ports.sql.run(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
      key,
      value,
    )
  }
}
