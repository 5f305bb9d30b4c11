/** The simulated trackers: what they take and refuse, whom they push to, and that their pushes are signed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as sign from '../../sandbox/signatures.ts'
import { type Bench, startBench, until } from './support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ status: 200, body: '{"result":true,"returnCode":"200","message":"成功"}' })
  const { client } = bench
  await client.putTracker({ id: 'k', system: 'kuaidi100', credentials: { key: 'key', customer: 'c' } })
  await client.putTracker({
    ...{ id: 'n', system: 'kdniao', callbackUrl: bench.hook.url },
    credentials: { businessId: '1', appKey: 'app' },
  })
})
afterAll(() => bench?.close())

const ask = async (path: string, fields: Record<string, string>) => {
  const response = await fetch(`${bench.sandbox.url}/trackers${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  return JSON.parse(await response.text())
}
const poll = (number: string, more: object = {}, company = 'yuantong') => {
  const parameters = { callbackurl: bench.hook.url, salt: 'salt', ...more }
  return ask('/k/poll', { schema: 'json', param: JSON.stringify({ company, number, key: 'key', parameters }) })
}

describe('快递100', () => {
  it('takes a subscription once, and refuses those that make no sense', async () => {
    expect(await poll('Y1')).toMatchObject({ result: true, returnCode: '200' })
    expect(await poll('Y1')).toMatchObject({ result: false, returnCode: '501' })
    expect(await poll('Y2', { callbackurl: '' })).toMatchObject({ returnCode: '700' })
    expect(await poll('S1', {}, 'shunfeng')).toMatchObject({ returnCode: '700' })
    expect(await ask('/k/poll', { schema: 'json', param: '{"key":"other"}' })).toMatchObject({ returnCode: '600' })
    expect(await bench.client.subscriptions('k')).toMatchObject([
      { waybill: 'Y1', times: 2, followed: true, salt: 'salt' },
    ])
  })

  it('answers queries that are signed', async () => {
    const param = '{"com":"yuantong","num":"Y9"}'
    const query = (wanted: string) => ask('/k/poll/query.do', { customer: 'c', sign: wanted, param })
    expect(await query(sign.kuaidi100Query(param, 'key', 'c'))).toMatchObject({ result: false, returnCode: '500' })
    expect(await query('0'.repeat(32))).toMatchObject({ returnCode: '503' })
  })

  it('pushes all scans, signed with the salt of the subscription; of what nobody follows, nothing', async () => {
    expect(await bench.client.scan('k', { waybill: 'Y1', state: 'collected' })).toEqual({ pushed: 1 })
    expect(await bench.client.scan('k', { waybill: 'Y7', state: 'collected' })).toEqual({ pushed: 0 })
    await until(() => bench.hook.taken.length === 1)
    const form = new URLSearchParams(bench.hook.taken[0]?.body)
    const param = form.get('param') ?? ''
    expect(form.get('sign')).toBe(sign.kuaidi100Push(param, 'salt'))
    expect(JSON.parse(param)).toMatchObject({ status: 'polling', lastResult: { nu: 'Y1', state: '1', data: [{}] } })
  })

  it('gives a parcel up, or goes on under another carrier', async () => {
    await bench.client.abort('k', 'Y1', 'zhongtong')
    await until(() => bench.hook.taken.length === 2)
    expect(JSON.parse(new URLSearchParams(bench.hook.taken[1]?.body).get('param') ?? '')).toMatchObject({
      ...{ status: 'abort', autoCheck: '0', comNew: 'zhongtong' },
    })
    expect(await bench.client.subscriptions('k')).toMatchObject([{ carrier: 'zhongtong', followed: true }])
    await bench.client.abort('k', 'Y1')
    expect(await bench.client.subscriptions('k')).toMatchObject([{ followed: false }])
  })
})

describe('快递鸟', () => {
  const send = (data: string, more: object = {}) =>
    ask('/n/api/dist', {
      ...{
        EBusinessID: '1',
        RequestType: '1008',
        RequestData: data,
        DataSign: sign.kdniao(data, 'app'),
        DataType: '2',
      },
      ...more,
    })

  it('takes what is signed, once, and refuses the rest', async () => {
    const data = '{"ShipperCode":"YTO","LogisticCode":"N1"}'
    expect(await send(data)).toMatchObject({ Success: true })
    expect(await send(data)).toMatchObject({ Success: false, Reason: '该单号已订阅' })
    expect(await send(data, { DataSign: 'x' })).toMatchObject({ Success: false, ResultCode: '102' })
    expect(await send('{"ShipperCode":"SF","LogisticCode":"S1"}')).toMatchObject({ ResultCode: '101' })
  })

  it('pushes to the address of its console, signed', async () => {
    bench.hook.answers = [{ status: 200, body: '{"Success":true,"UpdateTime":"2026-06-09 16:28:12"}' }]
    const before = bench.hook.taken.length
    await bench.client.scan('n', { waybill: 'N1', state: 'delivered' })
    await until(() => bench.hook.taken.length > before)
    const form = new URLSearchParams(bench.hook.taken.at(-1)?.body)
    const data = form.get('RequestData') ?? ''
    expect(form.get('DataSign')).toBe(sign.kdniao(data, 'app'))
    expect(JSON.parse(data)).toMatchObject({ Data: [{ ShipperCode: 'YTO', LogisticCode: 'N1', State: '3' }] })
  })
})
