/** Tokens of shops and warehouses: who may refresh one now, and what came of it. One winner at a time, by compare and set. */
import type { Shop, WarehouseRow } from '../config.ts'
import { shopOf, warehouseOf } from '../config-rows.ts'
import { all, type Db, one } from '../rows.ts'

export type Kind = 'shop' | 'warehouse'
const TABLES = { shop: 'shops', warehouse: 'warehouses' } as const

/** The row as it is now, if nobody else is refreshing its token; the claim stands until `until`. */
const claimGrant = async (
  db: Db,
  kind: Kind,
  id: string,
  now: number,
  until: number,
): Promise<Shop | WarehouseRow | undefined> => {
  const sql = `UPDATE ${TABLES[kind]} SET token_lease = ?2 WHERE id = ?1 AND token_lease <= ?3 RETURNING *`
  const row = await one(db, sql, id, until, now)
  return row && (kind === 'shop' ? shopOf(row) : warehouseOf(row))
}

export interface Fresh {
  /** Sealed. */
  readonly credentials: string
  readonly expiresAt: number | null
  readonly until: number | null
}

/** False: somebody has entered other credentials meanwhile, and those stand. */
const writeGrant = async (
  db: Db,
  kind: Kind,
  seen: { readonly id: string; readonly credentials: string },
  { credentials, expiresAt, until }: Fresh,
): Promise<boolean> => {
  const { meta } = await db
    .prepare(
      `UPDATE ${TABLES[kind]} SET credentials = ?3, token_expires_at = ?4, token_until = coalesce(?5, token_until), token_lease = 0,
         token_error = NULL WHERE id = ?1 AND credentials = ?2`,
    )
    .bind(seen.id, seen.credentials, credentials, expiresAt, until)
    .run()
  return meta.changes > 0
}

/** Not refreshed: nobody tries again before `again`. `error` stands until a refresh succeeds or a person authorizes anew. */
const failGrant = async (db: Db, kind: Kind, id: string, again: number, error: string | null): Promise<void> => {
  await db
    .prepare(`UPDATE ${TABLES[kind]} SET token_lease = ?2, token_error = ?3 WHERE id = ?1`)
    .bind(id, again, error)
    .run()
}

/** All three, for one database. */
export const grantsOf = (db: Db) => ({
  claim: (kind: Kind, id: string, now: number, until: number) => claimGrant(db, kind, id, now, until),
  write: (kind: Kind, seen: { readonly id: string; readonly credentials: string }, fresh: Fresh) =>
    writeGrant(db, kind, seen, fresh),
  fail: (kind: Kind, id: string, again: number, error: string | null) => failGrant(db, kind, id, again, error),
})

export interface Ending {
  readonly kind: Kind
  readonly id: string
}

/** Whose token ends before this; those that a person must authorize anew are left alone. */
export const endingTokens = async (db: Db, before: number, now: number): Promise<readonly Ending[]> => {
  const of = (kind: Kind): string => `SELECT '${kind}' AS kind, id FROM ${TABLES[kind]}
    WHERE token_expires_at IS NOT NULL AND token_expires_at < ?1 AND token_lease <= ?2 AND token_error IS NULL AND enabled = 1`
  const rows = await all(db, `${of('shop')} UNION ALL ${of('warehouse')} LIMIT 500`, before, now)
  return rows.map((row) => ({ kind: row.kind as Kind, id: String(row.id) }))
}

/** Shops whose authorization ends before this. */
export const endingAuthorizations = async (db: Db, before: number): Promise<readonly Shop[]> => {
  const sql = `SELECT * FROM shops WHERE token_until IS NOT NULL AND token_until < ?1 AND enabled = 1`
  return (await all(db, sql, before)).map(shopOf)
}
