/** From a signed webhook to the warehouse and back; and what is refused, what becomes an exception, what releases it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OrderView as FarOrder } from '../../sandbox/client.ts'
import {
  type Answer,
  douyinMessage,
  postDouyin,
  postShopify,
  postStandard,
  shopifyOrder,
  standardOrder,
} from './by-hand.ts'
import { eventually, type Ground, startGround } from './ground.ts'
import { type App, Merchant, type Shop } from './merchant.ts'

let ground: Ground
beforeAll(async () => {
  ground = await startGround()
})
afterAll(() => ground?.stop())

describe('a webhook posted by hand', () => {
  let merchant: Merchant
  let app: App
  const shops: Record<string, Shop> = {}

  beforeAll(async () => {
    merchant = await Merchant.open(ground)
    await merchant.house('rest', {
      settings: { receiverKinds: ['plain', 'douyin'] },
      far: { receiverKinds: ['plain', 'douyin'] },
    })
    app = await merchant.app()
    shops.standard = await merchant.shop('standard')
    shops.shopify = await merchant.shop('shopify')
    shops.douyin = await merchant.douyinShop(app)
    await merchant.goods({ 'TEA-1': [50], 'TEA-2': [50] })
  })

  interface Way {
    readonly platform: string
    readonly body: (order: FarOrder) => string
    readonly send: (body: string, forged?: boolean) => Promise<Answer>
    readonly accepted: Answer
    readonly refused: Answer
    readonly owner: () => string
  }
  const json = 'application/json; charset=utf-8'
  const ways: readonly Way[] = [
    {
      platform: 'standard',
      body: (order) => standardOrder(order),
      send: (body, forged) => postStandard(shop('standard'), body, forged),
      accepted: { status: 204, type: null, body: '' },
      refused: { status: 401, type: json, body: '{"code":"signature","message":"the signature does not match"}' },
      owner: () => shop('standard').id,
    },
    {
      platform: 'shopify',
      body: shopifyOrder,
      send: (body, forged) => postShopify(shop('shopify'), body, forged),
      accepted: { status: 200, type: null, body: '' },
      refused: { status: 401, type: null, body: '' },
      owner: () => shop('shopify').id,
    },
    {
      platform: 'douyin',
      body: (order) => `[${douyinMessage(shop('douyin').credentials.shopId ?? '', order)}]`,
      send: (body, forged) => postDouyin(app, body, forged),
      accepted: { status: 200, type: json, body: '{"code":0,"msg":"success"}' },
      refused: { status: 401, type: json, body: '{"code":1,"msg":"fail"}' },
      owner: () => app.id,
    },
  ]
  const shop = (platform: string): Shop => shops[platform] as Shop
  const LINES = [
    { sku: 'TEA-1', quantity: 2 },
    { sku: 'TEA-2', quantity: 1 },
  ]

  it.each(ways)(
    'of $platform is acknowledged, stored, reserved, at the warehouse, and its waybill comes back',
    async (way) => {
      const before = await merchant.stock('TEA-1')
      const order = await merchant.silentOrder(shop(way.platform), { lines: LINES })
      const posted = Date.now()
      expect(await way.send(way.body(order))).toEqual(way.accepted)
      const placed = await eventually(async () => {
        const documents = await merchant.documents(order.id)
        expect(documents).toHaveLength(1)
        return documents[0]
      })
      // Shown, never asserted: times come from the bench.
      const took = (placed?.placed ?? 0) - posted
      console.log(`${way.platform}: from the webhook to the warehouse in ${took} ms`)
      expect(placed).toMatchObject({
        status: 'accepted',
        receiver: 'right',
        lines: [
          { sku: 'TEA-1', quantity: 2 },
          { sku: 'TEA-2', quantity: 1 },
        ],
      })
      const ours = await eventually(async () => {
        const found = await merchant.order(order.id)
        expect(found.state).toBe('accepted')
        return found
      })
      expect(ours.shopId).toBe(shop(way.platform).id)
      expect(ours.fulfillments.map((item) => item.document)).toEqual([placed?.number])
      const during = await merchant.stock('TEA-1')
      expect(during.total).toMatchObject({
        onHand: before.total.onHand,
        reserved: 2,
        available: before.total.available - 2,
      })

      await ground.far.shipDocument(placed?.n ?? 0)
      const told = await eventually(async () => {
        const { writebacks, waybills } = await ground.far.order(order.id)
        expect(writebacks).toHaveLength(1)
        expect(writebacks.map((item) => item.waybill)).toEqual(waybills.map((item) => item.waybill))
        return waybills[0]?.waybill
      })
      await eventually(async () => {
        const done = await merchant.order(order.id)
        // A shop that knows all its parcels says that the order is finished.
        expect(['shipped', 'closed']).toContain(done.state)
        expect(done.shipments).toMatchObject([{ waybill: told, written: true }])
      })
      const after = await merchant.stock('TEA-1')
      expect(after.total).toMatchObject({ onHand: before.total.onHand - 2, reserved: 0 })
    },
  )

  it.each(ways)(
    'of $platform with a wrong signature gets 401 in its dialect, is counted, and leaves nothing',
    async (way) => {
      const order = await merchant.silentOrder(shop(way.platform), { lines: LINES })
      const counted = async (): Promise<number> => {
        const { connections } = await ground.api.get<Health>(`/health?merchantId=${merchant.id}`)
        const refusals = connections.find((item) => item.id === way.owner())?.refusals ?? []
        return refusals
          .filter((item) => item.reason === 'signature_mismatch')
          .reduce((sum, item) => sum + item.count, 0)
      }
      const before = await counted()
      expect(await way.send(way.body(order), true)).toEqual(way.refused)
      expect(await way.send(way.body(order), true)).toEqual(way.refused)
      await eventually(async () => expect(await counted()).toBe(before + 2))
      expect(await merchant.find(order.id)).toBeUndefined()
    },
  )

  it.each(ways)(
    'of $platform with a broken body is acknowledged, and an exception keeps its text, masked',
    async (way) => {
      const order = await merchant.silentOrder(shop(way.platform), { lines: LINES })
      const whole = way.body(order)
      const broken = whole.slice(0, -10)
      const seen = (await merchant.exceptions('payload_malformed')).map((item) => item.id)
      expect(await way.send(broken)).toEqual(way.accepted)
      const exception = await eventually(async () => {
        const fresh = (await merchant.exceptions('payload_malformed')).filter((item) => !seen.includes(item.id))
        expect(fresh).toHaveLength(1)
        return fresh[0]
      })
      expect(exception).toMatchObject({ hasRaw: true, orderId: null, connection: { id: way.owner() } })
      expect(exception?.fixEn).toBe('Look at the raw text; press retry once it is understood')
      const { raw } = await ground.api.get<{ raw: string }>(`/deliveries/${exception?.id}`)
      expect(raw).toContain('POST /hooks/')
      // Of a text that nobody can read only the bones are shown.
      expect(raw).toContain(way.platform === 'douyin' ? '"msg_id":"***"' : '"sku":"***"')
      for (const secret of [order.receiver.name, order.receiver.phone, order.receiver.address])
        if (whole.includes(secret)) expect(raw).not.toContain(secret)
      expect(await merchant.find(order.id)).toBeUndefined()
    },
  )
})

interface Health {
  readonly connections: readonly {
    readonly id: string
    readonly refusals: readonly { readonly reason: string; readonly count: number }[]
  }[]
}

describe('an exception', () => {
  it('of an unknown SKU goes out by itself once the SKU is there, for every order that named it', async () => {
    const merchant = await Merchant.open(ground)
    await merchant.house('rest')
    const shop = await merchant.shop('standard')
    await merchant.goods({ 'OLD-1': [10] })
    await merchant.farGoods({ 'NEW-1': [10] })
    const ids = await Promise.all(
      [1, 2, 3].map(() => merchant.place(shop, { lines: [{ sku: 'NEW-1' }, { sku: 'OLD-1' }] })),
    )
    await eventually(async () => {
      const found = await merchant.exceptions('sku_unknown')
      expect(found.map((item) => item.subject)).toEqual(['NEW-1', 'NEW-1', 'NEW-1'])
      expect(found[0]?.fixEn).toContain('Create the SKU')
    })
    const groups = await ground.api.get<{ items: object[] }>(`/exceptions/groups?merchantId=${merchant.id}`)
    expect(groups.items).toMatchObject([{ code: 'sku_unknown', subject: 'NEW-1', count: 3 }])
    expect(await ground.far.documents({ warehouseId: merchant.houses[0]?.far ?? '' })).toEqual([])

    const made = await ground.api.post<{ released: number }>('/skus', { merchantId: merchant.id, sku: 'NEW-1' })
    expect(made.released).toBe(3)
    await merchant.count('NEW-1', 0, 10)
    await eventually(async () => {
      for (const id of ids) expect((await merchant.documents(id)).map((item) => item.lines.length)).toEqual([2])
      expect(await merchant.exceptions()).toEqual([])
    })
  })

  it('of a missing address goes out once the receiver is completed, by hand or by the platform', async () => {
    const merchant = await Merchant.open(ground)
    await merchant.house('rest')
    const shop = await merchant.shop('standard')
    await merchant.goods({ 'TEA-1': [10] })
    const [mine, theirs] = [
      await merchant.place(shop, { receiver: { address: '' } }),
      await merchant.place(shop, { receiver: { address: '', phone: '' } }),
    ]
    await eventually(async () => {
      const found = await merchant.exceptions('receiver_incomplete')
      expect(found.map((item) => item.platformOrderId).sort()).toEqual([mine, theirs].sort())
    })
    const { id } = await merchant.order(mine)
    await ground.api.post(`/orders/${id}/receiver`, { receiver: { address: '文一西路 969 号' } })
    await ground.far.perform(theirs, 'change', { receiver: { address: '天府大道 1 号', phone: '13800001234' } })
    await eventually(async () => {
      for (const one of [mine, theirs])
        expect(await merchant.documents(one)).toMatchObject([{ status: 'accepted', receiver: 'right' }])
      expect(await merchant.exceptions()).toEqual([])
    })
  })

  it('of a rejected order is retried in bulk by its code', async () => {
    const merchant = await Merchant.open(ground)
    const house = await merchant.house('rest')
    const shop = await merchant.shop('standard')
    await merchant.goods({ 'TEA-1': [10] })
    await ground.far.addFault({ target: house.far, fault: 'reject', operation: 'place', count: 3 })
    const ids = await Promise.all([1, 2, 3].map(() => merchant.place(shop)))
    await eventually(async () => expect(await merchant.exceptions('warehouse_rejected')).toHaveLength(3))
    expect(await merchant.retry('warehouse_rejected', 'all')).toMatchObject({ orders: 3 })
    await eventually(async () => {
      for (const id of ids) expect(await merchant.documents(id)).toMatchObject([{ status: 'accepted' }])
      expect(await merchant.exceptions()).toEqual([])
    })
  })
})

describe('one 抖店 app', () => {
  let merchant: Merchant
  let app: App
  let shops: readonly Shop[]
  const KINDS = ['plain', 'douyin']

  beforeAll(async () => {
    merchant = await Merchant.open(ground)
    await merchant.house('rest', { settings: { receiverKinds: KINDS }, far: { receiverKinds: KINDS } })
    app = await merchant.app()
    shops = [await merchant.douyinShop(app), await merchant.douyinShop(app), await merchant.douyinShop(app)]
    await merchant.goods({ 'TEA-1': [200] })
  })

  const landed = async (shop: Shop): Promise<string[]> =>
    (await merchant.orders(`&shopId=${shop.id}`)).map((order) => order.platformOrderId).sort()

  it('brings the interleaved messages of three shops to their own shop each, also those in one list', async () => {
    const placed = await Promise.all(
      shops.map(async (shop) => (await ground.far.placeOrders({ shopId: shop.far, count: 4 })).ids),
    )
    // By hand: nine messages in one list, the shops in turn.
    const silent: FarOrder[][] = []
    for (const shop of shops) {
      const mine = []
      for (let i = 0; i < 3; i++) mine.push(await merchant.silentOrder(shop, {}))
      silent.push(mine)
    }
    const turns = [0, 1, 2].flatMap((turn) =>
      shops.map((shop, i) => douyinMessage(shop.credentials.shopId ?? '', silent[i]?.[turn] as FarOrder)),
    )
    expect((await postDouyin(app, `[${turns.join(',')}]`)).body).toBe('{"code":0,"msg":"success"}')
    await eventually(async () => {
      for (const [i, shop] of shops.entries())
        expect(await landed(shop)).toEqual([...(placed[i] ?? []), ...(silent[i] ?? []).map((one) => one.id)].sort())
      const documents = await ground.far.documents({ warehouseId: merchant.houses[0]?.far ?? '', limit: 1000 })
      expect(documents.filter((item) => item.receiver === 'right')).toHaveLength(21)
    })
  })

  it('keeps a message of an unregistered shop as an exception, released by a retry once the shop is there', async () => {
    const stranger = await merchant.douyinFar(app)
    await merchant.farGoods({ 'TEA-1': [200] }, [stranger.far])
    const subject = stranger.own.shopId ?? ''
    const [known] = shops as [Shop]
    // In one list with a message of a shop that is known, which goes its way at once.
    const [mine, theirs] = [await merchant.silentOrder(known, {}), await merchant.silentOrder(stranger, {})]
    const list = [douyinMessage(known.credentials.shopId ?? '', mine), douyinMessage(subject, theirs)]
    expect((await postDouyin(app, `[${list}]`)).body).toBe('{"code":0,"msg":"success"}')
    await eventually(async () => {
      const [found, ...others] = await merchant.exceptions('shop_unknown')
      expect(others).toEqual([])
      expect(found).toMatchObject({ subject, hasRaw: true, connection: { kind: 'app', id: app.id } })
      expect(found?.fixEn).toBe('Register the shop, then press retry')
      expect(await merchant.documents(mine.id)).toHaveLength(1)
    })
    expect(await merchant.find(theirs.id)).toBeUndefined()

    const shop = await merchant.douyinOurs(app, stranger)
    expect(await merchant.retry('shop_unknown', subject)).toMatchObject({ messages: 1 })
    await eventually(async () => {
      expect(await landed(shop)).toEqual([theirs.id])
      expect(await merchant.documents(theirs.id)).toMatchObject([{ status: 'accepted', receiver: 'right' }])
      expect(await merchant.exceptions('shop_unknown')).toEqual([])
    })
    expect(await merchant.documents(mine.id)).toHaveLength(1)
  })
})

describe('a receiver that no warehouse can decrypt', () => {
  it('is an exception with its fix; enabling the kind at a warehouse releases it on retry', async () => {
    const merchant = await Merchant.open(ground)
    const house = await merchant.house('rest', { far: { receiverKinds: ['plain', 'douyin'] } })
    const app = await merchant.app()
    const [shop, plain] = [await merchant.douyinShop(app), await merchant.shop('standard')]
    await merchant.goods({ 'TEA-1': [20] })
    const ids = [await merchant.place(shop), await merchant.place(shop)]
    // The warehouse is in use: whatever the Worker caches of it was read before the change.
    const other = await merchant.place(plain)
    await eventually(async () => {
      expect(await merchant.documents(other)).toHaveLength(1)
      const found = await merchant.exceptions('receiver_unshippable')
      expect(found).toMatchObject([{ subject: 'douyin' }, { subject: 'douyin' }])
      expect(found[0]?.fixEn).toBe("Enable a warehouse that prints this platform's e-waybills")
    })
    for (const id of ids) expect(await merchant.documents(id)).toEqual([])

    await ground.patch(`/warehouses/${house.id}`, { settings: { receiverKinds: ['plain', 'douyin'] } })
    expect(await merchant.retry('receiver_unshippable', 'douyin')).toMatchObject({ orders: 2 })
    await eventually(async () => {
      for (const id of ids)
        expect(await merchant.documents(id)).toMatchObject([{ status: 'accepted', receiver: 'right' }])
      expect(await merchant.exceptions()).toEqual([])
    })
  })
})

it('no message to a warehouse carried a star outside a cipher', async () => {
  const audit = await ground.far.audit()
  expect(audit.stars).toBe(0)
  expect(audit.forgeriesAccepted).toBe(0)
  expect(audit.wrongReceivers).toEqual([])
})
