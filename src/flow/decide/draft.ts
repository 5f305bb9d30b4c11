/** The working copy of one order while a turn decides about it, and what has to follow from it. Plain data: it is part of the turn record. */

import type { Fulfillment, FulfillmentLine, OrderState } from '../../domain/order-state.ts'
import { type Problem, sentence } from '../../domain/problem.ts'
import type { StockOp } from '../../domain/stock.ts'
import type { Entry, EntryCode } from '../../domain/timeline.ts'
import type { JobChange, JobDraft, Logged } from '../../lane/event.ts'
import { factsWarehouse, type World } from '../world.ts'

/** A credential that refuses us or asks us to slow down: its jobs wait. */
export interface Park {
  readonly connection: string
  readonly until: number
  readonly problem?: Problem
}

export interface Draft {
  readonly order: OrderState
  readonly isNew: boolean
  readonly entries: Entry[]
  readonly ops: StockOp[]
  readonly jobs: JobDraft[]
  readonly changes: JobChange[]
  readonly parks: Park[]
  /** Problem ids closed in this turn, with the problem. */
  readonly closed: Record<string, Problem>
  readonly opened: Record<string, Problem>
  /** Exceptions of connections, not of the order: opened with a problem, closed without one. */
  readonly notices: { readonly id: string; readonly problem?: Problem }[]
  readonly terms: string[]
  /** Lines to find a warehouse for, once all events of the turn are folded. */
  allocate: readonly FulfillmentLine[]
  touched: boolean
  /** SKUs that rose, for which the order was woken in this turn. */
  readonly woken: string[]
  /** `seq:index` of the events folded in, to find them again. */
  readonly events: string[]
}

export const draftOf = (order: OrderState, isNew: boolean): Draft => ({
  order,
  isNew,
  entries: [],
  ops: [],
  jobs: [],
  changes: [],
  parks: [],
  closed: {},
  opened: {},
  notices: [],
  terms: [],
  allocate: [],
  touched: false,
  woken: [],
  events: [],
})

export const note = (
  draft: Draft,
  world: World,
  what: EntryCode,
  facts?: Entry['facts'],
  extra: Partial<Entry> = {},
): void => {
  draft.touched = true
  draft.entries.push({ at: world.now, who: 'cangqiao', what, ...(facts && { facts }), ...extra })
}

/** Who said it and which raw message says so, for the timeline. */
export const source = (logged: Logged, lane: string, who: string, index: number): Partial<Entry> => ({
  at: logged.event.at,
  who,
  ...(logged.event.raw !== undefined && { raw: `${lane}:${logged.seq}:${index}` }),
})

/** Opens a problem unless the same one is open or an operator waived it. */
export const open = (draft: Draft, world: World, problem: Problem): void => {
  const id = `${draft.order.id}:${problem.code}:${problem.at ?? ''}`
  if (draft.order.waived.includes(id) || draft.order.problems.some((item) => item.id === id)) return
  draft.order.problems.push({ ...problem, id, openedAt: world.now })
  draft.opened[id] = problem
  delete draft.closed[id]
  note(draft, world, 'problem_opened', { problem: sentence(problem, 'zh'), problem_en: sentence(problem, 'en') })
}

export const close = (
  draft: Draft,
  world: World,
  which: (problem: OrderState['problems'][number]) => boolean,
): void => {
  for (const problem of draft.order.problems.filter(which)) {
    draft.closed[problem.id] = problem
    delete draft.opened[problem.id]
    note(draft, world, 'problem_closed', { problem: sentence(problem, 'zh'), problem_en: sentence(problem, 'en') })
  }
  draft.order.problems = draft.order.problems.filter((problem) => !which(problem))
}

/** Pieces of a fulfillment per SKU: one reservation each, whatever lines they come from. */
export const bySku = (lines: readonly FulfillmentLine[]): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const line of lines) sums.set(line.sku, (sums.get(line.sku) ?? 0) + line.quantity)
  return sums
}

export const reservation = (document: string, sku: string): string => `${document}:${sku}`

/** Proven: this fulfillment will not ship (any more). Its stock is free again, since `at` where the warehouse says when. */
export const kill = (draft: Draft, fulfillment: Fulfillment, said: string, at?: number): void => {
  fulfillment.status = 'dead'
  fulfillment.said = said
  delete fulfillment.stop
  release(draft, fulfillment, at)
  draft.touched = true
}

/** The order does not wait for this SKU (any more). */
export const forget = (orderId: string, sku: string, seq: number): StockOp => ({
  kind: 'forget',
  id: `${orderId}:${sku}:forget:${seq}`,
  sku,
  warehouseId: '',
  orderId,
})

const release = (draft: Draft, { document, warehouseId, lines }: Fulfillment, at?: number): void => {
  for (const sku of bySku(lines).keys()) {
    draft.ops.push({
      kind: 'release',
      id: `${document}:${sku}:release`,
      sku,
      warehouseId,
      reservation: reservation(document, sku),
      ...(at !== undefined && { at }),
    })
  }
}

export const warehouseName = (world: World, id: string): string => factsWarehouse(world, id)?.name ?? id

/** Of whatever connection a call went to. */
export const connectionName = (world: World, id: string): string =>
  world.trackers.find((item) => item.id === id)?.name ?? warehouseName(world, id)

export const placeJob = (document: string): string => `place:${document}`
export const cancelJob = (document: string): string => `cancel:${document}`
