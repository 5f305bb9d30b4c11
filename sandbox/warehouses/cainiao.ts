/** 菜鸟: orders and reports as LINK forms, one address for every message; documents and stock asked for as TOP calls. */
import { link, qimenCall, same } from '../signatures.ts'
import type { Answer, Call, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { children, document, parse, type Tree, at as textAt } from '../xml.ts'
import { accepted, beijing, itemIds, moved, rejectedLater, shipped } from './cainiao-report.ts'
import { cancel, find, levels, type PlaceRefusal, place } from './documents.ts'
import { parcelsOf, tell } from './shipper.ts'
import type { Document, DocumentStatus, System } from './system.ts'

const formOf = ({ body }: Call): URLSearchParams => new URLSearchParams(body.toString('utf8'))
const isTop = ({ path }: Call): boolean => path === '/router/rest'

const respond = (tree: { readonly [name: string]: Tree }): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml;charset=utf-8' },
  body: document({ response: tree }),
})
const failure = (errorCode: string, errorMsg: string): Answer => respond({ success: 'false', errorCode, errorMsg })
const top = (body: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json;charset=utf-8' },
  body: JSON.stringify(body),
})
const topError = (code: number, msg: string, sub_code: string): Answer =>
  top({ error_response: { code, msg, sub_code, request_id: 'sandbox' } })

const OPERATIONS: Readonly<Record<string, string>> = {
  WMS_CONSIGN_ORDER_NOTIFY: 'place',
  WMS_ORDER_CANCEL_NOTIFY: 'cancel',
  'taobao.wlb.wms.consign.bill.get': 'query',
  'taobao.wlb.wms.inventory.query': 'stock',
}
const operation = (call: Call): string | undefined =>
  call.method === 'POST' ? OPERATIONS[formOf(call).get(isTop(call) ? 'method' : 'msg_type') ?? ''] : undefined

const WINDOW_MS = 600_000

const refusal = (call: Call, { credentials }: Warehouse, now: number): string | undefined => {
  const form = formOf(call)
  const given = (name: string): string => form.get(name) ?? ''
  if (!isTop(call)) {
    const wanted = link(given('logistics_interface'), credentials.secretKey ?? '')
    if (!same(wanted, given('data_digest'))) return 'data_digest'
    return given('logistic_provider_id') === credentials.providerId ? undefined : 'logistic_provider_id'
  }
  const wanted = qimenCall(credentials.topAppSecret ?? '', new Map(form), Buffer.alloc(0), given('sign_method'))
  if (!same(wanted, given('sign')) || given('app_key') !== credentials.topAppKey) return 'sign'
  if (given('session') !== credentials.topSession) return 'session'
  const at = Date.parse(`${given('timestamp').replace(' ', 'T')}+08:00`)
  return Math.abs(now - at) <= WINDOW_MS ? undefined : 'timestamp'
}

const REFUSALS: Readonly<Record<PlaceRefusal, (detail: string) => string>> = {
  number_missing: () => '订单编码为空',
  empty: () => '商品明细为空',
  stars: (field) => `收件人信息含有脱敏字符: ${field}`,
  receiver_kind: (kind) => `不支持的收件人: ${kind}`,
  receiver_missing: () => '收件人信息为空',
  sku_unknown: (sku) => `货品不存在: ${sku}`,
  item_id: (sku) => `货品 ID 不一致: ${sku}`,
}
const REQUIRED = 'ownerUserId storeCode orderType orderSource orderCreateTime receiverInfo.receiverName'.split(' ')

const create = (body: NonNullable<ReturnType<typeof parse>>, warehouse: Warehouse, world: World): Answer => {
  const absent = REQUIRED.filter((path) => !textAt(body, path))
  if (absent.length > 0) return failure('S003', `必填字段为空: ${absent.join(', ')}`)
  const items = children(body.orderItemList, 'orderItem')
  const receiver = (body.receiverInfo ?? {}) as Readonly<Record<string, unknown>>
  const placed = place(world, warehouse, {
    number: textAt(body, 'orderCode'),
    lines: items.map((item) => ({
      ...{ sku: textAt(item, 'itemCode'), quantity: Number(textAt(item, 'itemQuantity')) },
      itemId: textAt(item, 'itemId'),
    })),
    receiver: Object.fromEntries(Object.keys(receiver).map((field) => [field, textAt(receiver, field)])),
    kind: 'plain',
    orderHints: items.map((item) => textAt(item, 'orderSourceCode')).filter(Boolean),
    extra: { itemIds: Object.fromEntries(items.map((item) => [textAt(item, 'itemCode'), textAt(item, 'itemId')])) },
  })
  if (placed.outcome === 'refused') return failure('B001', REFUSALS[placed.refusal](placed.detail))
  if (placed.outcome === 'repeat') return failure('B002', `订单已存在: ${placed.document.number}`)
  if (warehouse.settings.reportsAccept !== false)
    tell(world, warehouse, placed.document, accepted(placed.document, warehouse, world))
  return respond({ success: 'true' })
}

const stop = (number: string, warehouse: Warehouse, world: World): Answer => {
  const result = cancel(world, warehouse, number)
  if (result === 'cancelled') return respond({ success: 'true' })
  return result === 'not_found' ? failure('B003', '订单不存在') : failure('B004', '订单已出库，无法取消')
}

const STATUS: Readonly<Record<DocumentStatus, string>> = {
  accepted: 'WMS_ACCEPT',
  part: 'WMS_ACCEPT',
  shipped: 'WMS_CONFIRMED',
  cancelled: 'WMS_CANCEL',
  rejected: 'WMS_REJECT',
}

const bill = (found: Document, world: World): unknown => ({
  order_code: found.number,
  cn_order_code: found.externalId,
  order_type: 201,
  status: STATUS[found.status],
  confirm_time: beijing(found.placed),
  tms_order_list: {
    tmsorderlist: parcelsOf(world, found.n).map((parcel) => ({
      tms_order: {
        ...{ tms_code: parcel.carrier, tms_order_code: parcel.waybill, package_code: parcel.waybill },
        package_weight: 500,
        tms_item_list: {
          tmsitemlist: parcel.items.map(({ sku, quantity }) => ({
            tms_item: { item_id: itemIds(found)[sku] ?? sku, item_code: sku, item_qty: quantity },
          })),
        },
      },
    })),
  },
})

const query = (number: string, warehouse: Warehouse, world: World): Answer => {
  const found = find(world, warehouse, number)
  const list = found ? { consignsendinfolist: [{ consign_send_info: bill(found, world) }] } : {}
  return top({
    wlb_wms_consign_bill_get_response: {
      ...(found && { consign_send_info_list: list }),
      request_id: 'sandbox',
    },
  })
}

const stock = (itemId: string, warehouse: Warehouse, world: World): Answer => {
  const rows = levels(world, warehouse.id).filter((level) => level.counted && (level.itemId || level.sku) === itemId)
  const list = rows.map(({ onHand, frozen }) => ({
    item: { item_id: itemId, inventory_type: 1, quantity: Math.max(0, onHand), lock_quantity: frozen },
  }))
  return top({
    wlb_wms_inventory_query_response: {
      ...{ wl_success: true, total_count: list.length, item_list: { wms_inventory_query_itemlist: list } },
      request_id: 'sandbox',
    },
  })
}

const serve = (call: Call, warehouse: Warehouse, world: World): Answer => {
  const form = formOf(call)
  const what = operation(call)
  if (what === 'query') return query(form.get('order_code') ?? '', warehouse, world)
  if (what === 'stock') return stock(form.get('item_id') ?? '', warehouse, world)
  const body = parse(form.get('logistics_interface') ?? '', 'request')
  if (!body) return failure('S01', '非法的XML/JSON')
  if (what === 'cancel') return stop(textAt(body, 'orderCode'), warehouse, world)
  return what === 'place' ? create(body, warehouse, world) : failure('S04', '非法的通知类型')
}

export const cainiao: System = {
  keys: (n) => ({
    credentials: {
      ...{ providerId: `CP_${n}`, secretKey: `link-key-of-${n}`, ownerUserId: `1${n}`, storeCode: `STORE_${n}` },
      ...{ topAppKey: `3${n}`, topAppSecret: `top-secret-of-${n}`, topSession: `session-of-${n}` },
    },
  }),
  carriers: ['SF', 'YTO', 'ZTO', 'STO'],
  accepted,
  rejectedLater,
  shipped,
  moved,
  // There is no count that LINK would send by itself: levels are asked for.
  snapshot: () => undefined,
  envelope: ({ body, topic, deliveryId }, { callbackUrl, credentials }) => {
    const data_digest = link(body, credentials.secretKey ?? '')
    const around = (content: string): string =>
      new URLSearchParams({ msg_type: topic, msg_id: deliveryId, logistics_interface: content, data_digest }).toString()
    return { url: callbackUrl, headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }, around }
  },
  acknowledged: ({ status, body }) => status === 200 && textAt(parse(body, 'response'), 'success') === 'true',
  operation,
  refusal,
  refused: (call) => (isTop(call) ? topError(25, 'Invalid signature', '') : failure('S02', '非法的数字签名')),
  throttled: (call) =>
    isTop(call)
      ? topError(7, 'App Call Limited', 'accesscontrol.limited-by-api-access-count')
      : failure('S14', '系统流控'),
  rejected: () => failure('B099', '仓库拒单'),
  /** The gateway did not hear the warehouse in time: nobody knows. */
  broken: (call) =>
    isTop(call) ? topError(15, 'Remote service error', 'isp.http-read-timeout') : failure('S06', '网络超时，请重试'),
  serve,
}
