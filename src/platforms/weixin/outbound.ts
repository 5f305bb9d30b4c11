import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure, jsonOf, shaped } from '../../wire/answer.ts'
import type { Authorization } from '../../wire/authorization.ts'
import { Id, optional } from '../../wire/values.ts'
import { take } from '../packing.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { refused } from './codes.ts'
import { orderOf, rowsOf } from './normalize.ts'
import { Order } from './schema.ts'

/** The token in the URL is all that proves who calls: nothing is signed. Ids go as text, since a number would lose digits on the way. */
function* ask<Schema extends z.ZodType>(
  shop: Connection,
  path: string,
  params: Record<string, unknown>,
  schema: Schema,
  safe = false,
): Conversation<z.output<Schema>> {
  const token = new URLSearchParams({ access_token: shop.credentials.accessToken ?? '' })
  const headers = { 'content-type': 'application/json' }
  const url = `${shop.baseUrl}/channels/ec/${path}?${token}`
  const answer = yield { method: 'POST', url, headers, body: JSON.stringify(params), safe }
  return refused(answer, safe) ?? shaped(schema, jsonOf(answer))
}

function* told(shop: Connection, path: string, params: Record<string, unknown>): Conversation {
  const read = yield* ask(shop, path, params, z.unknown())
  return read.class === 'done' ? done(undefined) : read
}

const Detail = z.object({ order: Order })

function* fetched(order_id: string, shop: Connection): Conversation<Order> {
  const read = yield* ask(shop, 'order/get', { order_id }, Detail, true)
  return read.class === 'done' ? done(read.value.order) : read
}

const parcelsOf = ({ order_detail }: Order) => order_detail.delivery_info?.delivery_product_info ?? []

/** What of each row can still be shipped: what was bought, without what was refunded and what is in parcels. */
const unitsOf = (order: Order) => {
  const packed = new Map<string, number>()
  for (const one of parcelsOf(order).flatMap((parcel) => parcel.product_infos))
    packed.set(one.sku_id, (packed.get(one.sku_id) ?? 0) + one.product_cnt)
  return rowsOf(order).map(({ lineId, product }) => {
    const { product_id, sku_id, sku_cnt, finish_aftersale_sku_cnt } = product
    const gone = Math.min(sku_cnt, packed.get(sku_id) ?? 0)
    packed.set(sku_id, (packed.get(sku_id) ?? 0) - gone)
    return { id: sku_id, lineId, product_id, remaining: sku_cnt - finish_aftersale_sku_cnt - gone }
  })
}

/** A parcel in their form: pieces of one SKU count together, whichever rows they belong to. */
const deliveryOf = (units: ReturnType<typeof unitsOf>, one: ShipPackage) => {
  const products = new Map<string, { product_id: string; sku_id: string; product_cnt: number }>()
  for (const { unit, quantity } of take(units, one)) {
    const { product_id, id: sku_id } = unit
    products.set(sku_id, { product_id, sku_id, product_cnt: (products.get(sku_id)?.product_cnt ?? 0) + quantity })
  }
  return { ...carrierOf(one), deliver_type: 1, product_infos: [...products.values()] }
}
const carrierOf = ({ carrier, waybill }: ShipPackage) => ({ delivery_id: carrier, waybill_id: waybill })

const NOTHING_LEFT = failure('rejected', true, 'a parcel would be empty: its goods are shipped or refunded', {
  code: 'nothing_left',
})

export const outbound: PlatformOutbound = {
  /** 微信 knows no request id: what is there already is looked up and not sent again. */
  *ship({ platformOrderId: order_id, packages, replaces }, shop) {
    const read = yield* fetched(order_id, shop)
    if (read.class !== 'done') return read
    const parcels = parcelsOf(read.value)
    const left = packages.filter((one) => !parcels.some((parcel) => parcel.waybill_id === one.waybill))
    const [one] = left
    if (!one) return done(undefined)
    const old = replaces === undefined ? undefined : parcels.find((parcel) => parcel.waybill_id === replaces)
    if (old) {
      const fresh = { ...carrierOf(one), product_infos: old.product_infos }
      return yield* told(shop, 'order/deliveryinfo/update', { order_id, change_infos: [{ old, new: fresh }] })
    }
    const units = unitsOf(read.value)
    const delivery_list = left.map((each) => deliveryOf(units, each))
    if (delivery_list.some((each) => each.product_infos.length === 0)) return NOTHING_LEFT
    return yield* told(shop, 'order/delivery/send', { order_id, delivery_list })
  },

  /** `diff_type` 3 sets the level; 1 and 2 would change it. Stock set aside for a campaign is not in it. */
  *stock({ listingId: sku_id, parentId: product_id, quantity: num }, shop) {
    if (product_id === undefined)
      return failure('rejected', true, 'the listing has no product id', { code: 'product_id_missing' })
    return yield* told(shop, 'product/stock/update', { product_id, sku_id, diff_type: 3, num })
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const waybills = parcelsOf(read.value).flatMap((parcel) => parcel.waybill_id ?? [])
    return done({ ...statusOf(orderOf(read.value)), waybills })
  },

  /** The call replaces the whole remark, so what the seller wrote goes before ours. */
  *note({ platformOrderId: order_id, note }, shop) {
    const read = yield* fetched(order_id, shop)
    if (read.class !== 'done') return read
    const before = read.value.order_detail.ext_info?.merchant_notes
    if (before?.includes(note)) return done(undefined)
    const merchant_notes = before ? `${before}\n${note}` : note
    return yield* told(shop, 'order/merchantnotes/update', { order_id, merchant_notes })
  },
}

const Page = z.object({
  order_id_list: optional(z.array(Id)).transform((ids) => ids ?? []),
  has_more: optional(z.boolean()),
  next_key: optional(z.string()),
})

/** The list names ids alone, without their times, so each is asked for: `at` is the window's end. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor }, shop) {
    const update_time_range = { start_time: Math.floor(from / 1000), end_time: Math.ceil(to / 1000) }
    const params = { update_time_range, page_size: 100, ...(cursor !== undefined && { next_key: cursor }) }
    const read = yield* ask(shop, 'order/list/get', params, Page, true)
    if (read.class !== 'done') return read
    const { order_id_list, has_more, next_key } = read.value
    const events = order_id_list.map((platformOrderId) => ({
      event: { type: 'changed' as const, platformOrderId, what: 'listed', at: to },
    }))
    return done({ events, ...(has_more && next_key && { next: next_key }) })
  },
  overlapMs: 5 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

const Token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().int().positive().max(1e6) })
const TOKEN = 'cgi-bin/stable_token'

/**
 * A token from the shop's own secrets. The call is `stable_token` without force: it gives the same token until its last
 * five minutes, so nobody else's token ends by it.
 */
export const authorization: Authorization = {
  *refresh({ baseUrl, credentials, now }) {
    const { appId = '', appSecret = '' } = credentials
    const body = JSON.stringify({
      grant_type: 'client_credential',
      appid: appId,
      secret: appSecret,
      force_refresh: false,
    })
    const headers = { 'content-type': 'application/json' }
    const answer = yield { method: 'POST', url: `${baseUrl}/${TOKEN}`, headers, body, safe: true }
    const read = refused(answer, true, 'access_token') ?? shaped(Token, jsonOf(answer))
    if (read.class !== 'done') return read
    const { access_token: accessToken, expires_in } = read.value
    return done({ credentials: { accessToken }, expiresAt: now + expires_in * 1000 })
  },
  aheadMs: 4 * 60_000,
}

const Info = z.object({ info: z.object({ nickname: z.string() }) })

export function* probe(shop: Connection): Conversation<string> {
  const url = `${shop.baseUrl}/channels/ec/basics/info/get?${new URLSearchParams({ access_token: shop.credentials.accessToken ?? '' })}`
  const answer = yield { method: 'GET', url, headers: {}, body: '', safe: true }
  const read = refused(answer, true) ?? shaped(Info, jsonOf(answer))
  return read.class === 'done' ? done(read.value.info.nickname) : read
}
