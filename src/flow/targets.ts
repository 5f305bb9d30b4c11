/** Whom a job calls: a shop or a warehouse with its adapter, a token that serves, and the time it may take. */
import { err, ok, type Result } from '../lib/result.ts'
import { platforms } from '../platforms/index.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Shop } from '../store/config.ts'
import { warehouses } from '../warehouses/index.ts'
import type { Warehouse } from '../warehouses/warehouse.ts'
import type { Connection } from '../wire/adapter.ts'
import { type Failure, failure } from '../wire/answer.ts'
import type { DispatchPorts } from './5-dispatch.ts'
import { naming } from './carriers.ts'
import { shopConnection, warehouseConnection } from './config.ts'
import type { Patience } from './converse.ts'
import { type Credential, shopCredential, warehouseCredential } from './credential.ts'
import { shopWithToken, warehouseWithToken } from './tokens.ts'

interface Target {
  /** A connection for one conversation: its time and its nonce are never used for another. */
  readonly connect: () => Connection
  readonly patience: Patience
  readonly credential: Credential
}

export interface ShopTarget extends Target {
  readonly shop: Shop
  readonly platform: Platform
}

export interface WarehouseTarget extends Target {
  readonly adapter: Warehouse
  /** Time after a call until "not found" means that it will never appear, ms: the adapter's, or the connection's own. */
  readonly settleMs: number
}

const gone = (what: string): Result<never, Failure> =>
  err(failure('retry', true, `the ${what} is not configured any more`))

export const shopTarget = async (
  ports: DispatchPorts,
  id: string,
  force = false,
): Promise<Result<ShopTarget, Failure>> => {
  const known = await ports.config.shop(id)
  const platform = known && platforms[known.platform]
  if (!known || !platform) return gone('shop')
  const held = await shopWithToken(ports, known, platform, force)
  if (!held.ok) return held
  const shop = held.value
  const app = shop.appId === null ? undefined : await ports.config.app(shop.appId)
  const connect = (): Connection => shopConnection(shop, app, platform, ports.vault, moment(ports))
  const credential = shopCredential(shop, app, platform, ports.vault)
  return ok({ shop, platform, connect, credential, patience: patience(ports, platform) })
}

export const warehouseTarget = async (
  ports: DispatchPorts,
  id: string,
  force = false,
): Promise<Result<WarehouseTarget, Failure>> => {
  const known = await ports.config.warehouse(id)
  const adapter = known && warehouses[known.system]
  if (!known || !adapter) return gone('warehouse')
  const held = await warehouseWithToken(ports, known, adapter, force)
  if (!held.ok) return held
  const row = held.value
  const connect = (): Connection => warehouseConnection(row, adapter, ports.vault, moment(ports))
  const own = row.settings.settleSeconds
  const settleMs = typeof own === 'number' ? own * 1000 : adapter.settleMs
  const credential = warehouseCredential(row, adapter, ports.vault)
  return ok({
    adapter: naming(adapter, row.settings),
    connect,
    credential,
    settleMs,
    patience: patience(ports, adapter),
  })
}

const moment = ({ now, random }: DispatchPorts) => ({ now: now(), nonce: random() })

const patience = (ports: DispatchPorts, { timeoutMs }: { readonly timeoutMs: number }): Patience => ({
  perCallMs: timeoutMs,
  allMs: ports.patienceMs,
  now: ports.now,
})
