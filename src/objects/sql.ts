/** A Durable Object's storage as the synchronous SQL port. */
import type { Sql, SqlValue } from '../lib/sql.ts'

export const storageSql = (storage: DurableObjectStorage): Sql => ({
  all: <Row extends Record<string, SqlValue>>(query: string, ...values: SqlValue[]): Row[] =>
    storage.sql.exec<Row>(query, ...values).toArray(),
  run: (query: string, ...values: SqlValue[]): number => {
    const cursor = storage.sql.exec(query, ...values)
    cursor.toArray()
    return cursor.rowsWritten
  },
  transaction: (work) => storage.transactionSync(work),
})
