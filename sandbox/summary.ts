/** Counts and times for dashboards and test scripts; everything is read from the tables at the moment of asking. */
import type { World } from './world.ts'

export interface Percentiles {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}
export interface ShopSummary {
  readonly id: string
  readonly platform: string
  readonly name: string
  readonly orders: number
  readonly payable: number
  readonly cancelled: number
  readonly pushed: number
  readonly acknowledged: number
  readonly pending: number
  readonly lost: number
  readonly dead: number
  readonly writebacks: number
  readonly repeatedWritebacks: number
  readonly refusedWritebacks: number
  readonly stockCalls: number
  readonly listings: Readonly<Record<string, number>>
  readonly counters: Readonly<Record<string, number>>
}
export interface WarehouseSummary {
  readonly id: string
  readonly system: string
  readonly name: string
  readonly documents: number
  readonly documentNumbers: number
  /** Second and further documents of one number. */
  readonly duplicatedDocuments: number
  /** Calls that named a number the warehouse had already. */
  readonly repeatedPlaces: number
  readonly accepted: number
  readonly shipped: number
  readonly cancelled: number
  readonly rejected: number
  readonly parcels: number
  readonly stars: number
  readonly refusedSignatures: number
  readonly callbacks: { readonly acknowledged: number; readonly pending: number; readonly dead: number }
  readonly onHand: Readonly<Record<string, number>>
  readonly counters: Readonly<Record<string, number>>
}
export interface Summary {
  readonly at: number
  readonly shops: readonly ShopSummary[]
  readonly warehouses: readonly WarehouseSummary[]
  readonly latencies: {
    /** First try of an order's push → its first document, ms. */
    readonly pushToPlace: Percentiles
    /** First try of an order's push → its acknowledgement, ms. */
    readonly pushToAcknowledge: Percentiles
    /** First try of the shipped callback → the waybill at the platform, ms. */
    readonly shippedToWriteback: Percentiles
  }
}

/** `since`: only orders created and parcels shipped from then on count for the times. */
export const summary = (world: World, since = 0): Summary => ({
  at: Date.now(),
  shops: [...world.shops.keys()].map((id) => shopSummary(world, id)),
  warehouses: [...world.warehouses.keys()].map((id) => warehouseSummary(world, id)),
  latencies: {
    pushToPlace: percentiles(
      world,
      `SELECT min(d.placed) - v.sent AS ms FROM document d JOIN (
         SELECT subject, min(first_sent) AS sent, min(created) AS created FROM delivery
         WHERE side = 'shop' AND payable = 1 AND first_sent IS NOT NULL GROUP BY subject) v ON v.subject = d.order_id
       WHERE v.created >= ? GROUP BY d.order_id`,
      since,
    ),
    pushToAcknowledge: percentiles(
      world,
      "SELECT acked - first_sent AS ms FROM delivery WHERE side = 'shop' AND acked IS NOT NULL AND created >= ?",
      since,
    ),
    shippedToWriteback: percentiles(
      world,
      `SELECT w.at - v.first_sent AS ms FROM writeback w JOIN parcel p ON p.waybill = w.waybill
       JOIN delivery v ON v.subject = 'confirm:' || p.biz_id WHERE p.at >= ? AND v.first_sent IS NOT NULL`,
      since,
    ),
  },
})

const percentiles = (world: World, sql: string, since: number): Percentiles => {
  const sorted = world.store
    .all<{ ms: number }>(sql, since)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 }
}

const countersOf = (world: World, target: string): Record<string, number> =>
  Object.fromEntries(
    world.store
      .all<{ name: string; value: number }>('SELECT name, value FROM counter WHERE target = ? ORDER BY name', target)
      .map(({ name, value }) => [name, value]),
  )

const shopSummary = (world: World, id: string): ShopSummary => {
  const { store } = world
  const shop = world.shops.get(id)
  const n = (sql: string): number => Number(store.one(sql, id)?.n ?? 0)
  const delivery = (where: string): number =>
    n(`SELECT count(*) AS n FROM delivery WHERE target = ? AND side = 'shop' AND ${where}`)
  return {
    id,
    platform: shop?.platform ?? '',
    name: shop?.name ?? '',
    orders: n('SELECT count(*) AS n FROM shop_order WHERE shop = ?'),
    payable: n(
      "SELECT count(*) AS n FROM shop_order WHERE shop = ? AND payment IN ('paid', 'cod') AND status <> 'cancelled' AND refund <> 'refunded'",
    ),
    cancelled: n("SELECT count(*) AS n FROM shop_order WHERE shop = ? AND status = 'cancelled'"),
    pushed: delivery('first_sent IS NOT NULL'),
    acknowledged: delivery("state = 'acknowledged'"),
    pending: delivery("state = 'waiting'"),
    lost: delivery("state = 'lost'"),
    dead: delivery("state = 'dead'"),
    writebacks: n('SELECT count(*) AS n FROM writeback WHERE shop = ?'),
    repeatedWritebacks: n('SELECT coalesce(sum(repeats), 0) AS n FROM writeback WHERE shop = ?'),
    refusedWritebacks: n('SELECT count(*) AS n FROM writeback_refused WHERE shop = ?'),
    stockCalls: n('SELECT count(*) AS n FROM stock_call WHERE shop = ?'),
    listings: Object.fromEntries(world.listings(id).map(({ code, quantity }) => [code, quantity])),
    counters: countersOf(world, id),
  }
}

const warehouseSummary = (world: World, id: string): WarehouseSummary => {
  const { store } = world
  const warehouse = world.warehouses.get(id)
  const n = (sql: string): number => Number(store.one(sql, id)?.n ?? 0)
  const documents = (where = '1'): number => n(`SELECT count(*) AS n FROM document WHERE warehouse = ? AND ${where}`)
  const callbacks = (where: string): number =>
    n(`SELECT count(*) AS n FROM delivery WHERE target = ? AND side = 'warehouse' AND ${where}`)
  const all = documents()
  const numbers = n('SELECT count(DISTINCT number) AS n FROM document WHERE warehouse = ?')
  const onHand = store.all<{ sku: string; left: number }>(
    'SELECT sku, received - shipped AS left FROM stock WHERE warehouse = ? AND received IS NOT NULL',
    id,
  )
  return {
    id,
    system: warehouse?.system ?? '',
    name: warehouse?.name ?? '',
    documents: all,
    documentNumbers: numbers,
    duplicatedDocuments: all - numbers,
    repeatedPlaces: n('SELECT coalesce(sum(repeats), 0) AS n FROM document WHERE warehouse = ?'),
    accepted: documents("status IN ('accepted', 'part')"),
    shipped: documents("status = 'shipped'"),
    cancelled: documents("status = 'cancelled'"),
    rejected: documents("status = 'rejected'"),
    parcels: n('SELECT count(*) AS n FROM parcel p JOIN document d ON d.n = p.document WHERE d.warehouse = ?'),
    stars: store.counted(id, 'stars'),
    refusedSignatures: store.counted(id, 'refused_signatures'),
    callbacks: {
      acknowledged: callbacks("state = 'acknowledged'"),
      pending: callbacks("state IN ('waiting', 'lost')"),
      dead: callbacks("state = 'dead'"),
    },
    onHand: Object.fromEntries(onHand.map(({ sku, left }) => [sku, left])),
    counters: countersOf(world, id),
  }
}
