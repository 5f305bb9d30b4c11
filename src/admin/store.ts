/** What only the pages ask of the store: today's orders and their pace. Everything else is in `store/read.ts`. */
import type { Entry } from '../domain/timeline.ts'
import { listOrders } from '../store/read.ts'
import { all, type Db, json, one, text } from '../store/rows.ts'
import { startOfDay } from './format.ts'
import { type Pace, paceOf, percentiles } from './pace.ts'

const HOUR = 3_600_000
/** The newest orders are enough to see how fast they go. */
const SAMPLE = 100

/** Of each shop's newest orders, those that a warehouse accepted within the last hour. */
export const paceNow = async (
  db: Db,
  merchantId: string,
  shopIds: readonly string[],
  now: number,
): Promise<Pace | undefined> => {
  const limit = Math.ceil(SAMPLE / Math.max(1, shopIds.length))
  const pages = await Promise.all(shopIds.map((shopId) => listOrders(db, { merchantId, shopId }, { limit })))
  const orders = pages.flatMap((page) => page.items)
  const recent = orders.filter((order) => order.updatedAt > now - HOUR).map((order) => order.id)
  const rows = await all(
    db,
    'SELECT order_id, body FROM timeline WHERE order_id IN (SELECT value FROM json_each(?)) ORDER BY order_id, seq',
    JSON.stringify(recent),
  )
  const timelines = Map.groupBy(rows, (row) => text(row.order_id))
  const times = [...timelines.values()].flatMap((parts) => {
    const entries = parts.flatMap((part) => json<Entry[]>(part.body))
    const accepted = entries.find((entry) => entry.what === 'accepted')
    return accepted && accepted.at > now - HOUR ? (paceOf(entries) ?? []) : []
  })
  return percentiles(times)
}

const TODAY_MS = 60_000
const todays = new Map<string, { readonly at: number; readonly count: number }>()

/** Placed since midnight in the merchant's zone. Counted at most once a minute: it looks at every order of the merchant. */
export const ordersToday = async (db: Db, merchantId: string, zone: string, now: number): Promise<number> => {
  const known = todays.get(merchantId)
  if (known && now - known.at < TODAY_MS) return known.count
  const sql = 'SELECT count(*) AS count FROM orders WHERE merchant_id = ? AND placed_at >= ?'
  const count = Number((await one(db, sql, merchantId, startOfDay(now, zone)))?.count ?? 0)
  if (todays.size > 1_000) todays.clear()
  todays.set(merchantId, { at: now, count })
  return count
}
