/**
 * Parcels on their way: who follows them, what looks wrong, when to look again. Derived from the order's facts after every
 * event, as everything else is. Trackers bill per waybill, so by default only a parcel that looks wrong is followed.
 */
import { carrierCode } from '../../carriers/table.ts'
import type { Fulfillment, OrderState, ShippedPackage } from '../../domain/order-state.ts'
import type { Problem } from '../../domain/problem.ts'
import { isParcelProblem } from '../../domain/problem-parcel.ts'
import { isOver } from '../../domain/tracking.ts'
import type { JobDraft, TrackBody } from '../../lane/event.ts'
import type { TrackerFacts } from '../../store/config.ts'
import type { World } from '../world.ts'
import type { Draft } from './draft.ts'
import { onDelivered } from './warehouse.ts'

const HOUR = 3_600_000
/** 快递100 takes a waybill four times a month, and no sooner than half an hour after it gave up. */
const SUBSCRIPTIONS = 4
const AGAIN = 31 * 60_000

interface Parcel {
  readonly item: ShippedPackage
  readonly tracker: TrackerFacts
}

/** Parcels that have not come to an end, and that some tracker can follow. */
const followed = (order: OrderState, world: World): Parcel[] =>
  underWay(order).flatMap((item) => {
    if (isOver(item.tracking?.state)) return []
    const tracker = trackerOf(item, world)
    return tracker ? [{ item, tracker }] : []
  })

const underWay = (order: OrderState): ShippedPackage[] =>
  order.platformStatus === 'cancelled'
    ? []
    : order.fulfillments.filter((item) => !item.delivered).flatMap((item) => item.packages)

/** Who follows it already, else the preferred one of those that can. */
const trackerOf = ({ carrier, tracking }: ShippedPackage, { trackers }: World): TrackerFacts | undefined => {
  const code = tracking?.carrier ?? carrierCode(carrier) ?? carrier
  return trackers.find((one) => one.id === tracking?.tracker) ?? trackers.find((one) => one.carriers.includes(code))
}

const collectBy = ({ item, tracker }: Parcel): number => item.at + tracker.collectWithin
const moveBy = ({ item, tracker }: Parcel): number | undefined =>
  item.tracking?.movedAt === undefined ? undefined : item.tracking.movedAt + tracker.stuckAfter

/** When the parcel is to be followed; undefined: it is already, or shall not be. */
const subscribeAt = (parcel: Parcel): number | undefined => {
  const { item, tracker } = parcel
  const { ended, subscriptions = 0, refused } = item.tracking ?? {}
  if (tracker.subscribe === 'none' || refused !== undefined || subscriptions >= SUBSCRIPTIONS) return undefined
  if (isFollowed(parcel) && ended === undefined) return undefined
  const suspect = moveBy(parcel) ?? item.at + tracker.collectWithin / 2
  return Math.max(tracker.subscribe === 'all' ? item.at : suspect, ended ? ended.at + AGAIN : 0)
}

/** Times at which the clock alone changes something. */
export const parcelLooks = (order: OrderState, world: World): (number | undefined)[] =>
  followed(order, world).flatMap((parcel) => [
    subscribeAt(parcel),
    moveBy(parcel) ?? (isFollowed(parcel) ? collectBy(parcel) : undefined),
  ])

const isFollowed = ({ item, tracker }: Parcel): boolean =>
  item.tracking?.subscribedAt !== undefined && item.tracking.tracker === tracker.id

export const parcelProblems = (order: OrderState, world: World): Problem[] => {
  const said = underWay(order).flatMap((item): Problem[] => {
    const { state, entries = [] } = item.tracking ?? {}
    const facts = { ...factsOf(item), text: entries.at(-1)?.text ?? '' }
    if (state === 'trouble') return [{ code: 'parcel_trouble', at: item.waybill, facts }]
    return state === 'returned' ? [{ code: 'parcel_returned', at: item.waybill, facts }] : []
  })
  return [...said, ...followed(order, world).flatMap((parcel) => late(parcel, world.now))]
}

/** Silence says something only of a parcel that somebody follows. */
const late = (parcel: Parcel, now: number): Problem[] => {
  const { item, tracker } = parcel
  const moved = moveBy(parcel)
  const facts = { ...factsOf(item), hours: tracker.collectWithin / HOUR, days: tracker.stuckAfter / (24 * HOUR) }
  if (moved !== undefined) return now >= moved ? [{ code: 'parcel_stuck', at: item.waybill, facts }] : []
  if (item.tracking?.collectedAt !== undefined || !isFollowed(parcel) || now < collectBy(parcel)) return []
  return [{ code: 'parcel_not_collected', at: item.waybill, facts }]
}

const factsOf = ({ carrier, waybill }: ShippedPackage) => ({ carrier, waybill })

/** Calls to trackers that are due; those that nobody needs any more are taken back. */
export const followParcels = (draft: Draft, world: World): void => {
  deliver(draft, world)
  const parcels = followed(draft.order, world)
  for (const parcel of parcels) {
    const at = subscribeAt(parcel)
    const count = (parcel.item.tracking?.subscriptions ?? 0) + 1
    if (at !== undefined && at <= world.now) ask(draft, parcel, 'subscribe', String(count), world)
  }
  const subjects = new Set(parcels.map(({ item }) => subjectOf(item.waybill)))
  for (const id of world.jobsOf(`o:${draft.order.id}`)) {
    const job = id.startsWith('track:') ? world.job(id) : undefined
    const wanted = world.trackers.some((one) => one.id === job?.connection) && subjects.has(subjectIn(id))
    if (job && !job.leased && !wanted) draft.changes.push({ id, drop: true })
  }
}

/** All parcels of a closed fulfillment have arrived. */
const deliver = (draft: Draft, world: World): void => {
  const arrived = ({ status, packages }: Fulfillment): boolean =>
    status === 'shipped' && packages.length > 0 && packages.every((item) => item.tracking?.state === 'delivered')
  for (const fulfillment of draft.order.fulfillments) if (arrived(fulfillment)) onDelivered(draft, fulfillment, world)
}

/** A person asks: trackers that refused a parcel are asked again, those that stay silent what they know. */
export const askAgain = (draft: Draft, concerns: (problemId: string) => boolean, world: World): void => {
  const { order } = draft
  for (const fulfillment of order.fulfillments)
    for (const item of fulfillment.packages) {
      const { refused, ...rest } = item.tracking ?? { entries: [] }
      if (refused !== undefined) item.tracking = rest
    }
  const asked = order.problems.filter(({ id, code }) => isParcelProblem(code) && concerns(id))
  for (const parcel of followed(order, world))
    if (asked.some(({ at }) => at === parcel.item.waybill))
      ask(draft, parcel, 'query', `${QUESTION}${world.seq}`, world)
}

export const subjectOf = (waybill: string): string => `track:${waybill}`
const subjectIn = (id: string): string => id.slice(0, id.lastIndexOf(':'))
const QUESTION = 'ask'
/** The job asks what is known; it subscribes nothing. */
export const isQuestion = (id: string): boolean => id.slice(id.lastIndexOf(':') + 1).startsWith(QUESTION)

const ask = (draft: Draft, { item, tracker }: Parcel, want: TrackBody['want'], key: string, world: World): void => {
  const { order } = draft
  const carrier = item.tracking?.carrier ?? carrierCode(item.carrier) ?? item.carrier
  const id = `${subjectOf(item.waybill)}:${key}`
  if (world.job(id) !== undefined || draft.jobs.some((job) => job.id === id)) return
  const { shopId, platformOrderId, sealed } = order
  const receiver =
    tracker.needsPhone.includes(carrier) && sealed !== '' ? { shopId, platformOrderId, sealed } : undefined
  draft.jobs.push({
    ...{ id, kind: 'track', connection: tracker.id, subject: subjectOf(item.waybill), ref: `o:${order.id}` },
    // Never urgent: nothing is late at the platform because of it.
    ...{ shipBy: Number.MAX_SAFE_INTEGER, at: world.now },
    body: { kind: 'track', want, carrier, waybill: item.waybill, ...(receiver && { receiver }) },
  } satisfies JobDraft)
  draft.touched = true
}
