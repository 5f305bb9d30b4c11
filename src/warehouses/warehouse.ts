/** What a warehouse system is: the mirror of `platforms/platform.ts`. */
import { z } from 'zod'
import type { DocumentRef, DocumentStatus, Placement, Receipt, WarehouseEvent } from '../domain/fulfillment.ts'
import {
  type Connection,
  type Conversation,
  defineInbound,
  type Fields,
  type Inbound,
  type InboundSpec,
  type Poll,
} from '../wire/adapter.ts'
import type { Authorization } from '../wire/authorization.ts'
import { type Capability, type Limits, Pacing } from '../wire/capability.ts'

/** A document to cancel or ask for; `warehouseCode` and the like are settings of the connection. */
export interface DocumentSubject extends DocumentRef {
  readonly document: string
  readonly reason?: string
}

export interface WarehouseOutbound {
  readonly place: (
    placement: Placement,
    warehouse: Connection,
  ) => Conversation<{ readonly externalId?: string; readonly itemIds?: Fields }>
  /** `done` with `later`: the request was taken, the result arrives as a `progress` event. `rejected`: it will ship. */
  readonly cancel: (subject: DocumentSubject, warehouse: Connection) => Conversation<{ readonly later: boolean }>
  readonly query: (subject: DocumentSubject, warehouse: Connection) => Conversation<DocumentStatus>
  /** Levels now, for the listed SKUs, in the warehouse's own meaning (`feed`). */
  readonly stock?: (
    skus: readonly string[],
    warehouse: Connection,
  ) => Conversation<readonly { readonly sku: string; readonly quantity: number; readonly frozen?: number }[]>
  /** Makes a SKU known there; the answer may give the item id that later messages must carry. */
  readonly item?: (
    item: { readonly sku: string; readonly title: string; readonly barcode?: string },
    warehouse: Connection,
  ) => Conversation<{ readonly itemId?: string }>
  /** Announces goods that will arrive. What did arrive comes as a `moved` event, keyed by the confirmation's own id. */
  readonly receipt?: (receipt: Receipt, warehouse: Connection) => Conversation<{ readonly externalId?: string }>
  /** Asks to stop a parcel that has left. Taken is not stopped: `later`, the result arrives as a `progress` event. */
  readonly intercept?: (
    subject: DocumentSubject & { readonly waybill?: string },
    warehouse: Connection,
  ) => Conversation<{ readonly later: boolean }>
  /** Lets a document rest, or go on. */
  readonly hold?: (subject: DocumentSubject & { readonly held: boolean }, warehouse: Connection) => Conversation
  /** Makes a bundle known: which SKUs, and how many of each, are taken for one of it. */
  readonly bundle?: (
    bundle: {
      readonly sku: string
      readonly parts: readonly { readonly sku: string; readonly quantity: number; readonly itemId?: string }[]
    },
    warehouse: Connection,
  ) => Conversation
}

export const CAPABILITIES = [
  'push',
  'poll',
  'place',
  'query',
  'cancel',
  'stock',
  'stockReport',
  'item',
  'batchPlace',
  'returns',
  'receipts',
  'intercept',
  'severalPackages',
  'shortShip',
] as const
type CapabilityName = (typeof CAPABILITIES)[number]

/** Rows of the capability table that are built. */
export const built = <Names extends readonly CapabilityName[]>(...names: Names) =>
  Object.fromEntries(names.map((name) => [name, 'built'])) as Record<Names[number], 'built'>

/**
 * The code of `rejected` where an ERP has the order already, by its own intake: it will ship it, so the order must go
 * nowhere else before a person has looked.
 */
export const PULLED = 'pulled_by_erp'

interface Description {
  readonly id: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly docs: string
  readonly proof: { readonly live: boolean; readonly restsOn: string }
  readonly baseUrl: string
  readonly credentials: z.ZodObject
  readonly settings: z.ZodObject
  /** Receiver kinds it can ship under these settings. */
  readonly receiverKinds: (settings: Readonly<Record<string, unknown>>) => readonly string[]
  readonly cod: (settings: Readonly<Record<string, unknown>>) => boolean
  readonly capabilities: Readonly<Record<CapabilityName, Capability>>
  /** Who takes the waybill number. */
  readonly waybill: 'warehouse' | 'us'
  readonly cancel: 'sync' | 'later' | 'never'
  /** Does a repeated document number lead to one document there, as far as the sources say? */
  readonly deduplicates: boolean
  /** Time after a place call until "not found" means it will never appear, ms. */
  readonly settleMs: number
  readonly timeoutMs: number
  /** Of one credential, as the system states them. */
  readonly limits?: Limits
  /** Our carrier code → the system's. A connection's setting `carriers` overrides it. */
  readonly carriers: Readonly<Record<string, string>>
  /** For systems with one URL for many connections: which one a request names (奇门 `customerId`), and the credential field it equals. */
  readonly connectionKey?: { readonly field: string; readonly of: (url: URL) => string | undefined }
  /** An order system (ERP) that may pull the same shops' orders by itself: each would then be shipped twice. */
  readonly ownIntake?: true
  readonly outbound: WarehouseOutbound
  /**
   * For systems that tell nothing of documents by themselves and list none of them (京东云仓): a document that they have is
   * asked for by `query`, so often, until its goods have left. A connection's setting `askSeconds` replaces it.
   */
  readonly asks?: { readonly everyMs: number }
  /** Systems without callbacks, and what callbacks may have missed. */
  readonly poll?: Poll<WarehouseEvent>
  /** Tokens that end (聚水潭, 京东): how they are refreshed. */
  readonly authorization?: Authorization
}

export interface WarehouseSpec<Schema extends z.ZodType> extends Description {
  /** Absent: the system does not call back; it is polled. */
  readonly inbound?: InboundSpec<Schema, WarehouseEvent>
}
export interface Warehouse extends Description {
  readonly inbound?: Inbound<WarehouseEvent>
}

const CarrierAliases = z
  .record(z.string(), z.string())
  .optional()
  .describe("This warehouse's own carrier code (STO2) → ours (STO), looked up before the adapter's table")

export const defineWarehouse = <Schema extends z.ZodType>({
  inbound,
  settings,
  ...rest
}: WarehouseSpec<Schema>): Warehouse => ({
  ...rest,
  settings: settings.extend({ ...Pacing, carrierAliases: CarrierAliases }),
  ...(inbound && { inbound: defineInbound(inbound) }),
})
