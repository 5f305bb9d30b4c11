/** What a FLUX warehouse does with the methods that an order system calls. */
import type { Json } from '../json.ts'
import type { Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { children, type Tree, at as textAt } from '../xml.ts'
import { cancel, find, knowItem, levels, type PlaceRefusal, place } from './documents.ts'
import { accepted, beijing } from './flux-report.ts'
import { tell } from './shipper.ts'
import type { DocumentStatus } from './system.ts'

export type Body = Json
interface Served {
  readonly refused?: { readonly number: string; readonly code: string; readonly sentence: string }
  readonly more?: { readonly [name: string]: Tree }
}
type Serve = (body: Body, warehouse: Warehouse, world: World) => Served

const REFUSALS: Readonly<Record<PlaceRefusal, string>> = {
  number_missing: 'OrderNo为空',
  empty: '明细为空',
  stars: '收货人信息含有脱敏字符',
  receiver_kind: '不支持该收货人',
  receiver_missing: '收货人为空',
  sku_unknown: 'SKU不存在',
  item_id: 'SKU不一致',
}
const RECEIVER = ['ConsigneeName', 'C_Country', 'C_Province', 'C_City', 'C_ZIP', 'C_Tel1', 'C_Address1']

const create: Serve = (body, warehouse, world) => {
  const header = children(body, 'header')[0]
  const number = textAt(header, 'OrderNo')
  const placed = place(world, warehouse, {
    number,
    lines: children(header, 'detailsItem').map((line) => ({
      ...{ sku: textAt(line, 'SKU'), quantity: Number(textAt(line, 'QtyOrdered')), itemId: '' },
    })),
    receiver: Object.fromEntries(RECEIVER.map((field) => [field, textAt(header, field)])),
    kind: 'plain',
    orderHints: [textAt(header, 'SOReference2')].filter(Boolean),
    extra: { customer: textAt(header, 'CustomerID'), warehouse: textAt(header, 'WarehouseID') },
  })
  if (placed.outcome === 'refused')
    return { refused: { number, code: 'S003', sentence: `${REFUSALS[placed.refusal]} ${placed.detail}` } }
  if (placed.outcome === 'repeat')
    return placed.same && warehouse.settings.onRepeat === 'same'
      ? {}
      : { refused: { number, code: 'S006', sentence: '系统中已经存在符合条件的单据' } }
  if (warehouse.settings.reportsAccept !== false)
    tell(world, warehouse, placed.document, accepted(placed.document, warehouse, world))
  return {}
}

/** 拒单 has no station of its own: the order ends as cancelled. */
const STATION: Readonly<Record<DocumentStatus, string>> = {
  ...{ accepted: 'ACCEPT', part: 'WEIGH', shipped: 'FULFILLED', cancelled: 'CANCELED', rejected: 'CANCELED' },
}

const query: Serve = (body, warehouse, world) => {
  const number = textAt(children(body.data, 'header')[0], 'orderCode')
  const found = find(world, warehouse, number)
  if (!found) return { refused: { number, code: '0001', sentence: '单据不存在' } }
  const station = (processStatus: string, at: number): Tree => ({ processStatus, operateTime: beijing(at) })
  const stations = [station(STATION[found.status], found.placed + 1000), station('ACCEPT', found.placed)]
  return { more: { orderProcess: { orderCode: number, processes: { process: stations } } } }
}

const stock: Serve = (body, warehouse, world) => {
  const asked = children(body.data, 'header').map((header) => textAt(header, 'SKU'))
  const found = levels(world, warehouse.id).filter(({ sku, counted }) => counted && asked.includes(sku))
  const item = found.map(({ sku, onHand, frozen }) => ({
    SKU: sku,
    Qty_total: onHand,
    QtyAllocated: frozen,
    udf10: 'ZP',
  }))
  return item.length > 0
    ? { more: { items: { item } } }
    : { refused: { number: '', code: '0001', sentence: '无库存信息' } }
}

export const SERVE: Readonly<Record<string, Serve>> = {
  place: create,
  query,
  cancel: (body, warehouse, world) => {
    const number = textAt(children(body, 'header')[0], 'OrderNo')
    const result = cancel(world, warehouse, number)
    if (result === 'cancelled') return {}
    return {
      refused: { number, code: '0001', sentence: result === 'not_found' ? '单据不存在' : '订单已发货，不能取消' },
    }
  },
  stock,
  item: (body, warehouse, world) => {
    knowItem(world, warehouse.id, textAt(children(body, 'header')[0], 'SKU'))
    return {}
  },
  receipt: () => ({}),
}
