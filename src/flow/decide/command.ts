/** What a person decided about an order. Every button of the admin page and every action of the API ends here. */
import { isLive } from '../../domain/order-state.ts'
import type { Command } from '../../lane/event.ts'
import type { World } from '../world.ts'
import { close, type Draft, note, release } from './draft.ts'
import { fetchDetail } from './platform.ts'

export const onCommand = (draft: Draft, command: Command, world: World): void => {
  const { order } = draft
  const from = { who: `operator:${command.actor}` }
  const concerned = (id: string): boolean => command.problemId === undefined || command.problemId === id
  switch (command.action) {
    case 'retry':
      note(draft, world, 'retried', undefined, from)
      order.excluded = []
      close(draft, world, (problem) => concerned(problem.id))
      retryJobs(draft, world)
      for (const fulfillment of order.fulfillments)
        if (fulfillment.stop?.status === 'failed' && fulfillment.packages.length === 0)
          fulfillment.stop = { ...fulfillment.stop, status: 'wanted' }
      if (order.version === 0) fetchDetail(draft, world, world.now)
      return
    case 'override':
    case 'dismiss':
      note(draft, world, 'overridden', { why: command.why ?? '' }, from)
      for (const problem of order.problems.filter((item) => concerned(item.id))) order.waived.push(problem.id)
      return close(draft, world, (problem) => concerned(problem.id))
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
      Object.assign(order, command.receiver)
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

/** A person takes the silence of a warehouse upon them: its document counts as dead, the order goes elsewhere. */
const reroute = (draft: Draft, world: World, from: { who: string }): void => {
  note(draft, world, 'overridden', { why: 'reroute' }, from)
  for (const fulfillment of draft.order.fulfillments.filter(isLive)) {
    if (fulfillment.packages.length > 0) continue
    fulfillment.status = 'dead'
    fulfillment.said = 'rerouted by hand'
    delete fulfillment.stop
    release(draft, fulfillment)
    for (const id of world.jobsOf(`o:${draft.order.id}`))
      if (id.endsWith(fulfillment.document)) draft.changes.push({ id, drop: true })
    if (!draft.order.excluded.includes(fulfillment.warehouseId)) draft.order.excluded.push(fulfillment.warehouseId)
  }
  close(
    draft,
    world,
    (problem) =>
      problem.code === 'warehouse_silent' ||
      problem.code === 'cancel_failed' ||
      problem.code === 'duplicate_differs' ||
      problem.code === 'order_changed',
  )
}
