/**
 * The lane's log: appended to with group commit, read by turns in order, never rewritten. An append returns once its
 * event is on disk, or a copy of it already was; a failed commit rejects the whole group. Also the store of raw messages.
 */
import type { LaneEvent, Logged } from './event.ts'
import type { LanePorts } from './ports.ts'

/** Bounds of one segment, and of the ids remembered in memory. */
const SEGMENT_EVENTS = 200
const SEGMENT_CHARS = 400_000
const WINDOW_IDS = 50_000
/** Raw messages, and with them the segments, are kept this long and at most this many characters. */
export const KEEP_MS = 8 * 86_400_000
const KEEP_CHARS = 2_000_000_000

/** Characters of segments kept in memory for the next turns. */
const FRESH_CHARS = 8_000_000

interface Segment {
  readonly seq: number
  readonly chars: number
  readonly events: readonly LaneEvent[]
}
type Row = { seq: number; events: string }

interface Waiter {
  readonly event: LaneEvent
  readonly text: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class Log {
  readonly #ports: LanePorts
  readonly #seen = new Map<string, number>()
  readonly #committing = new Map<string, Promise<void>>()
  /** Segments that no turn has read yet: they need not be read from storage. */
  readonly #fresh = new Map<number, Segment>()
  #freshChars = 0
  #group: Waiter[] = []
  #flushing = false
  #last = 0

  constructor(ports: LanePorts) {
    this.#ports = ports
    ports.sql.run(
      'CREATE TABLE IF NOT EXISTS segment (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, ids TEXT NOT NULL, events TEXT NOT NULL)',
    )
    this.#last = ports.sql.all<{ seq: number | null }>('SELECT max(seq) AS seq FROM segment')[0]?.seq ?? 0
    const window = ports.sql.all<{ seq: number; ids: string }>(
      'SELECT seq, ids FROM segment ORDER BY seq DESC LIMIT 2000',
    )
    for (const { seq, ids } of window.reverse()) for (const id of JSON.parse(ids) as string[]) this.#remember(id, seq)
  }

  /** The newest segment's number; 0 before the first. */
  get last(): number {
    return this.#last
  }

  /** Stores the events, those not seen before; returns when they are durable. `written` is called in the same step as each write. */
  async append(events: readonly LaneEvent[], written: () => void): Promise<void> {
    const pending: Promise<void>[] = []
    for (const event of events) {
      if (this.#seen.has(event.id)) continue
      pending.push(this.#committing.get(event.id) ?? this.#enqueue(event))
    }
    if (!this.#flushing && this.#group.length > 0) void this.#flush(written)
    await Promise.all(pending)
  }

  #enqueue(event: LaneEvent): Promise<void> {
    const committed = new Promise<void>((resolve, reject) => {
      this.#group.push({ event, text: JSON.stringify(event), resolve, reject })
    })
    this.#committing.set(event.id, committed)
    return committed
  }

  /** One group after the other; while one commits the next gathers. */
  async #flush(written: () => void): Promise<void> {
    this.#flushing = true
    while (this.#group.length > 0) {
      const group = this.#cut()
      const events = group.map((waiter) => waiter.event)
      const seq = this.#last + 1
      const text = `[${group.map((waiter) => waiter.text).join(',')}]`
      try {
        this.#ports.sql.run(
          'INSERT INTO segment (seq, at, ids, events) VALUES (?, ?, ?, ?)',
          seq,
          this.#ports.now(),
          JSON.stringify(events.map((event) => event.id)),
          text,
        )
        this.#last = seq
        this.#keep({ seq, chars: text.length, events })
        written()
        await this.#ports.sync()
        for (const event of events) this.#remember(event.id, seq)
        for (const waiter of group) waiter.resolve()
      } catch (error) {
        for (const waiter of group) waiter.reject(error)
      }
      for (const event of events) this.#committing.delete(event.id)
    }
    this.#flushing = false
  }

  #cut(): Waiter[] {
    let chars = 0
    let count = 0
    for (const { text } of this.#group) {
      chars += text.length
      if (count > 0 && (count >= SEGMENT_EVENTS || chars > SEGMENT_CHARS)) break
      count += 1
    }
    return this.#group.splice(0, count)
  }

  #remember(id: string, seq: number): void {
    this.#seen.set(id, seq)
    if (this.#seen.size <= WINDOW_IDS) return
    const oldest = this.#seen.keys().next()
    if (!oldest.done) this.#seen.delete(oldest.value)
  }

  /** Whole segments after `from`, up to the bounds of one turn; none when the log is read to its end. */
  read(from: number, events: number, chars: number): { readonly to: number; readonly logged: Logged[] } {
    const logged: Logged[] = []
    let to = from
    let size = 0
    while (to < this.#last && logged.length < events && size < chars) {
      const segment = this.#next(to)
      if (!segment || (logged.length > 0 && size + segment.chars > chars)) break
      size += segment.chars
      to = segment.seq
      for (const event of segment.events) logged.push({ seq: to, event })
    }
    return { to, logged }
  }

  /** Exactly these segments: a turn that is taken up again has the events it began with. */
  range(from: number, to: number): Logged[] {
    const rows = this.#ports.sql.all<Row>(
      'SELECT seq, events FROM segment WHERE seq > ? AND seq <= ? ORDER BY seq',
      from,
      to,
    )
    return rows.flatMap(({ seq, events }) => (JSON.parse(events) as LaneEvent[]).map((event) => ({ seq, event })))
  }

  #next(after: number): Segment | undefined {
    const fresh = this.#fresh.get(after + 1)
    if (fresh) {
      this.#fresh.delete(after + 1)
      this.#freshChars -= fresh.chars
      return fresh
    }
    const row = this.#ports.sql.all<Row>('SELECT seq, events FROM segment WHERE seq > ? ORDER BY seq LIMIT 1', after)[0]
    return row && { seq: row.seq, chars: row.events.length, events: JSON.parse(row.events) as LaneEvent[] }
  }

  #keep(segment: Segment): void {
    if (this.#freshChars > FRESH_CHARS) return
    this.#fresh.set(segment.seq, segment)
    this.#freshChars += segment.chars
  }

  /** When this segment was stored, UTC ms; undefined: there is none. */
  at(seq: number): number | undefined {
    return this.#ports.sql.all<{ at: number }>('SELECT at FROM segment WHERE seq = ?', seq)[0]?.at
  }

  /** One event, to show its raw message. */
  find(seq: number, index: number): LaneEvent | undefined {
    const row = this.#ports.sql.all<{ events: string }>('SELECT events FROM segment WHERE seq = ?', seq)[0]
    return row && (JSON.parse(row.events) as LaneEvent[])[index]
  }

  /** Forgets what is applied and older than the retention, or beyond the byte budget; never the newest segment. */
  trim(applied: number, now: number): void {
    const limit = Math.min(applied, this.#last - 1)
    this.#ports.sql.run('DELETE FROM segment WHERE seq <= ? AND at < ?', limit, now - KEEP_MS)
    const size =
      this.#ports.sql.all<{ chars: number | null }>('SELECT sum(length(events)) AS chars FROM segment')[0]?.chars ?? 0
    if (size > KEEP_CHARS)
      this.#ports.sql.run(
        'DELETE FROM segment WHERE seq <= ? AND seq < (SELECT min(seq) + (max(seq) - min(seq)) / 10 FROM segment)',
        limit,
      )
  }
}
