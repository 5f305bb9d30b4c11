import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FaultName } from '../../sandbox/faults.ts'
import {
  type Bench,
  callDouyin,
  callQimen,
  callRest,
  callShopify,
  callStandard,
  DOUYIN,
  deliveryOrder,
  QIMEN,
  REST,
  restOrder,
  SECRET,
  SHOPIFY,
  startBench,
  until,
} from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench({ status: 200, body: '{"code":0}' })
  const { client, hook } = bench
  const listings = [{ code: 'A', quantity: 100 }]
  const settings = { retryMs: [20, 20, 20, 20] }
  await client.putShop({
    id: 'own',
    platform: 'standard',
    hookUrl: hook.url,
    credentials: { secret: SECRET },
    listings,
    settings,
  })
  await client.putShop({ id: 'dy', platform: 'douyin', hookUrl: hook.url, credentials: DOUYIN, listings, settings })
  await client.putShop({ id: 'sp', platform: 'shopify', hookUrl: hook.url, credentials: SHOPIFY, listings, settings })
  await client.putWarehouse({
    id: 'qm',
    system: 'qimen',
    callbackUrl: hook.url,
    credentials: QIMEN,
    onHand: { A: 100 },
    settings,
  })
  await client.putWarehouse({
    id: 'rs',
    system: 'rest',
    callbackUrl: hook.url,
    credentials: REST,
    onHand: { A: 100 },
    settings,
  })
})
afterEach(() => bench.close())

const fault = (target: string, name: FaultName, more = {}) =>
  bench.client.addFault({ target, fault: name, count: 1, ...more })
const place = (document: string) =>
  callRest(bench.client.warehouseBaseUrl('rs'), 'POST', '/v1/orders', restOrder(document, 'A', 1))
const documents = async (): Promise<string[]> => (await bench.client.documents({})).map(({ number }) => number)
const order = async (shopId: string): Promise<string> =>
  (await bench.client.placeOrders({ shopId, count: 1, lines: [{ sku: 'A' }] })).ids[0] ?? ''
const arrivals = (id: string) => bench.hook.taken.filter(({ body }) => body.includes(id))

describe('on our calls', () => {
  it('does the thing and never answers, or cuts the line, or answers with an error or nonsense', async () => {
    await fault('rs', 'timeout-after', { ms: 60, operation: 'place' })
    await expect(place('D1')).rejects.toThrow()
    await fault('rs', 'reset-after')
    await expect(place('D2')).rejects.toThrow()
    await fault('rs', 'error-after')
    expect((await place('D3')).status).toBe(503)
    await fault('rs', 'broken-answer')
    await expect(place('D4')).rejects.toThrow('JSON')
    expect((await documents()).sort()).toEqual(['D1', 'D2', 'D3', 'D4'])
    expect((await place('D1')).status).toBe(200)
    expect((await bench.client.summary()).warehouses.find(({ id }) => id === 'rs')).toMatchObject({
      documents: 4,
      repeatedPlaces: 1,
    })
  })

  it('fails before, stays silent, is slow, or refuses', async () => {
    await fault('rs', 'error-before')
    await expect(place('D1')).rejects.toThrow('JSON')
    await fault('rs', 'silent', { ms: 30 })
    await expect(place('D1')).rejects.toThrow()
    await fault('rs', 'reject')
    expect(await place('D1')).toMatchObject({ status: 422, body: { code: 'rejected' } })
    expect(await documents()).toEqual([])
    await fault('rs', 'slow', { ms: 83 })
    const timers = vi.spyOn(globalThis, 'setTimeout')
    expect((await place('D1')).status).toBe(200)
    expect(timers.mock.calls.map(([, ms]) => ms)).toContain(83)
    timers.mockRestore()
  })

  it('throttles in each dialect', async () => {
    await bench.client.addFault({ target: '*', fault: 'throttle' })
    const base = (id: string) => bench.client.shopBaseUrl(id)
    expect(await callDouyin(base('dy'), 'order.orderDetail', { shop_order_id: '1' })).toMatchObject({ code: 60000 })
    expect((await callShopify(base('sp'), '{ shop { name } }', {})).body.errors[0].extensions.code).toBe('THROTTLED')
    expect((await callStandard(base('own'), 'GET', '/cangqiao/orders/1')).status).toBe(429)
    expect(
      await callQimen(bench.client.warehouseBaseUrl('qm'), 'deliveryorder.create', deliveryOrder('D1', 'A', 1)),
    ).toContain('This ban will last for 1 more seconds')
    expect((await place('D1')).status).toBe(429)
    expect(await bench.client.removeFaults({ target: '*' })).toEqual({ removed: 1 })
    expect((await place('D1')).status).toBe(200)
  })

  it('throttles by a rate of its own', async () => {
    await bench.client.putWarehouse({ id: 'rs', settings: { rateLimit: { perSecond: 0.001, burst: 2 } } })
    const answers = [await place('D1'), await place('D2'), await place('D3')].map(({ status }) => status)
    expect(answers).toEqual([200, 200, 429])
  })

  it('the gateway of 奇门 says TOP15 after success', async () => {
    await fault('qm', 'error-after')
    const answer = await callQimen(
      bench.client.warehouseBaseUrl('qm'),
      'deliveryorder.create',
      deliveryOrder('D1', 'A', 1),
    )
    expect(answer).toContain('isp.http-read-timeout')
    expect(await documents()).toEqual(['D1'])
  })

  it('strikes by chance', async () => {
    await bench.client.addFault({ target: 'rs', fault: 'reject', probability: 0.5 })
    const answers: number[] = []
    for (let i = 0; i < 40; i += 1) answers.push((await place(`D${i}`)).status)
    const refused = answers.filter((status) => status === 422).length
    expect(refused).toBeGreaterThan(8)
    expect(refused).toBeLessThan(32)
    expect((await bench.client.faults())[0]).toMatchObject({ fault: 'reject', hits: refused })
  })
})

describe('on pushes and callbacks', () => {
  it('doubles, and repeats under a new id', async () => {
    await fault('own', 'duplicate')
    const doubled = await order('own')
    await until(() => arrivals(doubled).length === 2)
    expect(new Set(arrivals(doubled).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    await fault('sp', 'repeat')
    const repeated = await order('sp')
    await until(() => arrivals(repeated).length === 2)
    expect(new Set(arrivals(repeated).map(({ headers }) => headers['x-shopify-webhook-id'])).size).toBe(2)
  })

  it('loses a push until the sweep, or for a while', async () => {
    await fault('own', 'lose')
    const lost = await order('own')
    await fault('own', 'lose', { ms: 60 })
    const late = await order('own')
    await until(() => arrivals(late).length === 1)
    expect(arrivals(lost)).toHaveLength(0)
    expect((await bench.client.summary()).shops.find(({ id }) => id === 'own')?.lost).toBe(1)
    expect(await bench.client.resend('own')).toEqual({ resent: 1 })
    await until(() => arrivals(lost).length === 1)
  })

  it('swaps two pushes', async () => {
    await fault('own', 'reorder')
    const first = await order('own')
    await until(() => bench.sandbox.world.faults.list().length === 0)
    const second = await order('own')
    await until(() => arrivals(first).length === 1 && arrivals(second).length === 1)
    const bodies = bench.hook.taken.map(({ body }) => (body.includes(first) ? 'first' : 'second'))
    expect(bodies).toEqual(['second', 'first'])
  })

  it('forges and breaks, and never takes the answer to that for an acknowledgement', async () => {
    await fault('dy', 'bad-signature')
    const forged = await order('dy')
    await until(async () => arrivals(forged).length === 2 && (await bench.client.order(forged)).acknowledgedAt !== null)
    expect(new Set(arrivals(forged).map(({ headers }) => headers['event-sign'])).size).toBe(2)
    // This hook says yes to everything.
    expect((await bench.client.audit()).forgeriesAccepted).toBe(1)
    await fault('own', 'broken-body')
    await order('own')
    await until(() => bench.hook.taken.length === 4)
    expect(() => JSON.parse(bench.hook.taken[2]?.body ?? '')).toThrow()
    expect(JSON.parse(bench.hook.taken[3]?.body ?? '')).toMatchObject({ type: 'order.paid' })
  })

  it('gives up after its tries, and sends again when asked', async () => {
    bench.hook.answers = [{ status: 500, body: 'no' }]
    const id = await order('own')
    await until(async () => (await bench.client.order(id)).pushes[0]?.state === 'dead')
    const [push] = (await bench.client.order(id)).pushes
    expect(push).toMatchObject({ attempts: 5, status: 500, answer: 'no' })
    bench.hook.answers = [{ status: 200, body: '' }]
    await bench.client.resend('*')
    await until(async () => (await bench.client.order(id)).pushes[0]?.state === 'acknowledged')
  })

  it('strikes callbacks too', async () => {
    await bench.client.putWarehouse({ id: 'rs', settings: { autoShip: { afterMs: 0 }, reportsAccept: false } })
    await fault('rs', 'duplicate', { operation: 'callback' })
    await place('D1')
    await until(() => arrivals('shipment.created').length === 2)
  })
})

describe('on goods', () => {
  it('ships short, rejects later, or never ships', async () => {
    await bench.client.putWarehouse({ id: 'rs', settings: { autoShip: { afterMs: 0 }, reportsAccept: false } })
    await fault('rs', 'short-ship')
    await callRest(bench.client.warehouseBaseUrl('rs'), 'POST', '/v1/orders', restOrder('D1', 'A', 3))
    await until(() => arrivals('shipment.created').length === 1)
    expect(JSON.parse(arrivals('shipment.created')[0]?.body ?? '').data.packages[0].items).toEqual([
      { sku: 'A', quantity: 2 },
    ])
    await fault('rs', 'reject-later')
    await place('D2')
    await until(() => arrivals('rejected').length === 1)
    await fault('rs', 'never-ship')
    await place('D3')
    await until(() => bench.sandbox.world.faults.list().length === 0)
    const states = Object.fromEntries((await bench.client.documents({})).map(({ number, status }) => [number, status]))
    expect(states).toEqual({ D1: 'shipped', D2: 'rejected', D3: 'accepted' })
  })
})
