import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sandboxClient } from '../../sandbox/client.ts'
import { type Bench, callRest, REST, restOrder, SECRET, startBench, until } from './support.ts'

describe('the control API', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await startBench({ status: 204, body: '' })
    await bench.client.putShop({
      id: 'own',
      platform: 'standard',
      hookUrl: bench.hook.url,
      credentials: { secret: SECRET },
    })
    await bench.client.putWarehouse({ id: 'w1', system: 'rest', callbackUrl: bench.hook.url, credentials: REST })
  })
  afterEach(() => bench.close())

  it('upserts: what is not named stays', async () => {
    await bench.client.putSkus([{ sku: 'A', title: '龙井', warehouses: { w1: 7 }, shops: { own: 3 } }])
    await bench.client.putSkus([
      { sku: 'A', warehouses: { w1: 9 } },
      { sku: 'B', warehouses: { w1: null }, shops: { own: { quantity: 1, code: 'B-LISTED' } } },
    ])
    const { shops, warehouses } = await bench.client.summary()
    expect(shops[0]?.listings).toEqual({ A: 3, 'B-LISTED': 1 })
    expect(warehouses[0]?.onHand).toEqual({ A: 9 })
    const renamed = await bench.client.putShop({ id: 'own', name: '新店名' })
    expect(renamed).toMatchObject({ platform: 'standard', credentials: { secret: SECRET }, hookUrl: bench.hook.url })
  })

  it('sells from its listing only, and gives back what is cancelled', async () => {
    await bench.client.putSkus([{ sku: 'A', shops: { own: 3 } }])
    const { ids, soldOut } = await bench.client.placeOrders({ shopId: 'own', count: 5, lines: [{ sku: 'A' }] })
    expect([ids.length, soldOut]).toEqual([3, 2])
    const listed = async () => (await bench.client.summary()).shops[0]?.listings.A
    expect(await listed()).toBe(0)
    await bench.client.perform(ids[0] ?? '', 'cancel')
    expect(await listed()).toBe(1)
    expect(
      (await bench.client.placeOrders({ shopId: 'own', count: 9, lines: [{ sku: 'A' }], force: true })).ids,
    ).toHaveLength(9)
  })

  it('orders at a rate, and the times are measured', async () => {
    await bench.client.putSkus([
      { sku: 'A', shops: { own: 100 } },
      { sku: 'B', shops: { own: 100 } },
    ])
    const posts = vi.spyOn(bench.sandbox.world, 'post')
    const { ids } = await bench.client.placeOrders({ shopId: 'own', count: 20, perSecond: 100, skus: ['A', 'B'] })
    await until(async () => (await bench.client.summary()).shops[0]?.acknowledged === 20)
    const due = posts.mock.calls.map(([{ at = 0 }]) => at)
    expect(due.map((at) => at - (due[0] ?? 0))).toEqual(Array.from({ length: 20 }, (_, i) => i * 10))
    const last = (await bench.client.order(ids[19] ?? '')).pushes[0]
    // A timer may be early by a part of a millisecond; a busy machine only makes it late.
    expect(last?.firstSent).toBeGreaterThanOrEqual((due[19] ?? 0) - 1)
    const order = await bench.client.order(ids[0] ?? '')
    await callRest(
      bench.client.warehouseBaseUrl('w1'),
      'POST',
      '/v1/orders',
      restOrder('D1', 'A', 1, { platformOrderId: order.id }),
    )
    const { latencies } = await bench.client.summary()
    expect(latencies.pushToAcknowledge.count).toBe(20)
    expect(latencies.pushToPlace).toMatchObject({ count: 1 })
    expect((await bench.client.orders({ shopId: 'own', limit: 5 })).length).toBe(5)
  })

  it('is bounded, and says why', async () => {
    const place = (more: object) => bench.client.placeOrders({ shopId: 'own', count: 1, ...more })
    await expect(place({ count: 20_001 })).rejects.toThrow('count must be')
    await expect(place({ count: 10, perSecond: 5_000 })).rejects.toThrow('perSecond')
    await expect(place({ count: 20_000, perSecond: 1 })).rejects.toThrow('more than 1800 s')
    await expect(place({ lines: [{ sku: 'NOPE' }] })).rejects.toThrow('does not list NOPE')
    await expect(place({ shopId: 'nobody' })).rejects.toThrow('no shop')
    await expect(
      bench.client.putShop({ id: 'x', platform: 'standard', hookUrl: 'http://example.com/' }),
    ).rejects.toThrow('only this machine')
    await expect(
      bench.client.putWarehouse({ id: 'x', system: 'rest', callbackUrl: 'https://127.0.0.1/' }),
    ).rejects.toThrow('only http')
    await expect(bench.client.addFault({ target: 'own', fault: 'nonsense' as 'slow' })).rejects.toThrow('unknown fault')
    await expect(bench.client.order('1')).rejects.toThrow('no order')
    const nonsense = await fetch(`${bench.sandbox.url}/_control/shops`, { method: 'POST', body: '{' })
    expect(nonsense.status).toBe(400)
    expect((await fetch(`${bench.sandbox.url}/_control/nothing`)).status).toBe(404)
    expect((await fetch(`${bench.sandbox.url}/shops/nobody/x`)).status).toBe(404)
  })

  it('trickles until it is told to stop', async () => {
    await bench.client.putSkus([{ sku: 'A', shops: { own: 100 } }])
    const orders = async () => (await bench.client.summary()).shops[0]?.orders
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      await bench.client.startTrickle({ shopIds: ['own'], perMinute: 1_200 })
      vi.advanceTimersByTime(100)
      expect(await orders()).toBe(2)
      await bench.client.stopTrickle()
      vi.advanceTimersByTime(60_000)
      expect(await orders()).toBe(2)
    } finally {
      vi.useRealTimers()
    }
  })

  it('has a page, Chinese first, with names made harmless', async () => {
    await bench.client.putShop({ id: 'own', name: '<b>茶铺</b>' })
    const page = await (await fetch(bench.sandbox.url)).text()
    expect(page).toContain('&lt;b&gt;茶铺&lt;/b&gt;')
    expect(page).toContain('下一单 Place an order')
    expect(page.indexOf('沙箱')).toBeLessThan(page.indexOf('Sandbox'))
  })
})

describe('the process', () => {
  const main = join(import.meta.dirname, '../../sandbox/main.ts')
  const node = join(import.meta.dirname, '../../node_modules/.bin/node')
  const children: ChildProcess[] = []
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-'))
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  })

  const start = (): Promise<{ url: string; child: ChildProcess }> =>
    new Promise((resolve, reject) => {
      const child = spawn(node, [main, '--port', '0', '--data', dir], { stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      child.once('exit', () => reject(new Error('it ended')))
      child.stdout?.once('data', (line: Buffer) => resolve({ url: JSON.parse(line.toString()).sandbox, child }))
    })

  it('says where it listens in one line of JSON, and keeps its counts over a kill', async () => {
    const first = await start()
    const client = sandboxClient(first.url)
    await client.putShop({
      id: 'own',
      platform: 'standard',
      hookUrl: 'http://127.0.0.1:9/',
      credentials: { secret: SECRET },
      listings: [{ code: 'A', quantity: 9 }],
    })
    const { ids } = await client.placeOrders({ shopId: 'own', count: 3, lines: [{ sku: 'A' }] })
    first.child.kill('SIGKILL')
    const second = await start()
    const { shops } = await sandboxClient(second.url).summary()
    expect(shops[0]).toMatchObject({ id: 'own', orders: 3, acknowledged: 0, pending: 3, listings: { A: 6 } })
    const next = await sandboxClient(second.url).placeOrders({ shopId: 'own', count: 1, lines: [{ sku: 'A' }] })
    expect(ids).not.toContain(next.ids[0])
  })
})
