/** A tracker's own lane over the real schema: whom it tells, and what it asks the store for that. */
import { describe, expect, it } from 'vitest'
import type { EventBody } from '../../src/lane/event.ts'
import { Shop } from './shop.ts'

const W = 'YT8000000000001'
const seen = (waybill = W): EventBody => ({
  kind: 'tracking',
  tracker: 'tk',
  event: { type: 'tracked', carrier: 'YTO', waybill, state: 'moving', entries: [] },
})

const lane = (): Shop => {
  const shop = new Shop('tr:tk')
  for (const [merchant, waybill, order] of [
    ['m1', W, '00010000001'],
    ['m1', W, '00010000002'],
    ['m2', 'YT8000000000009', '00090000001'],
  ])
    shop.store.db
      .prepare('INSERT INTO order_terms (merchant_id, term, order_id) VALUES (?, ?, ?)')
      .run(merchant ?? '', `w:${waybill}`, order ?? '')
  return shop
}

describe("a tracker's lane", () => {
  it('tells every order of its merchant that has the waybill, once each', async () => {
    const shop = lane()
    await shop.say(undefined, seen())
    await shop.lane.alarm()
    expect(shop.forwarded.map(({ lane, event }) => [lane, event.ref])).toEqual([
      ['#1', 'o:00010000001'],
      ['#1', 'o:00010000002'],
    ])
    expect(shop.store.all('SELECT code FROM exceptions')).toEqual([])
  })

  it.each([
    ['that nobody has', 'YT8000000000002'],
    ["of another merchant's order", 'YT8000000000009'],
  ])('tries a waybill %s again for minutes, then keeps it as one exception', async (_, waybill) => {
    const shop = lane()
    await shop.say(undefined, seen(waybill))
    for (let i = 0; i < 20; i++) {
      shop.now += 2 * 60_000
      await shop.lane.alarm()
    }
    await shop.say(undefined, { ...seen(waybill), tries: 4 } as EventBody)
    expect(shop.forwarded).toEqual([])
    expect(shop.store.all('SELECT id, code, subject FROM exceptions')).toEqual([
      { id: `tr:tk:waybill:${waybill}`, code: 'waybill_unknown', subject: waybill },
    ])
  })

  it('asks for orders by key', async () => {
    const shop = lane()
    await shop.say(undefined, seen())
    const asked = [...shop.statements].find((sql) => sql.includes('FROM order_terms')) ?? ''
    const plan = shop.store.db.prepare(`EXPLAIN QUERY PLAN ${asked}`).all('m1', '[]')
    expect(plan.map((row) => String(row.detail)).join('\n')).toMatch(
      /SEARCH order_terms USING PRIMARY KEY \(merchant_id=\? AND term=\?\)/,
    )
  })
})
