/** The auditor must find what was done wrong on purpose, and nothing where nothing was. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Bench, callRest, callStandard, REST, restOrder, SECRET, startBench, until } from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench({ status: 204, body: '' })
  const { client, hook } = bench
  await client.putShop({
    id: 'own',
    platform: 'standard',
    hookUrl: hook.url,
    credentials: { secret: SECRET },
    settings: { refuseReusedWaybill: false },
    listings: [
      { code: 'A', quantity: 50 },
      { code: 'SET', quantity: 50, parts: [{ sku: 'A', quantity: 2 }] },
    ],
  })
  for (const id of ['w1', 'w2'])
    await client.putWarehouse({
      id,
      system: 'rest',
      callbackUrl: hook.url,
      credentials: REST,
      onHand: { A: 5 },
      settings: { deduplicates: false },
    })
})
afterEach(() => bench.close())

const order = async (quantity: number, more: object = {}): Promise<string> => {
  const { ids } = await bench.client.placeOrders({ shopId: 'own', count: 1, lines: [{ sku: 'A', quantity }], ...more })
  const id = ids[0] ?? ''
  await until(async () => (await bench.client.order(id)).pushes.every(({ state }) => state === 'acknowledged'))
  return id
}
/** What an honest router does: the buyer's own phone on the document. */
const place = async (warehouse: string, document: string, orderId: string, quantity: number) => {
  const { receiver } = await bench.client.order(orderId)
  const body = restOrder(document, 'A', quantity, {
    platformOrderId: orderId,
    receiver: { kind: 'plain', ...receiver },
  })
  return callRest(bench.client.warehouseBaseUrl(warehouse), 'POST', '/v1/orders', body)
}
const ship = async (document: string): Promise<string> => {
  const found = (await bench.client.documents({})).find(({ number }) => number === document)
  await bench.client.shipDocument(found?.n ?? 0)
  return (await bench.client.documents({})).find(({ number }) => number === document)?.waybills[0] ?? ''
}
const writeBack = async (orderId: string, waybill: string, quantity: number, requestId = waybill) => {
  const lineId = (await bench.client.order(orderId)).lines[0]?.id ?? ''
  return callStandard(bench.client.shopBaseUrl('own'), 'POST', '/cangqiao/shipments', {
    orderId,
    requestId,
    packages: [{ carrier: 'SF', waybill, lines: [{ lineId, quantity }] }],
  })
}
const CLEAN = {
  lost: [],
  duplicated: [],
  oversold: [],
  overpromised: [],
  waybillsTwice: [],
  unknownWaybills: [],
  notWrittenBack: [],
  stars: 0,
  forgeriesAccepted: 0,
  wrongReceivers: [],
  unattributed: [],
  placedAfterCancel: [],
}

it('has nothing to say of orders that went their way', async () => {
  const [one, split, bundle] = [await order(1), await order(2), await order(1, { lines: [{ sku: 'SET' }] })]
  await place('w1', 'D1', one, 1)
  await place('w1', 'D2', split, 1)
  await place('w2', 'D3', split, 1)
  await place('w2', 'D4', bundle, 2)
  await order(3, { payment: 'unpaid' })
  const cancelled = await order(1)
  await bench.client.perform(cancelled, 'cancel')
  for (const [document, id, quantity] of [
    ['D1', one, 1],
    ['D2', split, 1],
    ['D3', split, 1],
    ['D4', bundle, 1],
  ] as const)
    expect((await writeBack(id, await ship(document), quantity)).status).toBe(200)
  const { counts, ...found } = await bench.client.audit()
  expect(found).toEqual(CLEAN)
  expect(Object.values(counts).every((count) => count === 0)).toBe(true)
})

it('finds a lost order, wholly or in part', async () => {
  const [lost, partly] = [await order(1), await order(3)]
  await place('w1', 'D1', partly, 1)
  const { lost: found } = await bench.client.audit()
  expect(found.map(({ orderId, partly: some, missing }) => [orderId, some, missing])).toEqual(
    expect.arrayContaining([
      [lost, false, [{ sku: 'A', ordered: 1, placed: 0 }]],
      [partly, true, [{ sku: 'A', ordered: 3, placed: 1 }]],
    ]),
  )
})

it('does not call lost what was never acknowledged', async () => {
  await bench.client.addFault({ target: 'own', fault: 'lose' })
  await bench.client.placeOrders({ shopId: 'own', count: 1, lines: [{ sku: 'A' }] })
  expect((await bench.client.audit()).lost).toEqual([])
})

it('counts a cancelled document as none, and finds two live ones', async () => {
  const id = await order(1)
  await place('w1', 'D1', id, 1)
  await callRest(bench.client.warehouseBaseUrl('w1'), 'POST', '/v1/orders/D1/cancel', {})
  await place('w2', 'D2', id, 1)
  expect((await bench.client.audit()).duplicated).toEqual([])
  await place('w2', 'D2', id, 1)
  expect((await bench.client.audit()).duplicated).toMatchObject([
    {
      orderId: id,
      sku: 'A',
      ordered: 1,
      placed: 2,
      documents: [expect.stringContaining('D2'), expect.stringContaining('D2')],
    },
  ])
})

it('finds what was promised, and then shipped, beyond what was there', async () => {
  const id = await order(6)
  await place('w1', 'D1', id, 6)
  const more = [{ warehouseId: 'w1', sku: 'A', received: 5, shipped: 0, promised: 6 }]
  expect(await bench.client.audit()).toMatchObject({ oversold: [], overpromised: more })
  await ship('D1')
  expect(await bench.client.audit()).toMatchObject({ oversold: [{ ...more[0], shipped: 6 }], overpromised: [] })
  await bench.client.inventoryReport('w1', [{ sku: 'A', delta: 1 }])
  expect((await bench.client.audit()).oversold).toEqual([])
})

it('finds a waybill of two orders, one from nowhere, and one that was not told', async () => {
  const [one, two] = [await order(1), await order(1)]
  await place('w1', 'D1', one, 1)
  await place('w1', 'D2', two, 1)
  const [first, second] = [await ship('D1'), await ship('D2')]
  await writeBack(one, first, 1)
  await writeBack(two, first, 1)
  expect(await bench.client.audit()).toMatchObject({
    waybillsTwice: [{ waybill: first, orderIds: expect.arrayContaining([one, two]), effects: 2 }],
    unknownWaybills: [{ waybill: first, orderId: two }],
    notWrittenBack: [{ waybill: second, orderId: two }],
  })
})

it('finds a parcel for the wrong buyer, one after a cancel, and documents of nobody', async () => {
  const id = await order(1)
  const body = restOrder('D1', 'A', 1, {
    platformOrderId: id,
    receiver: { kind: 'plain', name: '别人', phone: '13999999999', address: '别处' },
  })
  await callRest(bench.client.warehouseBaseUrl('w1'), 'POST', '/v1/orders', body)
  const cancelled = await order(1)
  await bench.client.perform(cancelled, 'cancel')
  await until(async () => (await bench.client.order(cancelled)).pushes.every(({ state }) => state === 'acknowledged'))
  await new Promise((resolve) => setTimeout(resolve, 5))
  await place('w1', 'D2', cancelled, 1)
  await callRest(bench.client.warehouseBaseUrl('w1'), 'POST', '/v1/orders', restOrder('D3', 'A', 1))
  expect(await bench.client.audit()).toMatchObject({
    wrongReceivers: [{ document: 'D1', orderId: id }],
    placedAfterCancel: [{ document: 'D2', orderId: cancelled }],
    unattributed: ['D3'],
  })
})
