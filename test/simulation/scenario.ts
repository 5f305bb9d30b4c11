/** One seed's story: a merchant, shops, warehouses, orders in every order of arrival, faults for two minutes, then peace; at the end an operator presses retry. */
import { type ReceivePorts, receiveCallback, receiveHook } from '../../src/flow/1-receive.ts'
import type { Pace } from '../../src/flow/pace.ts'
import { Pauses } from '../../src/flow/pauses.ts'
import { Permits } from '../../src/flow/permits.ts'
import { receiveTracking } from '../../src/flow/receive-tracking.ts'
import type { LaneEvent } from '../../src/lane/event.ts'
import { places, Vault } from '../../src/store/vault.ts'
import { Clock, Random } from './clock.ts'
import { type FarOrder, FarShop, FarWarehouse, network, SECRET, signed } from './far.ts'
import { FarTracker, TRACKER_KEYS } from './far-tracker.ts'
import { type Faults, LEASE_MS, Machine } from './machine.ts'
import { NO_TOKENS } from './tokens.ts'

const START = 1_780_000_000_000
const MASTER = Buffer.alloc(32, 7).toString('base64')
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

export interface Run {
  readonly seed: number
  readonly machine: Machine
  readonly shops: readonly FarShop[]
  readonly warehouses: readonly FarWarehouse[]
  readonly tracker: FarTracker
  /** What was counted into each warehouse, all in all: `warehouse sku` → pieces. */
  readonly counted: Map<string, number>
}

/** Faults of a seed: some seeds are calm, some are terrible, some lose every queue message. */
const faultsOf = (random: Random): Faults => {
  const scale = random.pick([0, 0.3, 1, 2])
  return {
    crash: 0.01 * scale,
    storeFails: 0.03 * scale,
    stockFails: 0.02 * scale,
    answerLost: 0.02 * scale,
    bellLost: random.pick([0, 0.2, 1]),
    bellTwice: 0.2 * scale,
    consumerDies: 0.01 * scale,
  }
}

export const run = async (seed: number): Promise<Run> => {
  const random = new Random(seed)
  const clock = new Clock(START)
  const machine = new Machine(clock, random, faultsOf(random))
  const vault = new Vault(MASTER)
  const shops = ['sa', 'sb'].map((id) => new FarShop(id))
  const skus = Array.from({ length: 5 }, (_, i) => `SKU-${i + 1}`)
  const warehouses = ['wa', 'wb'].map((id, i) => new FarWarehouse(id, i === 0, new Map()))
  const farFaults = {
    afterSuccess: random.pick([0, 0.1, 0.3]),
    before: random.pick([0, 0.1, 0.3]),
    rejects: random.pick([0, 0.05]),
  }
  const tracker = new FarTracker('tk')
  configure(machine, vault, random, shops, skus)
  // Chances of its own, so that the story of a seed is the same with a tracker that is asked nothing.
  const luck = new Random(seed + 1_000_000)
  follow(machine, vault, luck, tracker)
  const send = network(
    clock,
    random,
    farFaults,
    () => machine.faulty,
    shops,
    warehouses,
    () => machine.hit('consumerDies'),
    tracker,
  )
  let serial = 0
  const nonce = (): string => `n${++serial}`
  machine.dispatch = {
    config: machine.config,
    vault,
    now: () => clock.now,
    random: nonce,
    send,
    pace: paceOf(machine, clock),
    grants: NO_TOKENS,
    patienceMs: (LEASE_MS * 2) / 3,
    report: (what, facts) => machine.reports.push(`${what} ${JSON.stringify(facts)}`),
    claim: (lane, ids) => machine.lane(lane).claim(ids),
    append: (lane, events) => machine.append(lane, events),
    showable: async () => undefined,
  }
  const receive: ReceivePorts = {
    config: machine.config,
    vault,
    now: () => clock.now,
    random: nonce,
    send,
    append: (lane, events) => machine.append(lane, events),
    refused: () => machine.reports.push('refused a signature'),
  }
  const counted = new Map<string, number>()
  const story = new Story(machine, clock, random, receive, shops, warehouses, counted, tracker, luck)
  story.count(skus)
  story.orders(skus)
  clock.at(START + 90 * SECOND, () => story.restock(skus))
  if (random.chance(0.3)) {
    clock.at(START + 20 * SECOND, () => Object.assign(warehouses[0] ?? {}, { silent: true }))
    clock.at(START + 2 * MINUTE, () => Object.assign(warehouses[0] ?? {}, { silent: false }))
  }
  clock.at(START + 2 * MINUTE, () => Object.assign(machine, { faulty: false }))
  for (let at = START; at < START + 8 * HOUR; at += MINUTE) clock.at(at, () => story.cron())
  for (let at = START + 3 * HOUR; at < START + 7 * HOUR; at += HOUR) clock.at(at, () => story.retryAll())
  await clock.run(START + 8 * HOUR)
  return { seed, machine, shops, warehouses, tracker, counted }
}

/** In some seeds a warehouse grants few calls: none of the sentences may depend on it. */
const LIMITS = [{}, { perSecond: 5, concurrent: 2 }, { perMinute: 60 }]

const paceOf = (machine: Machine, clock: Clock): Pace => {
  const report = (what: string, facts: object): void => void machine.reports.push(`${what} ${JSON.stringify(facts)}`)
  const permits = new Map<string, Permits>()
  const of = (key: string): Permits => {
    const made =
      permits.get(key) ??
      new Permits(
        () => clock.now,
        (ms) => clock.sleep(ms),
      )
    permits.set(key, made)
    return made
  }
  return {
    pauses: new Pauses(machine.store.binding(), () => clock.now, report),
    permit: (key, limits, wish) => of(key).ask(limits, wish),
    giveBack: async (key, lease) => of(key).giveBack(lease),
  }
}

const configure = (
  machine: Machine,
  vault: Vault,
  random: Random,
  shops: readonly FarShop[],
  skus: readonly string[],
): void => {
  const { db } = machine.store
  const put = (sql: string, ...values: (string | number | null)[]): void => void db.prepare(sql).run(...values)
  put(
    'INSERT INTO merchants (id, name, region, sku_groups, created_at) VALUES (?, ?, ?, ?, 0)',
    'm1',
    'merchant',
    'apac',
    random.pick([0, 2]),
  )
  const split = random.chance(0.5)
  shops.forEach(({ id }, i) => {
    const credentials = vault.seal(places.credentials('shop', id), JSON.stringify({ secret: SECRET }))
    put(
      'INSERT INTO shops (id, merchant_id, platform, name, mode, features, settings, credentials, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)',
      id,
      'm1',
      'standard',
      id,
      'live',
      JSON.stringify({ orders: true, stock: false, tracking: true }),
      JSON.stringify({ baseUrl: `https://${id}.shop.test`, split, lastLook: random.chance(0.5) }),
      credentials,
    )
    put('INSERT INTO lanes (no, name, merchant_id, active_at) VALUES (?, ?, ?, ?)', i + 1, `shop:${id}`, 'm1', START)
  })
  ;['wa', 'wb'].forEach((id, i) => {
    const credentials = vault.seal(places.credentials('warehouse', id), JSON.stringify({ secret: SECRET }))
    put(
      'INSERT INTO warehouses (id, merchant_id, system, name, rank, settings, credentials, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0)',
      id,
      'm1',
      'rest',
      id,
      i + 1,
      JSON.stringify({ baseUrl: `https://${id}.wh.test`, limits: random.pick(LIMITS) }),
      credentials,
    )
    put('INSERT INTO lanes (no, name, merchant_id, active_at) VALUES (?, ?, ?, ?)', i + 11, `wh:${id}`, 'm1', START)
  })
  for (const sku of skus) put('INSERT INTO skus (merchant_id, sku, created_at) VALUES (?, ?, 0)', 'm1', sku)
}

/** In most runs every parcel is followed; in some only what looks wrong, in some nothing. */
const follow = ({ store }: Machine, vault: Vault, random: Random, { id }: FarTracker): void => {
  const subscribe = random.pick(['all', 'all', 'suspicious', 'none'])
  const settings = { baseUrl: `https://${id}.tracker.test`, subscribe, collectWithinHours: 2 }
  const credentials = vault.seal(places.credentials('tracker', id), JSON.stringify(TRACKER_KEYS))
  store.db
    .prepare(
      `INSERT INTO trackers (id, merchant_id, system, name, settings, credentials, created_at) VALUES (?1, 'm1', 'kuaidi100', ?1, ?2, ?3, 0)`,
    )
    .run(id, JSON.stringify(settings), credentials)
  store.db
    .prepare('INSERT INTO lanes (no, name, merchant_id, active_at) VALUES (21, ?, ?, ?)')
    .run(`tr:${id}`, 'm1', START)
}

class Story {
  #serial = 0
  readonly #machine: Machine
  readonly #clock: Clock
  readonly #random: Random
  readonly #receive: ReceivePorts
  readonly #shops: readonly FarShop[]
  readonly #warehouses: readonly FarWarehouse[]
  readonly #counted: Map<string, number>
  readonly #tracker: FarTracker
  readonly #luck: Random

  constructor(
    machine: Machine,
    clock: Clock,
    random: Random,
    receive: ReceivePorts,
    shops: readonly FarShop[],
    warehouses: readonly FarWarehouse[],
    counted: Map<string, number>,
    tracker: FarTracker,
    luck: Random,
  ) {
    this.#machine = machine
    this.#clock = clock
    this.#random = random
    this.#receive = receive
    this.#shops = shops
    this.#warehouses = warehouses
    this.#counted = counted
    this.#tracker = tracker
    this.#luck = luck
  }

  /** Keeps trying, like every sender with patience. */
  #insist(work: () => Promise<boolean>, done: () => void = () => undefined): void {
    const attempt = async (): Promise<void> => {
      const ok = await work().catch(() => false)
      if (ok) done()
      else this.#clock.at(this.#clock.now + 2000 + this.#random.below(8000), () => void attempt())
    }
    void attempt()
  }

  #stock(warehouse: FarWarehouse, sku: string, quantity: number): void {
    const event: LaneEvent = {
      id: `count:${warehouse.id}:${sku}:${this.#serial++}`,
      at: this.#clock.now,
      body: {
        kind: 'stock',
        command: { sku, warehouseId: warehouse.id, kind: 'receive', quantity, reason: 'test', actor: 'test' },
      },
    }
    this.#counted.set(`${warehouse.id} ${sku}`, (this.#counted.get(`${warehouse.id} ${sku}`) ?? 0) + quantity)
    warehouse.stock.set(sku, (warehouse.stock.get(sku) ?? 0) + quantity)
    this.#insist(async () => this.#machine.append(`wh:${warehouse.id}`, [event]).then(() => true))
  }

  count(skus: readonly string[]): void {
    for (const warehouse of this.#warehouses)
      for (const sku of skus) if (this.#random.chance(0.9)) this.#stock(warehouse, sku, 1 + this.#random.below(12))
  }

  restock(skus: readonly string[]): void {
    for (const warehouse of this.#warehouses)
      for (const sku of skus) if (this.#random.chance(0.5)) this.#stock(warehouse, sku, 1 + this.#random.below(10))
  }

  orders(skus: readonly string[]): void {
    for (let i = 0; i < 36; i++) {
      const shop = this.#random.pick(this.#shops)
      const id = `${shop.id}-${9_007_199_254_740_993n + BigInt(i)}`
      const lines = Array.from({ length: 1 + this.#random.below(3) }, (_, n) => ({
        id: String(n + 1),
        sku: this.#random.pick(skus),
        quantity: 1 + this.#random.below(3),
      }))
      const order: FarOrder = {
        id,
        lines,
        version: START,
        status: 'open',
        paid: this.#random.chance(0.9),
        refund: false,
        address: '文一路 1 号',
        acknowledged: false,
        waybills: new Map(),
      }
      shop.orders.set(id, order)
      this.#clock.at(START + this.#random.below(60) * SECOND, () => this.#live(shop, order))
    }
  }

  /** An order's life at its platform: created, perhaps paid, changed, cancelled, refunded; pushes are late, twice, or in the wrong order. */
  #live(shop: FarShop, order: FarOrder): void {
    this.#pushOrder(shop, order, true)
    if (!order.paid) this.#later(40, () => this.#change(shop, order, () => Object.assign(order, { paid: true })))
    if (this.#random.chance(0.1))
      this.#later(60, () => this.#change(shop, order, () => Object.assign(order, { address: '文二路 2 号' })))
    if (this.#random.chance(0.15))
      this.#later(60, () => this.#change(shop, order, () => Object.assign(order, { status: 'cancelled' })))
    if (this.#random.chance(0.1)) this.#later(60, () => this.#refund(shop, order))
  }

  #later(seconds: number, work: () => void): void {
    this.#clock.at(this.#clock.now + this.#random.below(seconds) * SECOND, work)
  }

  #change(shop: FarShop, order: FarOrder, work: () => void): void {
    work()
    order.version = this.#clock.now
    this.#pushOrder(shop, order, false)
  }

  #refund(shop: FarShop, order: FarOrder): void {
    order.refund = true
    const data = { orderId: order.id, refundId: `r-${order.id}` }
    this.#push(shop, { type: 'refund.requested', timestamp: this.#clock.now, data })
    if (!this.#random.chance(0.5)) return
    this.#later(60, () => {
      order.refund = false
      this.#push(shop, { type: 'refund.withdrawn', timestamp: this.#clock.now + 1, data })
    })
  }

  #pushOrder(shop: FarShop, order: FarOrder, created: boolean): void {
    this.#push(
      shop,
      {
        type: created ? 'order.created' : 'order.updated',
        timestamp: this.#clock.now,
        data: { order: shop.body(order) },
      },
      () => Object.assign(order, { acknowledged: true }),
    )
  }

  #push(shop: FarShop, body: unknown, done?: () => void): void {
    const id = `msg-${this.#serial++}`
    const copies = this.#random.chance(0.2) ? 2 : 1
    const text = JSON.parse(JSON.stringify(body)) as unknown
    for (let i = 0; i < copies; i++) {
      const url = `https://cangqiao.test/hooks/standard/${shop.id}`
      this.#clock.at(this.#clock.now + this.#random.below(5000), () =>
        this.#insist(
          async () =>
            (await receiveHook(this.#receive, 'standard', shop.id, signed(url, id, text, this.#clock.now))).status <
            300,
          done,
        ),
      )
    }
  }

  /** Warehouses work once a minute: accept by a callback now and then, ship in one or two packages, some callbacks twice. */
  cron(): void {
    for (const host of this.#machine.lanes()) void host.poke().catch(() => undefined)
    if (this.#random.chance(0.1) && this.#machine.faulty) this.#random.pick(this.#machine.lanes())?.replace()
    this.#seen()
    for (const warehouse of this.#warehouses) {
      for (const document of warehouse.documents) {
        if (document.status !== 'accepted' || this.#random.chance(0.3)) continue
        const shipped = warehouse.ship(document, document.packages.length === 0 && this.#random.chance(0.3))
        if (shipped) this.#confirm(warehouse, document.document, shipped, document.packages.slice(-1))
      }
    }
  }

  /** Followed parcels move on, and what was seen is pushed: late, twice, the newer before the older. */
  #seen(): void {
    for (const parcel of this.#tracker.parcels.values()) {
      if (parcel.seen.length >= 4 || this.#luck.chance(0.9)) continue
      parcel.seen.push(this.#clock.now)
      const count = parcel.seen.length
      const copies = this.#luck.chance(0.2) ? 2 : 1
      for (let i = 0; i < copies; i++)
        this.#clock.at(this.#clock.now + this.#luck.below(600) * SECOND, () =>
          this.#insist(
            async () => {
              const request = this.#tracker.push(parcel, count)
              return (await receiveTracking(this.#receive, 'kuaidi100', this.#tracker.id, request)).status < 300
            },
            () => {
              if (count === 4) parcel.told = true
            },
          ),
        )
    }
  }

  #confirm(
    warehouse: FarWarehouse,
    document: string,
    shipped: { shipmentId: string; final: boolean },
    packages: unknown,
  ): void {
    const body = {
      type: 'shipment.created',
      timestamp: new Date(this.#clock.now).toISOString(),
      data: { document, ...shipped, packages },
    }
    const url = `https://cangqiao.test/callbacks/rest/${warehouse.id}`
    const copies = this.#random.chance(0.2) ? 2 : 1
    for (let i = 0; i < copies; i++) {
      this.#later(90, () =>
        this.#insist(
          async () =>
            (
              await receiveCallback(
                this.#receive,
                'rest',
                warehouse.id,
                signed(url, `cb-${shipped.shipmentId}`, body, this.#clock.now),
              )
            ).status < 300,
        ),
      )
    }
  }

  /** The operator: presses retry on whatever is open. */
  retryAll(): void {
    for (const row of this.#machine.store.all<{
      id: string
      lane: string
      order_id: string | null
      code: string
      subject: string
    }>('SELECT id, lane, order_id, code, subject FROM exceptions WHERE closed_at IS NULL')) {
      if (row.code === 'order_broken') {
        void this.#machine
          .lane(row.lane)
          .unpark(row.subject)
          .catch(() => undefined)
        continue
      }
      if (row.order_id === null) continue
      const event: LaneEvent = {
        id: `retry:${row.id}:${this.#clock.now}`,
        at: this.#clock.now,
        ref: `o:${row.order_id}`,
        body: { kind: 'command', command: { action: 'retry', actor: 'test' } },
      }
      void this.#machine.append(row.lane, [event]).catch(() => undefined)
    }
  }
}
