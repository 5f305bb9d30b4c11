/** What we ask of a WMS behind Qimen. `deliveryOrderCode` is the document; there is no other key to a repeat. */
import type { DocumentRef, DocumentStatus } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import { own } from '../../lib/own.ts'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, type Failure, failure, textAt, unreadable } from '../../wire/answer.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import { beijingText } from '../../wire/time.ts'
import { signedTopUrl } from '../../wire/top-signature.ts'
import { list, type XmlValue, xml } from '../../wire/xml.ts'
import { bySku } from '../quantities.ts'
import { starless } from '../receiver.ts'
import type { WarehouseOutbound } from '../warehouse.ts'
import { type Node, read, saysAbsent } from './answer.ts'
import { good, STATES } from './codes.ts'
import { deliveryOrder, ownerCode } from './delivery-order.ts'
import { packagesOf } from './normalize.ts'
import { announcementOf } from './receipt.ts'
import { type Level, Levels, Packages } from './schema.ts'
import { Options } from './settings.ts'

/** A production OMS asks for 48 SKUs in one call. */
const SKUS_PER_CALL = 40
const LINES_PER_PAGE = 100

export const outbound: WarehouseOutbound = {
  *place(placement, warehouse) {
    const body = deliveryOrder(placement, Options.parse(warehouse.settings), warehouse)
    if ('class' in body) return body
    const answer = read(yield call(warehouse, 'deliveryorder.create', body.value), false)
    if ('class' in answer) return answer
    const parts = list(answer.value.deliveryOrders, 'deliveryOrder')
    const ids = [answer.value, ...parts].map((part) => textAt(part, 'deliveryOrderId'))
    return done(defined({ externalId: ids.find(Boolean), itemIds: itemIdsOf(parts) }))
  },

  /** Synchronous, says the standard. A failure is a no, unless it says that it was cancelled before: then ask. */
  *cancel({ reason, ...ref }, warehouse) {
    const why = { orderType: 'JYCK', cancelReason: reason ? starless(reason) : undefined }
    const answer = read(yield call(warehouse, 'order.cancel', { ...placeOf(warehouse), ...refOf(ref), ...why }), false)
    if (!('class' in answer)) return done({ later: false })
    if (saysAbsent(answer)) return failure('rejected', false, answer.detail, { code: 'not_found' })
    return /已(?:经|被)?取消|重复取消/.test(answer.detail) ? failure('unknown', false, answer.detail) : answer
  },

  *query(ref, warehouse) {
    const body = { ...placeOf(warehouse), ...refOf(ref), page: 1, pageSize: LINES_PER_PAGE }
    const response = yield call(warehouse, 'deliveryorder.query', body, true)
    const answer = read(response, true)
    if ('class' in answer && saysAbsent(answer)) return done({ found: false })
    // Any other no proves nothing of the document.
    if ('class' in answer) return answer.class === 'rejected' ? failure('retry', true, answer.detail) : answer
    const status = statusOf(answer.value)
    return status ? done(status) : unreadable(response, true)
  },

  /** `quantity` is what is not frozen, and so is passed on; `lockQuantity` must not be taken from it again. */
  *stock(skus, warehouse) {
    const paged = Options.parse(warehouse.settings).stockMethod === 'stock.query'
    const levels = yield* paged ? byPages(skus, warehouse) : byLists(skus, warehouse)
    if (levels.class !== 'done') return levels
    const of = levels.value.filter(({ inventoryType }) => good(inventoryType))
    const [quantity, frozen] = [bySku(of), bySku(of.map(({ sku, frozen }) => ({ sku, quantity: frozen })))]
    return done(Object.keys(quantity).map((sku) => ({ sku, quantity: quantity[sku] ?? 0, frozen: frozen[sku] ?? 0 })))
  },

  *item({ sku: itemCode, title, barcode = itemCode }, warehouse) {
    const item = { itemCode, itemName: starless(title) || itemCode, barCode: barcode, itemType: 'ZC' }
    const send = (actionType: 'add' | 'update') =>
      call(warehouse, 'singleitem.synchronize', { actionType, ...placeOf(warehouse), item })
    const added = read(yield send('add'), false)
    const answer = 'class' in added && added.class === 'exists' ? read(yield send('update'), false) : added
    return 'class' in answer ? answer : done(defined({ itemId: textAt(answer.value, 'itemId') || undefined }))
  },

  *receipt(receipt, warehouse) {
    const place = { ...Options.parse(warehouse.settings), ...placeOf(warehouse) }
    const announced = announcementOf(receipt, place, warehouse.now)
    if ('class' in announced) return announced
    const answer = read(yield call(warehouse, announced.method, announced.body), false)
    if ('class' in answer) return answer
    const ids = ['entryOrderId', 'returnOrderId'].map((name) => textAt(answer.value, name))
    return done(defined({ externalId: ids.find(Boolean) }))
  },

  /** Taken only: TMSCANCELED or TMSCANCELFAILED follows in orderprocess.report. */
  *intercept({ document: deliveryOrderCode, externalId: orderId, waybill: expressCode }, warehouse) {
    const body = { ...placeOf(warehouse), deliveryOrderCode, orderId, expressCode }
    const answer = read(yield call(warehouse, 'order.callback', body), false)
    return 'class' in answer ? answer : done({ later: true })
  },

  *hold({ held, reason, ...ref }, warehouse) {
    const why = { orderType: 'JYCK', reason: reason ? starless(reason) : undefined }
    const body = { actionType: held ? 'pending' : 'restore', ...placeOf(warehouse), ...refOf(ref), ...why }
    const answer = read(yield call(warehouse, 'order.pending', body), false)
    return 'class' in answer ? answer : done(undefined)
  },

  /** The WMS's own id of a part is required; a WMS that gives none takes the code. */
  *bundle({ sku: itemCode, parts }, warehouse) {
    const item = parts.map((part) => ({
      ...{ itemCode: part.sku, itemId: part.itemId ?? part.sku, quantity: part.quantity },
    }))
    const body = { itemCode, ...placeOf(warehouse), items: { item } }
    const answer = read(yield call(warehouse, 'combineitem.synchronize', body), false)
    return 'class' in answer ? answer : done(undefined)
  },
}

/** Many SKUs a call. */
function* byLists(skus: readonly string[], warehouse: Connection): Conversation<readonly Level[]> {
  const levels: Level[] = []
  for (let from = 0; from < skus.length; from += SKUS_PER_CALL) {
    const wanted = skus.slice(from, from + SKUS_PER_CALL)
    const criteria = wanted.map((itemCode) => ({ ...placeOf(warehouse), itemCode, inventoryType: 'ZP' }))
    const response = yield call(warehouse, 'inventory.query', { criteriaList: { criteria } }, true)
    const page = levelsOf(response)
    if ('class' in page) return page
    levels.push(...page.items)
  }
  return done(levels)
}

/** One SKU a call, its batches and kinds page by page. A page without rows ends it, whatever the total says. */
function* byPages(skus: readonly string[], warehouse: Connection): Conversation<readonly Level[]> {
  const levels: Level[] = []
  for (const itemCode of skus) {
    for (let page = 1, more = true; more; page += 1) {
      const body = { ...placeOf(warehouse), itemCode, inventoryType: 'ZP', page, pageSize: LINES_PER_PAGE }
      const read = levelsOf(yield call(warehouse, 'stock.query', body, true))
      if ('class' in read) return read
      levels.push(...read.items)
      more = read.items.length > 0 && page * LINES_PER_PAGE < read.total
    }
  }
  return done(levels)
}

const levelsOf = (response: WireResponse): { readonly items: readonly Level[]; readonly total: number } | Failure => {
  const answer = read(response, true)
  if ('class' in answer) return answer
  const items = Levels.safeParse(answer.value.items)
  return items.success
    ? { items: items.data, total: Number(textAt(answer.value, 'totalCount')) || 0 }
    : unreadable(response, true)
}

/** The gateway's path is put behind a base URL that has none. */
const call = (warehouse: Connection, method: string, body: XmlValue, safe = false): WireCall => {
  const { appKey = '', customerId = '', secret = '' } = warehouse.credentials
  const text = xml('request', body, { bmpOnly: true })
  const parameters = {
    method: `taobao.qimen.${method}`,
    timestamp: beijingText(warehouse.now),
    format: 'xml',
    app_key: appKey,
    v: '2.0',
    sign_method: Options.parse(warehouse.settings).signMethod,
    customerId,
  }
  const base = warehouse.baseUrl.replace(/^\w+:\/\/[^/]+$/, '$&/router/qimen/service')
  const headers = { 'content-type': 'application/xml;charset=UTF-8' }
  return { method: 'POST', url: signedTopUrl(base, parameters, text, secret), headers, body: text, safe }
}

const placeOf = (warehouse: Connection) => {
  const settings = Options.parse(warehouse.settings)
  return { warehouseCode: settings.warehouseCode, ownerCode: ownerCode(settings, warehouse) }
}

const refOf = ({ document, externalId }: DocumentRef) => ({ orderCode: document, orderId: externalId })

const itemIdsOf = (parts: readonly unknown[]): Readonly<Record<string, string>> | undefined => {
  const lines = parts.flatMap((part) => list((part as { orderLines?: unknown }).orderLines, 'orderLine'))
  const ids = lines.map((line) => [textAt(line, 'itemCode'), textAt(line, 'itemId')]).filter(([sku, id]) => sku && id)
  return ids.length > 0 ? Object.fromEntries(ids) : undefined
}

/** Undefined: the answer holds no document. A state without a row is that of a document that is there. */
const statusOf = ({ deliveryOrder: order, packages, orderLines, totalLines }: Node): DocumentStatus | undefined => {
  const parcels = Packages.safeParse(packages)
  if (textAt(order, 'deliveryOrderCode') === '' || !parcels.success) return undefined
  const planned = (line: unknown) => ({ sku: textAt(line, 'itemCode'), quantity: Number(textAt(line, 'planQty')) })
  const lines = list(orderLines, 'orderLine').map(planned)
  // To compare with ours it must be all lines, and the WMS must have kept what was planned.
  const whole = lines.length >= Number(totalLines ?? 0) && lines.length > 0 && lines.every((line) => line.quantity > 0)
  return {
    found: true,
    status: own(STATES, textAt(order, 'status')) ?? 'accepted',
    packages: packagesOf(parcels.data),
    ...(whole ? { quantities: bySku(lines) } : {}),
    ...defined({ externalId: textAt(order, 'deliveryOrderId') || undefined }),
  }
}
