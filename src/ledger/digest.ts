/** Tells whether two operations say the same: a number of 53 bits, to compare with, not to trust an enemy with. */
import type { Claimant, StockOp } from '../domain/stock.ts'

type KeyOf<Union> = Union extends unknown ? keyof Union : never

/** Every field there is, so that the order in which they were written down does not matter. */
const FIELDS: Record<KeyOf<StockOp> | keyof Claimant, true> = {
  asOf: true,
  at: true,
  claimant: true,
  delta: true,
  eligible: true,
  feed: true,
  frozen: true,
  id: true,
  kind: true,
  lost: true,
  onHand: true,
  orderId: true,
  placedAt: true,
  quantity: true,
  reservation: true,
  shipBy: true,
  sku: true,
  split: true,
  toReservation: true,
  toWarehouseId: true,
  transfer: true,
  warehouseId: true,
}
const KEYS = Object.keys(FIELDS)

export const digestOf = (op: StockOp): number => hash(JSON.stringify(op, KEYS))

/** cyrb53: two 32-bit lanes, mixed at the end. */
const hash = (text: string): number => {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0)
}
