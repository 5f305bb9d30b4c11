/** Whose calls are counted together, how fast they may follow, and which way they go out. */
import type { Platform } from '../platforms/platform.ts'
import type { App, Shop, WarehouseRow } from '../store/config.ts'
import type { Vault } from '../store/vault.ts'
import type { Warehouse } from '../warehouses/warehouse.ts'
import type { Limits } from '../wire/capability.ts'
import type { Egress } from '../wire/relay.ts'
import { openEgress } from './config.ts'

/** An app with all its shops, else a shop or a warehouse connection. */
export interface Credential {
  /** `app:<id>`, `shop:<id>` or `wh:<id>`. */
  readonly key: string
  readonly limits: Limits | undefined
  /** The relay that its calls go out through; absent: directly. */
  readonly egress?: Egress | undefined
}

/** What the adapter says of its partner; the connection's own setting replaces single figures. */
export const limitsOf = (adapter: Limits | undefined, setting: unknown): Limits | undefined => {
  const own = setting && typeof setting === 'object' ? (setting as Limits) : undefined
  const limits = { ...adapter, ...own }
  return Object.keys(limits).length > 0 ? limits : undefined
}

export const appCredential = (app: App, { limits }: Platform, vault: Vault): Credential => ({
  key: `app:${app.id}`,
  limits: limitsOf(limits, app.settings.limits),
  egress: openEgress('app', app, vault),
})

/** A shop's own relay goes before its app's. */
export const shopCredential = (shop: Shop, app: App | undefined, platform: Platform, vault: Vault): Credential => {
  const egress = openEgress('shop', shop, vault)
  if (!app) return { key: `shop:${shop.id}`, limits: limitsOf(platform.limits, shop.settings.limits), egress }
  const own = appCredential(app, platform, vault)
  return { ...own, egress: egress ?? own.egress }
}

export const warehouseCredential = (row: WarehouseRow, { limits }: Warehouse, vault: Vault): Credential => ({
  key: `wh:${row.id}`,
  limits: limitsOf(limits, row.settings.limits),
  egress: openEgress('warehouse', row, vault),
})
