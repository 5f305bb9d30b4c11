/** One merchant, one shop, one warehouse, its SKUs counted: straight into the store, as the API would leave it. */
import { places, Vault } from '../src/store/vault.ts'
import { SECRET } from './load.ts'
import type { BenchMachine } from './machine.ts'

export interface Ground {
  readonly shopId: string
  readonly hook: URL
  readonly callback: URL
  readonly skus: readonly string[]
}

export const PLENTY = 100_000_000

/** `groups`: 0 for an object per SKU, n for SKUs sharing n objects. `far`: where the warehouse and the shop listen. */
export const ground = async (
  machine: BenchMachine,
  name: string,
  no: number,
  skuCount: number,
  groups: number,
  far: string,
): Promise<Ground> => {
  const { DB: db, LANE: lanes } = machine.bindings
  const vault = new Vault(machine.masterKey)
  const put = (sql: string, ...values: (string | number)[]) => db.prepare(sql).bind(...values)
  const [merchant, shop, warehouse] = [`m_${name}`, `sh_${name}`, `wh_${name}`]
  const sealed = (kind: 'shop' | 'warehouse', id: string): string =>
    vault.seal(places.credentials(kind, id), JSON.stringify({ secret: SECRET }))
  const skus = Array.from({ length: skuCount }, (_, i) => `${name}-${i}`)
  await db.batch([
    put(
      'INSERT INTO merchants (id, name, region, sku_groups, created_at) VALUES (?, ?, ?, ?, 0)',
      ...[merchant, name, 'apac', groups],
    ),
    put(
      `INSERT INTO shops (id, merchant_id, platform, name, mode, features, settings, credentials, created_at)
       VALUES (?, ?, 'standard', ?, 'live', ?, ?, ?, 0)`,
      ...[shop, merchant, name, JSON.stringify({ orders: true, stock: false, tracking: true })],
      ...[JSON.stringify({ baseUrl: far, lastLook: false }), sealed('shop', shop)],
    ),
    put(
      `INSERT INTO warehouses (id, merchant_id, system, name, rank, settings, credentials, created_at)
       VALUES (?, ?, 'rest', ?, 1, ?, ?, 0)`,
      ...[warehouse, merchant, name, JSON.stringify({ baseUrl: far }), sealed('warehouse', warehouse)],
    ),
    put('INSERT INTO lanes (no, name, merchant_id, active_at) VALUES (?, ?, ?, 0)', no, `shop:${shop}`, merchant),
    put(
      'INSERT INTO lanes (no, name, merchant_id, active_at) VALUES (?, ?, ?, 0)',
      no + 1,
      `wh:${warehouse}`,
      merchant,
    ),
    db
      .prepare(`INSERT INTO skus (merchant_id, sku, created_at) SELECT ?1, value, 0 FROM json_each(?2)`)
      .bind(merchant, JSON.stringify(skus)),
  ])
  const count = (sku: string) => ({
    kind: 'stock',
    command: { sku, warehouseId: warehouse, kind: 'receive', quantity: PLENTY, reason: 'bench', actor: 'bench' },
  })
  const events = skus.map((sku) => ({ id: `count:${sku}`, at: Date.now(), body: count(sku) }))
  await lanes.getByName(`wh:${warehouse}`).append(events)
  await until(async () => {
    const row = await put('SELECT count(*) AS n FROM stock_levels WHERE merchant_id = ?', merchant).first<{
      n: number
    }>()
    return row?.n === skuCount
  }, 120)
  return {
    shopId: shop,
    hook: new URL(`${machine.url}/hooks/standard/${shop}`),
    callback: new URL(`${machine.url}/callbacks/rest/${warehouse}`),
    skus,
  }
}

export const until = async (done: () => Promise<boolean>, seconds: number): Promise<boolean> => {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    if (await done()) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}
