import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, type Failure, failure } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { type Taken, take, type Unit } from '../packing.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { ask, number } from './call.ts'
import { CARRIER_NAMES } from './codes.ts'
import { orderOf } from './normalize.ts'
import { LIST } from './poll.ts'
import { Detail, List, type Order, Sent, StockSet } from './schema.ts'

const WEBSITE = { webSite: '1688' }

export const outbound: PlatformOutbound = {
  /** Nothing here has a request id: what 1688 shows already is not sent again. */
  *ship({ platformOrderId, packages, replaces, before = [] }, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const known = waybillsOf(read.value)
    const left = packages.filter((one) => !known.includes(one.waybill))
    if (left.length === 0) return done(undefined)
    if (replaces !== undefined && known.includes(replaces)) {
      return refusal('waybill_fixed', `no API changes ${replaces} into ${left[0]?.waybill}: do it in 1688's workbench`)
    }
    const units = orderOf(read.value).lines.flatMap(({ lineId, quantity, status }) =>
      status === 'gone' ? [] : [{ id: lineId, lineId, remaining: quantity, quantity }],
    )
    // What lies in parcels that are known takes its pieces first.
    if (before.length > 0) take(units, { carrier: '', waybill: '', lines: before })
    for (const one of packages) if (known.includes(one.waybill)) take(units, one)
    const parcels = left.map((one) => ({ one, taken: take(units, one) }))
    const empty = parcels.find(({ taken }) => taken.length === 0)
    if (empty) {
      return refusal('nothing_left', `nothing of the order is left for ${empty.one.waybill}`)
    }
    return yield* sent(platformOrderId, parcels, shop)
  },

  /** `increaceModify` is how 1688 spells it. What it calls `skuId` here is the `specId` of orders. */
  *stock({ listingId, parentId, quantity }, shop) {
    const whole = parentId === undefined || parentId === listingId
    if (whole && !/^\d+$/.test(listingId)) return refusal('parent_missing', 'a variant goes with the id of its product')
    const change = whole
      ? { productId: number(listingId), productAmountChange: quantity }
      : { productId: number(parentId), skuStocks: [{ skuId: listingId, stockChange: quantity }] }
    const params = { ...WEBSITE, productStockChange: [change], increaceModify: false }
    const read = yield* ask(shop, { api: 'com.alibaba.product/alibaba.product.modifyStock', params, schema: StockSet })
    if (read.class !== 'done') return read
    const bad = read.value.result?.find(({ result }) => result === false)
    return bad ? refusal(bad.code ?? 'stock', bad.desc ?? 'the stock was not set') : done(undefined)
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

  /** A memo replaces memo and flag, so both are read first: ours goes below, the flag stays. */
  *note({ platformOrderId, note }, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const { sellerMemo = '', sellerRemarkIcon } = read.value.baseInfo
    if (sellerMemo.split('\n').includes(note)) return done(undefined)
    const memo = sellerMemo === '' ? note : `${sellerMemo}\n${note}`
    const flag = sellerRemarkIcon === undefined ? {} : { remarkIcon: sellerRemarkIcon }
    const params = { orderId: platformOrderId, memo, ...flag }
    const told = yield* ask(shop, { api: 'com.alibaba.trade/alibaba.order.memoAdd', params, schema: z.unknown() })
    return told.class === 'done' ? done(undefined) : told
  },
}

/** The list of a shop's orders, one of them; whose they are says that order. */
export function* probe(shop: Connection): Conversation<string> {
  const read = yield* ask(shop, { api: LIST, params: { page: 1, pageSize: 1 }, schema: List, safe: true })
  if (read.class !== 'done') return read
  const { memberId = '' } = shop.credentials
  return done(`${read.value.result[0]?.baseInfo.sellerLoginId ?? memberId}, ${read.value.totalRecord} orders`)
}

function* fetched(orderId: string, shop: Connection): Conversation<Order> {
  const params = { ...WEBSITE, orderId }
  const api = 'com.alibaba.trade/alibaba.trade.get.sellerView'
  const read = yield* ask(shop, { api, params, schema: Detail, safe: true })
  return read.class === 'done' ? done(read.value.result) : read
}

const waybillsOf = ({ nativeLogistics }: Order): readonly string[] => [
  ...new Set((nativeLogistics?.logisticsItems ?? []).flatMap(({ logisticsBillNo }) => logisticsBillNo ?? [])),
]

const refusal = (code: string, detail: string): Failure => failure('rejected', false, detail, { code })

interface Line extends Unit {
  readonly quantity: number
}
interface Parcel {
  readonly one: ShipPackage
  readonly taken: readonly Taken<Line>[]
}

const carrierOf = ({ carrier, waybill }: ShipPackage) => ({
  cpCode: carrier,
  logisticsCpName: CARRIER_NAMES[carrier] ?? carrier,
  mailNo: waybill,
})

/**
 * One parcel of whole lines: its number stands beside them. Else each line says in which parcels it lies, and how many in
 * each: a number beside a part of a line would ship all of it.
 */
function* sent(sourceId: string, parcels: readonly Parcel[], shop: Connection): Conversation {
  const pieces = parcels.flatMap(({ one, taken }) => taken.map(({ unit, quantity }) => ({ unit, quantity, one })))
  const [first, ...more] = parcels
  const several = more.length > 0 || pieces.some(({ unit, quantity }) => quantity < unit.quantity)
  const sendGoodEntries = [...Map.groupBy(pieces, ({ unit }) => unit.id)].map(([sourceEntryId, those]) => {
    const amount = those.reduce((sum, { quantity }) => sum + quantity, 0)
    const parts = those.map(({ one, quantity }) => ({ ...carrierOf(one), quantity }))
    return { sourceEntryId, amount, weight: 0, ...(several && { extBody: canonicalJson(parts) }) }
  })
  const params = {
    sendGoods: [{ sourceId, sendGoodEntries }],
    ...(several ? { multiPackage: true } : first && { extBody: canonicalJson(carrierOf(first.one)) }),
  }
  const api = 'com.alibaba.logistics/alibaba.logistics.OpDeliverySendOrder.offline'
  const read = yield* ask(shop, { api, params, schema: Sent })
  if (read.class !== 'done') return read
  const [bad] = read.value.result?.sendFailList ?? []
  return bad ? refusal('not_sent', `line ${bad.sourceEntryId}: ${bad.errorMessage ?? ''}`) : done(undefined)
}
