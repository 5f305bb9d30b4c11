/** The `Sql` port on node:sqlite, as the simulation and the tests use it. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Sql, SqlValue } from '../../src/lib/sql.ts'

export interface SqlOptions {
  /** A file, to outlive the process; in memory by default. */
  readonly path?: string
  /** Sees every statement before it runs, those of transactions too; may throw, to be a crash. */
  readonly watch?: (query: string, values: readonly SqlValue[]) => void
}

export interface TestSql extends Sql {
  readonly close: () => void
}

export const openSql = ({ path = ':memory:', watch = () => {} }: SqlOptions = {}): TestSql => {
  const database = new DatabaseSync(path)
  const statements = new Map<string, StatementSync>()
  const prepared = (query: string, values: readonly SqlValue[]): StatementSync => {
    watch(query, values)
    const statement = statements.get(query) ?? database.prepare(query)
    statements.set(query, statement)
    return statement
  }
  return {
    all: <Row extends Record<string, SqlValue>>(query: string, ...values: SqlValue[]) =>
      prepared(query, values)
        .all(...values)
        .map((row) => ({ ...row }) as Row),
    run: (query, ...values) => Number(prepared(query, values).run(...values).changes),
    transaction: nesting(database, watch),
    close: () => database.close(),
  }
}

/** A transaction inside another is a savepoint: it fails alone if its caller catches what it threw. */
const nesting = (database: DatabaseSync, watch: NonNullable<SqlOptions['watch']>): Sql['transaction'] => {
  let depth = 0
  const exec = (statement: string): void => {
    watch(statement, [])
    database.exec(statement)
  }
  return (work) => {
    const point = `depth_${depth}`
    exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${point}`)
    depth += 1
    try {
      const result = work()
      exec(depth === 1 ? 'COMMIT' : `RELEASE ${point}`)
      return result
    } catch (error) {
      if (database.isTransaction) database.exec(depth === 1 ? 'ROLLBACK' : `ROLLBACK TO ${point}; RELEASE ${point}`)
      throw error
    } finally {
      depth -= 1
    }
  }
}
