/**
 * OAuth of shops: the link that a merchant opens, and what comes back. The state that travels through the merchant's
 * browser is sealed, so that nobody can attach a shop to an app that did not ask for it.
 */
import { err, ok, type Result } from '../lib/result.ts'
import { platforms } from '../platforms/index.ts'
import type { Platform } from '../platforms/platform.ts'
import type { App, Shop } from '../store/config.ts'
import { places } from '../store/vault.ts'
import type { Fields } from '../wire/adapter.ts'
import type { Failure } from '../wire/answer.ts'
import type { Grant, ShopGrant } from '../wire/authorization.ts'
import { appConnection, shopConnection } from './config.ts'
import { appCredential, shopCredential } from './credential.ts'
import { talk } from './pace.ts'
import { renewed, sealGrant, type TokenPorts } from './tokens.ts'

const CALLBACK = '/admin/authorizations/callback'
const LIFE_MS = 3_600_000

export interface AuthorizePorts extends TokenPorts {
  readonly shopOf: (appId: string, shopKey: string) => Promise<Shop | undefined>
  readonly insert: (shop: NewShop) => Promise<void>
  readonly newId: () => string
  readonly origin: string
}
export interface NewShop {
  readonly id: string
  readonly app: App
  readonly shopKey: string
  readonly name: string
  /** Sealed. */
  readonly credentials: string
}

/** Undefined: this platform has no such link. */
export const authorizationLink = (
  { vault, now, random }: Pick<AuthorizePorts, 'vault' | 'now' | 'random'>,
  app: App,
  origin: string,
): { readonly url: string; readonly expiresAt: number } | undefined => {
  const platform = platforms[app.platform]
  const link = platform?.authorization?.link
  if (!platform || !link) return undefined
  const expiresAt = now() + LIFE_MS
  const sealed = vault.seal(places.state, JSON.stringify({ app: app.id, expiresAt }))
  const state = Buffer.from(sealed).toString('base64url')
  const connection = appConnection(app, platform, vault, { now: now(), nonce: random() })
  return { url: link(connection, state, origin + CALLBACK), expiresAt }
}

export type Refused = 'state' | 'expired' | 'app' | 'denied' | 'failed'
export interface Authorized {
  readonly shop: string
  readonly name: string
  readonly isNew: boolean
}

/** What came back with the merchant's browser. */
export const authorized = async (
  ports: AuthorizePorts,
  query: Fields,
): Promise<Result<Authorized, { readonly why: Refused; readonly detail: string }>> => {
  const state = openState(ports, query.state ?? '')
  if (!state) return refused('state')
  if (state.expiresAt < ports.now()) return refused('expired')
  const app = await ports.config.app(state.app, 0)
  const platform = app && platforms[app.platform]
  const exchange = platform?.authorization?.exchange
  if (!app || !platform || !exchange) return refused('app')
  if (query.error) return refused('denied', query.error_description ?? query.error)
  const connection = appConnection(app, platform, ports.vault, { now: ports.now(), nonce: ports.random() })
  const conversation = exchange(query, connection, ports.origin + CALLBACK)
  const patience = { perCallMs: 15_000, allMs: 30_000, now: ports.now }
  const answer = await talk(ports, appCredential(app, platform, ports.vault), conversation, patience)
  if (answer.class !== 'done') return refused('failed', detailOf(answer))
  const { others = [], ...first } = answer.value
  for (const other of others) await keep(ports, app, platform, other)
  return ok(await keep(ports, app, platform, first))
}

const detailOf = ({ detail }: Failure): string => detail

const refused = (why: Refused, detail = ''): Result<never, { readonly why: Refused; readonly detail: string }> =>
  err({ why, detail })

const openState = (
  { vault }: Pick<AuthorizePorts, 'vault'>,
  state: string,
): { readonly app: string; readonly expiresAt: number } | undefined => {
  const text = vault.open(places.state, Buffer.from(state, 'base64url').toString())
  return text === undefined ? undefined : (JSON.parse(text) as { app: string; expiresAt: number })
}

/** A shop that was there gets its new token, and its work goes on; a new one begins in `observe`. */
const keep = async (ports: AuthorizePorts, app: App, platform: Platform, grant: ShopGrant): Promise<Authorized> => {
  const known = await ports.shopOf(app.id, grant.shopKey)
  const id = known?.id ?? ports.newId()
  const name = known?.name ?? grant.name ?? `${platform.name.zh} ${grant.shopKey}`
  const base = known ?? { id, credentials: '', previous: null }
  const fresh = sealGrant(ports.vault, 'shop', base, withShopKey(platform, grant))
  if (!known) await ports.insert({ id, app, shopKey: grant.shopKey, name, credentials: fresh.credentials })
  await ports.grants.write('shop', { id, credentials: known?.credentials ?? fresh.credentials }, fresh)
  if (known) await ports.append(`shop:${id}`, [renewed(ports, known)])
  await follow(ports, id, app, platform)
  return { shop: id, name, isNew: !known }
}

/** The credential that names the shop in pushes must stand among its credentials. */
const withShopKey = ({ shopKeyField }: Platform, grant: ShopGrant): Grant => ({
  ...grant,
  credentials: { ...grant.credentials, ...(shopKeyField && { [shopKeyField]: grant.shopKey }) },
})

/** What a platform wants once a shop has agreed (its messages switched on). A failure is said by the doctor. */
const follow = async (ports: AuthorizePorts, id: string, app: App, platform: Platform): Promise<void> => {
  const { after } = platform.authorization ?? {}
  const shop = after && (await ports.config.shop(id, 0))
  if (!after || !shop) return
  const moment = { now: ports.now(), nonce: ports.random() }
  const connection = shopConnection(shop, app, platform, ports.vault, moment)
  const credential = shopCredential(shop, app, platform, ports.vault)
  await talk(ports, credential, after(connection), { perCallMs: 15_000, allMs: 30_000, now: ports.now })
}
