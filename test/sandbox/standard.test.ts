import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { read } from '../../sandbox/json.ts'
import { standardWebhookRefusal } from '../../sandbox/signatures.ts'
import { type Bench, callStandard, SECRET, startBench, until } from './support.ts'

let bench: Bench
let base: string
beforeAll(async () => {
  bench = await startBench({ status: 204, body: '' })
  await bench.client.putShop({
    id: 'own',
    platform: 'standard',
    hookUrl: bench.hook.url,
    credentials: { secret: SECRET },
    listings: [{ code: 'TEA', quantity: 20 }],
  })
  base = bench.client.shopBaseUrl('own')
})
afterAll(() => bench.close())

const place = async (more: object = {}): Promise<string> =>
  (await bench.client.placeOrders({ shopId: 'own', count: 1, lines: [{ sku: 'TEA', quantity: 2 }], ...more })).ids[0] ??
  ''
const events = (id: string) =>
  bench.hook.taken
    .filter(({ body }) => body.includes(id))
    .map(({ body }) => read(body) as { type: string; data: { order: Record<string, unknown> } })

it('pushes the whole order under Standard Webhooks', async () => {
  const id = await place({ buyerNote: '谢谢 🙏', custom: { 自定义备注: '礼盒' }, payment: 'unpaid' })
  await until(() => events(id).length === 1)
  const push = bench.hook.taken.find(({ body }) => body.includes(id))
  expect(standardWebhookRefusal(SECRET, push?.headers ?? {}, Buffer.from(push?.body ?? ''), Date.now())).toBeUndefined()
  expect(events(id)[0]).toMatchObject({
    type: 'order.created',
    data: {
      order: {
        id,
        payment: 'unpaid',
        total: '39.80',
        buyerNote: '谢谢 🙏',
        custom: { 自定义备注: '礼盒' },
        lines: [{ sku: 'TEA', quantity: 2, price: '19.90' }],
      },
    },
  })
  for (const deed of ['pay', 'change', 'refund', 'withdraw', 'complete', 'cancel'] as const)
    await bench.client.perform(id, deed)
  await until(() => events(id).length === 7)
  expect(events(id).map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      'order.paid',
      'order.updated',
      'refund.requested',
      'refund.withdrawn',
      'refund.refunded',
      'order.cancelled',
    ]),
  )
})

describe('the shop', () => {
  const parcel = (id: string, waybill: string, quantity: number) => ({
    carrier: 'SF',
    waybill,
    lines: [{ lineId: `${BigInt(id) + 1n}`, quantity }],
  })

  it('takes shipments that list all parcels so far, and none twice', async () => {
    const id = await place()
    const ship = (requestId: string, ...packages: unknown[]) =>
      callStandard(base, 'POST', '/cangqiao/shipments', { orderId: id, requestId, packages, complete: true })
    expect((await ship('r1', parcel(id, 'SF1', 1))).status).toBe(200)
    expect((await ship('r1', parcel(id, 'SF1', 1))).status).toBe(200)
    expect(await ship('r9', parcel(id, 'SF1', 1))).toMatchObject({ status: 409, body: { code: 'exists' } })
    expect((await ship('r2', parcel(id, 'SF1', 1), parcel(id, 'SF2', 1))).status).toBe(200)
    expect(await ship('r3', parcel(id, 'SF3', 1))).toMatchObject({ status: 422, body: { code: 'already_shipped' } })
    expect((await bench.client.order(id)).writebacks).toMatchObject([
      { waybill: 'SF1', repeats: 2 },
      { waybill: 'SF2', repeats: 0 },
    ])
    const { body } = await callStandard(base, 'GET', `/cangqiao/orders/${id}`)
    expect(body).toMatchObject({ order: { status: 'finished' }, waybills: ['SF1', 'SF2'] })
    const moved = await callStandard(base, 'POST', '/cangqiao/shipments', {
      orderId: id,
      requestId: 'r4',
      replaces: 'SF2',
      packages: [parcel(id, 'SF22', 1)],
      complete: true,
    })
    expect(moved.status).toBe(200)
    expect((await bench.client.order(id)).writebacks.map(({ waybill }) => waybill).sort()).toEqual(['SF1', 'SF22'])
  })

  it('refuses a cancelled order, an unknown one, and a wrong signature', async () => {
    const id = await place()
    await bench.client.perform(id, 'cancel')
    const ship = (orderId: string) =>
      callStandard(base, 'POST', '/cangqiao/shipments', { orderId, requestId: 'x', packages: [parcel(id, 'SF9', 1)] })
    expect(await ship(id)).toMatchObject({ status: 422, body: { code: 'cancelled' } })
    expect(await ship('1')).toMatchObject({ status: 404, body: { code: 'order_unknown' } })
    expect((await callStandard(base, 'POST', '/cangqiao/stock', {}, { secret: 'whsec_AAAA' })).status).toBe(401)
  })

  it('does not answer a GET whose signed id names another path', async () => {
    const said = await callStandard(base, 'GET', '/cangqiao/orders/1', undefined, { id: 'n1:/cangqiao/orders/2' })
    expect(said.status).toBe(401)
  })

  it('takes stock and lists what changed', async () => {
    expect(
      (await callStandard(base, 'POST', '/cangqiao/stock', { requestId: 's', sku: 'TEA', quantity: 3 })).status,
    ).toBe(200)
    expect((await bench.client.summary()).shops[0]?.listings).toEqual({ TEA: 3 })
    const window = new URLSearchParams({
      from: new Date(0).toISOString(),
      to: new Date(Date.now() + 1000).toISOString(),
    })
    const { body } = await callStandard(base, 'GET', `/cangqiao/orders?${window}`)
    expect(body.orders.length).toBeGreaterThanOrEqual(3)
    expect((await callStandard(base, 'GET', '/cangqiao/orders/1')).status).toBe(404)
  })
})
