/**
 * A lane: one writer for everything of one shop or one warehouse connection. Appends events durably, takes turns over
 * them, keeps the outbox. Its rules are in docs/architecture.md; the parts are `log`, `turn`, `writer`, `outbox`, `relay`.
 */
import type { StockOp } from '../domain/stock.ts'
import type { LaneEvent, Logged } from './event.ts'
import { Log } from './log.ts'
import { Outbox, type ClaimedJob } from './outbox.ts'
import type { LanePorts } from './ports.ts'
import { Replaced, takeOver } from './progress.ts'
import { Relay } from './relay.ts'
import { ask, type Asking, crashed, FORMAT, Records, type Stages, TURN_CHARS, TURN_EVENTS, type TurnRecord, type Unit, type Writing } from './turn.ts'
import { store } from './writer.ts'

/** Below this many waiting segments a turn waits a little, so that it does more at once. */
const PACE_BELOW = 20
const PACE_MS = 40
/** Turns of one alarm before it gives the object a breath. */
const TURNS_PER_ALARM = 50
const FAILURE_PAUSES = [500, 1_000, 2_000, 5_000, 15_000, 30_000] as const

export class Lane<World, State> {
  readonly log: Log
  readonly outbox: Outbox
  readonly relay: Relay
  readonly #ports: LanePorts
  readonly #stages: Stages<World, State>
  readonly #records: Records<State>
  /** The world a turn was begun with serves it to its end; a resumed turn loads its own. */
  #begun: { readonly to: number; readonly world: World } | undefined
  #epoch = 0
  #offset: number
  #awake = false
  #running = false
  #dead = false
  #armedAt = Number.POSITIVE_INFINITY
  #failures = 0

  constructor(ports: LanePorts, stages: (lane: Lane<World, State>) => Stages<World, State>) {
    this.#ports = ports
    ports.sql.run('CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID')
    this.log = new Log(ports)
    this.outbox = new Outbox(ports)
    this.relay = new Relay(ports)
    this.#records = new Records(ports)
    this.#offset = this.counter('offset')
    this.#stages = stages(this)
    this.#armNext()
  }

  /** How far the log is applied: the number of the last segment whose turn is in the store. */
  get offset(): number {
    return this.#offset
  }

  /** Stores events; returns when they are durable (P1: an acknowledgement may follow). */
  async append(events: readonly LaneEvent[]): Promise<void> {
    if (this.#dead) throw new Replaced('this instance was replaced')
    await this.log.append(events, () => this.#running || this.#arm(this.#ports.now()))
  }

  /** Takes jobs for a consumer; what it does not take is under way, not due, parked or done. */
  claim(ids: readonly string[]): ClaimedJob[] {
    return this.#dead ? [] : this.outbox.claim(ids, this.#ports.now())
  }

  /** Takes turns until nothing is left to do now, then arms the next alarm. Never throws: what fails is tried again later. */
  async alarm(): Promise<void> {
    if (this.#running || this.#dead) return
    this.#running = true
    this.#armedAt = Number.POSITIVE_INFINITY
    try {
      await this.#wake()
      await this.#afterTurn()
      for (let i = 0; i < TURNS_PER_ALARM && this.#hasTurn(); i++) {
        if (this.log.last - this.#offset < PACE_BELOW && !this.#records.read()) await this.#ports.wait(PACE_MS)
        await this.#turn()
        await this.#afterTurn()
      }
      this.#failures = 0
    } catch (error) {
      this.#dead = error instanceof Replaced
      this.#failures += 1
      this.#begun = undefined
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
    await this.append(events.map((event) => ({ ...event, id: `${event.id}:again:${suffix}` })))
  }

  /** Numbers for the health page. */
  stats(): { readonly backlog: number; readonly jobs: number; readonly parked: number; readonly failures: number } {
    return { backlog: this.log.last - this.#offset, jobs: this.outbox.size, parked: this.relay.parked().length, failures: this.#failures }
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
    if (seq !== this.#offset && seq !== this.#records.read()?.to) {
      this.#ports.report('lane_refused', { lane: this.#ports.name, store: seq, log: this.#offset })
      throw new Error(`the store is at ${seq}, this lane at ${this.#offset}: see docs/architecture.md, Recovery`)
    }
    this.#epoch = epoch
    this.#awake = true
  }

  async #turn(): Promise<void> {
    const record = this.#resume() ?? (await this.#start())
    if (!record) return
    await this.#write(record.stage === 'write' ? record : await this.#ask(record))
  }

  /** A record found in storage is counted before it is tried, so that a turn that kills its object does not do so for ever. */
  #resume(): TurnRecord<State> | undefined {
    const record = this.#records.read()
    if (!record) return undefined
    if (record.format !== FORMAT) return this.#abandon(record)
    const counted = { ...record, tries: record.tries + 1 }
    this.#records.write(counted)
    return counted
  }

  /** Another release's record: what it asked of the ledger is given back by name, then its events are decided anew. */
  #abandon(record: TurnRecord<State>): undefined {
    this.#ports.sql.transaction(() => {
      this.#giveBack('asked' in record ? record.asked : [])
      this.#records.clear()
    })
  }

  #giveBack(asked: readonly StockOp[]): void {
    for (const op of asked) {
      if (op.kind === 'reserve') this.relay.owe({ kind: 'release', id: `${op.id}:back`, sku: op.sku, warehouseId: op.warehouseId, reservation: op.reservation })
    }
  }

  async #start(): Promise<Asking<State> | undefined> {
    const { to, logged } = this.log.read(this.#offset, TURN_EVENTS, TURN_CHARS)
    if (to === this.#offset) return undefined
    const clock = this.#ports.now()
    const world = await this.#stages.load(logged, clock, to)
    // From here to the end of the transaction nothing may wait: jobs must not be claimed between a decision and its record.
    return this.#ports.sql.transaction(() => {
      const state = this.#stages.begin(world, logged)
      const record = { format: FORMAT, stage: 'ask', from: this.#offset, to, clock, tries: 1, asked: flat(this.#stages.asks(world, state)), state } as const
      this.#records.write(record)
      this.#begun = { to, world }
      return record
    })
  }

  async #ask(record: Asking<State>): Promise<Writing> {
    const { from, to, clock, state } = record
    const { logged } = this.log.read(from, TURN_EVENTS, TURN_CHARS)
    const world = this.#begun?.to === to ? this.#begun.world : await this.#stages.load(logged, clock, to)
    if (crashed(record)) return this.#setAside(record, world, logged)
    let asked = record.asked
    for (let asks = this.#stages.asks(world, state); asks.size > 0; asks = this.#stages.asks(world, state)) {
      const { answers, failed } = await ask(this.#ports, asks, { turn: to, now: clock, doneUpTo: from })
      const more = this.#stages.read(world, state, answers, failed)
      this.#ports.sql.transaction(() => this.relay.settle(answers.flatMap((answer) => answer.results.map((result) => result.id))))
      if (!more) break
      asked = [...asked, ...flat(this.#stages.asks(world, state))]
      this.#records.write({ ...record, asked, state })
    }
    return this.#writing(record, this.#stages.finish(world, state))
  }

  #writing({ from, to, clock, tries }: Asking<State>, ending: Pick<Writing, 'units' | 'parked' | 'dirty' | 'owed'>): Writing {
    const writing = { format: FORMAT, stage: 'write', from, to, clock, tries, ...ending } as const
    this.#records.write(writing)
    return writing
  }

  /** This turn killed its object too often: all of it waits for a person, everything after it goes on. */
  #setAside(record: Asking<State>, world: World, logged: readonly Logged[]): Writing {
    const groups = Map.groupBy(logged, (item) => item.event.ref ?? '')
    const parked = [...groups].map(([key, items]) => this.#stages.parked({ key, orderId: key.startsWith('o:') ? key.slice(2) : '', events: items.map((item) => item.event) }, 'the turn kept failing', world))
    return this.#ports.sql.transaction(() => {
      this.#giveBack(record.asked)
      return this.#writing(record, { units: [], parked, dirty: [], owed: [] })
    })
  }

  async #write(record: Writing): Promise<void> {
    const stored = await store(this.#ports, this.#epoch, record, this.#stages, this.log, (again) => this.#records.write(again))
    if (!stored) return
    this.#ports.sql.transaction(() => {
      this.#set('offset', record.to)
      this.#records.clear()
      for (const unit of record.units) this.#publish(unit)
      for (const unit of record.parked) this.relay.park(unit)
      for (const op of record.owed) this.relay.owe(op)
      this.relay.markDirty(record.dirty)
    })
    this.#offset = record.to
    this.#begun = undefined
    this.#stages.applied(record.units)
  }

  #publish(unit: Unit): void {
    for (const change of unit.changes) this.outbox.change(change)
    for (const job of unit.jobs) this.outbox.add(job)
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
    for (const [queue, bells] of this.outbox.bells(this.#ports.name, now)) {
      await this.#ports.ring(queue, bells).catch((error: unknown) => this.#ports.report('doorbell failed', { queue, error: String(error) }))
    }
    const skus = this.relay.dirty(now)
    if (skus.length > 0) this.relay.announced(skus, await this.#stages.announce(skus, now), now)
    await this.relay.flush(now, (events) => this.log.append(events, nothing))
  }

  #hasTurn(): boolean {
    return this.log.last > this.#offset || this.#records.read() !== undefined
  }

  #armNext(): void {
    if (this.#running || this.#dead) return
    const now = this.#ports.now()
    const pause = this.#failures > 0 ? (FAILURE_PAUSES[Math.min(this.#failures, FAILURE_PAUSES.length) - 1] ?? 0) : 0
    const times = [this.#hasTurn() ? now : undefined, this.outbox.next(now), this.relay.next(now)].filter((time) => time !== undefined)
    if (times.length > 0) this.#arm(Math.max(now + pause, Math.min(...times)))
  }

  /** Only ever earlier: the alarm itself clears it. */
  #arm(at: number): void {
    if (at >= this.#armedAt) return
    this.#armedAt = at
    this.#ports.arm(at)
  }

  #set(key: string, value: number): void {
    this.#ports.sql.run('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value', key, value)
  }
}

const flat = (asks: ReadonlyMap<string, readonly StockOp[]>): StockOp[] => [...asks.values()].flat()
