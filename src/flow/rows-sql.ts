/** The statements of a turn's batch: one JSON list each, absolute rows, so that writing them twice changes nothing. */

import type { Statement } from '../lane/ports.ts'
import type { Unit } from '../lane/turn.ts'
import { chunks } from '../lib/chunks.ts'

const SQL: Readonly<Record<string, string>> = {
  orders: `INSERT INTO orders (id, merchant_id, shop_id, platform_order_id, state, placed_at, ship_by, updated_at, seq, body)
    SELECT value->>'id', value->>'merchantId', value->>'shopId', value->>'platformOrderId', value->>'state', value->>'placedAt', value->>'shipBy', value->>'updatedAt', value->>'seq', value->>'body'
    FROM json_each(?1) WHERE true ON CONFLICT(id) DO UPDATE SET state = excluded.state, placed_at = excluded.placed_at, ship_by = excluded.ship_by, updated_at = excluded.updated_at, seq = excluded.seq, body = excluded.body`,
  terms: `INSERT INTO order_terms (merchant_id, term, order_id) SELECT value->>'merchantId', value->>'term', value->>'orderId' FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
  timeline: `INSERT INTO timeline (order_id, seq, body) SELECT value->>'orderId', value->>'seq', value->>'body' FROM json_each(?1) WHERE true ON CONFLICT(order_id, seq) DO UPDATE SET body = excluded.body`,
  exceptions: `INSERT INTO exceptions (id, merchant_id, lane, order_id, code, subject, opened_at, closed_at, body)
    SELECT value->>'id', value->>'merchantId', value->>'lane', value->>'orderId', value->>'code', value->>'subject', value->>'openedAt', value->>'closedAt', value->>'body' FROM json_each(?1) WHERE true
    ON CONFLICT(id) DO UPDATE SET closed_at = excluded.closed_at, body = excluded.body, opened_at = CASE WHEN exceptions.closed_at IS NOT NULL AND excluded.closed_at IS NULL THEN excluded.opened_at ELSE exceptions.opened_at END`,
  closes: `UPDATE exceptions SET closed_at = ?2 WHERE id IN (SELECT value FROM json_each(?1)) AND closed_at IS NULL`,
  levels: `INSERT INTO stock_levels (merchant_id, sku, warehouse_id, counted, on_hand, reserved, in_transit, version)
    SELECT value->>'merchantId', value->>'sku', value->>'warehouseId', value->>'counted', value->>'onHand', value->>'reserved', value->>'inTransit', value->>'version' FROM json_each(?1) WHERE true
    ON CONFLICT(merchant_id, sku, warehouse_id) DO UPDATE SET counted = excluded.counted, on_hand = excluded.on_hand, reserved = excluded.reserved, in_transit = excluded.in_transit, version = excluded.version
    WHERE excluded.version > stock_levels.version`,
  discrepancies: `INSERT INTO discrepancies (id, merchant_id, sku, warehouse_id, difference, at, reason)
    SELECT value->>'id', value->>'merchantId', value->>'sku', value->>'warehouseId', value->>'difference', value->>'at', value->>'reason' FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
  movements: `INSERT INTO stock_movements (id, merchant_id, sku, warehouse_id, kind, quantity, at, reason, actor)
    SELECT value->>'id', value->>'merchantId', value->>'sku', value->>'warehouseId', value->>'kind', value->>'quantity', value->>'at', value->>'reason', value->>'actor' FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
  operations: `INSERT INTO operations (id, merchant_id, status, body, at) SELECT value->>'id', value->>'merchantId', 'done', value->>'body', value->>'at' FROM json_each(?1) WHERE true
    ON CONFLICT(id) DO UPDATE SET status = 'done', body = excluded.body`,
  redactShop: `UPDATE orders SET body = json_set(body, '$.sealed', '', '$.redacted', json('true'), '$.receiver.masked', json('{"name":"","phone":"","address":""}')) WHERE shop_id IN (SELECT value FROM json_each(?1))`,
}

export const statements = (units: readonly Unit[], at: number): Statement[] =>
  Object.entries(SQL).flatMap(([name, sql]) =>
    chunks(units.flatMap((unit) => unit.rows[name] ?? [])).map((json) => ({
      sql,
      values: sql.includes('?2') ? [json, at] : [json],
    })),
  )
