/** What a tracker 物流查询 is: somebody who follows parcels of all carriers, is asked to, and calls back. */
import { z } from 'zod'
import type { TrackerEvent } from '../domain/tracking.ts'
import {
  type Acknowledgement,
  type Connection,
  type Conversation,
  defineInbound,
  type Fields,
  type Inbound,
  type InboundSpec,
} from '../wire/adapter.ts'

/** One parcel. `phone`: the receiver's, where the carrier lets nobody look without it (顺丰: its last four digits). */
export interface TrackSubject {
  readonly carrier: string
  readonly waybill: string
  readonly phone?: string
}

export interface TrackerOutbound {
  /** From now on the tracker calls back about the parcel. `exists`: it does already. Each waybill is billed. */
  readonly subscribe: (parcel: TrackSubject, tracker: Connection) => Conversation
  /** What is known now. An empty list: nothing yet. Billed as well. */
  readonly query: (parcel: TrackSubject, tracker: Connection) => Conversation<readonly TrackerEvent[]>
}

interface Description {
  readonly id: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly docs: string
  readonly proof: { readonly live: boolean; readonly restsOn: string }
  readonly baseUrl: string
  readonly credentials: z.ZodObject
  readonly settings: z.ZodObject
  readonly timeoutMs: number
  /** Our carrier code → the tracker's: the carriers it can follow. */
  readonly carriers: Readonly<Record<string, string>>
  /** Our codes of carriers whose parcels it can follow only with the receiver's phone. */
  readonly needsPhone: readonly string[]
  readonly outbound: TrackerOutbound
  /** Some trackers want the account and the time in the acknowledgement. `now`: UTC ms. */
  readonly ack: (credentials: Fields, now: number) => Acknowledgement
}

export interface TrackerSpec<Schema extends z.ZodType> extends Description {
  readonly inbound: Omit<InboundSpec<Schema, TrackerEvent>, 'ack'>
}
export interface Tracker extends Description {
  readonly inbound: Omit<Inbound<TrackerEvent>, 'ack'>
}

/** What a merchant chooses of any tracker. They bill per waybill: so by default only what looks wrong is followed. */
export const Watch = z.object({
  subscribe: z
    .enum(['suspicious', 'all', 'none'])
    .default('suspicious')
    .describe('suspicious: no first scan after half the limit, or no movement; all: every parcel as it ships'),
  collectWithinHours: z.int().min(1).max(240).default(24).describe('揽收时限: no first scan by then is an exception'),
  stuckAfterDays: z.int().min(1).max(60).default(3).describe('停滞天数: no movement for so long is an exception'),
})
export type Watch = z.output<typeof Watch>

const Common = Watch.extend({
  baseUrl: z.url().optional().describe('A relay or sandbox that stands in for the tracker'),
  callbackUrl: z.url().optional().describe('Where it is to call back; absent: the address this was created at'),
})

export const defineTracker = <Schema extends z.ZodType>({
  inbound,
  settings,
  ack,
  ...rest
}: TrackerSpec<Schema>): Tracker => ({
  ...rest,
  ack,
  settings: settings.extend(Common.shape),
  inbound: defineInbound({ ...inbound, ack: ack({}, 0) }),
})
