/** Reads what a turn's events need from the store: orders, what a code means, levels. Keeps what it has read, bounded. */
import type { OrderLine } from '../domain/order.ts'
import type { OrderState, StateLine } from '../domain/order-state.ts'
import type { StockLevel } from '../domain/stock.ts'
import type { Logged } from '../lane/event.ts'
import type { Lane } from '../lane/lane.ts'
import type { LanePorts, Row } from '../lane/ports.ts'
import { Recent } from '../lib/recent.ts'
import type { LaneConfig } from '../store/config.ts'
import { LEVELS, levelOf, MEANINGS } from './load-sql.ts'
import { asksOf, meaningKey, wantsOf } from './wants.ts'
import { type ListingFacts, type Loaded, levelKey } from './world.ts'

type AnyLane = Pick<Lane<unknown, unknown>, 'outbox' | 'relay' | 'counter'>

const MAPPING_MS = 60_000

export class Loader {
  readonly #ports: Pick<LanePorts, 'name' | 'store'>
  readonly #config: () => Promise<LaneConfig>
  readonly #lane: AnyLane
  readonly #orders = new Recent<OrderState>(4_000)
  readonly #ids = new Recent<string>(8_000)
  readonly #levels = new Map<string, StockLevel>()
  readonly #meanings = new Recent<{ readonly parts: StateLine['parts']; readonly at: number }>(20_000)

  constructor(ports: Pick<LanePorts, 'name' | 'store'>, config: () => Promise<LaneConfig>, lane: AnyLane) {
    this.#ports = ports
    this.#config = config
    this.#lane = lane
  }

  async load(logged: readonly Logged[], now: number, seq: number): Promise<Loaded> {
    const config = await this.#config()
    const found = await this.#read(logged, config, now)
    const lane = this.#lane
    let taken = 0
    const base = lane.counter('order_no')
    return {
      ...found,
      now,
      seq,
      lane: this.#ports.name,
      laneNo: config.laneNo,
      merchant: config.merchant,
      shop: config.shop,
      warehouses: config.warehouses,
      trackers: config.trackers,
      showsStock: config.showsStock,
      levels: this.#levels,
      resolve: (line) => this.#meanings.get(meaningKey(line))?.parts,
      job: (id) => lane.outbox.facts(id, now),
      jobsOf: (ref) => lane.outbox.of(ref),
      isParked: (key) => lane.relay.isParked(key),
      nextOrderNo: () => {
        taken += 1
        return base + taken
      },
      saveOrderNo: () => {
        lane.counter('order_no', taken)
        taken = 0
      },
    }
  }

  /** The store has these now. */
  learn(orders: readonly OrderState[]): void {
    for (const order of orders) this.#remember(order)
  }

  forget(): void {
    this.#orders.clear()
    this.#ids.clear()
    this.#levels.clear()
  }

  #remember(order: OrderState): void {
    this.#orders.set(order.id, order)
    this.#ids.set(order.platformOrderId, order.id)
  }

  async #read(
    logged: readonly Logged[],
    config: LaneConfig,
    now: number,
  ): Promise<Pick<Loaded, 'orders' | 'byPlatform' | 'terms' | 'holders' | 'listings' | 'counted' | 'booked'>> {
    const wants = wantsOf(logged, config.warehouseId)
    const known = (id: string | undefined): boolean => id !== undefined && this.#orders.get(id) !== undefined
    const asks = asksOf(wants, config, known, (platformId) => known(this.#ids.get(platformId)))
    const answers = asks.length > 0 ? await this.#ports.store(asks.map((ask) => ask.statement)) : []
    const rows = new Map(asks.map((ask, i) => [ask.what, answers[i] ?? []]))
    for (const row of rows.get('orders') ?? []) this.#remember(JSON.parse(String(row.body)) as OrderState)
    const orders = new Map([...wants.ids].flatMap((id) => pair(id, this.#orders.get(id))))
    const byPlatform = new Map<string, string>()
    for (const key of wants.platformIds) {
      const id = this.#ids.get(key)
      const order = id === undefined ? undefined : this.#orders.get(id)
      if (order) {
        byPlatform.set(key, order.id)
        orders.set(order.id, order)
      }
    }
    const kept = [...orders.values()].flatMap((order) => order.lines)
    const unclear = kept.filter((line) => line.parts.length === 0)
    await this.#readMeanings([...wants.lines, ...unclear], config, now)
    await this.#readLevels([...wants.lines, ...unclear], kept, config)
    return {
      orders,
      byPlatform,
      terms: new Map((rows.get('terms') ?? []).map((row) => [String(row.term), String(row.order_id)])),
      holders: holdersOf(rows.get('holders') ?? []),
      listings: group(rows.get('listings') ?? []),
      counted: (rows.get('counted') ?? []).map((row) => String(row.sku)),
      booked: new Set((rows.get('booked') ?? []).map((row) => String(row.id))),
    }
  }

  async #readMeanings(lines: readonly OrderLine[], config: LaneConfig, now: number): Promise<void> {
    const stale = (key: string): boolean => now - (this.#meanings.get(key)?.at ?? 0) > MAPPING_MS
    const unknown = [...new Map(lines.map((line) => [meaningKey(line), line]))].filter(([key]) => stale(key))
    if (unknown.length === 0) return
    const items = unknown.map(([k, line]) => ({ k, l: line.listingId ?? '', c: line.code }))
    const values = [JSON.stringify(items), config.shop?.shop.id ?? '', config.merchant.id]
    const [rows] = await this.#ports.store([{ sql: MEANINGS, values }])
    for (const [key, parts] of Map.groupBy(rows ?? [], (row) => String(row.k))) {
      const known = parts.filter((row) => row.sku !== null)
      const meant = known.map((row) => ({ sku: String(row.part ?? row.sku), quantity: Number(row.quantity ?? 1) }))
      if (meant.length > 0) this.#meanings.set(key, { at: now, parts: meant })
    }
  }

  async #readLevels(lines: readonly OrderLine[], kept: readonly StateLine[], config: LaneConfig): Promise<void> {
    const meant = lines.flatMap((line) => this.#meanings.get(meaningKey(line))?.parts ?? [])
    const skus = new Set([...kept.flatMap((line) => line.parts), ...meant].map((part) => part.sku))
    const unknown = [...skus].filter((sku) => !config.warehouses.some(({ id }) => this.#levels.has(levelKey(sku, id))))
    if (unknown.length === 0) return
    if (this.#levels.size > 50_000) this.#levels.clear()
    const [rows] = await this.#ports.store([{ sql: LEVELS, values: [config.merchant.id, JSON.stringify(unknown)] }])
    for (const row of rows ?? []) {
      const level = levelOf(row)
      this.#levels.set(levelKey(level.sku, level.warehouseId), level)
    }
  }
}

const pair = <T>(key: string, value: T | undefined): [string, T][] => (value === undefined ? [] : [[key, value]])

const holdersOf = (rows: readonly Row[]): Map<string, string[]> => {
  const held = Map.groupBy(rows, (row) => String(row.term).slice('w:'.length))
  return new Map([...held].map(([waybill, list]) => [waybill, list.map((row) => String(row.order_id))]))
}

const group = (rows: readonly Row[]): Map<string, ListingFacts[]> =>
  Map.groupBy(
    rows.map((row) => ({ sku: String(row.sku), listingId: String(row.listing_id) })),
    (row) => row.sku,
  )
