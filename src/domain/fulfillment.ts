/** What we tell a warehouse, and what it tells us, in our words. SKU codes are the merchant's own. */
import type { Money } from './money.ts'
import type { Receiver } from './order.ts'

/** Names a document at a warehouse: ours, theirs, or both. */
export interface DocumentRef {
  /** Our document number, ≤ 20 characters `[0-9A-Z]`. */
  readonly document?: string
  /** Their number. */
  readonly externalId?: string
}

/** 发货单: one order's goods from one warehouse, as the warehouse is told. Buyer's data is readable here, in memory only. */
export interface Placement {
  readonly document: string
  readonly platform: string
  readonly shopName: string
  readonly platformOrderId: string
  readonly placedAt: number
  readonly paidAt?: number
  readonly shipBy?: number
  readonly collectBy?: number
  readonly receiver: Receiver
  readonly lines: readonly PlacementLine[]
  readonly total: Money
  /** To collect from the receiver; absent: prepaid. */
  readonly cod?: Money
  readonly buyerNote?: string
  readonly sellerNote?: string
  readonly carrier?: string
  /** Unknown fields of the order that travel along. */
  readonly custom: Readonly<Record<string, unknown>>
}

export interface PlacementLine {
  readonly lineId: string
  readonly sku: string
  readonly title: string
  readonly quantity: number
  readonly price: Money
  /** The warehouse's own id of the item, once it has given one. */
  readonly itemId?: string
}

/** 入库单: goods that a warehouse is told to expect. */
export interface Receipt {
  /** Our number of it; never one of an order's documents. */
  readonly document: string
  readonly kind: 'purchase' | 'return' | 'transfer' | 'other'
  readonly lines: readonly {
    readonly lineId: string
    readonly sku: string
    readonly title: string
    readonly quantity: number
    readonly itemId?: string
  }[]
  readonly expectedAt?: number
  readonly carrier?: string
  readonly waybill?: string
  /** A return: the document that brought the goods out, who sends them back, and why. */
  readonly returnOf?: DocumentRef
  readonly sender?: Receiver['readable']
  readonly reason?: string
}

/** What a warehouse answers when asked for a document. */
export type DocumentStatus =
  | { readonly found: false }
  | {
      readonly found: true
      readonly externalId?: string
      readonly status: FulfillmentStatus
      /** sku → quantity as the warehouse has it, to compare with ours; absent where the answer does not say. */
      readonly quantities?: Readonly<Record<string, number>>
      readonly packages: readonly Package[]
    }

export type FulfillmentStatus =
  | 'accepted'
  | 'picking'
  | 'packed'
  | 'shipped'
  | 'delivered'
  | 'rejected'
  | 'cancelled'
  | 'exception'

/** 包裹: one waybill. */
export interface Package {
  /** The system's own id of the package; the waybill where it has none. */
  readonly packageId: string
  /** Our carrier code where the adapter's table knows the system's (`SF`, `STO`, `YTO` …), else the system's own. */
  readonly carrier: string
  /** The system's own code, where the adapter's table made another one of it; not kept. */
  readonly carrierSaid?: string
  readonly waybill: string
  readonly items: readonly { readonly sku: string; readonly quantity: number }[]
}

/** One thing a warehouse tells us. `at` is the warehouse's own effect time, UTC ms. `bizId` makes a repeat harmless. */
export type WarehouseEvent =
  | {
      readonly type: 'shipped'
      readonly ref: DocumentRef
      readonly bizId: string
      /** False: more packages of this document will follow. */
      readonly final: boolean
      readonly at: number
      readonly packages: readonly Package[]
    }
  | {
      readonly type: 'progress'
      readonly ref: DocumentRef
      readonly status: FulfillmentStatus
      readonly at: number
      readonly message?: string
    }
  /** Goods moved for a reason of the warehouse's own (receipt, loss, stock-take, adjustment): signed deltas. */
  | {
      readonly type: 'moved'
      readonly at: number
      readonly items: readonly {
        readonly bizId: string
        readonly sku: string
        readonly delta: number
        readonly document?: string
        readonly reason: string
      }[]
    }
  /** A count. `full`: SKUs not listed are 0 there; else they are simply not part of it. */
  | {
      readonly type: 'snapshot'
      readonly asOf: number
      readonly full: boolean
      /** Gross: physically there. Net: without what the warehouse has itself frozen for orders; `frozen` where it says how much. */
      readonly items: readonly { readonly sku: string; readonly quantity: number; readonly frozen?: number }[]
    }
  /**
   * Something happened to this document, says somebody who cannot prove it: only the ids are taken, the warehouse is
   * asked. `query` must list the packages of what has shipped.
   */
  | { readonly type: 'changed'; readonly ref: DocumentRef; readonly at: number }
  | { readonly type: 'ping' }

export const documentRefOf = (event: WarehouseEvent): DocumentRef | undefined =>
  'ref' in event ? event.ref : undefined
