/** What we ask of 顺丰云仓: one form a call. `ErpOrder` is the document. */
import type { DocumentStatus } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { at, done, failure, textAt, unreadable } from '../../wire/answer.ts'
import type { WireCall } from '../../wire/message.ts'
import { sfDigest, sfKey } from '../../wire/sf-signature.ts'
import { list, type XmlValue, xml } from '../../wire/xml.ts'
import { starless } from '../receiver.ts'
import type { WarehouseOutbound } from '../warehouse.ts'
import { read, refusedByRow, saysAbsent } from './answer.ts'
import { stateOf } from './codes.ts'
import { packagesOf } from './normalize.ts'
import { saleOrder } from './sale-order.ts'
import { Detail, flat } from './schema.ts'
import { Options } from './settings.ts'

/** As many as its senders put into one call. */
const SKUS_PER_CALL = 10

export const outbound: WarehouseOutbound = {
  *place(placement, warehouse) {
    const order = saleOrder(placement, Options.parse(warehouse.settings))
    if ('class' in order) return order
    const body = { SaleOrders: { SaleOrder: [order.value] } }
    const answer = read(yield call(warehouse, 'SALE_ORDER_SERVICE', 'SaleOrderRequest', body), false)
    if ('class' in answer) return answer
    const row = rowOf(answer.value, placement.document)
    return refusedByRow(row, false) ?? done(defined({ externalId: textAt(row, 'ShipmentId') || undefined }))
  },

  /** Synchronous. A no that says it was cancelled before makes us ask. */
  *cancel({ document = '' }, warehouse) {
    const body = { SaleOrders: { SaleOrder: [{ ErpOrder: document }] } }
    const answer = read(yield call(warehouse, 'CANCEL_SALE_ORDER_SERVICE', 'CancelSaleOrderRequest', body), false)
    if ('class' in answer) return answer
    const refused = refusedByRow(rowOf(answer.value, document), false)
    if (!refused) return done({ later: false })
    if (saysAbsent(refused)) return failure('rejected', false, refused.detail, { code: 'not_found' })
    return /已(?:经|被)?取消|重复取消/.test(refused.detail) ? failure('unknown', false, refused.detail) : refused
  },

  *query({ document = '' }, warehouse) {
    const body = orderOf(document, warehouse)
    const response = yield call(warehouse, 'SALE_ORDER_STATUS_QUERY_SERVICE', 'SaleOrderStatusRequest', body, true)
    const answer = read(response, true)
    if ('class' in answer) return answer
    const row = rowOf(answer.value, document)
    const refused = textAt(row, 'Result') === '2' ? refusedByRow(row, true) : undefined
    if (refused && saysAbsent(refused)) return done({ found: false })
    // Any other no proves nothing of the document.
    if (refused) return failure('retry', true, 'detail' in refused ? refused.detail : '')
    const said = textAt(flat(row), 'OrderStatus')
    if (said === '') return unreadable(response, true)
    const status = stateOf(said) ?? 'accepted'
    const found = {
      found: true,
      status,
      ...defined({ externalId: textAt(flat(row), 'ShipmentId') || undefined }),
    } as const
    if (status !== 'shipped' && status !== 'delivered') return done({ ...found, packages: [] })
    return yield* withPackages(found, document, warehouse)
  },

  *stock(skus, warehouse) {
    const levels: { sku: string; quantity: number; frozen: number }[] = []
    for (let from = 0; from < skus.length; from += SKUS_PER_CALL) {
      const RTInventory = skus.slice(from, from + SKUS_PER_CALL).map((SkuNo) => ({ SkuNo }))
      const body = { ...houseOf(warehouse), InventoryStatus: GOOD, RTInventorys: { RTInventory } }
      const response = yield call(warehouse, 'RT_INVENTORY_QUERY_SERVICE', 'RTInventoryQueryRequest', body, true)
      const answer = read(response, true)
      if ('class' in answer) return answer
      const rows = list(at(answer.value, 'RTInventorys'), 'RTInventory')
      // 2: 没有查询到库存信息
      const found = rows.filter((row) => textAt(row, 'Result') !== '2').map(levelOf)
      if (rows.length === 0 || found.includes(undefined)) return unreadable(response, true)
      levels.push(...found.filter((level) => level !== undefined))
    }
    return done(levels)
  },

  *item({ sku: SkuNo, title, barcode = SkuNo }, warehouse) {
    const { packUm: PackUm } = Options.parse(warehouse.settings)
    const Item = {
      SkuNo,
      ItemName: starless(title) || SkuNo,
      BarCode: { BarCode1: barcode },
      Containers: { Container: { PackUm } },
    }
    const answer = read(yield call(warehouse, 'ITEM_SERVICE', 'ItemRequest', { Items: { Item } }), false)
    if ('class' in answer) return answer
    const row = list(at(answer.value, 'Items'), 'Item').find((one) => textAt(one, 'SkuNo') === SkuNo)
    const refused = refusedByRow(row, false)
    return refused && refused.class !== 'exists' ? refused : done({})
  },
}

/** What has left, in a call of its own: the status alone names no goods. */
function* withPackages(
  found: Omit<Extract<DocumentStatus, { found: true }>, 'packages'>,
  document: string,
  warehouse: Connection,
): Conversation<DocumentStatus> {
  const service = 'SALE_ORDER_OUTBOUND_DETAIL_QUERY_SERVICE'
  const request = call(warehouse, service, 'SaleOrderOutboundDetailRequest', orderOf(document, warehouse), true)
  const response = yield request
  const answer = read(response, true)
  if ('class' in answer) return answer
  const rows = list(at(answer.value, 'SaleOrders'), 'SaleOrder').map(flat)
  const details = Detail.array().safeParse(rows.filter((row) => textAt(row, 'ErpOrder') === document))
  return details.success && details.data.length > 0
    ? done({ ...found, packages: packagesOf(details.data) })
    : unreadable(response, true)
}

/** 正品 */
const GOOD = '10'

const rowOf = (content: unknown, document: string): unknown =>
  list(at(content, 'SaleOrders'), 'SaleOrder').find((row) => textAt(flat(row), 'ErpOrder') === document)

const houseOf = ({ settings }: Connection) => ({ WarehouseCode: Options.parse(settings).warehouseCode || undefined })
const orderOf = (document: string, warehouse: Connection) => ({
  SaleOrders: { SaleOrder: [{ ...houseOf(warehouse), ErpOrder: document }] },
})

const levelOf = (row: unknown): { sku: string; quantity: number; frozen: number } | undefined => {
  const text = (field: string) => textAt(flat(row), field)
  const [onHand, available] = [text('OnHandQty'), text('AvailableQty') || text('OnHandQty')]
  if (text('SkuNo') === '' || ![onHand, available].every((one) => /^\d+(?:\.0+)?$/.test(one))) return undefined
  const quantity = Number(onHand)
  return { sku: text('SkuNo'), quantity, frozen: Math.max(0, quantity - Number(available)) }
}

const call = (
  warehouse: Connection,
  service: string,
  element: string,
  content: { readonly [name: string]: XmlValue | undefined },
  safe = false,
): WireCall => {
  const { accessCode = '', checkword = '', companyCode = '' } = warehouse.credentials
  const Head = { AccessCode: accessCode, Checkword: checkword }
  const Body = { [element]: { CompanyCode: companyCode, ...content } }
  const plain = xml('Request', { Head, Body }, { bmpOnly: true })
  const message = plain.replace(/^.*?<Request>/s, `<Request service="${service}" lang="zh-CN">`)
  const form = new URLSearchParams({
    logistics_interface: message,
    data_digest: sfDigest(message, sfKey(warehouse.credentials)),
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }
  return { method: 'POST', url: warehouse.baseUrl, headers, body: `${form}`, safe }
}
