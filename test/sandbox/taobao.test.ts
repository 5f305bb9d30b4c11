import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { readFrame, type TmcFrame, write } from '../../sandbox/platforms/taobao-frame.ts'
import { qimenCall } from '../../sandbox/signatures.ts'
import { type Bench, startBench, until } from './support.ts'

const KEYS = { appKey: '23000001', appSecret: 'helloworld', userId: '2088000000001', accessToken: 'token-1' }
let bench: Bench
beforeAll(async () => {
  bench = await startBench()
  const listings = [
    { code: 'TEA-1', quantity: 50 },
    { code: 'TEA-2', quantity: 50 },
  ]
  await bench.client.putShop({ id: 'tb', platform: 'taobao', name: '茶铺', credentials: KEYS, listings })
})
afterAll(() => bench.close())

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, not typed
type Answer = any
const call = async (method: string, more: Record<string, string> = {}, keys = KEYS): Promise<Answer> => {
  const timestamp = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  const system = { method, app_key: keys.appKey, session: keys.accessToken, timestamp, format: 'json', v: '2.0' }
  const params = new Map(Object.entries({ ...system, sign_method: 'md5', ...more }))
  params.set('sign', qimenCall(keys.appSecret, params, Buffer.alloc(0), 'md5'))
  const body = new URLSearchParams([...params])
  return (await fetch(`${bench.client.shopBaseUrl('tb')}/router/rest`, { method: 'POST', body })).json()
}
const place = async (): Promise<{ id: string; lines: string[] }> => {
  const lines = [{ sku: 'TEA-1', quantity: 2 }, { sku: 'TEA-2' }]
  const { ids } = await bench.client.placeOrders({ shopId: 'tb', count: 1, lines })
  const id = ids[0] ?? ''
  return { id, lines: (await bench.client.order(id)).lines.map((line) => line.id) }
}

const open = async (
  secret = KEYS.appSecret,
): Promise<{ frames: TmcFrame[]; send: (frame: Buffer) => void; closed: () => boolean }> => {
  const socket = new WebSocket(`${bench.sandbox.url.replace('http', 'ws')}/sockets/taobao/${KEYS.appKey}`)
  const frames: TmcFrame[] = []
  socket.on('message', (data) => frames.push(readFrame(data as Buffer) as TmcFrame))
  await new Promise((resolve) => socket.once('open', resolve))
  const signed = { app_key: KEYS.appKey, group_name: 'default', timestamp: String(Date.now()) }
  const middle = Object.entries(signed).flat().join('')
  const { createHash } = await import('node:crypto')
  const sign = createHash('md5').update(`${secret}${middle}${secret}`).digest('hex').toUpperCase()
  socket.send(write(0, { ...signed, sign }))
  return { frames, send: (frame) => socket.send(frame), closed: () => socket.readyState === WebSocket.CLOSED }
}

describe("淘宝's channel", () => {
  it('gives a token, lets messages flow once they are pulled, and wants the token with each confirm', async () => {
    const { id } = await place()
    const { frames, send, closed } = await open()
    await until(() => frames.length === 1)
    const token = frames[0]?.token ?? ''
    expect(frames[0]).toMatchObject({ type: 1, fields: {} })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(frames).toHaveLength(1)
    send(write(2, { __kind: 1 }, { token }))
    await until(() => frames.length > 1)
    const { fields } = frames[1] as TmcFrame
    expect(fields).toMatchObject({ __kind: '3', topic: 'taobao_trade_TradeBuyerPay', userid: KEYS.userId })
    expect(fields.content).toContain(`"tid":${id}`)
    send(write(2, { __kind: 2, id: BigInt(fields.id ?? '0') }, { token }))
    await until(async () => (await bench.client.order(id)).acknowledgedAt !== null)
    send(write(2, { __kind: 1 }, { token: 'another' }))
    await until(closed)
  })

  it('refuses another secret, in an answer and by closing', async () => {
    const { closed } = await open('wrong')
    await until(closed)
  })
})

describe('TOP', () => {
  it('shows only what is asked for, and an oaid on its conditions', async () => {
    const { id } = await place()
    const trade = async (fields: string, more = {}) =>
      (await call('taobao.trade.fullinfo.get', { tid: id, fields, ...more })).trade_fullinfo_get_response.trade
    expect(Object.keys(await trade('tid,status'))).toEqual(['tid', 'status'])
    const five = 'receiver_name,receiver_address,created,receiver_mobile,receiver_phone'
    expect((await trade(five)).oaid).toBeUndefined()
    expect((await trade('receiver_name', { include_oaid: 'include_oaid' })).oaid).toBeUndefined()
    const whole = await trade(five, { include_oaid: 'include_oaid' })
    expect([whole.receiver_name.slice(1), whole.oaid.length > 20]).toEqual(['**', true])
  })

  it('refuses another secret, token and app, each in its code', async () => {
    const code = async (keys: typeof KEYS) => (await call('taobao.user.seller.get', {}, keys)).error_response.code
    expect(await code({ ...KEYS, appSecret: 'x' })).toBe(25)
    expect(await code({ ...KEYS, accessToken: 'x' })).toBe(27)
    expect(await code({ ...KEYS, appKey: '1' })).toBe(29)
  })

  it('ships pieces of lines, counts what is said wrong of them, and not twice', async () => {
    const { id, lines } = await place()
    const [first = ''] = lines
    const send = (waybill: string, num: number, is_part_consign: boolean) =>
      call('alibaba.ascp.logistics.offline.send', {
        tid: id,
        consign_type: '1',
        consign_pkgs: JSON.stringify([{ out_sid: waybill, company_code: 'ZTO', goods: [{ sub_tid: first, num }] }]),
        consign_status: JSON.stringify([{ sub_tid: first, is_part_consign }]),
      })
    const wrong = () => bench.sandbox.world.store.counted('tb', 'part_consign_wrong')
    expect((await send('TB1', 1, true)).alibaba_ascp_logistics_offline_send_response.result.success).toBe(true)
    expect(wrong()).toBe(0)
    await send('TB2', 1, true)
    expect(wrong()).toBe(1)
    expect((await send('TB3', 1, false)).error_response.sub_code).toContain(':B04')
    const { shippings } = (await call('taobao.logistics.orders.get', { tid: id })).logistics_orders_get_response
    expect(shippings.shipping.map((one: Answer) => one.out_sid)).toEqual(['TB1', 'TB2'])
  })
})
