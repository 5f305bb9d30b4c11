/**
 * Orders that wait for a SKU: refused, or given back because they lacked another. A rise wakes them at those warehouses
 * that the answer showed to have too little; where it showed enough they come of themselves, or no rise can help. It
 * wakes as many as the levels can serve, by ship-by and then age. The offer stands beside their names until they answer
 * with a reserve or a forget, so that what is offered to one is not offered to the next as well.
 */
import { available, type StockOp, type Waiting } from '../domain/stock.ts'
import { type Account, type Outcome, type Page, pageOf, rose, type Work } from './work.ts'

/** An offer that is not answered for so long goes to whoever is next. */
const PATIENCE_MS = 15 * 60 * 1000

const ONE = 'sku = ? AND lane = ? AND order_id = ?'

/** What an order asked of a SKU in this call and does not have, all of it together. */
export interface Claim {
  readonly waiting: Waiting
  readonly lacks: number
  readonly refusedAt: readonly string[]
}

/** A reserve: `refused` is 0 or all of it. */
export const claim = (work: Work, account: Account, waiting: Waiting, refused: number): void => {
  const { claims } = pageOf(work, account.sku)
  const { lacks, refusedAt } = claims.get(waiting.claimant.orderId) ?? { lacks: 0, refusedAt: [] }
  const at = refused > 0 ? [...refusedAt, account.warehouseId] : refusedAt
  claims.set(waiting.claimant.orderId, { waiting, lacks: lacks + refused, refusedAt: at })
}

export const waitFor = (work: Work, op: Extract<StockOp, { kind: 'wait' }>): Outcome => {
  pageOf(work, op.sku).claims.set(op.claimant.orderId, { waiting: op, lacks: op.quantity, refusedAt: [] })
  return { outcome: 'ok' }
}

export const tellAgain = (work: Work, op: Waiting & { readonly sku: string }): void => {
  pageOf(work, op.sku).toldAgain.set(op.claimant.orderId, op)
}

/** If the order waits for more of this SKU it needs these again: its own pieces must not wake it. */
export const giveBack = (work: Work, { sku, orderId }: { sku: string; orderId: string }, pieces: number): void => {
  const { returned } = pageOf(work, sku)
  if (pieces > 0) returned.set(orderId, (returned.get(orderId) ?? 0) + pieces)
}

/** The order waits no longer: at one warehouse, or (an empty name) at any. */
export const forget = (work: Work, { sku, orderId, warehouseId }: Extract<StockOp, { kind: 'forget' }>): Outcome => {
  pageOf(work, sku).forgot = true
  const key = [sku, work.request.lane, orderId]
  const rows = work.sql.all<Row>(`SELECT * FROM waiter WHERE ${ONE}`, ...key)
  const rest = rows.flatMap(placesOf).filter((id) => id !== warehouseId)
  const fewer = `UPDATE waiter SET places = ?, woken = NULL, offer = NULL WHERE ${ONE}`
  if (warehouseId === '' || rest.length === 0) work.sql.run(`DELETE FROM waiter WHERE ${ONE}`, ...key)
  else work.sql.run(fewer, JSON.stringify(rest), ...key)
  return { outcome: 'ok' }
}

/** Writes down who waits and who does not any more, then wakes whom the levels can serve. */
export const settle = (work: Work, page: Page): void => {
  const answered = [...page.claims.values()].filter((one) =>
    one.lacks > 0 ? wait(work, page, one) : cease(work, page, one),
  )
  for (const [orderId, quantity] of page.returned)
    if (!page.claims.has(orderId)) lackMore(work, page, orderId, quantity)
  for (const [orderId, waiting] of page.toldAgain)
    if (!page.claims.has(orderId)) lookAgain(work, page, orderId, waiting)
  const accounts = [...page.accounts.values()]
  if (!accounts.some((account) => available(account) > 0)) return
  if (page.forgot || answered.length > 0 || accounts.some(rose)) wake(work, page)
}

/** It waits anew for all it lacks: where it was refused, and where this answer shows too little. */
const wait = ({ sql, request }: Work, page: Page, { waiting, lacks, refusedAt }: Claim): true => {
  const places = new Set([...refusedAt, ...tooLittleAt(page, waiting, lacks)])
  const { claimant, split = false } = waiting
  sql.run(
    `INSERT INTO waiter (sku, lane, order_id, need, split, ship_by, placed_at, places, turn)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sku, lane, order_id) DO UPDATE SET need = excluded.need, split = excluded.split,
       ship_by = excluded.ship_by, placed_at = excluded.placed_at, places = excluded.places, turn = excluded.turn,
       woken = NULL, offer = NULL`,
    ...[page.sku, request.lane, claimant.orderId, lacks, split ? 1 : 0],
    ...[claimant.shipBy, claimant.placedAt, JSON.stringify([...places]), request.turn],
  )
  return true
}

/** A split order looks at all of its warehouses together. */
const tooLittleAt = (page: Page, { eligible, split = false }: Waiting, need: number): readonly string[] => {
  const there = new Map(eligible.map((id) => [id, availableAt(page, id)]))
  if (split) return total(there) < need ? eligible : []
  return eligible.filter((id) => (there.get(id) ?? 0) < need)
}

/** What was enough when the lost answer was written may be too little in this one: then the order must be woken there. */
const lookAgain = ({ sql, request }: Work, page: Page, orderId: string, waiting: Waiting): void => {
  const key = [page.sku, request.lane, orderId]
  const row = sql.all<Row>(`SELECT * FROM waiter WHERE ${ONE}`, ...key)[0]
  if (!row || row.turn !== request.turn) return
  const before = placesOf(row)
  const places = new Set([...before, ...tooLittleAt(page, waiting, row.need)])
  if (places.size > before.length)
    sql.run(`UPDATE waiter SET places = ? WHERE ${ONE}`, JSON.stringify([...places]), ...key)
}

const lackMore = ({ sql, request }: Work, page: Page, orderId: string, quantity: number): void => {
  sql.run(`UPDATE waiter SET need = need + ? WHERE ${ONE}`, quantity, page.sku, request.lane, orderId)
}

/** Granted whole: it waits no more. */
const cease = ({ sql, request }: Work, page: Page, { waiting }: Claim): boolean =>
  sql.run(`DELETE FROM waiter WHERE ${ONE}`, page.sku, request.lane, waiting.claimant.orderId) > 0

type Row = {
  lane: string
  order_id: string
  need: number
  split: number
  ship_by: number
  placed_at: number
  places: string
  turn: number
  woken: number | null
  offer: string | null
}
/** Pieces per warehouse. */
type Pieces = Map<string, number>

const availableAt = (page: Page, warehouseId: string): number => {
  const account = page.accounts.get(warehouseId)
  return account ? available(account) : 0
}

const placesOf = (row: Row): string[] => JSON.parse(row.places) as string[]

const byUrgency = (a: Row, b: Row): number =>
  a.ship_by - b.ship_by ||
  a.placed_at - b.placed_at ||
  (`${a.lane}\n${a.order_id}` < `${b.lane}\n${b.order_id}` ? -1 : 1)

const wake = (work: Work, page: Page): void => {
  const rows = work.sql.all<Row>('SELECT * FROM waiter WHERE sku = ?', page.sku)
  const stands = (row: Row): boolean => row.woken !== null && row.woken > work.request.now - PATIENCE_MS
  const waiting = rows.filter((row) => !stands(row)).sort(byUrgency)
  const free: Pieces = new Map([...page.accounts.values()].map((account) => [account.warehouseId, available(account)]))
  for (const row of rows.filter(stands))
    for (const [id, quantity] of JSON.parse(row.offer ?? '[]') as [string, number][]) take(free, id, quantity)
  const offered = waiting.map((row) => offer(work, page, row, free)).filter((given) => given)
  if (offered.length === 0) firstThatFits(work, page, waiting)
}

/** A rise wakes somebody, even while older offers seem to claim all of it. */
const firstThatFits = (work: Work, page: Page, waiting: readonly Row[]): void => {
  const risen = [...page.accounts.values()].filter(rose)
  const full: Pieces = new Map(risen.map((account) => [account.warehouseId, available(account)]))
  waiting.some((row) => offer(work, page, row, full))
}

const total = (free: Pieces): number => [...free.values()].reduce((sum, quantity) => sum + Math.max(0, quantity), 0)

const take = (free: Pieces, id: string, quantity: number): void => {
  free.set(id, (free.get(id) ?? 0) - quantity)
}

/** Offers an order what it needs, if it is free. */
const offer = (work: Work, page: Page, row: Row, free: Pieces): boolean => {
  if (row.need > total(free)) return false
  const pieces = row.split === 1 ? parts(row.need, placesOf(row), free) : whole(row.need, placesOf(row), free)
  if (!pieces) return false
  for (const [id, quantity] of pieces) take(free, id, quantity)
  work.sql.run(
    `UPDATE waiter SET woken = ?, offer = ? WHERE ${ONE}`,
    ...[work.request.now, JSON.stringify([...pieces]), page.sku, row.lane, row.order_id],
  )
  page.woken.push({ lane: row.lane, orderId: row.order_id, sku: page.sku })
  return true
}

const whole = (need: number, ids: readonly string[], free: Pieces): Pieces | undefined => {
  const id = ids.find((one) => (free.get(one) ?? 0) >= need)
  return id === undefined ? undefined : new Map([[id, need]])
}

const parts = (need: number, ids: readonly string[], free: Pieces): Pieces | undefined => {
  const pieces: Pieces = new Map()
  let left = need
  for (const id of ids) {
    const quantity = Math.max(0, Math.min(left, free.get(id) ?? 0))
    if (quantity > 0) pieces.set(id, quantity)
    left -= quantity
  }
  return left === 0 ? pieces : undefined
}
