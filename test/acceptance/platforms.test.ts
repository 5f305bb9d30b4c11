/**
 * One order through each platform from its push (or socket, or poll) to the waybill that is checked there; and three shops
 * on one app, interleaved, each order in its own shop. `PLATFORM=<id>` runs one alone.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { platforms as dialects } from '../../sandbox/platforms/index.ts'
import { platforms } from '../../src/platforms/index.ts'
import { eventually, type Ground, startGround } from './ground.ts'
import { Merchant, type Shop } from './merchant.ts'

const only = process.env.PLATFORM
const all = Object.values(platforms).filter(({ id }) => only === undefined || id === only)
const kinds = ['plain', ...Object.values(platforms).flatMap(({ receiverKind }) => receiverKind ?? [])]

/** The dev server has no clock: whoever is only polled is polled when this rings. */
const ring = () => fetch(`${ground.url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent('* * * * *')}`)

let ground: Ground
beforeAll(async () => {
  ground = await startGround()
})
afterAll(() => ground?.stop())

it('has a simulated twin of every platform', () =>
  expect(Object.keys(dialects).toSorted()).toEqual(Object.keys(platforms).toSorted()))

describe.each(all)('$id', (platform) => {
  let merchant: Merchant
  let shops: readonly Shop[]

  beforeAll(async () => {
    merchant = await Merchant.open(ground)
    await merchant.house('rest', { settings: { receiverKinds: kinds }, far: { receiverKinds: kinds } })
    shops = await merchant.shopsOf(platform.id, platform.scope === 'app' ? 3 : 1)
    await merchant.goods({ 'TEA-1': [100], 'TEA-2': [100] })
  })

  it('takes each order into its own shop, ships it, and writes its waybill back once', async () => {
    const lines = [
      { sku: 'TEA-1', quantity: 2 },
      { sku: 'TEA-2', quantity: 1 },
    ]
    const placed: { shop: Shop; id: string }[] = []
    for (let round = 0; round < 2; round++)
      for (const shop of shops) placed.push({ shop, id: await merchant.place(shop, { lines }) })
    if (!platform.inbound && !platform.socket) await ring()
    for (const { shop, id } of placed) {
      const order = await eventually(async () => {
        const found = await merchant.order(id)
        expect(found.state).toBe('accepted')
        return found
      }, 60)
      expect(order.shopId).toBe(shop.id)
    }
    for (const { id } of placed) {
      const [document] = await merchant.documents(id)
      await ground.far.shipDocument(document?.n ?? 0, { packages: 2 })
    }
    for (const { id } of placed) {
      const told = await eventually(async () => {
        const { writebacks } = await ground.far.order(id)
        expect(writebacks.length).toBe(2)
        return writebacks
      }, 60)
      const [document] = await merchant.documents(id)
      expect(told.map(({ repeats }) => repeats)).toEqual([0, 0])
      const waybills = told.map(({ waybill }) => waybill).toSorted()
      if (dialects[platform.id]?.ownWaybills) expect(new Set(waybills).size).toBe(document?.waybills.length)
      else expect(waybills).toEqual(document?.waybills.toSorted())
    }
    expect(await merchant.orders()).toHaveLength(placed.length)
    expect(await merchant.exceptions()).toEqual([])
  })

  it.runIf(platform.capabilities.stock === 'built')('is shown the new stock in every shop', async () => {
    for (const { far } of shops)
      await eventually(async () => {
        const calls = await ground.far.stockCalls({ shopId: far, limit: 100 })
        expect(calls.map(({ quantity }) => quantity)).toContain(100 - 2 * shops.length * 2)
      }, 60)
  })
})
