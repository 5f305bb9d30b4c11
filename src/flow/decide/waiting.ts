/** Who waits for stock, told to the ledger; and who was woken in vain. */
import type { Claimant, StockOp } from '../../domain/stock.ts'
import type { World } from '../world.ts'
import { bySku, type Draft, forget } from './draft.ts'
import { filterWarehouses } from './review.ts'

export const claimant = ({ order: { id, shipBy, placedAt } }: Draft): Claimant => ({
  orderId: id,
  shipBy: shipBy ?? Number.MAX_SAFE_INTEGER,
  placedAt,
})

/**
 * A refusal makes an order a waiter for the SKU it was refused. Of several SKUs another may be the one that is short at
 * another warehouse: it waits for each of them everywhere.
 */
export const waitOps = (draft: Draft, world: World): StockOp[] => {
  const need = bySku(draft.allocate)
  if (need.size < 2) return []
  const eligible = filterWarehouses(draft.order, world).able.map((item) => item.id)
  return [...need].map(([sku, quantity]) => ({
    kind: 'wait',
    id: `${draft.order.id}:${sku}:wait:${draft.order.generation}`,
    sku,
    warehouseId: '',
    quantity,
    claimant: claimant(draft),
    eligible,
    split: world.shop?.split ?? false,
  }))
}

/** Who was woken for a SKU and does not ask for it says so: the offer goes to whoever is next. */
export const unanswered = ({ order: { id }, woken }: Draft, ops: readonly StockOp[], world: World): StockOp[] =>
  [...new Set(woken)]
    .filter((sku) => !ops.some((op) => op.sku === sku && op.kind === 'reserve' && op.claimant.orderId === id))
    .map((sku) => forget(id, sku, world.seq))
