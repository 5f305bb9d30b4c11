/**
 * A synchronous SQLite, as a Durable Object's storage gives it and as `node:sqlite` gives it to the simulation.
 * Logic written on this port is the same code in production, in tests and under a virtual clock.
 */
export type SqlValue = string | number | null

export interface Sql {
  /** Runs one statement and returns its rows, all read. */
  all<Row extends Record<string, SqlValue>>(query: string, ...values: SqlValue[]): Row[]
  /** Runs one statement and returns the number of rows it changed. */
  run(query: string, ...values: SqlValue[]): number
  /** All or nothing; no await inside. */
  transaction<T>(work: () => T): T
}
