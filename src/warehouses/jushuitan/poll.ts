/** What was modified in our shop of 聚水潭. Its pushes can be forged by anybody (fixed key), so it is asked instead. */
import { parseDocument } from '../../domain/document.ts'
import type { WarehouseEvent } from '../../domain/fulfillment.ts'
import type { Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { beijingText, fromBeijing } from '../../wire/time.ts'
import { ask } from './call.ts'
import { Options } from './settings.ts'
import { HANDED_ON, type Order, Orders, stateOf } from './state.ts'

const PAGE = 50

export const poll: Poll<WarehouseEvent> = {
  *page({ from, to, cursor = '1' }, warehouse) {
    const settings = Options.parse(warehouse.settings)
    const body = {
      shop_id: Number(settings.shopOfErp),
      modified_begin: beijingText(from),
      modified_end: beijingText(to),
      page_index: Number(cursor),
      page_size: PAGE,
    }
    const answer = yield* ask(warehouse, '/open/orders/single/query', body, true)
    if ('class' in answer) return answer
    const read = Orders.safeParse(answer.value)
    if (!read.success) return failure('retry', true, 'unreadable page')
    const events = (read.data.orders ?? []).flatMap((order) => eventOf(order, to))
    return done({ events, ...(read.data.has_next && { next: String(Number(cursor) + 1) }) })
  },
  overlapMs: 120_000,
  maxWindowMs: 6 * 86_400_000,
  everyMs: { fast: 15_000, slow: 30_000 },
}

/** An end is never read off one row, since an order may have become several, or part of another: then it is asked for. */
const eventOf = (order: Order, to: number): readonly WarehouseEvent[] => {
  const at = fromBeijing(order.modified) ?? to
  const status = stateOf(order)
  if (status === 'accepted' && !HANDED_ON.includes(order.status)) return []
  return documentsOf(order).map((document) =>
    status === 'picking'
      ? { type: 'progress', ref: { document }, status, at }
      : { type: 'changed', ref: { document }, at },
  )
}

/** Of what was merged into it as well. Orders of others in that shop are none of ours. */
const documentsOf = ({ so_id, items = [] }: Order): readonly string[] => {
  const numbers = [so_id, ...items.flatMap(({ raw_so_id }) => raw_so_id ?? [])]
  return [...new Set(numbers)].filter((number) => parseDocument(number) !== undefined)
}
