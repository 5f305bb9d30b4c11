/** Orders of platforms that list one row per piece: the rows of an order, which have left, and in which parcel. */
import type { Line, Order } from '../types.ts'
import type { World } from '../world.ts'
import { isGone } from './ship.ts'

export interface Piece {
  readonly id: string
  readonly line: Line
  readonly gone: boolean
  readonly waybill?: string
}

/** The number of a piece: its line's, and two digits more. */
const idOf = (line: Line, index: number): string => `${line.id}${String(index).padStart(2, '0')}`

export const piecesOf = (order: Order, world: World): readonly Piece[] => {
  const told = world.store.all<{ waybill: string; lines: string }>(
    'SELECT waybill, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
    order.id,
  )
  const left = order.lines.flatMap((line) =>
    Array.from({ length: line.quantity }, (_, index) => ({ id: idOf(line, index), line, gone: isGone(order, line) })),
  )
  const waybills = new Map<string, string>()
  for (const { waybill, lines } of told)
    for (const { lineId, quantity } of JSON.parse(lines) as { lineId: string; quantity: number }[])
      for (const piece of left.filter(({ id, line }) => line.id === lineId && !waybills.has(id)).slice(0, quantity))
        waybills.set(piece.id, waybill)
  return left.map((piece) => {
    const waybill = waybills.get(piece.id)
    return { ...piece, ...(waybill === undefined ? {} : { waybill }) }
  })
}

/** Rows named by a call as lines and quantities; undefined where one is unknown, gone or has left. */
export const linesOf = (
  pieces: readonly Piece[],
  ids: readonly string[],
): readonly { readonly lineId: string; readonly quantity: number }[] | undefined => {
  const counts = new Map<string, number>()
  for (const id of new Set(ids)) {
    const piece = pieces.find((one) => one.id === id)
    if (!piece || piece.waybill !== undefined || piece.gone) return undefined
    counts.set(piece.line.id, (counts.get(piece.line.id) ?? 0) + 1)
  }
  return [...counts].map(([lineId, quantity]) => ({ lineId, quantity }))
}
