/**
 * Orders through each warehouse system: placed, cancelled in time and too late, shipped whole, in two packages and short,
 * rejected and moved on proof, silent and not moved, stock reported; one document there, whatever becomes of an answer.
 * `SYSTEM=<id>` runs one alone.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultSpec } from '../../sandbox/client.ts'
import { systems as dialects } from '../../sandbox/warehouses/index.ts'
import { warehouses } from '../../src/warehouses/index.ts'
import { eventually, type Ground, startGround } from './ground.ts'
import { type House, Merchant, type Shop } from './merchant.ts'

const only = process.env.SYSTEM
const all = Object.values(warehouses).filter(({ id }) => only === undefined || id === only)

/** The dev server has no clock: who does not call is asked when this rings. A lost ring is made good a second later. */
const ring = () =>
  fetch(`${ground.url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent('* * * * *')}`).catch(() => undefined)

let ground: Ground
let clock: NodeJS.Timeout | undefined
beforeAll(async () => {
  ground = await startGround()
  if (all.some(({ poll }) => poll)) clock = setInterval(() => void ring(), 1000)
})
afterAll(() => {
  clearInterval(clock)
  return ground?.stop()
})

it('has a simulated twin of every warehouse system', () =>
  expect(Object.keys(dialects).toSorted()).toEqual(Object.keys(warehouses).toSorted()))

const LINES = [{ sku: 'TEA-1', quantity: 2 }]
const PATIENCE = 60

/** A merchant with a shop, and this system's warehouse preferred to a plain one. */
const open = async (system: string, far: Parameters<Merchant['house']>[1] = {}) => {
  const merchant = await Merchant.open(ground)
  const first = await merchant.house(system, far)
  const second = await merchant.house('rest')
  const shop = await merchant.shop('standard')
  await merchant.goods({ 'TEA-1': [100, 100] })
  return { merchant, first, second, shop }
}

const accepted = async (merchant: Merchant, shop: Shop, lines = LINES): Promise<string> => {
  const id = await merchant.place(shop, { lines })
  await eventually(async () => expect((await merchant.order(id)).state).toBe('accepted'), PATIENCE)
  return id
}
const documentOf = async (merchant: Merchant, id: string) => {
  const [document] = await merchant.documents(id)
  if (!document) throw new Error(`no document of ${id}`)
  return document
}
const at = async (merchant: Merchant, { id }: House) =>
  (await merchant.stock('TEA-1')).levels.find((level) => level.warehouseId === id)

describe.concurrent.each(all)('$id', ({ id: system, cancel, capabilities, authorization, ownIntake }) => {
  it('gets an order once, ships it whole, and its waybill reaches the shop', async () => {
    const { merchant, first, shop } = await open(system)
    const id = await accepted(merchant, shop)
    const document = await documentOf(merchant, id)
    expect(document).toMatchObject({ warehouseId: first.far, repeats: 0, lines: [{ sku: 'TEA-1', quantity: 2 }] })
    await ground.far.shipDocument(document.n)
    await eventually(async () => {
      expect((await merchant.order(id)).state).toBe('shipped')
      expect((await ground.far.order(id)).writebacks).toMatchObject([{ repeats: 0 }])
      expect(await at(merchant, first)).toMatchObject({ onHand: 98, reserved: 0 })
    }, PATIENCE)
    expect(await merchant.exceptions()).toEqual([])
  })

  it.runIf(capabilities.severalPackages === 'built')('ships in two packages, each written back once', async () => {
    const { merchant, first, shop } = await open(system)
    const id = await accepted(merchant, shop)
    await ground.far.shipDocument((await documentOf(merchant, id)).n, { packages: 2 })
    await eventually(async () => {
      expect((await merchant.order(id)).state).toBe('shipped')
      expect((await ground.far.order(id)).writebacks.map(({ repeats }) => repeats)).toEqual([0, 0])
    }, PATIENCE)
    expect(await at(merchant, first)).toMatchObject({ onHand: 98, reserved: 0 })
  })

  it.runIf(capabilities.shortShip === 'built')(
    'ships short: what left is booked, the rest waits for a word',
    async () => {
      const { merchant, first, shop } = await open(system)
      const id = await accepted(merchant, shop)
      await ground.far.shipDocument((await documentOf(merchant, id)).n, { short: 1 })
      await eventually(async () => {
        expect((await ground.far.order(id)).writebacks).toHaveLength(1)
        expect(await at(merchant, first)).toMatchObject({ onHand: 99 })
      }, PATIENCE)
    },
  )

  it.runIf(cancel !== 'never')('is stopped in time: the stock is free again', async () => {
    const { merchant, shop } = await open(system)
    const id = await accepted(merchant, shop)
    await ground.far.perform(id, 'cancel')
    await eventually(async () => {
      expect((await merchant.order(id)).state).toBe('cancelled')
      expect(await merchant.documents(id)).toMatchObject([{ status: 'cancelled' }])
      expect((await merchant.stock('TEA-1')).total.reserved).toBe(0)
    }, PATIENCE)
    expect(await merchant.exceptions()).toEqual([])
  })

  it('is asked to stop too late: a person is told, nothing is booked twice', async () => {
    const { merchant, first, shop } = await open(system)
    const id = await accepted(merchant, shop)
    await ground.far.addFault({ target: first.far, fault: 'lose', operation: 'callback', count: 1 })
    await ground.far.shipDocument((await documentOf(merchant, id)).n)
    await ground.far.perform(id, 'cancel')
    await eventually(async () => {
      const { problems } = await merchant.order(id)
      expect(problems.map(({ code }) => code).join()).toMatch(/refund_requested|cancel_failed/)
    }, PATIENCE)
    await ground.far.resend(first.far)
    await eventually(async () => expect(await at(merchant, first)).toMatchObject({ onHand: 98, reserved: 0 }), PATIENCE)
    expect(await merchant.documents(id)).toHaveLength(1)
  })

  it('that rejects is left for the other warehouse, with its reason', async () => {
    const { merchant, first, second, shop } = await open(system)
    // A refusal before the first refresh of a token is asked about once more, with the new token.
    const count = authorization ? 2 : 1
    await ground.far.addFault({ target: first.far, fault: 'reject', operation: 'place', count })
    const id = await accepted(merchant, shop)
    const order = await merchant.order(id)
    expect(order.fulfillments.map((item) => [item.warehouseId, item.status])).toEqual([
      [first.id, 'dead'],
      [second.id, 'accepted'],
    ])
    expect(order.timeline.find((one) => one.what === 'rejected')?.facts.why).toMatch(/\S/)
    expect(await at(merchant, first)).toMatchObject({ reserved: 0 })
  })

  it.runIf(ownIntake)('that has the order by itself gets no second one, nor does anybody else', async () => {
    const { merchant, first, shop } = await open(system, { far: { pulls: true } })
    const { checks } = await ground.api.post<{ checks: object[] }>(`/warehouses/${first.id}/doctor`, {})
    expect(checks).toContainEqual(expect.objectContaining({ name: 'double', state: 'unclear' }))
    const id = await merchant.place(shop, { lines: LINES })
    await eventually(async () => {
      const { problems } = await merchant.order(id)
      expect(problems).toMatchObject([{ code: 'warehouse_rejected' }])
      expect(JSON.stringify(problems)).toContain('pulled this order by itself')
    }, PATIENCE)
    expect(await merchant.documents(id)).toEqual([])
  })

  it('that is silent keeps the order: nothing goes elsewhere on a guess', async () => {
    const { merchant, first, shop } = await open(system)
    await ground.far.addFault({ target: first.far, fault: 'silent', operation: 'place', count: 1, ms: 400 })
    const id = await merchant.place(shop, { lines: LINES })
    await eventually(async () => {
      expect((await merchant.order(id)).state).toBe('accepted')
      expect(await merchant.documents(id)).toMatchObject([{ warehouseId: first.far, repeats: 0 }])
    }, PATIENCE)
    expect((await merchant.order(id)).fulfillments).toHaveLength(1)
  })

  it.runIf(capabilities.stockReport === 'built')('reports goods that came, and the shop is shown them', async () => {
    const { merchant, first, shop } = await open(system)
    await accepted(merchant, shop)
    await ground.far.inventoryReport(first.far, [{ sku: 'TEA-1', delta: 7 }])
    await eventually(async () => {
      expect(await at(merchant, first)).toMatchObject({ onHand: 107 })
      const calls = await ground.far.stockCalls({ shopId: shop.far, limit: 20 })
      expect(calls[0]?.quantity).toBe(205)
    }, PATIENCE)
  })

  const troubles: readonly Pick<FaultSpec, 'fault' | 'ms'>[] = [
    { fault: 'timeout-after', ms: 300 },
    { fault: 'reset-after' },
    { fault: 'error-after' },
    { fault: 'broken-answer' },
  ]
  it('ends with one document, whatever becomes of its answer, also where it does not de-duplicate', async () => {
    const { merchant, first, shop } = await open(system, { far: { deduplicates: false, reportsAccept: false } })
    const ids: string[] = []
    for (const trouble of troubles) {
      await ground.far.addFault({ target: first.far, operation: 'place', count: 1, ...trouble })
      ids.push(await merchant.place(shop, { lines: LINES }))
      await eventually(async () => expect(await merchant.documents(ids.at(-1) ?? '')).toHaveLength(1), PATIENCE)
    }
    for (const id of ids)
      await eventually(async () => expect((await merchant.order(id)).state).toBe('accepted'), PATIENCE)
    const summary = (await ground.far.summary()).warehouses.find((house) => house.id === first.far)
    expect(summary).toMatchObject({ documents: troubles.length, duplicatedDocuments: 0 })
  })
})
