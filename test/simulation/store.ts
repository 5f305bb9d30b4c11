/** D1 as the simulation has it: one database, batches that are all or nothing, the few calls of the binding that the flow makes. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Row, Statement } from '../../src/lane/ports.ts'
import { migrations } from '../support/migrations.ts'

export class Store {
  readonly db = new DatabaseSync(':memory:')
  /** Rows changed per table, by the statements of turns. */
  readonly rows = new Map<string, number>()
  readonly #prepared = new Map<string, StatementSync>()

  constructor() {
    this.db.exec(migrations())
  }

  batch(statements: readonly Statement[]): Row[][] {
    this.db.exec('BEGIN')
    try {
      const results = statements.map(({ sql, values }) => {
        if (values.some((value) => typeof value === 'string' && value.length > 2_000_000))
          throw new Error('SQLITE_TOOBIG')
        const before = this.#changes()
        const rows = this.#all(sql, values as SQLInputValue[])
        const table = /^(?:INSERT INTO|UPDATE) (\w+)/.exec(sql.trim())?.[1]
        if (table) this.rows.set(table, (this.rows.get(table) ?? 0) + this.#changes() - before)
        return rows
      })
      this.db.exec('COMMIT')
      return results
    } catch (error) {
      this.db.exec('ROLLBACK')
      throw error
    }
  }

  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#all(sql, values) as T[]
  }

  #changes(): number {
    return Number(this.#prepare('SELECT total_changes() AS n').get()?.n ?? 0)
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#prepared.get(sql) ?? this.db.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }

  #all(sql: string, values: SQLInputValue[]): Row[] {
    return this.#prepare(sql)
      .all(...values)
      .map((row) => ({ ...row })) as Row[]
  }

  /** The part of the D1 binding that configuration is read with. Never fails here: turns fail in `batch`'s port. */
  binding(): D1Database {
    const bound = (sql: string, values: SQLInputValue[]) => ({
      sql,
      values,
      bind: (...more: SQLInputValue[]) => bound(sql, more),
      first: async (column?: string) => {
        const row = this.#all(sql, values)[0]
        return row === undefined ? null : column === undefined ? row : row[column]
      },
      all: async () => ({ results: this.#all(sql, values) }),
      run: async () => ({ results: this.#all(sql, values) }),
    })
    return {
      prepare: (sql: string) => bound(sql, []),
      batch: async (statements: { sql: string; values: SQLInputValue[] }[]) =>
        statements.map(({ sql, values }) => ({ results: this.#all(sql, values) })),
    } as unknown as D1Database
  }
}
