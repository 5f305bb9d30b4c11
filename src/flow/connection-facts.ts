/** What a lane decides by, of its shop and of the warehouses that may serve it: rows of D1 with what their adapters say. */
import { platforms } from '../platforms/index.ts'
import type { Shop, ShopFacts, WarehouseFacts, WarehouseRow } from '../store/config.ts'
import { warehouses } from '../warehouses/index.ts'

export const warehouseFacts = (row: WarehouseRow): WarehouseFacts => {
  const adapter = warehouses[row.system]
  // With the adapter's defaults, whatever release wrote the row.
  const settings = adapter?.settings.partial().safeParse(row.settings).data ?? row.settings
  return {
    id: row.id,
    name: row.name,
    enabled: row.enabled && adapter !== undefined,
    regions: row.regions,
    rank: row.rank,
    net: settings.feed === 'net',
    receiverKinds: adapter?.receiverKinds(settings) ?? [],
    cod: adapter?.cod(settings) ?? false,
    ...(adapter?.asks && { asksEveryMs: asksEveryMs(settings.askSeconds, adapter.asks.everyMs) }),
  }
}

const asksEveryMs = (own: unknown, everyMs: number): number => (typeof own === 'number' ? own * 1000 : everyMs)

export const shopFacts = (shop: Shop): ShopFacts => {
  const platform = platforms[shop.platform]
  return {
    shop,
    detail: Boolean(platform?.outbound.detail && (platform.baseUrl || shop.settings.baseUrl)),
    split: shop.settings.split === true,
    reserveOn: shop.settings.reserveOn === 'placed' ? 'placed' : 'paid',
  }
}
