/** What a merchant sets up: made, refused with field, rule and fix, repeated, stale. And who may. */
import { beforeAll, describe, expect, it } from 'vitest'
import { platforms } from '../../src/platforms/index.ts'
import { warehouses } from '../../src/warehouses/index.ts'
import { ask, db, type Ground, get, good, ground, patch, post, refusal, SECRET, tokenOf } from './api-support.ts'

const oneOf = (registry: object): string =>
  `must be one of ${Object.keys(registry)
    .map((id) => JSON.stringify(id))
    .join(', ')}`

let g: Ground
const mine = (more: Readonly<Record<string, unknown>> = {}) => ({ merchantId: g.merchantId, ...more })
const shop = (more: Readonly<Record<string, unknown>> = {}) =>
  mine({ platform: 'standard', name: 'Shop', credentials: { secret: SECRET }, ...more })
const house = (more: Readonly<Record<string, unknown>> = {}) =>
  mine({
    system: 'rest',
    name: 'House',
    credentials: { secret: SECRET },
    settings: { baseUrl: 'https://partner.test' },
    ...more,
  })
const count = async (table: string): Promise<number> =>
  (await db().prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')) ?? 0

beforeAll(async () => {
  g = await ground('Setup')
})

describe('a token', () => {
  it('is needed, and must be known', async () => {
    expect(await refusal(get('/merchants', { token: '' }))).toEqual([401, 'Authorization', 'the header is missing'])
    expect(await refusal(get('/merchants', { token: 'wrong' }))).toEqual([
      401,
      'Authorization',
      'the token is unknown or revoked',
    ])
    expect((await get('/merchants', { token: '' })).headers.get('www-authenticate')).toBe('Bearer')
  })

  it('is kept as a digest, shown once, and revoked for ever', async () => {
    const made = await good(post('/tokens', { merchantId: g.merchantId, role: 'viewer', name: 'till' }), 201)
    expect(made.token).toMatch(/^cq_[\w-]{43}$/)
    const kept = await db().prepare('SELECT * FROM tokens WHERE id = ?').bind(made.id).first()
    expect(JSON.stringify(kept)).not.toContain(made.token)
    expect(JSON.stringify(await good(get(`/tokens?merchantId=${g.merchantId}`)))).not.toContain(made.token)
    await good(get('/merchants', { token: made.token }))
    await good(ask('DELETE', `/tokens/${made.id}`), 204)
    expect((await get('/merchants', { token: made.token })).status).toBe(401)
  })

  it('has a role: a viewer reads, an operator acts, an owner configures', async () => {
    const [viewer, operator] = [await tokenOf(g.merchantId, 'viewer'), await tokenOf(g.merchantId, 'operator')]
    await good(get('/shops', { token: viewer }))
    expect(await refusal(post('/skus', { sku: 'X' }, { token: viewer }))).toEqual([
      403,
      'Authorization',
      'needs the role owner, this token has viewer',
    ])
    expect((await refusal(post('/stock/adjustments', {}, { token: viewer })))[0]).toBe(403)
    expect((await refusal(post('/stock/adjustments', {}, { token: operator })))[0]).toBe(422)
    expect((await refusal(post('/shops', {}, { token: operator })))[0]).toBe(403)
    expect((await refusal(get('/deliveries/shop:sh_1:1:0', { token: viewer })))[0]).toBe(403)
    expect((await refusal(post('/tokens', { role: 'owner', name: 'x' }, { token: operator })))[0]).toBe(403)
  })

  it('of one merchant makes no merchant, and no token of another', async () => {
    const other = await ground('Other')
    expect((await refusal(post('/merchants', { name: 'x' }, { token: g.owner })))[0]).toBe(403)
    expect(
      (
        await refusal(post('/tokens', { merchantId: other.merchantId, role: 'viewer', name: 'x' }, { token: g.owner }))
      )[0],
    ).toBe(403)
    const made = await good(post('/tokens', { role: 'viewer', name: 'x', merchantId: null }, { token: g.owner }), 201)
    expect(made.merchantId).toBe(g.merchantId)
  })
})

describe('a merchant', () => {
  it('is made, read, changed, listed', async () => {
    const made = await good(post('/merchants', { name: ' Tea ', zone: 'Asia/Tokyo' }), 201)
    expect(made).toMatchObject({ name: 'Tea', zone: 'Asia/Tokyo', region: 'apac', skuGroups: 0 })
    expect(await good(patch(`/merchants/${made.id}`, { name: 'Tea house' }))).toMatchObject({
      id: made.id,
      name: 'Tea house',
      zone: 'Asia/Tokyo',
    })
    const ids = (await good(get('/merchants?limit=200'))).items.map((item: { id: string }) => item.id)
    expect(ids).toContain(made.id)
    expect((await good(get('/merchants', { token: g.owner }))).items.map((item: { id: string }) => item.id)).toEqual([
      g.merchantId,
    ])
  })

  it.each([
    [{}, 'name', 'is required'],
    [{ name: '' }, 'name', 'must not be empty'],
    [{ name: 'x', zone: 'Mars/Phobos' }, 'zone', 'must be an IANA time zone'],
    [{ name: 'x', colour: 'red' }, 'colour', 'is no field of this resource'],
    [{ name: 'x', skuGroups: 1.5 }, 'skuGroups', 'must be of type int'],
  ])('is refused: %j', async (body, field, rule) => {
    expect(await refusal(post('/merchants', body))).toEqual([422, field, rule])
  })
})

describe('a shop', () => {
  it('is made with a sealed secret and a lane, and tells its hook', async () => {
    const { headers, json } = await post('/shops', shop())
    expect(json).toMatchObject({
      mode: 'observe',
      features: { orders: true, stock: false, tracking: false },
      credentials: { secret: { set: true, last4: SECRET.slice(-4) } },
      hookUrl: `https://router.test/hooks/standard/${json.id}`,
    })
    expect(headers.get('location')).toBe(`/api/v1/shops/${json.id}`)
    const row = await db()
      .prepare('SELECT credentials FROM shops WHERE id = ?')
      .bind(json.id)
      .first<string>('credentials')
    expect(row).toMatch(/^v1\./)
    expect(row).not.toContain(SECRET.slice(6))
    expect(
      await db().prepare('SELECT merchant_id FROM lanes WHERE name = ?').bind(`shop:${json.id}`).first('merchant_id'),
    ).toBe(g.merchantId)
    expect(await good(get(`/shops/${json.id}`))).toEqual(json)
  })

  it.each([
    [{ platform: 'nowhere' }, 'platform', oneOf(platforms)],
    [{ credentials: {} }, 'credentials.secret', 'is required'],
    [{ credentials: { secret: SECRET, token: 'x' } }, 'credentials.token', 'is no field of this resource'],
    [{ mode: 'fast' }, 'mode', 'must be one of "observe", "trial", "live"'],
    [{ settings: { baseUrl: 'http://10.0.0.1' } }, 'settings.baseUrl', 'only https may be called'],
    [{ settings: { baseUrl: 'https://10.0.0.1' } }, 'settings.baseUrl', 'an address must be a name, not a number'],
    [{ settings: { baseURL: 'https://shop.example.com' } }, 'settings.baseURL', 'is no field of this resource'],
    [{ features: { tracking: true } }, 'settings.baseUrl', 'is required while features.tracking is on'],
    [{ merchantId: 'm_nobody' }, 'merchantId', 'names no merchant'],
    [{ merchantId: undefined }, 'merchantId', 'is required with a token of all merchants'],
  ])('is refused: %j', async (more, field, rule) => {
    const before = await count('shops')
    expect(await refusal(post('/shops', shop(more)))).toEqual([422, field, rule])
    expect(await count('shops')).toBe(before)
  })

  it('keeps the former secret until it is dropped', async () => {
    const { id } = await good(post('/shops', shop()), 201)
    const next = `whsec_${btoa('another-secret-of-32-bytes-0001!')}`
    expect(await good(patch(`/shops/${id}`, { credentials: { secret: next } }))).toMatchObject({
      credentials: { secret: { last4: next.slice(-4) } },
      previous: { secret: { last4: SECRET.slice(-4) } },
    })
    expect(await good(patch(`/shops/${id}`, { dropPrevious: true }))).toMatchObject({
      credentials: { secret: { last4: next.slice(-4) } },
      previous: null,
    })
  })

  it('merges settings, and checks the whole', async () => {
    const { id } = await good(post('/shops', shop({ settings: { split: true } })), 201)
    expect(
      (await good(patch(`/shops/${id}`, { settings: { baseUrl: 'https://partner.test' }, features: { stock: true } })))
        .settings,
    ).toEqual({ split: true, baseUrl: 'https://partner.test' })
    expect((await good(patch(`/shops/${id}`, { settings: { split: null } }))).settings).toEqual({
      baseUrl: 'https://partner.test',
    })
    expect(await refusal(patch(`/shops/${id}`, { settings: { baseUrl: null } }))).toEqual([
      422,
      'settings.baseUrl',
      'is required while features.stock is on',
    ])
    expect(await refusal(patch(`/shops/${id}`, { settings: { baseUrl: 'https://db.internal' } }))).toEqual([
      422,
      'settings.baseUrl',
      'private names may not be called',
    ])
  })

  it('is not changed by who has not seen its present state', async () => {
    const { id } = await good(post('/shops', shop()), 201)
    const tag = (await get(`/shops/${id}`)).headers.get('etag') ?? ''
    await good(patch(`/shops/${id}`, { name: 'First' }, { headers: { 'if-match': tag } }))
    expect(await refusal(patch(`/shops/${id}`, { name: 'Second' }, { headers: { 'if-match': tag } }))).toEqual([
      412,
      'If-Match',
      'names an older state',
    ])
    expect((await good(get(`/shops/${id}`))).name).toBe('First')
  })
})

describe('a shop under an app', () => {
  const own = { shopId: '4463798', accessToken: 'a-token-of-the-shop' }

  it('takes its key from its credentials, once an app', async () => {
    const app = await good(
      post(
        '/apps',
        mine({
          platform: 'douyin',
          name: 'App',
          credentials: { appKey: '7000000000000000001', appSecret: 'the-secret-of-the-app' },
        }),
      ),
      201,
    )
    expect(app.hookUrl).toBe(`https://router.test/hooks/douyin/${app.id}`)
    const body = mine({ platform: 'douyin', name: 'Shop', appId: app.id, credentials: own })
    expect(await good(post('/shops', body), 201)).toMatchObject({
      shopKey: '4463798',
      appId: app.id,
      hookUrl: app.hookUrl,
    })
    expect(await refusal(post('/shops', body))).toEqual([
      409,
      'credentials.shopId',
      'another shop of this app has "4463798"',
    ])
    const changed = await good(patch(`/apps/${app.id}`, { credentials: { appSecret: 'the-next-secret-of-it' } }))
    expect(changed).toMatchObject({
      credentials: { appKey: { last4: '0001' }, appSecret: { last4: 'f-it' } },
    })
  })

  it('is refused without one, or with a stranger', async () => {
    const other = await ground('Stranger')
    const foreign = await good(
      post('/apps', {
        merchantId: other.merchantId,
        platform: 'douyin',
        name: 'App',
        credentials: { appKey: 'k', appSecret: 's' },
      }),
      201,
    )
    expect(await refusal(post('/shops', mine({ platform: 'douyin', name: 'Shop', credentials: own })))).toEqual([
      422,
      'appId',
      'is required',
    ])
    expect(
      await refusal(post('/shops', mine({ platform: 'douyin', name: 'Shop', appId: foreign.id, credentials: own }))),
    ).toEqual([422, 'appId', 'names no app of this merchant at douyin'])
    expect((await refusal(post('/apps', mine({ platform: 'standard', name: 'x', credentials: {} }))))[1]).toBe(
      'platform',
    )
  })
})

describe('a warehouse', () => {
  it('is made, with the defaults of its system, and tells its callback', async () => {
    const made = await good(post('/warehouses', house({ regions: ['330000', 'US'] })), 201)
    expect(made).toMatchObject({
      regions: ['330000', 'US'],
      rank: 100,
      enabled: true,
      settings: { feed: 'gross', receiverKinds: ['plain'] },
      callbackUrl: `https://router.test/callbacks/rest/${made.id}`,
    })
    expect(await good(patch(`/warehouses/${made.id}`, { rank: 1, enabled: false, regions: ['*'] }))).toMatchObject({
      rank: 1,
      enabled: false,
      regions: ['*'],
    })
  })

  it('has its key to itself', async () => {
    const body = mine({ system: 'qimen', name: 'Q', credentials: { appKey: '1', secret: 's', customerId: 'c1' } })
    expect(await good(post('/warehouses', body), 201)).toMatchObject({ connectionKey: 'c1', settings: { feed: 'net' } })
    expect(await refusal(post('/warehouses', body))).toEqual([
      409,
      'credentials.customerId',
      'another warehouse of this merchant at qimen has it',
    ])
  })

  it.each([
    [{ system: 'wms' }, 'system', oneOf(warehouses)],
    [{ regions: ['Zhejiang'] }, 'regions.0', 'must be a GB/T 2260 province code, an ISO country code or *'],
    [{ regions: [] }, 'regions', 'must not be empty'],
    [{ settings: {} }, 'settings.baseUrl', 'is required'],
    [{ settings: { baseUrl: 'https://partner.test', feed: 'both' } }, 'settings.feed', 'must be one of "gross", "net"'],
    [{ settings: { baseUrl: 'ftp://wms.example.com' } }, 'settings.baseUrl', 'only https may be called'],
  ])('is refused: %j', async (more, field, rule) => {
    expect(await refusal(post('/warehouses', house(more)))).toEqual([422, field, rule])
  })
})

describe('goods', () => {
  it('SKUs are made one by one or many at once, all or none', async () => {
    expect(await good(post('/skus', mine({ sku: 'A-1', title: 'Tea' })), 201)).toMatchObject({
      sku: 'A-1',
      title: 'Tea',
      barcode: null,
      released: 0,
    })
    expect(await refusal(post('/skus', mine({ sku: 'A-1' })))).toEqual([409, 'sku', 'exists already'])
    expect(
      await good(post('/skus/bulk', mine({ items: [{ sku: 'A-1', title: 'Green tea' }, { sku: 'A-2' }] }))),
    ).toEqual({ created: 1, updated: 1, released: 0 })
    expect(await refusal(post('/skus/bulk', mine({ items: [{ sku: 'A-3' }, { sku: '' }] })))).toEqual([
      422,
      'items.1.sku',
      'must not be empty',
    ])
    expect((await get(`/skus/A-3?merchantId=${g.merchantId}`)).status).toBe(404)
    expect(await good(patch(`/skus/A-1?merchantId=${g.merchantId}`, { barcode: '690' }))).toMatchObject({
      title: 'Green tea',
      barcode: '690',
    })
  })

  it('a page goes on where the one before ended', async () => {
    await good(post('/skus/bulk', mine({ items: Array.from({ length: 7 }, (_, i) => ({ sku: `P-${i}` })) })))
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: { sku: string }[]; nextCursor: string | null } = await good(
        get(`/skus?merchantId=${g.merchantId}&limit=3${cursor && `&cursor=${cursor}`}`),
      )
      expect(page.items.length).toBeLessThanOrEqual(3)
      seen.push(...page.items.map((item) => item.sku))
      cursor = page.nextCursor
    }
    expect(seen).toEqual([...new Set(seen)].sort())
    expect(seen.filter((sku) => sku.startsWith('P-'))).toHaveLength(7)
    expect(await refusal(get(`/skus?merchantId=${g.merchantId}&cursor=nonsense`))).toEqual([
      422,
      'cursor',
      'is no cursor of this list',
    ])
    expect(await refusal(get(`/skus?merchantId=${g.merchantId}&limit=500`))).toEqual([
      422,
      'limit',
      'must be at most 200',
    ])
    const other = await good(get(`/skus?merchantId=${g.merchantId}&limit=1`))
    expect((await refusal(get(`/shops?merchantId=${g.merchantId}&cursor=${other.nextCursor}`)))[1]).toBe('cursor')
  })

  it('listings map to SKUs that exist', async () => {
    await good(post('/skus/bulk', mine({ items: [{ sku: 'L-1' }, { sku: 'L-2' }] })))
    const listing = { shopId: g.shopId, listingId: '9007199254740993', code: 'C1', sku: 'L-1' }
    const made = await good(post('/listings', mine(listing)), 201)
    expect(made).toMatchObject({ ...listing, id: `${g.shopId}:9007199254740993` })
    expect((await refusal(post('/listings', mine(listing))))[0]).toBe(409)
    expect(await refusal(post('/listings', mine({ ...listing, listingId: '2', sku: 'none' })))).toEqual([
      422,
      'sku',
      'names no SKU of this merchant',
    ])
    expect(
      await refusal(post('/listings/bulk', mine({ items: [listing, { ...listing, shopId: 'sh_none' }] }))),
    ).toEqual([422, 'items.1.shopId', 'names no shop of this merchant'])
    expect(await good(patch(`/listings/${made.id}`, { sku: 'L-2' }))).toMatchObject({ sku: 'L-2', code: 'C1' })
    expect((await good(get(`/listings?shopId=${g.shopId}&sku=L-2`))).items).toHaveLength(1)
    await good(ask('DELETE', `/listings/${made.id}`), 204)
    expect((await get(`/listings/${made.id}`)).status).toBe(404)
  })

  it('bundles are made of plain SKUs', async () => {
    await good(post('/skus/bulk', mine({ items: [{ sku: 'B-1' }, { sku: 'B-2' }] })))
    const parts = [
      { sku: 'B-1', quantity: 1 },
      { sku: 'B-2', quantity: 2 },
    ]
    expect(await good(post('/bundles', mine({ sku: 'SET', parts })), 201)).toMatchObject({ sku: 'SET', parts })
    expect((await good(get(`/skus/SET?merchantId=${g.merchantId}`))).sku).toBe('SET')
    expect(await refusal(post('/bundles', mine({ sku: 'SET', parts })))).toEqual([409, 'sku', 'is a bundle already'])
    expect(await refusal(post('/bundles', mine({ sku: 'SET2', parts: [{ sku: 'SET', quantity: 1 }] })))).toEqual([
      422,
      'parts.0.sku',
      'is a bundle',
    ])
    expect(await refusal(post('/bundles', mine({ sku: 'SET2', parts: [{ sku: 'none', quantity: 1 }] })))).toEqual([
      422,
      'parts.0.sku',
      'names no SKU of this merchant',
    ])
    expect(
      (await good(patch(`/bundles/SET?merchantId=${g.merchantId}`, { parts: parts.slice(0, 1) }))).parts,
    ).toHaveLength(1)
    expect(
      await refusal(
        post('/stock/adjustments', mine({ warehouseId: g.warehouseId, sku: 'SET', onHand: 1, reason: 'x' })),
      ),
    ).toEqual([422, 'sku', 'is a bundle, which has no stock of its own'])
    await good(ask('DELETE', `/bundles/SET?merchantId=${g.merchantId}`), 204)
  })
})

describe('stock', () => {
  const adjust = (more: Readonly<Record<string, unknown>>) =>
    mine({ warehouseId: g.warehouseId, sku: 'S-1', reason: 'count', ...more })

  it('is set and corrected, and answered with the new level', async () => {
    await good(post('/skus', mine({ sku: 'S-1' })), 201)
    expect((await good(get(`/stock/S-1?merchantId=${g.merchantId}`))).levels).toEqual([])
    const set = await good(post('/stock/adjustments', adjust({ onHand: 10 })))
    expect(set).toMatchObject({
      status: 'done',
      sku: 'S-1',
      levels: [{ warehouseId: g.warehouseId, onHand: 10, reserved: 0, available: 10, short: 0, counted: true }],
    })
    expect((await good(post('/stock/adjustments', adjust({ delta: -3 })))).levels[0]).toMatchObject({
      onHand: 7,
      version: 2,
    })
    expect(await good(get(`/operations/${set.operationId}`))).toMatchObject({
      status: 'done',
      levels: [{ onHand: 10 }],
    })
    expect(
      (await good(get(`/stock?merchantId=${g.merchantId}`))).items.find((item: { sku: string }) => item.sku === 'S-1'),
    ).toMatchObject({ total: { onHand: 7 } })
  })

  it.each([
    [{}, 'onHand', 'exactly one of onHand and delta must be there'],
    [{ onHand: 1, delta: 1 }, 'onHand', 'exactly one of onHand and delta must be there'],
    [{ onHand: -1 }, 'onHand', 'must be at least 0'],
    [{ delta: 0 }, 'delta', 'must not be 0'],
    [{ onHand: 1, reason: '' }, 'reason', 'must not be empty'],
    [{ onHand: 1, sku: 'none' }, 'sku', 'names no SKU of this merchant'],
    [{ onHand: 1, warehouseId: 'wh_none' }, 'warehouseId', 'names no warehouse of this merchant'],
  ])('is refused: %j', async (more, field, rule) => {
    expect(await refusal(post('/stock/adjustments', adjust(more)))).toEqual([422, field, rule])
  })

  it('is corrected once, however often the request comes', async () => {
    await good(post('/skus', mine({ sku: 'S-2' })), 201)
    await good(post('/stock/adjustments', adjust({ sku: 'S-2', onHand: 5 })))
    const answers = await Promise.all(
      [1, 2, 3].map(() => post('/stock/adjustments', adjust({ sku: 'S-2', delta: 2 }), { key: 'once-2' })),
    )
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(2)
    expect((await good(get(`/stock/S-2?merchantId=${g.merchantId}`))).total.onHand).toBe(7)
  })
})

describe('an Idempotency-Key', () => {
  it('makes one thing of two requests at once', async () => {
    const before = await count('shops')
    const [a, b] = await Promise.all([
      post('/shops', shop(), { key: 'two-at-once' }),
      post('/shops', shop(), { key: 'two-at-once' }),
    ])
    expect([a.status, b.status]).toEqual([201, 201])
    expect(a.json).toEqual(b.json)
    expect(b.headers.get('location')).toBe(a.headers.get('location'))
    expect(await count('shops')).toBe(before + 1)
  })

  it('belongs to one request and one token', async () => {
    await good(post('/skus', mine({ sku: 'K-1' }), { key: 'k1' }), 201)
    expect((await refusal(post('/skus', mine({ sku: 'K-2' }), { key: 'k1' })))[1]).toBe('Idempotency-Key')
    await good(post('/skus', { sku: 'K-3' }, { key: 'k1', token: g.owner }), 201)
    expect((await refusal(post('/skus', mine({ sku: 'K-4' }), { key: 'with space' })))[0]).toBe(422)
  })

  it('is free again after a refusal', async () => {
    expect((await post('/skus', mine({ sku: 'K-1' }), { key: 'k5' })).status).toBe(409)
    await good(post('/skus', mine({ sku: 'K-5' }), { key: 'k5' }), 201)
  })

  it('is forgotten after a day, and what is kept is sealed', async () => {
    await good(post('/tokens', { merchantId: g.merchantId, role: 'viewer', name: 'x' }, { key: 'k6' }), 201)
    const bodies = await db().prepare('SELECT body FROM idempotency').all<{ body: string }>()
    expect(bodies.results.filter(({ body }) => !/^v1\.|^$/.test(body))).toEqual([])
    const before = await count('shops')
    await good(post('/shops', shop(), { key: 'k7' }), 201)
    await db().prepare('UPDATE idempotency SET at = at - 86400001').run()
    await good(post('/shops', shop(), { key: 'k7' }), 201)
    expect(await count('shops')).toBe(before + 2)
  })

  it('goes on under the same name where the first request died', async () => {
    const first = await good(post('/shops', shop(), { key: 'k8' }), 201)
    const before = await count('shops')
    // As a Worker leaves it that died after its writes: under way, with its name, a minute ago.
    const answer = await post('/shops', shop({ name: 'dead' }), { key: 'k9' })
    await db()
      .prepare(
        "UPDATE idempotency SET status = 0, at = at - 61000, body = 'once_dead' WHERE status = 201 AND at = (SELECT max(at) FROM idempotency)",
      )
      .run()
    const again = await good(post('/shops', shop({ name: 'dead' }), { key: 'k9' }), 201)
    const third = await good(post('/shops', shop({ name: 'dead' }), { key: 'k9' }), 201)
    expect(third).toEqual(again)
    expect([first.id, answer.json.id]).not.toContain(again.id)
    expect(await count('shops')).toBe(before + 2)
  })
})

describe('a request', () => {
  it('that cannot be read says why', async () => {
    expect(await refusal(post('/skus', '{"sku":', {}))).toEqual([400, 'body', 'must be JSON'])
    expect(await refusal(post('/skus', mine({ sku: 'x'.repeat(1_100_000) })))).toEqual([
      413,
      'body',
      'must be at most 1000000 bytes',
    ])
    expect(await refusal(get(`/orders?merchantId=${g.merchantId}&status=held`))).toEqual([
      422,
      'status',
      'is no field of this resource',
    ])
    expect((await get('/nothing')).status).toBe(404)
    expect((await get('/mappings')).json).toMatchObject({
      status: 404,
      detail: expect.stringContaining('not part of this release'),
    })
    const wrong = await ask('DELETE', `/shops/${g.shopId}`)
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, PATCH'])
  })

  it('never learns of what is not there more than that', async () => {
    for (const path of [
      '/shops/sh_none',
      '/warehouses/wh_none',
      '/apps/app_none',
      '/orders/00000000000',
      '/operations/op_none',
      '/exceptions/none',
      '/listings/x:y',
      '/fulfillments/000100000010010',
      '/merchants/m_none',
      '/deliveries/shop:sh_none:1:0',
    ]) {
      expect(await get(path).then((answer) => [path, answer.status])).toEqual([path, 404])
    }
  })
})
