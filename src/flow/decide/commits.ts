/** What the ledger said of goods that left. */
import type { StockAnswer } from '../../domain/stock.ts'
import type { World } from '../world.ts'
import { type Draft, open, warehouseName } from './draft.ts'

/** Commits that found less reserved than they shipped are booked, and told to a person. */
export const readCommits = (drafts: readonly Draft[], answers: readonly StockAnswer[], world: World): void => {
  const over = new Map(
    answers.flatMap((answer) =>
      answer.results.flatMap((result) => (result.outcome === 'over' ? [[result.id, result.unreserved] as const] : [])),
    ),
  )
  for (const draft of drafts) {
    for (const op of draft.ops) {
      const unreserved = over.get(op.id)
      const document = op.id.split(':')[0] ?? ''
      if (unreserved !== undefined)
        open(draft, world, {
          code: 'confirm_mismatch',
          at: document,
          facts: { what: `${op.sku} +${unreserved} (${warehouseName(world, op.warehouseId)})` },
        })
    }
  }
}
