import { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { at, done, failure, jsonOf, refusedByField, refusedByStatus, shaped, textAt } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { type PlatformOutbound, type ShipPackage, type ShipSubject, statusOf } from '../platform.ts'
import { orderOf } from './normalize.ts'
import { Detail, List } from './schema.ts'

/** Ids are numbers there. */
const number = (id: string | undefined): bigint | string | undefined =>
  id !== undefined && /^\d{1,19}$/.test(id) ? BigInt(id) : id

const refused = refusedByField({
  field: 'code.errcode',
  success: ['0'],
  message: ['code.errmsg'],
  codes: {
    '80001001000119': 'auth', // accesstoken 失效
  },
})

/** A token in the URL opens the API; nothing is signed. */
function* ask<Schema extends z.ZodType>(
  shop: Connection,
  action: string,
  params: Readonly<Record<string, unknown>>,
  schema: Schema,
  safe = false,
): Conversation<z.output<Schema>> {
  const query = new URLSearchParams({ accesstoken: shop.credentials.accessToken ?? '' })
  const url = `${shop.baseUrl}/apigw/weimob_shop/v2.0/${action}?${query}`
  const headers = { 'content-type': 'application/json' }
  const answer = yield { method: 'POST', url, headers, body: canonicalJson(params), safe }
  const body = jsonOf(answer)
  return refusedByStatus(answer, safe) ?? refused(body, safe) ?? shaped(schema, at(body, 'data'))
}

/** Under a code of success there may stand a refusal still. */
function* told(shop: Connection, action: string, params: Readonly<Record<string, unknown>>): Conversation {
  const read = yield* ask(shop, action, params, z.unknown())
  if (read.class !== 'done') return read
  const [failed] = z.array(z.unknown()).catch([]).parse(at(read.value, 'failList'))
  if (at(read.value, 'success') !== false && failed === undefined) return done(undefined)
  return failure('rejected', false, textAt(failed, 'message') || `${action}: not a success`, { code: 'not_success' })
}

const fetched = (orderNo: string, shop: Connection): Conversation<Detail> =>
  ask(shop, 'order/detail/get', { orderNo: number(orderNo), orderDomains: [1, 2, 3] }, Detail, true)

interface Parcel {
  readonly fulfillNo: string | undefined
  readonly waybill: string | undefined
}
const parcelsOf = ({ fulfillInfoList = [] }: Detail): readonly Parcel[] =>
  fulfillInfoList.map(({ fulfillNo, deliveryInfo }) => ({ fulfillNo, waybill: deliveryInfo?.number }))

/** By express, as against nothing to send. */
const EXPRESS = 1
const logisticsOf = ({ carrier, waybill }: ShipPackage, shop: Connection) => {
  const names = shop.settings.carrierNames as Readonly<Record<string, string>> | undefined
  return { deliveryCompanyCode: carrier, deliveryCompanyName: names?.[carrier] ?? carrier, deliveryNo: waybill }
}

/** The node of the organisation whose order it is. */
const nodeOf = ({ orderInfo: { merchantInfo } }: Detail) => ({
  vid: number(merchantInfo?.vid),
  ...(merchantInfo?.vidType && { vidType: number(merchantInfo.vidType) }),
})

function* corrected(subject: ShipSubject, detail: Detail, shop: Connection): Conversation {
  const [next] = subject.packages
  const parcels = parcelsOf(detail)
  const wrong = parcels.find(({ waybill }) => waybill === subject.replaces)
  if (!next || !wrong || parcels.some(({ waybill }) => waybill === next.waybill)) return done(undefined)
  return yield* told(shop, 'fulfill/logistics/info/update', {
    orderNo: number(subject.platformOrderId),
    fulfillNo: number(wrong.fulfillNo),
    fulfillMethod: EXPRESS,
    logisticsVo: logisticsOf(next, shop),
    basicInfo: nodeOf(detail),
  })
}

export const outbound: PlatformOutbound = {
  /** A parcel that 微盟 shows is not told again. Each is one call of its own. */
  *ship(subject, shop) {
    const read = yield* fetched(subject.platformOrderId, shop)
    if (read.class !== 'done') return read
    const shown = parcelsOf(read.value).map(({ waybill }) => waybill)
    if (subject.replaces !== undefined && shown.includes(subject.replaces))
      return yield* corrected(subject, read.value, shop)
    const whole = subject.complete && subject.packages.length === 1 && shown.every((waybill) => waybill === undefined)
    for (const parcel of subject.packages) {
      if (shown.includes(parcel.waybill)) continue
      const answer = yield* told(shop, 'fulfill/logistics/update', {
        orderNo: number(subject.platformOrderId),
        fulfillMethod: EXPRESS,
        isSplitPackage: !whole,
        fulfillItems: parcel.lines.map(({ lineId, quantity }) => ({ orderItemId: number(lineId), skuNum: quantity })),
        logistics: logisticsOf(parcel, shop),
        basicInfo: nodeOf(read.value),
      })
      if (answer.class !== 'done') return answer
    }
    return done(undefined)
  },

  /** What kind of edit replaces the level, and in whose stock, the shop's settings say. */
  *stock({ listingId, parentId = listingId, quantity }, shop) {
    const { vid, stockEditType, warehouse } = shop.settings as Readonly<Record<string, string | number | undefined>>
    if (vid === undefined || stockEditType === undefined)
      return failure('rejected', false, 'the settings vid and stockEditType are missing', { code: 'settings_missing' })
    return yield* told(shop, 'stock/update', {
      basicInfo: { vid: number(String(vid)) },
      goodsList: [{ goodsId: number(parentId), skuList: [{ skuId: number(listingId), stockNum: quantity }] }],
      quantityEditType: stockEditType,
      ...(warehouse !== undefined && { warehouseId: number(String(warehouse)) }),
    })
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const waybills = parcelsOf(read.value).flatMap(({ waybill }) => waybill ?? [])
    return done({ ...statusOf(orderOf(read.value)), waybills })
  },
}

const PAGE = 50
const BY_CREATION = 1

const listed = (shop: Connection, from: number, to: number, page: number, size: number) => {
  const queryTime = { startTime: from, endTime: to, type: BY_CREATION }
  const params = { pageNum: page, pageSize: size, queryParameter: { queryTime, orderDomains: [1] } }
  return ask(shop, 'order/list/search', params, List, true)
}

/** Nothing says of itself whose token it is; that the list opens shows that it has its rights. */
export function* probe(shop: Connection): Conversation<string> {
  const read = yield* listed(shop, shop.now - 3_600_000, shop.now, 1, 1)
  return read.class === 'done' ? done(`bosId ${shop.credentials.bosId ?? ''}`) : read
}

/** By creation, the only time known to be taken: so each window reaches a day back, and what is known by its time is dropped. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '1' }, shop) {
    const read = yield* listed(shop, from, to, Number(cursor), PAGE)
    if (read.class !== 'done') return read
    const { pageList = [], totalCount } = read.value
    const more = Number(cursor) * PAGE < totalCount && pageList.length > 0
    const events = pageList.map(({ orderInfo: { orderBaseInfo: base } }): Pushed => {
      const when = base.updateTime ?? base.createTime ?? 0
      return { event: { type: 'changed', platformOrderId: base.orderNo, what: 'polled', at: when } }
    })
    return done({ events, ...(more && { next: String(Number(cursor) + 1) }) })
  },
  overlapMs: 24 * 3_600_000,
  maxWindowMs: 25 * 3_600_000,
  everyMs: { fast: 300_000, slow: 1_800_000 },
}
