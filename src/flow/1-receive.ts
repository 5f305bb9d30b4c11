/**
 * Stage 1: a signed request becomes events in a lane, and is acknowledged once they are on disk. No storage but cached
 * configuration is touched before that. What has a right signature is always accepted; what can't be booked is ours.
 */
import { parseDocument } from '../domain/document.ts'
import { documentRefOf, type WarehouseEvent } from '../domain/fulfillment.ts'
import { type PlatformEvent, type Pushed, platformOrderIdOf } from '../domain/order.ts'
import type { LaneEvent, OrderRef, SealedPlatformEvent } from '../lane/event.ts'
import { platforms } from '../platforms/index.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Send } from '../send.ts'
import type { App, Shop, WarehouseRow } from '../store/config.ts'
import { places, type Vault } from '../store/vault.ts'
import { warehouses } from '../warehouses/index.ts'
import type { Warehouse } from '../warehouses/warehouse.ts'
import { empty } from '../wire/ack.ts'
import { acceptance, type Connection, type Fields, type Inbound } from '../wire/adapter.ts'
import { digest } from '../wire/digest.ts'
import { text, type WireRequest, type WireResponse } from '../wire/message.ts'
import { ourCarriers } from './carriers.ts'
import { appConnection, type Config, openCredentials, shopConnection } from './config.ts'
import { withPublicKey } from './public-key.ts'
import { sealOrder } from './seal.ts'
import { refuse, verify } from './verify.ts'

export interface ReceivePorts {
  readonly config: Config
  readonly vault: Vault
  readonly now: () => number
  readonly random: () => string
  readonly send: Send
  readonly append: (lane: string, events: readonly LaneEvent[]) => Promise<void>
  /** Counts a refused delivery: connection, reason, size and hash only. */
  readonly refused: (connection: string, reason: string, body: Uint8Array) => void
}

/** What finds the lane of an event. */
type Readers = Pick<ReceivePorts, 'config' | 'vault'>

export type Addressed = { readonly lane: string; readonly ref?: OrderRef; readonly body: LaneEvent['body'] }

/** A platform's push to `/hooks/:platform/:key`; `key` is the public id of an app or of a shop. */
export const receiveHook = async (
  ports: ReceivePorts,
  platformId: string,
  key: string,
  request: WireRequest,
): Promise<WireResponse> => {
  const platform = platforms[platformId]
  if (!platform?.inbound) return empty(404)
  const { inbound } = platform
  const owner = platform.scope === 'app' ? await ports.config.app(key) : await ports.config.shop(key)
  if (!owner || owner.platform !== platformId) return empty(404)
  const kind = platform.scope
  const open = (row: App | Shop): readonly Fields[] => openCredentials(kind, row, ports.vault)
  const challenge = open(owner)
    .map((credentials) => inbound.challenge?.(request, credentials))
    .find((answer) => answer !== undefined)
  if (challenge) return challenge
  const keyed = (credentials: readonly Fields[]): Promise<readonly Fields[]> =>
    withPublicKey(ports.send, inbound, request, credentials, ownConnection(ports, platform, owner))
  const home = `${kind}:${key}`
  const verified = await verify(ports, inbound, request, home, await keyed(open(owner)), async () => {
    const fresh = kind === 'app' ? await ports.config.app(key, 0) : await ports.config.shop(key, 0)
    return fresh ? keyed(open(fresh)) : []
  })
  if (!verified.ok) return refuse(ports, home, verified.error, request, inbound)
  const read = inbound.read(request, verified.value)
  const events: Addressed[] = read.ok
    ? (await Promise.all(read.value.map((pushed) => address(ports, platform, owner, pushed)))).flat()
    : [{ lane: home, body: { kind: 'problem', problem: read.error } }]
  await store(ports, inbound, { request, credentials: verified.value }, home, events)
  return acceptance(inbound.ack, request)
}

/** The owner of a hook as a connection, for the few schemes that must ask the platform before they can verify. */
const ownConnection = (ports: ReceivePorts, platform: Platform, owner: App | Shop): Connection => {
  const moment = { now: ports.now(), nonce: ports.random() }
  return platform.scope === 'app'
    ? appConnection(owner, platform, ports.vault, moment)
    : shopConnection(owner as Shop, undefined, platform, ports.vault, moment)
}

export const address = async (
  ports: Readers,
  platform: Platform,
  owner: App | Shop,
  { shopKey, event }: Pushed,
): Promise<Addressed[]> => {
  if (event.type === 'ping') return []
  const shop = platform.scope === 'shop' ? (owner as Shop) : await ports.config.shopOfApp(owner.id, shopKey ?? '')
  if (!shop)
    return [
      {
        lane: `app:${owner.id}`,
        body: {
          kind: 'problem',
          problem: { code: 'shop_unknown', at: shopKey ?? '?', facts: { shopKey: shopKey ?? '?' } },
        },
      },
    ]
  if (!shop.enabled || !shop.features.orders) return []
  const lane = `shop:${shop.id}`
  if (event.type === 'redact' && event.platformOrderIds.length > 0) {
    return event.platformOrderIds.map((id) => ({
      lane,
      ref: `p:${id}`,
      body: { kind: 'platform', event: { ...event, platformOrderIds: [id] } },
    }))
  }
  const id = platformOrderIdOf(event)
  return [
    {
      lane,
      ...(id !== undefined && { ref: `p:${id}` as const }),
      body: { kind: 'platform', event: seal(event, shop.id, ports.vault) },
    },
  ]
}

const seal = (event: PlatformEvent, shopId: string, vault: Vault): SealedPlatformEvent =>
  event.type === 'order' ? { type: 'order', order: sealOrder(event.order, shopId, vault) } : event

/** A warehouse's callback to `/callbacks/:system/:key`. Bound to its own connection; our document number names the order. */
export const receiveCallback = async (
  ports: ReceivePorts,
  system: string,
  key: string,
  request: WireRequest,
): Promise<WireResponse> => {
  const adapter = warehouses[system]
  const inbound = adapter?.inbound
  const named = inbound && (await ports.config.warehouse(key))
  if (!inbound || !named || named.system !== system) return empty(404)
  const row = await byConnectionKey(ports, adapter, named, request)
  const verified = await verify(
    ports,
    inbound,
    request,
    `warehouse:${row.id}`,
    openCredentials('warehouse', row, ports.vault),
    async () => {
      const fresh = await ports.config.warehouse(row.id, 0)
      return fresh ? openCredentials('warehouse', fresh, ports.vault) : []
    },
  )
  if (!verified.ok) return refuse(ports, `warehouse:${row.id}`, verified.error, request, inbound)
  const read = inbound.read(request, verified.value)
  const home = `wh:${row.id}`
  const events: Addressed[] = read.ok
    ? (await Promise.all(read.value.map((event) => addressWarehouse(ports, row, event)))).flat()
    : [{ lane: home, body: { kind: 'problem', problem: read.error } }]
  await store(ports, inbound, { request, credentials: verified.value }, home, events)
  return acceptance(inbound.ack, request)
}

/** Systems with one URL for many connections name theirs in the request (奇门 `customerId`). */
export const byConnectionKey = async (
  ports: Readers,
  adapter: Warehouse,
  named: WarehouseRow,
  request: WireRequest,
): Promise<WarehouseRow> => {
  const said = adapter.connectionKey?.of(new URL(request.url))
  if (said === undefined || said === named.connectionKey) return named
  return (await ports.config.warehouseByKey(named.merchantId, named.system, said)) ?? named
}

/** To the order's lane if the document is ours and of the same merchant, else to the connection's own lane, which looks further. */
export const addressWarehouse = async (
  ports: Readers,
  row: WarehouseRow,
  event: WarehouseEvent,
): Promise<Addressed[]> => {
  if (event.type === 'ping') return []
  const timed = bySecondsEnd(event)
  const said = timed.type === 'shipped' ? { ...timed, packages: ourCarriers(timed.packages, row.settings) } : timed
  const body = { kind: 'warehouse', warehouseId: row.id, event: said } as const
  const document = parseDocument(documentRefOf(event)?.document ?? '')
  const lane = document && (await ports.config.laneNo(document.lane))
  if (document && lane && lane.merchantId === row.merchantId && lane.name.startsWith('shop:'))
    return [{ lane: lane.name, ref: `o:${document.orderId}`, body }]
  return [{ lane: `wh:${row.id}`, body }]
}

/**
 * Goods that move at a time in whole seconds moved by that second's end: else what left after a count of the same second
 * would pass for counted, and be promised again. Taken twice off, at worst, it is too little until the next count.
 */
export const bySecondsEnd = (event: WarehouseEvent): WarehouseEvent =>
  (event.type === 'shipped' || event.type === 'moved') && event.at % 1000 === 0
    ? { ...event, at: event.at + 999 }
    : event

/** Raw messages longer than this once sealed keep only their beginning. */
const MAX_RAW = 300_000

export const store = async (
  ports: ReceivePorts,
  inbound: Pick<Inbound<unknown>, 'deliveryId' | 'bodyIsUnique'>,
  { request, credentials }: { readonly request: WireRequest; readonly credentials: Fields },
  home: string,
  events: readonly Addressed[],
): Promise<void> => {
  const at = ports.now()
  const key =
    inbound.deliveryId(request, credentials) ??
    (inbound.bodyIsUnique ? digest('sha256', request.body, 'hex') : ports.random())
  const lanes = Map.groupBy(
    events.map((event, i) => ({ event, i })),
    ({ event }) => event.lane,
  )
  await Promise.all(
    [...lanes].map(([lane, items]) => {
      const raw = sealRaw(ports.vault, lane, request)
      return ports.append(
        lane,
        items.map(
          ({ event: { ref, body }, i }): LaneEvent => ({
            id: `d:${home}:${key}:${i}`,
            at,
            raw,
            body,
            ...(ref !== undefined && { ref }),
          }),
        ),
      )
    }),
  )
}

/** Headers that decide how a body reads go with it, so that it can be read again (`reread.ts`). */
const TOPIC = /-(?:topic|event)$/

export const sealRaw = (vault: Vault, lane: string, request: WireRequest): string => {
  const url = new URL(request.url)
  const topics = Object.entries(request.headers)
    .flatMap(([name, value]) => (TOPIC.test(name) ? [`\n${name}: ${value}`] : []))
    .join('')
  const whole = vault.sealRaw(
    places.raw(lane),
    `${request.method} ${url.pathname}${url.search}${topics}\n\n${text(request.body)}`,
  )
  return whole.length <= MAX_RAW
    ? whole
    : vault.sealRaw(
        places.raw(lane),
        `${request.method} ${url.pathname}\n\n${text(request.body).slice(0, 50_000)}\n… (${request.body.length} bytes)`,
      )
}
