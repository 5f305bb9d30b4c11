/**
 * Goods that arrive at a 奇门 warehouse: announced to it, confirmed in parts, lost and told again on the way. Each part is
 * an increment and is booked once.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { qimenCall } from '../../sandbox/signatures.ts'
import { eventually, type Ground, startGround } from './ground.ts'
import { Merchant } from './merchant.ts'

let ground: Ground
beforeAll(async () => {
  ground = await startGround()
})
afterAll(() => ground?.stop())

/** Announced as the merchant's own system would: the flow does not announce yet. */
const announce = async (far: string, method: string, body: string): Promise<string> => {
  const { credentials = {} } = (await ground.far.warehouses()).find(({ id }) => id === far) ?? {}
  const at = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  const url = new URL(ground.far.warehouseBaseUrl(far))
  const params = {
    ...{ method: `taobao.qimen.${method}`, timestamp: at, format: 'xml', v: '2.0', sign_method: 'md5' },
    ...{ app_key: credentials.appKey ?? '', customerId: credentials.customerId ?? '' },
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  const sign = qimenCall(credentials.secret ?? '', new Map(url.searchParams), Buffer.from(body), 'md5')
  url.searchParams.set('sign', sign)
  return (await fetch(url, { method: 'POST', body })).text()
}

const lines = (quantity: number): string =>
  `<orderLines><orderLine><ownerCode>O</ownerCode><itemCode>TEA-1</itemCode><planQty>${quantity}</planQty></orderLine></orderLines>`

it('books each part of a receipt and of a return once, though lost and told twice', async () => {
  const merchant = await Merchant.open(ground)
  const { id, far } = await merchant.house('qimen')
  await merchant.goods({ 'TEA-1': [100] })
  const onHand = async () => (await merchant.stock('TEA-1')).levels.find((level) => level.warehouseId === id)?.onHand
  await eventually(async () => expect(await onHand()).toBe(100))
  // 奇门 writes whole seconds: within the second of the count the goods would be part of it.
  await new Promise((done) => setTimeout(done, 1_100))
  await ground.far.addFault({ target: far, fault: 'duplicate', operation: 'callback', count: 1 })
  const entry = `<request><entryOrder><entryOrderCode>CG1</entryOrderCode><warehouseCode>WX</warehouseCode><orderType>CGRK</orderType></entryOrder>${lines(20)}</request>`
  expect(await announce(far, 'entryorder.create', entry)).toContain('<flag>success</flag>')
  await eventually(async () => expect(await onHand()).toBe(120), 60)
  await ground.far.addFault({ target: far, fault: 'lose', operation: 'callback', count: 1 })
  const back = `<request><returnOrder><returnOrderCode>TH1</returnOrderCode><warehouseCode>WX</warehouseCode><orderType>THRK</orderType><preDeliveryOrderCode>D1</preDeliveryOrderCode><logisticsCode>YTO</logisticsCode></returnOrder>${lines(3)}</request>`
  expect(await announce(far, 'returnorder.create', back)).toContain('<flag>success</flag>')
  await ground.far.resend(far)
  await eventually(async () => expect(await onHand()).toBe(123), 60)
  await new Promise((done) => setTimeout(done, 1_500))
  expect(await onHand()).toBe(123)
  expect(await merchant.exceptions()).toEqual([])
})
