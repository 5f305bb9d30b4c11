/**
 * Configuration as the flow reads it: rows of D1 behind a small cache in the isolate. Kept at most a minute, served stale
 * while D1 does not answer, never a "not there". Credentials are opened only here.
 */
import type { D1Database } from '@cloudflare/workers-types'
import { Recent } from '../lib/recent.ts'
import type { Platform } from '../platforms/platform.ts'
import type { App, LaneConfig, Merchant, Shop, TrackerRow, WarehouseRow } from '../store/config.ts'
import { appOf, merchantOf, shopOf, trackerOf, warehouseOf } from '../store/config-rows.ts'
import { places, type Vault } from '../store/vault.ts'
import type { Warehouse } from '../warehouses/warehouse.ts'
import type { Connection, Fields } from '../wire/adapter.ts'
import type { Egress } from '../wire/relay.ts'
import { shopFacts, warehouseFacts } from './connection-facts.ts'
import { trackerFacts } from './trackers.ts'

type Row = Record<string, unknown>

export class Config {
  readonly #db: D1Database
  readonly #now: () => number
  readonly #cache = new Map<string, { value: unknown; at: number }>()

  constructor(db: D1Database, now: () => number) {
    this.#db = db
    this.#now = now
  }

  app = (id: string, maxAge = 60_000): Promise<App | undefined> =>
    this.#row(`app:${id}`, maxAge, 'SELECT * FROM apps WHERE id = ?', [id], appOf)
  shop = (id: string, maxAge = 60_000): Promise<Shop | undefined> =>
    this.#row(`shop:${id}`, maxAge, 'SELECT * FROM shops WHERE id = ?', [id], shopOf)
  shopOfApp = (appId: string, shopKey: string): Promise<Shop | undefined> =>
    this.#row(
      `appshop:${appId}:${shopKey}`,
      60_000,
      'SELECT * FROM shops WHERE app_id = ? AND shop_key = ?',
      [appId, shopKey],
      shopOf,
    )
  warehouse = (id: string, maxAge = 60_000): Promise<WarehouseRow | undefined> =>
    this.#row(`wh:${id}`, maxAge, 'SELECT * FROM warehouses WHERE id = ?', [id], warehouseOf)
  warehouseByKey = (merchantId: string, system: string, key: string): Promise<WarehouseRow | undefined> =>
    this.#row(
      `whkey:${merchantId}:${system}:${key}`,
      60_000,
      'SELECT * FROM warehouses WHERE merchant_id = ? AND system = ? AND connection_key = ?',
      [merchantId, system, key],
      warehouseOf,
    )
  tracker = (id: string, maxAge = 60_000): Promise<TrackerRow | undefined> =>
    this.#row(`tracker:${id}`, maxAge, 'SELECT * FROM trackers WHERE id = ?', [id], trackerOf)
  merchant = (id: string): Promise<Merchant | undefined> =>
    this.#row(`merchant:${id}`, 60_000, 'SELECT * FROM merchants WHERE id = ?', [id], merchantOf)
  /** Lanes never change their name or their merchant. */
  laneNo = (no: number): Promise<{ name: string; merchantId: string } | undefined> =>
    this.#row(`lane:${no}`, 86_400_000, 'SELECT name, merchant_id FROM lanes WHERE no = ?', [no], (row) => ({
      name: String(row.name),
      merchantId: String(row.merchant_id),
    }))

  /** All that a lane decides by; five seconds old at most while D1 answers. */
  async lane(name: string): Promise<LaneConfig> {
    const config = await this.#cached(`config:${name}`, 5_000, () => this.#readLane(name))
    if (!config)
      throw new Error(
        `lane ${name} is not registered: its shop or warehouse was never created, or its row in "lanes" is gone`,
      )
    return config
  }

  async #readLane(name: string): Promise<LaneConfig | undefined> {
    const lane = await this.#db.prepare('SELECT no, merchant_id FROM lanes WHERE name = ?').bind(name).first<Row>()
    if (!lane) return undefined
    const merchantId = String(lane.merchant_id)
    const [kind, id = ''] = name.split(':')
    const shows = `SELECT 1 AS shows FROM shops WHERE merchant_id = ?1 AND enabled = 1 AND features->>'stock' = 1 LIMIT 1`
    const results = await this.#db.batch<Row>([
      this.#db.prepare('SELECT * FROM merchants WHERE id = ?1').bind(merchantId),
      this.#db.prepare('SELECT * FROM warehouses WHERE merchant_id = ?1').bind(merchantId),
      this.#db.prepare(shows).bind(merchantId),
      this.#db.prepare('SELECT * FROM shops WHERE id = ?1').bind(kind === 'shop' ? id : ''),
      this.#db
        .prepare('SELECT * FROM trackers WHERE merchant_id = ?1 AND enabled = 1 ORDER BY rank, id')
        .bind(merchantId),
    ])
    const [merchant, houses, stock, shop, followers] = results.map((result) => result.results)
    if (!merchant?.[0]) return undefined
    return {
      laneNo: Number(lane.no),
      merchant: merchantOf(merchant[0]),
      warehouses: (houses ?? []).map(warehouseOf).map(warehouseFacts),
      showsStock: (stock ?? []).length > 0,
      shop: shop?.[0] && shopFacts(shopOf(shop[0])),
      warehouseId: kind === 'wh' ? id : undefined,
      trackers: (followers ?? []).map(trackerOf).flatMap(trackerFacts),
    }
  }

  async #row<T>(
    key: string,
    maxAge: number,
    sql: string,
    values: (string | number)[],
    read: (row: Row) => T,
  ): Promise<T | undefined> {
    return this.#cached(key, maxAge, async () => {
      const row = await this.#db
        .prepare(sql)
        .bind(...values)
        .first<Row>()
      return row ? read(row) : undefined
    })
  }

  async #cached<T>(key: string, maxAge: number, load: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.#cache.get(key)
    if (known && this.#now() - known.at < maxAge) return known.value as T
    try {
      const value = await load()
      if (value === undefined) this.#cache.delete(key)
      else this.#cache.set(key, { value, at: this.#now() })
      return value
    } catch (error) {
      if (known) return known.value as T
      throw error
    }
  }
}

/** Opened once per isolate: a row's credentials stay sealed where they are stored. */
const opened = new Recent<Fields>(500)

/** Credentials, the current ones first, then those that may still sign for a while. */
export const openCredentials = (
  kind: 'app' | 'shop' | 'warehouse' | 'tracker' | 'alert',
  row: { readonly id: string; readonly credentials: string; readonly previous: string | null },
  vault: Vault,
): Fields[] =>
  [row.credentials, row.previous].flatMap((sealed): Fields[] => {
    if (sealed === null) return []
    const known = opened.get(sealed)
    const text = known ? undefined : vault.open(places.credentials(kind, row.id), sealed)
    if (text !== undefined) opened.set(sealed, JSON.parse(text) as Fields)
    const fields = opened.get(sealed)
    return fields ? [fields] : []
  })

/** The relay of a connection's calls. One that cannot be opened any more lets no call out, and none around it. */
export const openEgress = (
  kind: 'app' | 'shop' | 'warehouse' | 'tracker',
  row: { readonly id: string; readonly egress?: string | null },
  vault: Vault,
): Egress | undefined => {
  if (!row.egress) return undefined
  const text = vault.open(places.egress(kind, row.id), row.egress)
  return text === undefined ? { relay: '', secret: '' } : (JSON.parse(text) as Egress)
}

interface Moment {
  readonly now: number
  readonly nonce: string
}

export const shopConnection = (
  shop: Shop,
  app: App | undefined,
  platform: Platform,
  vault: Vault,
  moment: Moment,
): Connection => ({
  id: shop.id,
  baseUrl: baseUrl(app?.settings.baseUrl ?? shop.settings.baseUrl, platform.baseUrl),
  credentials: openCredentials('shop', shop, vault)[0] ?? {},
  app: (app && openCredentials('app', app, vault)[0]) ?? {},
  settings: { ...app?.settings, ...shop.settings },
  ...moment,
})

/** An app by itself: for sockets, tokens and keys, which belong to no shop. */
export const appConnection = (
  app: Pick<App, 'id' | 'credentials' | 'previous' | 'settings'>,
  platform: Platform,
  vault: Vault,
  moment: Moment,
): Connection => {
  const credentials = openCredentials('app', app, vault)[0] ?? {}
  return {
    id: app.id,
    baseUrl: baseUrl(app.settings.baseUrl, platform.baseUrl),
    credentials,
    app: credentials,
    settings: app.settings,
    ...moment,
  }
}

export const warehouseConnection = (
  row: WarehouseRow,
  adapter: Warehouse,
  vault: Vault,
  moment: Moment,
): Connection => ({
  id: row.id,
  baseUrl: baseUrl(row.settings.baseUrl, adapter.baseUrl),
  credentials: openCredentials('warehouse', row, vault)[0] ?? {},
  app: {},
  settings: row.settings,
  ...moment,
})

const baseUrl = (setting: unknown, fallback: string): string =>
  (typeof setting === 'string' && setting ? setting : fallback).replace(/\/+$/, '')
