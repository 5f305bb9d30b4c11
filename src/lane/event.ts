/** What a lane's log holds. Everything about an order is an event in its lane; the lane is the order's only writer. */
import type { FulfillmentStatus, WarehouseEvent } from '../domain/fulfillment.ts'
import type { PlatformEvent } from '../domain/order.ts'
import type { SealedOrder } from '../domain/order-state.ts'
import type { Problem } from '../domain/problem.ts'
import type { TrackerEvent } from '../domain/tracking.ts'
import type { Outcome } from '../wire/outcome.ts'

/** A platform's event with its private parts sealed. */
export type SealedPlatformEvent =
  | Exclude<PlatformEvent, { type: 'order' }>
  | { readonly type: 'order'; readonly order: SealedOrder }

/** What a job's call came to. `value` is what the flow needs of it, without private data in the clear. */
export type JobOutcome = Outcome<JobValue>
export interface JobValue {
  readonly externalId?: string
  readonly itemIds?: Readonly<Record<string, string>>
  readonly order?: SealedOrder
  /** cancel: the result will come as a callback. */
  readonly later?: boolean
  /** stock push: the level version that was shown. */
  readonly version?: number
  readonly quantity?: number
  /** place, ask: the warehouse has it in this status. */
  readonly found?: FulfillmentStatus
  /** place: the last look says that the order must not go. */
  readonly stop?: 'cancelled' | 'refund' | 'unshippable'
}

export interface Command {
  readonly action: 'retry' | 'release' | 'hold' | 'cancel' | 'override' | 'dismiss' | 'reroute' | 'receiver'
  readonly actor: string
  readonly why?: string
  /** The problem it answers; absent: all of the order. */
  readonly problemId?: string
  /** receiver: the completed receiver, sealed with its facts. */
  readonly receiver?: Pick<SealedOrder, 'receiver' | 'sealed' | 'digest' | 'phoneTerm'>
}

/** Stock work of a warehouse's lane: what a person or the warehouse says of levels. */
export interface StockCommand {
  readonly sku: string
  readonly warehouseId: string
  readonly kind: 'set' | 'adjust' | 'receive'
  readonly quantity: number
  readonly reason: string
  readonly actor: string
}

export type EventBody =
  | { readonly kind: 'platform'; readonly event: SealedPlatformEvent }
  | {
      readonly kind: 'warehouse'
      readonly warehouseId: string
      readonly event: WarehouseEvent
      readonly tries?: number
    }
  | {
      readonly kind: 'outcome'
      readonly job: string
      readonly attempt: number
      readonly jobKind: JobKind
      readonly subject: string
      readonly outcome: JobOutcome
      readonly ms: number
    }
  /** A tracker's connection, and what it says of a parcel. */
  | { readonly kind: 'tracking'; readonly tracker: string; readonly event: TrackerEvent; readonly tries?: number }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'stock'; readonly command: StockCommand; readonly operation?: string }
  | { readonly kind: 'wake'; readonly sku: string }
  | { readonly kind: 'timer' }
  /** Levels of these SKUs changed: this shop's listings of them are to be shown anew. */
  | { readonly kind: 'dirty'; readonly skus: readonly string[] }
  /** The platform refuses this connection: its jobs wait until then, or for a person. */
  | {
      readonly kind: 'refused'
      readonly connection: string
      readonly message: string
      readonly until?: number
    }
  /** New credentials: what waited for them may go on. */
  | { readonly kind: 'credentials'; readonly connection: string }
  /** A message with a right signature that cannot be booked; its raw text is the exception's. */
  | { readonly kind: 'problem'; readonly problem: Problem }

export type JobKind = 'place' | 'cancel' | 'ask' | 'ship' | 'fetch' | 'stock' | 'track'

/** `o:<order id>` or `p:<platform order id>`; absent where the event names no order. Jobs of a listing: `stock:<listing id>`. */
export type OrderRef = `o:${string}` | `p:${string}` | `stock:${string}`

export interface LaneEvent {
  /** De-duplicates within the lane's window. */
  readonly id: string
  readonly at: number
  readonly ref?: OrderRef
  /** Sealed, compressed raw message. */
  readonly raw?: string
  readonly body: EventBody
}

/** An event with its place in the log: `seq` of its segment, `index` in it. */
export interface Logged {
  readonly seq: number
  readonly event: LaneEvent
}

export interface JobDraft {
  readonly id: string
  readonly kind: JobKind
  /** Whose credential it uses: shop or warehouse id. Jobs of a parked credential wait without burning attempts. */
  readonly connection: string
  /** At most one job in flight per subject: document, listing, order. */
  readonly subject: string
  readonly ref?: OrderRef
  readonly shipBy: number
  readonly at: number
  readonly body: JobBody
}

export type JobBody =
  | { readonly kind: 'place'; readonly order: PlaceFacts }
  /** `since`: when nothing more was sent, UTC ms; absence counts as proof a settle time later. */
  | {
      readonly kind: 'cancel'
      readonly document: string
      readonly externalId?: string
      readonly why: string
      readonly since: number
    }
  | { readonly kind: 'ask'; readonly document: string; readonly externalId?: string }
  | {
      readonly kind: 'ship'
      readonly platformOrderId: string
      readonly document: string
      readonly warehouseId: string
      readonly packages: readonly ShipFacts[]
      readonly complete: boolean
      /** The waybill told before of this one package, which was wrong. */
      readonly replaces?: string
      /** What former calls told as shipped. */
      readonly before?: readonly { readonly lineId: string; readonly quantity: number }[]
    }
  | { readonly kind: 'fetch'; readonly platformOrderId: string }
  | { readonly kind: 'stock'; readonly listingId: string }
  | TrackBody

/** A tracker is to follow a parcel from now on, or to say what it knows now. `receiver`: where its phone is, if that is needed. */
export interface TrackBody {
  readonly kind: 'track'
  readonly want: 'subscribe' | 'query'
  readonly carrier: string
  readonly waybill: string
  readonly receiver?: { readonly shopId: string; readonly platformOrderId: string; readonly sealed: string }
}

export interface ShipFacts {
  readonly carrier: string
  readonly waybill: string
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[]
}

/** What `Placement` needs, with the private parts sealed. */
export interface PlaceFacts {
  readonly document: string
  readonly shopId: string
  readonly platform: string
  readonly platformOrderId: string
  readonly placedAt: number
  readonly paidAt?: number
  readonly shipBy?: number
  readonly collectBy?: number
  readonly sealed: string
  readonly lines: readonly {
    readonly lineId: string
    readonly sku: string
    readonly title: string
    readonly quantity: number
    readonly price: { readonly amount: number; readonly currency: string }
  }[]
  readonly total: { readonly amount: number; readonly currency: string }
  readonly cod?: { readonly amount: number; readonly currency: string }
}

/** What a decision may know of a job that stands. */
export interface JobFacts {
  readonly connection: string
  readonly attempts: number
  /** A consumer has it right now. */
  readonly leased: boolean
}

/**
 * What becomes of a job that stands already. `at` undefined: parked until somebody retries it. `unsent`: the attempt that
 * just ended certainly did nothing at the partner.
 */
export type JobChange =
  | { readonly id: string; readonly drop: true }
  | { readonly id: string; readonly at: number | undefined; readonly attempts?: number; readonly unsent?: boolean }
