/** Reads what a turn's events need from the store: orders, what a code means, levels. Keeps what it has read, bounded. */
import type { OrderLine } from '../domain/order.ts'
import type { OrderState, SealedOrder, StateLine } from '../domain/order-state.ts'
import type { StockLevel } from '../domain/stock.ts'
import type { EventBody, Logged } from '../lane/event.ts'
import type { Lane } from '../lane/lane.ts'
import type { LanePorts, Row, Statement } from '../lane/ports.ts'
import { Recent } from '../lib/recent.ts'
import type { LaneConfig } from '../store/config.ts'
import { LEVELS, levelOf, MEANINGS, ORDERS } from './load-sql.ts'
import { type ListingFacts, type Loaded, levelKey } from './world.ts'

type AnyLane = Pick<Lane<unknown, unknown>, 'outbox' | 'relay' | 'counter'>

const MAPPING_MS = 60_000

/** What the events of a turn ask the store for. */
interface Wants {
  readonly ids: readonly string[]
  readonly platformIds: readonly string[]
  readonly lines: readonly OrderLine[]
  readonly terms: readonly string[]
  readonly dirty: readonly string[]
  /** The warehouse that sent a full count. */
  readonly warehouse: string | undefined
}

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
    return {
      ...found,
      now,
      seq,
      lane: this.#ports.name,
      laneNo: config.laneNo,
      merchant: config.merchant,
      shop: config.shop,
      warehouses: config.warehouses,
      showsStock: config.showsStock,
      levels: this.#levels,
      resolve: (line) => this.#meanings.get(meaningKey(line))?.parts,
      job: (id) => lane.outbox.facts(id, now),
      jobsOf: (ref) => lane.outbox.of(ref),
      isParked: (key) => lane.relay.isParked(key),
      nextOrderNo: () => lane.counter('order_no', 1) + 1,
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
  ): Promise<Pick<Loaded, 'orders' | 'byPlatform' | 'terms' | 'listings' | 'counted'>> {
    const wants = this.#wants(logged, config, now)
    const asks = this.#asks(wants, config)
    const answers = asks.length > 0 ? await this.#ports.store(asks.map((ask) => ask.statement)) : []
    const rows = new Map(asks.map((ask, i) => [ask.what, answers[i] ?? []]))
    for (const row of rows.get('orders') ?? []) this.#remember(JSON.parse(String(row.body)) as OrderState)
    this.#learnMeanings(rows.get('meanings') ?? [], now)
    const orders = new Map(wants.ids.flatMap((id) => pair(id, this.#orders.get(id))))
    const byPlatform = new Map<string, string>()
    for (const key of wants.platformIds) {
      const id = this.#ids.get(key)
      const order = id === undefined ? undefined : this.#orders.get(id)
      if (order) {
        byPlatform.set(key, order.id)
        orders.set(order.id, order)
      }
    }
    await this.#readLevels(orders, logged, config)
    return {
      orders,
      byPlatform,
      terms: new Map((rows.get('terms') ?? []).map((row) => [String(row.term), String(row.order_id)])),
      listings: group(rows.get('listings') ?? []),
      counted: (rows.get('counted') ?? []).map((row) => String(row.sku)),
    }
  }

  #wants(logged: readonly Logged[], config: LaneConfig, now: number): Wants {
    const ids = new Set<string>()
    const platformIds = new Set<string>()
    const lines = new Map<string, OrderLine>()
    const terms = new Set<string>()
    const dirty = new Set<string>()
    let full = false
    for (const {
      event: { ref, body },
    } of logged) {
      if (ref?.startsWith('o:')) ids.add(ref.slice(2))
      if (ref?.startsWith('p:')) platformIds.add(ref.slice(2))
      for (const line of orderIn(body)?.lines ?? []) lines.set(meaningKey(line), line)
      if (body.kind === 'dirty') for (const sku of body.skus) dirty.add(sku)
      if (body.kind !== 'warehouse' || ref !== undefined) continue
      if (body.event.type === 'snapshot') full ||= body.event.full
      if ('ref' in body.event && body.event.ref.externalId !== undefined)
        terms.add(`x:${body.warehouseId}:${body.event.ref.externalId}`)
    }
    for (const id of ids)
      for (const line of this.#orders.get(id)?.lines ?? [])
        if (line.parts.length === 0) lines.set(meaningKey(line), line)
    const unknown = [...lines]
      .filter(([key]) => now - (this.#meanings.get(key)?.at ?? 0) > MAPPING_MS)
      .map(([, line]) => line)
    return {
      ids: [...ids],
      platformIds: [...platformIds],
      lines: unknown,
      terms: [...terms],
      dirty: [...dirty],
      warehouse: full ? config.warehouseId : undefined,
    }
  }

  #asks(wants: Wants, config: LaneConfig): { what: string; statement: Statement }[] {
    const asks: { what: string; statement: Statement }[] = []
    const ids = wants.ids.filter((id) => !this.#orders.get(id))
    const platformIds = wants.platformIds.filter((key) => this.#orders.get(this.#ids.get(key) ?? '') === undefined)
    if (ids.length + platformIds.length > 0)
      asks.push({
        what: 'orders',
        statement: {
          sql: ORDERS,
          values: [JSON.stringify(ids), config.shop?.shop.id ?? '', JSON.stringify(platformIds), config.merchant.id],
        },
      })
    if (wants.lines.length > 0) {
      const items = JSON.stringify(
        wants.lines.map((line) => ({ k: meaningKey(line), l: line.listingId ?? '', c: line.code })),
      )
      asks.push({
        what: 'meanings',
        statement: { sql: MEANINGS, values: [items, config.shop?.shop.id ?? '', config.merchant.id] },
      })
    }
    if (wants.terms.length > 0)
      asks.push({
        what: 'terms',
        statement: {
          sql: 'SELECT term, order_id FROM order_terms WHERE merchant_id = ?1 AND term IN (SELECT value FROM json_each(?2))',
          values: [config.merchant.id, JSON.stringify(wants.terms)],
        },
      })
    if (wants.dirty.length > 0 && config.shop)
      asks.push({
        what: 'listings',
        statement: {
          sql: 'SELECT sku, listing_id FROM listings WHERE merchant_id = ?1 AND sku IN (SELECT value FROM json_each(?2)) AND shop_id = ?3',
          values: [config.merchant.id, JSON.stringify(wants.dirty), config.shop.shop.id],
        },
      })
    if (wants.warehouse !== undefined)
      asks.push({
        what: 'counted',
        statement: {
          sql: 'SELECT sku FROM stock_levels WHERE merchant_id = ?1 AND warehouse_id = ?2 AND counted = 1',
          values: [config.merchant.id, wants.warehouse],
        },
      })
    return asks
  }

  #learnMeanings(rows: readonly Row[], now: number): void {
    for (const [key, parts] of Map.groupBy(rows, (row) => String(row.k))) {
      const known = parts.filter((row) => row.sku !== null)
      if (known.length > 0)
        this.#meanings.set(key, {
          at: now,
          parts: known.map((row) => ({
            sku: String(row.part ?? row.sku),
            quantity: Number(row.quantity ?? 1),
          })),
        })
    }
  }

  async #readLevels(
    orders: ReadonlyMap<string, OrderState>,
    logged: readonly Logged[],
    config: LaneConfig,
  ): Promise<void> {
    const told = logged.flatMap(({ event }) => orderIn(event.body)?.lines ?? [])
    const kept = [...orders.values()].flatMap((order) => order.lines)
    const meant = [...told, ...kept].flatMap((line) => this.#meanings.get(meaningKey(line))?.parts ?? [])
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

/** The order that an event carries: pushed, or fetched. */
const orderIn = (body: EventBody): SealedOrder | undefined => {
  if (body.kind === 'platform') return body.event.type === 'order' ? body.event.order : undefined
  return body.kind === 'outcome' && body.outcome.class === 'done' ? body.outcome.value.order : undefined
}

const meaningKey = (line: Pick<OrderLine, 'listingId' | 'code'>): string => `${line.listingId ?? ''}\n${line.code}`

const pair = <T>(key: string, value: T | undefined): [string, T][] => (value === undefined ? [] : [[key, value]])

const group = (rows: readonly Row[]): Map<string, ListingFacts[]> =>
  Map.groupBy(
    rows.map((row) => ({ sku: String(row.sku), listingId: String(row.listing_id) })),
    (row) => row.sku,
  )
