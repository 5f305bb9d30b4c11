/** One merchant never reaches another, on any route of the document; nobody ever reads a secret; the document holds together. */
import { beforeAll, describe, expect, it } from 'vitest'
import { routes } from '../../src/api/routes.ts'
import { platforms } from '../../src/platforms/index.ts'
import { warehouses } from '../../src/warehouses/index.ts'
import {
  ask,
  db,
  eventually,
  type Ground,
  get,
  good,
  ground,
  orderEvent,
  orderIn,
  post,
  push,
  SECRET,
  TAKEN,
} from './api-support.ts'

// biome-ignore lint/suspicious/noExplicitAny: the document is looked into, not typed
type Any = any

let a: Ground
let b: Ground
let ids: Readonly<Record<string, string>>
let paths: Readonly<Record<string, Readonly<Record<string, Any>>>>

const APP = { appKey: '7000000000000000005', appSecret: 'a-secret-of-the-app-0123' }
const BUYER = ['张三丰', '13812345678', '文一西路', '请尽快', '刻字']

beforeAll(async () => {
  a = await ground('A')
  b = await ground('B')
  const { merchantId } = a
  const app = await good(post('/apps', { merchantId, platform: 'douyin', name: 'App', credentials: APP }), 201)
  await good(post('/skus/bulk', { merchantId, items: [{ sku: 'TEA' }, { sku: 'SET-PART' }] }))
  await good(post('/bundles', { merchantId, sku: 'SET', parts: [{ sku: 'SET-PART', quantity: 2 }] }), 201)
  const listing = await good(post('/listings', { merchantId, shopId: a.shopId, listingId: '501', sku: 'TEA' }), 201)
  const adjusted = await good(
    post('/stock/adjustments', { merchantId, warehouseId: a.warehouseId, sku: 'TEA', onHand: 9, reason: 'count' }),
  )
  const follower = { system: 'kdniao', name: 'x', credentials: { businessId: '1', appKey: 'a-key-of-the-tracker-01' } }
  const tracker = await good(post('/trackers', { merchantId, ...follower }), 201)
  const token = await good(post('/tokens', { merchantId, role: 'viewer', name: 'till' }), 201)
  await push(a.shopId, orderEvent('A-1', 'TEA'))
  await push(a.shopId, orderEvent('A-2', 'UNKNOWN'))
  const order = await orderIn(merchantId, 'A-1', TAKEN)
  await orderIn(merchantId, 'A-2', /exception/)
  const exception = await eventually(async () => (await good(get(`/exceptions?merchantId=${merchantId}`))).items[0])
  const alert = await good(
    post('/alerts', {
      merchantId,
      channel: 'webhook',
      name: 'A shop on duty',
      credentials: { secret: SECRET },
      settings: { baseUrl: 'https://partner.test/alerts' },
    }),
    201,
  )
  ids = {
    alerts: alert.id,
    merchants: merchantId,
    apps: app.id,
    shops: a.shopId,
    warehouses: a.warehouseId,
    trackers: tracker.id,
    listings: listing.id,
    orders: order.id,
    exceptions: exception.id,
    operations: adjusted.operationId,
    deliveries: order.timeline[0].raw,
    tokens: token.id,
    skus: 'TEA',
    stock: 'TEA',
    bundles: 'SET',
    fulfillments: order.fulfillments[0].document,
  }
  paths = (await good(get('/openapi.json', { token: '' }))).paths
})

/** A's thing that a path names. */
const filled = (path: string): string =>
  path.replace(/\{\w+\}/g, encodeURIComponent(ids[path.split('/')[1] ?? ''] ?? 'missing'))

/** Bodies that would be right if they came from A. */
const BODIES: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
  'POST /apps': () => ({ platform: 'douyin', name: 'x', credentials: APP }),
  'POST /shops': () => ({ platform: 'standard', name: 'x', credentials: { secret: SECRET } }),
  'POST /warehouses': () => ({
    system: 'rest',
    name: 'x',
    credentials: { secret: SECRET },
    settings: { baseUrl: 'https://partner.test' },
  }),
  'POST /trackers': () => ({
    system: 'kdniao',
    name: 'x',
    credentials: { businessId: '1', appKey: 'k' },
  }),
  'POST /skus': () => ({ sku: 'B-NEW' }),
  'POST /skus/bulk': () => ({ items: [{ sku: 'B-NEW' }] }),
  'POST /listings': () => ({ shopId: a.shopId, listingId: '777', sku: 'TEA' }),
  'POST /listings/bulk': () => ({ items: [{ shopId: a.shopId, listingId: '777', sku: 'TEA' }] }),
  'POST /bundles': () => ({ sku: 'B-SET', parts: [{ sku: 'TEA', quantity: 1 }] }),
  'PATCH /bundles/{sku}': () => ({ parts: [{ sku: 'TEA', quantity: 1 }] }),
  'POST /stock/adjustments': () => ({ warehouseId: a.warehouseId, sku: 'TEA', onHand: 0, reason: 'x' }),
  'POST /orders/{id}/receiver': () => ({ receiver: { address: 'x 1' } }),
  'POST /exceptions/retry': () => ({ code: 'sku_unknown', subject: 'UNKNOWN' }),
  'POST /exceptions/dismiss': () => ({ code: 'sku_unknown', subject: 'UNKNOWN' }),
  'POST /tokens': () => ({ role: 'owner', name: 'x' }),
  'POST /merchants': () => ({ name: 'x' }),
  'POST /alerts': () => ({ channel: 'wecom', name: 'x', credentials: { key: 'k' } }),
}

const TABLES = [
  'merchants',
  'apps',
  'shops',
  'warehouses',
  'trackers',
  'skus',
  'listings',
  'bundles',
  'lanes',
  'orders',
  'timeline',
  'exceptions',
  'stock_levels',
  'operations',
  'tokens',
  'alerts',
  'alert_causes',
] as const
const everything = async (): Promise<string> =>
  JSON.stringify(
    await db()
      .batch(TABLES.map((table) => db().prepare(`SELECT * FROM ${table}`)))
      .then((all) => all.map((one) => one.results)),
  )

const documented = (): { method: string; path: string; operation: Any }[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )

/** What they tell is no merchant's own. */
const OF_NOBODY = ['/merchants', '/platforms', '/systems']

describe('a token of B', () => {
  it('gets 403 or 404 on every route with what is A’s, and changes nothing', async () => {
    const before = await everything()
    const walked: string[] = []
    for (const { method, path } of documented()) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : { ...BODIES[`${method} ${path}`]?.() }
      const named = path.includes('{') ? filled(path) : path
      const tries: [string, unknown][] =
        path.includes('{') && !/^\/(?:skus|stock|bundles)\//.test(path) ? [[named, body]] : []
      // Whose it is said in the query, and in the body.
      if (!OF_NOBODY.includes(path)) tries.push([`${named}?merchantId=${a.merchantId}`, body])
      if (path === '/merchants' && method === 'POST') tries.push([named, body])
      if (method === 'POST' && !path.includes('{') && path !== '/merchants')
        tries.push([named, { ...body, merchantId: a.merchantId }])
      for (const [url, sent] of tries) {
        const answer = await ask(method, url, sent, { token: b.owner })
        expect([method, url, answer.status, answer.text]).toEqual([
          method,
          url,
          expect.toSatisfy((status: number) => status === 403 || status === 404),
          expect.not.stringContaining('A shop'),
        ])
        walked.push(`${method} ${path}`)
      }
    }
    expect(
      documented()
        .filter(({ method, path }) => !walked.includes(`${method} ${path}`))
        .map(({ method, path }) => `${method} ${path}`),
    ).toEqual(['GET /merchants', 'GET /platforms', 'GET /systems'])
    expect(await everything()).toBe(before)
  })

  it('sees only its own in every list', async () => {
    for (const { method, path } of documented().filter((item) => item.method === 'GET' && !item.path.includes('{'))) {
      const { text, status } = await ask(method, path, undefined, { token: b.owner })
      expect([path, status]).toEqual([path, 200])
      for (const id of [...Object.values(ids).filter((value) => value !== 'TEA'), a.merchantId])
        expect(`${path} ${text}`).not.toContain(`"${id}"`)
    }
    for (const q of ['A-1', 'TEA', '5678', ids.fulfillments])
      expect((await good(get(`/orders?q=${q}`, { token: b.owner }))).items).toEqual([])
    expect((await good(get(`/orders?shopId=${a.shopId}`, { token: b.owner }))).items).toEqual([])
    expect((await good(get(`/orders?platformOrderId=A-1`, { token: b.owner }))).items).toEqual([])
    expect((await good(get(`/exceptions?orderId=${ids.orders}`, { token: b.owner }))).items).toEqual([])
    expect((await good(get(`/jobs?shopId=${a.shopId}`, { token: b.owner }))).items).toEqual([])
    expect((await good(get(`/listings?shopId=${a.shopId}`, { token: b.owner }))).items).toEqual([])
  })

  it('reaches nothing of A by naming it inside its own', async () => {
    const before = await db().prepare('SELECT count(*) AS n FROM listings').first('n')
    await good(post('/skus', { sku: 'MINE' }, { token: b.owner }), 201)
    const refused = async (path: string, body: unknown) => (await post(path, body, { token: b.owner })).status
    expect(await refused('/listings', { shopId: a.shopId, listingId: '1', sku: 'MINE' })).toBe(422)
    expect(
      await refused('/stock/adjustments', { warehouseId: a.warehouseId, sku: 'MINE', onHand: 1, reason: 'x' }),
    ).toBe(422)
    expect(
      await refused('/shops', {
        platform: 'douyin',
        name: 'x',
        appId: ids.apps,
        credentials: { shopId: '1', accessToken: 't' },
      }),
    ).toBe(422)
    expect(await refused('/bundles', { sku: 'MINE-SET', parts: [{ sku: 'TEA', quantity: 1 }] })).toBe(422)
    expect(await db().prepare('SELECT count(*) AS n FROM listings').first('n')).toBe(before)
  })

  it('does not meet A under the same Idempotency-Key', async () => {
    const own = await good(post('/skus', { sku: 'KEYED' }, { token: a.owner, key: 'shared' }), 201)
    const other = await good(post('/skus', { sku: 'KEYED' }, { token: b.owner, key: 'shared' }), 201)
    expect([own.merchantId, other.merchantId]).toEqual([a.merchantId, b.merchantId])
  })
})

describe('no answer', () => {
  it('holds a secret or a buyer, whoever asks', async () => {
    for (const token of [a.owner, undefined]) {
      for (const { path } of documented().filter((item) => item.method === 'GET' && item.path !== '/merchants')) {
        const { status, text } = await get(`${filled(path)}?merchantId=${a.merchantId}`, { token })
        expect([path, status]).toEqual([path, 200])
        for (const secret of [SECRET, SECRET.slice(6), APP.appSecret, ...BUYER, '"v1.'])
          expect(`${path} ${text}`).not.toContain(secret)
      }
    }
  })

  it('repeats a secret that it refuses', async () => {
    const answers = [
      await post('/shops', {
        merchantId: a.merchantId,
        platform: 'standard',
        name: 'x',
        credentials: { secret: SECRET, other: SECRET },
      }),
      await post('/shops', {
        merchantId: a.merchantId,
        platform: 'standard',
        name: 'x',
        mode: 'never',
        credentials: { secret: SECRET },
      }),
      await post('/shops', `{"credentials":{"secret":"${SECRET}"`),
      await ask('PATCH', `/shops/${a.shopId}`, { credentials: { wrong: SECRET } }),
    ]
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.text).not.toContain(SECRET)
    }
  })
})

describe('the document', () => {
  it('has every route, each with a name of its own, and its parameters', () => {
    expect(
      documented()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort())
    const names = documented().map(({ operation }) => operation.operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const { method, path, operation } of documented()) {
      const inPath = operation.parameters.filter((item: Any) => item.in === 'path').map((item: Any) => item.name)
      expect([path, inPath]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)])
      expect([path, Boolean(operation.requestBody)]).toEqual([path, method === 'POST' || method === 'PATCH'])
      expect(operation.summary).not.toBe('')
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '422']))
    }
  })

  it('is OpenAPI 3.1 whose references all lead somewhere', async () => {
    const document = await good(get('/openapi.json', { token: '' }))
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: expect.any(String), version: expect.any(String) },
      servers: [{ url: 'https://router.test/api/v1' }],
      security: [{ token: [] }],
    })
    const references: string[] = []
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      for (const [key, inner] of Object.entries(value)) key === '$ref' ? references.push(String(inner)) : collect(inner)
    }
    collect(document)
    expect(references.length).toBeGreaterThan(100)
    for (const reference of new Set(references)) {
      expect(reference).toMatch(/^#\//)
      const target = reference
        .slice(2)
        .split('/')
        .reduce((at: Any, key) => at?.[key], document)
      expect([reference, typeof target]).toEqual([reference, 'object'])
    }
  })

  it('describes the credentials and settings of every adapter', () => {
    const bodyOf = (path: string): Any => (paths[path] as Any).post.requestBody.content['application/json'].schema
    const { oneOf: shops } = bodyOf('/shops')
    expect(shops.map((item: Any) => item.properties.platform.const)).toEqual(Object.keys(platforms))
    const shopify = shops.find((item: Any) => item.properties.platform.const === 'shopify')
    expect(shopify.properties.credentials).toMatchObject({
      required: ['clientSecret'],
      additionalProperties: false,
    })
    const { oneOf: houses } = bodyOf('/warehouses')
    expect(houses.map((item: Any) => item.properties.system.const)).toEqual(Object.keys(warehouses))
    const rest = houses.find((item: Any) => item.properties.system.const === 'rest')
    expect(rest.properties.credentials.required).toEqual(['secret'])
    expect(rest.properties.settings.properties.feed.enum).toEqual(['gross', 'net'])
  })
})
