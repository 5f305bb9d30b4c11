/** The objects of the Worker on virtual time: lanes and SKU stocks that crash, queues that lose, a store that fails. */

import type { StockAnswer, StockRequest } from '../../src/domain/stock.ts'
import { type DispatchPorts, onDoorbells } from '../../src/flow/5-dispatch.ts'
import { Config } from '../../src/flow/config.ts'
import { type OrderLane, orderStages } from '../../src/flow/stages.ts'
import type { LaneEvent } from '../../src/lane/event.ts'
import { Lane } from '../../src/lane/lane.ts'
import type { ClaimedJob } from '../../src/lane/outbox.ts'
import type { Doorbell, LanePorts, Row, Statement } from '../../src/lane/ports.ts'
import { apply } from '../../src/ledger/apply.ts'
import { createTables } from '../../src/ledger/tables.ts'
import type { Sql } from '../../src/lib/sql.ts'
import type { Clock, Random } from './clock.ts'
import { Disk, Gone } from './disk.ts'
import { Store } from './store.ts'

/** Chances per call while the faults are on. */
export interface Faults {
  readonly crash: number
  readonly storeFails: number
  readonly stockFails: number
  readonly answerLost: number
  readonly bellLost: number
  readonly bellTwice: number
  readonly consumerDies: number
}

export const LEASE_MS = 90_000

export class Machine {
  readonly store = new Store()
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly #faults: Faults
  readonly #lanes = new Map<string, LaneHost>()
  readonly #stocks = new Map<string, StockHost>()
  faulty = true
  crashes = 0
  readonly reports: string[] = []
  /** Calls of objects, alarms among them, and messages sent: what is billed beside rows. */
  readonly calls = { lane: 0, stock: 0, alarm: 0, message: 0 }
  dispatch: DispatchPorts | undefined

  constructor(clock: Clock, random: Random, faults: Faults) {
    this.clock = clock
    this.random = random
    this.#faults = faults
    this.config = new Config(this.store.binding(), () => clock.now)
  }

  hit(kind: keyof Faults): boolean {
    return this.faulty && this.random.chance(this.#faults[kind])
  }

  lane(name: string): LaneHost {
    const host = this.#lanes.get(name) ?? new LaneHost(this, name)
    this.#lanes.set(name, host)
    return host
  }

  lanes(): LaneHost[] {
    return [...this.#lanes.values()]
  }

  stock(home: string): StockHost {
    const host = this.#stocks.get(home) ?? new StockHost(this)
    this.#stocks.set(home, host)
    return host
  }

  stocks(): [string, StockHost][] {
    return [...this.#stocks]
  }

  latency(): Promise<void> {
    return this.clock.sleep(1 + this.random.below(this.faulty ? 30 : 5))
  }

  async append(lane: string, events: readonly LaneEvent[]): Promise<void> {
    await this.lane(this.#name(lane)).append(events)
  }

  #name(lane: string): string {
    if (!lane.startsWith('#')) return lane
    const row = this.store.all<{ name: string }>('SELECT name FROM lanes WHERE no = ?', Number(lane.slice(1)))[0]
    if (!row) throw new Error(`no lane ${lane}`)
    return row.name
  }

  /** A queue that may lose, repeat and delay; a consumer that may die with its claims. */
  ring(bells: readonly Doorbell[]): void {
    for (const bell of bells) {
      this.calls.message += 1
      if (this.hit('bellLost')) continue
      const times = this.hit('bellTwice') ? 2 : 1
      for (let i = 0; i < times; i++)
        this.clock.at(this.clock.now + this.random.below(this.faulty ? 400 : 20), () => void this.#consume(bell, 3))
    }
  }

  async #consume(bell: Doorbell, tries: number): Promise<void> {
    if (!this.dispatch) throw new Error('no dispatch ports')
    try {
      await onDoorbells(this.dispatch, [bell])
    } catch {
      if (tries > 0) this.clock.at(this.clock.now + 1000, () => void this.#consume(bell, tries - 1))
    }
  }
}

/** What both kinds of object share: storage, crash, calls that pass an output gate. */
class Host {
  readonly machine: Machine
  readonly disk = new Disk()
  generation = 0

  constructor(machine: Machine) {
    this.machine = machine
  }

  crash(): void {
    this.generation += 1
    this.machine.crashes += 1
    this.disk.crash()
  }
}

export class StockHost extends Host {
  #sql: Sql | undefined

  get sql(): Sql {
    if (!this.#sql) {
      this.#sql = this.disk.open()
      createTables(this.#sql)
      this.disk.flush()
    }
    return this.#sql
  }

  async apply(request: StockRequest): Promise<StockAnswer> {
    this.machine.calls.stock += 1
    await this.machine.latency()
    if (this.machine.hit('stockFails')) throw new Error('the object does not answer')
    const answer = JSON.parse(
      JSON.stringify(apply(this.sql, JSON.parse(JSON.stringify(request)) as StockRequest)),
    ) as StockAnswer
    if (this.machine.hit('crash')) {
      this.crash()
      this.#sql = undefined
      throw new Error('the object was reset')
    }
    this.disk.flush()
    await this.machine.latency()
    if (this.machine.hit('answerLost')) throw new Error('the answer was lost')
    return answer
  }
}

export class LaneHost extends Host {
  readonly name: string
  #instance: OrderLane | undefined
  #ringing = false

  constructor(machine: Machine, name: string) {
    super(machine)
    this.name = name
  }

  get lane(): OrderLane {
    if (!this.#instance) {
      const ports = this.#ports(this.disk.open(), this.generation)
      this.#instance = new Lane(
        ports,
        orderStages(ports, () => this.machine.config.lane(this.name)),
      )
    }
    return this.#instance
  }

  override crash(): void {
    super.crash()
    this.#instance = undefined
    // The platform runs an alarm again whose handler did not come to its end.
    if (this.#ringing)
      this.disk.alarm = Math.min(this.disk.alarm ?? Number.POSITIVE_INFINITY, this.machine.clock.now + 2000)
    this.#ringing = false
    this.#schedule()
  }

  /** A second instance starts while the first one's calls are still on their way. */
  replace(): void {
    this.crash()
    void this.lane
  }

  async append(events: readonly LaneEvent[]): Promise<void> {
    const copy = JSON.parse(JSON.stringify(events)) as LaneEvent[]
    await this.#call((lane) => lane.append(copy))
  }

  claim(ids: readonly string[]): Promise<ClaimedJob[]> {
    return this.#call(async (lane) => lane.claim(ids))
  }

  async poke(): Promise<void> {
    await this.#call(async (lane) => lane.poke())
  }

  async unpark(key: string): Promise<void> {
    await this.#call((lane) => lane.unpark(key))
  }

  async #call<T>(work: (lane: OrderLane) => Promise<T>): Promise<T> {
    this.machine.calls.lane += 1
    await this.machine.latency()
    const { generation } = this
    const result = await work(this.lane)
    if (generation !== this.generation) throw new Error('the object was reset')
    if (this.machine.hit('crash')) {
      this.crash()
      throw new Error('the object was reset')
    }
    this.disk.flush()
    await this.machine.latency()
    if (this.machine.hit('answerLost')) throw new Error('the answer was lost')
    return result
  }

  #schedule(): void {
    const { alarm } = this.disk
    if (alarm !== undefined) this.machine.clock.at(alarm, () => void this.#ring(alarm))
  }

  async #ring(at: number): Promise<void> {
    if (this.disk.alarm !== at || this.#ringing) return
    this.disk.alarm = undefined
    this.machine.calls.alarm += 1
    const { generation } = this
    this.#ringing = true
    try {
      await this.lane.alarm()
    } catch (error) {
      if (!(error instanceof Gone)) this.machine.reports.push(`alarm threw: ${String(error)}`)
    }
    if (generation !== this.generation) return
    this.#ringing = false
    this.disk.flush()
    this.#schedule()
  }

  #ports(sql: Sql, generation: number): LanePorts {
    const { machine } = this
    const alive = (): void => {
      if (generation !== this.generation) throw new Gone('this instance is gone')
    }
    const crashHere = (): void => {
      if (machine.hit('crash')) this.crash()
      alive()
    }
    /** A call to the outside: crash before, everything written so far made durable, crash after; the far side acts even if we die. */
    const out = async <T>(fails: keyof Faults | undefined, work: () => T | Promise<T>): Promise<T> => {
      alive()
      crashHere()
      this.disk.flush()
      await machine.latency()
      if (fails && machine.hit(fails)) throw new Error('no connection')
      const result = await work()
      await machine.latency()
      crashHere()
      if (fails && machine.hit('answerLost')) throw new Error('the answer was lost')
      return result
    }
    return {
      name: this.name,
      sql,
      leaseMs: LEASE_MS,
      sync: async () => {
        crashHere()
        await machine.latency()
        crashHere()
        this.disk.flush()
      },
      now: () => machine.clock.now,
      wait: async (ms) => {
        await machine.clock.sleep(ms)
        alive()
      },
      arm: (at) => {
        alive()
        this.disk.alarm = at
        this.disk.rows += 1
        this.#schedule()
      },
      store: (statements: readonly Statement[]): Promise<Row[][]> =>
        out('storeFails', () => machine.store.batch(statements)),
      stock: (home, request) => out(undefined, () => machine.stock(home).apply(request)),
      forward: (lane, events) => out(undefined, () => machine.append(lane, events)),
      ring: (_, bells) => out(undefined, () => machine.ring(bells)),
      report: (what, facts) => machine.reports.push(`${machine.clock.now} ${what} ${JSON.stringify(facts)}`),
    }
  }
}
