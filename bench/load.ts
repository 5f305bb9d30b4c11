/** Load from this process: pre-signed webhooks over kept-alive connections, bounded in count and time; and a plain warehouse that answers after 5 ms. */
import { createHmac, randomBytes } from 'node:crypto'
import { Agent, createServer, request, type Server } from 'node:http'

export interface Prepared {
  readonly id: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const SECRET = `whsec_${randomBytes(32).toString('base64')}`
const KEY = Buffer.from(SECRET.slice('whsec_'.length), 'base64')

/** An order of two lines with a receiver, a note and an unknown field, signed as Standard Webhooks. */
export const prepare = (id: string, skus: readonly string[]): Prepared => {
  const now = Date.now()
  const order = {
    id,
    version: now,
    status: 'open',
    payment: 'paid',
    createdAt: now,
    total: '59.80',
    buyerNote: '请尽快发货，谢谢',
    自定义备注: '礼盒包装',
    lines: skus.map((sku, i) => ({ id: String(i + 1), sku, quantity: 1, price: '29.90', title: `商品 ${sku}` })),
    receiver: {
      name: '张三丰',
      phone: '13800001234',
      province: '浙江省',
      city: '杭州市',
      district: '西湖区',
      address: '文一路 100 号 3 幢 201 室',
    },
  }
  const body = JSON.stringify({ type: 'order.paid', timestamp: now, data: { order } })
  return { id, body, headers: signedHeaders(id, now, body) }
}

/** Standard Webhooks. */
const signedHeaders = (id: string, now: number, body: string): Record<string, string> => {
  const timestamp = String(Math.floor(now / 1000))
  const signature = createHmac('sha256', KEY).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 })

export const post = (url: URL, { headers, body }: Pick<Prepared, 'headers' | 'body'>): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(
      { host: url.hostname, port: url.port, path: url.pathname, method: 'POST', headers, agent },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    call.on('error', reject)
    call.end(body)
  })

/** As fast as `connections` go until all are sent; gives requests per second and the ids that got their 2xx. */
export const closedLoop = async (
  url: URL,
  items: readonly Prepared[],
  connections: number,
  sent?: Map<string, number>,
): Promise<{ rps: number; accepted: string[] }> => {
  let next = 0
  const accepted: string[] = []
  const started = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let item = items[next++]; item; item = items[next++]) {
        sent?.set(item.id, performance.now())
        const status = await post(url, item)
        if (status >= 200 && status < 300) accepted.push(item.id)
      }
    }),
  )
  return { rps: items.length / ((performance.now() - started) / 1000), accepted }
}

/** At a fixed rate, whatever the answers do. */
export const openLoop = async (
  url: URL,
  items: readonly Prepared[],
  perSecond: number,
  sent: Map<string, number>,
): Promise<string[]> => {
  const accepted: string[] = []
  const started = performance.now()
  const pending: Promise<void>[] = []
  for (let i = 0; i < items.length; i++) {
    const item = items[i]
    if (!item) break
    const wait = started + (i * 1000) / perSecond - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    sent.set(item.id, performance.now())
    pending.push(post(url, item).then((status) => void (status >= 200 && status < 300 && accepted.push(item.id))))
  }
  await Promise.all(pending)
  return accepted
}

export interface BenchWarehouse {
  readonly port: number
  /** Platform order id → when it was placed, and how often. */
  readonly placed: Map<string, { at: number; times: number; document: string; skus: string[] }>
  /** Platform order id → when it was written back. */
  readonly written: Map<string, number>
  close(): void
}

/** Speaks the plain JSON contract: takes every order after 5 ms. Also the shop that write-backs go to. */
export const startWarehouse = (port: number): Promise<BenchWarehouse> =>
  new Promise((resolve) => {
    const placed: BenchWarehouse['placed'] = new Map()
    const written = new Map<string, number>()
    const server: Server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (incoming.url?.startsWith('/v1/orders')) {
          const order = JSON.parse(text) as { platformOrderId: string; document: string; lines: { sku: string }[] }
          const known = placed.get(order.platformOrderId)
          placed.set(order.platformOrderId, {
            at: known?.at ?? performance.now(),
            times: (known?.times ?? 0) + 1,
            document: order.document,
            skus: order.lines.map((line) => line.sku),
          })
        } else if (incoming.url === '/cangqiao/shipments')
          written.set((JSON.parse(text) as { orderId: string }).orderId, performance.now())
        setTimeout(() => {
          outgoing.writeHead(200, { 'content-type': 'application/json' })
          outgoing.end('{}')
        }, 5)
      })
    })
    server.listen(port, '127.0.0.1', () => resolve({ port, placed, written, close: () => server.close() }))
  })

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN)
}

/** `shipment.created` of the plain JSON contract: everything in one package. */
export const signedCallback = (document: string, skus: readonly string[]): Pick<Prepared, 'headers' | 'body'> => {
  const now = Date.now()
  const quantities = Map.groupBy(skus, (sku) => sku)
  const items = [...quantities].map(([sku, list]) => ({ sku, quantity: list.length }))
  const packages = [{ carrier: 'SF', waybill: `SF${document}`, items }]
  const data = { document, shipmentId: `S${document}`, final: true, packages }
  const body = JSON.stringify({ type: 'shipment.created', timestamp: new Date(now).toISOString(), data })
  return { body, headers: signedHeaders(`cb-${document}`, now, body) }
}
