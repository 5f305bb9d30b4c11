/** What an operation costs: rows written, which are paid for, and how its rows are found. */
import { describe, expect, it } from 'vitest'
import { apply } from '../../src/ledger/apply.ts'
import { SEGMENT } from '../../src/ledger/movements.ts'
import { createTables } from '../../src/ledger/tables.ts'
import type { Sql } from '../../src/lib/sql.ts'
import { openSql } from '../support/sql.ts'
import { openDesk, operation, SKU, story } from './desk.ts'

const op = (text: string) => operation(text.split(/\s+/))

/** Rows that a request writes, by the database's own count. */
const rows = (sql: Sql, work: (counted: Sql) => void): number => {
  let written = 0
  const run: Sql['run'] = (query, ...values) => {
    const changed = sql.run(query, ...values)
    written += changed
    return changed
  }
  work({ ...sql, run })
  return written
}

const stock = `
  receive a 900      -> ok 900/0
  receive b 900 at=W2 -> ok 900/0
  reserve D1 4       -> ok 900/4
  reserve D2 4       -> ok 900/8
  reserve D3 950     -> short 892 900/8`

describe('rows written', () => {
  it.each([
    ['reserve', 'reserve D9 1', 2],
    ['reserve refused', 'reserve D9 900', 2],
    ['any repeat', 'reserve D1 4', 0],
    ['a refusal repeated in a later turn', 'reserve D3 950', 1],
    ['another content', 'reserve D1 5', 0],
    ['placed', 'placed D1', 1],
    ['commit', 'commit D1 4', 2],
    ['commit of the unknown', 'commit D9 4', 2],
    ['release', 'release D1', 2],
    ['release of the unknown', 'release D9', 1],
    ['move', 'move D1', 4],
    ['receive', 'receive c 1', 2],
    ['snapshot', 'gross c 1 @500', 2],
    ['transferOut', 'out T1 5', 4],
    ['transferIn', 'in T1 5', 3],
    ['a rise that wakes one', 'receive c 60', 3],
    ['forget', 'forget D3', 2],
  ])('%s', (_, text, written) => {
    const { sql } = story(stock)
    const request = { lane: 'shop-1', turn: 50, doneUpTo: 0, now: 1_000_000, closed: [] }
    expect(rows(sql, (counted) => apply(counted, { ...request, ops: [op(text)] }))).toBe(written)
  })

  it('of a whole turn repeated: none', () => {
    const { sql } = story(stock)
    const ops = ['reserve D9 1', 'reserve D8 900', 'commit D1 4', 'receive c 60', 'forget D3', 'release D7'].map(op)
    const request = { lane: 'shop-1', turn: 50, doneUpTo: 50, now: 1_000_000, closed: [], ops }
    const first = apply(sql, request)
    expect(first.wakes).toHaveLength(1)
    expect(rows(sql, (counted) => expect(apply(counted, request)).toEqual(first))).toBe(0)
  })

  it('of a hundred orders in one turn: one each, and one for the level', () => {
    const { sql } = story(stock)
    const ops = Array.from({ length: 100 }, (_, index) => op(`reserve N${index} 1`))
    const commits = ops.map((_, index) => op(`commit N${index} 1`))
    const request = { lane: 'shop-1', turn: 50, doneUpTo: 50, now: 1_000_000, closed: [] }
    expect(rows(sql, (counted) => apply(counted, { ...request, ops }))).toBe(101)
    expect(rows(sql, (counted) => apply(counted, { ...request, turn: 51, ops: commits }))).toBe(102)
    const closed = ops.map((_, index) => ({ sku: SKU, reservation: `N${index}` }))
    const last = { ...request, turn: 52, doneUpTo: 52, ops: [], closed }
    expect(rows(sql, (counted) => apply(counted, last))).toBe(101)
  })

  it('of the movement log: one for a segment of shipments, and one less once it is forgotten', () => {
    const { sql } = story(stock)
    const request = { lane: 'shop-1', doneUpTo: 0, now: 1_000_000, closed: [] }
    const ship = (turn: number): number =>
      rows(sql, (counted) => apply(counted, { ...request, turn, ops: [op(`commit D1 1 #${turn}`)] }))
    expect(Array.from({ length: SEGMENT }, (_, index) => ship(100 + index)).filter((written) => written !== 2)).toEqual(
      [3],
    )
  })
})

describe('query plans', () => {
  it('search by key, always', () => {
    const queries = new Set<string>()
    const desk = openDesk((query) => queries.add(query.trim()))
    const everything = `
      gross c 5 @1 | net d 5 @2 | net e 5 1 @3 | receive a 9 | receive w 9 at=W2 | adjust b -1 | ship s 1 | out T1 2 | in T1 1 0 at=W2 | in T1 1 0 #2 at=W2
      reserve D1 4 | reserve D2 40 | reserve D3 40 split in=W1,W2 | placed D1 @2 | commit D1 1 | move D1 | release D1b at=W2
      receive z 99 | forget D2 at=W1 | forget D3 at=W1 | forget D3 | gross f 9 @500 | net g 9 @600`
    for (const text of everything.split(/[|\n]/).filter((one) => one.trim() !== '')) desk.send([op(text.trim())])
    for (let index = 0; index < 2 * SEGMENT; index++)
      desk.send([op(`ship s 1 #${index} @${700 + index}`)], { now: 1e9 + 700 + index })
    const again = () => desk.send([op('reserve D8 9000 in=W1,W2')], { turn: 800 })
    desk.send([op('receive y 9999 at=W2')])
    again()
    desk.send([op('ship u 9999 at=W2')])
    again()
    desk.send([], { turn: 900, doneUpTo: 900, closed: [{ sku: SKU, reservation: 'D1' }] })

    const statements = [...queries].filter(
      (query) => /^(SELECT|INSERT|UPDATE|DELETE)/.test(query) && !query.includes('format'),
    )
    expect(statements).toHaveLength(24)
    const sql = openSql()
    createTables(sql)
    const scans = statements.flatMap((query) => {
      const values = Array.from(query.matchAll(/\?/g), () => null)
      const plan = sql.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...values)
      return plan
        .filter(({ detail }) => !/^SEARCH \w+ USING PRIMARY KEY/.test(detail))
        .map(({ detail }) => `${detail}: ${query}`)
    })
    expect(scans).toEqual([])
  })
})

describe('tables', () => {
  it('are made once, and those of a later release are refused', () => {
    const sql = openSql()
    createTables(sql)
    createTables(sql)
    expect(sql.all('SELECT version FROM format')).toEqual([{ version: 1 }])
    sql.run('UPDATE format SET version = 2')
    expect(() => createTables(sql)).toThrow('format 2')
  })

  it('a request that fails leaves nothing behind', () => {
    let broken = false
    const desk = openDesk((query) => {
      if (broken && query.startsWith('INSERT INTO level')) throw new Error('disk full')
    })
    desk.send([op('receive a 9')])
    broken = true
    expect(() => desk.send([op('reserve D1 4'), op('reserve D2 40')])).toThrow('disk full')
    broken = false
    expect(desk.level()).toMatchObject({ onHand: 9, reserved: 0 })
    expect(desk.sql.all('SELECT name FROM reservation UNION ALL SELECT order_id FROM waiter')).toEqual([])
    expect(desk.one(op('reserve D1 4'))).toMatchObject({ outcome: 'ok' })
  })
})
