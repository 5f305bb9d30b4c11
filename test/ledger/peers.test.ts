/** Faults that other order and stock systems shipped, as promises of this one. The numbers are those of our research. */
import { describe, expect, it } from 'vitest'
import { available, type StockOp } from '../../src/domain/stock.ts'
import { audit } from '../../src/ledger/audit.ts'
import { openDesk, operation, SKU, story } from './desk.ts'

const op = (text: string) => operation(text.split(/\s+/))
const outcomes = (answer: { readonly results: readonly { readonly outcome: string }[] }) =>
  answer.results.map((result) => result.outcome)

describe("peers' faults", () => {
  it('1: two lines of one SKU do not exceed its stock together', () => {
    const desk = story('receive a 5 -> ok 5/0')
    const lines = [op('reserve D1:1 3 order=O1'), op('reserve D1:2 3 order=O1')]
    expect(outcomes(desk.send(lines))).toEqual(['ok', 'short'])
    expect(desk.level()).toMatchObject({ onHand: 5, reserved: 3 })
  })

  it('2: 10 wanted from 6 and 50 are 10 reserved, whether whole or in parts', () => {
    const stock = 'receive a 6 -> ok 6/0\nreceive b 50 at=W2 -> ok 50/0'
    const whole = story(stock)
    expect(outcomes(whole.send([op('reserve D1 10')]))).toEqual(['short'])
    expect(outcomes(whole.send([op('reserve D2 10 at=W2')]))).toEqual(['ok'])
    const parts = story(stock)
    expect(outcomes(parts.send([op('reserve D1 6'), op('reserve D2 4 at=W2')]))).toEqual(['ok', 'ok'])
    for (const desk of [whole, parts]) expect(desk.level('W1').reserved + desk.level('W2').reserved).toBe(10)
  })

  it('3: of many reserves on k pieces, from many lanes, k succeed and nothing is left', () => {
    for (const k of [0, 1, 7, 50]) {
      const desk = openDesk()
      desk.one({ kind: 'snapshot', id: 'c', sku: SKU, warehouseId: 'W1', onHand: k, asOf: 1, feed: 'gross' })
      const answers = Array.from({ length: 60 }, (_, index) =>
        desk.one(op(`reserve D${index} 1`), { lane: `lane-${index % 6}` }),
      )
      expect(answers.filter((answer) => answer.outcome === 'ok')).toHaveLength(k)
      expect(available(desk.level())).toBe(0)
      expect(desk.level()).toMatchObject({ onHand: k, reserved: k })
    }
  })

  it('4: an operation that comes twice has one effect: in its batch, in the next, and after the shipment', () => {
    const desk = story('receive a 9 -> ok 9/0')
    const reserve = op('reserve D1 4')
    const commit = op('commit D1 4')
    expect(outcomes(desk.send([reserve, reserve]))).toEqual(['ok', 'ok'])
    expect(outcomes(desk.send([op('reserve D2 1'), reserve]))).toEqual(['ok', 'ok'])
    expect(outcomes(desk.send([commit, commit, reserve]))).toEqual(['ok', 'ok', 'ok'])
    expect(outcomes(desk.send([reserve, commit]))).toEqual(['ok', 'ok'])
    expect(desk.level()).toMatchObject({ onHand: 5, reserved: 1 })
    expect(audit(desk.sql)).toEqual([])
  })

  it('6: released twice, under one id or two, is released once', () => {
    story(`
      receive a 9   -> ok 9/0
      reserve D1 4  -> ok 9/4
      reserve D2 3  -> ok 9/7
      release D1    -> ok 9/3
      release D1    -> ok 9/3
      release D1 #2 -> ok 9/3`)
  })

  it('8: a reservation that moves is checked where it goes', () => {
    story(`
      receive a 9      -> ok 9/0
      receive b 3 at=W2 -> ok 3/0
      reserve D1 4     -> ok 9/4
      move D1          -> short 3 9/4 3/0
      receive c 1 at=W2 -> ok 4/0 wakes D1
      move D1 #2       -> ok 9/0 4/4
      reserve D2 1 at=W2 -> short 0 4/4`)
  })

  it('10: a count older than what is on its way does not bring back what has shipped', () => {
    story(`
      gross c 9 @10    -> counted 0 9/0
      reserve D1 4     -> ok 9/4
      commit D1 4 @30  -> ok 5/0
      gross d 9 @20    -> counted 0 5/0
      gross e 5 @40    -> counted 0 5/0
      gross f 9 @20 #2 -> stale 5/0`)
  })

  it('11: gross and net counts give the same available, before and after the shipment', () => {
    const frozen: Record<string, number> = { before: 4, after: 0 }
    for (const [when, commitAt] of [
      ['before', 50],
      ['after', 30],
    ] as const) {
      const levels = [
        op(`gross c ${when === 'before' ? 9 : 5} @40`),
        op(`net c ${(when === 'before' ? 9 : 5) - (frozen[when] ?? 0)} @40`),
      ].flatMap((count) => {
        const told = (ops: readonly StockOp[]) => {
          const desk = story('gross a 9 @1 -> counted 0 9/0\nreserve D1 4 -> ok 9/4\nplaced D1 @20 -> ok 9/4')
          for (const one of ops) desk.send([one])
          return available(desk.level())
        }
        const commit = op(`commit D1 4 @${commitAt}`)
        return [told([count, commit]), told([commit, count])]
      })
      expect(levels).toEqual([5, 5, 5, 5])
    }
  })

  it('23: a confirmation repeated is one shipment; more than was ordered is booked, and never as reserved goods', () => {
    story(`
      receive a 9      -> ok 9/0
      reserve D1 4     -> ok 9/4
      reserve D2 3     -> ok 9/7
      commit D1 4 #p1  -> ok 5/3
      commit D1 4 #p1  -> ok 5/3
      commit D1 1 #p2  -> over 1 4/3
      commit D1 1 #p2  -> over 1 4/3`)
  })

  it('5: a counter that drifted is found', () => {
    const desk = story(`
      receive a 9      -> ok 9/0
      reserve D1 4     -> ok 9/4
      out T1 2         -> ok 7/4 ?0/0+2`)
    desk.sql.run('UPDATE level SET reserved = 5, in_transit = in_transit + 1')
    desk.sql.run("UPDATE reservation SET warehouse = 'W9'")
    const place = { sku: SKU }
    expect(audit(desk.sql)).toEqual([
      { ...place, warehouseId: 'W1', figure: 'reserved', kept: 5, summed: 0 },
      { ...place, warehouseId: 'W2', figure: 'reserved', kept: 5, summed: 0 },
      { ...place, warehouseId: 'W9', figure: 'reserved', kept: 0, summed: 4 },
      { ...place, warehouseId: 'W1', figure: 'inTransit', kept: 1, summed: 0 },
      { ...place, warehouseId: 'W2', figure: 'inTransit', kept: 3, summed: 2 },
    ])
  })
})
