/**
 * The ledger's tables. Rows written are what a Durable Object pays for: `WITHOUT ROWID` and no second index make every
 * row one row written, and everything is found by the front of its key.
 */
import { assert } from '../lib/assert.ts'
import type { Sql } from '../lib/sql.ts'

/** One entry a format, in order. A release adds one and never changes those that were out. */
const FORMATS: readonly (readonly string[])[] = [
  [
    // One warehouse's level of one SKU. `recent`: its newest movements (movements.ts); `as_of`, `net`: the last count.
    `CREATE TABLE level (
      sku TEXT NOT NULL, warehouse TEXT NOT NULL, counted INTEGER NOT NULL, on_hand INTEGER NOT NULL,
      reserved INTEGER NOT NULL, in_transit INTEGER NOT NULL, version INTEGER NOT NULL,
      as_of INTEGER, net INTEGER NOT NULL, folded INTEGER NOT NULL, recent TEXT NOT NULL,
      PRIMARY KEY (sku, warehouse)) STRICT, WITHOUT ROWID`,
    // Older movements, many in a row. `latest`: the youngest effect time among them.
    `CREATE TABLE movement (
      sku TEXT NOT NULL, warehouse TEXT NOT NULL, seq INTEGER NOT NULL, latest INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (sku, warehouse, seq)) STRICT, WITHOUT ROWID`,
    // A reservation is its own idempotency record: `ops` are the operations done on it and their answers.
    `CREATE TABLE reservation (
      sku TEXT NOT NULL, name TEXT NOT NULL, warehouse TEXT NOT NULL, order_id TEXT NOT NULL,
      quantity INTEGER NOT NULL, shipped INTEGER NOT NULL, released INTEGER NOT NULL, accepted INTEGER,
      turn INTEGER NOT NULL, ops TEXT NOT NULL,
      PRIMARY KEY (sku, name)) STRICT, WITHOUT ROWID`,
    // 调拨: `sent` to this warehouse, `arrived` or known to be lost.
    `CREATE TABLE transfer (
      sku TEXT NOT NULL, name TEXT NOT NULL, warehouse TEXT NOT NULL, sent INTEGER NOT NULL, arrived INTEGER NOT NULL,
      PRIMARY KEY (sku, name, warehouse)) STRICT, WITHOUT ROWID`,
    // An order that lacks `need` pieces since `turn`; a rise at `places` wakes it. `woken`: since when it has an `offer`.
    `CREATE TABLE waiter (
      sku TEXT NOT NULL, lane TEXT NOT NULL, order_id TEXT NOT NULL, need INTEGER NOT NULL, split INTEGER NOT NULL,
      ship_by INTEGER NOT NULL, placed_at INTEGER NOT NULL, places TEXT NOT NULL, turn INTEGER NOT NULL, woken INTEGER, offer TEXT,
      PRIMARY KEY (sku, lane, order_id)) STRICT, WITHOUT ROWID`,
    // What a lane was told and no reservation remembers. Turns before `done_up_to` are forgotten and refused.
    `CREATE TABLE lane (
      lane TEXT NOT NULL, done_up_to INTEGER NOT NULL, memory TEXT NOT NULL,
      PRIMARY KEY (lane)) STRICT, WITHOUT ROWID`,
  ],
]

/** Makes the tables, or brings those of an earlier release up to date. Tables of a later release are refused. */
export const createTables = (sql: Sql): void =>
  sql.transaction(() => {
    sql.run('CREATE TABLE IF NOT EXISTS format (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL)')
    const version = sql.all<{ version: number }>('SELECT version FROM format WHERE one = 1')[0]?.version ?? 0
    assert(version <= FORMATS.length, `the ledger's tables have format ${version}, this code knows ${FORMATS.length}`)
    if (version === FORMATS.length) return
    for (const format of FORMATS.slice(version)) for (const statement of format) sql.run(statement)
    sql.run(
      'INSERT INTO format (one, version) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET version = excluded.version',
      FORMATS.length,
    )
  })
