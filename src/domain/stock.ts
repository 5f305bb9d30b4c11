/**
 * The ledger's language: operations on one SKU's stock and their answers. The rules live in `ledger/`; the object that
 * applies them is the only writer of that SKU. Quantities are whole pieces; times are UTC ms.
 *
 * Ids make every operation safe to repeat: the same id with the same content gives the first answer, the same id with
 * other content is `conflict`.
 */

interface Op {
  /** (document, line, round, verb), built by the lane. */
  readonly id: string
  readonly sku: string
  readonly warehouseId: string
}

/** Who waits when a reserve is refused: woken when the level rises. Ordered by shipBy, then placedAt. */
export interface Claimant {
  readonly orderId: string
  readonly shipBy: number
  readonly placedAt: number
}

/** Where a claimant could be served. `split`: by several of them together; else only by one that can alone. */
export interface Waiting {
  readonly claimant: Claimant
  readonly eligible: readonly string[]
  readonly split?: boolean
}

export type StockOp =
  /**
   * Granted only if quantity ≤ on hand − reserved. The reservation's name is `reservation` (document:line). The answer
   * shows the levels of all `eligible` warehouses (this one and those that could serve it as well). When refused, the
   * claimant waits at those of them that have too little: a rise to enough wakes it. An order asks for all it lacks of a
   * SKU in one request: granted whole, it waits no more.
   */
  | (Op & Waiting & { readonly kind: 'reserve'; readonly reservation: string; readonly quantity: number })
  /**
   * The order lacks another SKU and waits for this one too (`warehouseId` is ''): where the answer shows too little of
   * it, a rise to enough wakes it. Where it shows enough, the caller has been told.
   */
  | (Op & Waiting & { readonly kind: 'wait'; readonly quantity: number })
  /** The warehouse accepted the document at `at`: a net snapshot after that no longer contains it. */
  | (Op & { readonly kind: 'placed'; readonly reservation: string; readonly at: number })
  /** Goods left: on hand and reservation go down together, bounded by what remains reserved; the rest is booked as shipped unreserved. */
  | (Op & { readonly kind: 'commit'; readonly reservation: string; readonly quantity: number; readonly at: number })
  /**
   * What remains of the reservation is free again. Unknown: leaves a tombstone, so that a late reserve of that name is
   * refused. `at`: when the warehouse gave it free (its cancel, its last package); absent: `now`.
   */
  | (Op & { readonly kind: 'release'; readonly reservation: string; readonly at?: number })
  /** Release at this warehouse and reserve at `toWarehouseId` under `toReservation`, both or neither. */
  | (Op & {
      readonly kind: 'move'
      readonly reservation: string
      readonly toWarehouseId: string
      readonly toReservation: string
      readonly claimant: Claimant
      readonly at?: number
    })
  | (Op & { readonly kind: 'receive'; readonly quantity: number; readonly at: number })
  /** A signed correction. */
  | (Op & { readonly kind: 'adjust'; readonly delta: number; readonly at: number })
  /** An operator's or a warehouse's count. `net` is first made gross (design section 4). */
  | (Op & {
      readonly kind: 'snapshot'
      readonly onHand: number
      readonly asOf: number
      readonly feed: 'gross' | 'net'
      readonly frozen?: number
    })
  /** Transfers 调拨: on hand + in transit is conserved. `lost` of a transferIn is what will never arrive. */
  | (Op & {
      readonly kind: 'transferOut'
      readonly transfer: string
      readonly toWarehouseId: string
      readonly quantity: number
      readonly at: number
    })
  | (Op & {
      readonly kind: 'transferIn'
      readonly transfer: string
      readonly quantity: number
      readonly lost: number
      readonly at: number
    })
  /** Goods left that nobody reserved: physical truth is recorded, never refused. */
  | (Op & { readonly kind: 'shipUnreserved'; readonly quantity: number; readonly at: number })
  /** The order gave up waiting (cancelled, held): its waiter is forgotten, at `warehouseId` or, where that is '', everywhere. */
  | (Op & { readonly kind: 'forget'; readonly orderId: string })

export type StockResult = { readonly id: string } & (
  | { readonly outcome: 'ok' }
  /** reserve and move: not enough. `unknown`: never counted at this warehouse. */
  | { readonly outcome: 'short'; readonly available: number; readonly unknown: boolean }
  /** commit: this much had no reservation and was booked as shipped unreserved. */
  | { readonly outcome: 'over'; readonly unreserved: number }
  /** snapshot: applied, and the count differed from the books by this much before; stale: older than one applied before, or than the movements still kept. Any operation: its turn is one the lane called done. */
  | { readonly outcome: 'counted'; readonly difference: number }
  | { readonly outcome: 'stale' }
  /** reserve of a name that was released before it arrived, or of one that is closed; placed or move of one that holds nothing. */
  | { readonly outcome: 'gone' }
  /** What only broken code can send (a quantity below zero would turn a reserve into a gift). Nothing was done. */
  | { readonly outcome: 'unsound' }
  /** The same id came before with other content. Nothing was done. */
  | { readonly outcome: 'conflict' }
)

/** One warehouse's level of one SKU. */
export interface StockLevel {
  readonly sku: string
  readonly warehouseId: string
  /** Undefined would be "never counted": such a level has `counted: false` and is unknown, not 0. */
  readonly counted: boolean
  readonly onHand: number
  readonly reserved: number
  /** Out of other warehouses on the way here. */
  readonly inTransit: number
  /** Grows with every change of this level; guards every copy. */
  readonly version: number
}

/** Names one reservation: the same name may stand for several SKUs (the parts of a bundle). */
export interface ReservationName {
  readonly sku: string
  readonly reservation: string
}

/** 可售: what may still be granted. */
export const available = (level: StockLevel): number => (level.counted ? Math.max(0, level.onHand - level.reserved) : 0)
/** 缺货: reserved beyond on hand, through outside facts only. */
export const short = (level: StockLevel): number => (level.counted ? Math.max(0, level.reserved - level.onHand) : 0)

/** The order answers with a reserve or a forget on this SKU: until then what it was offered is offered to nobody else. */
export interface Wake {
  readonly lane: string
  readonly orderId: string
  readonly sku: string
}

export interface StockRequest {
  readonly lane: string
  /** Every operation this lane sent before this number is settled on its side: answers of earlier turns may be forgotten. */
  readonly doneUpTo: number
  /** This turn's number in the lane; a repeat of a turn repeats it. */
  readonly turn: number
  /** The turn's recorded clock, UTC ms. */
  readonly now: number
  readonly ops: readonly StockOp[]
  /** Reservations (granted or released) whose orders are closed: their rows go once the turns that used them are done. */
  readonly closed: readonly ReservationName[]
}

export interface StockAnswer {
  readonly results: readonly StockResult[]
  /** Every level the operations touched or asked about, after all of them. */
  readonly levels: readonly StockLevel[]
  readonly wakes: readonly Wake[]
}

/** The object a SKU lives in: one per merchant and SKU, or one of `groups` shared objects where the merchant chose so at creation. */
export const home = (merchantId: string, sku: string, groups: number): string => {
  if (groups <= 0) return `${merchantId}/${sku}`
  let hash = 2166136261
  for (const char of sku) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0
  return `${merchantId}#${hash % groups}`
}
