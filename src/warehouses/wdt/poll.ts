/**
 * 旺店通 keeps a list of waybills that a shop has not been told of, and takes them off when they are acknowledged: that is
 * asked for first, then what was modified. https://open.wangdian.cn/qjb/open/apidoc/doc?path=sales.LogisticsSync.getSyncListExt
 */
import { z } from 'zod'
import { parseDocument } from '../../domain/document.ts'
import type { WarehouseEvent } from '../../domain/fulfillment.ts'
import type { Connection, Conversation, Poll, PollPage } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { beijingText, fromBeijing } from '../../wire/time.ts'
import { Id, optional } from '../../wire/values.ts'
import { ask, Orders } from './call.ts'
import { parcelOf } from './outbound.ts'
import { Options } from './settings.ts'
import { stateOf, Trade } from './state.ts'

const SYNCS = 100
const LOOKUPS = 10
const EVERY_MS = 20_000
const TRADES = 100

const Sync = z.object({
  ...{
    sync_id: Id,
    tid: Id,
    logistics_no: Id,
    is_part_sync: z.coerce.number().nullish(),
    created: optional(z.string()),
  },
})
const Syncs = z.array(Sync).nullish()

type Window = { readonly from: number; readonly to: number }

/** Cursors: pages of the list as `s0`, `s1` …, then pages of what was modified as `0`, `1` …. */
export const poll: Poll<WarehouseEvent> = {
  *page({ from, to, cursor = 's0' }, warehouse) {
    const page = Number(cursor.replace('s', ''))
    return cursor.startsWith('s') ? yield* syncs(to, page, warehouse) : yield* trades({ from, to }, page, warehouse)
  },
  *confirm(receipts, warehouse) {
    const list = receipts.map((sync_id) => ({ sync_id: Number(sync_id), status: 0, error_msg: '' }))
    const answer = yield* ask(warehouse, 'sales.LogisticsSync.update', [list], z.array(z.string()).nullish(), {
      safe: false,
    })
    if ('class' in answer) return answer
    const [no] = answer.value ?? []
    return no === undefined ? done(undefined) : failure('retry', false, no)
  },
  overlapMs: 120_000,
  maxWindowMs: 29 * 86_400_000,
  everyMs: { fast: EVERY_MS, slow: 30_000 },
}

/**
 * What is not acknowledged is told again next time: so a waybill whose goods are not told yet stays there. Each poll looks
 * up a few and begins elsewhere, so that those which stay there for long hold up nobody.
 */
function* syncs(to: number, no: number, warehouse: Connection): Conversation<PollPage<WarehouseEvent>> {
  const { shopNo } = Options.parse(warehouse.settings)
  const call = { safe: true, page: { size: SYNCS, no } }
  const asked = { shop_no: shopNo, is_own_platform: true }
  const answer = yield* ask(warehouse, 'sales.LogisticsSync.getSyncListExt', [asked], Syncs, call)
  if ('class' in answer) return answer
  const all = answer.value ?? []
  const ours = all.filter(({ tid }) => parseDocument(tid) !== undefined)
  const begin = Math.floor(to / EVERY_MS) % Math.max(1, Math.ceil(ours.length / LOOKUPS))
  const looked = ours.slice(begin * LOOKUPS, (begin + 1) * LOOKUPS)
  const [events, receipts]: [WarehouseEvent[], string[]] = [[], []]
  for (const { sync_id, tid, logistics_no, is_part_sync, created } of looked) {
    const parcel = yield* parcelOf(warehouse, logistics_no, tid)
    if ('class' in parcel) return parcel
    if (!parcel.value) continue
    const [ref, at, partly] = [{ document: tid }, fromBeijing(created) ?? to, Boolean(is_part_sync)]
    events.push({ type: 'shipped', ref, bizId: `sync:${sync_id}`, final: !partly, at, packages: [parcel.value] })
    // Of a part nobody says that it is the last one: the order does.
    if (partly) events.push({ type: 'changed', ref, at })
    receipts.push(sync_id)
  }
  // A full page without any of ours hides those behind it.
  return done({ events, receipts, next: all.length === SYNCS && ours.length === 0 ? `s${no + 1}` : '0' })
}

function* trades({ from, to }: Window, page: number, warehouse: Connection): Conversation<PollPage<WarehouseEvent>> {
  const { shopNo: shop_no } = Options.parse(warehouse.settings)
  const window = { shop_no, start_time: beijingText(from), end_time: beijingText(to) }
  const call = { safe: true, page: { size: TRADES, no: page } }
  const answer = yield* ask(warehouse, 'sales.RawTrade.search', [window], Orders, call)
  if ('class' in answer) return answer
  const read = z.array(Trade).safeParse(answer.value.order ?? [])
  if (!read.success) return failure('retry', true, 'an order in the page does not read')
  const events = read.data.flatMap((trade) => eventOf(trade, to))
  const more = (page + 1) * TRADES < (answer.value.total_count ?? 0)
  return done({ events, ...(more && { next: String(page + 1) }) })
}

/** Waybills come by their own list, or by asking for the document. */
const eventOf = (trade: Trade, to: number): readonly WarehouseEvent[] => {
  if (parseDocument(trade.tid) === undefined) return []
  const [ref, at, status] = [{ document: trade.tid }, fromBeijing(trade.modified) ?? to, stateOf(trade)]
  if (status === 'shipped') return [{ type: 'changed', ref, at }]
  if (status === 'accepted' || status === 'packed') return []
  const message = status === 'exception' ? trade.bad_reason : undefined
  return [{ type: 'progress', ref, status, at, ...(message !== undefined && { message }) }]
}
