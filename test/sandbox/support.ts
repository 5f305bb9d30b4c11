/** A sandbox in memory, and an order system of few words that takes its pushes. */
import { createServer, type Server } from 'node:http'
import { type SandboxClient, sandboxClient } from '../../sandbox/client.ts'
import { type Sandbox, startSandbox } from '../../sandbox/server.ts'
import * as sign from '../../sandbox/signatures.ts'

export interface Taken {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Hook {
  readonly url: string
  readonly taken: Taken[]
  /** What it says to the next requests; the last answer stays. */
  answers: { status: number; body: string }[]
  close(): void
}

const startHook = async (...answers: { status: number; body: string }[]): Promise<Hook> => {
  const taken: Taken[] = []
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      taken.push({
        url: new URL(request.url ?? '/', 'http://hook'),
        headers,
        body: Buffer.concat(parts).toString('utf8'),
      })
      const [next] = hook.answers.length > 1 ? hook.answers.splice(0, 1) : hook.answers
      response.writeHead(next?.status ?? 204).end(next?.body ?? '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const hook: Hook = {
    url: `http://127.0.0.1:${port}/hook`,
    taken,
    answers,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  return hook
}

export interface Bench {
  readonly sandbox: Sandbox
  readonly client: SandboxClient
  readonly hook: Hook
  close(): Promise<void>
}

export const startBench = async (...answers: { status: number; body: string }[]): Promise<Bench> => {
  const [sandbox, hook] = await Promise.all([startSandbox(), startHook(...answers)])
  return {
    sandbox,
    hook,
    client: sandboxClient(sandbox.url),
    close: async () => {
      hook.close()
      await sandbox.close()
    },
  }
}

/** Waits until it is so, however busy the machine is. */
export const until = async (what: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> => {
  const end = Date.now() + ms
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`it did not come about: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const DOUYIN = {
  appKey: '7000000000000000000',
  appSecret: 'app-secret-1',
  shopId: '123456',
  accessToken: 'token-1',
}
export const SHOPIFY = { clientSecret: 'hush', accessToken: 'shpat_1' }
export const QIMEN = { appKey: '12345678', secret: 'qimen-test-secret-0001', customerId: 'c1234567890' }
export const REST = { secret: 'whsec_cmVzdC13YXJlaG91c2UtdGVzdC1rZXk=' }

interface Said {
  readonly status: number
  readonly body: string
}
const post = async (url: string, headers: Record<string, string>, body: string): Promise<Said> => {
  const answer = await fetch(url, { method: 'POST', headers, body })
  return { status: answer.status, body: await answer.text() }
}

/** Calls as an order system makes them, signed by the sandbox's own pen. */
export const callDouyin = async (
  base: string,
  method: string,
  params: unknown,
  credentials = DOUYIN,
): Promise<Record<string, unknown>> => {
  const paramJson = JSON.stringify(params)
  const timestamp = String(Math.floor(Date.now() / 1000))
  const call = { appKey: credentials.appKey, method, paramJson, timestamp }
  const query = new URLSearchParams({
    app_key: credentials.appKey,
    method,
    timestamp,
    v: '2',
    access_token: credentials.accessToken,
    sign_method: 'hmac-sha256',
    sign: sign.douyinApi(credentials.appSecret, call, 'hmac-sha256'),
  })
  const said = await post(`${base}/${method.replaceAll('.', '/')}?${query}`, {}, paramJson)
  return JSON.parse(said.body)
}

export const callShopify = async (
  base: string,
  query: string,
  variables: unknown,
  token = SHOPIFY.accessToken,
): Promise<{ status: number; body: Answer }> => {
  const headers = { 'x-shopify-access-token': token, 'content-type': 'application/json' }
  const said = await post(`${base}/admin/api/2026-07/graphql.json`, headers, JSON.stringify({ query, variables }))
  return { status: said.status, body: JSON.parse(said.body) }
}
// biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, not typed
type Answer = any

export const callStandard = async (
  base: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  { secret = SECRET, id = method === 'GET' ? `n1:${path}` : 'req_1' } = {},
): Promise<{ status: number; body: Answer }> => {
  const text = body === undefined ? '' : JSON.stringify(body)
  const seconds = Math.floor(Date.now() / 1000)
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': sign.standardWebhook(secret, id, seconds, text),
  }
  const answer = await fetch(base + path, { method, headers, ...(text ? { body: text } : {}) })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

let nonces = 0
export const callRest = async (
  base: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  secret = REST.secret,
  nonce?: string,
): Promise<{ status: number; body: Answer }> => {
  const text = body === undefined ? '' : JSON.stringify(body)
  const { pathname, search } = new URL(base + path)
  const time = String(Math.floor(Date.now() / 1000))
  nonces += 1
  const once = nonce ?? `n-${process.pid}-${nonces}`
  const headers = {
    'x-cangqiao-time': time,
    'x-cangqiao-nonce': once,
    'x-cangqiao-signature': sign.plain(secret, method, pathname + search, time, once, text),
  }
  const answer = await fetch(base + path, { method, headers, ...(text ? { body: text } : {}) })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

const beijing = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

export const callQimen = async (
  base: string,
  method: string,
  body: string,
  secret = QIMEN.secret,
  signMethod = 'md5',
): Promise<string> => {
  const params = new Map([
    ['method', `taobao.qimen.${method}`],
    ['timestamp', beijing()],
    ['format', 'xml'],
    ['app_key', QIMEN.appKey],
    ['v', '2.0'],
    ['sign_method', signMethod],
    ['customerId', QIMEN.customerId],
  ])
  params.set('sign', sign.qimenCall(secret, params, Buffer.from(body), signMethod))
  return (await post(`${base}/router/qimen/service?${new URLSearchParams([...params])}`, {}, body)).body
}

/** A delivery order as 奇门 wants it, complete, with one line. */
export const deliveryOrder = (
  number: string,
  sku: string,
  quantity: number,
  more: { receiver?: string; orderId?: string } = {},
): string =>
  `<?xml version="1.0" encoding="utf-8"?><request><deliveryOrder><deliveryOrderCode>${number}</deliveryOrderCode><orderType>JYCK</orderType>
<warehouseCode>OTHER</warehouseCode><createTime>2026-11-02 12:00:00</createTime><placeOrderTime>2026-11-02 12:00:00</placeOrderTime>
<operateTime>2026-11-02 12:00:00</operateTime><shopNick>茶铺 &amp; 店</shopNick><logisticsCode>OTHER</logisticsCode>
<senderInfo><name>仓</name><mobile>1</mobile><province>浙江省</province><city>杭州市</city><detailAddress>仓</detailAddress></senderInfo>
<receiverInfo>${more.receiver ?? '<name>张三</name><mobile>13800000001</mobile><province>浙江省</province><city>杭州市</city><detailAddress>文一路1号</detailAddress>'}</receiverInfo>
</deliveryOrder><orderLines><orderLine><sourceOrderCode>${more.orderId ?? ''}</sourceOrderCode><ownerCode>O</ownerCode><itemCode>${sku}</itemCode><planQty>${quantity}</planQty><actualPrice>1.00</actualPrice></orderLine></orderLines></request>`

export const restOrder = (
  document: string,
  sku: string,
  quantity: number,
  more: Record<string, unknown> = {},
): Record<string, unknown> => ({
  document,
  platform: 'standard',
  shopName: '茶铺',
  platformOrderId: 'unknown',
  placedAt: new Date().toISOString(),
  receiver: {
    kind: 'plain',
    name: '张三',
    phone: '13800000001',
    country: 'CN',
    province: '浙江省',
    city: '杭州市',
    address: '文一路1号',
  },
  lines: [{ lineId: '1', sku, title: sku, quantity, price: { amount: 100, currency: 'CNY' } }],
  total: { amount: 100, currency: 'CNY' },
  custom: {},
  ...more,
})
