/**
 * Stages 5, 7 and 8 from the queues' side: a doorbell names jobs, the lane hands them out once, a conversation with the
 * partner follows, its outcome goes back as an event. The message is done when the claim stands; a lost one costs time.
 */
import type { JobOutcome, LaneEvent } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { Doorbell } from '../lane/ports.ts'
import { fetchOrder } from './6-fetch.ts'
import { writeBack } from './7-writeback.ts'
import { pushStock } from './8-stock-push.ts'
import { track } from './10-track.ts'
import { ask } from './ask.ts'
import { cancel, place } from './place.ts'
import { shopTarget, warehouseTarget } from './targets.ts'
import type { TokenPorts } from './tokens.ts'

export interface DispatchPorts extends TokenPorts {
  readonly claim: (lane: string, ids: readonly string[]) => Promise<ClaimedJob[]>
  /** What may be shown of a listing's SKU now. */
  readonly showable: (shopId: string, listingId: string) => Promise<Showable | undefined>
  /** A whole conversation may take this long, ms. */
  readonly patienceMs: number
  readonly report: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

export interface Showable {
  readonly listingId: string
  readonly parentId?: string
  readonly code: string
  /** Undefined: never counted anywhere, so nothing may be shown. */
  readonly quantity: number | undefined
  readonly version: number
}

/** What a job came to, and what else was learned on the way (a shipment whose callback got lost). */
export interface Done {
  readonly outcome: JobOutcome
  readonly events?: readonly LaneEvent[]
}

/** Claims the jobs; throws only if a lane could not be reached: then the queue delivers the bells again. */
export const takeUp = async (ports: DispatchPorts, bells: readonly Doorbell[]): Promise<() => Promise<void>> => {
  const lanes = [...Map.groupBy(bells, (bell) => bell.lane)]
  const ids = (list: readonly Doorbell[]): string[] => list.flatMap((bell) => bell.jobs)
  const claimed = await Promise.all(
    lanes.map(async ([lane, list]) => ({ lane, jobs: await ports.claim(lane, ids(list)) })),
  )
  return async () => {
    await Promise.all(claimed.map(({ lane, jobs }) => work(ports, lane, jobs)))
  }
}

export const onDoorbells = async (ports: DispatchPorts, bells: readonly Doorbell[]): Promise<void> =>
  (await takeUp(ports, bells))()

const work = async (ports: DispatchPorts, lane: string, jobs: readonly ClaimedJob[]): Promise<void> => {
  const done = await Promise.all(jobs.map((job) => run(ports, job)))
  const events = done.flat()
  // Without this append the claims run out and the jobs are asked about again: slow, but never wrong.
  if (events.length > 0) await ports.append(lane, events)
}

const run = async (ports: DispatchPorts, job: ClaimedJob): Promise<LaneEvent[]> => {
  const started = ports.now()
  const { outcome, events = [] } = await attempt(ports, job)
  const at = ports.now()
  const body = {
    kind: 'outcome',
    job: job.id,
    attempt: job.attempt,
    jobKind: job.kind,
    subject: job.subject,
    outcome,
    ms: at - started,
  } as const
  const ref = job.ref?.startsWith('stock:') ? undefined : job.ref
  // With the time: an attempt that burned nothing, or of a job that stands anew, has its number again.
  return [{ id: `j:${job.id}:${job.attempt}:${started}`, at, body, ...(ref !== undefined && { ref }) }, ...events]
}

/** A conversation that breaks inside our own code leaves its job unknown: it is asked about, never assumed undone. */
const attempt = async (ports: DispatchPorts, job: ClaimedJob): Promise<Done> => {
  try {
    return await upToDate(ports, job)
  } catch (error) {
    ports.report('job broke', { job: job.id, error: String(error) })
    return { outcome: { class: 'unknown', detail: `internal: ${String(error).slice(0, 200)}` } }
  }
}

/**
 * The connection's row may be a minute old: what it refused (a kind of receiver, a former secret), the row as it is now
 * may allow; and a token that was refused may be refreshed. A refusal proves that nothing was done, so once more is safe
 * while the claim stands.
 */
const upToDate = async (ports: DispatchPorts, job: ClaimedJob): Promise<Done> => {
  const before = await connection(ports, job)
  const end = ports.now() + ports.patienceMs / 2
  const done = await converseAbout(ports, job)
  const { outcome } = done
  if (!['rejected', 'auth'].includes(outcome.class) || ports.now() > end) return done
  const same = JSON.stringify(await connection(ports, job, 0)) === JSON.stringify(before)
  if (!same) return converseAbout(ports, job)
  return outcome.class === 'auth' && (await refreshed(ports, job)) ? converseAbout(ports, job) : done
}

/** A token that the partner refuses before its end: refreshed once, if there is a way to. */
const refreshed = async (ports: DispatchPorts, job: ClaimedJob): Promise<boolean> => {
  const before = JSON.stringify(await connection(ports, job))
  await (isWarehouse(job) ? warehouseTarget : shopTarget)(ports, job.connection, true)
  return JSON.stringify(await connection(ports, job, 0)) !== before
}

const isWarehouse = ({ kind }: ClaimedJob): boolean => kind === 'place' || kind === 'cancel' || kind === 'ask'

const connection = async ({ config }: DispatchPorts, job: ClaimedJob, maxAge?: number): Promise<unknown> => {
  if (isWarehouse(job)) return config.warehouse(job.connection, maxAge)
  if (job.kind === 'track') return config.tracker(job.connection, maxAge)
  const shop = await config.shop(job.connection, maxAge)
  const app = typeof shop?.appId === 'string' ? await config.app(shop.appId, maxAge) : undefined
  return [shop, app]
}

const converseAbout = (ports: DispatchPorts, job: ClaimedJob): Promise<Done> => {
  switch (job.body.kind) {
    case 'place':
      return place(ports, job, job.body)
    case 'cancel':
      return cancel(ports, job, job.body)
    case 'ask':
      return ask(ports, job, job.body)
    case 'fetch':
      return fetchOrder(ports, job, job.body)
    case 'ship':
      return writeBack(ports, job, job.body)
    case 'stock':
      return pushStock(ports, job, job.body)
    case 'track':
      return track(ports, job, job.body)
  }
}
