import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { beijingText, fromBeijing } from '../../wire/time.ts'
import { Id, optional } from '../../wire/values.ts'
import { type PlatformOutbound, statusOf } from '../platform.ts'
import { ask } from './call.ts'
import { orderOf } from './normalize.ts'
import { FIELDS, Trade, wrapped } from './schema.ts'
import { shipTrade, waybillsOf } from './ship.ts'

const Detail = z.object({ trade: Trade })

function* fetched(tid: string, shop: Connection): Conversation<Trade> {
  const params = { tid, fields: FIELDS, include_oaid: 'include_oaid' }
  const read = yield* ask(shop, 'taobao.trade.fullinfo.get', params, Detail, { safe: true })
  return read.class === 'done' ? done(read.value.trade) : read
}

const MEMO_BYTES = 1000

export const outbound: PlatformOutbound = {
  *ship(subject, shop) {
    const read = yield* fetched(subject.platformOrderId, shop)
    return read.class === 'done' ? yield* shipTrade(subject, read.value, shop) : read
  },

  /** An item without SKUs is its own listing: it has no parent, or is named as its own. */
  *stock({ listingId, parentId = listingId, quantity }, shop) {
    const sku = parentId === listingId ? {} : { sku_id: listingId }
    const params = { num_iid: parentId, ...sku, quantity: String(quantity), type: '1' }
    const read = yield* ask(shop, 'taobao.item.quantity.update', params, z.object({ item: z.object({}) }))
    return read.class === 'done' ? done(undefined) : read
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const waybills = yield* waybillsOf(read.value, shop)
    return waybills.class === 'done' ? done({ ...statusOf(orderOf(read.value)), waybills: waybills.value }) : waybills
  },

  /** Added to the seller's own 备注, whose flag has to be said again: left out, it would become grey. */
  *note({ platformOrderId: tid, note }, shop) {
    const read = yield* fetched(tid, shop)
    if (read.class !== 'done') return read
    const { seller_memo: before = '', seller_flag: flag = 0 } = read.value
    if (before.includes(note)) return done(undefined)
    const memo = before ? `${before}\n${note}` : note
    if (new TextEncoder().encode(memo).length > MEMO_BYTES)
      return failure('rejected', true, '卖家备注超过 1000 字节', { code: 'memo_full' })
    const told = yield* ask(
      shop,
      'taobao.trade.memo.update',
      { tid, memo, flag: String(flag) },
      z.object({ trade: z.object({}) }),
    )
    return told.class === 'done' ? done(undefined) : told
  },
}

const PAGE = 50
const Listed = z.object({ tid: Id, modified: optional(z.string()) })
const List = z.object({ total_results: z.coerce.number().int(), trades: wrapped('trade', Listed) })

/**
 * 增量: by modified time, the newest first, and only parts of each trade, so that each is asked for by itself. Pages are
 * read from the last to the first: a trade that changes meanwhile moves to the front, and none slips between two pages.
 */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '' }, shop) {
    const window = { start_modified: beijingText(from), end_modified: beijingText(Math.ceil(to / 1000) * 1000) }
    const params = { fields: 'tid,modified', ...window, page_size: String(PAGE), page_no: cursor || '1' }
    const read = yield* ask(shop, 'taobao.trades.sold.increment.get', params, List, { safe: true })
    if (read.class !== 'done') return read
    const { total_results: total, trades } = read.value
    const last = Math.ceil(total / PAGE)
    if (cursor === '' && last > 1) return done({ events: [], next: String(last) })
    const events = trades.map(({ tid, modified }) => {
      const at = fromBeijing(modified) ?? to
      return { event: { type: 'changed' as const, platformOrderId: tid, what: 'polled', at } }
    })
    const page = Number(cursor || '1') - 1
    return done({ events, ...(page > 0 && { next: String(page) }) })
  },
  overlapMs: 10 * 60_000,
  // A day may be asked for; half an hour is advised for speed.
  maxWindowMs: 30 * 60_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}
