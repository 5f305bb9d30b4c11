/** Trackers as the flow reads them: what the state machine needs to know, and a connection for one call. */
import { trackers } from '../carriers/index.ts'
import { type Tracker, Watch } from '../carriers/tracker.ts'
import type { TrackerFacts, TrackerRow } from '../store/config.ts'
import type { Connection, Fields } from '../wire/adapter.ts'

const HOUR = 3_600_000

/** None for a row of another release, whose system is not known here. */
export const trackerFacts = ({ id, name, system, settings }: TrackerRow): TrackerFacts[] => {
  const adapter = trackers[system]
  const { subscribe, collectWithinHours, stuckAfterDays } = Watch.safeParse(settings).data ?? Watch.parse({})
  const limits = { collectWithin: collectWithinHours * HOUR, stuckAfter: stuckAfterDays * 24 * HOUR }
  if (!adapter) return []
  const { needsPhone } = adapter
  return [{ id, name, carriers: Object.keys(adapter.carriers), needsPhone, subscribe, ...limits }]
}

interface Moment {
  readonly now: number
  readonly nonce: string
}

export const trackerConnection = (
  { id, settings }: TrackerRow,
  adapter: Tracker,
  credentials: Fields,
  moment: Moment,
): Connection => {
  const baseUrl = typeof settings.baseUrl === 'string' && settings.baseUrl ? settings.baseUrl : adapter.baseUrl
  return { id, baseUrl: baseUrl.replace(/\/+$/, ''), credentials, app: {}, settings, ...moment }
}
