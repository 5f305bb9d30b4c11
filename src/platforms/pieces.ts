/** For platforms that list one row per piece and no quantity (TikTok Shop, Lazada): rows into lines, and back. */
import type { Money } from '../domain/money.ts'
import { type Failure, failure } from '../wire/answer.ts'
import { type Taken, take, type Unit } from './packing.ts'
import type { ShipPackage } from './platform.ts'

export interface Piece {
  /** The platform's id of this one piece. */
  readonly id: string
  /** The platform's id of what was bought. */
  readonly sku: string
  readonly gift: boolean
  readonly price: Money
  /** Cancelled: nobody ships it any more. */
  readonly gone: boolean
}
export interface Group<One extends Piece> {
  readonly lineId: string
  /** Those that are not gone; all of them, if all are gone. */
  readonly pieces: readonly One[]
}

/**
 * One line for each SKU, gift or not, and price. Its id is made of nothing else, so that it is the same in every message:
 * the SKU id, with `-gift` for a gift, and with the price where one SKU was sold at several. Pieces that are gone still
 * count for that, so that a line keeps its id when a piece of another price is cancelled.
 */
export const grouped = <One extends Piece>(pieces: readonly One[]): readonly Group<One>[] => {
  const prices = new Map<string, Set<number>>()
  for (const piece of pieces)
    prices.set(baseOf(piece), (prices.get(baseOf(piece)) ?? new Set()).add(piece.price.amount))
  const groups = new Map<string, One[]>()
  for (const piece of pieces) {
    const base = baseOf(piece)
    const lineId = (prices.get(base)?.size ?? 0) > 1 ? `${base}@${piece.price.amount}` : base
    groups.set(lineId, [...(groups.get(lineId) ?? []), piece])
  }
  return [...groups].map(([lineId, all]) => {
    const left = all.filter((piece) => !piece.gone)
    return { lineId, pieces: left.length > 0 ? left : all }
  })
}

const baseOf = ({ sku, gift }: Piece): string => (gift ? `${sku}-gift` : sku)

export interface PieceUnit extends Unit {
  /** The platform's package that the piece lies in, where it has one already. */
  readonly parcel: string | undefined
}

/** The pieces of a package; refused where the platform has fewer left to ship than the package holds. */
export const piecesFor = (
  units: readonly PieceUnit[],
  parcel: ShipPackage,
): { readonly taken: readonly PieceUnit[] } | { readonly no: Failure } => {
  const taken: readonly Taken<PieceUnit>[] = take(units, parcel)
  const wanted = parcel.lines.reduce((sum, { quantity }) => sum + quantity, 0)
  if (taken.length > 0 && (wanted === 0 || taken.length === wanted)) return { taken: taken.map(({ unit }) => unit) }
  const detail = `the package ${parcel.waybill} holds ${wanted || 'all'} pieces, ${taken.length} are left to ship there`
  return { no: failure('rejected', false, detail, { code: 'pieces_missing' }) }
}
