/** The shell of a lane: gives the logic in `lane/` and `flow/` its storage, its clock and its neighbours. */
import { DurableObject } from 'cloudflare:workers'
import { type Env, leaseMs } from '../env.ts'
import type { LaneWaits } from '../flow/alert-conditions.ts'
import { Config } from '../flow/config.ts'
import { type OrderLane, orderStages } from '../flow/stages.ts'
import type { LaneEvent } from '../lane/event.ts'
import { Lane as LaneLogic } from '../lane/lane.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { LanePorts } from '../lane/ports.ts'
import { spillStages, spillTarget } from '../lane/spill.ts'
import { appendTo, report, ring, stockStub, storeBatch } from './neighbours.ts'
import { storageSql } from './sql.ts'

type AnyLane = Pick<OrderLane, 'append' | 'claim' | 'alarm' | 'poke' | 'unpark' | 'stats' | 'log' | 'outbox' | 'offset'>

export class Lane extends DurableObject<Env> {
  readonly #lane: AnyLane
  readonly #config: Config

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#config = new Config(env.DB, Date.now)
    const ports = this.#ports(this.#name())
    const target = spillTarget(ports.name)
    // A spill lane carries another state, and a lane's state type stands in argument places, so the two have no
    // common type; this object only appends, pokes and reads, which never touch the state.
    this.#lane =
      target === undefined
        ? (new LaneLogic(
            ports,
            orderStages(ports, () => this.#config.lane(ports.name)),
          ) satisfies OrderLane)
        : (new LaneLogic(ports, spillStages(target, ports.now)) as unknown as AnyLane)
  }

  /** Durable when it returns. */
  append(events: readonly LaneEvent[]): Promise<void> {
    return this.#lane.append(events)
  }

  claim(ids: readonly string[]): ClaimedJob[] {
    return this.#lane.claim(ids)
  }

  override alarm(): Promise<void> {
    return this.#lane.alarm()
  }

  poke(): ReturnType<LaneLogic<unknown, unknown>['stats']> {
    this.#lane.poke()
    return this.#lane.stats()
  }

  /** A cron's knock: like `poke`, and says what has waited too long. */
  knock(): Omit<LaneWaits, 'lane'> {
    this.#lane.poke()
    const { log, outbox, offset } = this.#lane
    return { backlogSince: log.at(offset + 1), held: outbox.held(Date.now()) }
  }

  unpark(key: string): Promise<void> {
    return this.#lane.unpark(key)
  }

  /** The sealed raw message of one event. */
  raw(seq: number, index: number): string | undefined {
    return this.#lane.log.find(seq, index)?.raw
  }

  jobs(limit: number): Record<string, string | number | null>[] {
    return this.#lane.outbox.list(limit)
  }

  /** An object woken by its alarm may not know its name: it is kept from the first call on. */
  #name(): string {
    const { sql } = this.ctx.storage
    sql.exec('CREATE TABLE IF NOT EXISTS self (name TEXT NOT NULL)')
    const kept = sql.exec<{ name: string }>('SELECT name FROM self').toArray()[0]?.name
    const name = this.ctx.id.name ?? kept
    if (name === undefined) throw new Error('broken code: a lane must be reached by its name')
    if (kept === undefined) sql.exec('INSERT INTO self (name) VALUES (?)', name)
    return name
  }

  #ports(name: string): LanePorts {
    const { ctx, env } = this
    return {
      name,
      sql: storageSql(ctx.storage),
      leaseMs: leaseMs(env),
      sync: () => ctx.storage.sync(),
      now: () => Date.now(),
      wait: (ms) => scheduler.wait(ms),
      arm: (at) => void ctx.storage.setAlarm(at),
      store: (statements) => storeBatch(env.DB, statements),
      stock: async (home, request) => {
        const { merchant } = await this.#config.lane(name)
        return stockStub(env, home, merchant.region).apply(request)
      },
      forward: (lane, events) => appendTo(env, lane, events),
      ring: (queue, bells) => ring(env, queue, bells),
      report,
    }
  }
}
