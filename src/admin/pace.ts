/** How fast orders go from the platform's message to the warehouse's acceptance. Pure. */
import type { Entry } from '../domain/timeline.ts'

type Line = Pick<Entry, 'at' | 'who' | 'what'>

/** What makes an order wait for somebody: the time then says nothing about us. */
const WAITS = new Set<Entry['what']>(['waiting_stock', 'held', 'problem_opened', 'released', 'retried', 'rejected'])
const MESSAGES = new Set<Entry['what']>(['order_received', 'order_updated', 'fetch_asked'])

/** From the last message before a warehouse first accepted, to that moment. Undefined: not accepted, or it had to wait. */
export const paceOf = (timeline: readonly Line[]): number | undefined => {
  const accepted = timeline.findIndex((entry) => entry.what === 'accepted')
  if (accepted < 0) return undefined
  const before = timeline.slice(0, accepted)
  if (before.some((entry) => WAITS.has(entry.what))) return undefined
  const message = before.findLast((entry) => MESSAGES.has(entry.what) && entry.who !== 'cangqiao') ?? before[0]
  const end = timeline[accepted]
  return message && end ? Math.max(0, end.at - message.at) : undefined
}

export interface Pace {
  readonly count: number
  readonly p50: number
  readonly p95: number
}

export const percentiles = (times: readonly number[]): Pace | undefined => {
  if (times.length === 0) return undefined
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { count: times.length, p50: at(0.5), p95: at(0.95) }
}
