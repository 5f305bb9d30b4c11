/** Warehouses that time out, refuse and split; orders that are cancelled and refunded around them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultSpec } from '../../sandbox/client.ts'
import { eventually, type Ground, startGround } from './ground.ts'
import { type House, Merchant, type Shop } from './merchant.ts'

let ground: Ground
beforeAll(async () => {
  ground = await startGround()
})
afterAll(() => ground?.stop())

const KINDS = ['plain', 'douyin']

/** A merchant with a standard, a Shopify and a 抖店 shop; warehouses of these systems, the first one preferred. */
const open = async (
  systems: readonly ('rest' | 'qimen')[],
  far: Parameters<Merchant['house']>[1] = {},
): Promise<{ merchant: Merchant; standard: Shop; shopify: Shop; douyin: Shop }> => {
  const merchant = await Merchant.open(ground)
  for (const system of systems)
    await merchant.house(system, {
      ...far,
      settings: { receiverKinds: KINDS },
      far: { receiverKinds: KINDS, ...far.far },
    })
  const app = await merchant.app()
  const standard = await merchant.shop('standard')
  const shopify = await merchant.shop('shopify')
  const douyin = await merchant.douyinShop(app)
  await merchant.goods({ 'TEA-1': systems.map(() => 100), 'TEA-2': systems.map(() => 100) })
  return { merchant, standard, shopify, douyin }
}

const reserved = async (merchant: Merchant): Promise<number> => (await merchant.stock('TEA-1')).total.reserved
const LINES = [{ sku: 'TEA-1', quantity: 2 }]

describe.each(['rest', 'qimen'] as const)('a %s warehouse that does not de-duplicate', (system) => {
  const troubles: readonly Pick<FaultSpec, 'fault' | 'ms'>[] = [
    { fault: 'timeout-after', ms: 300 },
    { fault: 'reset-after' },
    { fault: 'error-after' },
    { fault: 'broken-answer' },
  ]

  it('ends with one document, whatever becomes of its answer', async () => {
    const { merchant, standard } = await open([system, system], {
      far: { deduplicates: false, reportsAccept: false },
    })
    const [first, second] = merchant.houses as [House, House]
    const ids: string[] = []
    for (const trouble of troubles) {
      await ground.far.addFault({ target: first.far, operation: 'place', count: 1, ...trouble })
      const id = await merchant.place(standard, { lines: LINES })
      ids.push(id)
      await eventually(async () => expect(await merchant.documents(id)).toHaveLength(1))
    }
    await eventually(async () => {
      for (const id of ids) expect((await merchant.order(id)).state).toBe('accepted')
    })
    for (const id of ids) {
      expect(await merchant.documents(id)).toMatchObject([{ warehouseId: first.far, status: 'accepted', repeats: 0 }])
      const order = await merchant.order(id)
      expect(order.timeline.map((entry) => entry.what)).toContain('dispatched')
      expect(order.problems).toEqual([])
    }
    const summary = (await ground.far.summary()).warehouses
    expect(summary.find((house) => house.id === first.far)).toMatchObject({ documents: 4, duplicatedDocuments: 0 })
    expect(summary.find((house) => house.id === second.far)).toMatchObject({ documents: 0 })
    expect(await reserved(merchant)).toBe(8)
  })
})

describe('a rejected placement', () => {
  it.each(['reject', 'reject-later'] as const)(
    '(%s) goes to the other warehouse, the reason on the timeline',
    async (fault) => {
      const { merchant, standard } = await open(['rest', 'qimen'])
      const [first, second] = merchant.houses as [House, House]
      if (fault === 'reject') await ground.far.addFault({ target: first.far, fault, operation: 'place', count: 1 })
      const id = await merchant.place(standard, { lines: LINES })
      const why = fault === 'reject' ? 'rejected by the sandbox' : '库存不足，拒单'
      if (fault === 'reject-later') {
        const placed = await eventually(async () => {
          expect((await merchant.order(id)).state).toBe('accepted')
          return (await merchant.documents(id))[0]
        })
        await ground.far.rejectDocument(placed?.n ?? 0, why)
      }
      const order = await eventually(async () => {
        const found = await merchant.order(id)
        expect(found.fulfillments.map((item) => [item.warehouseId, item.status])).toEqual([
          [first.id, 'dead'],
          [second.id, 'accepted'],
        ])
        return found
      })
      const entry = order.timeline.find((one) => one.what === 'rejected')
      expect(entry?.facts.why).toContain(why)
      expect(entry?.whoName).toBe(first.far)
      expect(order.problems).toEqual([])
      const live = (await merchant.documents(id)).filter((document) => document.status === 'accepted')
      expect(live).toMatchObject([{ warehouseId: second.far }])
      const { levels } = await merchant.stock('TEA-1')
      expect(levels.find((level) => level.warehouseId === first.id)?.reserved).toBe(0)
      expect(levels.find((level) => level.warehouseId === second.id)?.reserved).toBe(2)
    },
  )
})

describe('before it has shipped', () => {
  it('a cancel stops the warehouse and gives the stock back', async () => {
    const { merchant, standard, shopify, douyin } = await open(['rest'])
    for (const shop of [standard, shopify, douyin]) {
      const id = await merchant.place(shop, { lines: LINES })
      await eventually(async () => expect((await merchant.order(id)).state).toBe('accepted'))
      expect(await reserved(merchant)).toBe(2)
      await ground.far.perform(id, 'cancel')
      await eventually(async () => {
        expect((await merchant.order(id)).state).toBe('cancelled')
        expect(await merchant.documents(id)).toMatchObject([{ status: 'cancelled' }])
        expect(await reserved(merchant)).toBe(0)
      })
    }
    expect(await merchant.exceptions()).toEqual([])
  })

  it('a refund stops the warehouse; withdrawn, the order goes out anew; paid back, it is over', async () => {
    const { merchant, standard, douyin } = await open(['qimen'])
    for (const shop of [standard, douyin]) {
      const id = await merchant.place(shop, { lines: LINES })
      await eventually(async () => expect((await merchant.order(id)).state).toBe('accepted'))
      await ground.far.perform(id, 'refund')
      await eventually(async () => {
        expect((await merchant.order(id)).state).toBe('held')
        expect(await merchant.documents(id)).toMatchObject([{ status: 'cancelled' }])
        expect(await reserved(merchant)).toBe(0)
      })
      await ground.far.perform(id, 'withdraw')
      await eventually(async () => {
        expect((await merchant.order(id)).state).toBe('accepted')
        expect((await merchant.documents(id)).map((document) => document.status).sort()).toEqual([
          'accepted',
          'cancelled',
        ])
        expect(await reserved(merchant)).toBe(2)
      })
      await ground.far.perform(id, 'complete')
      await eventually(async () => {
        expect((await merchant.order(id)).state).toBe('cancelled')
        expect((await merchant.documents(id)).map((document) => document.status)).toEqual(['cancelled', 'cancelled'])
        expect(await reserved(merchant)).toBe(0)
      })
    }
    expect(await merchant.exceptions()).toEqual([])
  })

  it('a cancel that comes before its order was ever heard of keeps it from going out', async () => {
    const { merchant, standard, shopify, douyin } = await open(['rest'])
    for (const shop of [standard, shopify, douyin]) {
      await ground.far.addFault({ target: shop.far, fault: 'reorder', operation: 'push', count: 1, ms: 20_000 })
      const id = await merchant.place(shop, { lines: LINES })
      await ground.far.perform(id, 'cancel')
      await eventually(async () => {
        const { pushes } = await ground.far.order(id)
        expect(pushes.map((push) => push.state)).toEqual(['acknowledged', 'acknowledged'])
        expect(pushes[0]?.acknowledgedAt ?? 0).toBeGreaterThanOrEqual(pushes[1]?.acknowledgedAt ?? 0)
        expect((await merchant.order(id)).state).toBe('cancelled')
      })
      expect(await merchant.documents(id)).toEqual([])
    }
    expect(await reserved(merchant)).toBe(0)
  })
})

describe('after it has shipped', () => {
  it('a cancel is an exception, for the goods are on their way', async () => {
    const { merchant, standard } = await open(['rest'])
    const id = await merchant.place(standard, { lines: LINES })
    const placed = await eventually(async () => {
      const [document] = await merchant.documents(id)
      expect(document).toBeDefined()
      return document
    })
    await ground.far.shipDocument(placed?.n ?? 0)
    await eventually(async () => expect((await merchant.order(id)).shipments).toMatchObject([{ written: true }]))
    await ground.far.perform(id, 'cancel')
    await eventually(async () => {
      const order = await merchant.order(id)
      expect(order.state).toBe('exception')
      expect(order.problems).toMatchObject([{ code: 'refund_requested', subject: placed?.number }])
    })
    expect((await merchant.stock('TEA-1')).total).toMatchObject({ onHand: 98, reserved: 0 })
  })
})

describe('several packages', () => {
  it('and partial confirms: each waybill is told to the platform once, and the timeline says who, what, when and how long', async () => {
    const { merchant, standard, shopify, douyin } = await open(['rest', 'qimen'], {
      far: { autoShip: { afterMs: 200, packages: 3, betweenMs: 300 } },
    })
    await ground.far.addFault({ target: '*', fault: 'duplicate', operation: 'callback', probability: 0.3 })
    const ids: string[] = []
    for (const shop of [standard, shopify, douyin])
      ids.push(
        await merchant.place(shop, {
          lines: [
            { sku: 'TEA-1', quantity: 3 },
            { sku: 'TEA-2', quantity: 2 },
          ],
        }),
      )
    // One of them at the other warehouse, all its parcels in one confirm.
    const [first, second] = merchant.houses as [House, House]
    await ground.far.putWarehouse({
      id: second.far,
      settings: { autoShip: { afterMs: 200, packages: 2, betweenMs: 0 } },
    })
    await ground.patch(`/warehouses/${first.id}`, { enabled: false })
    await eventually(async () => {
      const other = await merchant.place(standard, { lines: LINES })
      await eventually(async () => expect(await merchant.documents(other)).toHaveLength(1))
      expect(await merchant.documents(other)).toMatchObject([{ warehouseId: second.far }])
      ids.push(other)
    })
    for (const id of ids) {
      const parcels = id === ids.at(-1) ? 2 : 3
      const { writebacks, waybills } = await eventually(async () => {
        const order = await ground.far.order(id)
        expect(order.waybills).toHaveLength(parcels)
        expect(order.writebacks).toHaveLength(parcels)
        return order
      })
      expect(writebacks.map((item) => item.waybill).sort()).toEqual(waybills.map((item) => item.waybill).sort())
      const order = await eventually(async () => {
        const found = await merchant.order(id)
        expect(found.shipments.map((item) => item.written)).toEqual(Array(parcels).fill(true))
        return found
      })
      const house = id === ids.at(-1) ? second : first
      const of = (what: string) => order.timeline.filter((entry) => entry.what === what)
      expect(of('order_received')).toMatchObject([{ who: 'platform' }])
      expect(of('allocated')).toMatchObject([{ who: 'cangqiao' }])
      expect(of('accepted')).toMatchObject([{ who: house.id, whoName: house.far }])
      expect(of('accepted')[0]?.ms).toBeGreaterThan(0)
      expect(
        of('shipped')
          .map((entry) => entry.facts.waybill)
          .sort(),
      ).toEqual(waybills.map((item) => item.waybill).sort())
      for (const entry of of('shipped')) expect(entry).toMatchObject({ who: house.id })
      expect(
        of('written_back')
          .flatMap((entry) => String(entry.facts.waybills).split(', '))
          .sort(),
      ).toEqual(waybills.map((item) => item.waybill).sort())
      for (const entry of of('written_back')) expect(entry.ms).toBeGreaterThan(0)
      for (const entry of order.timeline) expect(entry.at).toBeGreaterThanOrEqual(order.timeline[0]?.at ?? 0)
      // The message behind it can be read, without its buyer.
      const { raw } = await ground.api.get<{ raw: string }>(`/deliveries/${of('shipped')[0]?.raw}`)
      expect(raw).toContain(String(waybills[0]?.waybill).slice(0, 2))
    }
    const audit = await ground.far.audit()
    expect([audit.waybillsTwice, audit.unknownWaybills, audit.duplicated]).toEqual([[], [], []])
    await ground.far.removeFaults({})
  })
})
