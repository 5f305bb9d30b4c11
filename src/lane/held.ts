/** Since when connections have been parked without a break: in memory, for telling people; a restart begins anew. */

/** A connection that is parked again within this after its time has been parked all along. */
const BREAK = 60_000

export class Held {
  readonly #parks = new Map<string, { readonly since: number; readonly until: number }>()

  parked(connection: string, until: number, now: number): void {
    const before = this.#parks.get(connection)
    const since = before && before.until + BREAK >= now ? before.since : now
    this.#parks.set(connection, { since, until: Math.max(until, before?.until ?? 0) })
  }

  freed(connection: string): void {
    this.#parks.delete(connection)
  }

  list(now: number): { connection: string; since: number }[] {
    return [...this.#parks].flatMap(([connection, { since, until }]) => (until > now ? [{ connection, since }] : []))
  }
}
