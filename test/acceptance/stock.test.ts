/** Too little stock for too many orders: who waits, what wakes them, what is never sold twice, and what the shops show. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AuditReport } from '../../sandbox/client.ts'
import { eventually, type Ground, startGround } from './ground.ts'
import { Merchant, type Shop } from './merchant.ts'

let ground: Ground
let merchant: Merchant
let shops: readonly Shop[]
const SKUS = ['TEA-1', 'TEA-2', 'TEA-3', 'TEA-4', 'TEA-5', 'TEA-6']
const ORDERS = 60

beforeAll(async () => {
  ground = await startGround()
  merchant = await Merchant.open(ground)
  const kinds = ['plain', 'douyin']
  const far = { receiverKinds: kinds, autoShip: { afterMs: 200 } }
  await merchant.house('rest', { settings: { receiverKinds: kinds }, far })
  await merchant.house('qimen', { settings: { receiverKinds: kinds }, far })
  const app = await merchant.app()
  shops = [await merchant.shop('standard'), await merchant.shop('shopify'), await merchant.douyinShop(app)]
  await merchant.goods(Object.fromEntries(SKUS.map((sku) => [sku, [8, 5]])))
  // The same delivery twice, or the same news once more as a delivery of its own.
  await ground.far.addFault({ target: '*', fault: 'duplicate', probability: 0.2 })
  await ground.far.addFault({ target: '*', fault: 'repeat', operation: 'push', probability: 0.1 })
})
afterAll(() => ground?.stop())

/** Orders by state, once nothing moves any more: each is shipped, or waits. */
const quiet = async (count: number): Promise<ReadonlyMap<string, readonly string[]>> =>
  eventually(async () => {
    const orders = await merchant.orders()
    expect(orders).toHaveLength(count)
    const moving = orders.filter((order) => !['shipped', 'closed', 'awaiting_stock'].includes(order.state))
    expect(moving).toEqual([])
    const { connections } = await ground.api.get<{ connections: { work: { backlog: number; jobs: number } }[] }>(
      `/health?merchantId=${merchant.id}`,
    )
    for (const { work } of connections) expect(work).toMatchObject({ backlog: 0, jobs: 0 })
    expect((await ground.far.summary()).warehouses.map((house) => house.accepted)).toEqual([0, 0])
    const byState = Map.groupBy(orders, (order) => (order.state === 'awaiting_stock' ? 'waiting' : 'shipped'))
    return new Map([...byState].map(([state, list]) => [state, list.map((order) => order.platformOrderId)]))
  }, 60)

/** No waiting order would fit what is left at one warehouse. */
const nobodyFits = async (waiting: readonly string[]): Promise<void> => {
  const stocks = await Promise.all(SKUS.map((sku) => merchant.stock(sku)))
  for (const id of waiting) {
    const { lines } = await ground.far.order(id)
    const need = new Map<string, number>()
    for (const line of lines) need.set(line.code, (need.get(line.code) ?? 0) + line.quantity)
    const fits = merchant.houses.filter(({ id: house }) =>
      [...need].every(([sku, n]) => {
        const levels = stocks.find((stock) => stock.sku === sku)?.levels ?? []
        return (levels.find((level) => level.warehouseId === house)?.available ?? 0) >= n
      }),
    )
    expect(fits.map((house) => `${id} would fit ${house.far}`)).toEqual([])
  }
}

const sound = (audit: AuditReport, waiting: readonly string[]): void => {
  const { oversold, overpromised, duplicated, waybillsTwice, wrongReceivers, notWrittenBack, stars } = audit
  expect({ oversold, overpromised, duplicated, waybillsTwice, wrongReceivers, notWrittenBack, stars }).toEqual({
    oversold: [],
    overpromised: [],
    duplicated: [],
    waybillsTwice: [],
    wrongReceivers: [],
    notWrittenBack: [],
    stars: 0,
  })
  expect(audit.lost.map((order) => order.orderId).sort()).toEqual([...waiting].sort())
}

/** What each shop shows of each SKU is what is available of it. */
const shown = (): Promise<void> =>
  eventually(async () => {
    const available = Object.fromEntries(
      await Promise.all(SKUS.map(async (sku) => [sku, (await merchant.stock(sku)).total.available] as const)),
    )
    for (const shop of (await ground.far.summary()).shops) expect(shop.listings).toEqual(available)
  })

let waiting: readonly string[] = []

it('orders over several SKUs wait for what is not there, and nothing is sold twice', async () => {
  for (const shop of shops)
    await ground.far.placeOrders({ shopId: shop.far, count: ORDERS / 3, maxLines: 3, maxQuantity: 3, force: true })
  const states = await quiet(ORDERS)
  waiting = states.get('waiting') ?? []
  expect(waiting.length).toBeGreaterThan(0)
  expect((states.get('shipped') ?? []).length).toBeGreaterThan(0)
  await nobodyFits(waiting)
  sound(await ground.far.audit(), waiting)
  expect(await merchant.exceptions()).toEqual([])
  await shown()
})

it('duplicates of messages changed nothing', async () => {
  const { shops: far, warehouses } = await ground.far.summary()
  expect(far.reduce((sum, shop) => sum + shop.orders, 0)).toBe(ORDERS)
  expect(warehouses.map((house) => [house.duplicatedDocuments, house.repeatedPlaces])).toEqual([
    [0, 0],
    [0, 0],
  ])
  const faults = await ground.far.faults()
  expect(faults.find((fault) => fault.fault === 'duplicate')?.hits).toBeGreaterThan(ORDERS / 10)
  expect(faults.find((fault) => fault.fault === 'repeat')?.hits).toBeGreaterThan(0)
  for (const sku of SKUS) {
    const { levels, total } = await merchant.stock(sku)
    for (const level of levels) {
      const house = merchant.houses.find((item) => item.id === level.warehouseId)?.far ?? ''
      expect(level.onHand).toBe(warehouses.find((item) => item.id === house)?.onHand[sku])
    }
    expect(total).toMatchObject({ reserved: 0, short: 0, available: total.onHand })
  }
})

it('they go out by themselves when a person enters new goods', async () => {
  const before = waiting
  for (const sku of SKUS.slice(0, 3)) await merchant.receive(sku, 0, 30)
  await eventually(async () => expect((await quiet(ORDERS)).get('waiting')?.length ?? 0).toBeLessThan(before.length))
  waiting = (await quiet(ORDERS)).get('waiting') ?? []
  await nobodyFits(waiting)
  sound(await ground.far.audit(), waiting)
  await shown()
})

it('and when the warehouses report that goods came', async () => {
  expect(waiting.length).toBeGreaterThan(0)
  for (const house of merchant.houses)
    await ground.far.inventoryReport(
      house.far,
      SKUS.map((sku) => ({ sku, delta: 60 })),
    )
  await eventually(async () => expect((await quiet(ORDERS)).get('waiting') ?? []).toEqual([]), 60)
  sound(await ground.far.audit(), [])
  expect(await merchant.exceptions()).toEqual([])
  await shown()
})
