/** What a 奇门 warehouse does beyond parcels: goods that arrive, parcels that it stops, levels page by page, bundles. */
import type { Answer, Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { children, type Tree, at as textAt } from '../xml.ts'
import { find, knowItem, levels, receive } from './documents.ts'
import { beijing, message, processed } from './qimen-report.ts'
import { type Body, failure, type Serve, success } from './qimen-serve.ts'

type Line = ReturnType<typeof children>[number]

/** Announced goods are there at once, in two parts: a confirm of the first piece, and a last one of the rest. */
const arrive = (
  { warehouse, world, number, lines }: { warehouse: Warehouse; world: World; number: string; lines: readonly Line[] },
  confirm: (part: 0 | 1, code: string, orderLines: Tree) => Message,
): void => {
  for (const part of [1, 0] as const) {
    const code = `RK${world.store.next('qimen_arrival')}`
    const orderLine = lines.map((line): Tree => {
      const [sku, planned] = [textAt(line, 'itemCode'), Number(textAt(line, 'planQty'))]
      const actualQty = part === 1 ? 1 : planned - 1
      if (actualQty > 0) receive(world, warehouse.id, sku, actualQty, number)
      return { ownerCode: textAt(line, 'ownerCode'), itemCode: sku, planQty: planned, inventoryType: 'ZP', actualQty }
    })
    const body = confirm(part, code, { orderLine })
    world.post({ side: 'warehouse', target: warehouse.id, subject: 'stock', message: body })
  }
}

const entry: Serve = (body, warehouse, world) => {
  const order = body.entryOrder as Body
  const number = textAt(order, 'entryOrderCode')
  if (!number || !textAt(order, 'warehouseCode')) return failure('30001', '必填字段为空')
  const lines = children(body.orderLines, 'orderLine')
  arrive({ warehouse, world, number, lines }, (part, outBizCode, orderLines) =>
    message(world, 'entryorder.confirm', {
      entryOrder: {
        ...{ entryOrderCode: number, warehouseCode: textAt(order, 'warehouseCode'), outBizCode, confirmType: part },
        entryOrderType: textAt(order, 'orderType'),
        ...{ status: part === 1 ? 'PARTFULFILLED' : 'FULFILLED', operateTime: beijing(Date.now()) },
      },
      orderLines,
    }),
  )
  return success({ entryOrderId: `E-${number}` })
}

const back: Serve = (body, warehouse, world) => {
  const order = body.returnOrder as Body
  const number = textAt(order, 'returnOrderCode')
  if (!number || !textAt(order, 'preDeliveryOrderCode') || !textAt(order, 'logisticsCode'))
    return failure('30001', '必填字段为空')
  const lines = children(body.orderLines, 'orderLine')
  arrive({ warehouse, world, number, lines }, (part, outBizCode, orderLines) =>
    message(world, 'returnorder.confirm', {
      returnOrder: {
        ...{ returnOrderCode: number, warehouseCode: textAt(order, 'warehouseCode'), outBizCode, confirmType: part },
        ...{ orderType: textAt(order, 'orderType'), orderConfirmTime: beijing(Date.now()), logisticsCode: 'OTHER' },
      },
      orderLines,
    }),
  )
  return success({ returnOrderId: `R-${number}` })
}

/** What has left whole can be stopped on its way; the carrier says later whether it was. */
const intercept: Serve = (body, warehouse, world) => {
  const found = find(world, warehouse, textAt(body, 'deliveryOrderCode'))
  if (!found) return failure('40001', '单据不存在')
  const status = found.status === 'shipped' ? 'TMSCANCELED' : 'TMSCANCELFAILED'
  const report = processed(world, found, status)
  world.post({ side: 'warehouse', target: warehouse.id, subject: `document:${found.n}`, message: report })
  return success()
}

/** One SKU, two pages: a batch each. */
const pages: Serve = (body, warehouse, world): Answer => {
  const sku = textAt(body, 'itemCode')
  const level = levels(world, warehouse.id).find((each) => each.sku === sku && each.counted)
  if (!level) return success({ totalCount: 0, items: '' })
  const free = level.onHand - level.frozen
  const [first, page] = [Math.floor(free / 2), Number(textAt(body, 'page'))]
  const row = (quantity: number, lockQuantity: number): Tree => ({
    ...{ warehouseCode: warehouse.id, itemCode: sku, inventoryType: 'ZP', quantity, lockQuantity },
  })
  const rows = [row(first, level.frozen), row(free - first, 0)].slice(page - 1, page)
  return success({ totalCount: Number(textAt(body, 'pageSize')) + 1, items: { item: rows } })
}

const bundle: Serve = (body, warehouse, world) => {
  const parts = children(body.items, 'item')
  if (parts.length === 0 || parts.some((part) => !textAt(part, 'itemId') || !(Number(textAt(part, 'quantity')) > 0)))
    return failure('30001', '组合商品明细不完整')
  knowItem(world, warehouse.id, textAt(body, 'itemCode'))
  return success()
}

/** By operation. */
export const MORE: Readonly<Record<string, Serve>> = { entry, return: back, intercept, stock_pages: pages, bundle }
