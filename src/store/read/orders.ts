/** Orders in lists, and the one search box. Newest first within a shop: an order's id grows in its shop. */
import { orderId } from '../../domain/document.ts'
import type { Money } from '../../domain/money.ts'
import { isLive, ORDER_STATES, type OrderState, type OrderStateName } from '../../domain/order-state.ts'
import { sentence } from '../../domain/problem.ts'
import type { ReceiverFacts } from '../../domain/receiver.ts'
import { type Key, type Page, type PageRequest, pageOf } from '../page.ts'
import { phoneTerm } from '../phone-term.ts'
import { all, type Db, json, one, type Row, type Value } from '../rows.ts'
import type { Vault } from '../vault.ts'

export interface OrderFilter {
  readonly merchantId: string
  readonly shopId?: string | undefined
  readonly platformOrderId?: string | undefined
  readonly state?: OrderStateName | undefined
  /** A row of `order_terms` as it stands there: `w:<waybill>`, `s:<sku>` … */
  readonly term?: string | undefined
}

export interface OrderSummary {
  readonly id: string
  readonly merchantId: string
  readonly shopId: string
  readonly platformOrderId: string
  readonly state: OrderStateName
  readonly placedAt: number
  readonly shipBy: number | null
  readonly updatedAt: number
  readonly payment: OrderState['payment']
  readonly total: Money
  /** Stars in place of what is private. Null until the platform's own data arrived. */
  readonly receiver: Pick<ReceiverFacts, 'kind' | 'masked'> | null
  readonly lines: readonly { readonly sku: string; readonly title: string; readonly quantity: number }[]
  readonly warehouseIds: readonly string[]
  readonly waybills: readonly string[]
  readonly problems: readonly { readonly code: string; readonly zh: string; readonly en: string }[]
}

export const listOrders = async (db: Db, filter: OrderFilter, page: PageRequest): Promise<Page<OrderSummary>> => {
  const { items, nextCursor } = await orderPage(db, filter, page)
  return { items: items.map(summaryOf), nextCursor }
}

/** An order as its lane keeps it, for projections: never to be given out as it is. */
interface Kept {
  readonly id: string
  readonly state: OrderStateName
  readonly order: OrderState
}

const keptOf = (row: Row): Kept => ({
  id: String(row.id),
  state: row.state as OrderStateName,
  order: json<OrderState>(row.body),
})

export const orderPage = (db: Db, filter: OrderFilter, page: PageRequest): Promise<Page<Kept>> =>
  pageOf(
    'orders',
    page,
    (order) => [order.id],
    async (after, count) => {
      const bounds = await boundsOf(db, filter, after)
      if (!bounds) return []
      const { sql, values } = query(filter, bounds, count)
      return (await all(db, sql, ...values)).map(keptOf)
    },
  )

interface Bounds {
  readonly below: string
  readonly above: string
}

/** The ids of a shop's orders are one range. Undefined: the merchant has no such shop. */
const boundsOf = async (
  db: Db,
  { merchantId, shopId }: OrderFilter,
  after: Key | undefined,
): Promise<Bounds | undefined> => {
  const below = String(after?.[0] ?? '~')
  if (shopId === undefined) return { below, above: '' }
  const range = await shopRange(db, merchantId, shopId)
  return range && { below: earlier(below, range.below), above: range.above }
}

const earlier = (a: string, b: string): string => (a < b ? a : b)

const shopRange = async (db: Db, merchantId: string, shopId: string): Promise<Bounds | undefined> => {
  const row = await one(db, 'SELECT no FROM lanes WHERE name = ? AND merchant_id = ?', `shop:${shopId}`, merchantId)
  return row && rangeOf(Number(row.no))
}

/** `above` and `below` themselves are no orders. */
export const rangeOf = (lane: number): Bounds => ({
  above: orderId(lane, 0),
  below: `${orderId(lane, 0).slice(0, 4)}~`,
})

const COLUMNS = 'o.id, o.state, o.body'

/**
 * Every shape of this walks an index in the order in which it answers, so a page costs what a page holds. `+` keeps the
 * planner from reading all orders of the merchant by the index of states instead.
 */
const query = (filter: OrderFilter, { below, above }: Bounds, count: number): { sql: string; values: Value[] } => {
  const { merchantId, shopId, platformOrderId, state, term } = filter
  const values: Value[] = [merchantId, below, above, count]
  const bind = (value: Value): string => `?${values.push(value)}`
  const range = (column: string): string => `${column} < ?2 AND ${column} > ?3`
  const inState = (): string => (state === undefined ? '' : ` AND o.state = ${bind(state)}`)
  const from = (
    tables: string,
    where: string,
    id: string,
    merchant = '+o.merchant_id',
  ): { sql: string; values: Value[] } => ({
    sql: `SELECT ${COLUMNS} FROM ${tables} WHERE ${merchant} = ?1 AND ${range(id)} AND ${where} ORDER BY ${id} DESC LIMIT ?4`,
    values,
  })
  if (platformOrderId !== undefined) {
    const shops = shopId === undefined ? '(SELECT id FROM shops WHERE merchant_id = ?1)' : `(${bind(shopId)})`
    return from(
      'orders o',
      `o.shop_id IN ${shops} AND o.platform_order_id = ${bind(platformOrderId)}${inState()}`,
      'o.id',
    )
  }
  if (term !== undefined) {
    const named = `t.merchant_id = ?1 AND t.term = ${bind(term)}${inState()}`
    return from('order_terms t JOIN orders o ON o.id = t.order_id', named, 't.order_id')
  }
  if (state !== undefined) return from('orders o', `o.state = ${bind(state)}`, 'o.id', 'o.merchant_id')
  if (shopId !== undefined) return from('orders o', `+o.shop_id = ${bind(shopId)}`, 'o.id')
  // One index has each state's orders newest first; the newest of all are among the newest of each. Ids first, bodies last.
  const ofState = `SELECT id FROM orders WHERE merchant_id = ?1 AND state = s.value AND ${range('id')} ORDER BY id DESC LIMIT ?4`
  const newest = `SELECT n.id FROM json_each(${bind(JSON.stringify(ORDER_STATES))}) s CROSS JOIN orders n
    WHERE n.merchant_id = ?1 AND n.state = s.value AND n.id IN (${ofState}) ORDER BY n.id DESC LIMIT ?4`
  return from('orders o', `o.id IN (${newest})`, 'o.id')
}

const summaryOf = ({ order, state }: Kept): OrderSummary => {
  const fulfillments = order.fulfillments.filter(isLive)
  return {
    id: order.id,
    merchantId: order.merchantId,
    shopId: order.shopId,
    platformOrderId: order.platformOrderId,
    state,
    placedAt: order.placedAt,
    shipBy: order.shipBy ?? null,
    updatedAt: order.updatedAt,
    payment: order.payment,
    total: order.total,
    receiver: order.receiver ? { kind: order.receiver.kind, masked: order.receiver.masked } : null,
    lines: order.lines.map(({ code, title, quantity }) => ({ sku: code, title, quantity })),
    warehouseIds: [...new Set(fulfillments.map((item) => item.warehouseId))],
    waybills: fulfillments.flatMap((item) => item.packages.map((part) => part.waybill)),
    problems: order.problems.map((problem) => ({
      code: problem.code,
      zh: sentence(problem, 'zh'),
      en: sentence(problem, 'en'),
    })),
  }
}

/** What the search text turned out to be. */
export type FoundBy = 'order' | 'sku' | 'waybill' | 'document' | 'external' | 'phone'

export interface Found extends OrderSummary {
  readonly by: FoundBy
}

/** Order number, SKU, waybill, document number, the warehouse's own number, the last four digits of a phone. */
export const searchOrders = async (
  db: Db,
  vault: Vault,
  merchantId: string,
  words: string,
  limit = 50,
): Promise<readonly Found[]> => {
  const word = words.trim()
  if (word === '') return []
  const terms: [FoundBy, string][] = [
    ['document', `d:${word.toUpperCase()}`],
    ['waybill', `w:${word}`],
    ['sku', `s:${word}`],
  ]
  if (/^\d{4}$/.test(word)) terms.push(['phone', `p:${phoneTerm(word, vault)}`])
  const houses = await all(db, 'SELECT id FROM warehouses WHERE merchant_id = ?', merchantId)
  terms.push(...houses.map(({ id }): [FoundBy, string] => ['external', `x:${id}:${word}`]))
  const newest = `SELECT order_id, term FROM order_terms WHERE merchant_id = ?1 AND term = j.value ORDER BY order_id DESC LIMIT ?3`
  const rows = await all(
    db,
    `SELECT ${COLUMNS}, t.term FROM json_each(?2) j CROSS JOIN order_terms t ON t.merchant_id = ?1 AND t.term = j.value
       AND t.order_id IN (SELECT order_id FROM (${newest})) JOIN orders o ON o.id = t.order_id AND o.merchant_id = ?1 ORDER BY j.key, o.id DESC`,
    merchantId,
    JSON.stringify(terms.map(([, term]) => term)),
    limit,
  )
  const own = await all(
    db,
    `SELECT ${COLUMNS}, '' AS term FROM orders o WHERE +o.merchant_id = ?1
       AND (o.id = ?2 OR (o.platform_order_id = ?3 AND o.shop_id IN (SELECT id FROM shops WHERE merchant_id = ?1))) ORDER BY o.id DESC LIMIT ?4`,
    merchantId,
    word.toUpperCase(),
    word,
    limit,
  )
  const by = new Map(terms.map(([name, term]) => [term, name]))
  const found = new Map<string, Found>()
  for (const row of [...own, ...rows]) {
    const order = summaryOf(keptOf(row))
    if (!found.has(order.id)) found.set(order.id, { ...order, by: by.get(String(row.term)) ?? 'order' })
  }
  return [...found.values()].slice(0, limit)
}
