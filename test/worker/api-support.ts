/** The whole Worker under test, asked over its own address. */
import { env, exports } from 'cloudflare:workers'
import { expect } from 'vitest'
import { routes } from '../../src/api/routes.ts'
import { standardWebhook } from '../../src/wire/standard-webhook.ts'

const worker = (exports as unknown as { readonly default: Fetcher }).default

export const ORIGIN = 'https://router.test'
export const ADMIN = 'test-admin-token'
export const SECRET = `whsec_${btoa('cangqiao-api-test-secret-32bytes')}`

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  readonly json: any
}

export interface Ask {
  readonly token?: string | undefined
  readonly key?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

export const ask = async (
  method: string,
  path: string,
  body?: unknown,
  { token = ADMIN, key, headers = {} }: Ask = {},
): Promise<Answer> => {
  const response = await worker.fetch(
    new Request(`${ORIGIN}/api/v1${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  )
  const text = await response.text()
  const answer = {
    status: response.status,
    headers: response.headers,
    text,
    json: text === '' ? undefined : JSON.parse(text),
  }
  documented(method, path, answer)
  return answer
}

/** Every answer of success is one that the document promises: its status, and no field more or less. */
const documented = (method: string, path: string, { status, json }: Pick<Answer, 'status' | 'json'>): void => {
  const [bare = ''] = path.split('?')
  const shape = (template: string): RegExp => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`)
  const fits = routes.filter((item) => item.method === method && shape(item.path).test(bare))
  const route = fits.find((item) => item.path === bare) ?? fits[0]
  if (!route || status >= 400) return
  expect(Object.keys(route.answers)).toContain(String(status))
  const schema = route.answers[status]
  if (schema) expect(schema.parse(json)).toEqual(json)
}

export const get = (path: string, options?: Ask): Promise<Answer> => ask('GET', path, undefined, options)
export const post = (path: string, body: unknown, options?: Ask): Promise<Answer> => ask('POST', path, body, options)
export const patch = (path: string, body: unknown, options?: Ask): Promise<Answer> => ask('PATCH', path, body, options)

/** The answer, or a failure that says what was refused. */
export const good = async (answer: Promise<Answer>, status = 200): Promise<Answer['json']> => {
  const got = await answer
  expect(`${got.status} ${got.status === status ? '' : got.text}`).toBe(`${status} `)
  return got.json
}

/** Status, and the field and rule of the first error. */
export const refusal = async (answer: Promise<Answer>): Promise<readonly [number, string, string]> => {
  const { status, json, headers } = await answer
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(json).toMatchObject({
    status,
    type: expect.stringMatching(/^\/docs\/problems\.md#[a-z-]+$/),
    title: expect.any(String),
    detail: expect.any(String),
  })
  const first = json.errors[0] ?? { field: '', rule: '', fix: '-' }
  expect(first.fix).not.toBe('')
  return [status, first.field, first.rule]
}

export interface Ground {
  readonly merchantId: string
  readonly shopId: string
  readonly warehouseId: string
  readonly owner: string
}

const token = async (merchantId: string, role: string): Promise<string> =>
  (await good(post('/tokens', { merchantId, role, name: `${role} of ${merchantId}` }), 201)).token
export const tokenOf = token

/** A merchant with one shop in live mode and one warehouse. */
export const ground = async (name: string, mode = 'live'): Promise<Ground> => {
  const { id: merchantId } = await good(post('/merchants', { name }), 201)
  const shop = await good(
    post('/shops', {
      merchantId,
      platform: 'standard',
      name: `${name} shop`,
      credentials: { secret: SECRET },
      features: { orders: true, stock: false, tracking: false },
      mode,
    }),
    201,
  )
  const house = await good(
    post('/warehouses', {
      merchantId,
      system: 'rest',
      name: `${name} warehouse`,
      credentials: { secret: SECRET },
      regions: ['*'],
      settings: { baseUrl: 'https://partner.test' },
    }),
    201,
  )
  return { merchantId, shopId: shop.id, warehouseId: house.id, owner: await token(merchantId, 'owner') }
}

let deliveries = 0

/** One signed push of the standard platform. */
export const push = async (shopId: string, event: unknown): Promise<number> => {
  const body = new TextEncoder().encode(typeof event === 'string' ? event : JSON.stringify(event))
  const url = `${ORIGIN}/hooks/standard/${shopId}`
  const bare = { method: 'POST', url, headers: { 'webhook-id': `api-${++deliveries}` }, body }
  const { headers } = standardWebhook().sign(bare, { secret: SECRET }, Date.now())
  return (await worker.fetch(new Request(url, { method: 'POST', headers, body }))).status
}

export const orderEvent = (id: string, sku: string, more: Readonly<Record<string, unknown>> = {}): unknown => ({
  type: 'order.paid',
  timestamp: new Date().toISOString(),
  data: {
    order: {
      id,
      createdAt: new Date().toISOString(),
      paidAt: new Date().toISOString(),
      total: '59.80',
      lines: [{ id: '1', sku, title: '龙井 50g', quantity: 2, price: '29.90' }],
      receiver: { name: '张三丰', phone: '13812345678', province: '浙江省', city: '杭州市', address: '文一西路 1 号' },
      buyerNote: '请尽快发货',
      自定义备注: '刻字',
      ...more,
    },
  },
})

/** Asks until the answer passes. Its time is for a busy machine; a failure ends in it all the same, within the test's own. */
export const eventually = async <T>(probe: () => Promise<T | undefined>, ms = 20_000): Promise<T> => {
  const end = Date.now() + ms
  for (;;) {
    const found = await probe()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error('it did not come to be in time')
    await scheduler.wait(50)
  }
}

/** Goods are taken, and the warehouse is or was asked; nobody answers for it in these tests. */
export const TAKEN = /^(?:reserved|dispatched)$/

/** The order, once the API shows it in such a state (or in any). */
export const orderIn = (merchantId: string, platformOrderId: string, state = /./): Promise<Answer['json']> =>
  eventually(async () => {
    const { items } = await good(get(`/orders?merchantId=${merchantId}&platformOrderId=${platformOrderId}`))
    const [found] = items
    return found && state.test(found.state) ? good(get(`/orders/${found.id}`)) : undefined
  })

export const db = (): D1Database => (env as unknown as { readonly DB: D1Database }).DB
