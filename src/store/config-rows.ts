/** Rows of D1 as configuration. */
import type { AccessToken, App, Merchant, Settings, Shop, TrackerRow, WarehouseRow } from './config.ts'

type Row = Record<string, unknown>

const json = <T>(value: unknown): T => JSON.parse(String(value)) as T
const orNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const time = (value: unknown): number | null => (typeof value === 'number' ? value : null)

export const accessTokenOf = (row: Row): AccessToken => ({
  tokenExpiresAt: time(row.token_expires_at),
  tokenUntil: time(row.token_until),
  tokenError: orNull(row.token_error),
})
export const merchantOf = (row: Row): Merchant => ({
  id: String(row.id),
  name: String(row.name),
  region: String(row.region),
  skuGroups: Number(row.sku_groups),
  zone: String(row.zone),
})
export const appOf = (row: Row): App => ({
  id: String(row.id),
  merchantId: String(row.merchant_id),
  platform: String(row.platform),
  name: String(row.name),
  credentials: String(row.credentials),
  previous: orNull(row.previous),
  egress: orNull(row.egress),
  settings: json<Settings>(row.settings),
})
export const shopOf = (row: Row): Shop => ({
  id: String(row.id),
  merchantId: String(row.merchant_id),
  platform: String(row.platform),
  appId: orNull(row.app_id),
  shopKey: orNull(row.shop_key),
  name: String(row.name),
  mode: String(row.mode) as Shop['mode'],
  features: json(row.features),
  settings: json<Settings>(row.settings),
  credentials: String(row.credentials),
  previous: orNull(row.previous),
  egress: orNull(row.egress),
  enabled: row.enabled === 1,
  ...accessTokenOf(row),
})
export const warehouseOf = (row: Row): WarehouseRow => ({
  id: String(row.id),
  merchantId: String(row.merchant_id),
  system: String(row.system),
  name: String(row.name),
  regions: json(row.regions),
  rank: Number(row.rank),
  settings: json<Settings>(row.settings),
  credentials: String(row.credentials),
  previous: orNull(row.previous),
  egress: orNull(row.egress),
  connectionKey: orNull(row.connection_key),
  enabled: row.enabled === 1,
  ...accessTokenOf(row),
})
export const trackerOf = (row: Row): TrackerRow => ({
  id: String(row.id),
  merchantId: String(row.merchant_id),
  system: String(row.system),
  name: String(row.name),
  rank: Number(row.rank),
  settings: json<Settings>(row.settings),
  credentials: String(row.credentials),
  previous: orNull(row.previous),
  egress: orNull(row.egress),
  enabled: row.enabled === 1,
})
