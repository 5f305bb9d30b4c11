/**
 * The ledger: the only way stock changes. One synchronous transaction over the storage of the object that owns these
 * SKUs; the same bytes in the simulation, in tests and in production.
 *
 * What callers owe it: a lane sends an operation again only under a turn that is not yet done (`doneUpTo`), and closes
 * only reservations that are its own; an order that is woken answers with a reserve or a forget on that SKU.
 */
import type { StockAnswer, StockOp, StockRequest, Wake } from '../domain/stock.ts'
import { assert, never } from '../lib/assert.ts'
import type { Sql } from '../lib/sql.ts'
import { check, sound } from './check.ts'
import { digestOf } from './digest.ts'
import { adjust, receive, shipUnreserved, transferIn, transferOut } from './goods.ts'
import { keep, refresh, saveMemory, toldOf } from './memory.ts'
import { closeReservations, doneOn, type Reservation, record, reservationOf } from './reservations.ts'
import { commit, move, placed, release, reserve, type Verdict } from './reserve.ts'
import { snapshot } from './snapshot.ts'
import { forget, settle, tellAgain, waitFor } from './waiters.ts'
import { accountOf, begin, levelOf, type Outcome, type Page, pageOf, saveAccounts, type Work } from './work.ts'

export const apply = (sql: Sql, request: StockRequest): StockAnswer =>
  sql.transaction(() => {
    check(request)
    const work = begin(sql, request)
    const late = request.turn < work.memory.doneUpTo
    const results = request.ops.map((op) => ({ id: op.id, ...one(work, op, late) }))
    if (!late) finish(work)
    return { results, levels: [...work.asked].map(levelOf), wakes: unique(work.wakes) }
  })

const one = (work: Work, op: StockOp, late: boolean): Outcome => {
  if (!sound(op)) return { outcome: 'unsound' }
  return late ? refuse(work, op) : answer(work, op)
}

/** The lane said that this turn is done, and what it was told then is forgotten: nothing may be done on its word. */
const refuse = (work: Work, op: StockOp): Outcome => {
  ask(work, op)
  return { outcome: 'stale' }
}

/** Once: what was told before is told again, and other content under the same id changes nothing. */
const answer = (work: Work, op: StockOp): Outcome => {
  ask(work, op)
  const digest = digestOf(op)
  const row = 'reservation' in op ? reservationOf(work.sql, op) : undefined
  const before = toldOf(work.memory, op) ?? doneOn(row, op.id)
  if (before && before.digest !== digest) return { outcome: 'conflict' }
  refresh(work.memory, op, work.request.turn)
  if (!before) return first(work, op, row, digest)
  if ('wakes' in before) work.wakes.push(...before.wakes)
  if (op.kind === 'wait' || (op.kind === 'reserve' && before.outcome.outcome === 'short')) tellAgain(work, op)
  return before.outcome
}

const first = (work: Work, op: StockOp, row: Reservation | undefined, digest: number): Outcome => {
  const { outcome, on } = decide(work, op, row, digest)
  const told = { turn: work.request.turn, digest, outcome, wakes: [] }
  if (on) record(work, on, op, digest, outcome)
  else keep(work.memory, op, told)
  pageOf(work, op.sku).cause = { id: op.id, told }
  return outcome
}

const decide = (work: Work, op: StockOp, row: Reservation | undefined, digest: number): Verdict => {
  switch (op.kind) {
    case 'reserve':
      return reserve(work, op, row)
    case 'wait':
      return { outcome: waitFor(work, op) }
    case 'placed':
      return placed(work, op, row)
    case 'commit':
      return commit(work, op, row)
    case 'release':
      return release(work, op, row)
    case 'move':
      return move(work, op, row, digest)
    case 'receive':
      return { outcome: receive(work, op) }
    case 'adjust':
      return { outcome: adjust(work, op) }
    case 'snapshot':
      return { outcome: snapshot(work, op) }
    case 'transferOut':
      return { outcome: transferOut(work, op) }
    case 'transferIn':
      return { outcome: transferIn(work, op) }
    case 'shipUnreserved':
      return { outcome: shipUnreserved(work, op) }
    case 'forget':
      return { outcome: forget(work, op) }
    default:
      return never(op)
  }
}

const finish = (work: Work): void => {
  for (const page of work.pages.values()) {
    settle(work, page)
    if (page.woken.length > 0) tell(work, page)
  }
  closeReservations(work)
  saveAccounts(work)
  saveMemory(work.sql, work.request, work.memory)
}

/** Wakes belong to the answer of the operation that caused them: when it is repeated, so are they. */
const tell = (work: Work, { sku, woken, cause }: Page): void => {
  assert(cause, `somebody was woken for ${sku} by nothing`)
  keep(work.memory, { sku, id: cause.id }, { ...cause.told, wakes: woken })
  work.wakes.push(...woken)
}

/** The levels an answer shows: every one that was touched or asked about. */
const ask = (work: Work, op: StockOp): void => {
  if (op.warehouseId !== '') askAll(work, op.sku, [op.warehouseId])
  if ('toWarehouseId' in op) askAll(work, op.sku, [op.toWarehouseId])
  if ('eligible' in op) askAll(work, op.sku, op.eligible)
}

const askAll = (work: Work, sku: string, ids: readonly string[]): void => {
  for (const id of ids) work.asked.add(accountOf(work, sku, id))
}

const unique = (wakes: readonly Wake[]): Wake[] => [
  ...new Map(wakes.map((wake) => [`${wake.lane}\n${wake.orderId}\n${wake.sku}`, wake])).values(),
]
