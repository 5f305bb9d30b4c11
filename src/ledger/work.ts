/** One call at work: what it has read and changed so far. Nothing of it outlives the call. */
import {
  available,
  type StockLevel,
  type StockRequest,
  type StockResult,
  type Waiting,
  type Wake,
} from '../domain/stock.ts'
import { assert } from '../lib/assert.ts'
import type { Sql } from '../lib/sql.ts'
import { type Memory, recollect, type Told } from './memory.ts'
import { type Movement, readMovements, spill, writeMovements } from './movements.ts'
import type { Claim } from './waiters.ts'

type Each<Result> = Result extends unknown ? Omit<Result, 'id'> : never
/** An answer before it has the operation's id on it. */
export type Outcome = Each<StockResult>

/** One warehouse's level of one SKU, and what is needed to read a count against it. */
export interface Account {
  readonly sku: string
  readonly warehouseId: string
  counted: boolean
  /** Below 0 if more left than ever came: the books are wrong then, and say so. */
  onHand: number
  reserved: number
  inTransit: number
  version: number
  /** Effect time of the last count applied; −∞ if there was none. */
  asOf: number
  /** The last count was net and made gross by our own estimate of what the warehouse had frozen. */
  net: boolean
  /** Movements with effect up to here are no longer in the log. */
  folded: number
  recent: Movement[]
  /** Available when the call began. */
  readonly before: number
  dirty: boolean
}

/** One SKU's page of the ledger. */
export interface Page {
  readonly sku: string
  readonly accounts: Map<string, Account>
  /** What orders asked of this SKU in this call, and pieces that orders gave back. */
  readonly claims: Map<string, Claim>
  readonly returned: Map<string, number>
  /** Orders that are told once more that they wait, by levels that have moved on since. */
  readonly toldAgain: Map<string, Waiting>
  forgot: boolean
  readonly woken: Wake[]
  /** The last operation done on this SKU: wakes are part of its answer. */
  cause: { readonly id: string; readonly told: Told } | undefined
}

export interface Work {
  readonly sql: Sql
  readonly request: StockRequest
  readonly memory: Memory
  readonly pages: Map<string, Page>
  readonly asked: Set<Account>
  readonly wakes: Wake[]
}

export const begin = (sql: Sql, request: StockRequest): Work => ({
  sql,
  request,
  memory: recollect(sql, request.lane),
  pages: new Map(),
  asked: new Set(),
  wakes: [],
})

/** All warehouses of a SKU are read at once: they are few, and an order that waits may wait at several. */
export const pageOf = (work: Work, sku: string): Page => {
  const known = work.pages.get(sku)
  if (known) return known
  const rows = work.sql.all<LevelRow>('SELECT * FROM level WHERE sku = ?', sku)
  const accounts = new Map(rows.map((row) => [row.warehouse, fromRow(row)]))
  const page: Page = {
    sku,
    accounts,
    claims: new Map(),
    returned: new Map(),
    toldAgain: new Map(),
    forgot: false,
    woken: [],
    cause: undefined,
  }
  work.pages.set(sku, page)
  return page
}

/** Never counted, nothing known: exists on paper only until something happens to it. */
export const accountOf = (work: Work, sku: string, warehouseId: string): Account => {
  const { accounts } = pageOf(work, sku)
  const known = accounts.get(warehouseId)
  if (known) return known
  const figures = { counted: false, onHand: 0, reserved: 0, inTransit: 0, version: 0 }
  const count = { asOf: Number.NEGATIVE_INFINITY, net: false, folded: 0, recent: [], before: 0, dirty: false }
  const account: Account = { sku, warehouseId, ...figures, ...count }
  accounts.set(warehouseId, account)
  return account
}

interface Change {
  readonly counted?: true
  readonly onHand?: number
  readonly reserved?: number
  readonly inTransit?: number
}

/** The only place where figures change, by differences; each change that shows has its version. */
export const change = (account: Account, by: Change): void => {
  const { onHand = 0, reserved = 0, inTransit = 0 } = by
  const counted = account.counted || by.counted === true
  if (onHand === 0 && reserved === 0 && inTransit === 0 && counted === account.counted) return
  account.counted = counted
  account.onHand += onHand
  account.reserved += reserved
  account.inTransit += inTransit
  account.version += 1
  account.dirty = true
  assert(account.reserved >= 0 && account.inTransit >= 0, `${account.sku} at ${account.warehouseId} below nothing`)
}

export const levelOf = (account: Account): StockLevel => {
  const { sku, warehouseId, counted, onHand, reserved, inTransit, version } = account
  return { sku, warehouseId, counted, onHand, reserved, inTransit, version }
}

export const rose = (account: Account): boolean => available(account) > account.before

export const saveAccounts = (work: Work): void => {
  for (const page of work.pages.values()) {
    for (const account of page.accounts.values()) {
      if (!account.dirty) continue
      spill(work, account)
      saveAccount(work.sql, account)
    }
  }
}

type LevelRow = {
  sku: string
  warehouse: string
  counted: number
  on_hand: number
  reserved: number
  in_transit: number
  version: number
  as_of: number | null
  net: number
  folded: number
  recent: string
}

const fromRow = (row: LevelRow): Account => {
  const level = {
    sku: row.sku,
    warehouseId: row.warehouse,
    counted: row.counted === 1,
    onHand: row.on_hand,
    reserved: row.reserved,
    inTransit: row.in_transit,
    version: row.version,
  }
  const count = { asOf: row.as_of ?? Number.NEGATIVE_INFINITY, net: row.net === 1, folded: row.folded }
  return { ...level, ...count, recent: readMovements(row.recent), before: available(level), dirty: false }
}

const saveAccount = (sql: Sql, account: Account): void => {
  const { sku, warehouseId, onHand, reserved, inTransit, version, asOf, net, folded, recent } = account
  sql.run(
    `INSERT INTO level (sku, warehouse, counted, on_hand, reserved, in_transit, version, as_of, net, folded, recent)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sku, warehouse) DO UPDATE SET counted = excluded.counted, on_hand = excluded.on_hand,
       reserved = excluded.reserved, in_transit = excluded.in_transit, version = excluded.version,
       as_of = excluded.as_of, net = excluded.net, folded = excluded.folded, recent = excluded.recent`,
    ...[sku, warehouseId, account.counted ? 1 : 0, onHand, reserved, inTransit, version],
    ...[Number.isFinite(asOf) ? asOf : null, net ? 1 : 0, folded, writeMovements(recent)],
  )
}
