/** Recomputes what the ledger keeps as counters. Reads every row: once a day of use, and in tests. */
import type { Sql } from '../lib/sql.ts'

export interface Difference {
  readonly sku: string
  readonly warehouseId: string
  readonly figure: 'reserved' | 'inTransit'
  readonly kept: number
  readonly summed: number
}

/** reserved = Σ open reservations, in transit = Σ what transfers have on the way, for every level; else a difference. */
export const audit = (sql: Sql): Difference[] => [
  ...differences(sql, 'reserved', RESERVED),
  ...differences(sql, 'inTransit', TRANSIT),
]

/** Sums without a level are differences too: nothing may be held where no level knows of it. */
const compare = (counter: string, sums: string): string => `
  WITH held AS (${sums}),
    place AS (SELECT sku, warehouse FROM level UNION SELECT sku, warehouse FROM held)
  SELECT place.sku, place.warehouse AS warehouseId, coalesce(level.${counter}, 0) AS kept, coalesce(held.pieces, 0) AS summed
  FROM place LEFT JOIN level USING (sku, warehouse) LEFT JOIN held USING (sku, warehouse)
  WHERE kept <> summed ORDER BY place.sku, place.warehouse`

const RESERVED = compare(
  'reserved',
  `SELECT sku, warehouse, sum(quantity - shipped) AS pieces FROM reservation
   WHERE released = 0 AND quantity > shipped GROUP BY sku, warehouse`,
)
const TRANSIT = compare(
  'in_transit',
  'SELECT sku, warehouse, sum(max(0, sent - arrived)) AS pieces FROM transfer GROUP BY sku, warehouse',
)

type Row = { sku: string; warehouseId: string; kept: number; summed: number }

const differences = (sql: Sql, figure: Difference['figure'], query: string): Difference[] =>
  sql.all<Row>(query).map((row) => ({ ...row, figure }))
