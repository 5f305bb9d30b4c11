/**
 * What a platform says of an order, in our words. Adapters make these from the wire; ids are text (platform ids exceed
 * 2^53), times are UTC ms, money is integer minor units.
 */
import type { Money } from './money.ts'

/**
 * How the receiver can be read, and so who can ship it: `plain`; `masked` (stars only: nobody); else the id of the
 * platform whose cipher it is (`douyin`, `taobao` …). Warehouses state which kinds they ship.
 */
export type ReceiverKind = 'plain' | 'masked' | (string & {})

export interface Address {
  readonly name?: string
  readonly phone?: string
  /** ISO 3166-1 alpha-2. */
  readonly country?: string
  readonly province?: string
  readonly city?: string
  readonly district?: string
  readonly town?: string
  /** The detail: street, house number. */
  readonly address?: string
  readonly zip?: string
}

export interface Receiver {
  readonly kind: ReceiverKind
  /** The platform's own identity of this receiver; never masked text. */
  readonly identity?: string
  /** The platform's own order id that the cipher is tied to; it must travel to the warehouse unchanged. */
  readonly sourceOrderId?: string
  /** Parts that may be read (of a ciphered receiver usually only the region). */
  readonly readable: Address
  /** Parts with stars, for a person to recognise. Never sent to a warehouse. */
  readonly masked: Address
  /** Cipher texts and tokens by the platform's own field names. */
  readonly cipher: Readonly<Record<string, string>>
}

export interface OrderLine {
  readonly lineId: string
  /** The seller's code 商家编码, as the platform has it; empty where the seller left it out. */
  readonly code: string
  /** The platform's own id of the thing sold (sku id, variant id): the key of a listing. */
  readonly listingId?: string
  readonly title: string
  readonly quantity: number
  /** Per unit. */
  readonly price: Money
  readonly gift: boolean
  /** `refunding`: a refund is open; `gone`: refunded, removed or shipped by somebody else — not ours to ship. */
  readonly status: 'open' | 'refunding' | 'gone'
}

export interface PlatformOrder {
  readonly platformOrderId: string
  /** The platform's modified time, UTC ms: older is ignored, equal compares content, newer applies. */
  readonly version: number
  readonly placedAt: number
  readonly paidAt?: number
  /** `finished`: complete or shipped at the platform by somebody else. */
  readonly status: 'open' | 'cancelled' | 'finished'
  readonly payment: 'unpaid' | 'deposit' | 'paid' | 'cod'
  readonly total: Money
  readonly presale?: { readonly kind: 'deposit' | 'full'; readonly releaseAt?: number }
  /** To collect from the receiver. */
  readonly cod?: Money
  readonly lines: readonly OrderLine[]
  readonly receiver: Receiver
  readonly buyerNote?: string
  readonly sellerNote?: string
  /** The seller's flag 旗帜 as the platform names it. */
  readonly flag?: string
  /** 最晚发货时间 and 最晚揽收时间. */
  readonly shipBy?: number
  readonly collectBy?: number
  /** False where the platform forbids shipping now (risk check, group not complete). */
  readonly shippable: boolean
  /** Every field that we do not know, as it came (P6). */
  readonly custom: Readonly<Record<string, unknown>>
}

/** One thing a platform tells us. `at` is the platform's own time of it, UTC ms. */
export type PlatformEvent =
  | { readonly type: 'order'; readonly order: PlatformOrder }
  /** A thin message: something of this order changed, fetch the detail. */
  | { readonly type: 'changed'; readonly platformOrderId: string; readonly what: string; readonly at: number }
  | { readonly type: 'cancelled'; readonly platformOrderId: string; readonly at: number; readonly reason?: string }
  | {
      readonly type: 'refund'
      readonly platformOrderId: string
      readonly refundId: string
      /** Empty: the whole order. */
      readonly lineIds: readonly string[]
      readonly status: 'requested' | 'withdrawn' | 'refunded'
      readonly at: number
    }
  | { readonly type: 'shipBy'; readonly platformOrderId: string; readonly shipBy: number; readonly at: number }
  /** The merchant took the app's rights away, or deleted the shop. */
  | { readonly type: 'revoked'; readonly at: number }
  /** The platform orders the erasure of a buyer's data; without ids: everything of this shop. */
  | { readonly type: 'redact'; readonly platformOrderIds: readonly string[]; readonly at: number }
  /** A stock count that the platform reports of its own listing. */
  | { readonly type: 'ping' }

/** An event with the platform's name of the shop it belongs to (app-level pushes serve many shops). */
export interface Pushed {
  readonly shopKey?: string
  readonly event: PlatformEvent
}

/** The order an event is about: the routing key (root order id), or undefined where it names none. */
export const platformOrderIdOf = (event: PlatformEvent): string | undefined =>
  event.type === 'order' ? event.order.platformOrderId : 'platformOrderId' in event ? event.platformOrderId : undefined
