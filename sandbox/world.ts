/** Everything the sandbox is made of, in one place that the dialects are handed. */
import type { FarChannel } from './channels/channel.ts'
import { Faults, seeded } from './faults.ts'
import { Outbox, type Posting, type Side } from './outbox.ts'
import { platforms } from './platforms/index.ts'
import type { Platform } from './platforms/platform.ts'
import { overHttp, type Sender } from './sender.ts'
import { Sockets } from './sockets.ts'
import { Store } from './store.ts'
import { trackers } from './trackers/index.ts'
import type { TrackerSystem } from './trackers/tracker.ts'
import type { Listing, Order, Shop, Tracker, Warehouse } from './types.ts'
import { systems } from './warehouses/index.ts'
import type { System } from './warehouses/system.ts'

/** Gaps between tries, ms: the platforms' hours, shortened for a test run of minutes. */
const RETRY_MS: readonly number[] = [
  500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000, 60_000, 60_000, 60_000,
]
const TIMEOUT_MS = 5_000

export class World {
  readonly store: Store
  readonly faults: Faults
  readonly outbox: Outbox
  readonly sockets: Sockets
  readonly random: () => number
  readonly shops = new Map<string, Shop>()
  readonly warehouses = new Map<string, Warehouse>()
  readonly trackers = new Map<string, Tracker>()
  readonly channels = new Map<string, FarChannel>()

  constructor(dir?: string, seed = 20_261_102) {
    this.store = new Store(dir)
    this.random = seeded(seed)
    this.faults = new Faults(this.random)
    this.outbox = new Outbox(this.store, this.faults, (side, target) => this.#sender(side, target))
    this.sockets = new Sockets(this)
    for (const { doc } of this.store.all<{ doc: string }>('SELECT doc FROM shop'))
      this.#keep(this.shops, JSON.parse(doc))
    for (const { doc } of this.store.all<{ doc: string }>('SELECT doc FROM warehouse'))
      this.#keep(this.warehouses, JSON.parse(doc))
    for (const { doc } of this.store.all<{ doc: string }>('SELECT doc FROM tracker'))
      this.#keep(this.trackers, JSON.parse(doc))
    for (const { doc } of this.store.all<{ doc: string }>('SELECT doc FROM channel'))
      this.#keep(this.channels, JSON.parse(doc))
  }

  putShop(shop: Shop): void {
    this.store.run('INSERT OR REPLACE INTO shop VALUES (?, ?)', shop.id, JSON.stringify(shop))
    this.#keep(this.shops, shop)
  }

  putWarehouse(warehouse: Warehouse): void {
    this.store.run('INSERT OR REPLACE INTO warehouse VALUES (?, ?)', warehouse.id, JSON.stringify(warehouse))
    this.#keep(this.warehouses, warehouse)
  }

  putTracker(tracker: Tracker): void {
    this.store.run('INSERT OR REPLACE INTO tracker VALUES (?, ?)', tracker.id, JSON.stringify(tracker))
    this.#keep(this.trackers, tracker)
  }

  putChannel(channel: FarChannel): void {
    this.store.run('INSERT OR REPLACE INTO channel VALUES (?, ?)', channel.id, JSON.stringify(channel))
    this.#keep(this.channels, channel)
  }

  post(posting: Posting): void {
    this.outbox.post(posting)
  }

  platform(shop: Shop): Platform {
    const platform = platforms[shop.platform]
    if (!platform) throw new Error(`no platform ${shop.platform}`)
    return platform
  }

  system(warehouse: Warehouse): System {
    const system = systems[warehouse.system]
    if (!system) throw new Error(`no system ${warehouse.system}`)
    return system
  }

  tracker(tracker: Tracker): TrackerSystem {
    const system = trackers[tracker.system]
    if (!system) throw new Error(`no tracker ${tracker.system}`)
    return system
  }

  #keep<T extends { readonly id: string }>(map: Map<string, T>, value: T): void {
    map.set(value.id, value)
  }

  #sender(side: Side, target: string): Sender | undefined {
    const shop = side === 'shop' ? this.shops.get(target) : undefined
    if (shop) return this.#shopSender(shop)
    const tracker = side === 'tracker' ? this.trackers.get(target) : undefined
    if (tracker) return this.#trackerSender(tracker)
    const warehouse = side === 'warehouse' ? this.warehouses.get(target) : undefined
    if (!warehouse) return undefined
    const system = this.system(warehouse)
    return {
      retryMs: warehouse.settings.retryMs ?? RETRY_MS,
      ...overHttp({
        url: warehouse.callbackUrl,
        timeoutMs: warehouse.settings.timeoutMs ?? TIMEOUT_MS,
        envelope: (message, now) => system.envelope(message, warehouse, now),
        acknowledged: system.acknowledged,
      }),
    }
  }

  #trackerSender(tracker: Tracker): Sender {
    const system = this.tracker(tracker)
    return {
      retryMs: tracker.settings.retryMs ?? RETRY_MS,
      ...overHttp({
        url: tracker.callbackUrl || 'as subscribed',
        timeoutMs: tracker.settings.timeoutMs ?? TIMEOUT_MS,
        envelope: (message) => system.envelope(message, tracker, this),
        acknowledged: system.acknowledged,
      }),
    }
  }

  #shopSender(shop: Shop): Sender {
    const platform = this.platform(shop)
    const timeoutMs = shop.settings.timeoutMs ?? platform.timeoutMs
    return {
      retryMs: shop.settings.retryMs ?? RETRY_MS,
      ...(platform.socket ? this.sockets.sender(shop, platform.socket, timeoutMs) : this.#hook(shop, timeoutMs)),
      again: (subject, topic) => {
        const order = this.order(subject)
        return order && platform.renew?.(order, shop, topic, this)
      },
    }
  }

  #hook(shop: Shop, timeoutMs: number): Pick<Sender, 'reachable' | 'send'> {
    const { envelope, acknowledged = () => false } = this.platform(shop)
    return overHttp({
      url: envelope ? shop.hookUrl : '',
      timeoutMs,
      envelope: (message, now) => envelope?.(message, shop, now) ?? { url: '', headers: {} },
      acknowledged,
    })
  }

  order(id: string): Order | undefined {
    const row = this.store.one<{ doc: string }>('SELECT doc FROM shop_order WHERE id = ?', id)
    return row && (JSON.parse(row.doc) as Order)
  }

  saveOrder(order: Order): void {
    this.store.run(
      'INSERT OR REPLACE INTO shop_order VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      order.id,
      order.shopId,
      order.createdAt,
      order.updatedAt,
      order.payment,
      order.status,
      order.refund?.status ?? '',
      JSON.stringify(order),
    )
  }

  listings(shop: string): Listing[] {
    return this.store.all<ListingRow>('SELECT * FROM listing WHERE shop = ?', shop).map(opened)
  }

  listing(shop: string, by: 'id' | 'parent' | 'code', value: string): Listing | undefined {
    const row = this.store.one<ListingRow>(`SELECT * FROM listing WHERE shop = ? AND ${by} = ? LIMIT 1`, shop, value)
    return row && opened(row)
  }
}

type ListingRow = Omit<Listing, 'parts'> & { readonly parts: string }
const opened = (row: ListingRow): Listing => ({ ...row, parts: JSON.parse(row.parts) })
