/** Which of a platform's own shipping units a package takes, for platforms that ship by units and not by order lines. */
import type { ShipPackage } from './platform.ts'

export interface Unit {
  /** The platform's id of the unit, and the order line it belongs to. */
  readonly id: string
  readonly lineId: string
  /** Pieces that are still to be shipped. Counted down as packages take them. */
  remaining: number
}

/** Takes the package's pieces out of the units, in their order; a package without lines takes all that is left. */
export const take = <One extends Unit>(units: readonly One[], { lines }: ShipPackage): readonly Taken<One>[] => {
  const wanted = new Map(lines.map((line) => [line.lineId, line.quantity]))
  return units.flatMap((unit) => {
    const quantity = Math.min(unit.remaining, lines.length === 0 ? unit.remaining : (wanted.get(unit.lineId) ?? 0))
    if (quantity <= 0) return []
    unit.remaining -= quantity
    wanted.set(unit.lineId, (wanted.get(unit.lineId) ?? 0) - quantity)
    return [{ unit, quantity }]
  })
}
export interface Taken<One extends Unit> {
  readonly unit: One
  readonly quantity: number
}
