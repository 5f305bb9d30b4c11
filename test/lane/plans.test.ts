import { beforeAll, describe, expect, it } from 'vitest'
import { line, order, parcel, progress, shipped as warehouseShipped } from '../flow/events.ts'
import { Shop } from './shop.ts'

const paid = (lines = [line('1', 'A', 2), line('2', 'B', 1)]) =>
  ({ kind: 'platform', event: order({ lines, phoneTerm: 'tail' }) }) as const

/** Received, placed, accepted, shipped and written back. */
const life = async (shop: Shop) => {
  await shop.say('p:P1', paid())
  await shop.run('place')
  const { id, fulfillments } = shop.order()
  const document = fulfillments[0]?.document ?? ''
  await shop.say(`o:${id}`, progress('n', document, 'accepted'))
  await shop.say(`o:${id}`, warehouseShipped('n', document, [parcel('W1', 'A×2 B×1')]))
  await shop.run('ship')
}

const stocked = () => {
  const shop = new Shop()
  shop.receive('A', 9)
  shop.receive('B', 9)
  return shop
}

describe('the statements of a turn', () => {
  const shop = stocked()
  const warehouse = new Shop('wh:n')
  const statements = () => [...new Set([...shop.statements, ...warehouse.statements])]
  const plan = (sql: string): string[] => {
    const values = Array.from({ length: new Set(sql.match(/\?\d+|\?/g)).size }, () => '[]')
    return shop.store.db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map((row) => String(row.detail))
  }

  beforeAll(async () => {
    await life(shop)
    await shop.say('p:P2', paid([line('1', 'KIT', 1)]))
    await shop.say(undefined, { kind: 'dirty', skus: ['A'] })
    await shop.say(undefined, {
      kind: 'warehouse',
      warehouseId: 'n',
      event: { type: 'progress', ref: { externalId: 'X1' }, status: 'accepted', at: 1 },
    })
    await shop.say(undefined, { kind: 'platform', event: { type: 'redact', platformOrderIds: [], at: 1 } })
    await shop.say(undefined, { kind: 'credentials', connection: 's1' })
    const count = { type: 'snapshot', asOf: 1, full: true, items: [{ sku: 'A', quantity: 3 }] } as const
    await warehouse.say(undefined, { kind: 'warehouse', warehouseId: 'n', event: count })
    const command = { sku: 'A', warehouseId: 'n', kind: 'set', quantity: 5, reason: 'r', actor: 'li' } as const
    await warehouse.say(undefined, { kind: 'stock', command, operation: 'op-1' })
  })

  it('are all seen here: reading orders, meanings, levels, listings and terms, writing every table', () => {
    const seen = statements().join('\n')
    for (const table of [
      'orders',
      'order_terms',
      'timeline',
      'exceptions',
      'stock_levels',
      'lane_progress',
      'discrepancies',
      'operations',
      'discrepancies',
      'operations',
    ])
      expect(seen, table).toMatch(new RegExp(`(?:INSERT INTO|UPDATE) ${table}\\b`))
    for (const table of ['orders', 'order_terms', 'listings', 'skus', 'bundles', 'stock_levels'])
      expect(seen, table).toMatch(new RegExp(`(?:FROM|JOIN) ${table}\\b`))
  })

  it('find their rows by an index, and never read a table from its beginning', () => {
    const tables = 'orders|order_terms|listings|skus|bundles|stock_levels|exceptions|timeline|lane_progress|lanes|shops'
    const scans = statements().flatMap((sql) =>
      plan(sql)
        .filter((step) => new RegExp(`^SCAN (?:${tables}|l|c|s|b)\\b`).test(step))
        .map((step) => `${step}: ${sql}`),
    )
    expect(scans).toEqual([])
  })
})

describe('what an order’s life costs', () => {
  it('in rows of D1, and of its lane’s storage', async () => {
    const shop = stocked()
    await shop.say('p:P0', {
      ...paid([line('1', 'A', 1)]),
      event: order({ platformOrderId: 'P0', lines: [line('1', 'A', 1)] }),
    })
    const lane = () => shop.sql.all<{ n: number }>('SELECT total_changes() AS n')[0]?.n ?? 0
    const d1 = () => Number(shop.store.db.prepare('SELECT total_changes() AS n').get()?.n ?? 0)
    const before = [d1(), lane()]
    const started = new Map(shop.store.rows)
    await life(shop)
    const rows = Object.fromEntries(
      [...shop.store.rows].map(([table, n]) => [table, n - (started.get(table) ?? 0)]).filter(([, n]) => n !== 0),
    )
    expect(shop.order().state).toBe('shipped')
    // Five turns: order, accepted by our call, accepted by a callback, shipped, written back. Alone in each; a busy lane shares.
    expect(rows).toEqual({ lane_progress: 5, orders: 5, timeline: 5, order_terms: 5, stock_levels: 4 })
    expect({ d1: d1() - (before[0] ?? 0), lane: lane() - (before[1] ?? 0) }).toEqual({ d1: 24, lane: 33 })
  })
})
