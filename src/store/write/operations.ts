/** What was asked of a lane and is not done yet. Also what closes an exception that belongs to no order. */
import { all, type Db, json, one, type Row, text } from '../rows.ts'

/** A command that a lane has, and how to find out what became of it. */
export type Asked =
  | { readonly kind: 'stock'; readonly sku: string; readonly warehouseId: string }
  /** Done once the order has moved on from `since` with a line of this actor. */
  | {
      readonly kind: 'order'
      readonly orderId: string
      readonly action: string
      readonly since: number
      readonly actor: string
    }
  /** One command for many orders: order id → its seq before. */
  | { readonly kind: 'bulk'; readonly action: string; readonly orders: Readonly<Record<string, number>> }

export interface OperationRow {
  readonly id: string
  readonly status: 'pending' | 'done'
  readonly at: number
  /** `Asked` while pending; what the lane wrote when done. */
  readonly body: unknown
}

/** A lane may have been quicker: its row stays. */
export const insertOperation = async (
  db: Db,
  merchantId: string,
  id: string,
  asked: Asked,
  now: number,
): Promise<void> => {
  await db
    .prepare(
      `INSERT INTO operations (id, merchant_id, status, body, at) VALUES (?, ?, 'pending', ?, ?) ON CONFLICT(id) DO NOTHING`,
    )
    .bind(id, merchantId, JSON.stringify(asked), now)
    .run()
}

export const operationRow = async (db: Db, merchantId: string, id: string): Promise<OperationRow | undefined> => {
  const row = await one(
    db,
    'SELECT id, status, body, at FROM operations WHERE id = ? AND merchant_id = ?',
    id,
    merchantId,
  )
  return (
    row && {
      id: text(row.id),
      status: row.status === 'done' ? 'done' : 'pending',
      at: Number(row.at),
      body: json(row.body),
    }
  )
}

/** Undefined: the order has not moved since, or not by this actor's command. */
export const movedBy = async (
  db: Db,
  merchantId: string,
  { orderId, since, actor }: { readonly orderId: string; readonly since: number; readonly actor: string },
): Promise<true | undefined> => {
  const row = await one(
    db,
    'SELECT 1 AS moved FROM timeline t JOIN orders o ON o.id = t.order_id AND o.merchant_id = ?2 WHERE t.order_id = ?1 AND t.seq > ?3 AND instr(t.body, ?4) > 0 LIMIT 1',
    orderId,
    merchantId,
    since,
    JSON.stringify(`operator:${actor}`),
  )
  return row ? true : undefined
}

/** How many of the orders have moved since. */
export const movedCount = async (
  db: Db,
  merchantId: string,
  orders: Readonly<Record<string, number>>,
): Promise<number> => {
  const row = await one(
    db,
    'SELECT count(*) AS count FROM json_each(?1) j JOIN orders o ON o.id = j.key AND +o.merchant_id = ?2 WHERE o.seq > j.value',
    JSON.stringify(orders),
    merchantId,
  )
  return Number(row?.count ?? 0)
}

/** An order as a command needs it. */
export interface OrderPlace {
  readonly id: string
  readonly shopId: string
  readonly seq: number
  /** The exception that named it, where one did: also the problem's id. */
  readonly problemId?: string
}

const place = (row: Row): OrderPlace => ({
  id: text(row.id),
  shopId: text(row.shop_id),
  seq: Number(row.seq),
  ...(typeof row.problem_id === 'string' && { problemId: row.problem_id }),
})

export const orderPlaces = async (db: Db, merchantId: string, ids: readonly string[]): Promise<readonly OrderPlace[]> =>
  (
    await all(
      db,
      'SELECT id, shop_id, seq FROM orders WHERE id IN (SELECT value FROM json_each(?2)) AND +merchant_id = ?1',
      merchantId,
      JSON.stringify(ids),
    )
  ).map(place)

/** Orders with an open exception of one of these codes, of these subjects or any. */
export const ordersWaiting = async (
  db: Db,
  merchantId: string,
  codes: readonly string[],
  subjects: readonly string[] | undefined,
  limit: number,
): Promise<readonly OrderPlace[]> => {
  const named = subjects === undefined ? '' : ' AND e.subject IN (SELECT value FROM json_each(?4))'
  const rows = await all(
    db,
    `SELECT o.id, o.shop_id, o.seq, min(e.id) AS problem_id FROM exceptions e JOIN orders o ON o.id = e.order_id AND o.merchant_id = e.merchant_id
     WHERE e.merchant_id = ?1 AND e.closed_at IS NULL AND e.code IN (SELECT value FROM json_each(?2))${named} GROUP BY o.id LIMIT ?3`,
    merchantId,
    JSON.stringify(codes),
    limit,
    ...(subjects === undefined ? [] : [JSON.stringify(subjects)]),
  )
  return rows.map(place)
}

/** Those without an order only: an order's exceptions are its lane's. */
export const closeExceptions = async (
  db: Db,
  merchantId: string,
  ids: readonly string[],
  now: number,
): Promise<void> => {
  await db
    .prepare(
      'UPDATE exceptions SET closed_at = ?3 WHERE id IN (SELECT value FROM json_each(?2)) AND +merchant_id = ?1 AND closed_at IS NULL',
    )
    .bind(merchantId, JSON.stringify(ids), now)
    .run()
}
