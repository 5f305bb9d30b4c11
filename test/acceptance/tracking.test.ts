/** Parcels all the way to their buyers: trackers are asked, push what they see, and the order has arrived. In the real runtime. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ParcelState } from '../../sandbox/trackers/tracker.ts'
import type { OrderView } from '../../src/store/read.ts'
import { eventually, type Ground, startGround } from './ground.ts'
import { Merchant } from './merchant.ts'

let ground: Ground
beforeAll(async () => {
  ground = await startGround()
}, 120_000)
afterAll(() => ground?.stop())

const random = (bytes = 4): string => randomBytes(bytes).toString('hex')

const CREDENTIALS = {
  kuaidi100: () => ({ customer: random(8), key: random(8), salt: random(12) }),
  kdniao: () => ({ businessId: String(randomBytes(4).readUInt32BE()), appKey: random(16) }),
}
type System = keyof typeof CREDENTIALS

interface Follower {
  readonly id: string
  readonly far: string
  readonly callbackUrl: string
}

/** A tracker with us and at the far side. `url`: where the merchant's console has it push. */
const follower = async (merchant: Merchant, system: System, settings: object = {}): Promise<Follower> => {
  const far = `t-${system}-${random()}`
  const credentials = CREDENTIALS[system]()
  const baseUrl = ground.far.trackerBaseUrl(far)
  const body = {
    merchantId: merchant.id,
    system,
    name: system,
    credentials,
    settings: { baseUrl, subscribe: 'all', ...settings },
  }
  const { id, callbackUrl } = await ground.api.post<{ id: string; callbackUrl: string }>('/trackers', body)
  // 快递鸟 pushes where its console says; 快递100 where the subscription said.
  await ground.far.putTracker({ id: far, system, name: far, credentials, ...(system === 'kdniao' && { callbackUrl }) })
  return { id, far, callbackUrl }
}

const open = async (system: System, settings: object = {}) => {
  const merchant = await Merchant.open(ground)
  await merchant.house('rest', { far: { autoShip: { afterMs: 100 } } })
  const shop = await merchant.shop('standard')
  const tracker = await follower(merchant, system, settings)
  await merchant.goods({ 'TEA-1': [100] })
  return { merchant, shop, tracker }
}

const shippedOrder = async (merchant: Merchant, shop: { readonly far: string }) => {
  const id = await merchant.place(shop, { lines: [{ sku: 'TEA-1', quantity: 1 }] })
  const waybill = await eventually(async () => {
    const [shipment] = (await merchant.order(id)).shipments
    expect(shipment?.written).toBe(true)
    return shipment?.waybill ?? ''
  })
  return { id, waybill }
}

const followed = ({ far }: Follower, waybill: string) =>
  eventually(async () => {
    const one = (await ground.far.subscriptions(far)).find((item) => item.waybill === waybill)
    expect(one).toMatchObject({ times: 1, followed: true })
    return one
  })

const tracking = (order: OrderView) => order.shipments[0]?.tracking
const seen = (tracker: Follower, waybill: string, state: ParcelState) =>
  ground.far.scan(tracker.far, { waybill, state })

describe.each(['kuaidi100', 'kdniao'] as const)('%s', (system) => {
  it('follows a parcel from the first scan to its buyer, and the order has arrived', async () => {
    const { merchant, shop, tracker } = await open(system)
    const { id, waybill } = await shippedOrder(merchant, shop)
    await followed(tracker, waybill)
    await eventually(async () => expect(tracking(await merchant.order(id))?.tracker).toBe(system))
    expect(await seen(tracker, waybill, 'collected')).toEqual({ pushed: 1 })
    await eventually(async () => {
      const order = await merchant.order(id)
      expect([order.state, tracking(order)]).toMatchObject([
        'shipped',
        { state: 'collected', collectedAt: expect.any(Number) },
      ])
      expect(order.timeline.find((entry) => entry.what === 'collected')).toMatchObject({
        who: tracker.id,
        whoName: system,
      })
    })
    await seen(tracker, waybill, 'moving')
    await seen(tracker, waybill, 'out_for_delivery')
    await seen(tracker, waybill, 'delivered')
    const order = await eventually(async () => {
      const found = await merchant.order(id)
      expect([found.state, tracking(found)?.state]).toEqual(['delivered', 'delivered'])
      expect(found.fulfillments).toMatchObject([{ delivered: true }])
      return found
    })
    expect(tracking(order)?.entries.length).toBe(4)
    // The message behind an entry can be read, and neither says who drove or signed.
    const raw = order.timeline.find((entry) => entry.what === 'tracked')?.raw
    const delivery = await ground.api.get<{ raw: string }>(`/deliveries/${raw}?merchantId=${merchant.id}`)
    expect(delivery.raw).toContain(waybill)
    for (const said of [delivery.raw, JSON.stringify(order)]) expect(said).not.toMatch(/13800001234|138-0000-1234|张三/)
    const { items } = await ground.api.get<{ items: { tracking: { state: string } }[] }>(
      `/shipments?merchantId=${merchant.id}`,
    )
    expect(items).toMatchObject([{ tracking: { state: 'delivered' } }])
    expect(await merchant.exceptions()).toEqual([])
  })

  it('loses pushes, doubles, delays and forges them: the order arrives once, and no forgery counts', async () => {
    const { merchant, shop, tracker } = await open(system)
    const { id, waybill } = await shippedOrder(merchant, shop)
    await followed(tracker, waybill)
    const fault = (name: 'duplicate' | 'lose' | 'reorder' | 'bad-signature', more: object = {}) =>
      ground.far.addFault({ target: tracker.far, fault: name, operation: 'callback', count: 1, ...more })
    await fault('lose')
    await seen(tracker, waybill, 'collected')
    await fault('reorder', { ms: 1_500 })
    await seen(tracker, waybill, 'moving')
    await fault('duplicate')
    await seen(tracker, waybill, 'out_for_delivery')
    await fault('bad-signature')
    await seen(tracker, waybill, 'delivered')
    await eventually(async () => expect((await merchant.order(id)).state).toBe('delivered'))
    await ground.far.resend(tracker.far)
    await eventually(async () => {
      const { connections } = await ground.api.get<{
        connections: { id: string; refusals: { reason: string; count: number }[] }[]
      }>(`/health?merchantId=${merchant.id}`)
      expect(connections.find((one) => one.id === tracker.id)?.refusals).toMatchObject([
        { reason: 'signature_mismatch', count: 1 },
      ])
    })
    const order = await merchant.order(id)
    expect(order.timeline.filter((entry) => entry.what === 'delivered')).toHaveLength(1)
    expect([order.state, tracking(order)?.entries.length]).toEqual(['delivered', 4])
    expect((await ground.far.subscriptions(tracker.far)).map((one) => one.times)).toEqual([1])
    expect(await merchant.exceptions()).toEqual([])
  })

  it("moves no parcel of another merchant's", async () => {
    const [mine, theirs] = [await open(system), await open(system)]
    const { id, waybill } = await shippedOrder(theirs.merchant, theirs.shop)
    await followed(theirs.tracker, waybill)
    // Pushed to my connection, rightly signed: the parcel is no order of mine, and stays unmoved.
    await ground.far.putTracker({ id: mine.tracker.far, callbackUrl: mine.tracker.callbackUrl })
    expect(await ground.far.scan(mine.tracker.far, { waybill, state: 'delivered', force: true })).toEqual({ pushed: 1 })
    await eventually(async () => {
      const { connections } = await ground.api.get<{ connections: { id: string; work: { backlog: number } }[] }>(
        `/health?merchantId=${mine.merchant.id}`,
      )
      expect(connections.find((one) => one.id === mine.tracker.id)?.work).toMatchObject({ backlog: 0 })
    })
    const order = await theirs.merchant.order(id)
    expect([order.state, tracking(order)?.state]).toEqual(['shipped', null])
    await seen(theirs.tracker, waybill, 'delivered')
    await eventually(async () => expect((await theirs.merchant.order(id)).state).toBe('delivered'))
  })
})

describe('a call that times out after it was taken', () => {
  it('leads to one parcel that is followed', async () => {
    const { merchant, shop, tracker } = await open('kuaidi100')
    await ground.far.addFault({ target: tracker.far, fault: 'reset-after', operation: 'subscribe', count: 1 })
    const { id, waybill } = await shippedOrder(merchant, shop)
    await eventually(async () => expect(tracking(await merchant.order(id))?.tracker).toBe('kuaidi100'))
    // It said 重复订阅 to the second try, which is as good.
    expect(await ground.far.subscriptions(tracker.far)).toMatchObject([{ waybill, followed: true, times: 2 }])
    expect(await merchant.exceptions()).toEqual([])
  })
})

describe('by default', () => {
  it('nobody is asked about a parcel that has just left', async () => {
    const { merchant, shop, tracker } = await open('kuaidi100', { subscribe: 'suspicious' })
    const { id } = await shippedOrder(merchant, shop)
    expect([tracking(await merchant.order(id)), await ground.far.subscriptions(tracker.far)]).toEqual([null, []])
  })
})
