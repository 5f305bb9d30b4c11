/** What a simulated tracker is: how it is asked, and how it pushes. */
import type { Envelope } from '../sender.ts'
import type { Answer, Call, CallDialect, Message, Tracker } from '../types.ts'
import type { World } from '../world.ts'

export const PARCEL_STATES = ['collected', 'moving', 'out_for_delivery', 'delivered', 'trouble', 'returned'] as const
export type ParcelState = (typeof PARCEL_STATES)[number]

export interface Scan {
  readonly at: number
  readonly text: string
  readonly place: string
  readonly state: ParcelState
}

/** One waybill that it was asked to follow. */
export interface Subscription {
  readonly tracker: string
  readonly waybill: string
  /** The tracker's own code. */
  readonly carrier: string
  readonly phone: string
  /** Where to push, and what to sign with, as the subscription said. */
  readonly url: string
  readonly salt: string
  /** How often it was asked to: each time is billed. */
  readonly times: number
  readonly followed: boolean
}

/** Why it gives a parcel up; `corrected`: it goes on by itself under this carrier. */
export interface Abort {
  readonly why: string
  readonly corrected: string
}

export interface TrackerSystem extends CallDialect<Tracker> {
  /** All scans of the parcel, oldest first. */
  readonly push: (subscription: Subscription, scans: readonly Scan[], world: World, abort?: Abort) => Message
  readonly envelope: (message: Message, tracker: Tracker, world: World) => Envelope
  readonly acknowledged: (reply: { readonly status: number; readonly body: string }) => boolean
  readonly serve: (call: Call, tracker: Tracker, world: World) => Answer
}

export const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json;charset=UTF-8' },
  body: JSON.stringify(body),
})

const BEIJING_MS = 8 * 3_600_000
export const beijing = (at: number): string => new Date(at + BEIJING_MS).toISOString().slice(0, 19).replace('T', ' ')
