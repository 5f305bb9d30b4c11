import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { standardWebhookRefusal } from '../../sandbox/signatures.ts'
import { type Bench, callRest, REST, restOrder, startBench, until } from './support.ts'

let bench: Bench
let base: string
beforeEach(async () => {
  bench = await startBench({ status: 204, body: '' })
  await bench.client.putWarehouse({
    id: 'wh',
    system: 'rest',
    callbackUrl: bench.hook.url,
    credentials: REST,
    onHand: { A: 10 },
  })
  base = bench.client.warehouseBaseUrl('wh')
})
afterEach(() => bench.close())

const create = (document: string, quantity = 2, more = {}) =>
  callRest(base, 'POST', '/v1/orders', restOrder(document, 'A', quantity, more))
const said = (type: string) =>
  bench.hook.taken.map(({ body }) => JSON.parse(body)).filter((event) => event.type === type)

describe('the plain JSON warehouse', () => {
  it('takes an order once, whatever comes again', async () => {
    const first = await create('D1')
    expect(first).toMatchObject({ status: 200, body: { externalId: expect.stringMatching(/^WMS/) } })
    expect(await create('D1')).toEqual(first)
    expect(await create('D1', 3)).toMatchObject({ status: 409, body: { code: 'exists' } })
    expect(await callRest(base, 'GET', '/v1/orders/D1')).toMatchObject({
      body: { status: 'accepted', items: [{ sku: 'A', quantity: 2 }] },
    })
    expect(await callRest(base, 'GET', '/v1/orders/D2')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    await until(() => said('order.status').length === 1)
  })

  it('makes a second document where it does not look', async () => {
    await bench.client.putWarehouse({ id: 'wh', settings: { deduplicates: false } })
    await create('D1')
    await create('D1')
    expect((await bench.client.summary()).warehouses[0]).toMatchObject({ documents: 2, duplicatedDocuments: 1 })
  })

  it('refuses a wrong signature and a nonce it has seen', async () => {
    expect(await callRest(base, 'POST', '/v1/orders', restOrder('D1', 'A', 1), 'wrong')).toMatchObject({
      status: 401,
      body: { message: 'signature' },
    })
    expect((await callRest(base, 'GET', '/v1/stock?sku=A', undefined, REST.secret, 'once')).status).toBe(200)
    expect(await callRest(base, 'GET', '/v1/stock?sku=A', undefined, REST.secret, 'once')).toMatchObject({
      status: 401,
      body: { message: 'nonce' },
    })
  })

  it('refuses stars, strangers and items it does not carry', async () => {
    const receiver = { kind: 'plain', name: '张*', phone: '138****0001', address: '文一路' }
    expect(await create('D1', 1, { receiver })).toMatchObject({ status: 422, body: { code: 'receiver_masked' } })
    expect(
      await create('D2', 1, { receiver: { kind: 'douyin', cipher: { encrypt_post_receiver: '##a*b#1##' } } }),
    ).toMatchObject({ status: 422, body: { code: 'receiver_unshippable' } })
    expect(await callRest(base, 'POST', '/v1/orders', restOrder('D3', 'B', 1))).toMatchObject({
      status: 422,
      body: { code: 'sku_unknown' },
    })
    expect((await bench.client.audit()).stars).toBe(1)
  })

  it('cancels at once or later, and not what has left', async () => {
    await create('D1')
    const cancel = (document: string) => callRest(base, 'POST', `/v1/orders/${document}/cancel`, { reason: 'buyer' })
    expect(await cancel('D1')).toMatchObject({ status: 200, body: { status: 'cancelled' } })
    await create('D2')
    const [document] = await bench.client.documents({ warehouseId: 'wh', limit: 1 })
    await bench.client.shipDocument(document?.n ?? 0)
    expect(await cancel('D2')).toMatchObject({ status: 409, body: { code: 'cannot_cancel' } })
    await bench.client.putWarehouse({ id: 'wh', settings: { cancels: 'later' } })
    expect(await cancel('D2')).toMatchObject({ body: { status: 'cancelling' } })
    await until(() => said('order.status').some(({ data }) => data.status === 'cancel_refused'))
  })

  it('ships, counts and moves, under Standard Webhooks', async () => {
    await bench.client.putWarehouse({ id: 'wh', settings: { autoShip: { afterMs: 0, packages: 3 } } })
    await create('D1', 2)
    await until(() => said('shipment.created').length === 1)
    expect(said('shipment.created')[0].data).toMatchObject({
      document: 'D1',
      final: true,
      packages: [{ items: [{ sku: 'A', quantity: 1 }] }, { items: [{ sku: 'A', quantity: 1 }] }],
    })
    for (const { headers, body } of bench.hook.taken)
      expect(standardWebhookRefusal(REST.secret, headers, Buffer.from(body), Date.now())).toBeUndefined()
    await bench.client.snapshot('wh')
    await until(() => said('stock.snapshot').length === 1)
    expect(said('stock.snapshot')[0].data).toEqual({ full: true, items: [{ sku: 'A', quantity: 8, frozen: 0 }] })
    await bench.client.inventoryReport('wh', [{ sku: 'A', delta: 5, reason: 'receipt' }])
    await until(() => said('stock.moved').length === 1)
    expect(said('stock.moved')[0].data.items).toMatchObject([{ sku: 'A', delta: 5, reason: 'receipt' }])
    expect(await callRest(base, 'GET', '/v1/stock?sku=A&sku=B')).toMatchObject({
      body: { items: [{ sku: 'A', quantity: 13, frozen: 0 }] },
    })
  })
})
