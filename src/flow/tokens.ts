/**
 * Access tokens that end. Whoever needs one that is about to end refreshes it, one winner at a time; the others go on with
 * the present one while it serves, or come again. What only a person can renew parks the shop's jobs and says so.
 */
import type { LaneEvent } from '../lane/event.ts'
import { err, ok, type Result } from '../lib/result.ts'
import { platforms } from '../platforms/index.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Send } from '../send.ts'
import type { AccessToken, Shop, WarehouseRow } from '../store/config.ts'
import { places, type Vault } from '../store/vault.ts'
import type { Fresh, Kind } from '../store/write/grants.ts'
import { warehouses } from '../warehouses/index.ts'
import type { Warehouse } from '../warehouses/warehouse.ts'
import type { Connection } from '../wire/adapter.ts'
import { type Failure, failure } from '../wire/answer.ts'
import type { Authorization, Grant } from '../wire/authorization.ts'
import { type Config, openCredentials, shopConnection, warehouseConnection } from './config.ts'
import { type Credential, shopCredential, warehouseCredential } from './credential.ts'
import { type Pace, talk } from './pace.ts'

/** The store of tokens, by compare and set (`store/write/grants.ts`). */
export interface Grants {
  readonly claim: (kind: Kind, id: string, now: number, until: number) => Promise<Shop | WarehouseRow | undefined>
  readonly write: (
    kind: Kind,
    seen: { readonly id: string; readonly credentials: string },
    fresh: Fresh,
  ) => Promise<boolean>
  readonly fail: (kind: Kind, id: string, again: number, error: string | null) => Promise<void>
}

export interface TokenPorts {
  readonly config: Config
  readonly vault: Vault
  readonly now: () => number
  readonly random: () => string
  readonly send: Send
  /** Absent: calls are neither slowed nor held. */
  readonly pace?: Pace
  readonly grants: Grants
  readonly append: (lane: string, events: readonly LaneEvent[]) => Promise<void>
}

/** Whose token it is: what a shop and a warehouse have in common. */
type Row = AccessToken & { readonly id: string; readonly credentials: string; readonly previous: string | null }
interface Holder<R extends Row> {
  readonly kind: Kind
  readonly authorization: Authorization | undefined
  readonly timeoutMs: number
  readonly connect: (row: R) => Connection
  readonly credential: Credential
  readonly reread: (id: string) => Promise<R | undefined>
}

const LEASE_MS = 40_000
/** After a refusal nobody asks again at once: many platforms punish it. */
const PAUSE_MS = 60_000
const SOON_MS = 2_000

/** The row with a token that serves. `force`: the partner has just refused the one that seemed to. */
const withToken = async <R extends Row>(
  ports: TokenPorts,
  holder: Holder<R>,
  row: R,
  force: boolean,
): Promise<Result<R, Failure>> => {
  const { kind, authorization } = holder
  if (!authorization?.refresh || !(force || isDue(row, authorization, ports.now()))) return ok(row)
  if (authorization.endless?.(holder.connect(row))) return ok(row)
  const now = ports.now()
  const mine = (await ports.grants.claim(kind, row.id, now, now + LEASE_MS)) as R | undefined
  if (!mine) return lateFor(ports, holder, row, authorization)
  // Somebody was quicker and is done: that one's token serves.
  if (force ? mine.credentials !== row.credentials : !isDue(mine, authorization, now)) {
    await ports.grants.fail(kind, row.id, 0, mine.tokenError)
    return ok(mine)
  }
  return refresh(ports, holder, mine, authorization.refresh)
}

/** A token made from long-lived secrets is due from the first day; one that a person entered by hand has no known end. */
const isDue = (row: AccessToken, { aheadMs, link }: Authorization, now: number): boolean =>
  row.tokenExpiresAt === null ? link === undefined : row.tokenExpiresAt - aheadMs <= now

const lateFor = async <R extends Row>(
  { now }: TokenPorts,
  { reread }: Holder<R>,
  { id }: R,
  authorization: Authorization,
): Promise<Result<R, Failure>> => {
  const fresh = await reread(id)
  if (fresh && (!isDue(fresh, authorization, now()) || (fresh.tokenExpiresAt ?? 0) > now())) return ok(fresh)
  if (fresh?.tokenError) return err(failure('auth', true, fresh.tokenError))
  return err(failure('retry', true, 'the token is being refreshed', { after: SOON_MS }))
}

const refresh = async <R extends Row>(
  ports: TokenPorts,
  holder: Holder<R>,
  row: R,
  ask: NonNullable<Authorization['refresh']>,
): Promise<Result<R, Failure>> => {
  const patience = { perCallMs: holder.timeoutMs, allMs: LEASE_MS / 2, now: ports.now }
  const answer = await talk(ports, holder.credential, ask(holder.connect(row)), patience)
  if (answer.class === 'done') return taken(ports, holder, row, answer.value)
  const { kind } = holder
  if (answer.class === 'auth' || answer.class === 'rejected') {
    await ports.grants.fail(kind, row.id, ports.now() + PAUSE_MS, answer.detail)
    if (kind === 'shop' && !row.tokenError) await ports.append(`shop:${row.id}`, [refused(ports, row, answer.detail)])
    return err(failure('auth', true, answer.detail))
  }
  await ports.grants.fail(kind, row.id, ports.now() + SOON_MS, row.tokenError)
  if ((row.tokenExpiresAt ?? 0) > ports.now()) return ok(row)
  return err(failure('retry', true, answer.detail, { after: SOON_MS }))
}

const taken = async <R extends Row>(
  ports: TokenPorts,
  { kind, reread }: Holder<R>,
  row: R,
  grant: Grant,
): Promise<Result<R, Failure>> => {
  await ports.grants.write(kind, row, sealGrant(ports.vault, kind, row, grant))
  // What waited for a token goes on.
  if (kind === 'shop' && row.tokenError) await ports.append(`shop:${row.id}`, [renewed(ports, row)])
  const fresh = await reread(row.id)
  return fresh ? ok(fresh) : err(failure('retry', true, 'the connection is not configured any more'))
}

/** What a grant says replaces the fields of its names; the others stay. */
export const sealGrant = (vault: Vault, kind: Kind, row: Omit<Row, keyof AccessToken>, grant: Grant): Fresh => {
  const all = { ...openCredentials(kind, row, vault)[0], ...grant.credentials }
  const credentials = vault.seal(places.credentials(kind, row.id), JSON.stringify(all))
  return { credentials, expiresAt: grant.expiresAt ?? null, until: grant.refreshUntil ?? null }
}

const refused = ({ now, random }: TokenPorts, { id }: Row, message: string): LaneEvent => ({
  id: `token-refused:${random()}`,
  at: now(),
  body: { kind: 'refused', connection: id, message },
})

/** The shop's jobs that waited for credentials may go on. */
export const renewed = (
  { now, random }: Pick<TokenPorts, 'now' | 'random'>,
  { id }: { readonly id: string },
): LaneEvent => ({ id: `token-renewed:${random()}`, at: now(), body: { kind: 'credentials', connection: id } })

export const shopWithToken = async (
  ports: TokenPorts,
  shop: Shop,
  platform: Platform,
  force = false,
): Promise<Result<Shop, Failure>> => {
  const { authorization, timeoutMs } = platform
  const app = shop.appId === null ? undefined : await ports.config.app(shop.appId)
  const connect = (row: Shop): Connection => shopConnection(row, app, platform, ports.vault, moment(ports))
  const reread = (id: string): Promise<Shop | undefined> => ports.config.shop(id, 0)
  const credential = shopCredential(shop, app, platform, ports.vault)
  return withToken(ports, { kind: 'shop', authorization, timeoutMs, connect, credential, reread }, shop, force)
}

export const warehouseWithToken = (
  ports: TokenPorts,
  warehouse: WarehouseRow,
  adapter: Warehouse,
  force = false,
): Promise<Result<WarehouseRow, Failure>> => {
  const { authorization, timeoutMs } = adapter
  const connect = (row: WarehouseRow): Connection => warehouseConnection(row, adapter, ports.vault, moment(ports))
  const reread = (id: string): Promise<WarehouseRow | undefined> => ports.config.warehouse(id, 0)
  const credential = warehouseCredential(warehouse, adapter, ports.vault)
  const holder = { kind: 'warehouse', authorization, timeoutMs, connect, credential, reread } as const
  return withToken(ports, holder, warehouse, force)
}

const moment = ({ now, random }: TokenPorts) => ({ now: now(), nonce: random() })

/** By the clock, before a call needs it. */
export const refreshByClock = async (ports: TokenPorts, kind: Kind, id: string): Promise<void> => {
  const shop = kind === 'shop' ? await ports.config.shop(id, 0) : undefined
  const platform = shop && platforms[shop.platform]
  if (shop && platform) await shopWithToken(ports, shop, platform)
  const warehouse = kind === 'warehouse' ? await ports.config.warehouse(id, 0) : undefined
  const adapter = warehouse && warehouses[warehouse.system]
  if (warehouse && adapter) await warehouseWithToken(ports, warehouse, adapter)
}

/** The longest time ahead at which any partner's tokens are refreshed, ms. */
export const longestAhead = (): number =>
  Math.max(
    0,
    ...[...Object.values(platforms), ...Object.values(warehouses)].map(
      ({ authorization }) => authorization?.aheadMs ?? 0,
    ),
  )
