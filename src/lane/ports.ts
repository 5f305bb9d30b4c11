/** What a lane needs of the world. In production objects and bindings stand behind it; in the simulation, a virtual machine that fails on purpose. */
import type { StockAnswer, StockRequest } from '../domain/stock.ts'
import type { Sql, SqlValue } from '../lib/sql.ts'
import type { LaneEvent } from './event.ts'

export interface Statement {
  readonly sql: string
  readonly values: readonly SqlValue[]
}
export type Row = Record<string, SqlValue>

/** Ids only: a queue message never holds data. A lost doorbell costs time, never an order. Without jobs: something new waits for a person there. */
export interface Doorbell {
  readonly lane: string
  readonly jobs: readonly string[]
}
/** Other work that a queue rings for: a poll that is due, a token that is about to end. Ids only, too. */
export type Knock =
  | { readonly poll: string }
  | { readonly token: { readonly kind: 'shop' | 'warehouse'; readonly id: string } }
export type QueueName = 'dispatch' | 'writeback' | 'stock'

export interface LanePorts {
  /** `shop:<id>`, `wh:<id>` or `app:<id>`. */
  readonly name: string
  readonly sql: Sql
  /** Resolves once everything written before is on disk. */
  readonly sync: () => Promise<void>
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
  /** Rings the alarm at this time (UTC ms), replacing an earlier setting. */
  readonly arm: (at: number) => void
  /** One batch of D1: all or nothing, in order. */
  readonly store: (statements: readonly Statement[]) => Promise<Row[][]>
  readonly stock: (home: string, request: StockRequest) => Promise<StockAnswer>
  readonly forward: (lane: string, events: readonly LaneEvent[]) => Promise<void>
  readonly ring: (queue: QueueName, bells: readonly Doorbell[]) => Promise<void>
  /** How long a claim stands, ms: longer than any conversation may take. */
  readonly leaseMs: number
  /** Something a person should know; never buyers' data. */
  readonly report: (what: string, facts: Readonly<Record<string, unknown>>) => void
}
