/** P4 in one place: who moves an order next. Undefined: nobody does, and that is a dead end. */
import { isFinal, live, type OrderState, stateOf, unmet, wantedLines } from '../../src/domain/order-state.ts'
import type { Desk } from './support.ts'

export const owner = (order: OrderState, desk: Desk): string | undefined => {
  if (isFinal(stateOf(order))) return 'nobody needs to'
  if (order.problems.length > 0) return 'a person: an exception'
  if (order.hold) return 'a person: a hold'
  if ([...desk.jobs.all.values()].some((job) => job.draft.ref === `o:${order.id}` && job.at !== undefined))
    return 'a job'
  if (desk.timers.has(order.id)) return 'the clock'
  return resting(order, desk)
}

/** What an order may wait for with no job and no timer: stock, the platform's word, or the warehouse's. */
export const resting = (order: OrderState, desk: Desk): string | undefined => {
  if (desk.shop.shop.mode === 'observe') return 'nobody: the shop only observes'
  if (order.waiting) return desk.ledger.isWaiting(order.id) ? 'the ledger: stock' : undefined
  if (order.version === 0) return 'the platform: its data'
  if (live(order).some((item) => item.stop && item.stop.status !== 'failed')) return undefined
  const goods = live(order).every(
    (item) =>
      item.status === 'accepted' ||
      item.status === 'shipped' ||
      (item.status === 'sent' && item.stop?.status === 'failed'),
  )
  if (goods && live(order).length > 0 && unmet(order).length === 0) return atWarehouse(order, desk)
  if (order.platformStatus !== 'open') return undefined
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'the platform: money'
  if (!order.shippable) return 'the platform: leave to ship'
  if (wantedLines(order).length === 0) return 'the platform: a refund'
  return undefined
}

/** The warehouse ships or delivers it by itself; the platform knows all waybills; a ship-by time that comes near is heard of. */
const atWarehouse = (order: OrderState, desk: Desk): string | undefined => {
  const told = live(order).every(
    (item) => item.packages.every((one) => one.written) || order.waived.some((id) => id.endsWith(`:${item.document}`)),
  )
  if (desk.shop.shop.mode === 'live' && desk.shop.shop.features.tracking && !told) return undefined
  const open = live(order).some((item) => item.status !== 'shipped')
  const watched =
    order.shipBy === undefined ||
    order.payment === 'unpaid' ||
    order.platformStatus !== 'open' ||
    order.waived.some((id) => id.includes(':order_late:'))
  return open && !watched ? undefined : 'the warehouse'
}
