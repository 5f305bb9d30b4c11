/** Goods that moved, as signed differences of what can be sold. */
import type { WarehouseEvent } from '../../domain/fulfillment.ts'
import { good } from './codes.ts'

type Move = Extract<WarehouseEvent, { type: 'moved' }>['items'][number] & { readonly at: number }

type Part = { readonly quantity: number; readonly inventoryType?: string | undefined }

export const goodPart = (parts: readonly Part[], otherwise?: string): number =>
  parts.reduce((sum, part) => sum + (good(part.inventoryType ?? otherwise) ? part.quantity : 0), 0)

/** One event per effect time. Lines of one code and SKU (batches written as lines) are one movement. */
export const movesOf = (moves: readonly Move[]): readonly WarehouseEvent[] => {
  const whole = [...Map.groupBy(moves, (move) => move.bizId).values()].flatMap(([first, ...rest]) =>
    first ? [{ ...first, delta: rest.reduce((sum, move) => sum + move.delta, first.delta) }] : [],
  )
  const moved = whole.filter((move) => move.delta !== 0)
  return [...Map.groupBy(moved, (move) => move.at)].map(([at, items]) => ({
    type: 'moved',
    at,
    items: items.map(({ at: _, ...item }) => item),
  }))
}
