/** Takes turns over the log: decides, asks the ledger, and writes down each step before it is done. */
import type { StockOp } from '../domain/stock.ts'
import type { Logged } from './event.ts'
import type { Log } from './log.ts'
import type { Outbox } from './outbox.ts'
import type { LanePorts } from './ports.ts'
import type { Relay } from './relay.ts'
import {
  type Asking,
  type Asks,
  ask,
  crashed,
  FORMAT,
  owedOf,
  Records,
  type Stages,
  TURN_CHARS,
  TURN_EVENTS,
  type TurnRecord,
  type Writing,
} from './turn.ts'

export class Taker<World, State> {
  readonly #ports: LanePorts
  readonly #log: Log
  readonly #outbox: Outbox
  readonly #relay: Relay
  readonly #stages: Stages<World, State>
  readonly #records: Records<State>
  /** The world a turn was begun with serves it to its end; a resumed turn loads its own. */
  #begun: { readonly to: number; readonly world: World } | undefined

  constructor(ports: LanePorts, log: Log, outbox: Outbox, relay: Relay, stages: Stages<World, State>) {
    this.#ports = ports
    this.#log = log
    this.#outbox = outbox
    this.#relay = relay
    this.#stages = stages
    this.#records = new Records(ports)
  }

  /** The next turn after `offset`, decided and recorded, ready to be stored; undefined if there is none (yet). */
  async take(offset: number): Promise<Writing | undefined> {
    const record = this.#resume() ?? (await this.#start(offset))
    return record?.stage === 'ask' ? this.#ask(record) : record
  }

  standing(): TurnRecord<State> | undefined {
    return this.#records.read()
  }

  /** The standing record is of another release. */
  isForeign(): boolean {
    const record = this.#records.read()
    return record !== undefined && record.format !== FORMAT
  }

  rewrite(record: Writing): void {
    this.#records.write(record)
  }

  /** Inside the caller's transaction: the turn is done. */
  clear(): void {
    this.#records.clear()
    this.#begun = undefined
  }

  forget(): void {
    this.#begun = undefined
  }

  /** A record found in storage is counted before it is tried, so that a turn that kills its object does not do so for ever. */
  #resume(): TurnRecord<State> | undefined {
    const record = this.#records.read()
    if (!record) return undefined
    if (record.format !== FORMAT) return this.#abandon(record)
    const counted = { ...record, tries: record.tries + 1 }
    this.#records.write(counted)
    return counted
  }

  /** Another release's record: what it asked of the ledger is given back by name, then its events are decided anew. */
  #abandon(record: TurnRecord<State>): undefined {
    this.#ports.sql.transaction(() => {
      this.#giveBack('asked' in record ? record.asked : [])
      this.#records.clear()
    })
  }

  #giveBack(asked: readonly StockOp[]): void {
    for (const op of asked.flatMap(owedOf)) this.#relay.owe(op)
  }

  async #start(offset: number): Promise<TurnRecord<State> | undefined> {
    const { to, logged } = this.#log.read(offset, TURN_EVENTS, TURN_CHARS)
    if (to === offset) return undefined
    const clock = this.#ports.now()
    const world = await this.#stages.load(logged, clock, to)
    // Nothing waits from here to the end of the transaction: no job is claimed between a decision and its record.
    return this.#ports.sql.transaction(() => {
      const state = this.#stages.begin(world, logged)
      for (const job of this.#stages.holds(state)) this.#outbox.hold(job)
      const asks = this.#stages.asks(world, state)
      const base = { format: FORMAT, from: offset, to, clock, tries: 1 } as const
      const record = { ...base, stage: 'ask', asked: flat(asks), state } as const
      // Nothing to ask of the ledger: what the turn leaves behind is known already.
      if (asks.size === 0) return this.#writing(record, this.#stages.finish(world, state))
      this.#records.write(record)
      this.#begun = { to, world }
      return record
    })
  }

  async #ask(record: Asking<State>): Promise<Writing> {
    const { from, to, clock, state } = record
    const world =
      this.#begun?.to === to ? this.#begun.world : await this.#stages.load(this.#log.range(from, to), clock, to)
    if (crashed(record)) return this.#setAside(record, world, this.#log.range(from, to))
    let asked = record.asked
    for (let asks = this.#stages.asks(world, state); asks.size > 0; asks = this.#stages.asks(world, state)) {
      const { answers, failed } = await ask(this.#ports, asks, { turn: to, now: clock, doneUpTo: from })
      const more = this.#stages.read(world, state, answers, failed)
      this.#ports.sql.transaction(() =>
        this.#relay.settle(answers.flatMap((answer) => answer.results.map((result) => result.id))),
      )
      if (!more) break
      asked = [...asked, ...flat(this.#stages.asks(world, state))]
      this.#records.write({ ...record, asked, state })
    }
    return this.#writing(record, this.#stages.finish(world, state))
  }

  #writing(
    { from, to, clock, tries }: Asking<State>,
    ending: Pick<Writing, 'units' | 'parked' | 'dirty' | 'owed'>,
  ): Writing {
    const writing = { format: FORMAT, stage: 'write', from, to, clock, tries, ...ending } as const
    this.#records.write(writing)
    return writing
  }

  /** This turn killed its object too often: all of it waits for a person, everything after it goes on. */
  #setAside(record: Asking<State>, world: World, logged: readonly Logged[]): Writing {
    const groups = Map.groupBy(logged, (item) => item.event.ref ?? '')
    const parked = [...groups].map(([key, items]) =>
      this.#stages.parked(
        { key, orderId: key.startsWith('o:') ? key.slice(2) : '', events: items.map((item) => item.event) },
        'the turn kept failing',
        world,
      ),
    )
    return this.#ports.sql.transaction(() => {
      this.#giveBack(record.asked)
      return this.#writing(record, { units: [], parked, dirty: [], owed: [] })
    })
  }
}

const flat = (asks: Asks): StockOp[] => [...asks.values()].flatMap((one) => one.ops)
