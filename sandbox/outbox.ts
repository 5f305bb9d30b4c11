/**
 * What the far sides send us: pushes of platforms and callbacks of warehouses. Every message is a durable row before its
 * first try; it is tried with growing gaps until it is acknowledged in the dialect's own words, or its gaps are used up.
 */
import { type Faults, PUSH_FAULTS, type PushFault } from './faults.ts'
import type { Sender, Sent } from './sender.ts'
import type { Store } from './store.ts'
import type { Message } from './types.ts'

export type Side = 'shop' | 'warehouse' | 'tracker'

export interface Posting {
  readonly side: Side
  readonly target: string
  /** Order id, or document row: what the message is about. */
  readonly subject: string
  readonly message: Message
  /** Does the message tell of an order that is to be shipped? Then its acknowledgement is a promise. */
  readonly payable?: boolean
  readonly at?: number
}

interface Waiting extends Message {
  readonly n: number
  readonly side: Side
  readonly target: string
  readonly subject: string
  readonly attempts: number
  readonly payable: boolean
}
interface Lane {
  /** In order; a row waits here once. */
  readonly ready: Set<number>
  active: number
  readonly held: number[]
}

const LANE_LIMIT = 24
const TOTAL_LIMIT = 64
const HOLD_MS = 2_000
const ANSWER_MAX = 500

export class Outbox {
  readonly #store: Store
  readonly #faults: Faults
  readonly #senderOf: (side: Side, target: string) => Sender | undefined
  readonly #lanes = new Map<string, Lane>()
  readonly #timers = new Map<number, NodeJS.Timeout>()
  #active = 0
  #stopped = false

  constructor(store: Store, faults: Faults, senderOf: (side: Side, target: string) => Sender | undefined) {
    this.#store = store
    this.#faults = faults
    this.#senderOf = senderOf
  }

  /** After a restart of the sandbox: what was waiting waits on. */
  start(): void {
    for (const { n, target } of this.#store.all<{ n: number; target: string }>(
      "SELECT n, target FROM delivery WHERE state = 'waiting' ORDER BY n",
    ))
      this.#queue(n, target)
  }

  stop(): void {
    this.#stopped = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  post({ side, target, subject, message, payable = false, at }: Posting): void {
    const now = Date.now()
    const n = this.#store.run(
      'INSERT INTO delivery (side, target, subject, topic, delivery_id, body, payable, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      side,
      target,
      subject,
      message.topic,
      message.deliveryId,
      message.body,
      payable ? 1 : 0,
      now,
    )
    if (at !== undefined && at > now) this.#later(n, target, at - now)
    else this.#queue(n, target)
  }

  /** Everything of a target that is not acknowledged, at once: the platform's sweep. */
  resend(target: string): number {
    const rows = this.#store.all<{ n: number; target: string }>(
      "SELECT n, target FROM delivery WHERE (target = ?1 OR ?1 = '*') AND state <> 'acknowledged' ORDER BY n",
      target,
    )
    for (const row of rows) {
      clearTimeout(this.#timers.get(row.n))
      this.#timers.delete(row.n)
      this.#store.run("UPDATE delivery SET state = 'waiting', attempts = 1 WHERE n = ?", row.n)
      this.#queue(row.n, row.target)
    }
    return rows.length
  }

  /** Somebody is there now: what waited for that goes out at once. */
  wake(target: string): void {
    for (const { n } of this.#store.all<{ n: number }>(
      "SELECT n FROM delivery WHERE target = ? AND state = 'waiting' ORDER BY n",
      target,
    ))
      if (!this.#timers.has(n)) this.#queue(n, target)
  }

  /** Confirmed after its try had been given up: true if this message was waiting. */
  confirm(target: string, deliveryId: string): boolean {
    const row = this.#store.one<{ n: number }>(
      "SELECT n FROM delivery WHERE target = ? AND state = 'waiting' AND delivery_id = ?",
      target,
      deliveryId,
    )
    if (row) this.#note(row.n, Date.now(), { status: 101, body: 'confirmed', acknowledged: true }, true)
    return row !== undefined
  }

  #lane(target: string): Lane {
    const known = this.#lanes.get(target)
    if (known) return known
    const lane: Lane = { ready: new Set(), active: 0, held: [] }
    this.#lanes.set(target, lane)
    return lane
  }

  #queue(n: number, target: string): void {
    if (this.#stopped) return
    this.#lane(target).ready.add(n)
    queueMicrotask(() => this.#pump())
  }

  #later(n: number, target: string, ms: number): void {
    if (this.#stopped) return
    const timer = setTimeout(() => {
      this.#timers.delete(n)
      this.#queue(n, target)
    }, ms)
    this.#timers.set(n, timer)
  }

  #pump(): void {
    for (const lane of this.#lanes.values())
      while (lane.active < LANE_LIMIT && this.#active < TOTAL_LIMIT) {
        const [n] = lane.ready
        if (n === undefined || this.#stopped) break
        lane.ready.delete(n)
        lane.active += 1
        this.#active += 1
        void this.#attempt(n, lane)
          .catch((error: unknown) => console.error('outbox', error))
          .finally(() => {
            lane.active -= 1
            this.#active -= 1
            this.#pump()
          })
      }
  }

  async #attempt(n: number, lane: Lane): Promise<void> {
    const waiting = this.#read(n)
    if (!waiting) return
    const sender = this.#senderOf(waiting.side, waiting.target)
    if (!sender?.reachable) return
    const struck = this.#faults.strike(waiting.target, waiting.side === 'shop' ? 'push' : 'callback', PUSH_FAULTS)
    if (waiting.attempts === 0 && this.#withheld(waiting, struck, lane)) return
    const delay = struck.get('slow')?.ms
    if (delay) await new Promise((resolve) => setTimeout(resolve, delay))
    if (this.#stopped) return
    for (const held of lane.held.splice(0)) this.#queue(held, waiting.target)
    if (struck.has('repeat')) this.#repeat(waiting, sender)
    const copies = struck.has('duplicate') ? 2 : 1
    const replies = await Promise.all(Array.from({ length: copies }, () => this.#send(waiting, sender, struck)))
    if (this.#stopped) return
    if (!replies.some((acknowledged) => acknowledged)) this.#again(waiting, sender)
  }

  #read(n: number): Waiting | undefined {
    return this.#store.one<Waiting>(
      `SELECT n, side, target, subject, topic, delivery_id AS deliveryId, body, attempts, payable FROM delivery
       WHERE n = ? AND state = 'waiting'`,
      n,
    )
  }

  /** Not sent at first (`lose`), or after the next one (`reorder`). */
  #withheld({ n, target }: Waiting, struck: ReadonlyMap<PushFault, { readonly ms?: number }>, lane: Lane): boolean {
    const lost = struck.get('lose')
    if (lost) {
      this.#store.run(`UPDATE delivery SET state = '${lost.ms ? 'waiting' : 'lost'}', attempts = 1 WHERE n = ?`, n)
      if (lost.ms) this.#later(n, target, lost.ms)
      return true
    }
    const swapped = struck.get('reorder')
    if (!swapped) return false
    this.#store.run('UPDATE delivery SET attempts = 1 WHERE n = ?', n)
    lane.held.push(n)
    setTimeout(() => {
      if (lane.held.includes(n)) this.#queue(lane.held.splice(lane.held.indexOf(n), 1)[0] ?? n, target)
    }, swapped.ms ?? HOLD_MS).unref()
    return true
  }

  #repeat(waiting: Waiting, sender: Sender): void {
    const message = sender.again?.(waiting.subject, waiting.topic)
    if (message) this.post({ ...waiting, message })
  }

  async #send(waiting: Waiting, sender: Sender, struck: ReadonlyMap<PushFault, unknown>): Promise<boolean> {
    const message: Message = struck.has('broken-body')
      ? { ...waiting, body: waiting.body.slice(0, waiting.body.length >> 1) }
      : waiting
    const forged = struck.has('bad-signature')
    const started = Date.now()
    const sent = await sender.send(message, forged)
    if (this.#stopped) return false
    const honest = message === waiting && !forged
    if (sent.acknowledged && forged) this.#store.count(waiting.target, 'forgeries_accepted')
    this.#note(waiting.n, started, sent, sent.acknowledged && honest)
    return sent.acknowledged && honest
  }

  #note(n: number, at: number, sent: Sent, acknowledged: boolean): void {
    this.#store.run(
      `UPDATE delivery SET attempts = attempts + 1, first_sent = coalesce(first_sent, ?1), status = ?2, answer = ?3,
       state = CASE WHEN ?4 = 1 THEN 'acknowledged' ELSE state END, acked = CASE WHEN ?4 = 1 THEN ?5 ELSE acked END
       WHERE n = ?6 AND state <> 'acknowledged'`,
      at,
      sent.status,
      sent.body.slice(0, ANSWER_MAX),
      acknowledged ? 1 : 0,
      Date.now(),
      n,
    )
  }

  #again({ n, target, attempts }: Waiting, sender: Sender): void {
    const gap = sender.retryMs[attempts]
    if (gap === undefined) this.#store.run("UPDATE delivery SET state = 'dead' WHERE n = ? AND state = 'waiting'", n)
    else this.#later(n, target, gap)
  }
}
