/** A ledger on a table in memory, and the language its stories are told in. */
import { expect } from 'vitest'
import type { StockAnswer, StockLevel, StockOp, StockRequest, StockResult } from '../../src/domain/stock.ts'
import { apply } from '../../src/ledger/apply.ts'
import { audit } from '../../src/ledger/audit.ts'
import { createTables } from '../../src/ledger/tables.ts'
import { openSql, type TestSql } from '../support/sql.ts'

export const SKU = 'TEA-001'

export interface Desk {
  readonly sql: TestSql
  /** One request: its own turn unless told otherwise, and nothing called done. */
  readonly send: (ops: readonly StockOp[], request?: Partial<StockRequest>) => StockAnswer
  readonly one: (op: StockOp, request?: Partial<StockRequest>) => StockResult
  readonly level: (warehouseId?: string, sku?: string) => StockLevel
}

type Row = { counted: number; on_hand: number; reserved: number; in_transit: number; version: number }

export const NOW = 1_000_000

export const openDesk = (watch?: (query: string) => void): Desk => {
  const sql = openSql(watch ? { watch } : {})
  createTables(sql)
  let turn = 0
  const send: Desk['send'] = (ops, request = {}) => {
    turn = Math.max(turn + 1, request.turn ?? 0)
    return apply(sql, { lane: 'shop-1', turn, doneUpTo: 0, now: NOW, closed: [], ops, ...request })
  }
  const one: Desk['one'] = (op, request) => {
    const result = send([op], request).results[0]
    if (!result) throw new Error('no answer')
    return result
  }
  const level: Desk['level'] = (warehouseId = 'W1', sku = SKU) => {
    const row = sql.all<Row>('SELECT * FROM level WHERE sku = ? AND warehouse = ?', sku, warehouseId)[0]
    const [onHand, reserved, inTransit] = [row?.on_hand ?? 0, row?.reserved ?? 0, row?.in_transit ?? 0]
    return { sku, warehouseId, counted: row?.counted === 1, onHand, reserved, inTransit, version: row?.version ?? 0 }
  }
  return { sql, send, one, level }
}

/**
 * `operation -> answer level`, line by line:
 *   reserve D1 6          reservation D1 of 6 pieces for order D1 (order=O1 shipBy=5 placedAt=1 in=W1,W2 split)
 *   wait D1 6             D1 waits for 6 (the same options)
 *   commit D1 2 @50 #p1   at the warehouse's time 50, under an id of its own
 * Common: `at=W2` the warehouse, `lane=`, `turn=`, `done=`, `now=`, `close=D1`. The answer is the outcome, then
 * on hand / reserved (`?` before it: never counted, `+n`: in transit; two of them for two warehouses), then who wakes.
 */
export const story = (lines: string): Desk => {
  const desk = openDesk()
  for (const line of lines.trim().split('\n')) {
    const [said = '', expected] = line.split('->').map((part) => part.trim())
    const words = said.split(/\s+/)
    const answer = desk.send(said.startsWith('close') ? [] : [operation(words)], envelope(words))
    if (expected !== undefined) expect(told(answer, words), line.trim()).toBe(expected)
    expect(audit(desk.sql), line.trim()).toEqual([])
  }
  return desk
}

const option = (words: readonly string[], name: string): string | undefined =>
  words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)

const envelope = (words: readonly string[]): Partial<StockRequest> => ({
  ...(option(words, 'lane') && { lane: option(words, 'lane') as string }),
  ...(option(words, 'turn') && { turn: Number(option(words, 'turn')) }),
  ...(option(words, 'done') && { doneUpTo: Number(option(words, 'done')) }),
  ...(option(words, 'now') && { now: Number(option(words, 'now')) }),
  closed: words[0] === 'close' ? [{ sku: SKU, reservation: words[1] ?? '' }] : [],
})

export const operation = (words: readonly string[]): StockOp => {
  const [kind = '', name = '', ...rest] = words.filter((word) => !/[=@#]/.test(word) && word !== 'split')
  const at = Number(words.find((word) => word.startsWith('@'))?.slice(1) ?? 100)
  const mark = words.find((word) => word.startsWith('#')) ?? ''
  const base = {
    id: `${name}:${kind}${mark}`,
    sku: option(words, 'sku') ?? SKU,
    warehouseId: option(words, 'at') ?? 'W1',
  }
  const [first = 0, second = 0] = rest.map(Number)
  const claimant = {
    orderId: option(words, 'order') ?? name,
    shipBy: Number(option(words, 'shipBy') ?? 5000),
    placedAt: Number(option(words, 'placedAt') ?? 1),
  }
  const eligible = option(words, 'in')?.split(',') ?? [base.warehouseId]
  const split = words.includes('split') ? { split: true } : {}
  const timed = words.some((word) => word.startsWith('@')) ? { at } : {}
  const target = { toWarehouseId: option(words, 'to') ?? 'W2', toReservation: option(words, 'as') ?? `${name}b` }
  const kinds: Record<string, () => StockOp> = {
    reserve: () => ({ ...base, kind: 'reserve', reservation: name, quantity: first, claimant, eligible, ...split }),
    wait: () => ({ ...base, kind: 'wait', warehouseId: '', quantity: first, claimant, eligible, ...split }),
    placed: () => ({ ...base, kind: 'placed', reservation: name, at }),
    commit: () => ({ ...base, kind: 'commit', reservation: name, quantity: first, at }),
    release: () => ({ ...base, kind: 'release', reservation: name, ...timed }),
    move: () => ({ ...base, kind: 'move', reservation: name, ...target, claimant, ...timed }),
    receive: () => ({ ...base, kind: 'receive', quantity: first, at }),
    adjust: () => ({ ...base, kind: 'adjust', delta: first, at }),
    ship: () => ({ ...base, kind: 'shipUnreserved', quantity: first, at }),
    gross: () => ({ ...base, kind: 'snapshot', feed: 'gross', onHand: first, asOf: at }),
    net: () => ({
      ...base,
      kind: 'snapshot',
      feed: 'net',
      onHand: first,
      asOf: at,
      ...(rest.length > 1 && { frozen: second }),
    }),
    out: () => ({
      ...base,
      kind: 'transferOut',
      transfer: name,
      toWarehouseId: target.toWarehouseId,
      quantity: first,
      at,
    }),
    in: () => ({ ...base, kind: 'transferIn', transfer: name, quantity: first, lost: second, at }),
    forget: () => ({ ...base, kind: 'forget', orderId: name, warehouseId: option(words, 'at') ?? '' }),
  }
  const made = kinds[kind]
  if (!made) throw new Error(`what is ${words.join(' ')}?`)
  return made()
}

const told = ({ results, levels, wakes }: StockAnswer, words: readonly string[]): string => {
  const shown = ['move', 'out'].includes(words[0] ?? '') ? levels : levels.slice(0, 1)
  const woken = wakes.map((wake) => wake.orderId)
  return [...results.map(outcomeOf), ...shown.map(figures), ...(woken.length > 0 ? ['wakes', ...woken] : [])].join(' ')
}

const outcomeOf = (result: StockResult): string => {
  if (result.outcome === 'short') return `short ${result.unknown ? 'unknown' : result.available}`
  if (result.outcome === 'over') return `over ${result.unreserved}`
  if (result.outcome === 'counted') return `counted ${result.difference}`
  return result.outcome
}

const figures = ({ counted, onHand, reserved, inTransit }: StockLevel): string =>
  `${counted ? '' : '?'}${onHand}/${reserved}${inTransit > 0 ? `+${inTransit}` : ''}`
