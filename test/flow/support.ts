/** A desk with one shop, two warehouses, a ledger and a job table: says things to `decide` and keeps what comes of it. */
import { expect } from 'vitest'
import type { OrderState } from '../../src/domain/order-state.ts'
import { stateOf } from '../../src/domain/order-state.ts'
import { decide } from '../../src/flow/2-decide.ts'
import { firstRound, learn, nextRound, type Round } from '../../src/flow/3-reserve.ts'
import { orderUnit, withoutDead } from '../../src/flow/4-persist.ts'
import { readCommits } from '../../src/flow/decide/commits.ts'
import type { Draft } from '../../src/flow/decide/draft.ts'
import { sendReady } from '../../src/flow/decide/jobs.ts'
import type { Stray } from '../../src/flow/decide/stray.ts'
import type { Loaded } from '../../src/flow/world.ts'
import type { Command, EventBody, JobKind, JobOutcome, LaneEvent, Logged } from '../../src/lane/event.ts'
import type { Unit } from '../../src/lane/turn.ts'
import type { ShopFacts, TrackerFacts, WarehouseFacts } from '../../src/store/config.ts'
import { MEANINGS, START, warehouse } from './facts.ts'
import { type Claim, Jobs } from './jobs.ts'
import { Ledger } from './ledger.ts'

export interface Setting {
  readonly shop?: Partial<ShopFacts['shop']>
  readonly facts?: Partial<Omit<ShopFacts, 'shop'>>
  readonly warehouses?: readonly WarehouseFacts[]
  readonly trackers?: readonly TrackerFacts[]
  /** `n A` → pieces. */
  readonly stock?: Readonly<Record<string, number>>
}

export class Desk {
  now = START
  seq = 0
  readonly jobs = new Jobs()
  readonly ledger = new Ledger()
  readonly orders = new Map<string, OrderState>()
  readonly timers = new Map<string, number>()
  readonly terms = new Map<string, string>()
  warehouses: readonly WarehouseFacts[]
  trackers: readonly TrackerFacts[]
  shop: ShopFacts
  readonly #levels: Loaded['levels'] = new Map()
  /** The last turn's drafts, rows and connection's own. */
  drafts: readonly Draft[] = []
  units: readonly Unit[] = []
  stray: Stray | undefined

  constructor({
    shop = {},
    facts = {},
    warehouses,
    trackers = [],
    stock = { 'n A': 10, 'n B': 10, 's A': 10, 's B': 10 },
  }: Setting = {}) {
    this.trackers = trackers
    this.warehouses = warehouses ?? [warehouse('n', 1), warehouse('s', 2)]
    const features = { orders: true, stock: true, tracking: true }
    const base = {
      id: 's1',
      merchantId: 'm1',
      platform: 'standard',
      appId: null,
      shopKey: null,
      name: 'shop',
      settings: {},
      credentials: '',
      previous: null,
      enabled: true,
      ...{ tokenExpiresAt: null, tokenUntil: null, tokenError: null },
    }
    this.shop = {
      shop: { ...base, mode: 'live', features, ...shop },
      detail: true,
      split: false,
      reserveOn: 'paid',
      ...facts,
    }
    for (const [key, quantity] of Object.entries(stock)) {
      const [id = '', sku = ''] = key.split(' ')
      this.ledger.receive(sku, id, quantity)
    }
    for (const level of this.ledger.levels()) this.#levels.set(`${level.sku}\n${level.warehouseId}`, level)
  }

  get order(): OrderState {
    const [order] = this.orders.values()
    if (!order) throw new Error('no order yet')
    return order
  }

  get state(): string {
    return stateOf(this.order)
  }

  /** Codes of the open problems. */
  get problems(): string[] {
    return this.order.problems.map((problem) => problem.code)
  }

  /** `n accepted`, one a fulfillment. */
  get fulfillments(): string[] {
    return this.order.fulfillments.map(
      (item) => `${item.warehouseId} ${item.status}${item.stop ? ` (stop ${item.stop.status})` : ''}`,
    )
  }

  get jobIds(): string[] {
    return [...this.jobs.all.keys()].map((id) => id.split(':')[0] ?? '')
  }

  /** What the last turn wrote on the timeline. */
  get said(): string[] {
    return this.drafts.flatMap((draft) => draft.entries.map((entry) => entry.what))
  }

  /** One turn over these events. */
  turn(...events: readonly LaneEvent[]): this {
    this.seq += 1
    const logged = events.map(
      (event): Logged => ({ seq: this.seq, event: JSON.parse(JSON.stringify(event)) as LaneEvent }),
    )
    const world = this.#world()
    const before = JSON.stringify([...this.orders.values()])
    const { drafts, aside, stray } = decide(world, logged)
    expect(aside.map((item) => item.error)).toEqual([])
    this.#reserve(drafts, world)
    for (const draft of drafts) {
      sendReady(draft, world)
      withoutDead(draft)
    }
    expect(JSON.stringify([...this.orders.values()]), 'a turn never changes what was loaded').toBe(before)
    this.drafts = drafts
    this.stray = stray
    this.units = drafts.flatMap((draft) => orderUnit(draft, world) ?? [])
    for (const unit of JSON.parse(JSON.stringify(this.units)) as Unit[]) this.#keep(unit)
    for (const change of stray.changes) this.jobs.change(change)
    for (const { connection, until } of stray.parks) this.jobs.parks.set(connection, until)
    return this
  }

  #reserve(drafts: Draft[], world: Loaded): void {
    let round: Round | undefined = firstRound(drafts, [], world)
    for (let index = 0; round && round.ops.length > 0; index++) {
      const answer = this.ledger.apply(round.ops)
      readCommits(drafts, [answer], world)
      round = nextRound(drafts, round, index, [answer], world, new Set())
      expect(index, 'rounds of one turn').toBeLessThan(4)
      for (const level of answer.levels) learn(world, level)
    }
  }

  #keep(unit: Unit): void {
    const [row] = (unit.rows.orders ?? []) as { body: OrderState }[]
    if (row) this.orders.set(unit.orderId, row.body)
    for (const { term, orderId } of (unit.rows.terms ?? []) as { term: string; orderId: string }[])
      this.terms.set(term, orderId)
    for (const change of unit.changes) this.jobs.change(change)
    for (const job of unit.jobs) this.jobs.add(job)
    for (const { connection, until } of unit.parks) this.jobs.parks.set(connection, until)
    if (unit.timer === null) this.timers.delete(unit.orderId)
    else if (unit.timer !== undefined) this.timers.set(unit.orderId, unit.timer)
  }

  #world(): Loaded {
    let last = this.orders.size
    return {
      ...{
        now: this.now,
        seq: this.seq,
        lane: 'shop:s1',
        laneNo: 1,
        shop: this.shop,
        warehouses: this.warehouses,
        trackers: this.trackers,
        levels: this.#levels,
      },
      merchant: { id: 'm1', name: 'm', region: 'apac', skuGroups: 0, zone: 'Asia/Shanghai' },
      resolve: (line) => MEANINGS[line.code],
      job: (id) => this.jobs.facts(id, this.now),
      jobsOf: (ref) => this.jobs.of(ref),
      orders: new Map(this.orders),
      byPlatform: new Map([...this.orders.values()].map((order) => [order.platformOrderId, order.id])),
      terms: this.terms,
      holders: new Map(),
      listings: new Map(),
      counted: [],
      booked: new Set(),
      showsStock: true,
      isParked: () => false,
      nextOrderNo: () => ++last,
      saveOrderNo: () => undefined,
    }
  }

  // ---- What is said to it ------------------------------------------------------------------------------------------

  /** One event about the order, in a turn of its own. */
  say(body: EventBody, ref: LaneEvent['ref'] = `o:${this.order.id}`): this {
    return this.turn(this.event(body, ref))
  }

  event(body: EventBody, ref?: LaneEvent['ref']): LaneEvent {
    return { id: `e${this.seq}`, at: this.now, body, ...(ref !== undefined && { ref }) }
  }

  platform(event: Extract<EventBody, { kind: 'platform' }>['event'], id = 'P1'): this {
    return this.say({ kind: 'platform', event }, `p:${id}`)
  }

  command(action: Command['action'], more: Partial<Command> = {}): this {
    return this.say({ kind: 'command', command: { action, actor: 'li', ...more } })
  }

  /** A consumer takes the job of this kind. */
  claim(kind: JobKind): Claim {
    const job = this.jobs.due(this.now).find((item) => item.draft.kind === kind)
    if (!job) throw new Error(`no ${kind} job is due; there are: ${[...this.jobs.all.keys()].join(', ')}`)
    return this.jobs.claim(job, this.now)
  }

  outcome({ draft, attempt }: Claim, outcome: JobOutcome): EventBody {
    return { kind: 'outcome', job: draft.id, attempt, jobKind: draft.kind, subject: draft.subject, outcome, ms: 5 }
  }

  answer(claim: Claim, outcome: JobOutcome): this {
    return this.say(this.outcome(claim, outcome))
  }

  /** Claimed and answered. */
  run(kind: JobKind, outcome: JobOutcome = { class: 'done', value: {} }): this {
    return this.answer(this.claim(kind), outcome)
  }

  later(ms: number): this {
    this.now += ms
    return this
  }

  /** Time goes on to the order's timer, and it rings. */
  ring(): this {
    const at = this.timers.get(this.order.id)
    if (at === undefined) throw new Error('no timer stands')
    this.now = Math.max(this.now, at)
    return this.say({ kind: 'timer' })
  }
}
