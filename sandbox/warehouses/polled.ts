/** Systems that never call: what happened is told when they are asked. Their reports stay in a drawer. */
import type { Answer, Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { linesOf } from './documents.ts'
import { parcelsOf } from './shipper.ts'
import type { Document, ShippedParcel, System } from './system.ts'

const UNSENT: Message = { topic: 'polled', deliveryId: '', body: '' }

export const polled = {
  accepted: () => UNSENT,
  rejectedLater: () => UNSENT,
  shipped: () => UNSENT,
  moved: () => UNSENT,
  snapshot: () => undefined,
  envelope: () => ({ url: '', headers: {} }),
  acknowledged: () => false,
} satisfies Partial<System>

export const json = (body: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json;charset=utf-8' },
  body: JSON.stringify(body),
})

/** `yyyy-MM-dd HH:mm:ss` at Beijing, and back. */
export const beijing = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
export const instant = (text: string): number => Date.parse(`${text.replace(' ', 'T')}+08:00`)

export interface Kept extends Document {
  readonly modified: number
}

const COLUMNS = `n, warehouse, number, external_id AS externalId, order_id AS orderId, status, extra, placed, reason,
  max(placed, coalesce(shipped, 0), coalesce(cancelled, 0)) AS modified`

/** Documents by their numbers, the latest last. */
export const named = (world: World, warehouse: Warehouse, numbers: readonly string[]): Kept[] =>
  world.store.all<Kept>(
    `SELECT ${COLUMNS} FROM document WHERE warehouse = ? AND number IN (SELECT value FROM json_each(?)) ORDER BY n`,
    warehouse.id,
    JSON.stringify(numbers),
  )

/** Documents that changed in a window; its ends count in whole seconds. */
export const modifiedIn = (world: World, warehouse: Warehouse, from: number, to: number): Kept[] =>
  world.store.all<Kept>(
    `SELECT * FROM (SELECT ${COLUMNS} FROM document WHERE warehouse = ?) WHERE modified >= ? AND modified < ? ORDER BY modified, n`,
    warehouse.id,
    from,
    to + 1000,
  )

export const goodsOf = (world: World, { n }: Document) => linesOf(world, n)
export const leftIn = (world: World, { n }: Document): readonly ShippedParcel[] => parcelsOf(world, n)
