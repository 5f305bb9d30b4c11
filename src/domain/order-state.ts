/**
 * An order as its lane keeps it: what the platform said, what we promised, what the warehouse did. `stateOf` derives the
 * public state from these facts, so no state can disagree with them.
 */
import type { Package } from './fulfillment.ts'
import type { Money } from './money.ts'
import type { OrderLine, PlatformOrder } from './order.ts'
import type { Problem } from './problem.ts'
import type { ReceiverFacts } from './receiver.ts'
import type { Tracking } from './tracking.ts'

export const ORDER_STATES = [
  'received',
  'held',
  'awaiting_payment',
  'awaiting_stock',
  'reserved',
  'dispatched',
  'accepted',
  'shipped',
  'delivered',
  'cancel_requested',
  'cancelled',
  'closed',
  'exception',
] as const
export type OrderStateName = (typeof ORDER_STATES)[number]

/** A platform's order with everything private sealed: what may be stored. */
export interface SealedOrder extends Omit<PlatformOrder, 'receiver' | 'buyerNote' | 'sellerNote' | 'custom'> {
  readonly receiver: ReceiverFacts
  /** Receiver, notes and unknown fields, encrypted. */
  readonly sealed: string
  /** `<key id>.<keyed digest>` of receiver and notes, to tell whether a message changes them. */
  readonly digest: string
  /** The same of the unknown fields: they travel along, and a change of them changes nothing that is under way. */
  readonly customDigest: string
  /** Keyed hash of the phone's last four digits, for search. */
  readonly phoneTerm?: string
  readonly hasNote: boolean
  /** Names of the unknown fields that carry values (P6). */
  readonly customKeys: readonly string[]
}

/** A line with the SKUs it means; a bundle's parts are frozen here. */
export interface StateLine extends OrderLine {
  /** Empty: no SKU known. */
  readonly parts: readonly { readonly sku: string; readonly quantity: number }[]
}

export interface Fulfillment {
  /** Our document number; names the reservation `document:sku`. */
  readonly document: string
  readonly generation: number
  readonly warehouseId: string
  readonly lines: readonly FulfillmentLine[]
  /**
   * reserved: stock taken, nothing sent · sent: a place call was made, its result is unknown · accepted · shipped: no more
   * packages will come · dead: proven that it will not ship (rejected, cancelled, absent), stock released.
   */
  status: 'reserved' | 'sent' | 'accepted' | 'shipped' | 'dead'
  /** A stop was asked for: why, and how it stands. */
  stop?: { readonly why: string; status: 'wanted' | 'asked' | 'failed' }
  /** The warehouse said that it will answer the stop later: if it has not by then, it is asked again, UTC ms. */
  askAgainAt?: number
  externalId?: string
  /** Why it is dead, or what the warehouse last said. */
  said?: string
  packages: ShippedPackage[]
  /** Ids of confirmations booked, so that a repeat is harmless. */
  booked: string[]
  delivered?: boolean
  /** When the warehouse said that no more will come although pieces are missing, UTC ms; earlier packages may still be on their way. */
  finalAt?: number
}

export interface FulfillmentLine {
  readonly lineId: string
  readonly sku: string
  readonly quantity: number
}

export interface ShippedPackage extends Package {
  readonly at: number
  /** Written back to the platform. */
  written: boolean
  /** The waybill under which the platform was told of this package before the warehouse corrected it. */
  replaces?: string
  /** Its waybill before the last correction: a call that told of it may be under way. */
  readonly formerly?: string
  /** Replaced as a whole. */
  tracking?: Tracking
}

export interface OpenProblem extends Problem {
  readonly id: string
  readonly at?: string
  readonly openedAt: number
}

export interface OrderState {
  readonly id: string
  readonly merchantId: string
  readonly shopId: string
  readonly platformOrderId: string
  /** 0 until the platform's own data arrived (a cancel or refund may come first). */
  version: number
  digest: string
  customDigest?: string
  placedAt: number
  receivedAt: number
  updatedAt: number
  platformStatus: 'open' | 'cancelled' | 'finished'
  cancelledAt?: number
  payment: PlatformOrder['payment']
  total: Money
  presale?: { readonly kind: 'deposit' | 'full'; readonly releaseAt?: number }
  cod?: Money
  paidAt?: number
  shipBy?: number
  shipByAt?: number
  collectBy?: number
  shippable: boolean
  receiver?: ReceiverFacts
  sealed: string
  phoneTerm?: string
  hasNote: boolean
  customKeys: readonly string[]
  flag?: string
  lines: StateLine[]
  refunds: Record<
    string,
    {
      readonly lineIds: readonly string[]
      readonly status: 'requested' | 'withdrawn' | 'refunded'
      readonly at: number
    }
  >
  /** An operator's hold, or the shop's mode. */
  hold?: { readonly why: string; readonly by: string }
  fulfillments: Fulfillment[]
  /** Next generation of a document number. */
  generation: number
  /** Warehouses proven unable to take this order. */
  excluded: string[]
  problems: OpenProblem[]
  /** Codes that an operator chose to live with, with the digest of the facts they saw. */
  waived: string[]
  waiting: boolean
  /** Waits until this time (presale release, contention). */
  wakeAt: number | undefined
  lateWarned?: boolean
  redacted?: boolean
  /** A person completed the receiver: the platform's own, unchanged, does not undo it. */
  completed?: boolean
  /** The ledger was told that the order is closed. */
  settled?: boolean
}

export const isLive = (fulfillment: Fulfillment): boolean => fulfillment.status !== 'dead'
export const live = (order: OrderState): Fulfillment[] => order.fulfillments.filter(isLive)
export const shippedOf = (fulfillment: Fulfillment, sku: string): number =>
  fulfillment.packages.reduce(
    (sum, item) => sum + item.items.reduce((n, part) => n + (part.sku === sku ? part.quantity : 0), 0),
    0,
  )

/** Nothing of the order can still be asked of us. */
export const isFinal = (state: OrderStateName): boolean =>
  state === 'cancelled' || state === 'closed' || state === 'delivered'

/** The public state, from the facts, first match wins. */
export const stateOf = (order: OrderState): OrderStateName => {
  const fulfillments = live(order)
  const gone =
    order.platformStatus === 'cancelled' ||
    order.lines.every((line) => line.status === 'gone' || isRefunded(order, line.lineId))
  const shipped = fulfillments.some((item) => item.packages.length > 0 || item.status === 'shipped')
  if (order.problems.length > 0) return 'exception'
  if (gone && order.version + (order.cancelledAt ?? 0) > 0 && !shipped)
    return fulfillments.length === 0 ? 'cancelled' : 'cancel_requested'
  if (fulfillments.some((item) => item.stop && item.stop.status !== 'failed')) return 'cancel_requested'
  if (shipped && fulfillments.every((item) => item.delivered))
    return order.platformStatus === 'finished' ? 'closed' : 'delivered'
  if (order.platformStatus === 'finished' && fulfillments.every((item) => item.status === 'shipped')) return 'closed'
  if (shipped) return 'shipped'
  if (order.hold) return 'held'
  if (fulfillments.some((item) => item.status === 'sent')) return 'dispatched'
  if (fulfillments.length > 0) return fulfillments.every((item) => item.status === 'accepted') ? 'accepted' : 'reserved'
  if (order.version === 0) return 'received'
  // Every line is under a refund that nobody has decided: stopped, until the platform says how it ended.
  if (wantedLines(order).length === 0 && order.platformStatus === 'open') return 'held'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'awaiting_payment'
  return order.waiting ? 'awaiting_stock' : 'received'
}

const isRefunded = (order: OrderState, lineId: string): boolean =>
  Object.values(order.refunds).some(
    (refund) => refund.status === 'refunded' && (refund.lineIds.length === 0 || refund.lineIds.includes(lineId)),
  )

/** Lines that nobody is asking money back for, still to be shipped by somebody. */
export const wantedLines = (order: OrderState): StateLine[] => {
  if (order.platformStatus !== 'open') return []
  const asked = Object.values(order.refunds).filter((refund) => refund.status !== 'withdrawn')
  return order.lines.filter(
    (line) =>
      line.status === 'open' &&
      !asked.some((refund) => refund.lineIds.length === 0 || refund.lineIds.includes(line.lineId)),
  )
}

/** Pieces still without a fulfillment, per line and SKU. */
export const unmet = (order: OrderState): FulfillmentLine[] => {
  const taken = new Map<string, number>()
  for (const fulfillment of live(order)) {
    const shipped = new Map(fulfillment.lines.map(({ sku }) => [sku, shippedOf(fulfillment, sku)]))
    for (const line of fulfillment.lines) {
      // A final shipment covers only what it shipped, each piece one line; before that its whole promise counts.
      const left = shipped.get(line.sku) ?? 0
      const covered = fulfillment.status === 'shipped' ? Math.min(line.quantity, left) : line.quantity
      shipped.set(line.sku, left - covered)
      const key = `${line.lineId}\n${line.sku}`
      taken.set(key, (taken.get(key) ?? 0) + covered)
    }
  }
  return wantedLines(order).flatMap((line) =>
    line.parts.flatMap((part) => {
      const quantity = part.quantity * line.quantity - (taken.get(`${line.lineId}\n${part.sku}`) ?? 0)
      return quantity > 0 ? [{ lineId: line.lineId, sku: part.sku, quantity }] : []
    }),
  )
}

/** Do two digests say the same? After a change of the master key they can't be compared: then the facts in the clear decide. */
export const sameDigest = (a: string, b: string, otherwise: boolean): boolean =>
  a.split('.')[0] === b.split('.')[0] ? a === b : otherwise

/** A copy whose every part that decisions change in place is its own; what they only replace is shared. */
export const copyOrder = (order: OrderState): OrderState => ({
  ...order,
  fulfillments: order.fulfillments.map((item) => ({
    ...item,
    packages: item.packages.map((part) => ({ ...part })),
    booked: [...item.booked],
  })),
  excluded: [...order.excluded],
  problems: [...order.problems],
  waived: [...order.waived],
})
