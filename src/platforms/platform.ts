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
  type Inbound,
  type InboundSpec,
  type Poll,
} from '../wire/adapter.ts'
import type { Authorization } from '../wire/authorization.ts'
import { type Capability, type Limits, Pacing } from '../wire/capability.ts'
import type { CapabilityName } from './capability.ts'
import type { Socket } from './socket.ts'

/** Order shipped: tell the platform. One call with the packages of a fulfillment that it was not told of yet. */
export interface ShipSubject {
  readonly platformOrderId: string
  /** Stable per set of packages: what the platform may de-duplicate by. */
  readonly requestId: string
  readonly packages: readonly ShipPackage[]
  /** True when with these packages nothing of the order remains to be shipped. */
  readonly complete: boolean
  /** The waybill told before of this one package, which was wrong. */
  readonly replaces?: string
  /** What former calls told as shipped, line by line. Absent: nothing. */
  readonly before?: readonly Shipped[]
}
export interface ShipPackage {
  /** The platform's own code of the carrier. */
  readonly carrier: string
  readonly waybill: string
  readonly lines: readonly Shipped[]
}
export interface Shipped {
  readonly lineId: string
  readonly quantity: number
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

/** One step on the way to going live, for the list that a merchant works through. */
export interface Step {
  readonly zh: string
  readonly en: string
  readonly who: 'merchant' | 'us' | 'platform'
  /** Usual days it takes; absent: minutes. */
  readonly days?: number
  readonly link?: string
}

/** What every shop may set, and what an adapter adds. */
export const shopSettings = <Own extends z.ZodRawShape>(baseUrl: string, own: Own) =>
  z.object({
    baseUrl: z.url().optional().describe(baseUrl),
    carriers: z.record(z.string(), z.string()).optional().describe('Our carrier code → the one the platform wants'),
    ...own,
  })

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
  /** What must be done before going live, in order. */
  readonly checklist: readonly Step[]
  /** A harmless call that only works with the right token and scopes; `done` says in the platform's words whose shop it is. */
  readonly probe?: (shop: Connection) => Conversation<string>
  readonly outbound: PlatformOutbound
  readonly poll?: Poll<Pushed>
  readonly socket?: Socket
  readonly authorization?: Authorization
}

export interface PlatformSpec<Schema extends z.ZodType> extends Description {
  readonly inbound?: InboundSpec<Schema, Pushed>
}
export interface Platform extends Description {
  /** Absent: nothing is pushed over HTTP (a socket, or polls). */
  readonly inbound?: Inbound<Pushed>
}

export const definePlatform = <Schema extends z.ZodType>({ inbound, ...rest }: PlatformSpec<Schema>): Platform => ({
  ...rest,
  settings: rest.settings.extend(Pacing),
  ...(inbound && { inbound: defineInbound(inbound) }),
})
