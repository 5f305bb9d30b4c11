/**
 * Orders of several shops, newest first. The store lists each shop in the order in which its orders came; here the heads
 * of these lists are merged. The cursor of such a page holds one cursor per shop.
 */

import type { OrderStateName } from '../domain/order-state.ts'
import { defined } from '../lib/defined.ts'
import { listOrders, type OrderSummary, type Page } from '../store/read.ts'
import type { Db } from '../store/rows.ts'

interface Wanted {
  readonly merchantId: string
  readonly shopIds: readonly string[]
  readonly state: OrderStateName | undefined
  readonly cursor: string | undefined
}

const PAGE = 50

/** Shop id → where its list goes on; null: it is at its end. */
type Cursors = Readonly<Record<string, string | null>>

export const newestOrders = async (
  db: Db,
  { merchantId, shopIds, state, cursor }: Wanted,
): Promise<Page<OrderSummary>> => {
  const from = cursorsIn(cursor)
  const list = (shopId: string, limit: number) =>
    listOrders(db, { merchantId, shopId, state }, { limit, cursor: from[shopId] ?? undefined })
  const open = shopIds.filter((shopId) => from[shopId] !== null)
  const heads = await Promise.all(open.map((shopId) => list(shopId, PAGE)))
  const items = heads
    .flatMap((head) => head.items)
    .toSorted(newestFirst)
    .slice(0, PAGE)
  const shown = Map.groupBy(items, (order) => order.shopId)
  // How far each list was shown, said by the store itself: read again, just that far.
  const ends = await Promise.all(
    open.map(async (shopId, i) => {
      const count = shown.get(shopId)?.length ?? 0
      if (count === 0) return [shopId, heads[i]?.items.length === 0 ? null : from[shopId]] as const
      const whole = count === heads[i]?.items.length
      return [shopId, (whole ? heads[i] : await list(shopId, count))?.nextCursor] as const
    }),
  )
  const next: Cursors = { ...from, ...defined(Object.fromEntries(ends)) }
  const more = shopIds.some((shopId) => next[shopId] !== null)
  return { items, nextCursor: more ? Buffer.from(JSON.stringify(next)).toString('base64url') : null }
}

const newestFirst = (a: OrderSummary, b: OrderSummary): number => b.placedAt - a.placedAt || (a.id < b.id ? 1 : -1)

/** Whatever is no such cursor starts at the beginning. */
const cursorsIn = (cursor: string | undefined): Cursors => {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString('utf8'))
    if (typeof read !== 'object' || read === null) return {}
    return Object.fromEntries(Object.entries(read).filter(([, at]) => at === null || typeof at === 'string'))
  } catch {
    return {}
  }
}
