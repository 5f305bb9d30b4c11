import { describe, expect, it } from 'vitest'
import { audit } from '../../src/ledger/audit.ts'
import { line, order } from '../flow/events.ts'
import { Shop } from './shop.ts'
import { START } from './support.ts'

const both = { lines: [line('1', 'A', 2), line('2', 'B', 1)] }
const paid = { kind: 'platform', event: order({ ...both, version: START + 5 }) } as const

/** An order that the store knows, before its goods are asked for. */
const known = async () => {
  const shop = new Shop()
  shop.receive('A', 2)
  shop.receive('B', 1)
  await shop.say('p:P1', { kind: 'platform', event: order({ ...both, payment: 'unpaid' }) })
  return shop
}

/** What live fulfillments hold is what the ledger holds for them. */
const balanced = (shop: Shop) => {
  const live = shop.order().fulfillments.filter((item) => item.status !== 'dead').length
  expect([shop.level('A'), shop.level('B')]).toEqual(
    live > 0
      ? [
          [2, 2],
          [1, 1],
        ]
      : [
          [2, 0],
          [1, 0],
        ],
  )
  for (const [, sql] of shop.ledgers) expect(audit(sql)).toEqual([])
}

describe('a turn record of another release whose rows are in the store', () => {
  it('is taken as done, and its orders are looked at again, so that no call is forgotten', async () => {
    const shop = await known()
    shop.storeDies = 'after the next turn'
    await shop.lane.append([{ id: 'pay', at: START, ref: 'p:P1', body: paid }])
    await shop.lane.alarm()
    expect([shop.order().state, shop.lane.outbox.size]).toEqual(['reserved', 0])
    const { body } = shop.sql.all<{ body: string }>('SELECT body FROM turn')[0] ?? { body: '{}' }
    const { from, to } = JSON.parse(body) as { from: number; to: number }
    shop.sql.run(
      'UPDATE turn SET body = ?',
      JSON.stringify({ format: 99, stage: 'write', from, to, clock: START, tries: 1, secret: [] }),
    )
    shop.storeDies = 'no'
    shop.restart()
    await shop.lane.append([{ id: 'later', at: START, ref: 'o:nobody', body: { kind: 'timer' } }])
    await shop.lane.alarm()
    expect([shop.lane.stats(), shop.lane.outbox.list(9).map((row) => row.kind)]).toEqual([
      { backlog: 0, jobs: 1, parked: 0, failures: 0, refused: null },
      ['place'],
    ])
    balanced(shop)
  })
})

describe('what was granted and given back is asked for anew', () => {
  it('after a stock object stayed silent, as soon as it answers again', async () => {
    const shop = await known()
    shop.silent.add('m1/B')
    await shop.say('p:P1', paid)
    expect([shop.order().fulfillments, shop.level('A')[0]]).toEqual([[], 2])
    shop.silent.clear()
    for (let i = 0; i < 5; i++) {
      shop.now += 10_000
      await shop.lane.alarm()
    }
    expect([shop.lane.relay.owed(), shop.lane.relay.parked()]).toEqual([[], []])
    expect(shop.order()).toMatchObject({ state: 'reserved', fulfillments: [{ status: 'reserved' }] })
    balanced(shop)
  })

  it('after a turn record of another release was thrown away', async () => {
    const shop = await known()
    shop.storeFails = true
    await shop.lane.append([{ id: 'pay', at: START, ref: 'p:P1', body: paid }])
    // The ledger has granted; the store does not answer; then another release starts.
    await shop.lane.alarm()
    shop.storeFails = false
    const { body } = shop.sql.all<{ body: string }>('SELECT body FROM turn')[0] ?? { body: '{}' }
    const record = JSON.parse(body) as Record<string, unknown>
    const asked = ['A', 'B'].flatMap((sku) =>
      shop
        .ledger(`m1/${sku}`)
        .all<{ name: string; quantity: number }>('SELECT name, quantity FROM reservation')
        .map(({ name, quantity }) => ({
          ...{
            kind: 'reserve',
            id: `${name}:reserve:0`,
            sku,
            warehouseId: 'n',
            reservation: name,
            quantity,
            eligible: ['n'],
          },
          claimant: { orderId: shop.order().id, shipBy: 0, placedAt: 0 },
        })),
    )
    expect(asked).toHaveLength(2)
    shop.sql.run(
      'UPDATE turn SET body = ?',
      JSON.stringify({ format: 99, stage: 'ask', from: record.from, to: record.to, clock: START, tries: 1, asked }),
    )
    shop.now += 1_000
    shop.restart()
    await shop.lane.alarm()
    await shop.lane.alarm()
    expect(shop.order()).toMatchObject({ state: 'reserved' })
    balanced(shop)
  })
})
