/** What we ask of ECLP. `isvUUID` is the document; its own number, `eclpSoNo`, is what most calls want. */
import type { DocumentStatus } from '../../domain/fulfillment.ts'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure, textAt } from '../../wire/answer.ts'
import type { WarehouseOutbound } from '../warehouse.ts'
import { ask, field, listAt, pieces } from './call.ts'
import { documentOf, joined, partsOf } from './document.ts'
import { addOrder } from './order.ts'
import { goodsNoOf, Options, skuOf } from './settings.ts'

/** Up to so many SKUs are asked for one by one; beyond, all pages are read. */
const ONE_BY_ONE = 10
const PAGE = 100
const PAGES_MAX = 200

export const outbound: WarehouseOutbound = {
  *place(placement, warehouse) {
    const order = addOrder(placement, Options.parse(warehouse.settings), warehouse.credentials)
    if ('class' in order) return order
    const answer = yield* ask(warehouse, 'order.addOrder', order.value, false)
    if (answer.class !== 'done') return answer
    const externalId = textAt(answer.value, 'eclpSoNo')
    return externalId ? done({ externalId }) : failure('unknown', false, 'a yes without an eclpSoNo')
  },

  /** 1 is done, 2 is a no. Any other code is seen to exist and said to mean "in progress": what comes of it, `query` tells. */
  *cancel({ document, externalId }, warehouse) {
    const known = externalId ? done<string | undefined>(externalId) : yield* find(document, warehouse)
    if (known.class !== 'done') return known
    if (known.value === undefined) return failure('rejected', false, 'no such isvUUID', { code: 'not_found' })
    const answer = yield* ask(warehouse, 'order.cancelOrder', { eclpSoNo: known.value }, false)
    if (answer.class !== 'done') return answer
    const code = textAt(answer.value, 'cancelorder_result.code')
    if (code === '') return failure('unknown', false, 'an answer without cancelorder_result')
    const said = `${code} ${textAt(answer.value, 'cancelorder_result.msg')}`.trim()
    return code === '2' ? failure('rejected', false, said, { code }) : done({ later: code !== '1' })
  },

  *query({ document, externalId }, warehouse) {
    const known = externalId ? done<string | undefined>(externalId) : yield* find(document, warehouse)
    if (known.class !== 'done') return known
    if (known.value === undefined) return done<DocumentStatus>({ found: false })
    const order = yield* detail(known.value, warehouse)
    if (order.class !== 'done') return order
    if (field(order.value, 'isvUUID') !== document)
      return failure('retry', true, `${known.value} is of another isvUUID`)
    return yield* withParts(order.value, warehouse)
  },

  *stock(skus, warehouse) {
    const settings = Options.parse(warehouse.settings)
    const rows: unknown[] = []
    const goods = skus.length > ONE_BY_ONE ? [undefined] : skus.map((sku) => goodsNoOf(sku, settings))
    for (const goodsNo of goods) {
      const read = yield* stockRows(goodsNo, warehouse)
      if (read.class !== 'done') return read
      rows.push(...read.value)
    }
    const wanted = new Set(skus)
    return done(
      rows.flatMap((row) => {
        const [sku, quantity] = [skuOf(field(row, 'goodsNo'), settings), pieces(row, 'totalNum')]
        if (quantity === undefined || !wanted.has(sku)) return []
        return [{ sku, quantity, frozen: quantity - (pieces(row, 'usableNum') ?? quantity) }]
      }),
    )
  },
}

/** The `eclpSoNo` of a document of ours; undefined: ECLP knows none. */
function* find(document: string, warehouse: Connection): Conversation<string | undefined> {
  const { isvSource, deptNo } = warehouse.credentials
  const params = { isvUUID: document, isvSource, departmentNo: deptNo }
  const answer = yield* ask(warehouse, 'order.ext.queryOrder', params, true)
  // A no proves nothing of the document.
  if (answer.class === 'rejected' || answer.class === 'exists') return failure('retry', true, answer.detail)
  if (answer.class !== 'done') return answer
  const rows = listAt(answer.value, 'queryorder_result').filter((row) => field(row, 'isvUUID') === document)
  return done(rows.map((row) => field(row, 'eclpSoNo')).find(Boolean))
}

function* detail(eclpSoNo: string, warehouse: Connection): Conversation<unknown> {
  const answer = yield* ask(warehouse, 'order.queryOrder', { eclpSoNo }, true)
  if (answer.class === 'rejected' || answer.class === 'exists') return failure('retry', true, answer.detail)
  if (answer.class !== 'done') return answer
  const { queryorder_result: order } = answer.value as { readonly queryorder_result?: unknown }
  return order ? done(order) : failure('retry', true, 'an answer without queryorder_result')
}

function* withParts(order: unknown, warehouse: Connection): Conversation<DocumentStatus> {
  const settings = Options.parse(warehouse.settings)
  const whole = documentOf(order, settings)
  if (!whole) return failure('retry', true, 'an order that does not read')
  const parts: (typeof whole)[] = []
  for (const number of partsOf(order)) {
    const part = yield* detail(number, warehouse)
    if (part.class !== 'done') return part
    const read = documentOf(part.value, settings)
    if (!read) return failure('retry', true, 'a part that does not read')
    parts.push(read)
  }
  return done<DocumentStatus>(joined(whole, parts))
}

/** 良品 that can be sold. Without a goodsNo: every page. */
function* stockRows(goodsNo: string | undefined, warehouse: Connection): Conversation<readonly unknown[]> {
  const { deptNo, warehouseNo } = warehouse.credentials
  const rows: unknown[] = []
  for (let currentPage = 1; currentPage <= PAGES_MAX; currentPage++) {
    const kind = { stockStatus: '1', stockType: '1', returnZeroStock: 2 }
    const params = { deptNo, warehouseNo, ...kind, goodsNo, currentPage, pageSize: PAGE }
    const answer = yield* ask(warehouse, 'stock.queryStock', params, true)
    if (answer.class !== 'done') return answer
    const page = listAt(answer.value, 'querystock_result')
    rows.push(...page)
    if (page.length < PAGE) break
  }
  return done(rows)
}
