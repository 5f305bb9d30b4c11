/** The one shape in which the store's reading side asks D1. */
import type { D1Database } from '@cloudflare/workers-types'

export type Db = D1Database
export type Row = Readonly<Record<string, unknown>>
export type Value = string | number | null

export const all = async (db: Db, sql: string, ...values: readonly Value[]): Promise<Row[]> =>
  (
    await db
      .prepare(sql)
      .bind(...values)
      .all<Row>()
  ).results

export const one = async (db: Db, sql: string, ...values: readonly Value[]): Promise<Row | undefined> =>
  (await db
    .prepare(sql)
    .bind(...values)
    .first<Row>()) ?? undefined

export const text = (value: unknown): string => String(value ?? '')
export const orNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
export const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)
export const json = <T>(value: unknown): T => JSON.parse(String(value)) as T
