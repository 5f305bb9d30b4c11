/**
 * A turn: a bounded run of the log's events, decided, reserved, persisted, then visible. Everything it is about to do is
 * written down first, so a resume after a crash at any instruction never decides again and never does anything twice.
 */
import type { ReservationName, StockAnswer, StockOp } from '../domain/stock.ts'
import type { JobChange, JobDraft, LaneEvent, Logged } from './event.ts'
import type { LanePorts, Statement } from './ports.ts'

/** Bounds of one turn. */
export const TURN_EVENTS = 200
export const TURN_CHARS = 700_000
/** Of the turn record; another one in storage was written by another release. */
export const FORMAT = 1
/** Crashes in a row after which a turn is parked whole rather than tried again. */
const CRASHES = 4

/** What one order, or the connection itself, leaves behind at the end of a turn. */
export interface Unit {
  /** The order's id, or '' for the connection's own affairs. */
  readonly orderId: string
  /** What its events are set aside under, if it comes to that: `p:<platform order id>`, or the reference they came with. */
  readonly key: string
  /** Rows by statement name, for the store. */
  readonly rows: Readonly<Record<string, readonly unknown[]>>
  readonly jobs: readonly JobDraft[]
  readonly changes: readonly JobChange[]
  readonly parks: readonly { readonly connection: string; readonly until: number }[]
  readonly unparks: readonly string[]
  readonly forwards: readonly Forward[]
  /** Rings the order's timer at this time; null: no timer. */
  readonly timer?: number | null
}

/** An order set aside: its exception is all it leaves, its events are kept. */
export interface Parked extends Unit {
  readonly events: readonly LaneEvent[]
}

export interface Forward {
  readonly lane: string
  readonly event: LaneEvent
  /** Not before this time, UTC ms. */
  readonly at: number
}

/** What is asked of each stock object in one round, by its name. */
export type Asks = ReadonlyMap<string, Ask>
export interface Ask {
  readonly ops: readonly StockOp[]
  /** Reservations of orders that are closed: nobody will ask for them again. */
  readonly closed: readonly ReservationName[]
}

/** The business of a lane, as the turn sees it. All but `load` is synchronous and pure. */
export interface Stages<World, State> {
  /** Reads what the events need: configuration, orders, levels. `clock` is the turn's own. */
  load(logged: readonly Logged[], clock: number, to: number): Promise<World>
  begin(world: World, logged: readonly Logged[]): State
  /** Jobs that the decision found unsent and takes back: no consumer may claim them any more. */
  holds(state: State): readonly string[]
  /** What this round asks of the ledger, grouped by the object that answers. */
  asks(world: World, state: State): Asks
  /** Reads the answers (none from a home in `failed`); true if there is another round to ask. */
  read(world: World, state: State, answers: readonly StockAnswer[], failed: ReadonlySet<string>): boolean
  finish(world: World, state: State): Pick<Writing, 'units' | 'parked' | 'dirty' | 'owed'>
  statements(units: readonly Unit[], seq: number): readonly Statement[]
  /** What stands in for a unit that failed inside the program: an exception, nothing else. */
  parked(unit: Pick<Parked, 'orderId' | 'key' | 'events'>, error: string, world: World): Parked
  /** Which lanes to tell that these SKUs' levels changed. */
  announce(skus: readonly string[], now: number): Promise<readonly Forward[]>
  /** The batch is applied: caches may learn from it. */
  applied(units: readonly Unit[]): void
  /** Something of these waits for a person, who is to hear of it at once. */
  opens?(units: readonly Pick<Unit, 'rows'>[]): boolean
  /** Memory is no longer to be trusted. */
  forget(): void
}

export interface Asking<State> {
  readonly format: number
  readonly stage: 'ask'
  readonly from: number
  readonly to: number
  readonly clock: number
  readonly tries: number
  /** In a form every release can read: what was asked of the ledger, to give back if the record can't be read. */
  readonly asked: readonly StockOp[]
  readonly state: State
}
export interface Writing {
  readonly format: number
  readonly stage: 'write'
  readonly from: number
  readonly to: number
  readonly clock: number
  readonly tries: number
  readonly units: readonly Unit[]
  readonly parked: readonly Parked[]
  /** SKUs whose levels changed, to be announced to the shops that list them. */
  readonly dirty: readonly string[]
  /** Operations that an object did not answer to: sent again with later turns. */
  readonly owed: readonly StockOp[]
}
export type TurnRecord<State> = Asking<State> | Writing

/** Rows of the record: one value may be at most 2 MB in production. */
const CHUNK = 900_000

export class Records<State> {
  readonly #ports: LanePorts
  constructor(ports: LanePorts) {
    this.#ports = ports
    ports.sql.run('CREATE TABLE IF NOT EXISTS turn (part INTEGER PRIMARY KEY, body TEXT NOT NULL)')
  }

  read(): TurnRecord<State> | undefined {
    const parts = this.#ports.sql.all<{ body: string }>('SELECT body FROM turn ORDER BY part')
    return parts.length > 0 ? (JSON.parse(parts.map((part) => part.body).join('')) as TurnRecord<State>) : undefined
  }

  /** Inside the caller's transaction, or one statement after the other in one step without an await. */
  write(record: TurnRecord<State>): void {
    const text = JSON.stringify(record)
    const parts = Math.ceil(text.length / CHUNK)
    for (let part = 0; part < parts; part++) {
      this.#ports.sql.run(
        'INSERT INTO turn (part, body) VALUES (?, ?) ON CONFLICT(part) DO UPDATE SET body = excluded.body',
        part,
        text.slice(part * CHUNK, (part + 1) * CHUNK),
      )
    }
    this.#ports.sql.run('DELETE FROM turn WHERE part >= ?', parts)
  }

  clear(): void {
    this.#ports.sql.run('DELETE FROM turn')
  }
}

/**
 * What is owed to the ledger for an operation of which nobody knows whether it was done: a grant is given back, anything
 * else is told again under its own id, so that it is done once.
 */
export const owedOf = (op: StockOp): StockOp[] => {
  if (op.kind === 'wait') return []
  if (op.kind !== 'reserve') return [op]
  const { id, sku, warehouseId, reservation } = op
  return [{ kind: 'release', id: `${id}:back`, sku, warehouseId, reservation }]
}

/** Retries of an object that does not answer, inside a turn. */
const ASK_PAUSES = [50, 200, 800]

/** Asks every home at once, the most patient way: a home that stays silent fails alone. */
export const ask = async (
  ports: LanePorts,
  asks: Asks,
  request: { turn: number; now: number; doneUpTo: number },
): Promise<{ answers: StockAnswer[]; failed: Set<string> }> => {
  const failed = new Set<string>()
  const homes = [...asks].sort(([a], [b]) => (a < b ? -1 : 1))
  const answers = await Promise.all(
    homes.map(async ([home, { ops, closed }]) => {
      for (const pause of [...ASK_PAUSES, undefined]) {
        try {
          return await ports.stock(home, { lane: ports.name, ...request, ops, closed })
        } catch (error) {
          if (pause === undefined) ports.report('stock object does not answer', { home, error: String(error) })
          else await ports.wait(pause)
        }
      }
      failed.add(home)
      return undefined
    }),
  )
  return { answers: answers.filter((answer) => answer !== undefined), failed }
}

export const crashed = (record: { readonly tries: number }): boolean => record.tries > CRASHES
