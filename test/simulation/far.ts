/** The far sides: shops that push and are written back to, warehouses that accept, ship, time out after success and do not de-duplicate. Their counts are their own. */
import { createHmac } from 'node:crypto'
import { NotAnswered } from '../../src/send.ts'
import type { WireCall, WireRequest, WireResponse } from '../../src/wire/message.ts'
import type { Clock, Random } from './clock.ts'
import type { FarTracker } from './far-tracker.ts'

export const SECRET = `whsec_${Buffer.from('a secret of the simulation, 32 b').toString('base64')}`

/** Standard Webhooks, written here on its own. */
export const signed = (url: string, id: string, body: unknown, now: number): WireRequest => {
  const text = JSON.stringify(body)
  const timestamp = String(Math.floor(now / 1000))
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64')
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body: new TextEncoder().encode(text),
  }
}

export interface FarLine {
  readonly id: string
  readonly sku: string
  readonly quantity: number
}

export interface FarOrder {
  readonly id: string
  readonly lines: readonly FarLine[]
  version: number
  status: 'open' | 'cancelled'
  paid: boolean
  refund: boolean
  address: string
  acknowledged: boolean
  /** waybill → how often it was written back. */
  readonly waybills: Map<string, number>
}

export interface FarFaults {
  /** Chances per call. */
  readonly afterSuccess: number
  readonly before: number
  readonly rejects: number
}

const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: {},
  body: body === undefined ? '' : JSON.stringify(body),
})

export class FarShop {
  readonly id: string
  readonly orders = new Map<string, FarOrder>()
  constructor(id: string) {
    this.id = id
  }

  body(order: FarOrder): unknown {
    const { id, version, status, lines, paid } = order
    return {
      id,
      version,
      status,
      payment: paid ? 'paid' : 'unpaid',
      createdAt: 1_700_000_000_000,
      total: '10.00',
      lines: lines.map((line) => ({ ...line, price: '1.00', title: line.sku })),
      receiver: { name: '张三', phone: '13800001234', province: '浙江省', city: '杭州市', address: order.address },
    }
  }

  answer(call: WireCall, path: string): WireResponse {
    if (call.method === 'GET') {
      const order = this.orders.get(decodeURIComponent(path.split('/').at(-1) ?? ''))
      return order
        ? json(200, { order: this.body(order), waybills: [...order.waybills.keys()] })
        : json(404, { code: 'not_found' })
    }
    if (path === '/cangqiao/stock') return json(200, {})
    const shipment = JSON.parse(call.body) as { orderId: string; packages: { waybill: string }[] }
    const order = this.orders.get(shipment.orderId)
    if (!order) return json(404, { code: 'not_found', message: 'no such order' })
    if (order.status === 'cancelled' || order.refund)
      return json(422, { code: 'refunded', message: 'a refund is open' })
    for (const { waybill } of shipment.packages) order.waybills.set(waybill, (order.waybills.get(waybill) ?? 0) + 1)
    return json(200, {})
  }
}

export interface FarDocument {
  readonly document: string
  readonly platformOrderId: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  status: 'accepted' | 'shipped' | 'cancelled'
  packages: { packageId: string; carrier: string; waybill: string; items: { sku: string; quantity: number }[] }[]
}

export class FarWarehouse {
  readonly id: string
  readonly deduplicates: boolean
  readonly documents: FarDocument[] = []
  /** The first of each number. */
  readonly #named = new Map<string, FarDocument>()
  readonly stock: Map<string, number>
  readonly #nonces = new Set<string>()
  silent = false
  #serial = 0
  constructor(id: string, deduplicates: boolean, stock: Map<string, number>) {
    this.id = id
    this.deduplicates = deduplicates
    this.stock = stock
  }

  answer(call: WireCall, path: string, rejects: boolean): WireResponse {
    const nonce = call.headers['x-cangqiao-nonce'] ?? ''
    if (this.#nonces.has(nonce)) return json(401, { code: 'nonce', message: 'this nonce was used before' })
    this.#nonces.add(nonce)
    const [, , , document = '', action] = path.split('/')
    if (call.method === 'POST' && action === 'cancel') return this.#cancel(document)
    if (call.method === 'POST') return this.#place(JSON.parse(call.body), rejects)
    const found = this.#named.get(document)
    return found
      ? json(200, { status: found.status, items: found.lines, packages: found.packages })
      : json(404, { code: 'not_found' })
  }

  #place(
    body: { document: string; platformOrderId: string; lines: { sku: string; quantity: number }[] },
    rejects: boolean,
  ): WireResponse {
    if (JSON.stringify(body).includes('*')) throw new Error('a star reached the warehouse')
    const known = this.#named.get(body.document)
    if (known && this.deduplicates) return json(200, { externalId: `E-${body.document}` })
    if (rejects && !known) return json(422, { code: 'refused', message: 'not today' })
    const merged = new Map<string, number>()
    for (const line of body.lines) merged.set(line.sku, (merged.get(line.sku) ?? 0) + line.quantity)
    const lines = [...merged].map(([sku, quantity]) => ({ sku, quantity }))
    const { document, platformOrderId } = body
    const made: FarDocument = { document, platformOrderId, lines, status: 'accepted', packages: [] }
    this.documents.push(made)
    if (!known) this.#named.set(document, made)
    return json(200, { externalId: `E-${body.document}` })
  }

  #cancel(document: string): WireResponse {
    const found = this.documents.filter((item) => item.document === document)
    if (found.length === 0) return json(404, { code: 'not_found', message: 'no such order' })
    if (found.some((item) => item.status === 'shipped' || item.packages.length > 0))
      return json(409, { code: 'cannot_cancel', message: 'already shipped' })
    for (const item of found) item.status = 'cancelled'
    return json(200, { status: 'cancelled' })
  }

  /** Ships the rest of a document in one package, or only its first piece. */
  ship(document: FarDocument, first: boolean): { shipmentId: string; final: boolean } | undefined {
    if (document.status !== 'accepted') return undefined
    const sent = (sku: string): number =>
      document.packages.flatMap((item) => item.items).reduce((n, item) => n + (item.sku === sku ? item.quantity : 0), 0)
    const rest = document.lines
      .map((line) => ({ sku: line.sku, quantity: line.quantity - sent(line.sku) }))
      .filter((line) => line.quantity > 0)
    const items = first ? rest.slice(0, 1).map((line) => ({ ...line, quantity: 1 })) : rest
    const final = items.reduce((n, item) => n + item.quantity, 0) === rest.reduce((n, item) => n + item.quantity, 0)
    for (const item of items) this.stock.set(item.sku, (this.stock.get(item.sku) ?? 0) - item.quantity)
    const waybill = `${this.id}${String(++this.#serial).padStart(6, '0')}`
    document.packages.push({ packageId: waybill, carrier: 'SF', waybill, items })
    if (final) document.status = 'shipped'
    return { shipmentId: waybill, final }
  }
}

/** The network between the Worker and the far sides. */
export const network =
  (
    clock: Clock,
    random: Random,
    faults: FarFaults,
    active: () => boolean,
    shops: readonly FarShop[],
    warehouses: readonly FarWarehouse[],
    consumerDies: () => boolean,
    tracker?: FarTracker,
  ) =>
  async (call: WireCall): Promise<WireResponse> => {
    const url = new URL(call.url)
    const hit = (chance: number): boolean => active() && random.chance(chance)
    if (consumerDies()) return new Promise(() => undefined)
    await clock.sleep(1 + random.below(40))
    const shop = shops.find((item) => url.hostname === `${item.id}.shop.test`)
    const warehouse = warehouses.find((item) => url.hostname === `${item.id}.wh.test`)
    if (warehouse?.silent) throw new NotAnswered('time-out', true)
    if (hit(faults.before))
      return random.chance(0.5) ? json(503, {}) : Promise.reject(new NotAnswered('connection reset', true))
    // A slow network may deliver a request long after its sender gave up.
    const answer = (): WireResponse =>
      shop
        ? shop.answer(call, url.pathname)
        : tracker && url.hostname === `${tracker.id}.tracker.test`
          ? tracker.answer(call)
          : (warehouse?.answer(call, url.pathname, hit(faults.rejects)) ?? json(404, {}))
    if (hit(faults.afterSuccess)) {
      if (random.chance(0.5)) clock.at(clock.now + random.below(60_000), () => void answer())
      else answer()
      throw new NotAnswered('time-out', true)
    }
    const result = answer()
    await clock.sleep(1 + random.below(20))
    if (consumerDies()) return new Promise(() => undefined)
    return result
  }
