/** The durable counts: one SQLite file, written synchronously, that outlives whatever happens to the Worker. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS shop (id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS warehouse (id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tracker (id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subscription (
  tracker TEXT NOT NULL, waybill TEXT NOT NULL, carrier TEXT NOT NULL, phone TEXT NOT NULL, url TEXT NOT NULL, salt TEXT NOT NULL,
  times INTEGER NOT NULL, followed INTEGER NOT NULL, PRIMARY KEY (tracker, waybill)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scan (
  n INTEGER PRIMARY KEY, tracker TEXT NOT NULL, waybill TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, place TEXT NOT NULL,
  state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS scan_waybill ON scan (tracker, waybill);
CREATE TABLE IF NOT EXISTS listing (
  shop TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL,
  price INTEGER NOT NULL, quantity INTEGER NOT NULL, parts TEXT NOT NULL, PRIMARY KEY (shop, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS listing_parent ON listing (shop, parent);
CREATE INDEX IF NOT EXISTS listing_code ON listing (shop, code);
CREATE TABLE IF NOT EXISTS stock_call (
  n INTEGER PRIMARY KEY, shop TEXT NOT NULL, listing TEXT NOT NULL, quantity INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS stock_call_listing ON stock_call (shop, listing);
CREATE TABLE IF NOT EXISTS shop_order (
  id TEXT PRIMARY KEY, shop TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, payment TEXT NOT NULL,
  status TEXT NOT NULL, refund TEXT NOT NULL, doc TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS shop_order_shop ON shop_order (shop, created);
CREATE TABLE IF NOT EXISTS delivery (
  n INTEGER PRIMARY KEY, side TEXT NOT NULL, target TEXT NOT NULL, subject TEXT NOT NULL, topic TEXT NOT NULL,
  delivery_id TEXT NOT NULL, body TEXT NOT NULL, payable INTEGER NOT NULL, created INTEGER NOT NULL, first_sent INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting', acked INTEGER, status INTEGER, answer TEXT);
CREATE INDEX IF NOT EXISTS delivery_subject ON delivery (subject);
CREATE INDEX IF NOT EXISTS delivery_target ON delivery (target, state);
CREATE TABLE IF NOT EXISTS writeback (
  shop TEXT NOT NULL, order_id TEXT NOT NULL, waybill TEXT NOT NULL, carrier TEXT NOT NULL, lines TEXT NOT NULL,
  at INTEGER NOT NULL, effects INTEGER NOT NULL, repeats INTEGER NOT NULL, PRIMARY KEY (shop, order_id, waybill)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS writeback_waybill ON writeback (waybill);
CREATE INDEX IF NOT EXISTS writeback_order ON writeback (order_id);
CREATE TABLE IF NOT EXISTS writeback_refused (
  n INTEGER PRIMARY KEY, shop TEXT NOT NULL, order_id TEXT NOT NULL, waybill TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS writeback_refused_order ON writeback_refused (order_id);
CREATE TABLE IF NOT EXISTS document (
  n INTEGER PRIMARY KEY, warehouse TEXT NOT NULL, number TEXT NOT NULL, external_id TEXT NOT NULL, order_id TEXT NOT NULL,
  status TEXT NOT NULL, receiver_kind TEXT NOT NULL, receiver TEXT NOT NULL, extra TEXT NOT NULL, placed INTEGER NOT NULL, shipped INTEGER,
  cancelled INTEGER, repeats INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS document_number ON document (warehouse, number);
CREATE INDEX IF NOT EXISTS document_status ON document (warehouse, status);
CREATE INDEX IF NOT EXISTS document_order ON document (order_id);
CREATE TABLE IF NOT EXISTS document_line (
  document INTEGER NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL, shipped INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (document, sku)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parcel (
  waybill TEXT PRIMARY KEY, document INTEGER NOT NULL, carrier TEXT NOT NULL, items TEXT NOT NULL, biz_id TEXT NOT NULL,
  at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS parcel_document ON parcel (document);
CREATE TABLE IF NOT EXISTS stock (
  warehouse TEXT NOT NULL, sku TEXT NOT NULL, item_id TEXT NOT NULL DEFAULT '', received INTEGER, shipped INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (warehouse, sku)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS movement (
  n INTEGER PRIMARY KEY, warehouse TEXT NOT NULL, sku TEXT NOT NULL, delta INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS due (
  document INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS once (
  target TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (target, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS channel (id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS channel_message (
  n INTEGER PRIMARY KEY, channel TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, recipient TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS channel_message_channel ON channel_message (channel);
CREATE TABLE IF NOT EXISTS counter (
  target TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (target, name)) WITHOUT ROWID;
`

const BLOCK = 500

export type Row = Record<string, string | number | null>

export class Store {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #blocks = new Map<string, { next: number; readonly end: number }>()

  /** `dir` undefined: in memory, for tests. */
  constructor(dir?: string) {
    if (dir) mkdirSync(dir, { recursive: true })
    this.#db = new DatabaseSync(dir ? join(dir, 'sandbox.db') : ':memory:')
    this.#db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000; PRAGMA wal_autocheckpoint = 20000;',
    )
    this.#db.exec(SCHEMA)
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#prepare(sql).all(...values) as T[]
  }

  one<T = Row>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#prepare(sql).get(...values) as T | undefined
  }

  /** The rowid of an insert. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).lastInsertRowid)
  }

  transaction<T>(work: () => T): T {
    if (this.#db.isTransaction) return work()
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }

  count(target: string, name: string, by = 1): void {
    this.run(
      'INSERT INTO counter VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value',
      target,
      name,
      by,
    )
  }

  counted(target: string, name: string): number {
    return Number(this.one('SELECT value FROM counter WHERE target = ? AND name = ?', target, name)?.value ?? 0)
  }

  /**
   * The next number of a sequence. It begins at the time of its birth, so that a new sandbox repeats no id of an old one;
   * numbers are taken from the table in blocks, so that a restart leaves a gap and no repeat.
   */
  next(sequence: string): number {
    const block = this.#blocks.get(sequence)
    if (block && block.next < block.end) {
      block.next += 1
      return block.next
    }
    const row = this.one<{ value: number }>(
      `INSERT INTO counter VALUES ('#sequence', ?1, ?2 + ?3) ON CONFLICT DO UPDATE SET value = value + ?3 RETURNING value`,
      sequence,
      Date.now(),
      BLOCK,
    )
    const end = row?.value ?? 0
    this.#blocks.set(sequence, { next: end - BLOCK + 1, end })
    return end - BLOCK + 1
  }

  close(): void {
    this.#db.close()
  }
}
