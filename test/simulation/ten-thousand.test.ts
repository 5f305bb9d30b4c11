/** Ten thousand orders for fifty SKUs of which there are too few, every fifth message told twice: who gets what, who waits, and what wakes them. */
import { expect, it } from 'vitest'
import { audit } from './auditor.ts'
import { calm } from './calm.ts'
import type { FarWarehouse } from './far.ts'
import { FarTracker } from './far-tracker.ts'

const ORDERS = 10_000
const SKUS = Array.from({ length: 50 }, (_, i) => `SKU-${String(i + 1).padStart(2, '0')}`)
const PER_SECOND = 100
const MINUTE = 60_000
/** Of the messages of shops and of warehouses. */
const TWICE = 0.2
/** Real time; it takes 20 to 40 s. */
const PATIENCE = 180_000

type Run = Awaited<ReturnType<typeof calm>>

const twice = ({ random }: Run): number => (random.chance(TWICE) ? 2 : 1)

/** Once a minute a warehouse sends off what it has, now and then one piece first and the rest a minute later. */
const work = (run: Run, house: FarWarehouse): void => {
  for (const document of house.documents.filter((item) => item.status === 'accepted')) {
    const shipped = house.ship(document, document.packages.length === 0 && run.random.chance(0.2))
    if (shipped) run.confirm(document, shipped, house, twice(run))
  }
  run.clock.at(run.clock.now + MINUTE, () => work(run, house))
}

const sell = (run: Run, i: number): void => {
  const { random, shops } = run
  const lines = Array.from({ length: 1 + random.below(3) }, (_, n) => ({
    id: String(n + 1),
    sku: random.pick(SKUS),
    quantity: 1 + random.below(3),
  }))
  run.buy(`o${i}`, lines, shops[i % shops.length], twice(run))
}

const states = ({ machine }: Run): Record<string, number> =>
  Object.fromEntries(
    machine.store
      .all<{ state: string; n: number }>('SELECT state, count(*) AS n FROM orders GROUP BY state ORDER BY state')
      .map(({ state, n }) => [state, n]),
  )

it('never oversells, lets nobody wait beside free stock, and new goods wake whoever waits', {
  timeout: PATIENCE,
}, async () => {
  const run = await calm({ shops: ['sa', 'sb'], warehouses: ['wa', 'wb'] })
  const { machine, clock, random, warehouses } = run
  const [first, second] = warehouses as [FarWarehouse, FarWarehouse]
  // Hours later: nothing is lost, twice, oversold or stuck, the books agree, and no waiting order would fit what is left.
  const settled = async (): Promise<Record<string, number>> => {
    await clock.run(clock.now + 10 * MINUTE)
    expect(audit({ seed: 1, tracker: new FarTracker('none'), ...run })).toEqual([])
    return states(run)
  }
  for (const house of warehouses) for (const sku of SKUS) run.goods(sku, 100 + random.below(200), house)
  await clock.run(clock.now + MINUTE)
  for (const house of warehouses) work(run, house)
  for (let i = 0; i < ORDERS; i++) clock.at(clock.now + Math.floor((i * 1000) / PER_SECOND), () => sell(run, i))

  const scarce = await settled()
  expect(Object.keys(scarce)).toEqual(['awaiting_stock', 'shipped'])
  expect(scarce.awaiting_stock).toBeGreaterThan(ORDERS / 4)
  expect(scarce.shipped).toBe(ORDERS - (scarce.awaiting_stock ?? 0))

  for (const sku of SKUS) run.goods(sku, 50, first)
  const less = await settled()
  expect(less.awaiting_stock).toBeGreaterThan(0)
  expect(less.awaiting_stock).toBeLessThan(scarce.awaiting_stock ?? 0)

  for (const sku of SKUS) run.goods(sku, 2_000, second)
  expect(await settled()).toEqual({ shipped: ORDERS })
  expect(machine.reports).toEqual([])
})
