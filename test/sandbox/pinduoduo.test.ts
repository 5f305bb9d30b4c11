import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { qimenCall } from '../../sandbox/signatures.ts'
import { type Bench, startBench, until } from './support.ts'

const KEYS = { clientId: 'c1', clientSecret: 'secret', mallId: '4000001', accessToken: 'token-1' }
let bench: Bench
beforeAll(async () => {
  bench = await startBench()
  const listings = [{ code: 'TEA-1', quantity: 50 }]
  await bench.client.putShop({ id: 'pd', platform: 'pinduoduo', name: '茶铺', credentials: KEYS, listings })
})
afterAll(() => bench.close())

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, not typed
type Answer = any
const call = async (type: string, more: Record<string, string> = {}, keys = KEYS): Promise<Answer> => {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const system = { type, client_id: keys.clientId, access_token: keys.accessToken, timestamp, data_type: 'JSON' }
  const params = new Map(Object.entries({ ...system, ...more }))
  params.set('sign', qimenCall(keys.clientSecret, params, Buffer.alloc(0), 'md5'))
  const body = new URLSearchParams([...params])
  return (await fetch(`${bench.client.shopBaseUrl('pd')}/api/router`, { method: 'POST', body })).json()
}
const place = async (more: object = {}): Promise<string> => {
  const { ids } = await bench.client.placeOrders({
    shopId: 'pd',
    count: 1,
    lines: [{ sku: 'TEA-1', quantity: 2 }],
    ...more,
  })
  return ids[0] ?? ''
}
const detail = async (order_sn: string): Promise<Answer> =>
  (await call('pdd.order.information.get', { order_sn })).order_info_get_response.order_info

const open = async (secret = KEYS.clientSecret, ms = Date.now()): Promise<WebSocket> => {
  const hex = createHash('md5').update(`${KEYS.clientId}${ms}${secret}`).digest('hex')
  const path = `message/${KEYS.clientId}/${ms}/${encodeURIComponent(Buffer.from(hex).toString('base64'))}`
  const socket = new WebSocket(`${bench.sandbox.url.replace('http', 'ws')}/sockets/pinduoduo/${KEYS.clientId}/${path}`)
  socket.on('error', () => undefined)
  return socket
}

describe("拼多多's socket", () => {
  it('tells of paid orders at once, with ids of many digits, and takes the Ack and the heartbeat', async () => {
    const [unpaid, id] = [await place({ payment: 'unpaid' }), await place()]
    const socket = await open()
    const heard: string[] = []
    socket.on('message', (data) => heard.push(String(data)))
    await until(() => heard.length > 0)
    expect(heard.join()).toContain(id)
    expect(heard.join()).not.toContain(unpaid)
    const [, number = ''] = /"id":(\d{19}),/.exec(heard[0] ?? '') ?? []
    const ack = `{"id":${number},"commandType":"Ack","time":1,"sendTime":1,"type":"pdd_trade_TradeConfirmed","mallID":4000001}`
    socket.send(ack)
    await until(async () => (await bench.client.order(id)).acknowledgedAt !== null)
    socket.send('{"id":1,"commandType":"HeartBeat","time":1}')
    await until(() => heard.at(-1)?.includes('HeartBeat') === true)
    socket.close()
  })

  it('refuses another secret, and a digest of yesterday', async () => {
    for (const socket of [await open('wrong'), await open(KEYS.clientSecret, Date.now() - 86_400_000)])
      await until(() => socket.readyState === WebSocket.CLOSED)
  })
})

describe("拼多多's gateway", () => {
  it('refuses another secret and token, each in its code', async () => {
    const code = async (keys: typeof KEYS) => (await call('pdd.mall.info.get', {}, keys)).error_response.error_code
    expect(await code({ ...KEYS, clientSecret: 'x' })).toBe(20004)
    expect(await code({ ...KEYS, accessToken: 'x' })).toBe(10019)
  })

  it('ships the whole order by its first waybill, shows others beside it, and hides the buyer then', async () => {
    const id = await place()
    expect((await detail(id)).receiver_phone).toMatch(/^\$AgAAAA/)
    const extra = (tracking_number: string) =>
      call('pdd.order.upload.extra.logistics', {
        order_sn: id,
        extra_track_list: JSON.stringify([{ shipping_id: 44, tracking_number }]),
      })
    const send = (tracking_number: string, redelivery_type: string) =>
      call('pdd.logistics.online.send', { order_sn: id, logistics_id: '115', tracking_number, redelivery_type })
    expect((await extra('PD2')).error_response.sub_msg).toBe('订单未发货')
    expect((await send('PD1', '2')).error_response.sub_msg).toBe('订单未发货')
    expect((await send('PD1', '1')).logistics_online_send_response.is_success).toBe(true)
    expect((await send('PD1', '1')).error_response.sub_msg).toBe('订单已发货')
    expect((await extra('PD2')).upload_extra_logistics_response.success).toBe(true)
    expect(await detail(id)).toMatchObject({
      order_status: 2,
      tracking_number: 'PD1',
      extra_delivery_list: [{ tracking_number: 'PD2' }],
      receiver_phone: '',
    })
    await send('PD3', '2')
    expect((await detail(id)).tracking_number).toBe('PD3')
  })

  it('asks for half an hour at most, and for a tag with its name', async () => {
    const window = { start_updated_at: '1700000000', end_updated_at: '1700001801' }
    expect((await call('pdd.order.number.list.increment.get', window)).error_response.error_code).toBe(10001)
    const id = await place()
    expect((await call('pdd.order.note.update', { order_sn: id, note: 'n', tag: '1' })).error_response.error_code).toBe(
      10001,
    )
  })
})
