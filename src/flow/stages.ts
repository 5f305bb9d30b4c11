/** The stages of a turn, put together for the lane that runs them. */
import { copyOrder, type OrderState } from '../domain/order-state.ts'
import {
  home,
  type ReservationName,
  type StockAnswer,
  type StockLevel,
  type StockOp,
  type Wake,
} from '../domain/stock.ts'
import type { EventBody } from '../lane/event.ts'
import type { Lane } from '../lane/lane.ts'
import type { LanePorts } from '../lane/ports.ts'
import type { Asks, Forward, Parked, Stages, Unit } from '../lane/turn.ts'
import type { LaneConfig } from '../store/config.ts'
import { type Decided, decide } from './2-decide.ts'
import { firstRound, learn, nextRound, type Round } from './3-reserve.ts'
import { type ExceptionRow, exceptionRow, orderUnit, strayUnit, withoutDead } from './4-persist.ts'
import { closing } from './decide/closing.ts'
import { readCommits } from './decide/commits.ts'
import { draftOf, note, open } from './decide/draft.ts'
import { sendReady } from './decide/jobs.ts'
import { Loader } from './load.ts'
import { statements } from './rows-sql.ts'
import { oweToSilent, touchingSilent, withoutSilent } from './silent.ts'
import type { Loaded } from './world.ts'

/** A turn between its rounds: plain data, part of the turn record. */
export interface TurnState extends Decided {
  round: Round
  index: number
  /** Levels that this turn changed or learned, newest version each. */
  levels: StockLevel[]
  wakes: Wake[]
  counted: { id: string; difference: number }[]
  owed: StockOp[]
  /** Stock objects that did not answer in this turn. */
  silent: string[]
  /** Reservations of orders that this turn found closed. */
  closed: ReservationName[]
}

export type OrderLane = Lane<Loaded, TurnState>

export const orderStages =
  (ports: Pick<LanePorts, 'name' | 'store' | 'now'>, config: () => Promise<LaneConfig>) =>
  (lane: Lane<Loaded, TurnState>): Stages<Loaded, TurnState> => {
    const loader = new Loader(ports, config, lane)
    return {
      load: (logged, clock, to) => loader.load(logged, clock, to),
      begin: (world, logged) => {
        const decided = decide(world, logged)
        world.saveOrderNo()
        const round = firstRound(decided.drafts, [...lane.relay.owed(), ...decided.stray.ops], world)
        return {
          ...decided,
          round,
          index: 0,
          levels: [],
          wakes: [],
          counted: [],
          owed: [],
          silent: [],
          closed: decided.drafts.flatMap(closing),
        }
      },
      holds: (state) =>
        state.drafts.flatMap((draft) => draft.changes.flatMap((change) => ('drop' in change ? [change.id] : []))),
      asks: (world, state) => asks(world, state),
      read: (world, state, answers, failed) => {
        if (failed.size > 0) oweToSilent(world, state, failed)
        return read(world, state, answers)
      },
      finish: (world, state) => finish(world, state),
      statements: (units) => statements(units, ports.now()),
      parked: (unit, error, world) => parked(unit, error, world),
      announce: async (skus, now) => announce(ports, await config(), skus, now, lane),
      applied: (units) =>
        loader.learn(
          units.flatMap((unit) => (unit.rows.orders ?? []) as { body: OrderState }[]).map((row) => row.body),
        ),
      opens: (units) =>
        units.some(({ rows }) => ((rows.exceptions ?? []) as ExceptionRow[]).some((row) => row.closedAt === null)),
      forget: () => loader.forget(),
    }
  }

const asks = (world: Loaded, { round, index, closed }: TurnState): Asks => {
  const homeOf = ({ sku }: { readonly sku: string }): string => home(world.merchant.id, sku, world.merchant.skuGroups)
  const ops = Map.groupBy(round.ops, homeOf)
  // Sent once, with the first round: what is lost with an object that does not answer only takes up room there.
  const names = Map.groupBy(index === 0 ? closed : [], homeOf)
  return new Map(
    [...new Set([...ops.keys(), ...names.keys()])].map((one) => [
      one,
      { ops: ops.get(one) ?? [], closed: names.get(one) ?? [] },
    ]),
  )
}

const read = (world: Loaded, state: TurnState, answers: readonly StockAnswer[]): boolean => {
  const changed = new Map(state.levels.map((level) => [`${level.sku}\n${level.warehouseId}`, level]))
  for (const level of answers.flatMap((answer) => answer.levels)) {
    const key = `${level.sku}\n${level.warehouseId}`
    if ((world.levels.get(key)?.version ?? -1) < level.version && (changed.get(key)?.version ?? -1) < level.version)
      changed.set(key, level)
  }
  state.levels = [...changed.values()]
  state.wakes.push(...answers.flatMap((answer) => answer.wakes))
  for (const result of answers.flatMap((answer) => answer.results))
    if (result.outcome === 'counted') state.counted.push({ id: result.id, difference: result.difference })
  readCommits(state.drafts, answers, world)
  const next = nextRound(state.drafts, state.round, state.index, answers, world, touchingSilent(world, state))
  state.round = withoutSilent(world, state, next ?? { ops: [], attempts: [] })
  state.index += 1
  return state.round.ops.length > 0
}

const finish = (
  world: Loaded,
  state: TurnState,
): { units: Unit[]; parked: Parked[]; dirty: string[]; owed: StockOp[] } => {
  for (const level of state.levels) learn(world, level)
  for (const draft of state.drafts) {
    sendReady(draft, world)
    withoutDead(draft)
  }
  const units = state.drafts.flatMap((draft) => orderUnit(draft, world) ?? [])
  const stray = strayUnit(state.stray, state.levels, state.wakes, state.counted, world)
  const dirty = world.showsStock ? [...new Set(state.levels.map((level) => level.sku))] : []
  return {
    units: [...units, stray],
    parked: state.aside.map((item) => parked(item, item.error, world)),
    dirty,
    owed: state.owed,
  }
}

/** What stands for an order set aside: its exception. An order the store has also says so on its own page. */
const parked = (
  aside: Pick<Parked, 'orderId' | 'key' | 'events'>,
  error: string | undefined,
  world: Loaded,
): Parked => {
  const known = world.orders.get(aside.orderId)
  const base = {
    orderId: aside.orderId,
    key: aside.key,
    // Goods that moved are owed to the ledger as they are: told again by hand they would move twice.
    events: aside.events.filter(({ ref, body }) => ref !== undefined || !movesGoods(body)),
    jobs: [],
    changes: [],
    parks: [],
    unparks: [],
    forwards: [],
  }
  if (error === undefined) return { ...base, rows: {} }
  const problem = { code: 'order_broken', at: aside.key, facts: { error: error.slice(0, 300) } } as const
  const row = exceptionRow(
    world,
    `${world.lane}:parked:${aside.key}`,
    problem,
    known && known.version > 0 ? known.id : null,
  )
  if (!known || known.version === 0) return { ...base, rows: { exceptions: [row] } }
  const draft = draftOf(copyOrder(known), false)
  open(draft, world, problem)
  note(draft, world, 'held', { why: error.slice(0, 100) })
  return {
    ...base,
    rows: { exceptions: [row], timeline: [{ orderId: known.id, seq: world.seq, body: draft.entries }] },
  }
}

const movesGoods = (body: EventBody): boolean =>
  body.kind === 'stock' ||
  (body.kind === 'warehouse' && (body.event.type === 'moved' || body.event.type === 'snapshot'))

/** Shops that list the SKUs, and hear that their levels changed. */
const announce = async (
  ports: Pick<LanePorts, 'name' | 'store'>,
  config: LaneConfig,
  skus: readonly string[],
  now: number,
  lane: Pick<OrderLane, 'counter'>,
): Promise<Forward[]> => {
  const [rows] = await ports.store([{ sql: LISTERS, values: [config.merchant.id, JSON.stringify(skus)] }])
  const n = lane.counter('announce', 1)
  return [...Map.groupBy(rows ?? [], (row) => String(row.shop_id))].map(([shop, list]) => ({
    lane: `shop:${shop}`,
    at: now,
    event: { id: `${ports.name}:d${n}`, at: now, body: { kind: 'dirty', skus: list.map((row) => String(row.sku)) } },
  }))
}

const LISTERS = `SELECT DISTINCT l.shop_id AS shop_id, l.sku AS sku FROM listings l JOIN shops s ON s.id = l.shop_id
  WHERE l.merchant_id = ?1 AND (l.sku IN (SELECT value FROM json_each(?2)) OR l.sku IN (SELECT b.sku FROM bundles b WHERE b.merchant_id = ?1 AND b.part IN (SELECT value FROM json_each(?2)))) AND s.enabled = 1 AND s.features->>'stock' = 1`
