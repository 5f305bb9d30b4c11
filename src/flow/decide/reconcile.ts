/**
 * What an order needs next, derived from its facts after every event: stops for goods nobody wants any more, a warehouse
 * for what has none, calls for what is ready. Doing it twice changes nothing, so no step can be forgotten.
 */
import {
  type Fulfillment,
  isFinal,
  isLive,
  live,
  type OrderState,
  stateOf,
  unmet,
  wantedLines,
} from '../../domain/order-state.ts'
import { STANDING } from '../../domain/waive.ts'
import type { World } from '../world.ts'
import { askByClock } from './ask.ts'
import { cancelJob, close, type Draft, kill, note, open, placeJob } from './draft.ts'
import { dropped, jobOf, mayShip, sendReady } from './jobs.ts'
import { followParcels, parcelLooks, parcelProblems } from './parcels.ts'
import { TRIAL } from './platform.ts'
import { blocks, LATE_MARGIN, review } from './review.ts'
import { FINAL_GRACE, finish } from './warehouse.ts'

export const reconcile = (draft: Draft, world: World): void => {
  resolveLines(draft, world)
  for (const fulfillment of live(draft.order)) {
    finish(draft, fulfillment, world)
    stopUnwanted(draft, fulfillment, world)
  }
  followParcels(draft, world)
  standing(draft, world)
  draft.allocate = mayAllocate(draft.order, world) ? unmet(draft.order) : []
  if (draft.allocate.length === 0 && draft.order.waiting) stopWaiting(draft)
  sendReady(draft, world)
  askByClock(draft, world)
  const wakeAt = nextLook(draft.order, world)
  // Also where nothing else changed: a timer that has rung must not stand in the past.
  if (wakeAt !== draft.order.wakeAt) draft.touched = true
  draft.order.wakeAt = wakeAt
}

/** A code that meant nothing when the order came may mean something now. What it meant once is kept. */
const resolveLines = ({ order }: Draft, world: World): void => {
  if (order.lines.every((line) => line.parts.length > 0)) return
  order.lines = order.lines.map((line) =>
    line.parts.length > 0 ? line : { ...line, parts: world.resolve(line) ?? [] },
  )
}

const standing = (draft: Draft, world: World): void => {
  const found = [...review(draft.order, world), ...parcelProblems(draft.order, world)]
  close(
    draft,
    world,
    (problem) =>
      STANDING.includes(problem.code) && !found.some((item) => item.code === problem.code && item.at === problem.at),
  )
  for (const problem of found) open(draft, world, problem)
}

const mayAllocate = (order: OrderState, world: World): boolean => {
  if (live(order).some((item) => item.stop && item.stop.status !== 'failed')) return false
  if (mayShip(order, world)) return true
  const early = order.payment === 'unpaid' && world.shop?.reserveOn === 'placed'
  const trial = order.hold?.why === TRIAL && order.payment !== 'unpaid' && order.payment !== 'deposit'
  return (
    (early || trial) &&
    order.version > 0 &&
    order.platformStatus === 'open' &&
    !order.problems.some(blocks) &&
    world.shop?.shop.mode !== 'observe'
  )
}

const stopWaiting = (draft: Draft): void => {
  draft.order.waiting = false
  draft.touched = true
  const skus = new Set(draft.order.lines.flatMap((line) => line.parts.map((part) => part.sku)))
  for (const sku of skus)
    draft.ops.push({
      kind: 'forget',
      id: `${draft.order.id}:${sku}:forget:${draft.order.updatedAt}`,
      sku,
      warehouseId: '',
      orderId: draft.order.id,
    })
}

const stopUnwanted = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  if (!isLive(fulfillment)) return
  if (fulfillment.status === 'shipped' || fulfillment.packages.length > 0) return tooLate(draft, fulfillment, world)
  if (!fulfillment.stop) {
    const why = unwanted(draft.order, fulfillment)
    if (!why) return
    fulfillment.stop = { why, status: 'wanted' }
    note(draft, world, 'stop_asked', { document: fulfillment.document, why })
  }
  const again = fulfillment.stop.status === 'asked' && (fulfillment.askAgainAt ?? Number.POSITIVE_INFINITY) <= world.now
  if (fulfillment.stop.status === 'wanted' || again) stop(draft, fulfillment, world)
}

/** Cancelled when the goods had left: nothing can be stopped, so a person hears of it, once. */
const tooLate = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  if (draft.order.platformStatus !== 'cancelled' || fulfillment.stop) return
  fulfillment.stop = { why: 'cancelled', status: 'failed' }
  open(draft, world, { code: 'refund_requested', at: fulfillment.document })
}

/** Why this fulfillment must not go: some piece of it nobody wants, or the order's money is gone. */
const unwanted = (order: OrderState, fulfillment: Fulfillment): string | undefined => {
  if (order.platformStatus === 'cancelled') return 'cancelled'
  if (order.platformStatus === 'finished')
    return fulfillment.status !== 'reserved' && live(order).some((item) => item.packages.some((part) => part.written))
      ? undefined
      : 'finished at the platform'
  const wanted = new Map(
    wantedLines(order).flatMap((line) =>
      line.parts.map((part) => [`${line.lineId}\n${part.sku}`, part.quantity * line.quantity] as const),
    ),
  )
  const extra = fulfillment.lines.find((line) => line.quantity > (wanted.get(`${line.lineId}\n${line.sku}`) ?? 0))
  return extra && `line ${extra.lineId} is no longer to be shipped`
}

/**
 * Nothing sent: free at once. A call under way: its result comes first. Else the warehouse is asked, and the stock stays
 * taken until it proves that it will not ship.
 */
const stop = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  const { document } = fulfillment
  const job = dropped(draft, placeJob(document)) ? undefined : world.job(placeJob(document))
  if (fulfillment.status === 'reserved' && (job === undefined || job.attempts === 0)) {
    if (job) draft.changes.push({ id: placeJob(document), drop: true })
    kill(draft, fulfillment, 'stopped before it was sent')
    return note(draft, world, 'stopped', { document })
  }
  if (job?.leased) return
  if (fulfillment.status === 'reserved') fulfillment.status = 'sent'
  if (job) draft.changes.push({ id: placeJob(document), drop: true })
  if (world.job(cancelJob(document)) || draft.jobs.some((item) => item.id === cancelJob(document))) return
  close(draft, world, (problem) => problem.code === 'warehouse_silent' && problem.at === document)
  fulfillment.stop = { why: fulfillment.stop?.why ?? '', status: 'asked' }
  delete fulfillment.askAgainAt
  draft.jobs.push({
    ...jobOf(draft.order, fulfillment, cancelJob(document), world),
    kind: 'cancel',
    body: {
      kind: 'cancel',
      document,
      since: world.now,
      why: fulfillment.stop.why,
      ...(fulfillment.externalId !== undefined && { externalId: fulfillment.externalId }),
    },
  })
}

/** When the clock alone changes something: a presale opens, the ship-by time comes near, a cancel stays unanswered, a parcel stands still. */
const nextLook = (order: OrderState, world: World): number | undefined => {
  const parcels = parcelLooks(order, world)
  const times = isFinal(stateOf(order)) ? parcels : [...parcels, ...orderLooks(order)]
  const ahead = times.filter((time): time is number => time !== undefined && time > world.now)
  return ahead.length > 0 ? Math.min(...ahead) : undefined
}

const orderLooks = (order: OrderState): (number | undefined)[] => {
  const open = live(order).some((item) => item.status !== 'shipped') || unmet(order).length > 0
  const unanswered = live(order).flatMap((item) => (item.stop?.status === 'asked' ? (item.askAgainAt ?? []) : []))
  const closing = live(order).flatMap((item) =>
    item.status === 'accepted' && item.finalAt !== undefined ? [item.finalAt + FINAL_GRACE] : [],
  )
  return [
    ...closing,
    ...unanswered,
    order.presale?.releaseAt,
    open && order.shipBy !== undefined ? order.shipBy - LATE_MARGIN : undefined,
  ]
}
