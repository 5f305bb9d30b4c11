/** Merchants, apps, shops, warehouses, tokens. Of a secret only that it is set, and its last four characters if it is long. */
import type { App, Merchant, Settings, Shop, TrackerRow, WarehouseRow } from '../config.ts'
import { accessTokenOf } from '../config-rows.ts'
import { type Page, type PageRequest, pageOf } from '../page.ts'
import { all, type Db, json, numberOrNull, one, orNull, type Row, text } from '../rows.ts'
import { places, type Vault } from '../vault.ts'

export type Shown = Readonly<Record<string, { readonly set: true; readonly last4?: string }>>

interface Credentialed {
  readonly createdAt: number
  readonly credentials: Shown
  /** During a change of secrets: the former ones still verify. */
  readonly previous: Shown | null
  /** The relay that its calls go out through; null: directly. */
  readonly egress: { readonly relay: string; readonly secret: Shown[string] } | null
}

export type MerchantView = Merchant & { readonly createdAt: number }
export type AppView = Omit<App, 'credentials' | 'previous' | 'egress'> & Credentialed
export type ShopView = Omit<Shop, 'credentials' | 'previous' | 'egress'> & Credentialed
export type WarehouseView = Omit<WarehouseRow, 'credentials' | 'previous' | 'egress'> & Credentialed
export type TrackerView = Omit<TrackerRow, 'credentials' | 'previous' | 'egress'> & Credentialed

const LAST = 4
/** Shorter secrets show nothing: four characters of them would be too many. */
const LONG = 12

export const shown = (fields: Readonly<Record<string, string>>): Shown =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      { set: true, ...(value.length >= LONG && { last4: value.slice(-LAST) }) },
    ]),
  )

const credentialed = (row: Row, kind: 'app' | 'shop' | 'warehouse' | 'tracker', vault: Vault): Credentialed => {
  const open = (sealed: unknown): Shown | null => {
    const plain = typeof sealed === 'string' ? vault.open(places.credentials(kind, text(row.id)), sealed) : undefined
    return plain === undefined ? null : shown(JSON.parse(plain))
  }
  return {
    createdAt: Number(row.created_at),
    credentials: open(row.credentials) ?? {},
    previous: open(row.previous),
    egress: egressOf(row, kind, vault),
  }
}

const egressOf = (row: Row, kind: 'app' | 'shop' | 'warehouse' | 'tracker', vault: Vault): Credentialed['egress'] => {
  if (typeof row.egress !== 'string') return null
  const plain = vault.open(places.egress(kind, text(row.id)), row.egress)
  const { relay, secret } =
    plain === undefined ? { relay: '', secret: '' } : json<{ relay: string; secret: string }>(plain)
  return { relay, secret: shown({ secret }).secret ?? { set: true } }
}

const merchantOf = (row: Row): MerchantView => ({
  id: text(row.id),
  name: text(row.name),
  region: text(row.region),
  skuGroups: Number(row.sku_groups),
  zone: text(row.zone),
  createdAt: Number(row.created_at),
})
const appOf = (row: Row, vault: Vault): AppView => ({
  id: text(row.id),
  merchantId: text(row.merchant_id),
  platform: text(row.platform),
  name: text(row.name),
  settings: json<Settings>(row.settings),
  ...credentialed(row, 'app', vault),
})
const shopOf = (row: Row, vault: Vault): ShopView => ({
  id: text(row.id),
  merchantId: text(row.merchant_id),
  platform: text(row.platform),
  appId: orNull(row.app_id),
  shopKey: orNull(row.shop_key),
  name: text(row.name),
  mode: row.mode as Shop['mode'],
  features: json(row.features),
  settings: json<Settings>(row.settings),
  enabled: row.enabled === 1,
  ...accessTokenOf(row),
  ...credentialed(row, 'shop', vault),
})
const warehouseOf = (row: Row, vault: Vault): WarehouseView => ({
  id: text(row.id),
  merchantId: text(row.merchant_id),
  system: text(row.system),
  name: text(row.name),
  regions: json(row.regions),
  rank: Number(row.rank),
  settings: json<Settings>(row.settings),
  connectionKey: orNull(row.connection_key),
  enabled: row.enabled === 1,
  ...accessTokenOf(row),
  ...credentialed(row, 'warehouse', vault),
})

const trackerOf = (row: Row, vault: Vault): TrackerView => ({
  id: text(row.id),
  merchantId: text(row.merchant_id),
  system: text(row.system),
  name: text(row.name),
  rank: Number(row.rank),
  settings: json<Settings>(row.settings),
  enabled: row.enabled === 1,
  ...credentialed(row, 'tracker', vault),
})

type Table = 'apps' | 'shops' | 'warehouses' | 'trackers'

/** Configuration is small: it is read by its merchant and put in order of id in memory. */
const list = <T extends { readonly id: string }>(
  db: Db,
  table: Table,
  merchantId: string,
  page: PageRequest,
  read: (row: Row) => T,
): Promise<Page<T>> =>
  pageOf(
    table,
    page,
    (item) => [item.id],
    async (after, count) =>
      (
        await all(
          db,
          `SELECT * FROM ${table} WHERE merchant_id = ? AND id > ? ORDER BY id LIMIT ?`,
          merchantId,
          String(after?.[0] ?? ''),
          count,
        )
      ).map(read),
  )

const view = async <T>(
  db: Db,
  table: Table,
  merchantId: string,
  id: string,
  read: (row: Row) => T,
): Promise<T | undefined> => {
  const row = await one(db, `SELECT * FROM ${table} WHERE id = ? AND merchant_id = ?`, id, merchantId)
  return row && read(row)
}

/** Of one merchant, or, for whoever may see them all, of everybody. */
export const listMerchants = (db: Db, merchantId: string | undefined, page: PageRequest): Promise<Page<MerchantView>> =>
  pageOf(
    'merchants',
    page,
    (item) => [item.id],
    async (after, count) => {
      const from = String(after?.[0] ?? '')
      const rows =
        merchantId === undefined
          ? await all(db, 'SELECT * FROM merchants WHERE id > ? ORDER BY id LIMIT ?', from, count)
          : await all(db, 'SELECT * FROM merchants WHERE id = ? AND id > ? LIMIT ?', merchantId, from, count)
      return rows.map(merchantOf)
    },
  )

export const merchantView = async (db: Db, merchantId: string): Promise<MerchantView | undefined> => {
  const row = await one(db, 'SELECT * FROM merchants WHERE id = ?', merchantId)
  return row && merchantOf(row)
}

export const listApps = (db: Db, vault: Vault, merchantId: string, page: PageRequest) =>
  list(db, 'apps', merchantId, page, (row) => appOf(row, vault))
export const listShops = (db: Db, vault: Vault, merchantId: string, page: PageRequest) =>
  list(db, 'shops', merchantId, page, (row) => shopOf(row, vault))
export const listWarehouses = (db: Db, vault: Vault, merchantId: string, page: PageRequest) =>
  list(db, 'warehouses', merchantId, page, (row) => warehouseOf(row, vault))
export const listTrackers = (db: Db, vault: Vault, merchantId: string, page: PageRequest) =>
  list(db, 'trackers', merchantId, page, (row) => trackerOf(row, vault))
export const appView = (db: Db, vault: Vault, merchantId: string, id: string) =>
  view(db, 'apps', merchantId, id, (row) => appOf(row, vault))
export const shopView = (db: Db, vault: Vault, merchantId: string, id: string) =>
  view(db, 'shops', merchantId, id, (row) => shopOf(row, vault))
export const warehouseView = (db: Db, vault: Vault, merchantId: string, id: string) =>
  view(db, 'warehouses', merchantId, id, (row) => warehouseOf(row, vault))

export const trackerView = (db: Db, vault: Vault, merchantId: string, id: string) =>
  view(db, 'trackers', merchantId, id, (row) => trackerOf(row, vault))

export type Role = 'owner' | 'operator' | 'viewer'

export interface TokenView {
  readonly id: string
  /** Null: of every merchant. */
  readonly merchantId: string | null
  readonly role: Role
  readonly name: string
  readonly createdAt: number
  readonly revokedAt: number | null
}

export const tokenOf = (row: Row): TokenView => ({
  id: text(row.id),
  merchantId: orNull(row.merchant_id),
  role: row.role as Role,
  name: text(row.name),
  createdAt: Number(row.created_at),
  revokedAt: numberOrNull(row.revoked_at),
})

/** Of one merchant; null: those that are of every merchant. */
export const listTokens = (db: Db, merchantId: string | null, page: PageRequest): Promise<Page<TokenView>> =>
  pageOf(
    'tokens',
    page,
    (item) => [item.id],
    async (after, count) =>
      (
        await all(
          db,
          'SELECT * FROM tokens WHERE merchant_id IS ? AND id > ? ORDER BY id LIMIT ?',
          merchantId,
          String(after?.[0] ?? ''),
          count,
        )
      ).map(tokenOf),
  )
