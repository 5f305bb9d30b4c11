/** What a tracker says of a parcel, folded into its package; and what became of asking it. */
import { carrierCode } from '../../carriers/table.ts'
import type { ShippedPackage } from '../../domain/order-state.ts'
import type { Entry } from '../../domain/timeline.ts'
import {
  bounded,
  isOver,
  TRACKING_WORDS,
  type TrackerEvent,
  type Tracking,
  type TrackingEntry,
} from '../../domain/tracking.ts'
import { defined } from '../../lib/defined.ts'
import { nextTry } from '../backoff.ts'
import type { World } from '../world.ts'
import { connectionName, type Draft, note } from './draft.ts'
import type { OutcomeBody } from './outcome.ts'
import { isQuestion, subjectOf } from './parcels.ts'

type Tracked = Extract<TrackerEvent, { type: 'tracked' }>

const NOTHING: Tracking = { entries: [] }

/** A repeat changes nothing and leaves no line. A waybill that is no more of this order (it was corrected) is past. */
export const onTracking = (
  draft: Draft,
  event: TrackerEvent,
  world: World,
  from: Partial<Entry> & { readonly who: string },
): void => {
  const items = packagesOf(draft, event.waybill).filter((item) => isMeant(item, event))
  const [before] = items
  if (!before) return
  const heard = from.at ?? world.now
  const known = before.tracking ?? NOTHING
  const after = event.type === 'tracked' ? tracked(known, event, heard) : ended(known, event, world.now)
  if (JSON.stringify(after) === JSON.stringify(known)) return
  for (const item of items) item.tracking = after
  draft.touched = true
  if (event.type === 'tracked') noteTracked(draft, known, after, before, world, from)
  else noteEnded(draft, event, before, world, from)
}

const packagesOf = ({ order }: Draft, waybill: string): ShippedPackage[] =>
  order.fulfillments.flatMap((item) => item.packages).filter((item) => item.waybill === waybill)

/** Two carriers may give the same number: it must be this one's, if the table knows both. */
const isMeant = ({ carrier, tracking }: ShippedPackage, event: TrackerEvent): boolean => {
  const said = [event.carrier, 'was' in event ? event.was : undefined]
  const ours = carrierCode(carrier)
  return (
    ours === undefined ||
    said.includes(ours) ||
    said.includes(tracking?.carrier ?? '') ||
    (carrierCode(event.carrier) === undefined && tracking?.tracker !== undefined)
  )
}

/** Scans of goods; where no scan says what it is, all of them are. */
const goodsOf = (entries: readonly TrackingEntry[], state: Tracking['state']): readonly TrackingEntry[] => {
  const told = entries.filter((entry) => entry.state !== undefined)
  return told.length > 0 || state === undefined ? told : entries
}

/** Every push brings all scans, and pushes come in any order: scans add up, the state is that of the newest scan. */
const tracked = (known: Tracking, event: Tracked, heard: number): Tracking => {
  const goods = goodsOf(event.entries, event.state)
  const times = goods.map((entry) => Math.min(entry.at, heard))
  const newest = times.length > 0 ? Math.max(...times) : undefined
  const past = known.movedAt ?? 0
  const isOlder = newest === undefined ? isOver(known.state) : newest < past || (newest === past && isOver(known.state))
  const state = isOlder ? known.state : (event.state ?? known.state)
  const first = Math.min(...times, known.collectedAt ?? Number.POSITIVE_INFINITY)
  const collectedAt = Number.isFinite(first) ? first : state === undefined ? undefined : heard
  const { ended, ...rest } = known
  const goesOn = (newest ?? 0) > past
  return {
    ...rest,
    ...(ended && !goesOn && { ended }),
    entries: merged(known.entries, event.entries),
    ...defined({ state, collectedAt, movedAt: newest === undefined ? known.movedAt : Math.max(newest, past) }),
    ...(event.was !== undefined && { carrier: event.carrier }),
  }
}

const merged = (known: readonly TrackingEntry[], said: readonly TrackingEntry[]): readonly TrackingEntry[] => {
  const all = new Map([...known, ...said].map((entry) => [`${entry.at} ${entry.text}`, entry]))
  return bounded([...all.values()].toSorted((a, b) => a.at - b.at))
}

const ended = (known: Tracking, event: Extract<TrackerEvent, { type: 'ended' }>, now: number): Tracking => {
  if (event.corrected !== undefined) return { ...known, carrier: event.corrected }
  if (known.subscribedAt === undefined || known.ended || isOver(known.state)) return known
  return { ...known, ended: { at: now, why: event.why } }
}

const noteTracked = (
  draft: Draft,
  known: Tracking,
  after: Tracking,
  { carrier, waybill }: ShippedPackage,
  world: World,
  from: Partial<Entry>,
): void => {
  if (known.collectedAt === undefined && after.collectedAt !== undefined) {
    note(draft, world, 'collected', { carrier, waybill }, from)
    if (after.state === 'collected') return
  }
  if (after.state === undefined || (after.state === known.state && after.movedAt === known.movedAt)) return
  const { zh, en } = TRACKING_WORDS[after.state]
  note(
    draft,
    world,
    'tracked',
    { carrier, waybill, state: zh, state_en: en, text: after.entries.at(-1)?.text ?? '' },
    from,
  )
}

const noteEnded = (
  draft: Draft,
  event: Extract<TrackerEvent, { type: 'ended' }>,
  { carrier, waybill }: ShippedPackage,
  world: World,
  from: Partial<Entry>,
): void =>
  event.corrected === undefined
    ? note(draft, world, 'tracking_ended', { carrier, waybill, why: event.why }, from)
    : note(draft, world, 'carrier_corrected', { carrier: event.corrected, waybill }, from)

/** Tries that are used up go on every two hours: the parcel is still to be followed, and a person hears of it once. */
const PATIENCE = 7_200_000

/** One exception a lane and tracker, not one a parcel: a wrong setting refuses them all. */
const noticeId = (world: World, connection: string): string => `${world.lane}:tracking:${connection}`

/** A subscription or a question came back. Asked twice is no harm: the tracker says that it follows it already. */
export const onTrackOutcome = (draft: Draft, body: OutcomeBody, world: World): void => {
  const { outcome } = body
  const job = world.job(body.job)
  if (!job || outcome.class === 'auth' || outcome.class === 'quota') return
  const waybill = body.subject.slice(subjectOf('').length)
  const id = noticeId(world, job.connection)
  const heard = (message: string): void => {
    const facts = { connection: connectionName(world, job.connection), message }
    draft.notices.push({ id, problem: { code: 'tracking_refused', at: job.connection, facts } })
  }
  if (outcome.class === 'retry' || outcome.class === 'unknown') {
    if (body.attempt < job.attempts) return
    const after = outcome.class === 'retry' ? outcome.after : undefined
    const at = nextTry(body.job, body.attempt, world.now, undefined, after)
    const goesOn = at !== undefined || !isQuestion(body.job)
    const unsent = outcome.class === 'retry'
    draft.changes.push(goesOn ? { id: body.job, at: at ?? world.now + PATIENCE, unsent } : { id: body.job, drop: true })
    if (at === undefined) heard(outcome.detail)
    return
  }
  draft.changes.push({ id: body.job, drop: true })
  if (outcome.class !== 'rejected') draft.notices.push({ id })
  if (isQuestion(body.job)) return
  asked(draft, waybill, job.connection, outcome.class === 'rejected' ? outcome.detail : undefined, body.ms, world)
  if (outcome.class === 'rejected') heard(outcome.detail)
}

const asked = (
  draft: Draft,
  waybill: string,
  tracker: string,
  refused: string | undefined,
  ms: number,
  world: World,
): void => {
  const items = packagesOf(draft, waybill)
  const [item] = items
  if (!item) return
  const { ended: _, ...known } = item.tracking ?? NOTHING
  const subscriptions = (known.subscriptions ?? 0) + 1
  const after: Tracking =
    refused === undefined ? { ...known, tracker, subscribedAt: world.now, subscriptions } : { ...known, refused }
  for (const one of items) one.tracking = after
  const facts = { tracker: connectionName(world, tracker), carrier: item.carrier, waybill }
  if (refused === undefined) note(draft, world, 'tracking_asked', facts, { who: tracker, ms })
  else note(draft, world, 'tracking_refused', { ...facts, message: refused }, { who: tracker, ms })
}
