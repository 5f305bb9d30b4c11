/** What the Worker is given: bindings of wrangler.toml and secrets. */

import type { Doorbell, Knock } from './lane/ports.ts'
import type { Lane } from './objects/lane.ts'
import type { Pace } from './objects/pace.ts'
import type { SkuStock } from './objects/sku-stock.ts'
import type { AppSocket } from './objects/socket.ts'

export interface Env {
  readonly DB: D1Database
  readonly LANE: DurableObjectNamespace<Lane>
  readonly SKU_STOCK: DurableObjectNamespace<SkuStock>
  readonly PACE: DurableObjectNamespace<Pace>
  readonly APP_SOCKET: DurableObjectNamespace<AppSocket>
  readonly DISPATCH_QUEUE: Queue<Doorbell | Knock>
  readonly WRITEBACK_QUEUE: Queue<Doorbell>
  readonly STOCK_QUEUE: Queue<Doorbell>
  readonly ASSETS: Fetcher
  /** E-mail alerts by Cloudflare; only where wrangler.toml binds it. */
  readonly EMAIL?: SendEmail
  /** 32 bytes, base64. Everything private is sealed with it. */
  readonly MASTER_KEY: string
  /** During a rotation: opens what the former key sealed. */
  readonly MASTER_KEY_PREVIOUS?: string
  /** A bearer token with the owner role, to begin with. */
  readonly ADMIN_TOKEN?: string
  /** `host:port` list that may be called although private; written only by `npm start` and tests. */
  readonly OUTBOUND_ALLOW?: string
  /** The address that partners and merchants know, where a proxy in front has another (`https://…`). Some sign it. */
  readonly PUBLIC_URL?: string
  /** How long a consumer may hold a job, ms; default 90,000. */
  readonly JOB_LEASE_MS?: string
}

/** How long a claim stands. A conversation gets two thirds of it. */
export const leaseMs = (env: Env): number => Number(env.JOB_LEASE_MS ?? 90_000)

/** A request's address as its sender knows it. */
export const publicUrl = ({ PUBLIC_URL }: Pick<Env, 'PUBLIC_URL'>, url: string): URL => {
  const { pathname, search } = new URL(url)
  return new URL(pathname + search, PUBLIC_URL || url)
}
