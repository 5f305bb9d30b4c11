/** D1 on node:sqlite, as far as the store asks it, with an ear for every statement. */
import { DatabaseSync } from 'node:sqlite'
import type { D1Database } from '@cloudflare/workers-types'
import { migrations } from '../support/migrations.ts'

type Value = string | number | null

export interface Heard {
  readonly sql: string
  /** What SQLite means to do, line by line. */
  readonly plan: readonly string[]
}

export const openD1 = (): { readonly db: D1Database; readonly heard: Heard[]; readonly raw: DatabaseSync } => {
  const raw = new DatabaseSync(':memory:')
  raw.exec(migrations())
  const heard: Heard[] = []
  const run = (sql: string, values: readonly Value[]) => {
    const plan = raw.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
    heard.push({ sql, plan: plan.map((row) => String(row.detail)) })
    const results = raw.prepare(sql).all(...values)
    return { results, meta: { changes: Number(raw.prepare('SELECT changes() AS n').get()?.n ?? 0) } }
  }
  const statement = (sql: string, values: readonly Value[] = []) => ({
    bind: (...bound: Value[]) => statement(sql, bound),
    all: async () => run(sql, values),
    run: async () => run(sql, values),
    first: async (column?: string) => {
      const [row] = run(sql, values).results
      return row === undefined ? null : column === undefined ? row : row[column]
    },
  })
  const batch = async (list: readonly { all: () => Promise<unknown> }[]) => Promise.all(list.map((item) => item.all()))
  return { db: { prepare: statement, batch } as unknown as D1Database, heard, raw }
}
