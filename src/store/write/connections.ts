/** Writes merchants, apps, shops, warehouses and tokens. A connection and its lane are made in one batch; what is there already under the same id stays. */
import type { Mode, Settings, Shop } from '../config.ts'
import type { Role } from '../read.ts'
import type { Db, Value } from '../rows.ts'

export interface NewMerchant {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly skuGroups: number
  readonly zone: string
}

export const insertMerchant = async (db: Db, merchant: NewMerchant, now: number): Promise<void> => {
  const { id, name, region, skuGroups, zone } = merchant
  await db
    .prepare(
      'INSERT INTO merchants (id, name, region, sku_groups, zone, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING',
    )
    .bind(id, name, region, skuGroups, zone, now)
    .run()
}

export const updateMerchant = async (
  db: Db,
  id: string,
  change: { readonly name?: string | undefined; readonly zone?: string | undefined },
): Promise<void> => {
  await db
    .prepare('UPDATE merchants SET name = coalesce(?2, name), zone = coalesce(?3, zone) WHERE id = ?1')
    .bind(id, change.name ?? null, change.zone ?? null)
    .run()
}

interface NewConnection {
  readonly id: string
  readonly merchantId: string
  readonly name: string
  /** Sealed. */
  readonly credentials: string
  readonly settings: Settings
  /** Sealed; null: calls go out directly. */
  readonly egress: string | null
}

export interface NewApp extends NewConnection {
  readonly platform: string
}
export interface NewShop extends NewConnection {
  readonly platform: string
  readonly appId: string | null
  readonly shopKey: string | null
  readonly mode: Mode
  readonly features: Shop['features']
}
export interface NewWarehouse extends NewConnection {
  readonly system: string
  readonly regions: readonly string[]
  readonly rank: number
  readonly connectionKey: string | null
}

export interface NewTracker extends NewConnection {
  readonly system: string
  readonly rank: number
}

type Columns = Readonly<Record<string, Value>>

const insert = async (
  db: Db,
  table: string,
  lane: string,
  connection: NewConnection,
  columns: Columns,
  now: number,
): Promise<void> => {
  const { id, merchantId, name, credentials, settings, egress } = connection
  const row: Columns = {
    id,
    merchant_id: merchantId,
    name,
    credentials,
    settings: JSON.stringify(settings),
    egress,
    created_at: now,
    ...columns,
  }
  const names = Object.keys(row)
  await db.batch([
    db
      .prepare(
        `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT(id) DO NOTHING`,
      )
      .bind(...Object.values(row)),
    db
      .prepare('INSERT INTO lanes (name, merchant_id, active_at) VALUES (?, ?, ?) ON CONFLICT(name) DO NOTHING')
      .bind(`${lane}:${id}`, merchantId, now),
  ])
}

export const insertApp = (db: Db, app: NewApp, now: number): Promise<void> =>
  insert(db, 'apps', 'app', app, { platform: app.platform }, now)

export const insertShop = (db: Db, shop: NewShop, now: number): Promise<void> =>
  insert(
    db,
    'shops',
    'shop',
    shop,
    {
      platform: shop.platform,
      app_id: shop.appId,
      shop_key: shop.shopKey,
      mode: shop.mode,
      features: JSON.stringify(shop.features),
    },
    now,
  )

export const insertWarehouse = (db: Db, house: NewWarehouse, now: number): Promise<void> =>
  insert(
    db,
    'warehouses',
    'wh',
    house,
    {
      system: house.system,
      regions: JSON.stringify(house.regions),
      rank: house.rank,
      connection_key: house.connectionKey,
    },
    now,
  )

export const insertTracker = (db: Db, tracker: NewTracker, now: number): Promise<void> =>
  insert(db, 'trackers', 'tr', tracker, { system: tracker.system, rank: tracker.rank }, now)

/** What a change was worked out from: it is written only while this still stands. */
export interface Seen {
  readonly credentials: string
  readonly settings: string
  readonly features?: string
}

/** False: somebody else has changed it meanwhile. */
export const updateConnection = async (
  db: Db,
  table: 'apps' | 'shops' | 'warehouses' | 'trackers' | 'alerts',
  key: { readonly id: string; readonly merchantId: string },
  seen: Seen,
  columns: Columns,
): Promise<boolean> => {
  const names = Object.keys(columns)
  if (names.length === 0) return true
  const still = Object.keys(seen)
    .map((name) => `${name} = ?`)
    .join(' AND ')
  const { meta } = await db
    .prepare(
      `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ? AND merchant_id = ? AND ${still}`,
    )
    .bind(...Object.values(columns), key.id, key.merchantId, ...Object.values(seen))
    .run()
  return meta.changes > 0
}

export interface NewToken {
  readonly id: string
  readonly digest: string
  readonly merchantId: string | null
  readonly role: Role
  readonly name: string
}

export const insertToken = async (db: Db, token: NewToken, now: number): Promise<void> => {
  const { id, digest, merchantId, role, name } = token
  await db
    .prepare(
      'INSERT INTO tokens (id, digest, merchant_id, role, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id) DO UPDATE SET digest = excluded.digest',
    )
    .bind(id, digest, merchantId, role, name, now)
    .run()
}

/** False: there is no such token within reach. `merchantId` null reaches every one. */
export const revokeToken = async (db: Db, id: string, merchantId: string | null, now: number): Promise<boolean> => {
  const reach = merchantId === null ? '?3 IS NULL' : 'merchant_id = ?3'
  const { meta } = await db
    .prepare(`UPDATE tokens SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1 AND ${reach}`)
    .bind(id, now, merchantId)
    .run()
  return meta.changes > 0
}
