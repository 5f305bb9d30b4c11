/** Orders, exceptions, stock as a merchant works with them: over the real Worker, its lanes and its ledger. */
import { exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { keyedDigest } from '../../src/wire/signature.ts'
import {
  db,
  eventually,
  type Ground,
  get,
  good,
  ground,
  ORIGIN,
  orderEvent,
  orderIn,
  patch,
  post,
  push,
  refusal,
  TAKEN,
  tokenOf,
} from './api-support.ts'

let g: Ground
const mine = (more: Readonly<Record<string, unknown>> = {}) => ({ merchantId: g.merchantId, ...more })
const counted = async (sku: string, onHand: number): Promise<void> => {
  await good(post('/skus', mine({ sku })), 201)
  await good(post('/stock/adjustments', mine({ warehouseId: g.warehouseId, sku, onHand, reason: 'count' })))
}
const placed = async (id: string, sku: string, state: RegExp, more: Readonly<Record<string, unknown>> = {}) => {
  expect(await push(g.shopId, orderEvent(id, sku, more))).toBe(204)
  return orderIn(g.merchantId, id, state)
}
// biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
type Any = any
const lines = (order: Any): string[] =>
  order.timeline.map((entry: { what: string; who: string }) => `${entry.who} ${entry.what}`)

beforeAll(async () => {
  g = await ground('Orders')
  await counted('TEA', 100)
})

describe('an order', () => {
  it('shows what happened to it, and nothing private', async () => {
    const order = await placed('O-1', 'TEA', TAKEN)
    expect(order).toMatchObject({
      platformOrderId: 'O-1',
      customKeys: ['自定义备注'],
      hasNote: true,
      problems: [],
      receiver: { kind: 'plain', masked: { name: '张**', phone: '***5678' } },
    })
    expect(order.fulfillments).toMatchObject([
      { warehouseId: g.warehouseId, status: 'reserved', lines: [{ sku: 'TEA', quantity: 2 }] },
    ])
    expect(lines(order)).toEqual(['platform order_received', 'cangqiao allocated'])
    for (const secret of ['三丰', '13812345678', '文一西路', '请尽快', '刻字', 'sealed', '"v1.'])
      expect(JSON.stringify(order)).not.toContain(secret)
    expect((await good(get(`/stock/TEA?merchantId=${g.merchantId}`))).levels[0]).toMatchObject({
      onHand: 100,
      reserved: 2,
      available: 98,
    })
  })

  it('is found by whatever is at hand', async () => {
    const order = await placed('O-2', 'TEA', TAKEN)
    const [{ document }] = order.fulfillments
    const found = async (q: string): Promise<[string, string][]> =>
      (await good(get(`/orders?merchantId=${g.merchantId}&q=${encodeURIComponent(q)}`))).items.map(
        (item: { platformOrderId: string; by: string }) => [item.platformOrderId, item.by],
      )
    expect(await found('O-2')).toEqual([['O-2', 'order']])
    expect(await found(order.id)).toEqual([['O-2', 'order']])
    expect(await found(` ${document.toLowerCase()} `)).toEqual([['O-2', 'document']])
    expect((await found('TEA')).map(([id]) => id)).toEqual(['O-2', 'O-1'])
    expect((await found('5678'))[0]).toEqual(['O-2', 'phone'])
    expect(await found('1234')).toEqual([])
    expect(await good(get(`/fulfillments/${document}`))).toMatchObject({
      orderId: order.id,
      document,
      status: 'reserved',
    })
    expect((await good(get(`/fulfillments?merchantId=${g.merchantId}&sku=TEA`))).items).toHaveLength(2)
    expect((await good(get(`/shipments?merchantId=${g.merchantId}`))).items).toEqual([])
  })

  it('is listed by shop and state, newest first, page by page', async () => {
    await placed('O-3', 'TEA', TAKEN)
    const list = async (query: string): Promise<{ ids: string[]; next: string | null }> => {
      const { items, nextCursor } = await good(get(`/orders?${query}`))
      return { ids: items.map((item: { platformOrderId: string }) => item.platformOrderId), next: nextCursor }
    }
    const first = await list(`shopId=${g.shopId}&limit=2`)
    expect(first.ids).toEqual(['O-3', 'O-2'])
    expect((await list(`shopId=${g.shopId}&limit=2&cursor=${first.next}`)).ids).toEqual(['O-1'])
    expect((await list(`merchantId=${g.merchantId}&state=exception`)).ids).toEqual([])
    expect((await list(`merchantId=${g.merchantId}&state=held`)).ids).toEqual([])
    expect((await list(`merchantId=${g.merchantId}&limit=2`)).ids).toEqual(['O-3', 'O-2'])
    expect((await list(`shopId=${g.shopId}&state=held&limit=1`)).ids).toEqual([])
    expect((await list(`shopId=${g.shopId}&platformOrderId=O-2`)).ids).toEqual(['O-2'])
    expect(await refusal(get(`/orders?merchantId=${g.merchantId}&state=lost`))).toEqual([
      422,
      'state',
      expect.any(String),
    ])
  })

  it('is held, released and cancelled, each by name and with its reason', async () => {
    const { id } = await placed('O-4', 'TEA', TAKEN)
    const held = await good(
      post(`/orders/${id}/hold`, { why: 'the buyer rang' }, { token: await tokenOf(g.merchantId, 'operator') }),
    )
    expect(held).toMatchObject({
      status: 'done',
      order: { state: 'held', hold: { why: 'the buyer rang', by: `operator of ${g.merchantId}` } },
    })
    expect(await refusal(post(`/orders/${id}/hold`, {}))).toEqual([409, 'id', expect.any(String)])
    expect((await good(post(`/orders/${id}/release`, {}))).order).toMatchObject({
      hold: null,
      state: expect.stringMatching(TAKEN),
    })
    expect(await refusal(post(`/orders/${id}/release`, {}))).toEqual([409, 'id', 'the order is not on hold'])
    const { order } = await good(post(`/orders/${id}/cancel`, { why: 'wrong size' }))
    expect(['cancelled', 'cancel_requested']).toContain(order.state)
    expect(lines(order)).toContain('operator:admin order_cancelled')
  })

  it('is not touched by who has not seen its present state, nor twice by one request', async () => {
    const { id } = await placed('O-5', 'TEA', TAKEN)
    const tag = (await get(`/orders/${id}`)).headers.get('etag') ?? ''
    const [first, second] = [
      await post(`/orders/${id}/hold`, {}, { key: 'hold-5', headers: { 'if-match': tag } }),
      await post(`/orders/${id}/hold`, {}, { key: 'hold-5', headers: { 'if-match': tag } }),
    ]
    expect([first.status, second.text]).toEqual([200, first.text])
    expect(await refusal(post(`/orders/${id}/release`, {}, { headers: { 'if-match': tag } }))).toEqual([
      412,
      'If-Match',
      'names an older state',
    ])
    expect(lines(await good(get(`/orders/${id}`))).filter((line) => line.endsWith('held'))).toHaveLength(1)
  })

  it('gets the receiver it lacked, which is sealed at once', async () => {
    const { id, problems } = await placed('O-6', 'TEA', /exception/, {
      receiver: { name: '李四', phone: '13900001111', province: '浙江省' },
    })
    expect(problems).toMatchObject([{ code: 'receiver_incomplete' }])
    expect(await refusal(post(`/orders/${id}/receiver`, { receiver: {} }))).toEqual([
      422,
      'receiver',
      'must have at least one part',
    ])
    expect(await refusal(post(`/orders/${id}/receiver`, { receiver: { address: '文一***' } }))).toEqual([
      422,
      'receiver.address',
      'must carry no stars',
    ])
    expect(await refusal(post(`/orders/${id}/override`, { problemId: problems[0].id }))).toEqual([
      409,
      'problemId',
      expect.any(String),
    ])
    const { order } = await good(
      post(`/orders/${id}/receiver`, { receiver: { address: '龙井路 88 号', city: '杭州市' } }),
    )
    expect(order).toMatchObject({ problems: [], receiver: { missing: [], masked: { name: '李**', phone: '***1111' } } })
    expect(JSON.stringify(order)).not.toContain('龙井路')
    const body = await db().prepare('SELECT body FROM orders WHERE id = ?').bind(id).first<string>('body')
    expect(body).not.toContain('龙井路')
  })

  it('goes on although it is late, once somebody says so', async () => {
    const { id, problems } = await placed('O-7', 'TEA', /exception/, {
      shipBy: new Date(Date.now() + 60_000).toISOString(),
    })
    expect(problems).toMatchObject([{ code: 'order_late', overridable: true }])
    expect(await refusal(post(`/orders/${id}/override`, { problemId: 'another' }))).toEqual([
      409,
      'problemId',
      'names no open problem of this order',
    ])
    expect(
      (await good(post(`/orders/${id}/override`, { problemId: problems[0].id, why: 'on its way' }))).order,
    ).toMatchObject({ problems: [], state: expect.stringMatching(TAKEN) })
    expect(await refusal(post(`/orders/${id}/override`, {}))).toEqual([409, 'id', 'the order has no open problem'])
    expect((await good(get(`/exceptions?merchantId=${g.merchantId}&orderId=${id}`))).items).toMatchObject([
      { code: 'order_late', closedAt: expect.any(Number) },
    ])
  })

  it('is looked at again, and moved only where there is something to move', async () => {
    const { id } = await placed('O-8', 'TEA', TAKEN)
    expect(lines((await good(post(`/orders/${id}/retry`, {}))).order)).toContain('operator:admin retried')
    const moved = await good(post(`/orders/${id}/reroute`, { why: 'they are on strike' }))
    const [first] = moved.order.fulfillments
    expect(first.status === 'dead' || first.stop !== null).toBe(true)
    expect(lines(moved.order)).toContain('operator:admin overridden')
  })
})

describe('a message', () => {
  it('is shown to who may act, with its buyer starred', async () => {
    const order = await placed('O-9', 'TEA', TAKEN)
    const { raw } = order.timeline[0]
    const shown = await good(get(`/deliveries/${raw}?orderId=${order.id}`))
    expect(shown).toMatchObject({ id: raw, connection: { kind: 'shop', id: g.shopId } })
    expect(shown.raw).toMatch(/^POST \/hooks\/standard\/[\s\S]*"O-9"[\s\S]*"TEA"/)
    for (const secret of ['张三丰', '13812345678', '文一西路', '请尽快', '刻字'])
      expect(shown.raw).not.toContain(secret)
    expect((await get(`/deliveries/shop:${g.shopId}:9999:0`)).status).toBe(404)
    expect((await get(`/deliveries/nonsense`)).status).toBe(404)
  })
})

describe('an exception', () => {
  it('stands for many orders, which look again together', async () => {
    for (const id of ['E-1', 'E-2', 'E-3']) await placed(id, 'NEW', /exception/)
    const groups = (await good(get(`/exceptions/groups?merchantId=${g.merchantId}`))).items
    expect(groups).toContainEqual(
      expect.objectContaining({
        code: 'sku_unknown',
        subject: 'NEW',
        count: 3,
        en: 'Code NEW matches no SKU',
        fixEn: expect.any(String),
      }),
    )
    const page = await good(get(`/exceptions?merchantId=${g.merchantId}&code=sku_unknown&limit=2`))
    expect(page.items.map((item: Any) => item.orderState)).toEqual(['exception', 'exception'])
    expect(
      (await good(get(`/exceptions?merchantId=${g.merchantId}&code=sku_unknown&limit=2&cursor=${page.nextCursor}`)))
        .items,
    ).toHaveLength(1)
    expect(await good(post('/exceptions/retry', mine({ code: 'sku_unknown', subject: 'NEW' })))).toMatchObject({
      status: 'done',
      total: 3,
      done: 3,
      orders: 3,
      messages: 0,
      more: false,
    })
    expect(await refusal(post('/exceptions/dismiss', mine({ code: 'sku_unknown', subject: 'NEW' })))).toEqual([
      409,
      'problemId',
      expect.any(String),
    ])
    expect((await post('/exceptions/retry', mine({ code: 'sku_unknown', subject: 'none' }))).status).toBe(404)
    expect((await refusal(post('/exceptions/retry', mine({ code: 'no_such_code', subject: 'x' }))))[1]).toBe('code')
  })

  it('of an unknown SKU ends with the SKU: its orders are told', async () => {
    const { id } = await orderIn(g.merchantId, 'E-1')
    expect(await good(post('/skus', mine({ sku: 'NEW' })), 201)).toMatchObject({ released: 3 })
    await eventually(async () =>
      lines(await good(get(`/orders/${id}`))).filter((line) => line === 'operator:admin retried').length >= 2
        ? true
        : undefined,
    )
  })

  it('of an unknown SKU ends with the SKU: its orders go on', async () => {
    await good(
      post('/stock/adjustments', mine({ warehouseId: g.warehouseId, sku: 'NEW', onHand: 10, reason: 'count' })),
    )
    expect((await orderIn(g.merchantId, 'E-1', TAKEN)).problems).toEqual([])
  })

  it('of one order is settled alone', async () => {
    const { id, problems } = await placed('E-4', 'TEA', /exception/, {
      shipBy: new Date(Date.now() + 60_000).toISOString(),
    })
    const exception = encodeURIComponent(problems[0].id)
    expect(await good(get(`/exceptions/${exception}`))).toMatchObject({
      code: 'order_late',
      orderId: id,
      platformOrderId: 'E-4',
      closedAt: null,
    })
    expect((await good(post(`/exceptions/${exception}/retry`, {}))).order.state).toBe('exception')
    expect((await good(post(`/exceptions/${exception}/dismiss`, { why: 'agreed' }))).order.state).toMatch(TAKEN)
    expect(await refusal(post(`/exceptions/${exception}/dismiss`, {}))).toEqual([409, 'id', 'it is closed already'])
  })

  it('of a message nobody understands keeps the message, and says so until it can be read', async () => {
    expect(
      await push(g.shopId, {
        type: 'order.paid',
        timestamp: new Date().toISOString(),
        data: { order: { id: 'E-5', receiver: { name: '王五' } } },
      }),
    ).toBe(204)
    const found = await eventually(
      async () => (await good(get(`/exceptions?merchantId=${g.merchantId}&code=payload_malformed`))).items[0],
    )
    expect(found).toMatchObject({ orderId: null, hasRaw: true, connection: { kind: 'shop', id: g.shopId } })
    expect((await good(get(`/deliveries/${found.id}`))).raw).toContain('E-5')
    const [status, , rule] = await refusal(post(`/exceptions/${found.id}/retry`, {}))
    expect([status, rule]).toEqual([409, expect.stringContaining('still cannot be booked')])
    expect(await good(post(`/exceptions/${found.id}/dismiss`, {}))).toMatchObject({
      status: 'done',
      exception: { closedAt: expect.any(Number) },
    })
  })

  it('of a shop that was not registered ends with the shop: its message is read again', async () => {
    const keys = { appKey: '7000000000000000009', appSecret: 'the-secret-of-the-app' }
    const app = await good(post('/apps', mine({ platform: 'douyin', name: 'App', credentials: keys })), 201)
    const data = JSON.stringify({
      p_id: '6900000000000000777',
      shop_id: '778899',
      order_status: 2,
      update_time: 1_795_507_300,
    })
    const body = new TextEncoder().encode(JSON.stringify([{ tag: '101', msg_id: '6900000000000000777:101:1', data }]))
    const url = `${ORIGIN}/hooks/douyin/${app.id}`
    const { headers } = keyedDigest({ header: 'event-sign', before: 'appKey', after: 'appSecret' }).sign(
      { method: 'POST', url, headers: {}, body },
      keys,
      0,
    )
    const worker = (exports as unknown as { readonly default: Fetcher }).default
    expect((await worker.fetch(new Request(url, { method: 'POST', headers, body }))).status).toBe(200)
    const found = await eventually(
      async () => (await good(get(`/exceptions?merchantId=${g.merchantId}&code=shop_unknown`))).items[0],
    )
    expect((await refusal(post(`/exceptions/${found.id}/retry`, {})))[2]).toContain(
      'Shop 778899 of this app is not registered',
    )
    await good(
      post(
        '/shops',
        mine({
          platform: 'douyin',
          name: 'Found',
          appId: app.id,
          credentials: { shopId: '778899', accessToken: 'a-token' },
        }),
      ),
      201,
    )
    expect((await good(post(`/exceptions/${found.id}/retry`, {}))).exception.closedAt).toEqual(expect.any(Number))
    expect(await orderIn(g.merchantId, '6900000000000000777')).toMatchObject({ state: 'received' })
  })

  it('of a refused credential ends with the next try', async () => {
    const lane = `shop:${g.shopId}`
    const id = `${lane}:credential:${g.shopId}`
    const problem = { code: 'credential_refused', at: g.shopId, facts: { connection: 'shop', message: 'expired' } }
    await db()
      .prepare(
        `INSERT INTO exceptions (id, merchant_id, lane, code, subject, opened_at, body) VALUES (?, ?, ?, 'credential_refused', ?, 1, ?)`,
      )
      .bind(id, g.merchantId, lane, g.shopId, JSON.stringify({ problem }))
      .run()
    const health = await good(get(`/health?merchantId=${g.merchantId}`))
    expect(health.connections.find((item: Any) => item.id === g.shopId)).toMatchObject({
      refusedSince: 1,
      lastOrderAt: expect.any(Number),
      work: { failures: 0, refused: null },
    })
    expect(await refusal(post(`/exceptions/${id}/dismiss`, {}))).toEqual([409, 'id', expect.any(String)])
    expect((await good(post(`/exceptions/${id}/retry`, {}))).exception.closedAt).toEqual(expect.any(Number))
  })
})

describe('what takes longer', () => {
  it('is taken all the same, and can be asked for', async () => {
    const house = await good(
      post(
        '/warehouses',
        mine({
          system: 'rest',
          name: 'Slow',
          credentials: { secret: 'x' },
          settings: { baseUrl: 'https://partner.test' },
        }),
      ),
      201,
    )
    const lane = `wh:${house.id}`
    const { no } = (await db().prepare('SELECT no FROM lanes WHERE name = ?').bind(lane).first<{ no: number }>()) ?? {
      no: 0,
    }
    // A lane that does not find itself in the store takes no turns.
    await db().prepare('DELETE FROM lanes WHERE name = ?').bind(lane).run()
    const body = mine({ warehouseId: house.id, sku: 'TEA', onHand: 5, reason: 'count' })
    const taken = await post('/stock/adjustments', body, { key: 'slow-1' })
    expect([taken.status, taken.headers.get('location')]).toEqual([202, `/api/v1/operations/${taken.json.operationId}`])
    expect(await good(get(`/operations/${taken.json.operationId}`))).toMatchObject({ status: 'pending' })
    expect((await post('/stock/adjustments', body, { key: 'slow-1' })).text).toBe(taken.text)
    await db().prepare('INSERT INTO lanes (no, name, merchant_id) VALUES (?, ?, ?)').bind(no, lane, g.merchantId).run()
    await eventually(async () =>
      (await good(get(`/operations/${taken.json.operationId}`))).status === 'done' ? true : undefined,
    )
    const levels = (await good(get(`/stock/TEA?merchantId=${g.merchantId}`))).levels
    expect(levels.find((level: Any) => level.warehouseId === house.id)).toMatchObject({ onHand: 5 })
  })
})

describe('how things are', () => {
  it('is seen in jobs, health and figures', async () => {
    const jobs = (await good(get(`/jobs?merchantId=${g.merchantId}&shopId=${g.shopId}`))).items
    expect(jobs).toContainEqual(
      expect.objectContaining({
        kind: 'place',
        connection: g.warehouseId,
        shopId: g.shopId,
        orderId: expect.any(String),
      }),
    )
    expect((await push(g.shopId, 'x')) === 204).toBe(true)
    const worker = (exports as unknown as { readonly default: Fetcher }).default
    const forged = {
      method: 'POST',
      headers: {
        'webhook-id': 'f',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': 'v1,forged',
      },
      body: '{}',
    }
    expect((await worker.fetch(new Request(`${ORIGIN}/hooks/standard/${g.shopId}`, forged))).status).toBe(401)
    await eventually(async () => {
      const { connections } = await good(get(`/health?merchantId=${g.merchantId}`))
      return connections.find((item: Any) => item.id === g.shopId).refusals[0]
    })
    const stats = await good(get(`/stats?merchantId=${g.merchantId}`))
    expect(stats.orders.reserved + stats.orders.dispatched).toBeGreaterThan(0)
  })

  it('changes of a warehouse are told to the orders that waited for one', async () => {
    const own = await ground('Waiting')
    await good(patch(`/warehouses/${own.warehouseId}`, { regions: ['US'] }))
    await good(post('/skus', { merchantId: own.merchantId, sku: 'TEA' }), 201)
    await good(
      post('/stock/adjustments', {
        merchantId: own.merchantId,
        warehouseId: own.warehouseId,
        sku: 'TEA',
        onHand: 5,
        reason: 'count',
      }),
    )
    await push(own.shopId, orderEvent('W-1', 'TEA'))
    expect((await orderIn(own.merchantId, 'W-1', /exception/)).problems).toMatchObject([
      { code: 'region_unserved', overridable: false },
    ])
    await good(patch(`/warehouses/${own.warehouseId}`, { regions: ['CN'] }))
    await orderIn(own.merchantId, 'W-1', /^(?!exception)/)
  })
})
