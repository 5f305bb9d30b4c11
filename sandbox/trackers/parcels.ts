/** Parcels of a tracker: who asked for them, where they were seen. What both trackers do alike. */
import type { Tracker } from '../types.ts'
import type { World } from '../world.ts'
import type { Abort, Scan, Subscription } from './tracker.ts'

const COLUMNS = 'tracker, waybill, carrier, phone, url, salt, times, followed'

/** True: it is followed already, and what was said before stands. */
export const subscribe = (
  world: World,
  tracker: Tracker,
  wish: Pick<Subscription, 'waybill' | 'carrier' | 'phone' | 'url' | 'salt'>,
): boolean => {
  const before = subscription(world, tracker.id, wish.waybill)
  const { waybill, carrier, phone, url, salt } = wish
  world.store.run(
    `INSERT INTO subscription VALUES (?, ?, ?, ?, ?, ?, 1, 1) ON CONFLICT DO UPDATE SET times = times + 1, followed = 1,
     carrier = excluded.carrier, phone = excluded.phone, url = excluded.url, salt = excluded.salt`,
    ...[tracker.id, waybill, carrier, phone, url, salt],
  )
  return before?.followed === true
}

export const subscription = (world: World, tracker: string, waybill: string): Subscription | undefined =>
  subscriptions(world, tracker).find((one) => one.waybill === waybill)

export const subscriptions = (world: World, tracker: string): Subscription[] =>
  world.store
    .all<Omit<Subscription, 'followed'> & { followed: number }>(
      `SELECT ${COLUMNS} FROM subscription WHERE tracker = ? ORDER BY waybill`,
      tracker,
    )
    .map((row) => ({ ...row, followed: row.followed === 1 }))

/** Oldest first. */
export const scansOf = (world: World, tracker: string, waybill: string): Scan[] =>
  world.store.all<{ at: number; text: string; place: string; state: string }>(
    'SELECT at, text, place, state FROM scan WHERE tracker = ? AND waybill = ? ORDER BY at, n',
    tracker,
    waybill,
  ) as Scan[]

/** Seen, and told to whoever follows it. `force`: told even if nobody does (a parcel of somebody else's). */
export const scan = (
  world: World,
  tracker: Tracker,
  waybill: string,
  seen: Scan,
  force: boolean,
): { pushed: number } => {
  const { at, text, place, state } = seen
  world.store.run(
    'INSERT INTO scan (tracker, waybill, at, text, place, state) VALUES (?, ?, ?, ?, ?, ?)',
    tracker.id,
    waybill,
    at,
    text,
    place,
    state,
  )
  const known = subscription(world, tracker.id, waybill)
  const anybody = subscriptions(world, tracker.id)[0]
  const to = known?.followed ? known : force ? { ...(known ?? anybody ?? nobody(tracker)), waybill } : undefined
  if (!to) return { pushed: 0 }
  post(world, tracker, to)
  if (known && (state === 'delivered' || state === 'returned')) end(world, known)
  return { pushed: 1 }
}

const nobody = (tracker: Tracker): Subscription => ({
  ...{ tracker: tracker.id, waybill: '', carrier: 'yuantong', phone: '', times: 0, followed: false },
  ...{ url: tracker.callbackUrl, salt: tracker.credentials.salt ?? '' },
})

export const abort = (world: World, tracker: Tracker, known: Subscription, why: Abort): { pushed: number } => {
  post(world, tracker, known, why)
  if (why.corrected)
    world.store.run(
      'UPDATE subscription SET carrier = ? WHERE tracker = ? AND waybill = ?',
      why.corrected,
      tracker.id,
      known.waybill,
    )
  else end(world, known)
  return { pushed: 1 }
}

const end = (world: World, { tracker, waybill }: Subscription): void => {
  world.store.run('UPDATE subscription SET followed = 0 WHERE tracker = ? AND waybill = ?', tracker, waybill)
}

const post = (world: World, tracker: Tracker, to: Subscription, why?: Abort): void => {
  const message = world.tracker(tracker).push(to, scansOf(world, tracker.id, to.waybill), world, why)
  world.post({ side: 'tracker', target: tracker.id, subject: `waybill:${to.waybill}`, message })
}
