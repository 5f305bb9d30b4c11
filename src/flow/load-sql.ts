/** The questions a turn asks the store before it decides. Each is answered by keys alone. */
import type { StockLevel } from '../domain/stock.ts'
import type { Row } from '../lane/ports.ts'

/** By our id within the merchant (a document number may come from anywhere), or by the platform's id within the shop. */
export const ORDERS = `SELECT body FROM orders WHERE id IN (SELECT value FROM json_each(?1)) AND +merchant_id = ?4
  UNION ALL SELECT body FROM orders WHERE shop_id = ?2 AND platform_order_id IN (SELECT value FROM json_each(?3))`

/** What a listing id or a code means, bundles taken apart: one row per part. */
export const MEANINGS = `SELECT k, m.sku AS sku, b.part AS part, b.quantity AS quantity FROM (
    SELECT j.value->>'k' AS k, coalesce(l.sku, c.sku, s.sku) AS sku FROM json_each(?1) j
    LEFT JOIN listings l ON l.shop_id = ?2 AND l.listing_id = j.value->>'l'
    LEFT JOIN listings c INDEXED BY listings_by_code ON c.shop_id = ?2 AND c.code = j.value->>'c' AND c.code <> ''
    LEFT JOIN skus s ON s.merchant_id = ?3 AND s.sku = j.value->>'c' GROUP BY 1) m
  LEFT JOIN bundles b ON b.merchant_id = ?3 AND b.sku = m.sku`

export const LEVELS =
  'SELECT sku, warehouse_id, counted, on_hand, reserved, in_transit, version FROM stock_levels WHERE merchant_id = ?1 AND sku IN (SELECT value FROM json_each(?2))'

export const levelOf = (row: Row): StockLevel => ({
  sku: String(row.sku),
  warehouseId: String(row.warehouse_id),
  counted: row.counted === 1,
  onHand: Number(row.on_hand),
  reserved: Number(row.reserved),
  inTransit: Number(row.in_transit),
  version: Number(row.version),
})
