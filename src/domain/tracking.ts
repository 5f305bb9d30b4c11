/** What a tracker 物流查询 tells of a parcel, in our words: where it was seen, and how it stands. Times are UTC ms. */
export const TRACKING_STATES = ['collected', 'moving', 'out_for_delivery', 'delivered', 'trouble', 'returned'] as const
export type TrackingState = (typeof TRACKING_STATES)[number]

/** As a person says it. */
export const TRACKING_WORDS: Readonly<Record<TrackingState, { readonly zh: string; readonly en: string }>> = {
  collected: { zh: '已揽收', en: 'collected' },
  moving: { zh: '运输中', en: 'on its way' },
  out_for_delivery: { zh: '派送中', en: 'out for delivery' },
  delivered: { zh: '已签收', en: 'delivered' },
  trouble: { zh: '疑难', en: 'in trouble' },
  returned: { zh: '退回', en: 'coming back' },
}

/** One scan. `state` is absent where it says nothing of the goods themselves (ordered, waiting to be collected). */
export interface TrackingEntry {
  readonly at: number
  /** The carrier's own words, without phone numbers and names: see `withoutPeople`. */
  readonly text: string
  readonly place?: string
  readonly state?: TrackingState
}

export type TrackerEvent =
  /** All that is known of the parcel now. Without `state`: nothing yet. */
  | {
      readonly type: 'tracked'
      /** Our code, or the tracker's own where the table has none. */
      readonly carrier: string
      /** The carrier it was subscribed under, where the tracker found another one. */
      readonly was?: string
      readonly waybill: string
      readonly state?: TrackingState
      /** Oldest first. */
      readonly entries: readonly TrackingEntry[]
    }
  /** The tracker follows it no more. `corrected`: it does, by itself, under this carrier instead. */
  | {
      readonly type: 'ended'
      readonly carrier: string
      readonly waybill: string
      readonly why: string
      readonly corrected?: string
    }

/** What a parcel's package remembers of its way. Replaced as a whole, never changed in place. */
export interface Tracking {
  readonly state?: TrackingState
  /** First scan 揽收. */
  readonly collectedAt?: number
  /** Newest scan. */
  readonly movedAt?: number
  /** Oldest first; of a long way the middle is left out. */
  readonly entries: readonly TrackingEntry[]
  /** The carrier that the tracker found in place of the package's. */
  readonly carrier?: string
  /** The connection that follows it, since when; how often it was asked to. */
  readonly tracker?: string
  readonly subscribedAt?: number
  readonly subscriptions?: number
  /** The tracker gave up, and why. */
  readonly ended?: { readonly at: number; readonly why: string }
  /** Why the tracker would not follow it. */
  readonly refused?: string
}

const ENTRIES = 60
const TEXT = 300

/**
 * Scans from what a carrier wrote, oldest first and bounded: the first one, and the newest. Trackers send the newest first,
 * and two scans of one second keep the order in which they happened.
 */
export const entriesOf = (newestFirst: readonly TrackingEntry[]): readonly TrackingEntry[] => {
  const sorted = newestFirst.toReversed().toSorted((a, b) => a.at - b.at)
  const clean = sorted.map((entry) => ({ ...entry, text: withoutPeople(entry.text).slice(0, TEXT) }))
  return bounded(clean)
}

export const bounded = (entries: readonly TrackingEntry[]): readonly TrackingEntry[] =>
  entries.length <= ENTRIES ? entries : [...entries.slice(0, 1), ...entries.slice(1 - ENTRIES)]

const NUMBERS = /\d{7,}|(?<!\d)\d{3,4}-\d{3,4}-?\d{4}(?!\d)/g
const SIGNED = /((?:签收|收件|收货|取件|联系)人(?:姓名)?[:：是为\s]\s*)([^\s,，。.;；、:：()（）【】[\]]{2,20})/g

/** A carrier's sentence without who drove or signed: the last four digits of a number, the first character of a name. */
export const withoutPeople = (text: string): string =>
  text
    .replace(NUMBERS, (digits) => `***${digits.slice(-4)}`)
    .replace(SIGNED, (_, label: string, name: string) => `${label}${[...name][0]}**`)

/** The parcel has come to an end: nothing more is expected of it. */
export const isOver = (state: TrackingState | undefined): boolean => state === 'delivered' || state === 'returned'
