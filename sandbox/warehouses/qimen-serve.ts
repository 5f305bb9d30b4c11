/** What a 奇门 warehouse does with the methods that an order system calls. */
import type { Answer, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { children, document, type parse, type Tree, at as textAt } from '../xml.ts'
import { cancel, find, knowItem, levels, linesOf, type PlaceRefusal, place } from './documents.ts'
import { accepted, beijing, type Extra, extraOf } from './qimen-report.ts'
import { parcelsOf, tell } from './shipper.ts'
import type { Document, DocumentStatus } from './system.ts'

export const respond = (tree: { readonly [name: string]: Tree }): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml;charset=utf-8' },
  body: document(tree),
})
export const success = (more: { readonly [name: string]: Tree } = {}): Answer =>
  respond({ response: { flag: 'success', code: '0', message: 'ok', ...more } })
export const failure = (code: string, message: string): Answer =>
  respond({ response: { flag: 'failure', code, message } })

export type Body = NonNullable<ReturnType<typeof parse>>
export type Serve = (body: Body, warehouse: Warehouse, world: World) => Answer

const REFUSALS: Readonly<Record<PlaceRefusal, (detail: string) => string>> = {
  number_missing: () => '出库单号为空',
  empty: () => '单据明细为空',
  stars: (field) => `收件人信息含有脱敏字符: ${field}`,
  receiver_kind: (kind) => `本仓不支持该平台加密收件人: ${kind}`,
  receiver_missing: () => '收件人信息为空',
  sku_unknown: (sku) => `商品不存在: ${sku}`,
  item_id: (sku) => `商品 itemId 不一致: ${sku}`,
}

/** The token or the cipher tells whose receiver it is: 奇门 has one field for tokens, ciphers stand in the plain ones. */
const kindOf = (receiver: unknown, platform: string): string => {
  if (textAt(receiver, 'oaid')) return { XHS: 'xiaohongshu', '1688': '1688' }[platform] ?? 'taobao'
  return /^##.+##$|^\$\$.+\$\$$/.test(textAt(receiver, 'name')) ? 'douyin' : 'plain'
}

const REQUIRED = [
  'deliveryOrder.orderType',
  'deliveryOrder.warehouseCode',
  'deliveryOrder.createTime',
  'deliveryOrder.placeOrderTime',
  'deliveryOrder.operateTime',
  'deliveryOrder.shopNick',
  'deliveryOrder.logisticsCode',
  'deliveryOrder.senderInfo.name',
  'deliveryOrder.receiverInfo.name',
  'deliveryOrder.receiverInfo.mobile',
  'deliveryOrder.receiverInfo.province',
  'deliveryOrder.receiverInfo.detailAddress',
]

const create: Serve = (body, warehouse, world) => {
  const absent = REQUIRED.filter((path) => !textAt(body, path))
  if (absent.length > 0) return failure('30001', `必填字段为空: ${absent.join(', ')}`)
  const order = body.deliveryOrder as Body
  const lines = children(body.orderLines, 'orderLine')
  const extra: Extra = {
    warehouseCode: textAt(order, 'warehouseCode'),
    orderType: textAt(order, 'orderType'),
    ownerCode: textAt(lines[0], 'ownerCode'),
  }
  const receiver = order.receiverInfo as Body
  const placed = place(world, warehouse, {
    number: textAt(order, 'deliveryOrderCode'),
    lines: lines.map((line) => ({
      sku: textAt(line, 'itemCode'),
      quantity: Number(textAt(line, 'planQty')),
      itemId: textAt(line, 'itemId'),
    })),
    receiver: Object.fromEntries(Object.keys(receiver).map((field) => [field, textAt(receiver, field)])),
    kind: kindOf(receiver, textAt(order, 'sourcePlatformCode')),
    orderHints: [
      ...lines.flatMap((line) => [textAt(line, 'sourceOrderCode'), textAt(line, 'subSourceOrderCode')]),
      textAt(order, 'oaidOrderSourceCode'),
      textAt(order, 'sourceOrderCode'),
    ].filter(Boolean),
    extra,
  })
  if (placed.outcome === 'refused') return failure('40015', REFUSALS[placed.refusal](placed.detail))
  if (placed.outcome === 'repeat')
    return placed.same && warehouse.settings.onRepeat === 'same'
      ? taken(placed.document)
      : failure('S07', `单据已存在: ${placed.document.number}`)
  if (warehouse.settings.reportsAccept !== false)
    tell(world, warehouse, placed.document, accepted(placed.document, warehouse, world))
  return taken(placed.document)
}

const taken = (found: Document): Answer =>
  success({ deliveryOrderId: found.externalId, createTime: beijing(found.placed) })

const STATUS: Readonly<Record<DocumentStatus, string>> = {
  accepted: 'ACCEPT',
  part: 'PARTDELIVERED',
  shipped: 'DELIVERED',
  cancelled: 'CANCELED',
  rejected: 'REJECT',
}

const query: Serve = (body, warehouse, world) => {
  const found = find(world, warehouse, textAt(body, 'orderCode') || textAt(body, 'deliveryOrderCode'))
  if (!found) return failure('40001', '单据不存在')
  const { warehouseCode, orderType, ownerCode } = extraOf(found)
  const parcels = parcelsOf(world, found.n)
  const items = (each: (typeof parcels)[number]): Tree =>
    each.items.map(({ sku, quantity }) => ({ itemCode: sku, quantity }))
  return success({
    totalLines: 1,
    deliveryOrder: {
      deliveryOrderCode: found.number,
      deliveryOrderId: found.externalId,
      warehouseCode,
      orderType,
      status: STATUS[found.status],
      confirmType: found.status === 'part' ? '1' : '0',
      ...(parcels[0] ? { logisticsCode: parcels[0].carrier, expressCode: parcels[0].waybill } : {}),
    },
    packages: {
      package: parcels.map((each) => ({
        logisticsCode: each.carrier,
        expressCode: each.waybill,
        packageCode: each.waybill,
        items: { item: items(each) },
      })),
    },
    orderLines: {
      orderLine: linesOf(world, found.n).map(({ sku, quantity, shipped: actual }) => ({
        ownerCode,
        itemCode: sku,
        planQty: quantity,
        actualQty: actual,
      })),
    },
  })
}

const process: Serve = (body, warehouse, world) => {
  const found = find(world, warehouse, textAt(body, 'orderCode'))
  if (!found) return failure('40001', '单据不存在')
  return success({
    orderProcess: {
      orderCode: found.number,
      orderId: found.externalId,
      processes: { process: { processStatus: STATUS[found.status], operateTime: beijing(found.placed) } },
    },
  })
}

const stock: Serve = (body, warehouse, world) => {
  const wanted = children(body.criteriaList, 'criteria').map((criteria) => textAt(criteria, 'itemCode'))
  const found = levels(world, warehouse.id).filter(
    ({ sku, counted }) => counted && (wanted.length === 0 || wanted.includes(sku)),
  )
  const item = found.map(({ sku, itemId, onHand, frozen }) => ({
    warehouseCode: warehouse.id,
    itemCode: sku,
    itemId,
    inventoryType: 'ZP',
    quantity: onHand - frozen,
    lockQuantity: frozen,
  }))
  return success({ items: { item } })
}

/** By operation. */
export const SERVE: Readonly<Record<string, Serve>> = {
  place: create,
  query,
  process,
  cancel: (body, warehouse, world) => {
    const result = cancel(world, warehouse, textAt(body, 'orderCode'))
    if (result === 'cancelled') return success()
    return result === 'not_found' ? failure('40001', '单据不存在') : failure('40002', '订单已出库，无法取消')
  },
  pending: () => success(),
  stock,
  item: (body, warehouse, world) => {
    const sku = textAt(body, 'item.itemCode')
    if (!sku) return failure('30001', '必填字段为空: itemCode')
    const itemId = warehouse.settings.givesItemIds ? `I-${sku}` : ''
    knowItem(world, warehouse.id, sku, itemId)
    return success(itemId ? { itemId } : {})
  },
}
