import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bare, read } from '../../sandbox/json.ts'
import { douyinPush } from '../../sandbox/signatures.ts'
import { type Bench, callDouyin, DOUYIN, startBench, until } from './support.ts'

let bench: Bench
let base: string
beforeAll(async () => {
  bench = await startBench({ status: 200, body: '{"code":0,"msg":"success"}' })
  const { client, hook } = bench
  await client.putShop({
    id: 'dy',
    platform: 'douyin',
    name: '抖店一',
    hookUrl: hook.url,
    credentials: DOUYIN,
    listings: [
      { code: 'TEA-1', quantity: 50 },
      { code: 'CUP-1', quantity: 50 },
    ],
  })
  base = client.shopBaseUrl('dy')
})
afterAll(() => bench.close())

const place = async (more: object = {}): Promise<string> => {
  const { ids } = await bench.client.placeOrders({
    shopId: 'dy',
    count: 1,
    lines: [{ sku: 'TEA-1', quantity: 2 }],
    ...more,
  })
  return ids[0] ?? ''
}
const pushOf = async (id: string, tag: string): Promise<{ data: string; msg_id: string }> => {
  const find = () => bench.hook.taken.find(({ body }) => body.includes(id) && body.includes(`"tag":"${tag}"`))
  await until(() => find() !== undefined)
  return JSON.parse(find()?.body ?? '[]')[0]
}

describe('抖店 pushes', () => {
  it('signs, names the app, and writes ids as bare numbers', async () => {
    const id = await place()
    const { data, msg_id } = await pushOf(id, '101')
    expect(data).toContain(`"p_id":${id}`)
    expect(id).toMatch(/^69\d{17}$/)
    expect(msg_id).toContain(`${id}:101:`)
    const push = bench.hook.taken.find(({ body }) => body.includes(id))
    expect(push?.headers['event-sign']).toBe(douyinPush(DOUYIN.appKey, DOUYIN.appSecret, push?.body ?? ''))
    expect(push?.headers['app-id']).toBe(DOUYIN.appKey)
    await until(async () => (await bench.client.order(id)).acknowledgedAt !== null)
  })

  it('pushes what befalls an order: unpaid, paid, address, refund by child order, cancel', async () => {
    const id = await place({ payment: 'unpaid', lines: [{ sku: 'TEA-1' }, { sku: 'CUP-1' }] })
    expect((await pushOf(id, '100')).data).toContain('"order_status":1')
    await bench.client.perform(id, 'pay')
    await pushOf(id, '101')
    await bench.client.perform(id, 'change', { receiver: { address: '新地址 9 号' } })
    expect((await pushOf(id, '105')).data).toContain('encrypt_detail')
    expect(await bench.client.perform(id, 'refund')).toEqual({ pushed: 2 })
    expect((await pushOf(id, '200')).data).toContain('"aftersale_status":6')
    await bench.client.perform(id, 'withdraw')
    await pushOf(id, '207')
    await bench.client.perform(id, 'cancel')
    expect((await pushOf(id, '106')).data).toContain('cancel_time')
  })
})

describe('抖店 answers', () => {
  it('an order in detail, its buyer as cipher and mask', async () => {
    const id = await place({ buyerNote: '放门口' })
    const { code, data } = await callDouyin(base, 'order.orderDetail', { shop_order_id: id })
    expect(code).toBe(10000)
    const order = (data as { shop_order_detail: Record<string, unknown> }).shop_order_detail
    expect(order).toMatchObject({
      order_id: id,
      order_status: 2,
      main_status: 2,
      buyer_words: '放门口',
      pay_amount: 3980,
      post_receiver: '',
      logistics_info: [],
    })
    expect(order.encrypt_post_receiver).toMatch(/^##.+\*.+#1##$/)
    expect(order.encrypt_post_tel).toMatch(/^\$\$.+\$1\$\$$/)
    expect(order.mask_post_tel).toMatch(/^\d{3}\*{4}\d{4}$/)
    expect(order.sku_order_list).toMatchObject([
      { order_id: id, code: 'TEA-1', item_num: 2, after_sale_info: { after_sale_status: 0 } },
    ])
  })

  it('refuses a wrong secret, an unsorted text and a foreign token', async () => {
    const wrong = { ...DOUYIN, appSecret: 'another' }
    expect(await callDouyin(base, 'order.orderDetail', { shop_order_id: '1' }, wrong)).toMatchObject({
      code: 40003,
      sub_code: 'isv.signature-invalid',
    })
    expect(await callDouyin(base, 'order.logisticsAdd', { order_id: '1', company_code: 'yuantong' })).toMatchObject({
      sub_code: 'isv.signature-invalid',
    })
    const stranger = { ...DOUYIN, accessToken: 'token-2' }
    expect(await callDouyin(base, 'order.orderDetail', { shop_order_id: '1' }, stranger)).toMatchObject({
      sub_code: 'isv.access-token-no-existed',
    })
    const { shops } = await bench.client.summary()
    expect(shops[0]?.counters.refused_signatures).toBe(3)
  })

  it('ships once, and says so to a repeat', async () => {
    const id = await place()
    const ship = (order: string, waybill: string, carrier = 'yuantong') =>
      callDouyin(base, 'order.logisticsAdd', { company_code: carrier, logistics_code: waybill, order_id: order })
    expect(await ship(id, 'YT1', 'nobody')).toMatchObject({ sub_code: 'isv.business-failed:60018' })
    expect(await ship(id, 'YT1')).toMatchObject({ code: 10000 })
    expect(await ship(id, 'YT1')).toMatchObject({ sub_code: 'isv.business-failed:60110' })
    expect(await ship(await place(), 'YT1')).toMatchObject({ sub_code: 'isv.business-failed:70022' })
    const order = await bench.client.order(id)
    expect(order.writebacks).toMatchObject([{ waybill: 'YT1', carrier: 'yuantong', repeats: 1 }])
    const { data } = await callDouyin(base, 'order.orderDetail', { shop_order_id: id })
    expect(data).toMatchObject({
      shop_order_detail: { order_status: 3, logistics_info: [{ tracking_no: 'YT1', delivery_id: 'YT1' }] },
    })
  })

  it('ships several parcels under one request id, which answers again as before', async () => {
    const id = await place()
    const pack = (waybill: string) => ({
      company_code: 'shunfeng',
      logistics_code: waybill,
      shipped_order_info: [{ shipped_num: 1, shipped_order_id: id }],
    })
    const params = { order_id: id, pack_list: [pack('SF1'), pack('SF2')], request_id: 'r1' }
    const first = await callDouyin(base, 'order.logisticsAddMultiPack', params)
    expect(first).toMatchObject({
      code: 10000,
      data: { pack_list: [{ logistics_code: 'SF1' }, { logistics_code: 'SF2' }] },
    })
    expect(await callDouyin(base, 'order.logisticsAddMultiPack', params)).toEqual(first)
    expect(await callDouyin(base, 'order.logisticsAddMultiPack', { ...params, request_id: 'r2' })).toMatchObject({
      code: 50002,
    })
    expect((await bench.client.audit()).waybillsTwice).toEqual([])
  })

  it('does not ship what is cancelled, unpaid, refunded or asked back', async () => {
    const ship = async (id: string) =>
      (await callDouyin(base, 'order.logisticsAdd', { company_code: 'jd', logistics_code: `JD${id}`, order_id: id }))
        .sub_code
    expect(await ship(await place({ payment: 'unpaid' }))).toBe('isv.business-failed:60137')
    const [cancelled, refunding, refunded] = await Promise.all([place(), place(), place()])
    await bench.client.perform(cancelled, 'cancel')
    await bench.client.perform(refunding, 'refund')
    await bench.client.perform(refunded, 'complete')
    expect(await ship(cancelled)).toBe('isv.business-failed:60021')
    expect(await ship(refunding)).toBe('isv.business-failed:60040')
    expect(await ship(refunded)).toBe('isv.business-failed:60068')
    await bench.client.perform(refunding, 'withdraw')
    expect(await ship(refunding)).toBe('')
    expect((await bench.client.order(cancelled)).refusedWritebacks).toMatchObject([{ reason: 'cancelled' }])
  })

  it('sets the listing by a stock call, and lists orders by their time of change', async () => {
    const listing = bench.sandbox.world.listings('dy').find((each) => each.code === 'CUP-1')
    expect(
      await callDouyin(base, 'sku.syncStock', {
        incremental: false,
        product_id: bare(listing?.parent ?? ''),
        sku_id: bare(listing?.id ?? ''),
        stock_num: 7,
      }),
    ).toMatchObject({ code: 10000 })
    expect(await callDouyin(base, 'sku.syncStock', { incremental: false, sku_id: 1, stock_num: 7 })).toMatchObject({
      code: 40004,
    })
    const { shops } = await bench.client.summary()
    expect(shops[0]).toMatchObject({ listings: { 'CUP-1': 7 }, stockCalls: 1 })
    expect(await bench.client.stockCalls({ shopId: 'dy' })).toMatchObject([{ code: 'CUP-1', quantity: 7 }])
    const page = await callDouyin(base, 'order.searchList', {
      page: 0,
      size: 2,
      update_time_end: Math.floor(Date.now() / 1000) + 1,
      update_time_start: 0,
    })
    expect((page.data as { total: number; shop_order_list: unknown[] }).shop_order_list).toHaveLength(2)
    expect(read(JSON.stringify(page))).toMatchObject({ data: { page: 0, size: 2 } })
  })
})
