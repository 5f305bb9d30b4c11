/** Once nothing can be asked of an order any more, the ledger may forget its reservations. */
import { isFinal, stateOf } from '../../domain/order-state.ts'
import type { ReservationName } from '../../domain/stock.ts'
import { bySku, type Draft, reservation } from './draft.ts'

export const closing = (draft: Draft): ReservationName[] => {
  const { order } = draft
  if (order.settled || !isFinal(stateOf(order))) return []
  order.settled = true
  draft.touched = true
  return order.fulfillments.flatMap(({ document, lines }) =>
    [...bySku(lines).keys()].map((sku) => ({ sku, reservation: reservation(document, sku) })),
  )
}
