/** The control API as functions: for `npm start`, the chaos run, the bench and tests. Answers that are no 2xx throw. */
import type { AuditReport } from './audit.ts'
import type { ChannelView, FarChannel } from './channels/channel.ts'
import type { Fault, FaultSpec } from './faults.ts'
import { send } from './http.ts'
import type { Burst, TrickleSpec } from './load.ts'
import type { Deed, DeedSpec, OrderSpec } from './orders.ts'
import type { Summary } from './summary.ts'
import type { ParcelState, Subscription } from './trackers/tracker.ts'
import type { Shop, Tracker, Warehouse } from './types.ts'
import type { DocumentView, OrderView, StockCallView } from './views.ts'
import type { Move } from './warehouses/system.ts'

export type { AuditReport, DocumentView, Fault, FaultSpec, OrderView, StockCallView, Summary }

export interface ListingInput {
  readonly code: string
  readonly quantity: number
  readonly id?: string
  readonly parent?: string
  readonly title?: string
  /** Minor units. */
  readonly price?: number
  /** Of a bundle: what is in it. */
  readonly parts?: readonly { readonly sku: string; readonly quantity: number }[]
}
/** What is not named stays as it was. */
export type ShopInput = Pick<Shop, 'id'> & Partial<Shop> & { readonly listings?: readonly ListingInput[] }
export type WarehouseInput = Pick<Warehouse, 'id'> &
  Partial<Warehouse> & { readonly onHand?: Readonly<Record<string, number>> }
export type TrackerInput = Pick<Tracker, 'id'> & Partial<Tracker>
export type ChannelInput = Pick<FarChannel, 'id' | 'kind'> & Partial<FarChannel>
export interface SkuInput {
  readonly sku: string
  readonly title?: string
  readonly price?: number
  /** On hand; null: it knows the SKU, and nobody counted it. */
  readonly warehouses?: Readonly<Record<string, number | null>>
  /** Listed quantity, or a listing of its own kind. */
  readonly shops?: Readonly<Record<string, number | Partial<ListingInput>>>
}

export interface SandboxClient {
  readonly url: string
  /** The base URLs for `settings.baseUrl` of a connection. */
  shopBaseUrl(id: string): string
  warehouseBaseUrl(id: string): string
  channelBaseUrl(id: string): string
  putShop(shop: ShopInput): Promise<Shop>
  putWarehouse(warehouse: WarehouseInput): Promise<Warehouse>
  trackerBaseUrl(id: string): string
  putTracker(tracker: TrackerInput): Promise<Tracker>
  subscriptions(trackerId: string): Promise<Subscription[]>
  /** A parcel is seen, and whoever follows it is told. `force`: told though nobody follows it. */
  scan(
    trackerId: string,
    seen: {
      readonly waybill: string
      readonly state: ParcelState
      readonly text?: string
      readonly at?: number
      readonly force?: boolean
    },
  ): Promise<{ pushed: number }>
  /** The tracker gives it up; `corrected`: and goes on by itself under this carrier. */
  abort(trackerId: string, waybill: string, corrected?: string): Promise<{ pushed: number }>
  putChannel(channel: ChannelInput): Promise<FarChannel>
  /** What an alert channel took, and what it refused. */
  channel(id: string): Promise<ChannelView>
  putSkus(skus: readonly SkuInput[]): Promise<unknown>
  shops(): Promise<Shop[]>
  warehouses(): Promise<Warehouse[]>
  placeOrders(order: Burst & { readonly shopId: string }): Promise<{ ids: string[]; soldOut: number }>
  order(id: string): Promise<OrderView>
  orders(of: { readonly shopId?: string; readonly limit?: number }): Promise<OrderView[]>
  perform(orderId: string, deed: Deed, spec?: DeedSpec): Promise<{ pushed: number }>
  documents(of: { readonly warehouseId?: string; readonly limit?: number }): Promise<DocumentView[]>
  /** What shops were told to show, the newest first. */
  stockCalls(of: { readonly shopId?: string; readonly limit?: number }): Promise<StockCallView[]>
  shipDocument(n: number, spec?: { readonly packages?: number; readonly short?: number }): Promise<unknown>
  rejectDocument(n: number, reason?: string): Promise<unknown>
  /** Everything of a shop or warehouse (or of all, `*`) that is not acknowledged, once more. */
  resend(target: string): Promise<{ resent: number }>
  addFault(fault: FaultSpec): Promise<Fault>
  faults(): Promise<Fault[]>
  removeFaults(filter?: {
    readonly id?: string
    readonly target?: string
    readonly fault?: string
  }): Promise<{ removed: number }>
  snapshot(warehouseId: string): Promise<{ items: number }>
  /** Goods come or go. `silent`: the warehouse does not tell. */
  inventoryReport(
    warehouseId: string,
    items: readonly { readonly sku: string; readonly delta: number; readonly reason?: string }[],
    silent?: boolean,
  ): Promise<{ moves: Move[] }>
  startTrickle(
    spec: Partial<TrickleSpec> & { readonly shopIds: readonly string[]; readonly order?: OrderSpec },
  ): Promise<TrickleSpec>
  stopTrickle(): Promise<unknown>
  summary(since?: number): Promise<Summary>
  /** Lists are cut at `limit` (default 1,000); `counts` has their whole lengths. */
  audit(limit?: number): Promise<AuditReport>
}

const TIMEOUT_MS = 60_000

export const sandboxClient = (url: string): SandboxClient => {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const reply = await send(
      method,
      `${url}/_control/${path}`,
      { 'content-type': 'application/json' },
      body === undefined ? '' : JSON.stringify(body),
      TIMEOUT_MS,
    )
    if (reply.status !== 200) throw new Error(`${method} /_control/${path}: ${reply.status} ${reply.body}`)
    return JSON.parse(reply.body) as T
  }
  const query = (values: object): string => {
    const named = Object.entries(values).filter(([, value]) => value !== undefined)
    return named.length === 0 ? '' : `?${new URLSearchParams(named.map(([name, value]) => [name, String(value)]))}`
  }
  return {
    url,
    shopBaseUrl: (id) => `${url}/shops/${encodeURIComponent(id)}`,
    warehouseBaseUrl: (id) => `${url}/warehouses/${encodeURIComponent(id)}`,
    trackerBaseUrl: (id) => `${url}/trackers/${encodeURIComponent(id)}`,
    putTracker: (tracker) => ask('POST', 'trackers', tracker),
    subscriptions: (trackerId) => ask('GET', `subscriptions${query({ trackerId })}`),
    scan: (trackerId, seen) => ask('POST', `trackers/${encodeURIComponent(trackerId)}/scan`, seen),
    abort: (trackerId, waybill, corrected = '') =>
      ask('POST', `trackers/${encodeURIComponent(trackerId)}/abort`, { waybill, corrected }),
    channelBaseUrl: (id) => `${url}/channels/${encodeURIComponent(id)}`,
    putShop: (shop) => ask('POST', 'shops', shop),
    putWarehouse: (warehouse) => ask('POST', 'warehouses', warehouse),
    putChannel: (channel) => ask('POST', 'channels', channel),
    channel: (id) => ask('GET', `channels/${encodeURIComponent(id)}`),
    putSkus: (items) => ask('POST', 'skus', { items }),
    shops: () => ask('GET', 'shops'),
    warehouses: () => ask('GET', 'warehouses'),
    placeOrders: (order) => ask('POST', 'orders', order),
    order: async (id) => {
      const [found] = await ask<OrderView[]>('GET', `orders/${encodeURIComponent(id)}`)
      if (!found) throw new Error(`no order ${id}`)
      return found
    },
    orders: (of) => ask('GET', `orders${query(of)}`),
    perform: (orderId, deed, spec = {}) => ask('POST', `orders/${encodeURIComponent(orderId)}/${deed}`, spec),
    documents: (of) => ask('GET', `documents${query(of)}`),
    stockCalls: (of) => ask('GET', `stock-calls${query(of)}`),
    shipDocument: (n, spec = {}) => ask('POST', `documents/${n}/ship`, spec),
    rejectDocument: (n, reason) => ask('POST', `documents/${n}/reject`, reason ? { reason } : {}),
    resend: (target) => ask('POST', 'resend', { target }),
    addFault: (fault) => ask('POST', 'faults', fault),
    faults: () => ask('GET', 'faults'),
    removeFaults: ({ id = '', ...rest } = {}) => ask('DELETE', `faults${id ? `/${id}` : ''}${query(rest)}`),
    snapshot: (warehouseId) => ask('POST', `warehouses/${encodeURIComponent(warehouseId)}/snapshot`, {}),
    inventoryReport: (warehouseId, items, silent = false) =>
      ask('POST', `warehouses/${encodeURIComponent(warehouseId)}/inventory-report`, { items, silent }),
    startTrickle: (spec) => ask('POST', 'trickle', { ...spec, on: true }),
    stopTrickle: () => ask('POST', 'trickle', { on: false }),
    summary: (since) => ask('GET', `summary${query({ since })}`),
    audit: (limit) => ask('GET', `audit${query({ limit })}`),
  }
}
