/** What a lane still owes others: events to other lanes, timers of its orders, orders set aside, operations given back to the ledger, SKUs to announce. */
import type { StockOp } from '../domain/stock.ts'
import type { LaneEvent } from './event.ts'
import type { LanePorts } from './ports.ts'
import type { Forward } from './turn.ts'

const FLUSH_EVENTS = 200
const RETRY_MS = 1_000
const OWED_MS = 5_000
/** Changed levels are announced to the shops at most this often. */
export const ANNOUNCE_MS = 1_000

interface Row extends Record<string, string | number | null> {
  id: number
  lane: string
  at: number
  event: string
}

export class Relay {
  readonly #ports: LanePorts
  readonly #timers = new Map<string, number>()
  /** Ids of timer events that are in the log: such a timer stands until its order sets it anew, and rings no more. */
  readonly #rung = new Set<string>()
  readonly #parked = new Set<string>()
  readonly #retryAt = new Map<string, number>()
  #forwards: { count: number; next: number } = { count: 0, next: Number.POSITIVE_INFINITY }
  #dirty: boolean
  #announcedAt = 0
  #owed: boolean
  #owedAt = 0

  constructor(ports: LanePorts) {
    this.#ports = ports
    const { sql } = ports
    sql.run(
      'CREATE TABLE IF NOT EXISTS forward (id INTEGER PRIMARY KEY, lane TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL)',
    )
    sql.run('CREATE TABLE IF NOT EXISTS timer (order_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID')
    sql.run('CREATE TABLE IF NOT EXISTS parked (key TEXT PRIMARY KEY, events TEXT NOT NULL) WITHOUT ROWID')
    sql.run('CREATE TABLE IF NOT EXISTS owed (id TEXT PRIMARY KEY, op TEXT NOT NULL) WITHOUT ROWID')
    sql.run('CREATE TABLE IF NOT EXISTS dirty (sku TEXT PRIMARY KEY) WITHOUT ROWID')
    for (const row of sql.all<{ order_id: string; at: number }>('SELECT order_id, at FROM timer'))
      this.#timers.set(row.order_id, row.at)
    for (const row of sql.all<{ key: string }>('SELECT key FROM parked')) this.#parked.add(row.key)
    this.#dirty = sql.all('SELECT sku FROM dirty LIMIT 1').length > 0
    this.#owed = sql.all('SELECT id FROM owed LIMIT 1').length > 0
    this.#count()
  }

  add({ lane, event, at }: Forward): void {
    this.#ports.sql.run('INSERT INTO forward (lane, at, event) VALUES (?, ?, ?)', lane, at, JSON.stringify(event))
    this.#forwards = { count: this.#forwards.count + 1, next: Math.min(this.#forwards.next, at) }
  }

  timer(orderId: string, at: number | null): void {
    const before = this.#timers.get(orderId)
    if (at === (before ?? null)) return
    if (before !== undefined) this.#rung.delete(timerId(orderId, before))
    if (at === null) {
      this.#timers.delete(orderId)
      this.#ports.sql.run('DELETE FROM timer WHERE order_id = ?', orderId)
      return
    }
    this.#timers.set(orderId, at)
    this.#ports.sql.run(
      'INSERT INTO timer (order_id, at) VALUES (?, ?) ON CONFLICT(order_id) DO UPDATE SET at = excluded.at',
      orderId,
      at,
    )
  }

  /** Sets an order's events aside; later ones queue behind them. */
  park(unit: { readonly key: string; readonly events: readonly LaneEvent[] }): void {
    const events = [...this.#parkedEvents(unit.key), ...unit.events]
    this.#ports.sql.run(
      'INSERT INTO parked (key, events) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET events = excluded.events',
      unit.key,
      JSON.stringify(events),
    )
    this.#parked.add(unit.key)
  }

  isParked(key: string): boolean {
    return this.#parked.has(key)
  }

  parked(): string[] {
    return [...this.#parked]
  }

  /** The events of an order that was set aside, and is so no longer. They are kept until `taken`: nothing may be lost on the way. */
  unpark(key: string): LaneEvent[] {
    return this.#parked.delete(key) ? this.#parkedEvents(key) : []
  }

  /** They are in the log again. What was set aside since stays. */
  taken(key: string, count: number): void {
    const rest = this.#parkedEvents(key).slice(count)
    if (rest.length > 0) this.#ports.sql.run('UPDATE parked SET events = ? WHERE key = ?', JSON.stringify(rest), key)
    else this.#ports.sql.run('DELETE FROM parked WHERE key = ?', key)
  }

  owe(op: StockOp): void {
    this.#ports.sql.run('INSERT INTO owed (id, op) VALUES (?, ?) ON CONFLICT(id) DO NOTHING', op.id, JSON.stringify(op))
    this.#owed = true
  }

  owed(): StockOp[] {
    return this.#owed
      ? this.#ports.sql.all<{ op: string }>('SELECT op FROM owed LIMIT 500').map((row) => JSON.parse(row.op) as StockOp)
      : []
  }

  /** The ledger answered these. */
  settle(ids: readonly string[]): void {
    if (!this.#owed) return
    for (const id of ids) this.#ports.sql.run('DELETE FROM owed WHERE id = ?', id)
    this.#owed = this.#ports.sql.all('SELECT id FROM owed LIMIT 1').length > 0
  }

  markDirty(skus: readonly string[]): void {
    for (const sku of skus) this.#ports.sql.run('INSERT INTO dirty (sku) VALUES (?) ON CONFLICT(sku) DO NOTHING', sku)
    this.#dirty ||= skus.length > 0
  }

  /** SKUs whose change is due to be announced; they stay until `announced`. */
  dirty(now: number): string[] {
    if (!this.#dirty || now - this.#announcedAt < ANNOUNCE_MS) return []
    return this.#ports.sql.all<{ sku: string }>('SELECT sku FROM dirty LIMIT 500').map((row) => row.sku)
  }

  announced(skus: readonly string[], forwards: readonly Forward[], now: number): void {
    this.#ports.sql.transaction(() => {
      for (const sku of skus) this.#ports.sql.run('DELETE FROM dirty WHERE sku = ?', sku)
      for (const forward of forwards) this.add(forward)
    })
    this.#announcedAt = now
    this.#dirty = this.#ports.sql.all('SELECT sku FROM dirty LIMIT 1').length > 0
  }

  /** Events that the clock brings: due timers, a nudge for what is owed to the ledger. */
  due(now: number): LaneEvent[] {
    const events: LaneEvent[] = []
    for (const [orderId, at] of this.#timers) {
      const id = timerId(orderId, at)
      if (at > now || events.length >= FLUSH_EVENTS || this.#rung.has(id)) continue
      events.push({ id, at: now, ref: `o:${orderId}`, body: { kind: 'timer' } })
    }
    if (this.#owed && now - this.#owedAt >= OWED_MS) {
      this.#owedAt = now
      events.push({ id: `t:owed:${now}`, at: now, body: { kind: 'timer' } })
    }
    return events
  }

  /** These of `due` are in the log. */
  rung(events: readonly LaneEvent[]): void {
    for (const { id, ref } of events) if (ref) this.#rung.add(id)
  }

  /** Hands due events to their lanes; what a lane did not take stays and is tried again. */
  async flush(now: number, own: (events: readonly LaneEvent[]) => Promise<void>): Promise<void> {
    if (this.#forwards.count === 0 || this.#forwards.next > now) return
    const rows = this.#ports.sql.all<Row>(
      'SELECT id, lane, at, event FROM forward WHERE at <= ? ORDER BY id LIMIT ?',
      now,
      FLUSH_EVENTS,
    )
    for (const [lane, items] of Map.groupBy(rows, (row) => row.lane)) {
      if ((this.#retryAt.get(lane) ?? 0) > now) continue
      const events = items.map((row) => JSON.parse(row.event) as LaneEvent)
      try {
        await (lane === this.#ports.name ? own(events) : this.#ports.forward(lane, events))
        this.#ports.sql.transaction(() => {
          for (const row of items) this.#ports.sql.run('DELETE FROM forward WHERE id = ?', row.id)
        })
        this.#retryAt.delete(lane)
      } catch (error) {
        this.#retryAt.set(lane, now + RETRY_MS)
        this.#ports.report('forward failed', { lane, error: String(error) })
      }
    }
    this.#count()
  }

  next(now: number): number | undefined {
    const times = [...this.#timers].flatMap(([id, at]) => (this.#rung.has(timerId(id, at)) ? [] : [at]))
    if (this.#forwards.count > 0) times.push(Math.max(this.#forwards.next, this.#retryAt.size > 0 ? now + RETRY_MS : 0))
    if (this.#dirty) times.push(this.#announcedAt + ANNOUNCE_MS)
    if (this.#owed) times.push(this.#owedAt + OWED_MS)
    return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : undefined
  }

  #parkedEvents(key: string): LaneEvent[] {
    const row = this.#ports.sql.all<{ events: string }>('SELECT events FROM parked WHERE key = ?', key)[0]
    return row ? (JSON.parse(row.events) as LaneEvent[]) : []
  }

  #count(): void {
    const row = this.#ports.sql.all<{ count: number; next: number | null }>(
      'SELECT count(*) AS count, min(at) AS next FROM forward',
    )[0]
    this.#forwards = { count: row?.count ?? 0, next: row?.next ?? Number.POSITIVE_INFINITY }
  }
}

const timerId = (orderId: string, at: number): string => `t:${orderId}:${at}`
