/** What a person decided about an order. Every button of the admin page and every action of the API ends here. */
import { isLive, type OpenProblem } from '../../domain/order-state.ts'
import type { ProblemCode } from '../../domain/problem.ts'
import { isParcelProblem } from '../../domain/problem-parcel.ts'
import { mayWaive } from '../../domain/waive.ts'
import type { Command } from '../../lane/event.ts'
import type { World } from '../world.ts'
import { close, type Draft, kill, note } from './draft.ts'
import { askAgain } from './parcels.ts'
import { fetchDetail } from './platform.ts'
import { accept, exclude } from './warehouse.ts'

export const onCommand = (draft: Draft, command: Command, world: World): void => {
  const { order } = draft
  const from = { who: `operator:${command.actor}` }
  const concerned = (id: string): boolean => command.problemId === undefined || command.problemId === id
  switch (command.action) {
    case 'retry':
      note(draft, world, 'retried', undefined, from)
      order.excluded = []
      askAgain(draft, concerned, world)
      // What a parcel's silence says stays, until the tracker says otherwise.
      close(draft, world, ({ id, code }) => concerned(id) && !isParcelProblem(code))
      retryJobs(draft, world)
      for (const fulfillment of order.fulfillments)
        if (
          fulfillment.stop?.status === 'failed' &&
          fulfillment.status !== 'shipped' &&
          fulfillment.packages.length === 0
        )
          fulfillment.stop = { ...fulfillment.stop, status: 'wanted' }
      if (order.version === 0) fetchDetail(draft, world, world.now)
      return
    case 'override':
    case 'dismiss':
      note(draft, world, 'overridden', { why: command.why ?? '' }, from)
      return override(draft, world, (problem) => concerned(problem.id) && mayWaive(problem))
    case 'hold':
      order.hold = { why: command.why ?? '', by: command.actor }
      return note(draft, world, 'held', { why: command.why ?? '' }, from)
    case 'release':
      delete order.hold
      return note(draft, world, 'released', undefined, from)
    case 'cancel':
      order.platformStatus = 'cancelled'
      order.cancelledAt ??= world.now
      return note(draft, world, 'order_cancelled', { reason: command.why ?? '' }, from)
    case 'reroute':
      return reroute(draft, world, from)
    case 'receiver':
      if (!command.receiver) return
      Object.assign(order, command.receiver, { completed: true })
      return note(draft, world, 'order_updated', { what: 'receiver' }, from)
  }
}

/** Parked jobs of the order are due now. What may have happened already is asked for first. */
const retryJobs = (draft: Draft, world: World): void => {
  for (const id of world.jobsOf(`o:${draft.order.id}`)) {
    const job = world.job(id)
    if (job && !job.leased) draft.changes.push({ id, at: world.now })
  }
}

/** Closed, and not opened again. A document that differs is, on a person's word, the warehouse's own copy of ours. */
const override = (draft: Draft, world: World, which: (problem: OpenProblem) => boolean): void => {
  const { order } = draft
  for (const { id, code, at } of order.problems.filter(which)) {
    order.waived.push(id)
    const differing = code === 'duplicate_differs' && order.fulfillments.find((item) => item.document === at)
    if (differing) accept(draft, differing, world)
  }
  close(draft, world, which)
}

/**
 * To another warehouse. The one that has it is asked to stop first; where that was in vain, or it stays silent, a person
 * takes that upon them: its document counts as dead.
 */
const reroute = (draft: Draft, world: World, from: { who: string }): void => {
  const { order } = draft
  note(draft, world, 'overridden', { why: 'reroute' }, from)
  for (const fulfillment of order.fulfillments.filter(
    (item) => isLive(item) && item.status !== 'shipped' && item.packages.length === 0,
  )) {
    const { document } = fulfillment
    const isOpen = (code: ProblemCode): boolean =>
      order.problems.some((item) => item.code === code && item.at === document)
    if (fulfillment.stop?.status === 'failed' || isOpen('warehouse_silent') || isOpen('duplicate_differs')) {
      kill(draft, fulfillment, 'rerouted by hand')
      for (const id of world.jobsOf(`o:${order.id}`)) if (id.endsWith(document)) draft.changes.push({ id, drop: true })
    } else if (!fulfillment.stop) {
      fulfillment.stop = { why: 'moved to another warehouse', status: 'wanted' }
      note(draft, world, 'stop_asked', { document, why: fulfillment.stop.why }, from)
    }
    exclude(draft, fulfillment.warehouseId)
    close(draft, world, (problem) => problem.at === document)
  }
}
