/**
 * 小红书 takes one waybill a SKU, without a quantity, while a warehouse packs pieces. So each SKU is told with one of the
 * packages that hold it, in such a way that as many packages as can be are told.
 */
import type { ShipPackage } from '../platform.ts'
import { skuIdOf } from './normalize.ts'
import type { Sku } from './schema.ts'

export interface Told {
  readonly one: ShipPackage
  /** Empty: all it holds is told with other packages. */
  readonly skuIds: readonly string[]
}

/** `skus` are those that may still be shipped. A SKU of which pieces are still to come waits, where its package has another. */
export const assign = (skus: readonly Sku[], packages: readonly ShipPackage[], complete: boolean): readonly Told[] => {
  const ids = new Set(skus.map(({ skuId }) => skuId))
  const inside = (one: ShipPackage): readonly string[] =>
    one.lines.length === 0
      ? [...ids]
      : [...new Set(one.lines.map(({ lineId }) => skuIdOf(lineId)))].filter((id) => ids.has(id))
  const wishes = packages.map((one) => ({ one, wanted: inside(one) }))
  const holders = (id: string): number => wishes.filter(({ wanted }) => wanted.includes(id)).length
  const isWhole = (id: string): boolean => complete || packed(packages, id) >= ordered(skus, id)
  const better = (a: string, b: string): number => Number(isWhole(b)) - Number(isWhole(a)) || holders(a) - holders(b)
  const taker = new Map<string, ShipPackage>()
  for (const { one, wanted } of wishes.toSorted((a, b) => a.wanted.length - b.wanted.length)) {
    const [first] = wanted.filter((id) => !taker.has(id)).toSorted(better)
    if (first !== undefined) taker.set(first, one)
  }
  for (const { one, wanted } of wishes) for (const id of wanted) if (!taker.has(id) && isWhole(id)) taker.set(id, one)
  return wishes.map(({ one, wanted }) => ({ one, skuIds: wanted.filter((id) => taker.get(id) === one) }))
}

const ordered = (skus: readonly Sku[], id: string): number =>
  skus.reduce((sum, sku) => sum + (sku.skuId === id ? sku.skuQuantity : 0), 0)

const packed = (packages: readonly ShipPackage[], id: string): number =>
  packages
    .flatMap(({ lines }) => lines)
    .reduce((sum, { lineId, quantity }) => sum + (skuIdOf(lineId) === id ? quantity : 0), 0)
