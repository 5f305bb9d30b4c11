/** Once a day of use a stock object holds its books against their own sums, and says so where they differ. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, expect, it, vi } from 'vitest'
import type { StockOp } from '../../src/domain/stock.ts'
import type { SkuStock } from '../../src/objects/sku-stock.ts'

const { SKU_STOCK } = env as unknown as { readonly SKU_STOCK: DurableObjectNamespace<SkuStock> }
const NOON = Date.UTC(2026, 10, 11, 4)

const place = { sku: 'TEA', warehouseId: 'wh_1' }
const claimant = { orderId: 'O1', shipBy: NOON, placedAt: NOON }
const OPS: readonly StockOp[] = [
  { kind: 'snapshot', id: 'count', ...place, onHand: 9, asOf: NOON, feed: 'gross' },
  { kind: 'reserve', id: 'D1', ...place, reservation: 'D1:TEA', quantity: 2, claimant, eligible: ['wh_1'] },
]

let turn = 0
const used = async (name: string, ops = OPS) => {
  const stub = SKU_STOCK.getByName(name)
  const answer = await stub.apply({ lane: 'shop:s', doneUpTo: 0, turn: ++turn, now: NOON, ops, closed: [] })
  expect(answer.results.map(({ outcome }) => outcome)).not.toContain('refused')
  await vi.waitUntil(() => runInDurableObject(stub, (_, { storage }) => storage.getAlarm()))
  return stub
}

let lines: string[] = []
beforeEach(() => {
  lines = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
})
const told = () => lines.map((line) => JSON.parse(line))

it('says nothing of books that are right, and rests until it is used again', async () => {
  const stub = await used('m/right')
  expect([await runDurableObjectAlarm(stub), await runDurableObjectAlarm(stub)]).toEqual([true, false])
  expect(told()).toEqual([])
  await used('m/right', [])
  expect(await runDurableObjectAlarm(stub)).toBe(true)
})

it('tells what differs, and mends nothing', async () => {
  const stub = await used('m/wrong')
  await runInDurableObject(stub, (_, { storage }) => void storage.sql.exec('UPDATE level SET reserved = 1'))
  await runDurableObjectAlarm(stub)
  const differences = [{ ...place, figure: 'reserved', kept: 1, summed: 2 }]
  expect(told()).toEqual([{ what: 'ledger differs', count: 1, differences }])
  await used('m/wrong', [])
  await runDurableObjectAlarm(stub)
  expect(told()).toHaveLength(2)
})
