/**
 * Stage 3: take stock for the orders of a turn. Pure: plans a round of operations from the levels at hand, reads the
 * answers, plans again for those refused, at most three rounds; then the order waits and the ledger knows for what.
 */
import { choose } from '../domain/allocation.ts'
import { documentNumber } from '../domain/document.ts'
import type { Fulfillment } from '../domain/order-state.ts'
import { available, type StockAnswer, type StockOp, type StockResult } from '../domain/stock.ts'
import { bySku, type Draft, note, reservation, warehouseName } from './decide/draft.ts'
import { filterWarehouses } from './decide/review.ts'
import { claimant, unanswered, waitOps } from './decide/waiting.ts'
import { levelKey, type World } from './world.ts'

const ROUNDS = 3

/** An order's try in one round: all of it is granted, or all of it is given back. */
export interface Attempt {
  readonly orderId: string
  readonly fulfillments: Fulfillment[]
  readonly why: { readonly zh: string; readonly en: string }
  readonly ops: readonly string[]
}

export interface Round {
  readonly ops: StockOp[]
  readonly attempts: Attempt[]
}

/** First round: what the events demand (releases, commits), then a try for every order that wants goods, most urgent first. */
export const firstRound = (drafts: readonly Draft[], extra: readonly StockOp[], world: World): Round => {
  const round = tries(
    drafts.filter((draft) => draft.allocate.length > 0),
    world,
    0,
  )
  const own = drafts.flatMap((draft) => [...draft.ops, ...unanswered(draft, round.ops, world)])
  return { ops: [...extra, ...own, ...round.ops], attempts: round.attempts }
}

/** Reads a round's answers into the drafts; gives the next round, or undefined when nothing is left to ask. */
export const nextRound = (
  drafts: readonly Draft[],
  round: Round,
  index: number,
  answers: readonly StockAnswer[],
  world: World,
  silent: ReadonlySet<string>,
): Round | undefined => {
  for (const answer of answers) for (const level of answer.levels) learn(world, level)
  const results = new Map(answers.flatMap((answer) => answer.results.map((result) => [result.id, result] as const)))
  const byId = new Map(drafts.map((draft) => [draft.order.id, draft]))
  const failed: Attempt[] = []
  for (const attempt of round.attempts) {
    const draft = byId.get(attempt.orderId)
    if (!draft) continue
    if (attempt.ops.every((id) => results.get(id)?.outcome === 'ok')) grant(draft, attempt, world)
    else failed.push(attempt)
  }
  lookAgain(drafts, round, world)
  if (failed.length === 0) return undefined
  const again = failed.flatMap((attempt) => byId.get(attempt.orderId) ?? [])
  const hopeful = index + 1 < ROUNDS ? again.filter((draft) => !silent.has(draft.order.id) && fits(draft, world)) : []
  const hopeless = again.filter((draft) => !hopeful.includes(draft))
  for (const draft of hopeless) {
    wait(draft, world)
    // Nobody will wake it: the object that should does not answer.
    if (silent.has(draft.order.id)) draft.order.wakeAt = world.now + 5_000
  }
  const gives = failed.flatMap((attempt) => giveBack(attempt, results))
  const next = tries(hopeful, world, index + 1)
  const ops = [...gives, ...hopeless.flatMap((draft) => waitOps(draft, world)), ...next.ops]
  return ops.length > 0 ? { ops, attempts: next.attempts } : undefined
}

/** Who waits since an earlier round, and would fit into what the answers show now, tries again in a second. */
const lookAgain = (drafts: readonly Draft[], round: Round, world: World): void => {
  for (const draft of drafts) {
    if (
      !draft.order.waiting ||
      draft.allocate.length === 0 ||
      round.attempts.some((one) => one.orderId === draft.order.id)
    )
      continue
    if (fits(draft, world)) draft.order.wakeAt = world.now + 1000
  }
}

/** Levels are kept by their version: an older copy never replaces a newer one. */
export const learn = (world: World, level: StockAnswer['levels'][number]): void => {
  const key = levelKey(level.sku, level.warehouseId)
  const known = world.levels.get(key)
  if (!known || known.version < level.version) world.levels.set(key, level)
}

const order = (a: Draft, b: Draft): number =>
  claimant(a).shipBy - claimant(b).shipBy || a.order.placedAt - b.order.placedAt || (a.order.id < b.order.id ? -1 : 1)

/** Plans with what earlier orders of the same round will take already gone from the levels. */
const tries = (drafts: readonly Draft[], world: World, index: number): Round => {
  const spent = new Map<string, number>()
  const free = (sku: string, id: string): number => {
    const level = world.levels.get(levelKey(sku, id))
    return (level ? available(level) : 0) - (spent.get(levelKey(sku, id)) ?? 0)
  }
  const round: Round = { ops: [], attempts: [] }
  for (const draft of [...drafts].sort(order)) {
    const { able } = filterWarehouses(draft.order, world)
    const choice = choose(draft.allocate, able, free, world.shop?.split ?? false)
    if (choice.parts.length === 0) continue
    const fulfillments = choice.parts.map((part) => fulfillment(draft, part.warehouseId, part.lines))
    const ops = fulfillments.flatMap((item) =>
      reserveOps(
        item,
        draft,
        able.map((one) => one.id),
        `${world.seq}.${index}.${world.now}`,
        world.shop?.split ?? false,
      ),
    )
    if (choice.fits)
      for (const op of ops)
        spent.set(
          levelKey(op.sku, op.warehouseId),
          (spent.get(levelKey(op.sku, op.warehouseId)) ?? 0) + (op.kind === 'reserve' ? op.quantity : 0),
        )
    round.ops.push(...ops)
    round.attempts.push({
      orderId: draft.order.id,
      fulfillments,
      why: choice.fits ? choice.why : granted(fulfillments, world),
      ops: ops.map((op) => op.id),
    })
  }
  return round
}

/** The levels at hand said no, the ledger knew better. */
const granted = (fulfillments: readonly Fulfillment[], world: World): Attempt['why'] => {
  const names = fulfillments.map((item) => warehouseName(world, item.warehouseId)).join(' + ')
  return { zh: `${names} 刚好有货`, en: `${names} has just got it` }
}

const fulfillment = (draft: Draft, warehouseId: string, lines: Fulfillment['lines']): Fulfillment => {
  const generation = draft.order.generation++
  draft.touched = true
  return {
    document: documentNumber(draft.order.id, generation),
    generation,
    warehouseId,
    lines,
    status: 'reserved',
    packages: [],
    booked: [],
  }
}

const reserveOps = (
  { document, warehouseId, lines }: Fulfillment,
  draft: Draft,
  eligible: readonly string[],
  round: string,
  split: boolean,
): StockOp[] =>
  [...bySku(lines)].map(([sku, quantity]) => ({
    kind: 'reserve',
    // With the turn and its clock: decided anew it is another operation, or the ledger would repeat an answer that was given back since.
    id: `${document}:${sku}:reserve:${round}`,
    sku,
    warehouseId,
    reservation: reservation(document, sku),
    quantity,
    claimant: claimant(draft),
    eligible,
    split,
  }))

const fits = (draft: Draft, world: World): boolean => {
  const free = (sku: string, id: string): number => {
    const level = world.levels.get(levelKey(sku, id))
    return level ? available(level) : 0
  }
  return choose(draft.allocate, filterWarehouses(draft.order, world).able, free, world.shop?.split ?? false).fits
}

const grant = (draft: Draft, attempt: Attempt, world: World): void => {
  draft.order.fulfillments.push(...attempt.fulfillments)
  draft.order.waiting = false
  draft.allocate = []
  for (const item of attempt.fulfillments)
    draft.terms.push(...[...bySku(item.lines).keys()].map((sku) => `s:${sku}`), `d:${item.document}`)
  note(draft, world, 'allocated', { why: attempt.why.zh, why_en: attempt.why.en })
}

const giveBack = (attempt: Attempt, results: ReadonlyMap<string, StockResult>): StockOp[] =>
  attempt.fulfillments.flatMap(({ document, warehouseId, lines }) =>
    [...bySku(lines).keys()].flatMap((sku): StockOp[] => {
      const granted = attempt.ops.some(
        (id) => id.startsWith(`${document}:${sku}:reserve`) && results.get(id)?.outcome === 'ok',
      )
      return granted
        ? [
            {
              kind: 'release',
              id: `${document}:${sku}:release`,
              sku,
              warehouseId,
              reservation: reservation(document, sku),
            },
          ]
        : []
    }),
  )

/** Refused for good in this turn. The refused operations made it a waiter; it says on the timeline what for, once. */
const wait = (draft: Draft, world: World): void => {
  const skus = [...bySku(draft.allocate)].map(([sku, quantity]) => `${sku} × ${quantity}`).join(', ')
  if (!draft.order.waiting)
    note(draft, world, 'waiting_stock', { why: `${skus} 不足`, why_en: `not enough of ${skus}` })
  draft.order.waiting = true
  draft.touched = true
  if (fits(draft, world)) draft.order.wakeAt = world.now + 1000
  draft.terms.push(...[...bySku(draft.allocate).keys()].map((sku) => `s:${sku}`))
}
