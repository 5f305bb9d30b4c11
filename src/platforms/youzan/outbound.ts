import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { at, done, failure, jsonOf, refusedByStatus, shaped } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { beijingText } from '../../wire/time.ts'
import { Id } from '../../wire/values.ts'
import { type PlatformOutbound, type ShipSubject, statusOf } from '../platform.ts'
import { refused } from './codes.ts'
import { orderOf } from './normalize.ts'
import { Trade } from './schema.ts'
import { planOf } from './shipments.ts'

/** The token is read from the URL alone; nothing is signed. What is asked for stands under `data`, of old APIs under `response`. */
function* ask<Schema extends z.ZodType>(
  shop: Connection,
  api: string,
  params: Record<string, unknown>,
  schema: Schema,
  safe = false,
): Conversation<z.output<Schema>> {
  const query = new URLSearchParams({ access_token: shop.credentials.accessToken ?? '' })
  const url = `${shop.baseUrl}/api/${api}?${query}`
  const headers = { 'content-type': 'application/json' }
  const answer = yield { method: 'POST', url, headers, body: canonicalJson(params), safe }
  const no = refusedByStatus(answer, safe) ?? refused(answer, safe)
  if (no) return no
  const body = jsonOf(answer)
  return shaped(schema, at(body, 'data') ?? at(body, 'response'))
}

/** Some say `is_success: false` under a code of success. */
function* told(shop: Connection, api: string, params: Record<string, unknown>): Conversation {
  const read = yield* ask(shop, api, params, z.unknown())
  if (read.class !== 'done') return read
  if (at(read.value, 'is_success') !== false && read.value !== false) return done(undefined)
  return failure('rejected', false, `${api}: is_success false`, { code: 'is_success' })
}

function* fetched(tid: string, shop: Connection): Conversation<Trade> {
  return yield* ask(shop, 'youzan.trade.get/4.0.2', { tid }, Trade, true)
}

const Carriers = z.object({ allExpress: z.array(z.object({ id: Id, name: z.string() })) })

/** Their carriers have numbers, which differ from shop to shop's list; we know them by name. */
function* numbered(shop: Connection, names: readonly string[]): Conversation<ReadonlyMap<string, string>> {
  const unknown = names.filter((name) => !/^\d+$/.test(name))
  const own = names.map((name) => [name, name] as const)
  if (unknown.length === 0) return done(new Map(own))
  const read = yield* ask(shop, 'youzan.logistics.express.get/3.0.0', {}, Carriers, true)
  if (read.class !== 'done') return read
  const found = unknown.map((name) => [name, numberOf(read.value, name)] as const)
  const missing = found.find(([, id]) => id === undefined)
  if (missing) return failure('rejected', true, `no carrier ${missing[0]}`, { code: 'carrier_unknown' })
  return done(new Map([...own, ...found.map(([name, id]) => [name, id ?? ''] as const)]))
}

const KINDS = ['', '快递', '速递', '速运']
const numberOf = ({ allExpress }: z.output<typeof Carriers>, name: string): string | undefined =>
  allExpress.find((one) => KINDS.some((kind) => one.name === name + kind))?.id

function* corrected(subject: ShipSubject, trade: Trade, shop: Connection): Conversation {
  const [next] = subject.packages
  const parcels = parcelsOf(trade)
  const wrong = parcels.find(({ waybill }) => waybill === subject.replaces)
  if (!next || !wrong || parcels.some(({ waybill }) => waybill === next.waybill)) return done(undefined)
  const numbers = yield* numbered(shop, [next.carrier])
  if (numbers.class !== 'done') return numbers
  const modify = { dist_id: wrong.id, express_id: numbers.value.get(next.carrier), express_no: next.waybill }
  const params = { tid: subject.platformOrderId, trade_express_modify: [modify] }
  return yield* told(shop, 'youzan.logistics.online.update/3.0.1', params)
}

const parcelsOf = ({ delivery_order = [] }: Trade) =>
  delivery_order.flatMap(({ dists = [] }) =>
    dists.map(({ dist_id, express_info }) => ({ id: dist_id, waybill: express_info?.express_no })),
  )

export const outbound: PlatformOutbound = {
  /** What 有赞 shows as shipped is not said again: neither of its two calls is to be recognised when it is repeated. */
  *ship(subject, shop) {
    const read = yield* fetched(subject.platformOrderId, shop)
    if (read.class !== 'done') return read
    const shown = parcelsOf(read.value).map(({ waybill }) => waybill)
    if (subject.replaces !== undefined && shown.includes(subject.replaces))
      return yield* corrected(subject, read.value, shop)
    const calls = planOf(subject, read.value)
    const names = [...new Set(calls.flatMap(({ carriers }) => carriers))]
    const numbers = yield* numbered(shop, names)
    if (numbers.class !== 'done') return numbers
    for (const call of calls) {
      const answer = yield* told(shop, call.api, call.params(numbers.value))
      if (answer.class !== 'done') return answer
    }
    return done(undefined)
  },

  /** `type` 0: the whole level. Goods without specifications are listed under their item's own id. */
  *stock({ listingId, parentId = listingId, quantity }, shop) {
    const sku = listingId === parentId ? {} : { sku_id: listingId }
    const params = { item_id: parentId, ...sku, quantity: String(quantity), type: '0' }
    return yield* told(shop, 'youzan.item.quantity.update/3.0.0', params)
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  /** Waybills of an order that is not wholly shipped prove too little: one parcel may need two calls. */
  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const order = orderOf(read.value)
    const waybills = parcelsOf(read.value).flatMap(({ waybill }) => waybill ?? [])
    return done({ ...statusOf(order), ...(order.status === 'finished' && { waybills }) })
  },

  /** A memo is written whole, so the seller's own words are kept before ours. */
  *note({ platformOrderId: tid, note }, shop) {
    const read = yield* fetched(tid, shop)
    if (read.class !== 'done') return read
    const { trade_memo = '', star } = read.value.full_order_info.remark_info ?? {}
    if (trade_memo.includes(note)) return done(undefined)
    const flag = star === undefined || star === '0' ? {} : { flag: star }
    return yield* told(shop, 'youzan.trade.memo.update/3.0.0', { tid, memo: `${trade_memo} ${note}`.trim(), ...flag })
  },
}

export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, 'youzan.shop.get/3.0.0', {}, z.object({ name: z.string().min(1) }), true)
  return read.class === 'done' ? done(read.value.name) : read
}

const PAGE = 100
const List = z.object({ total_results: z.coerce.number().int(), full_order_info_list: z.array(Trade) })

/** The list has no refunds beside an order: where it speaks of one, the detail is asked for. At most 100 pages a window. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '1' }, shop) {
    const window = { start_update: beijingText(from), end_update: beijingText(to + 999) }
    const params = { ...window, page_no: Number(cursor), page_size: PAGE }
    const read = yield* ask(shop, 'youzan.trades.sold.get/4.0.4', params, List, true)
    if (read.class !== 'done') return read
    const { total_results, full_order_info_list } = read.value
    const more = Number(cursor) * PAGE < total_results && full_order_info_list.length > 0
    return done({ events: full_order_info_list.map(eventOf), ...(more && { next: String(Number(cursor) + 1) }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

const eventOf = (trade: Trade): Pushed => {
  const order = orderOf(trade)
  if (!trade.full_order_info.order_info.refund_state) return { event: { type: 'order', order } }
  const { platformOrderId, version } = order
  return { event: { type: 'changed', platformOrderId, what: 'polled', at: version } }
}
