/**
 * What a platform is. Each folder here fills in one `PlatformSpec`; the flow sees only the `Platform` made from it and
 * never learns which one it is holding.
 */
import { z } from 'zod'
import type { PlatformOrder, Pushed } from '../domain/order.ts'
import {
  type Connection,
  type Conversation,
  defineInbound,
  type Fields,
  type Inbound,
  type InboundSpec,
} from '../wire/adapter.ts'
import { type Capability, type Limits, Pacing } from '../wire/capability.ts'
import type { WireCall } from '../wire/message.ts'

/** Order shipped: tell the platform. One call per fulfillment with all its packages so far. */
export interface ShipSubject {
  readonly platformOrderId: string
  /** Stable per set of packages: what the platform may de-duplicate by. */
  readonly requestId: string
  readonly packages: readonly ShipPackage[]
  /** True when with these packages nothing of the order remains to be shipped. */
  readonly complete: boolean
  /** True when this corrects the waybill of a package written back before. */
  readonly replaces?: string
}
export interface ShipPackage {
  /** The platform's own code of the carrier. */
  readonly carrier: string
  readonly waybill: string
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[]
}

export interface StockSubject {
  readonly listingId: string
  /** The parent id where the platform needs one with the listing (product id, inventory item id …). */
  readonly parentId?: string
  readonly code: string
  /** The whole level to show, not a change. */
  readonly quantity: number
  readonly requestId: string
}

/** Fresh facts of an order before it is placed or written back (the last look). */
export interface OrderStatus {
  readonly cancelled: boolean
  readonly refundOpen: boolean
  readonly shippable: boolean
  /** The waybills that the platform shows of this order; absent where it does not say. */
  readonly waybills?: readonly string[]
}

/** The last look, where the platform's detail already says it all. */
export const statusOf = ({ status, payment, shippable, lines }: PlatformOrder): OrderStatus => ({
  cancelled: status === 'cancelled',
  refundOpen: lines.some((line) => line.status === 'refunding'),
  shippable: shippable && status === 'open' && (payment === 'paid' || payment === 'cod'),
})

export interface PlatformOutbound {
  readonly ship: (subject: ShipSubject, shop: Connection) => Conversation
  readonly stock?: (subject: StockSubject, shop: Connection) => Conversation
  readonly detail?: (platformOrderId: string, shop: Connection) => Conversation<PlatformOrder>
  readonly status?: (platformOrderId: string, shop: Connection) => Conversation<OrderStatus>
  readonly note?: (
    subject: { readonly platformOrderId: string; readonly note: string },
    shop: Connection,
  ) => Conversation
}

/** Reconciliation, and the only intake of platforms that do not push: a page of orders modified in a window. */
export interface Poll {
  /** Times in UTC ms. `cursor` is the adapter's own; undefined starts a window. */
  readonly page: (
    window: { readonly from: number; readonly to: number; readonly cursor?: string },
    shop: Connection,
  ) => Conversation<{
    readonly events: readonly Pushed[]
    readonly next?: string
  }>
  readonly overlapMs: number
  readonly maxWindowMs: number
}

/** A push that comes over a socket we open (issue D builds its object): frames in, frames out, pure. */
export interface Socket {
  readonly connect: (app: Connection) => WireCall
  readonly read: (
    frame: Uint8Array,
    app: Connection,
  ) => { readonly pushed: readonly Pushed[]; readonly confirm?: Uint8Array }
  readonly heartbeat: { readonly everyMs: number; readonly frame: (app: Connection) => Uint8Array }
}

/** OAuth of shops under an app: the link a merchant opens, the exchange, the refresh. */
export interface Authorization {
  readonly link: (app: Connection, state: string, redirectUrl: string) => string
  readonly exchange: (
    code: string,
    app: Connection,
  ) => Conversation<{ readonly credentials: Fields; readonly expiresAt?: number; readonly shopKey: string }>
  readonly refresh?: (
    credentials: Fields,
    app: Connection,
  ) => Conversation<{ readonly credentials: Fields; readonly expiresAt?: number }>
}

type CapabilityName =
  | 'push'
  | 'poll'
  | 'detail'
  | 'status'
  | 'ship'
  | 'partialShip'
  | 'changeWaybill'
  | 'stock'
  | 'note'
  | 'refund'
  | 'authorization'

/** What every shop may set, and what an adapter adds. */
export const shopSettings = <Own extends z.ZodRawShape>(baseUrl: string, own: Own) =>
  z.object({
    baseUrl: z.url().optional().describe(baseUrl),
    carriers: z.record(z.string(), z.string()).optional().describe('Our carrier code → the one the platform wants'),
    ...own,
  })

/** Rows of the capability table that are built. */
export const built = <Names extends readonly CapabilityName[]>(...names: Names) =>
  Object.fromEntries(names.map((name) => [name, 'built'])) as Record<Names[number], 'built'>

interface Description {
  readonly id: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly docs: string
  /** What the facts rest on, and whether a real account has confirmed them. */
  readonly proof: { readonly live: boolean; readonly restsOn: string }
  /** Whose key stands in the hook URL: one app serves many shops, or each shop has its own. */
  readonly scope: 'app' | 'shop'
  /** Default base URL of the API; the setting `baseUrl` replaces it. Empty where only the merchant knows it. */
  readonly baseUrl: string
  readonly credentials: { readonly app?: z.ZodObject; readonly shop: z.ZodObject }
  readonly settings: z.ZodObject
  /** Settings that a feature cannot work without, beyond what the schema asks of every shop: a shop may be made without them, the feature not switched on. */
  readonly needs?: Readonly<Partial<Record<'tracking' | 'stock', readonly string[]>>>
  /** For an app-level platform: the credential field of the shop that equals `Pushed.shopKey`. */
  readonly shopKeyField?: string
  readonly capabilities: Readonly<Record<CapabilityName, Capability>>
  /** Our carrier code → the platform's. A shop's setting `carriers` overrides it. */
  readonly carriers: Readonly<Record<string, string>>
  /** True where the platform takes any text for a carrier: a code that has no row above goes through as it is. */
  readonly anyCarrier?: boolean
  /** The kind this platform's receivers have when they are not plain; undefined: always plain. */
  readonly receiverKind?: string
  /** Longest time one of its calls may take, ms. */
  readonly timeoutMs: number
  /** Of one credential (of an app: for all its shops), as the platform states them. */
  readonly limits?: Limits
  readonly outbound: PlatformOutbound
  readonly poll?: Poll
  readonly socket?: Socket
  readonly authorization?: Authorization
}

export interface PlatformSpec<Schema extends z.ZodType> extends Description {
  readonly inbound: InboundSpec<Schema, Pushed>
}
export interface Platform extends Description {
  readonly inbound: Inbound<Pushed>
}

export const definePlatform = <Schema extends z.ZodType>({ inbound, ...rest }: PlatformSpec<Schema>): Platform => ({
  ...rest,
  settings: rest.settings.extend(Pacing),
  inbound: defineInbound(inbound),
})
