/** What a warehouse answered when it was asked for a document. Its packages come beside it, as if it had called. */
import type { FulfillmentStatus } from '../../domain/fulfillment.ts'
import { type Fulfillment, isFinal, isLive, stateOf } from '../../domain/order-state.ts'
import type { JobChange } from '../../lane/event.ts'
import { ASK_PAUSE } from '../backoff.ts'
import type { World } from '../world.ts'
import { type Draft, note, open, warehouseName } from './draft.ts'
import type { Final, OutcomeBody } from './outcome.ts'
import { accept, nameExternal, onDelivered, onStopped } from './warehouse.ts'

/** Absence proves nothing here: only a place call knows since when the document could be there. */
export const onAsked = (draft: Draft, body: OutcomeBody, outcome: Final, world: World): void => {
  const fulfillment = draft.order.fulfillments.find((item) => item.document === body.subject)
  const status = outcome.class === 'done' ? outcome.value.found : undefined
  if (!fulfillment || outcome.class !== 'done' || status === undefined) return
  if (outcome.value.externalId !== undefined && fulfillment.externalId === undefined)
    nameExternal(draft, fulfillment, outcome.value.externalId)
  if (!isNews(draft, fulfillment, status)) return
  const { document, warehouseId } = fulfillment
  const warehouse = warehouseName(world, warehouseId)
  note(draft, world, 'progress', { warehouse, status, message: '' }, { who: warehouseId, ms: body.ms })
  if (status === 'delivered') return onDelivered(draft, fulfillment, world)
  if (status === 'rejected' || status === 'cancelled')
    return onStopped(draft, fulfillment, world, { status, at: world.now })
  if (status === 'exception')
    return open(draft, world, { code: 'warehouse_rejected', at: document, facts: { message: status } })
  accept(draft, fulfillment, world)
}

/** A question is harmless and its answer still wanted: it goes on for as long as the order does. */
export const askAgain = (draft: Draft, id: string, next: number | undefined, world: World): JobChange =>
  next === undefined && isFinal(stateOf(draft.order)) ? { id, drop: true } : { id, at: next ?? world.now + ASK_PAUSE }

const isNews = (draft: Draft, fulfillment: Fulfillment, status: FulfillmentStatus): boolean => {
  const { document, packages, stop } = fulfillment
  if (!isLive(fulfillment)) return false
  if (status === 'delivered') return !fulfillment.delivered
  if (status === 'rejected' || status === 'cancelled') return packages.length === 0
  // While a cancel is open this is no answer to it: the document may have been so before.
  if (status === 'exception')
    return !stop && !draft.order.problems.some((item) => item.code === 'warehouse_rejected' && item.at === document)
  return fulfillment.status === 'reserved' || fulfillment.status === 'sent'
}
