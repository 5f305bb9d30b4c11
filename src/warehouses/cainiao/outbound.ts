/**
 * What we ask of a Cainiao warehouse. Orders and cancels are LINK messages; LINK has no message that asks for a document,
 * so documents and stock are asked for at Taobao's gateway.
 * https://pkg.go.dev/github.com/bububa/opentaobao/model/wms (wlb.wms.consign.bill.get, wlb.wms.inventory.query).
 */
import type { DocumentStatus, Package } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import { own } from '../../lib/own.ts'
import type { Connection, Fields } from '../../wire/adapter.ts'
import { at, done, failure, textAt, unreadable } from '../../wire/answer.ts'
import { linkForm } from '../../wire/link-signature.ts'
import type { WireCall } from '../../wire/message.ts'
import { beijingText } from '../../wire/time.ts'
import { topSign } from '../../wire/top-signature.ts'
import { type XmlValue, xml } from '../../wire/xml.ts'
import { starless } from '../receiver.ts'
import type { WarehouseOutbound } from '../warehouse.ts'
import { readLink, readTop } from './answer.ts'
import { good, STATES } from './codes.ts'
import { consignOrder } from './consign-order.ts'
import { packagesOf } from './normalize.ts'
import { elements, Levels, TopParcels } from './schema.ts'
import { itemIdOf, Options } from './settings.ts'

const ABSENT = /(?:单据|订单|出库单|发货单|order).{0,20}(?:不存在|未找到|not (?:exist|found))/i

export const outbound: WarehouseOutbound = {
  *place(placement, warehouse) {
    const settings = Options.parse(warehouse.settings)
    const body = consignOrder(placement, settings, warehouse)
    if ('class' in body) return body
    const answer = readLink(yield linkCall(warehouse, settings.placeMessage, body.value))
    return 'class' in answer ? answer : done({})
  },

  /** The answer is the result. A failure is a no, unless it says that it was cancelled before: then ask. */
  *cancel({ document, reason }, warehouse) {
    const { ownerUserId, storeCode } = warehouse.credentials
    const { cancelMessage } = Options.parse(warehouse.settings)
    const why = reason ? starless(reason) : undefined
    const body = { ownerUserId, orderCode: document, storeCode, orderType: 201, remark: why }
    const answer = readLink(yield linkCall(warehouse, cancelMessage, body))
    if (!('class' in answer)) return done({ later: false })
    if (answer.class === 'rejected' && ABSENT.test(answer.detail))
      return failure('rejected', false, answer.detail, { code: 'not_found' })
    return /已(?:经|被)?取消|重复取消/.test(answer.detail) ? failure('unknown', false, answer.detail) : answer
  },

  /** An answer for our very number that lists no document: it has none. */
  *query({ document }, warehouse) {
    const response = yield topCall(warehouse, 'taobao.wlb.wms.consign.bill.get', { order_code: document })
    const answer = readTop(response, 'wlb_wms_consign_bill_get_response')
    if ('class' in answer) return answer
    const bills = elements(at(answer.value, 'consign_send_info_list')).map(
      (entry) => at(entry, 'consign_send_info') ?? entry,
    )
    if (bills.length === 0) return done({ found: false })
    const ours = bills.filter((bill) => textAt(bill, 'order_code') === document)
    const status = statusOf(ours)
    return status ? done(status) : unreadable(response, true)
  },

  /** One call per SKU: the API takes one item id. */
  *stock(skus, warehouse) {
    const settings = Options.parse(warehouse.settings)
    const levels: { sku: string; quantity: number; frozen: number }[] = []
    for (const sku of skus) {
      const wanted = {
        item_id: itemIdOf(sku, settings),
        store_code: warehouse.credentials.storeCode ?? '',
        inventory_type: '1',
        type: '1',
      }
      const asked = topCall(warehouse, 'taobao.wlb.wms.inventory.query', { ...wanted, page_no: '1', page_size: '50' })
      const response = yield asked
      const answer = readTop(response, 'wlb_wms_inventory_query_response')
      if ('class' in answer) return answer
      const rows = Levels.safeParse(at(answer.value, 'item_list') ?? [])
      if (!rows.success) return unreadable(response, true)
      const sellable = rows.data.filter((row) => good(row.inventory_type))
      if (sellable.length > 0) levels.push({ sku, ...sums(sellable) })
    }
    return done(levels)
  },
}

const sums = (rows: readonly { readonly quantity: number; readonly lock_quantity?: number | undefined }[]) => ({
  quantity: rows.reduce((sum, row) => sum + row.quantity, 0),
  frozen: rows.reduce((sum, row) => sum + (row.lock_quantity ?? 0), 0),
})

const FORM = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }

/** The gateway's path is put behind a base URL that has none. */
const linkCall = (warehouse: Connection, type: string, body: XmlValue): WireCall => {
  const { providerId = '', secretKey = '' } = warehouse.credentials
  const { toCode } = Options.parse(warehouse.settings)
  const parameters = { msg_type: type, logistic_provider_id: providerId, ...(toCode && { to_code: toCode }) }
  const url = warehouse.baseUrl.replace(/^\w+:\/\/[^/]+$/, '$&/gateway/link.do')
  return {
    method: 'POST',
    url,
    headers: FORM,
    body: linkForm(xml('request', body, { bmpOnly: true }), parameters, secretKey),
  }
}

const TAOBAO = 'https://eco.taobao.com/router/rest'

/** At Taobao's own gateway, unless something that is no LINK gateway (a sandbox) stands in for both. */
const topCall = (warehouse: Connection, method: string, params: Fields): WireCall => {
  const { topAppKey = '', topAppSecret = '', topSession = '' } = warehouse.credentials
  const { topUrl } = Options.parse(warehouse.settings)
  const system = { method, app_key: topAppKey, session: topSession, timestamp: beijingText(warehouse.now) }
  const sent: Fields = { ...system, format: 'json', v: '2.0', sign_method: 'md5', ...params }
  const body = new URLSearchParams({ ...sent, sign: topSign(sent, '', topAppSecret, 'md5') }).toString()
  const url = topUrl ?? (warehouse.baseUrl.endsWith('/link.do') ? TAOBAO : `${warehouse.baseUrl}/router/rest`)
  return { method: 'POST', url, headers: FORM, body, safe: true }
}

/** Undefined: none of the bills reads. A number with several bills (a split) is one document with all their parcels. */
const statusOf = (bills: readonly unknown[]): DocumentStatus | undefined => {
  const parcels = bills.map((bill) => TopParcels.safeParse(at(bill, 'tms_order_list')))
  const states = bills.map((bill) => own(STATES, textAt(bill, 'status')) ?? 'accepted')
  if (bills.length === 0 || parcels.some((one) => !one.success)) return undefined
  const open = states.find((state) => state !== 'shipped' && state !== 'delivered')
  return {
    found: true,
    status: open ?? states[0] ?? 'accepted',
    packages: withContents(
      packagesOf(parcels.flatMap((one) => one.data ?? [])),
      bills.flatMap((bill) => shippedGoods(at(bill, 'order_item_list'))),
    ),
    ...defined({ externalId: textAt(bills[0], 'cn_order_code') || undefined }),
  }
}

type Goods = readonly { readonly sku: string; readonly quantity: number }[]

/** Where no parcel says what is inside, the order's lines do, and it all counts as in the first. */
const withContents = (packages: readonly Package[], goods: Goods): readonly Package[] =>
  packages.some(({ items }) => items.length > 0)
    ? packages
    : packages.map((one, index) => (index === 0 ? { ...one, items: goods } : one))

const shippedGoods = (lines: unknown): Goods =>
  elements(lines)
    .map((entry) => at(entry, 'order_item') ?? entry)
    .map((line) => ({ sku: textAt(line, 'item_code') || textAt(line, 'item_id'), quantity: goodPieces(line) }))
    .filter(({ sku, quantity }) => sku !== '' && quantity > 0)

const goodPieces = (line: unknown): number => {
  const rows = Levels.safeParse(at(line, 'inventory_item_list') ?? [])
  return sums((rows.data ?? []).filter((row) => good(row.inventory_type))).quantity
}
