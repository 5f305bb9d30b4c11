/** What we ask of FLUX: one form a call, the data in it as XML or JSON. `OrderNo` is the document. */
import type { Receipt } from '../../domain/fulfillment.ts'
import { own } from '../../lib/own.ts'
import type { Connection } from '../../wire/adapter.ts'
import { at, done, failure, textAt, unreadable } from '../../wire/answer.ts'
import { fluxSign } from '../../wire/flux-signature.ts'
import type { WireCall } from '../../wire/message.ts'
import { beijingText, fromBeijing } from '../../wire/time.ts'
import { list, withinBmp, type XmlValue, xml } from '../../wire/xml.ts'
import { starless } from '../receiver.ts'
import type { WarehouseOutbound } from '../warehouse.ts'
import { read, saysAbsent } from './answer.ts'
import { good, rankOf, stateOf } from './codes.ts'
import { saleOrder } from './sale-order.ts'
import { Options } from './settings.ts'

export const outbound: WarehouseOutbound = {
  *place(placement, warehouse) {
    const order = saleOrder(placement, Options.parse(warehouse.settings), warehouse)
    if ('class' in order) return order
    const answer = read(yield call(warehouse, 'putSOData', { header: [order.value] }), false, placement.document)
    return 'class' in answer ? answer : done({})
  },

  /** Synchronous. A no that says it was cancelled before makes us ask. */
  *cancel({ document = '', reason }, warehouse) {
    const order = { OrderNo: document, OrderType: 'SO', ...ownerOf(warehouse), Reason: reason && starless(reason) }
    const answer = read(yield call(warehouse, 'cancelSOData', { header: [order] }), false, document)
    if (!('class' in answer)) return done({ later: false })
    if (saysAbsent(answer)) return failure('rejected', false, answer.detail, { code: 'not_found' })
    return /已(?:经|被)?取消|重复取消/.test(answer.detail) ? failure('unknown', false, answer.detail) : answer
  },

  /** Only the stations of the order are told: no quantities, and no packages. */
  *query({ document = '', externalId }, warehouse) {
    const subject = { orderCode: document, orderId: externalId, OrderType: 'JYCK', ...ownerOf(warehouse) }
    const response = yield call(warehouse, 'queryOrderProcess', { data: { header: [subject] } }, true)
    const answer = read(response, true)
    if ('class' in answer && saysAbsent(answer)) return done({ found: false })
    // Any other no proves nothing of the document.
    if ('class' in answer) return answer.class === 'rejected' ? failure('retry', true, answer.detail) : answer
    const stations = list(at(answer.value, 'orderProcess.processes'), 'process')
    if (stations.length === 0) return unreadable(response, true)
    return done({ found: true, status: latest(stations) ?? 'accepted', packages: [] })
  },

  *stock(skus, warehouse) {
    const { skusPerCall } = Options.parse(warehouse.settings)
    const levels = new Map<string, { quantity: number; frozen: number }>()
    for (let from = 0; from < skus.length; from += skusPerCall) {
      const asked = skus.slice(from, from + skusPerCall)
      const header = asked.map((SKU) => ({ ...ownerOf(warehouse), SKU, PageSize: 100, PageNo: 1 }))
      const response = yield call(warehouse, 'queryINVData', { data: { header } }, true)
      const answer = read(response, true)
      if ('class' in answer && !/无库存信息/.test('detail' in answer ? answer.detail : '')) return answer
      const rows =
        'class' in answer ? asked.map((SKU) => ({ SKU, Qty_total: '0' })) : list(at(answer.value, 'items'), 'item')
      if (!rows.every((row) => add(levels, row))) return unreadable(response, true)
    }
    return done([...levels].map(([sku, level]) => ({ sku, ...level })))
  },

  *item({ sku, title }, warehouse) {
    const { CustomerID } = ownerOf(warehouse)
    const goods = { CustomerID, SKU: sku, Active_Flag: 'Y', Descr_C: starless(title) || sku }
    const answer = read(yield call(warehouse, 'putSKUData', { header: [goods] }), false)
    return 'class' in answer && answer.class !== 'exists' ? answer : done({})
  },

  *receipt(receipt, warehouse) {
    const OrderType = own(RECEIPTS, receipt.kind)
    if (!OrderType) return failure('rejected', true, `no order type for ${receipt.kind}`, { code: 'receipt_kind' })
    const header = [{ OrderNo: receipt.document, OrderType, ...ownerOf(warehouse), ...arrivalOf(receipt, warehouse) }]
    const answer = read(yield call(warehouse, 'putASNData', { header }), false, receipt.document)
    return 'class' in answer ? answer : done({})
  },
}

/** 采购入库, 销售退货. Of other arrivals no type was seen. */
const RECEIPTS: Readonly<Record<string, string>> = { purchase: 'PO', return: 'RS' }

const arrivalOf = ({ expectedAt, returnOf, lines }: Receipt, warehouse: Connection): XmlObject => ({
  ExpectedArriveTime1: expectedAt === undefined ? undefined : beijingText(expectedAt),
  ASNReference2: returnOf?.document,
  UserDefine4: 'ERP',
  detailsItem: lines.map((line, index) => ({
    ...{ LineNo: index + 1, CustomerID: ownerOf(warehouse).CustomerID },
    ...{ SKU: line.sku, ExpectedQty: line.quantity },
  })),
})

type XmlObject = { readonly [name: string]: XmlValue | undefined }

const ownerOf = ({ credentials, settings }: Connection) => ({
  CustomerID: credentials.customerId ?? '',
  WarehouseID: Options.parse(settings).warehouseId,
})

/** `messageid` of each method. */
const MESSAGES = {
  ...{ putSOData: 'SO', cancelSOData: 'SOC', queryOrderProcess: 'PRCSQ' },
  ...{ queryINVData: 'INVQ', putSKUData: 'SKU', putASNData: 'ASN' },
}

const call = (warehouse: Connection, method: keyof typeof MESSAGES, body: XmlObject, safe = false): WireCall => {
  const { appKey = '', appToken = '', secret = '', customerId = '' } = warehouse.credentials
  const settings = Options.parse(warehouse.settings)
  const data = settings.format === 'JSON' ? JSON.stringify({ xmldata: body }, printable) : xmlData(body)
  const client = [settings.clientCustomerId || customerId, settings.clientDb] as const
  const form = new URLSearchParams({
    method,
    ...(settings.names === 'yunda'
      ? { customerid: client[0], warehouseid: settings.warehouseId }
      : { client_customerid: client[0], client_db: client[1] }),
    ...{ messageid: MESSAGES[method], apptoken: appToken, appkey: appKey, timestamp: beijingText(warehouse.now) },
    ...(settings.format === 'JSON' && { format: 'JSON' }),
    ...{ sign: fluxSign(data, secret, settings.signForm), data },
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }
  return { method: 'POST', url: warehouse.baseUrl, headers, body: `${form}`, safe }
}

/** What the XML writer does to texts, for JSON. */
const printable = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? withinBmp(value).replaceAll(/\p{Cc}/gu, ' ') : value

/** Its senders write no declaration. */
const xmlData = (body: XmlObject): string => xml('xmldata', body, { bmpOnly: true }).replace(/^<\?xml[^>]*>/, '')

/** The stations come in either order: the one with the last time counts. */
const latest = (stations: readonly unknown[]) => {
  const timed = stations.map((one) => {
    const status = textAt(one, 'processStatus')
    return { at: fromBeijing(textAt(one, 'operateTime')) ?? 0, rank: rankOf(status), state: stateOf(status) }
  })
  return timed
    .toSorted((a, b) => a.at - b.at || a.rank - b.rank)
    .flatMap(({ state }) => state ?? [])
    .at(-1)
}

/** Adds a row of queryINVData; false if it does not read. Some write `Qty_total`, some `Qty`. */
const add = (levels: Map<string, { quantity: number; frozen: number }>, row: unknown): boolean => {
  const [sku, kind] = [textAt(row, 'SKU'), textAt(row, 'udf10') || textAt(row, 'Udf10') || undefined]
  const [quantity, frozen] = [textAt(row, 'Qty_total') || textAt(row, 'Qty'), textAt(row, 'QtyAllocated') || '0']
  if (sku === '' || ![quantity, frozen].every((text) => /^\d+(?:\.0+)?$/.test(text))) return false
  const before = levels.get(sku) ?? { quantity: 0, frozen: 0 }
  const more = good(kind) ? [Number(quantity), Number(frozen)] : [0, 0]
  levels.set(sku, { quantity: before.quantity + (more[0] ?? 0), frozen: before.frozen + (more[1] ?? 0) })
  return true
}
