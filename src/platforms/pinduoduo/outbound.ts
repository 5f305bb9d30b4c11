import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { type PlatformOutbound, type ShipPackage, type ShipSubject, statusOf } from '../platform.ts'
import { ask, told } from './call.ts'
import { orderOf } from './normalize.ts'
import { Order, waybillsOf } from './schema.ts'

const Detail = z.object({ order_info: Order })

function* fetched(order_sn: string, shop: Connection): Conversation<Order> {
  const read = yield* ask(shop, 'pdd.order.information.get', { order_sn }, Detail, { safe: true })
  return read.class === 'done' ? done(read.value.order_info) : read
}

export const outbound: PlatformOutbound = {
  *ship(subject, shop) {
    const read = yield* fetched(subject.platformOrderId, shop)
    return read.class === 'done' ? yield* shipOrder(subject, read.value, shop) : read
  },

  /** update_type 1 全量. The goods must be named beside the SKU. */
  *stock({ listingId, parentId, quantity }, shop) {
    if (parentId === undefined)
      return failure('rejected', true, '缺少商品编码 goods_id (parentId)', { code: 'goods_id_missing' })
    const params = { goods_id: parentId, sku_id: listingId, quantity: String(quantity), update_type: '1' }
    return yield* told(shop, 'pdd.goods.quantity.update', params)
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    return done({ ...statusOf(orderOf(read.value)), waybills: waybillsOf(read.value) })
  },

  /** Added to the seller's own 备注; its tag has to be said again with its name, or not at all. */
  *note({ platformOrderId: order_sn, note }, shop) {
    const read = yield* fetched(order_sn, shop)
    if (read.class !== 'done') return read
    const { remark: before = '', remark_tag: tag, remark_tag_name: tag_name } = read.value
    if (before.includes(note)) return done(undefined)
    const tagged = tag && tag_name ? { tag: String(tag), tag_name } : {}
    const params = { order_sn, note: before ? `${before}\n${note}` : note, ...tagged }
    return yield* told(shop, 'pdd.order.note.update', params)
  },
}

/**
 * 拼多多 knows one waybill that ships the order, all of it; whatever else travels is shown beside it. So the first parcel
 * ships, the others are added, and what is there already is not sent again.
 */
function* shipOrder(
  { platformOrderId, packages, replaces }: ShipSubject,
  order: Order,
  shop: Connection,
): Conversation {
  const named = packages.find(({ carrier }) => !/^\d+$/.test(carrier))
  if (named)
    return failure('rejected', true, `快递公司要用数字编号: ${named.carrier}`, { code: 'carrier_not_a_number' })
  const known = waybillsOf(order)
  const [one, ...more] = packages.filter(({ waybill }) => !known.includes(waybill))
  if (!one) return done(undefined)
  const isShipped = order.order_status === 2 || order.order_status === 3
  const isMain = replaces !== undefined && replaces === order.tracking_number
  if (isShipped && !isMain) return yield* added(platformOrderId, [one, ...more], shop)
  const params = {
    ...{ order_sn: platformOrderId, logistics_id: one.carrier, tracking_number: one.waybill },
    // 2 修改发货 overwrites the waybill of an order that is shipped.
    redelivery_type: isShipped ? '2' : '1',
  }
  const sent = yield* told(shop, 'pdd.logistics.online.send', params)
  return sent.class === 'done' && more.length > 0 ? yield* added(platformOrderId, more, shop) : sent
}

/** extra_track_type 1 分包发货. */
function* added(order_sn: string, packages: readonly ShipPackage[], shop: Connection): Conversation {
  const list = packages.map(({ carrier, waybill }) => ({ shipping_id: Number(carrier), tracking_number: waybill }))
  const params = { order_sn, extra_track_type: '1', extra_track_list: JSON.stringify(list) }
  return yield* told(shop, 'pdd.order.upload.extra.logistics', params)
}

const PAGE = 100
const List = z.object({ total_count: z.coerce.number().int(), order_sn_list: z.array(Order) })
/** All of them: drawn or not, shipped or not, with after-sales or without. */
const EVERY = { is_lucky_flag: '0', order_status: '5', refund_status: '5' }

/** 增量, by modified time. Pages are read from the last to the first, as the document wants, so that none slips between two. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '' }, shop) {
    const window = { start_updated_at: String(Math.floor(from / 1000)), end_updated_at: String(Math.ceil(to / 1000)) }
    const params = { ...EVERY, ...window, page: cursor || '1', page_size: String(PAGE) }
    const read = yield* ask(shop, 'pdd.order.number.list.increment.get', params, List, { safe: true })
    if (read.class !== 'done') return read
    const { total_count: total, order_sn_list } = read.value
    const last = Math.ceil(total / PAGE)
    if (cursor === '' && last > 1) return done({ events: [], next: String(last) })
    const events = order_sn_list.map((order) => ({ event: { type: 'order' as const, order: orderOf(order) } }))
    const page = Number(cursor || '1') - 1
    return done({ events, ...(page > 0 && { next: String(page) }) })
  },
  overlapMs: 5 * 60_000,
  // Half an hour is the most that may be asked for, the overlap counts.
  maxWindowMs: 24 * 60_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}
