/** A lane on node:sqlite with hand-made ports: every answer of the world is the test's, and so is the clock. */
import type { StockAnswer, StockOp, StockRequest } from '../../src/domain/stock.ts'
import type { EventBody, JobDraft, LaneEvent, Logged } from '../../src/lane/event.ts'
import { Lane } from '../../src/lane/lane.ts'
import type { Doorbell, LanePorts, QueueName, Row, Statement } from '../../src/lane/ports.ts'
import type { Stages, Unit } from '../../src/lane/turn.ts'
import type { Sql } from '../../src/lib/sql.ts'
import { openSql } from '../support/sql.ts'

export const START = 1_780_000_000_000
export const LEASE = 90_000

export const event = (id: string, body: EventBody = { kind: 'timer' }, ref: LaneEvent['ref'] = 'o:O1'): LaneEvent => ({
  id,
  at: START,
  body,
  ref,
})

export const job = (id: string, change: Partial<JobDraft> = {}): JobDraft => ({
  ...{ id, kind: 'place', connection: 'n', subject: `doc-${id}`, ref: 'o:O1', shipBy: START + 1_000_000, at: START },
  body: { kind: 'fetch', platformOrderId: id },
  ...change,
})

/** Lets everything that can go on go on. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The world of one lane. Storage outlives the instance: `restart` gives the next one. */
export class Machine {
  readonly name: string
  sql: Sql = openSql()
  now = START
  /** Commits under way: each waits until the test lets it through or fails it. Empty while `instant`. */
  readonly syncs: { readonly done: () => void; readonly fail: (error: Error) => void }[] = []
  instant = true
  armed: number | undefined
  /** The fence as D1 has it, and every batch that got past it. */
  readonly d1 = { seq: 0, epoch: 0 }
  readonly batches: (readonly Statement[])[] = []
  /** Refuses a batch: the error it fails with. `lost`: applied, but the answer is lost. */
  refuse: (batch: readonly Statement[]) => { error: string; lost?: boolean } | undefined = () => undefined
  stock: (home: string, request: StockRequest) => StockAnswer = () => ({ results: [], levels: [], wakes: [] })
  readonly forwarded: { readonly lane: string; readonly events: readonly LaneEvent[] }[] = []
  unreachable = new Set<string>()
  readonly rung: { readonly queue: QueueName; readonly bells: readonly Doorbell[] }[] = []
  readonly reports: { readonly what: string; readonly facts: Readonly<Record<string, unknown>> }[] = []

  constructor(name = 'shop:s1') {
    this.name = name
  }

  ports(): LanePorts {
    return {
      name: this.name,
      sql: this.sql,
      leaseMs: LEASE,
      sync: () => (this.instant ? Promise.resolve() : new Promise((done, fail) => this.syncs.push({ done, fail }))),
      now: () => this.now,
      wait: async () => undefined,
      arm: (at) => {
        this.armed = at
      },
      store: async (statements) => this.#store(statements),
      stock: async (home, request) => this.stock(home, request),
      forward: async (lane, events) => {
        if (this.unreachable.has(lane)) throw new Error('no lane')
        this.forwarded.push({ lane, events })
      },
      ring: async (queue, bells) => void this.rung.push({ queue, bells }),
      report: (what, facts) => void this.reports.push({ what, facts }),
    }
  }

  /** D1, as far as the fence goes. */
  #store(statements: readonly Statement[]): Row[][] {
    const [first] = statements
    if (first?.sql.startsWith('INSERT INTO lane_progress')) this.d1.epoch += 1
    if (first?.sql.includes('lane_progress') && !first.sql.startsWith('UPDATE')) return [[{ ...this.d1 }], []]
    const refused = this.refuse(statements)
    if (refused && !refused.lost) throw new Error(refused.error)
    if (first?.sql.startsWith('UPDATE lane_progress')) {
      const [from, epoch, to] = first.values
      if (from !== this.d1.seq || epoch !== this.d1.epoch)
        throw new Error('NOT NULL constraint failed: lane_progress.seq')
      this.d1.seq = Number(to)
    }
    this.batches.push(statements.slice(1))
    if (refused) throw new Error(refused.error)
    return statements.map(() => [])
  }

  /** Values of every row stored so far. */
  get stored(): unknown[] {
    return this.batches.flatMap((batch) => batch.map((statement) => statement.values[0]))
  }
}

export interface Plain {
  readonly units: Unit[]
  readonly asks: readonly StockOp[]
  round: number
  answers: number
}

const unit = (orderId: string, change: Partial<Unit> = {}): Unit => ({
  ...{
    orderId,
    key: `o:${orderId}`,
    rows: { orders: [orderId] },
    jobs: [],
    changes: [],
    parks: [],
    unparks: [],
    forwards: [],
  },
  ...change,
})

/** Stages without business: each event is one row under its order, each order one unit. Parts may be replaced. */
export const plainStages = (
  change: Partial<Stages<object, Plain>> & {
    ops?: (logged: readonly Logged[]) => StockOp[]
    unit?: (orderId: string, ids: readonly string[]) => Partial<Unit>
  } = {},
): Stages<object, Plain> => {
  const { ops = () => [], unit: unitOf = () => ({}), ...rest } = change
  return {
    load: async () => ({}),
    begin: (_, logged) => {
      const orders = Map.groupBy(logged, ({ event: { ref } }) => ref?.slice(2) ?? '')
      const units = [...orders].map(([id, list]) => {
        const ids = list.map(({ event: { id: name } }) => name)
        return unit(id, { rows: { orders: ids }, ...unitOf(id, ids) })
      })
      return { units, asks: ops(logged), round: 0, answers: 0 }
    },
    holds: () => [],
    asks: (_, state) =>
      new Map(state.round === 0 && state.asks.length > 0 ? [['home', { ops: state.asks, closed: [] }]] : []),
    read: (_, state, answers) => {
      state.round += 1
      state.answers += answers.length
      return false
    },
    finish: (_, { units }) => ({ units, parked: [], dirty: [], owed: [] }),
    statements: (units) =>
      units.flatMap((one) => (one.rows.orders ?? []).map((row) => ({ sql: 'row', values: [String(row)] }))),
    parked: (aside, error) => ({
      ...unit(aside.orderId),
      ...aside,
      rows: { orders: [`parked ${aside.key}: ${error}`] },
    }),
    announce: async () => [],
    applied: () => undefined,
    forget: () => undefined,
    ...rest,
  }
}

export const laneOn = (machine: Machine, stages = plainStages()): Lane<object, Plain> =>
  new Lane(machine.ports(), () => stages)
