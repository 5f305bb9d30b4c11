/** 聚水潭 V2: signed forms with the business as JSON; an upload updates the order of the same number. */
import { list, number, object, read, text } from '../json.ts'
import { jushuitanCall, same } from '../signatures.ts'
import type { Answer, Call, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { cancel, type PlaceRefusal, place } from './documents.ts'
import { beijing, goodsOf, instant, json, type Kept, leftIn, modifiedIn, named, polled } from './polled.ts'
import type { DocumentStatus, System } from './system.ts'

const OPERATIONS: Readonly<Record<string, string>> = {
  '/open/jushuitan/orders/upload': 'place',
  '/open/orders/single/query': 'query',
  '/open/logistic/query': 'parcels',
  '/open/jushuitan/orderbyoid/cancel': 'cancel',
  '/openWeb/auth/refreshToken': 'token',
}

const success = (data: unknown): Answer => json({ code: 0, msg: '执行成功', data })
const failure = (code: number, msg: string): Answer => json({ code, msg, data: null })

const formOf = ({ body }: Call): Map<string, string> => new Map(new URLSearchParams(body.toString('utf8')))
const bizOf = (call: Call): unknown => read(formOf(call).get('biz') ?? '')

/** The reason is the code of the refusal. */
const refusal = (call: Call, { credentials }: Warehouse, now: number): string | undefined => {
  const form = formOf(call)
  if (form.get('app_key') !== credentials.appKey) return '10'
  if (!same(jushuitanCall(credentials.appSecret ?? '', form), form.get('sign') ?? '')) return '10'
  if (!(Math.abs(now / 1000 - Number(form.get('timestamp'))) <= 900)) return '140'
  if (OPERATIONS[call.path] === 'token')
    return form.get('refresh_token') === credentials.refreshToken ? undefined : '100'
  return form.get('access_token') === credentials.accessToken ? undefined : '100'
}

const REFUSALS: Readonly<Record<PlaceRefusal, string>> = {
  number_missing: '线上单号不能为空',
  empty: '商品明细不能为空',
  stars: '收件人信息含有脱敏字符',
  receiver_kind: '不支持的收件人',
  receiver_missing: '收件人不能为空',
  sku_unknown: '商品编码未维护',
  item_id: '商品编码不一致',
}

const REQUIRED = ['shop_id', 'so_id', 'order_date', 'shop_status', 'shop_buyer_id', 'pay_amount']
const oidOf = ({ externalId }: { readonly externalId: string }): number => Number(externalId.replace(/\D/g, ''))

const upload = (order: Readonly<Record<string, unknown>>, warehouse: Warehouse, world: World): unknown => {
  const so_id = text(order.so_id)
  const no = (msg: string) => ({ o_id: null, so_id, issuccess: false, msg })
  const lacking = REQUIRED.filter((field) => text(order[field]) === '')
  if (lacking.length > 0) return no(`${lacking.join()}不能为空`)
  if (order.is_cod !== true && number(object(order.pay).amount, -1) !== number(order.pay_amount))
    return no('支付金额不符')
  const receiver = Object.entries(order).filter(([field]) => field.startsWith('receiver_'))
  const placed = place(world, warehouse, {
    number: so_id,
    lines: list(order.items)
      .map(object)
      .map((item) => ({ sku: text(item.sku_id), quantity: number(item.qty), itemId: '' })),
    receiver: Object.fromEntries(receiver.map(([field, value]) => [field, text(value)])),
    kind: 'plain',
    orderHints: [text(order.outer_so_id)].filter(Boolean),
    extra: { shopId: number(order.shop_id) },
  })
  if (placed.outcome === 'refused') return no(REFUSALS[placed.refusal])
  return { o_id: oidOf(placed.document), so_id, issuccess: true, msg: '' }
}

const STATUS: Readonly<Record<DocumentStatus, string>> = {
  accepted: 'WaitConfirm',
  part: 'Delivering',
  shipped: 'Sent',
  cancelled: 'Cancelled',
  rejected: 'Cancelled',
}

const shown = (document: Kept, world: World) => ({
  o_id: oidOf(document),
  so_id: document.number,
  shop_id: number(object(read(document.extra)).shopId),
  status: STATUS[document.status],
  modified: beijing(document.modified),
  items: goodsOf(world, document).map(({ sku, quantity }) => ({ sku_id: sku, qty: quantity })),
})

/** Orders that it pulled from a platform by itself. */
const pulled = (numbers: readonly string[], { settings }: Warehouse, world: World) =>
  numbers
    .filter((so_id) => settings.pulls === true && world.order(so_id) !== undefined)
    .map((so_id) => ({ o_id: 1, so_id, shop_id: 99, status: 'WaitConfirm', modified: beijing(0), items: [] }))

const page = <Row>(rows: readonly Row[], biz: Readonly<Record<string, unknown>>) => {
  const [index, size] = [number(biz.page_index, 1), Math.min(number(biz.page_size, 30), 100)]
  return {
    ...{ page_index: index, page_size: size, data_count: rows.length, has_next: index * size < rows.length },
    orders: rows.slice((index - 1) * size, index * size),
  }
}

const orders = (biz: Readonly<Record<string, unknown>>, warehouse: Warehouse, world: World): Answer => {
  const numbers = list(biz.so_ids).map(text)
  if (numbers.length > 20) return failure(-1, '线上单号最多20条')
  const window = [instant(text(biz.modified_begin)), instant(text(biz.modified_end))] as const
  if (numbers.length === 0 && !(window[1] - window[0] <= 7 * 86_400_000)) return failure(-1, '时间间隔不能超过七天')
  const found = numbers.length > 0 ? named(world, warehouse, numbers) : modifiedIn(world, warehouse, ...window)
  return success(page([...found.map((one) => shown(one, world)), ...pulled(numbers, warehouse, world)], biz))
}

const parcels = (biz: Readonly<Record<string, unknown>>, warehouse: Warehouse, world: World): Answer => {
  const rows = named(world, warehouse, list(biz.so_ids).map(text)).flatMap((document) =>
    leftIn(world, document).map(({ waybill, carrier, items, at }) => ({
      ...{ o_id: oidOf(document), so_id: document.number, send_date: beijing(at) },
      ...{ lc_id: carrier, l_id: waybill, logistics_company: carrier },
      items: items.map(({ sku, quantity }) => ({ sku_id: sku, qty: quantity, raw_so_id: document.number })),
    })),
  )
  return success(page(rows, biz))
}

const stop = (biz: Readonly<Record<string, unknown>>, warehouse: Warehouse, world: World): Answer => {
  const ids = list(biz.o_ids).map((id) => `WMS${text(id)}`)
  const rows = world.store.all<{ number: string }>(
    'SELECT number FROM document WHERE warehouse = ? AND external_id IN (SELECT value FROM json_each(?))',
    warehouse.id,
    JSON.stringify(ids),
  )
  const done = rows.filter(({ number: one }) => cancel(world, warehouse, one) === 'cancelled')
  return done.length > 0 ? success({ cancel_count: done.length }) : failure(-1, '订单已发货，不允许取消')
}

const token = ({ credentials }: Warehouse): Answer =>
  success({
    access_token: credentials.accessToken,
    refresh_token: credentials.refreshToken,
    expires_in: 2_592_000,
    scope: 'all',
  })

export const jushuitan: System = {
  ...polled,
  keys: (n) => ({
    credentials: { appKey: `jst${n}`, appSecret: `secret-of-${n}`, accessToken: `a-${n}`, refreshToken: `r-${n}` },
    settings: { shopOfErp: '10001' },
  }),
  carriers: ['SF', 'YTO', 'ZTO', 'STO'],
  operation: ({ method, path }) => (method === 'POST' ? OPERATIONS[path] : undefined),
  refusal,
  refused: (_call, reason) => failure(Number(reason), '验证失败'),
  throttled: () => failure(199, '调用频次超过限制!请稍后再试'),
  rejected: (call) => {
    const so_id = text(object(list(bizOf(call))[0]).so_id)
    return success({ datas: [{ o_id: null, so_id, issuccess: false, msg: '店铺不存在' }] })
  },
  broken: () => failure(-1, '系统繁忙，请稍后再试'),
  serve: (call, warehouse, world) => {
    const operation = OPERATIONS[call.path]
    const biz = bizOf(call)
    if (operation === 'token') return token(warehouse)
    if (operation === 'place')
      return success({ datas: list(biz).map((order) => upload(object(order), warehouse, world)) })
    const serve = { query: orders, parcels, cancel: stop }[operation ?? '']
    return serve ? serve(object(biz), warehouse, world) : failure(-1, '接口不存在')
  },
}
