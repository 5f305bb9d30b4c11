/** The reading side of the store, over the real schema: every list walks an index, names its merchant, and pages through all there is. */
import { beforeAll, describe, expect, it } from 'vitest'
import { orderId } from '../../src/domain/document.ts'
import { ORDER_STATES } from '../../src/domain/order-state.ts'
import * as read from '../../src/store/read.ts'
import { Vault } from '../../src/store/vault.ts'
import { movedBy, movedCount, operationRow, orderPlaces, ordersWaiting } from '../../src/store/write/operations.ts'
import { openD1 } from './sqlite-d1.ts'

const vault = new Vault(Buffer.alloc(32, 1).toString('base64'))
const { db, heard, raw } = openD1()
const m = 'm_1'

/** Two merchants with orders all over their shops and states, interleaved. */
const SHOPS = [
  { lane: 1, shop: 'sh_1', merchant: m },
  { lane: 2, shop: 'sh_2', merchant: 'm_2' },
  { lane: 3, shop: 'sh_3', merchant: m },
]
const orders = SHOPS.flatMap(({ lane, shop, merchant }) =>
  Array.from({ length: 120 }, (_, i) => ({
    id: orderId(lane, i + 1),
    shop,
    merchant,
    state: ORDER_STATES[(i * 7 + lane) % 13] ?? 'received',
    platform: `P-${i}`,
  })),
)

beforeAll(() => {
  const put = (sql: string, ...values: (string | number)[]) => raw.prepare(sql).run(...values)
  for (const id of [m, 'm_2'])
    put(`INSERT INTO merchants (id, name, region, created_at) VALUES (?, 'x', 'apac', 0)`, id)
  for (const { lane, shop, merchant } of SHOPS) {
    put(
      `INSERT INTO shops (id, merchant_id, platform, name, mode, features, credentials, created_at) VALUES (?, ?, 'standard', 'x', 'live', '{}', ?, 0)`,
      shop,
      merchant,
      vault.seal(`credentials|shop|${shop}`, '{"secret":"0123456789abcdef"}'),
    )
    put('INSERT INTO lanes (no, name, merchant_id) VALUES (?, ?, ?)', lane, `shop:${shop}`, merchant)
  }
  for (const { id, shop, merchant, state, platform } of orders) {
    const body = {
      id,
      merchantId: merchant,
      shopId: shop,
      platformOrderId: platform,
      placedAt: 1,
      updatedAt: 1,
      payment: 'paid',
      total: { amount: 1, currency: 'CNY' },
      lines: [],
      fulfillments: [],
      refunds: {},
      problems: [],
    }
    put(
      'INSERT INTO orders (id, merchant_id, shop_id, platform_order_id, state, placed_at, updated_at, seq, body) VALUES (?, ?, ?, ?, ?, 1, 1, 1, ?)',
      id,
      merchant,
      shop,
      platform,
      state,
      JSON.stringify(body),
    )
    put('INSERT INTO order_terms (merchant_id, term, order_id) VALUES (?, ?, ?)', merchant, 's:TEA', id)
  }
})

const CASES: Readonly<Record<string, () => Promise<unknown>>> = {
  orders: () => read.listOrders(db, { merchantId: m }, {}),
  'orders in a state': () => read.listOrders(db, { merchantId: m, state: 'held' }, {}),
  'orders of a shop': () => read.listOrders(db, { merchantId: m, shopId: 'sh_1' }, {}),
  'orders of a shop in a state': () => read.listOrders(db, { merchantId: m, shopId: 'sh_1', state: 'held' }, {}),
  'an order by its number': () => read.listOrders(db, { merchantId: m, platformOrderId: 'P-1' }, {}),
  'an order of a shop by its number': () =>
    read.listOrders(db, { merchantId: m, shopId: 'sh_1', platformOrderId: 'P-1' }, {}),
  'orders by a term': () => read.listOrders(db, { merchantId: m, term: 's:TEA' }, {}),
  'orders by a term in a shop and state': () =>
    read.listOrders(db, { merchantId: m, shopId: 'sh_1', state: 'held', term: 's:TEA' }, {}),
  'the search box': () => read.searchOrders(db, vault, m, '5678'),
  'one order': () => read.orderView(db, m, orders[0]?.id ?? ''),
  fulfillments: () => read.listFulfillments(db, { merchantId: m, term: 'd:X' }, {}),
  'exception groups': () => read.exceptionGroups(db, m),
  exceptions: () => read.listExceptions(db, { merchantId: m }, {}),
  'exceptions of a group': () => read.listExceptions(db, { merchantId: m, code: 'sku_unknown', subject: 'X' }, {}),
  'exceptions of an order': () => read.listExceptions(db, { merchantId: m, orderId: 'x' }, {}),
  'exceptions to act on': () => read.exceptionRecords(db, m, { code: 'sku_unknown', subject: 'X' }),
  stock: () => read.listStock(db, { merchantId: m }, {}),
  'stock that is short': () => read.listStock(db, { merchantId: m, short: true }, {}),
  'stock of a SKU': () => read.stockOf(db, m, 'TEA'),
  discrepancies: () => read.listDiscrepancies(db, m, {}),
  skus: () => read.listSkus(db, m, {}),
  listings: () => read.listListings(db, { merchantId: m }, {}),
  'listings of a shop': () => read.listListings(db, { merchantId: m, shopId: 'sh_1' }, {}),
  'listings of a SKU': () => read.listListings(db, { merchantId: m, sku: 'TEA' }, {}),
  bundles: () => read.listBundles(db, m, {}),
  shops: () => read.listShops(db, vault, m, {}),
  warehouses: () => read.listWarehouses(db, vault, m, {}),
  health: () => read.health(db, m, 0, async () => undefined),
  stats: () => read.stats(db, m, 0),
  'orders that wait': () => ordersWaiting(db, m, ['sku_unknown'], ['X'], 10),
  'orders to command': () => orderPlaces(db, m, ['x']),
  'an operation': () => operationRow(db, m, 'op'),
  'an order that moved': () => movedBy(db, m, { orderId: 'x', since: 0, actor: 'a' }),
  'orders that moved': () => movedCount(db, m, { x: 0 }),
}

/** Tables that grow with orders or goods. */
const LARGE = [
  'orders',
  'order_terms',
  'timeline',
  'exceptions',
  'stock_levels',
  'discrepancies',
  'skus',
  'listings',
  'bundles',
  'operations',
  'lanes',
  'refusals',
]
const ALIASES: Readonly<Record<string, string>> = {
  o: 'orders',
  n: 'orders',
  t: 'order_terms',
  e: 'exceptions',
  l: 'lanes',
}

describe.each(Object.entries(CASES))('%s', (name, run) => {
  it('walks an index, and names its merchant', async () => {
    heard.length = 0
    await run()
    expect(heard.length).toBeGreaterThan(0)
    for (const { sql, plan } of heard) {
      for (const line of plan) {
        const [, how, table = '', rest = ''] = /^(SCAN|SEARCH) (\w+) ?(.*)/.exec(line) ?? []
        if (!how || !LARGE.includes(ALIASES[table] ?? table)) continue
        expect([name, line]).toEqual([name, expect.stringMatching(/^SEARCH/)])
        // All orders of a merchant are looked at by nobody.
        if ((ALIASES[table] ?? table) === 'orders')
          expect([name, line, rest]).toEqual([name, line, expect.not.stringMatching(/\(merchant_id=\?\)/)])
      }
      // Doorbells that died, refused deliveries and pauses have no merchant: the latter two are asked by the merchant's own connections.
      if (!/FROM (?:dead_letters|refusals|pauses)/.test(sql)) expect(sql).toMatch(/merchant_id/)
    }
  })
})

describe('pages', () => {
  const walk = async (filter: Omit<read.OrderFilter, 'merchantId'>, limit: number): Promise<string[]> => {
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page: read.Page<read.OrderSummary> = await read.listOrders(
        db,
        { merchantId: m, ...filter },
        { limit, cursor },
      )
      seen.push(...page.items.map((order) => order.id))
      if (page.nextCursor === null) return seen
      cursor = page.nextCursor
    }
  }
  const expected = (keep: (order: (typeof orders)[number]) => boolean): string[] =>
    orders
      .filter((order) => order.merchant === m && keep(order))
      .map((order) => order.id)
      .sort()
      .reverse()

  it.each([1, 7, 50, 200])('of %i hold every order once, newest first', async (limit) => {
    expect(await walk({}, limit)).toEqual(expected(() => true))
    expect(await walk({ state: 'held' }, limit)).toEqual(expected((order) => order.state === 'held'))
    expect(await walk({ shopId: 'sh_3' }, limit)).toEqual(expected((order) => order.shop === 'sh_3'))
    expect(await walk({ shopId: 'sh_1', state: 'shipped' }, limit)).toEqual(
      expected((order) => order.shop === 'sh_1' && order.state === 'shipped'),
    )
    expect(await walk({ term: 's:TEA' }, limit)).toEqual(expected(() => true))
    expect(await walk({ term: 's:TEA', shopId: 'sh_1', state: 'held' }, limit)).toEqual(
      expected((order) => order.shop === 'sh_1' && order.state === 'held'),
    )
    expect(await walk({ platformOrderId: 'P-5' }, limit)).toEqual(expected((order) => order.platform === 'P-5'))
  })

  it('hold nothing of a shop of another merchant', async () => {
    expect(await walk({ shopId: 'sh_2' }, 50)).toEqual([])
    expect(await walk({ shopId: 'sh_2', platformOrderId: 'P-5' }, 50)).toEqual([])
    expect(await read.shopView(db, vault, m, 'sh_2')).toBeUndefined()
  })
})

describe('a secret', () => {
  it('is shown as set, with its end only where it is long', () => {
    expect(read.shown({ short: 'abcdefg', long: 'abcdefghijklmnop' })).toEqual({
      short: { set: true },
      long: { set: true, last4: 'mnop' },
    })
  })
})
