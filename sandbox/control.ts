/** The control API under `/_control`: JSON in, JSON out. `client.ts` is its typed face, README its table. */
import { audit, report } from './audit.ts'
import { channelView } from './channels/channel.ts'
import { isObject, type Json, list, number, object, read, text } from './json.ts'
import { type Burst, burst, refusedBurst, Trickle } from './load.ts'
import { type Deed, type DeedSpec, type OrderSpec, perform } from './orders.ts'
import { BadRequest, faultIn, putChannel, putShop, putSku, putTracker, putWarehouse } from './setup.ts'
import { summary } from './summary.ts'
import { atTracker } from './trackers/control.ts'
import { subscriptions } from './trackers/parcels.ts'
import type { Answer, Warehouse } from './types.ts'
import { documentViews, orderViews, stockCallViews } from './views.ts'
import { get, levels, receive } from './warehouses/documents.ts'
import { reject, shipDocument } from './warehouses/shipper.ts'
import type { Level, Move } from './warehouses/system.ts'
import type { World } from './world.ts'

interface Asked {
  readonly id: string
  readonly action: string
  readonly query: URLSearchParams
  readonly body: Json
}
type Handler = (asked: Asked) => unknown

const DEEDS: readonly string[] = ['pay', 'cancel', 'refund', 'withdraw', 'complete', 'change'] satisfies Deed[]

export class Control {
  readonly #world: World
  readonly #trickle: Trickle
  readonly #routes: Readonly<Record<string, Handler>>

  constructor(world: World) {
    this.#world = world
    this.#trickle = new Trickle(world)
    this.#routes = {
      'GET shops': () => [...world.shops.values()],
      'POST shops': ({ body }) => putShop(world, body),
      'GET warehouses': () => [...world.warehouses.values()],
      'POST warehouses': ({ id, action, body }) =>
        id ? this.#atWarehouse(id, action, body) : putWarehouse(world, body),
      'GET trackers': () => [...world.trackers.values()],
      'POST trackers': ({ id, action, body }) => (id ? atTracker(world, id, action, body) : putTracker(world, body)),
      'GET subscriptions': ({ query }) => subscriptions(world, query.get('trackerId') ?? ''),
      'POST channels': ({ body }) => putChannel(world, body),
      'GET channels': ({ id }) => channelView(world, id),
      'POST skus': ({ body }) =>
        Array.isArray(body.items) ? list(body.items).map((each) => putSku(world, object(each))) : putSku(world, body),
      'GET orders': ({ id, query }) =>
        orderViews(world, { shopId: query.get('shopId') ?? '', orderId: id, limit: number(query.get('limit'), 100) }),
      'POST orders': ({ id, action, body }) => (id ? this.#deed(id, action, body) : this.#order(body)),
      'GET documents': ({ query }) =>
        documentViews(world, query.get('warehouseId') ?? '', number(query.get('limit'), 100)),
      'POST documents': ({ id, action, body }) => this.#atDocument(Number(id), action, body),
      'GET stock-calls': ({ query }) =>
        stockCallViews(world, query.get('shopId') ?? '', number(query.get('limit'), 100)),
      'POST resend': ({ body }) => ({ resent: world.outbox.resend(text(body.shopId) || text(body.target) || '*') }),
      'GET faults': () => world.faults.list(),
      'POST faults': ({ body }) => world.faults.add(faultIn(body)),
      'DELETE faults': ({ id, query }) => ({ removed: world.faults.remove(filterOf(id, query)) }),
      'GET trickle': () => this.#trickle.running ?? null,
      'POST trickle': ({ body }) => this.#startTrickle(body),
      'GET summary': ({ query }) => summary(world, number(query.get('since'))),
      'GET audit': ({ query }) => report(audit(world), number(query.get('limit'), 1_000)),
    }
  }

  stop(): void {
    this.#trickle.stop()
  }

  serve(method: string, url: URL, bytes: Buffer): Answer {
    const [, , resource = '', id = '', action = ''] = url.pathname.split('/').map(decodeURIComponent)
    const handler = this.#routes[`${method} ${resource}`]
    if (!handler) return reply(404, { error: `no ${method} /_control/${resource}` })
    const body = bytes.length === 0 ? {} : read(bytes.toString('utf8'))
    if (!isObject(body)) return reply(400, { error: 'the body is no JSON object' })
    try {
      return reply(200, handler({ id, action, query: url.searchParams, body }) ?? null)
    } catch (error) {
      const isTheirs = error instanceof BadRequest
      if (!isTheirs) console.error('control', error)
      return reply(isTheirs ? 400 : 500, { error: (error as Error).message })
    }
  }

  #order(body: Json): unknown {
    const shop = this.#world.shops.get(text(body.shopId))
    if (!shop) throw new BadRequest(`no shop ${text(body.shopId)}`)
    const spec = { ...body, count: number(body.count, 1) } as unknown as Burst
    const refused = refusedBurst(spec)
    if (refused) throw new BadRequest(refused)
    try {
      return burst(this.#world, shop, spec)
    } catch (error) {
      throw new BadRequest((error as Error).message)
    }
  }

  #deed(id: string, action: string, body: Json): unknown {
    const order = this.#world.order(id)
    const shop = order && this.#world.shops.get(order.shopId)
    if (!order || !shop) throw new BadRequest(`no order ${id}`)
    if (!DEEDS.includes(action)) throw new BadRequest(`${action} is none of ${DEEDS.join(', ')}`)
    return perform(this.#world, shop, order, action as Deed, body as DeedSpec)
  }

  #atWarehouse(id: string, action: string, body: Json): unknown {
    const warehouse = this.#world.warehouses.get(id)
    if (!warehouse) throw new BadRequest(`no warehouse ${id}`)
    if (action === 'snapshot') return this.#snapshot(warehouse)
    if (action === 'inventory-report') return this.#move(warehouse, body)
    throw new BadRequest(`${action} is none of snapshot, inventory-report`)
  }

  #snapshot(warehouse: Warehouse): unknown {
    const counted: readonly Level[] = levels(this.#world, warehouse.id).filter((each) => each.counted)
    const message = this.#world.system(warehouse).snapshot(counted, warehouse, this.#world)
    if (!message) throw new BadRequest(`${warehouse.system} sends no snapshots; its levels are asked for`)
    this.#world.post({ side: 'warehouse', target: warehouse.id, subject: 'stock', message })
    return { items: counted.length }
  }

  /** Goods come, break or turn up: booked here, and told as signed differences. */
  #move(warehouse: Warehouse, body: Json): unknown {
    const wanted = list(body.items).map(object)
    if (wanted.length === 0) throw new BadRequest('items is empty')
    const moves = wanted.map((item): Move => {
      const [sku, delta, reason] = [text(item.sku), number(item.delta), text(item.reason) || 'stock-take']
      const n = receive(this.#world, warehouse.id, sku, delta, reason)
      const onHand = levels(this.#world, warehouse.id).find((level) => level.sku === sku)?.onHand ?? 0
      return { id: `M${n}`, sku, delta, reason, onHand }
    })
    if (body.silent === true) return { moves }
    const message = this.#world.system(warehouse).moved(moves, warehouse, this.#world)
    if (message) this.#world.post({ side: 'warehouse', target: warehouse.id, subject: 'stock', message })
    return { moves }
  }

  #atDocument(n: number, action: string, body: Json): unknown {
    const document = get(this.#world, n)
    const warehouse = document && this.#world.warehouses.get(document.warehouse)
    if (!document || !warehouse) throw new BadRequest(`no document ${n}`)
    if (action === 'ship')
      shipDocument(this.#world, warehouse, document, { packages: number(body.packages, 1), short: number(body.short) })
    else if (action === 'reject') reject(this.#world, warehouse, document, text(body.reason) || '拒单')
    else throw new BadRequest(`${action} is none of ship, reject`)
    return get(this.#world, n)
  }

  #startTrickle(body: Json): unknown {
    if (body.on === false) this.#trickle.stop()
    else {
      const shopIds = list(body.shopIds).map(text)
      if (shopIds.length === 0) throw new BadRequest('shopIds is empty')
      this.#trickle.start(
        { shopIds, perMinute: number(body.perMinute, 6), minutes: number(body.minutes, 60) },
        object(body.order) as OrderSpec,
      )
    }
    return this.#trickle.running ?? null
  }
}

const filterOf = (id: string, query: URLSearchParams): { id?: string; target?: string; fault?: string } => ({
  ...(id ? { id } : {}),
  ...(query.has('target') ? { target: query.get('target') ?? '' } : {}),
  ...(query.has('fault') ? { fault: query.get('fault') ?? '' } : {}),
})

const reply = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})
