/** 分仓: which warehouses take an order's goods. One for all first, then several if allowed, else none: the order waits. */
import type { FulfillmentLine } from './order-state.ts'

export interface Candidate {
  readonly id: string
  readonly name: string
  /** Lower is preferred. */
  readonly rank: number
}

export interface Choice {
  readonly parts: readonly { readonly warehouseId: string; readonly lines: readonly FulfillmentLine[] }[]
  /** False: the levels at hand say it will be refused; it is sent all the same, so that the ledger knows who waits. */
  readonly fits: boolean
  /** Why, as a sentence for the timeline. */
  readonly why: { readonly zh: string; readonly en: string }
}

/** Pieces that a warehouse could still give of a SKU. */
export type Available = (sku: string, warehouseId: string) => number

/**
 * Candidates have passed every hard filter. Ranked by preference, then by how much would be left of the scarcest SKU,
 * then by id, so that the same facts give the same choice.
 */
export const choose = (
  lines: readonly FulfillmentLine[],
  candidates: readonly Candidate[],
  available: Available,
  split: boolean,
): Choice => {
  const need = pieces(lines)
  const spare = (id: string): number => Math.min(...[...need].map(([sku, quantity]) => available(sku, id) - quantity))
  const ranked = [...candidates].sort((a, b) => a.rank - b.rank || spare(b.id) - spare(a.id) || (a.id < b.id ? -1 : 1))
  const whole = ranked.find((candidate) => spare(candidate.id) >= 0)
  if (whole) return one(whole, lines, true, ranked.length)
  const parts = split ? divide(lines, ranked, available) : undefined
  if (parts) {
    const names = parts
      .map((part) => ranked.find((item) => item.id === part.warehouseId)?.name ?? part.warehouseId)
      .join(' + ')
    return {
      parts,
      fits: true,
      why: { zh: `没有一个仓能全部满足，拆到 ${names}`, en: `no single warehouse has it all, split over ${names}` },
    }
  }
  const first = ranked[0]
  return first
    ? one(first, lines, false, ranked.length)
    : { parts: [], fits: false, why: { zh: '没有可用仓库', en: 'no warehouse is able' } }
}

const one = (candidate: Candidate, lines: readonly FulfillmentLine[], fits: boolean, among: number): Choice => ({
  parts: [{ warehouseId: candidate.id, lines }],
  fits,
  why: fits
    ? {
        zh: `${candidate.name} 能全部满足（${among} 个可用仓中优先级 ${candidate.rank}）`,
        en: `${candidate.name} has it all (rank ${candidate.rank} of ${among} able)`,
      }
    : { zh: `${among} 个可用仓都不够`, en: `none of ${among} able warehouses has enough` },
})

const pieces = (lines: readonly FulfillmentLine[]): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const line of lines) sums.set(line.sku, (sums.get(line.sku) ?? 0) + line.quantity)
  return sums
}

/** Every warehouse in turn takes what it has of what remains; undefined if something remains at the end. */
const divide = (
  lines: readonly FulfillmentLine[],
  ranked: readonly Candidate[],
  available: Available,
): Choice['parts'] | undefined => {
  let rest = lines.map((line) => ({ ...line }))
  const parts: { warehouseId: string; lines: FulfillmentLine[] }[] = []
  for (const { id } of ranked) {
    const left = new Map<string, number>()
    const taken: FulfillmentLine[] = []
    for (const line of rest) {
      const free = left.get(line.sku) ?? available(line.sku, id)
      const quantity = Math.max(0, Math.min(line.quantity, free))
      left.set(line.sku, free - quantity)
      if (quantity > 0) taken.push({ ...line, quantity })
      line.quantity -= quantity
    }
    if (taken.length > 0) parts.push({ warehouseId: id, lines: taken })
    rest = rest.filter((line) => line.quantity > 0)
    if (rest.length === 0) return parts
  }
  return undefined
}
