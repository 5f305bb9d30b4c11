/** A whole lane of a shop (or of its warehouse): the real stages, the real ledger, D1 on node:sqlite. Only the far sides are the test's. */
import type { StockAnswer, StockRequest } from '../../src/domain/stock.ts'
import { Config } from '../../src/flow/config.ts'
import { type OrderLane, orderStages } from '../../src/flow/stages.ts'
import type { EventBody, JobKind, JobOutcome, LaneEvent } from '../../src/lane/event.ts'
import { Lane } from '../../src/lane/lane.ts'
import type { LanePorts, Statement } from '../../src/lane/ports.ts'
import { apply } from '../../src/ledger/apply.ts'
import { createTables } from '../../src/ledger/tables.ts'
import { Store } from '../simulation/store.ts'
import { openSql } from '../support/sql.ts'
import { LEASE, START } from './support.ts'

export class Shop {
  readonly name: string
  now = START
  readonly store = new Store()
  readonly sql = openSql()
  readonly ledgers = new Map<string, ReturnType<typeof openSql>>()
  lane: OrderLane
  /** Stock objects that do not answer. */
  readonly silent = new Set<string>()
  /** Looks on while a stock object is asked. */
  asked = (): void => undefined
  storeFails = false
  /** The store takes one more batch of a turn, and is then gone. */
  storeDies: 'no' | 'after the next turn' | 'dead' = 'no'
  readonly reports: string[] = []
  /** What was told to other lanes. */
  readonly forwarded: { readonly lane: string; readonly event: LaneEvent }[] = []
  readonly statements = new Set<string>()
  #serial = 0

  constructor(name: 'shop:s1' | 'wh:n' | 'tr:tk' = 'shop:s1') {
    this.name = name
    const put = (sql: string, ...values: (string | number | null)[]): void =>
      void this.store.db.prepare(sql).run(...values)
    put("INSERT INTO merchants (id, name, region, created_at) VALUES ('m1', 'm', 'apac', 0)")
    put(
      "INSERT INTO shops (id, merchant_id, platform, name, mode, features, settings, credentials, created_at) VALUES ('s1', 'm1', 'standard', 's', 'live', ?, '{}', '', 0)",
      JSON.stringify({ orders: true, stock: true, tracking: true }),
    )
    put("INSERT INTO lanes (no, name, merchant_id) VALUES (1, 'shop:s1', 'm1')")
    put(
      "INSERT INTO warehouses (id, merchant_id, system, name, rank, credentials, created_at) VALUES ('n', 'm1', 'rest', 'N', 1, '', 0)",
    )
    put("INSERT INTO lanes (no, name, merchant_id) VALUES (2, 'wh:n', 'm1')")
    put("INSERT INTO lanes (no, name, merchant_id) VALUES (3, 'tr:tk', 'm1')")
    for (const sku of ['A', 'B']) put("INSERT INTO skus (merchant_id, sku, created_at) VALUES ('m1', ?, 0)", sku)
    for (const sku of ['A', 'B'])
      put(
        "INSERT INTO listings (shop_id, listing_id, code, merchant_id, sku, created_at) VALUES ('s1', ?, ?, 'm1', ?, 0)",
        `L-${sku}`,
        sku,
        sku,
      )
    this.lane = this.restart()
  }

  restart(): OrderLane {
    const config = new Config(this.store.binding(), () => this.now)
    const ports = this.#ports()
    this.lane = new Lane(
      ports,
      orderStages(ports, () => config.lane(this.name)),
    )
    return this.lane
  }

  #ports(): LanePorts {
    return {
      ...{ name: this.name, sql: this.sql, leaseMs: LEASE, now: () => this.now },
      sync: async () => undefined,
      wait: async () => undefined,
      arm: () => undefined,
      store: async (statements) => this.#batch(statements),
      stock: async (home, request) => this.#stock(home, request),
      forward: async (lane, events) => void this.forwarded.push(...events.map((event) => ({ lane, event }))),
      ring: async () => undefined,
      report: (what, facts) => void this.reports.push(`${what} ${JSON.stringify(facts)}`),
    }
  }

  #batch(statements: readonly Statement[]) {
    const writes = statements[0]?.sql.startsWith('UPDATE lane_progress')
    if (this.storeDies === 'dead' || (this.storeFails && writes)) throw new Error('no connection')
    for (const { sql } of statements) this.statements.add(sql)
    const rows = this.store.batch(statements)
    if (writes && this.storeDies === 'after the next turn') this.storeDies = 'dead'
    if (this.storeDies === 'dead') throw new Error('no connection')
    return rows
  }

  #stock(home: string, request: StockRequest): StockAnswer {
    this.asked()
    if (this.silent.has(home)) throw new Error('no answer')
    return apply(this.ledger(home), request)
  }

  ledger(home: string): ReturnType<typeof openSql> {
    const known = this.ledgers.get(home)
    if (known) return known
    const sql = openSql()
    createTables(sql)
    this.ledgers.set(home, sql)
    return sql
  }

  /** Goods come in, booked by another lane. */
  receive(sku: string, quantity: number): void {
    const op = { kind: 'receive', id: `in:${++this.#serial}`, sku, warehouseId: 'n', quantity, at: this.now } as const
    apply(this.ledger(`m1/${sku}`), {
      lane: 'wh:n',
      turn: this.#serial,
      doneUpTo: 0,
      now: this.now,
      ops: [op],
      closed: [],
    })
  }

  level(sku: string) {
    const [row] = this.ledger(`m1/${sku}`).all<{ on_hand: number; reserved: number }>(
      'SELECT on_hand, reserved FROM level WHERE sku = ?',
      sku,
    )
    return row ? [row.on_hand, row.reserved] : [0, 0]
  }

  /** Events, each with an id of its own, and the turns they take. */
  async say(ref: LaneEvent['ref'], ...bodies: EventBody[]): Promise<void> {
    await this.lane.append(
      bodies.map((body) => ({ id: `e${++this.#serial}`, at: this.now, body, ...(ref !== undefined && { ref }) })),
    )
    await this.lane.alarm()
  }

  /** A consumer takes the due job of this kind and brings its outcome back. */
  async run(kind: JobKind, outcome: JobOutcome = { class: 'done', value: {} }): Promise<void> {
    const id = this.lane.outbox.list(100).find((row) => row.kind === kind)?.id
    const [claim] = this.lane.claim([String(id)])
    if (!claim) throw new Error(`no ${kind} job is due`)
    await this.say(claim.ref, {
      kind: 'outcome',
      job: claim.id,
      attempt: claim.attempt,
      jobKind: kind,
      subject: claim.subject,
      outcome,
      ms: 1,
    })
  }

  order(id = 'P1') {
    const [row] = this.store.all<{ id: string; state: string; body: string }>(
      'SELECT id, state, body FROM orders WHERE platform_order_id = ?',
      id,
    )
    if (!row) throw new Error('no order')
    const body = JSON.parse(row.body) as {
      fulfillments: { document: string; status: string }[]
      problems: { code: string }[]
    }
    return { id: row.id, state: row.state, ...body }
  }
}
