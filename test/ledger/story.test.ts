/** Each operation accepted, refused, repeated and stale. Read down each table as a story. */
import { describe, expect, it } from 'vitest'
import { available, short } from '../../src/domain/stock.ts'
import { SEGMENT } from '../../src/ledger/movements.ts'
import { openDesk, operation, SKU, story } from './desk.ts'

const op = (text: string) => operation(text.split(/\s+/))

describe('reserve', () => {
  it('is granted while it fits, and a repeat is the same grant', () => {
    story(`
      receive in 10        -> ok 10/0
      reserve D1 6         -> ok 10/6
      reserve D1 6         -> ok 10/6
      reserve D2 5         -> short 4 10/6
      reserve D2 5         -> short 4 10/6
      reserve D3 4         -> ok 10/10
      reserve D4 1         -> short 0 10/10`)
  })

  it('refuses the same id with other content, wherever the first answer is kept', () => {
    story(`
      receive in 10        -> ok 10/0
      reserve D1 6         -> ok 10/6
      reserve D1 5         -> conflict 10/6
      reserve D1 6 shipBy=7 -> conflict 10/6
      reserve D1 6 at=W2   -> conflict ?0/0
      reserve D2 5         -> short 4 10/6
      reserve D2 4         -> conflict 10/6
      receive in 11        -> conflict 10/6`)
  })

  it('tells a refusal again even after the goods have come', () => {
    story(`
      receive in 1         -> ok 1/0
      reserve D1 2         -> short 1 1/0
      receive more 5       -> ok 6/0 wakes D1
      reserve D1 2         -> short 1 6/0
      reserve D1 2 #again  -> ok 6/2`)
  })

  it('under a new id: holds already, is over, or is another', () => {
    story(`
      receive in 10        -> ok 10/0
      reserve D1 6         -> ok 10/6
      reserve D1 6 #2      -> ok 10/6
      reserve D1 7 #3      -> conflict 10/6
      reserve D1 6 #4 order=O9 -> conflict 10/6
      commit D1 2          -> ok 8/4
      reserve D1 6 #5      -> conflict 8/4
      release D1           -> ok 8/0
      reserve D1 6 #6      -> gone 8/0
      reserve D1 6         -> ok 8/0`)
  })

  it('of what was never counted is unknown, not short of 0', () => {
    story(`
      reserve D1 1         -> short unknown ?0/0
      gross c 0 @1         -> counted 0 0/0
      reserve D1 1         -> short unknown 0/0
      reserve D2 1         -> short 0 0/0`)
  })

  it('after a release that came first is gone', () => {
    story(`
      receive in 10        -> ok 10/0
      release D1           -> ok 10/0
      reserve D1 6         -> gone 10/0
      reserve D1 6         -> gone 10/0
      release D1           -> ok 10/0`)
  })
})

describe('release', () => {
  it('gives back what remains, once', () => {
    story(`
      receive in 10        -> ok 10/0
      reserve D1 6         -> ok 10/6
      commit D1 2          -> ok 8/4
      release D1           -> ok 8/0
      release D1           -> ok 8/0
      release D1 #2        -> ok 8/0
      release D1 @7        -> conflict 8/0`)
  })

  it('at another warehouse than the reservation is another content', () => {
    story(`
      receive in 10        -> ok 10/0
      reserve D1 6         -> ok 10/6
      release D1 at=W2     -> conflict ?0/0
      release D1 #2        -> ok 10/0`)
  })
})

describe('commit', () => {
  it('takes goods and hold together, package by package', () => {
    story(`
      receive in 10        -> ok 10/0
      reserve D1 6         -> ok 10/6
      commit D1 2 #p1      -> ok 8/4
      commit D1 2 #p1      -> ok 8/4
      commit D1 3 #p1      -> conflict 8/4
      commit D1 4 #p2      -> ok 4/0
      reserve D1 6 #2      -> gone 4/0`)
  })

  it('of more than remains books the rest as unreserved', () => {
    story(`
      receive in 10        -> ok 10/0
      reserve D1 2         -> ok 10/2
      commit D1 5          -> over 3 5/0
      commit D1 5          -> over 3 5/0
      commit D1 1 #p2      -> over 1 4/0`)
  })

  it('of what is unknown, released or held elsewhere is booked where the goods left', () => {
    story(`
      receive in 10        -> ok 10/0
      commit D0 1          -> over 1 9/0
      commit D0 1          -> over 1 9/0
      commit D0 2          -> conflict 9/0
      reserve D1 4         -> ok 9/4
      release D1           -> ok 9/0
      commit D1 4          -> over 4 5/0
      reserve D2 5         -> ok 5/5
      receive in2 3 at=W2  -> ok 3/0
      commit D2 3 at=W2    -> over 3 0/0
      commit D2 3 at=W2    -> over 3 0/0
      commit D2 5 #p2      -> ok 0/0`)
  })

  it('never is refused: on hand may fall below what is reserved, and below nothing', () => {
    const desk = story(`
      receive in 5         -> ok 5/0
      reserve D1 5         -> ok 5/5
      ship x 3             -> ok 2/5
      reserve D2 1         -> short 0 2/5
      ship y 3             -> ok -1/5`)
    expect([available(desk.level()), short(desk.level())]).toEqual([0, 6])
    expect(desk.one(op('release D1'))).toMatchObject({ outcome: 'ok' })
    expect(desk.one(op('reserve D3 1'))).toMatchObject({ outcome: 'short', available: 0 })
    desk.one(op('receive late 10'))
    expect(desk.level()).toMatchObject({ onHand: 9, reserved: 0 })
  })
})

describe('move', () => {
  it('goes with its hold, or stays with it', () => {
    story(`
      receive a 10         -> ok 10/0
      receive b 3 at=W2    -> ok 3/0
      reserve D1 4         -> ok 10/4
      reserve D2 3         -> ok 10/7
      move D1              -> short 3 10/7 3/0
      move D2              -> ok 10/4 3/3
      move D2              -> ok 10/4 3/3
      move D2 as=D2c       -> conflict 10/4 3/3
      commit D2b 3 at=W2   -> ok 0/0
      release D2           -> ok 10/4
      move D2 #2           -> gone 10/4 0/0`)
  })

  it('takes only what did not ship, and respects a release of its target', () => {
    story(`
      receive a 10         -> ok 10/0
      receive b 10 at=W2   -> ok 10/0
      reserve D1 4         -> ok 10/4
      commit D1 1          -> ok 9/3
      release D1b at=W2    -> ok 10/0
      move D1              -> gone 9/3 10/0
      move D1 #2 as=D1c    -> ok 9/0 10/3
      move D0              -> gone 9/0 10/3
      reserve D3 1         -> ok 9/1
      move D3 as=D1c       -> conflict 9/1 10/3
      move D3 at=W2 as=D3c -> conflict 10/3`)
  })

  it('within one warehouse needs no second piece, unless pieces are missing', () => {
    story(`
      receive a 4          -> ok 4/0
      reserve D1 4         -> ok 4/4
      move D1 to=W1        -> ok 4/4
      ship x 1             -> ok 3/4
      move D1b to=W1 as=D1c -> short 0 3/4
      release D1b          -> ok 3/0`)
  })

  it('within one warehouse does not count on pieces that a net count says are not there', () => {
    story(`
      gross c 4 @100       -> counted 0 4/0
      reserve D1 4         -> ok 4/4
      placed D1 @105       -> ok 4/4
      net n 1 @120         -> counted 1 5/4
      move D1 @110 to=W1   -> short 1 5/4
      move D1 @121 to=W1 #2 -> ok 5/4`)
  })

  it('frees the source for who waits there, and waits at the target', () => {
    story(`
      receive a 4          -> ok 4/0
      reserve D1 4         -> ok 4/4
      reserve D2 4         -> short 0 4/4
      move D1              -> short unknown 4/4 ?0/0
      receive b 4 at=W2    -> ok 4/0 wakes D1
      move D1 #2           -> ok 4/0 4/4 wakes D2`)
  })
})

describe('goods', () => {
  it('received and adjusted once', () => {
    story(`
      receive in 10        -> ok 10/0
      receive in 10        -> ok 10/0
      adjust a -4          -> ok 6/0
      adjust a -4          -> ok 6/0
      adjust a 4           -> conflict 6/0
      adjust b 1           -> ok 7/0`)
  })

  it('that go say nothing of what is left where nobody counted; goods that come do', () => {
    story(`
      adjust a -2          -> ok ?-2/0
      ship s 1             -> ok ?-3/0
      reserve D1 1         -> short unknown ?-3/0
      adjust b 5           -> ok 2/0 wakes D1`)
  })

  it('between warehouses are on hand or on the way, until they are lost', () => {
    story(`
      receive a 10         -> ok 10/0
      out T1 6 @110        -> ok 4/0 ?0/0+6
      out T1 6 @110        -> ok 4/0 ?0/0+6
      in T1 2 @120 #1 at=W2 -> ok 2/0+4
      in T1 2 @120 #1 at=W2 -> ok 2/0+4
      in T1 0 1 #2 at=W2   -> ok 2/0+3
      in T1 3 @130 #3 at=W2 -> ok 5/0`)
  })

  it('may arrive before they are said to have left, and in greater number', () => {
    story(`
      in T1 2 at=W2        -> ok 2/0
      receive a 10         -> ok 10/0
      out T1 5             -> ok 5/0 2/0+3
      in T1 4 #2 at=W2     -> ok 6/0
      out T1 1 #2          -> ok 4/0 6/0`)
  })
})

describe('snapshot', () => {
  it('replaces on hand and applies again what took effect after', () => {
    story(`
      receive a 10 @100    -> ok 10/0
      reserve D1 4         -> ok 10/4
      commit D1 1 @120 #p1 -> ok 9/3
      commit D1 1 @140 #p2 -> ok 8/2
      gross c 20 @130      -> counted 11 19/2
      gross c 20 @130      -> counted 11 19/2
      gross c 21 @130      -> conflict 19/2
      gross old 5 @129     -> stale 19/2
      gross old 5 @129     -> stale 19/2
      gross same 18 @130   -> counted -2 17/2`)
  })

  it('has seen what took effect before it, however late that is told', () => {
    story(`
      reserve D0 1         -> short unknown ?0/0
      gross c 20 @130      -> counted 0 20/0 wakes D0
      reserve D1 4         -> ok 20/4
      commit D1 1 @120 #p1 -> ok 20/3
      commit D1 1 @130 #p2 -> ok 20/2
      commit D1 1 @131 #p3 -> ok 19/1
      commit D1 2 @110 #p4 -> over 1 19/0
      receive r 5 @129     -> ok 19/0
      adjust a -2 @140     -> ok 17/0`)
  })

  it('net is made gross by what was accepted and had not ended then', () => {
    story(`
      gross c 20 @100      -> counted 0 20/0
      reserve D1 4         -> ok 20/4
      reserve D2 3         -> ok 20/7
      reserve D3 2         -> ok 20/9
      placed D1 @110       -> ok 20/9
      placed D2 @125       -> ok 20/9
      net n 16 @120        -> counted 0 20/9
      net m 13 @130        -> counted 0 20/9
      commit D1 4 @140     -> ok 16/5
      net o 13 @135        -> counted 0 16/5
      net p 13 @150        -> counted 0 16/5`)
  })

  it('net with its own frozen count believes that', () => {
    story(`
      gross c 20 @100      -> counted 0 20/0
      reserve D1 4         -> ok 20/4
      placed D1 @110       -> ok 20/4
      net n 11 6 @120      -> counted -3 17/4`)
  })

  it('net believes the first acceptance it is told of', () => {
    story(`
      gross c 20 @100      -> counted 0 20/0
      reserve D1 4         -> ok 20/4
      placed D1 @130       -> ok 20/4
      placed D1 @110 #2    -> ok 20/4
      net n 20 @120        -> counted 0 20/4
      net m 16 @140        -> counted 0 20/4
      placed D1 @150 #3    -> ok 20/4
      net o 16 @145        -> counted 0 20/4`)
  })

  it('net learns of acceptance, shipment and cancellation before it, however late they are told', () => {
    story(`
      gross c 20 @100      -> counted 0 20/0
      reserve D1 4         -> ok 20/4
      reserve D2 5         -> ok 20/9
      reserve D3 2         -> ok 20/11
      placed D2 @105       -> ok 20/11
      placed D3 @105       -> ok 20/11
      net n 9 @120         -> counted -4 16/11
      placed D1 @110       -> ok 20/11
      placed D1 @110       -> ok 20/11
      commit D2 5 @115     -> ok 15/6
      release D3 @118      -> ok 13/4
      release D1 @121      -> ok 13/0`)
  })

  it('of the future counts as of now, so that what ships meanwhile is not lost on it', () => {
    story(`
      gross c 20 @9000 now=200 -> counted 0 20/0
      ship x 3 @300 now=400    -> ok 17/0
      gross d 18 @350 now=400  -> counted 1 18/0`)
  })

  it('older than the movements still kept is stale; a younger one loses none of them', () => {
    const desk = openDesk()
    const week = 7 * 24 * 3600 * 1000
    desk.send([op('receive a 1000 @1')], { now: 10 })
    for (let at = 1; at <= 3 * SEGMENT; at++) desk.send([op(`ship s 1 @${at * 10} #${at}`)], { now: at * 10 })
    expect(desk.one(op('gross c 900 @65'), { now: 5000 })).toMatchObject({
      outcome: 'counted',
      difference: 900 - 186 - 808,
    })
    expect(desk.level().onHand).toBe(900 - 186)
    for (let at = 1; at <= SEGMENT; at++)
      desk.send([op(`ship t 1 @${week + at * 100} #${at}`)], { now: week + at * 100 })
    expect(desk.one(op('gross d 900 @1000'), { now: week * 2 })).toMatchObject({ outcome: 'stale' })
    expect(desk.one(op('gross e 900 @1920'), { now: week * 2 })).toMatchObject({ outcome: 'counted' })
    expect(desk.level().onHand).toBe(900 - SEGMENT)
  })
})

describe('waiting', () => {
  it('wakes by ship-by, then age, as many as the rise can serve', () => {
    story(`
      gross c 0 @1         -> counted 0 0/0
      reserve D1 3 shipBy=50 placedAt=2 -> short 0 0/0
      reserve D2 3 shipBy=50 placedAt=1 -> short 0 0/0
      reserve D3 9 shipBy=40 -> short 0 0/0
      reserve D4 1 shipBy=60 -> short 0 0/0
      reserve D5 1 shipBy=70 -> short 0 0/0
      receive a 7          -> ok 7/0 wakes D2 D1 D4
      receive a 7          -> ok 7/0 wakes D2 D1 D4
      receive b 3          -> ok 10/0 wakes D5
      reserve D2 3 #2      -> ok 10/3
      reserve D1 3 #2      -> ok 10/6
      reserve D4 1 #2      -> ok 10/7
      reserve D5 1 #2      -> ok 10/8
      release D2           -> ok 10/5
      release D1           -> ok 10/2
      release D4           -> ok 10/1 wakes D3`)
  })

  it('who is refused again waits again, once', () => {
    story(`
      gross c 0 @1         -> counted 0 0/0
      reserve D1 3         -> short 0 0/0
      receive a 3          -> ok 3/0 wakes D1
      reserve D9 1         -> ok 3/1
      reserve D1 3 #2      -> short 2 3/1
      release D9           -> ok 3/0 wakes D1
      reserve D1 3 #3      -> ok 3/3
      receive b 9          -> ok 12/3`)
  })

  it.each([
    ['receive', 'receive a 5'],
    ['adjust', 'adjust a 5'],
    ['gross snapshot', 'gross a 10 @200'],
    ['net snapshot', 'net a 10 @200'],
    ['transferIn', 'in T1 5'],
    ['release', 'release D0'],
    ['move away', 'move D0 to=W3'],
    ['acceptance told late', 'placed D0 @90'],
  ])('a rise by %s wakes, and tells so again', (_, rise) => {
    const desk = story(`
      net c 5 @99          -> counted 0 5/0
      receive y 9 at=W3    -> ok 9/0
      reserve D0 5         -> ok 5/5
      reserve D1 5         -> short 0 5/5`)
    const wakes = [{ lane: 'shop-1', orderId: 'D1', sku: SKU }]
    expect(desk.send([op(rise)]).wakes).toEqual(wakes)
    expect(desk.send([op('receive y 9 at=W3'), op(rise)]).wakes).toEqual(wakes)
    expect(desk.send([op('reserve D1 5 #2')], { now: 1_000_001 }).results[0]).toMatchObject({ outcome: 'ok' })
  })

  it('a shortage that shrinks is no rise until it is none', () => {
    story(`
      receive x 5          -> ok 5/0
      reserve D0 3         -> ok 5/3
      reserve D1 2         -> ok 5/5
      ship y 4             -> ok 1/5
      reserve D2 1         -> short 0 1/5
      release D0           -> ok 1/2
      release D1           -> ok 1/0 wakes D2`)
  })

  it('an answer by forget hands the offer on', () => {
    story(`
      gross c 0 @1         -> counted 0 0/0
      reserve D1 3         -> short 0 0/0
      reserve D2 3 placedAt=2 -> short 0 0/0
      receive a 3          -> ok 3/0 wakes D1
      forget D1            -> ok wakes D2
      forget D1            -> ok wakes D2
      forget D2            -> ok
      receive b 9          -> ok 12/0`)
  })

  it('an answer that takes less hands the rest on', () => {
    story(`
      gross c 0 @1         -> counted 0 0/0
      reserve D1 3         -> short 0 0/0
      reserve D2 2 placedAt=2 -> short 0 0/0
      receive a 3          -> ok 3/0 wakes D1
      reserve D1 1 #2      -> ok 3/1 wakes D2`)
  })

  it('an answer that asks for more than there is hands all of it on', () => {
    story(`
      gross c 0 @1         -> counted 0 0/0
      reserve D1 3         -> short 0 0/0
      reserve D2 2 placedAt=2 -> short 0 0/0
      receive a 3          -> ok 3/0 wakes D1
      reserve D1 4 #2      -> short 3 3/0 wakes D2`)
  })

  it('an offer that nobody answers lapses', () => {
    story(`
      gross c 0 @1                  -> counted 0 0/0
      reserve D1 3                  -> short 0 0/0
      reserve D2 3 placedAt=2       -> short 0 0/0
      receive a 3 now=1000000       -> ok 3/0 wakes D1
      forget nobody now=1800000     -> ok
      forget nobody #2 now=1900001  -> ok wakes D1
      forget D1 now=1900002         -> ok wakes D2`)
  })

  it('a rise wakes somebody even while all of it is offered', () => {
    story(`
      gross c 0 @1         -> counted 0 0/0
      reserve D1 3         -> short 0 0/0
      reserve D2 2 placedAt=2 -> short 0 0/0
      receive a 3          -> ok 3/0 wakes D1
      receive b 1          -> ok 4/0 wakes D2`)
  })

  it('at every eligible warehouse that was shown to have too little, and at no other', () => {
    const desk = story(`
      receive x 1          -> ok 1/0
      receive y 5 at=W2    -> ok 5/0`)
    const refused = desk.send([op('reserve D1 3 in=W1,W2,W3')])
    expect(refused.levels.map(({ warehouseId, onHand, counted }) => [warehouseId, onHand, counted])).toEqual([
      ['W1', 1, true],
      ['W2', 5, true],
      ['W3', 0, false],
    ])
    expect(desk.send([op('forget nobody at=W2')]).wakes).toEqual([])
    expect(desk.send([op('receive z 9 at=W2')]).wakes).toEqual([])
    expect(desk.send([op('receive w 3 at=W3')]).wakes).toHaveLength(1)
    expect(desk.send([op('reserve D1 20 #2 in=W1,W2,W3')]).wakes).toEqual([])
    expect(desk.send([op('receive u 6 at=W2')]).wakes).toHaveLength(1)
  })

  it('for a SKU of which it could have enough, where another is short', () => {
    const desk = story(`
      receive x 3          -> ok 3/0
      receive y 1 at=W2    -> ok 1/0
      reserve D1 2 in=W1,W2 order=O1 -> ok 3/2`)
    const given = desk.send([op('release D1'), op('wait O1 2 in=W1,W2')])
    expect(given.levels.map(({ warehouseId, onHand }) => [warehouseId, onHand])).toEqual([
      ['W1', 3],
      ['W2', 1],
    ])
    expect(given.wakes).toEqual([])
    expect(desk.send([op('receive z 9')]).wakes).toEqual([])
    expect(desk.send([op('receive z 1 at=W2 #2')]).wakes).toEqual([{ lane: 'shop-1', orderId: 'O1', sku: SKU }])
    expect(desk.send([op('wait O1 2 in=W1,W2 #2')]).wakes).toEqual([])
    expect(desk.send([op('receive u 9 at=W2 #2')]).wakes).toEqual([])
  })

  it.each([
    ['wait', 'wait O1 2 in=W1,W2'],
    ['reserve', 'reserve D1 2 order=O1 in=W1,W2'],
  ])('where the answer that arrives shows too little, whatever a lost one showed (%s)', (_, text) => {
    const desk = story('receive y 5 at=W2 -> ok 5/0')
    const turn = 100
    desk.send([op(text)], { turn })
    desk.send([op('reserve D2 4 at=W2')])
    expect(desk.send([op(text)], { turn }).levels.at(-1)).toMatchObject({ warehouseId: 'W2', onHand: 5, reserved: 4 })
    expect(desk.send([op('receive u 1 at=W2')]).wakes).toHaveLength(1)
    desk.send([op('reserve D3 9 order=O1')])
    desk.send([op(text)], { turn })
    expect(desk.send([op('receive v 9 at=W2')]).wakes).toEqual([])
    desk.send([op('reserve D4 2 at=W2 order=O1')])
    desk.send([op(text)], { turn })
    expect(desk.send([op('receive w 9')]).wakes).toEqual([])
  })

  it('for several warehouses together only where the order may be split', () => {
    for (const [split, woken] of [
      ['', 0],
      ['split', 1],
    ] as const) {
      const desk = story(`
        receive x 3          -> ok 3/0
        receive y 3 at=W2    -> ok 3/0
        reserve D1 7 in=W1,W2 ${split} -> short 3 3/0`)
      expect(desk.send([op('receive z 1 at=W2')]).wakes).toHaveLength(woken)
    }
  })

  it('its own pieces coming back wake no order that needs more than those', () => {
    const desk = story(`
      receive x 5          -> ok 5/0`)
    const lines = [op('reserve D1 3 order=O1'), op('reserve D2 4 order=O1')]
    expect(desk.send(lines).results.map((result) => result.outcome)).toEqual(['ok', 'short'])
    expect(desk.send([op('release D1')]).wakes).toEqual([])
    expect(desk.send([op('receive y 1')]).wakes).toEqual([])
    expect(desk.send([op('receive z 1')]).wakes).toHaveLength(1)
  })

  it('for what it lacks of all its lines, and no more', () => {
    const desk = story('receive x 1 -> ok 1/0')
    desk.send([op('reserve D1 3 order=O1'), op('reserve D2 4 order=O1')])
    expect(desk.send([op('receive y 5')]).wakes).toEqual([])
    desk.send([op('reserve D3 1 order=O1')])
    desk.send([op('reserve D4 7 order=O1')])
    expect(desk.send([op('release D3'), op('reserve D5 7 order=O1')]).results[1]).toMatchObject({ available: 6 })
    expect(desk.send([op('receive z 1')]).wakes).toHaveLength(1)
  })

  it('for a rise in the very request that refused it', () => {
    const desk = story('receive x 3 -> ok 3/0')
    expect(desk.send([op('reserve D1 5'), op('receive y 2')]).wakes).toHaveLength(1)
  })

  it('in another lane of the same number is another order', () => {
    const desk = story(`
      gross c 0 @1         -> counted 0 0/0
      reserve D1 1 lane=a order=O1 -> short 0 0/0
      reserve D2 1 lane=b order=O1 -> short 0 0/0
      forget O1 lane=a`)
    expect(desk.send([op('receive z 2')]).wakes).toEqual([{ lane: 'b', orderId: 'O1', sku: SKU }])
  })
})

describe('forgetting', () => {
  it('a turn the lane called done is refused whole', () => {
    story(`
      receive in 9 turn=1          -> ok 9/0
      reserve D1 10 turn=2         -> short 9 9/0
      forget D1 turn=3 done=3      -> ok
      receive in 9 turn=1          -> stale 9/0
      reserve D1 10 turn=2         -> stale 9/0
      reserve D2 1 turn=2          -> stale 9/0
      forget D1 turn=3 done=3      -> ok`)
  })

  it('goes by turns: what is not done is told again however much came after', () => {
    story(`
      receive in 9 turn=1          -> ok 9/0
      reserve D1 10 turn=2         -> short 9 9/0
      receive b 1 turn=90 done=2   -> ok 10/0 wakes D1
      reserve D1 10 turn=2 done=2  -> short 9 10/0
      receive b 1 turn=90 done=2   -> ok 10/0 wakes D1`)
  })

  it('not of what the lane repeats in a later turn', () => {
    const desk = story('receive in 9 turn=1 -> ok 9/0')
    for (const turn of [2, 3, 4, 9])
      desk.send([op(`receive b 1 #${turn}`), op('receive in 9')], { turn, doneUpTo: turn - 1 })
    expect(desk.one(op('receive in 9'), { turn: 10, doneUpTo: 9 })).toMatchObject({ outcome: 'ok' })
    expect(desk.level().onHand).toBe(13)
  })

  it('of closed reservations waits until their last turn is done; then nothing grants them again', () => {
    const desk = story(`
      receive in 9 turn=1          -> ok 9/0
      reserve D1 4 turn=2          -> ok 9/4
      commit D1 4 turn=3 done=3    -> ok 5/0
      close D1 turn=3 done=3
      commit D1 4 turn=3 done=3    -> ok 5/0
      reserve D1 4 turn=2          -> stale 5/0`)
    const rows = () => desk.sql.all('SELECT name FROM reservation').length
    expect(rows()).toBe(1)
    desk.one(op('reserve D2 1'), { turn: 4, doneUpTo: 4 })
    expect(desk.sql.all('SELECT name FROM reservation')).toEqual([{ name: 'D2' }])
    expect(desk.one(op('reserve D1 4'), { turn: 2 })).toMatchObject({ outcome: 'stale' })
    expect(desk.one(op('commit D1 4'), { turn: 3 })).toMatchObject({ outcome: 'stale' })
    expect(desk.level()).toMatchObject({ onHand: 5, reserved: 1 })
  })

  it('never of a reservation that still holds something', () => {
    story(`
      receive in 9 turn=1          -> ok 9/0
      reserve D1 4 turn=2          -> ok 9/4
      close D1 turn=9 done=9
      commit D1 4 turn=9 done=9    -> ok 5/0`)
  })
})

describe('levels', () => {
  it('have a version for every change, and are told when refused too', () => {
    const desk = openDesk()
    const seen = [
      'receive a 5',
      'reserve D1 2',
      'reserve D1 2',
      'reserve D2 9',
      'placed D1',
      'commit D1 1',
      'release D1',
      'gross c 4 @200',
      'gross d 5 @300',
    ].map((text) => desk.send([op(text)]).levels[0]?.version)
    expect(seen).toEqual([2, 3, 3, 3, 3, 4, 5, 5, 6])
  })

  it('of a group of SKUs stay apart, also under equal names', () => {
    const desk = openDesk()
    const of = (text: string, sku: string) => op(`${text} sku=${sku}`)
    const answer = desk.send([
      of('receive a 5', 'A'),
      of('receive a 7', 'B'),
      of('reserve D1 5', 'A'),
      of('reserve D1 6', 'B'),
    ])
    expect(answer.results.map((result) => result.outcome)).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(answer.levels.map(({ sku, onHand, reserved }) => [sku, onHand, reserved])).toEqual([
      ['A', 5, 5],
      ['B', 7, 6],
    ])
    desk.send([of('release D1', 'A')])
    expect([desk.level('W1', 'A').reserved, desk.level('W1', 'B').reserved]).toEqual([0, 6])
  })
})

describe('broken callers', () => {
  it.each(['reserve D1 0', 'reserve D1 -1', 'reserve D1 0.5', 'commit D1 -2', 'receive a 0', 'in T1 0', 'net n 5 -1'])(
    '%s is refused, and nothing that came with it',
    (text) => {
      const desk = story('receive in 9 -> ok 9/0')
      const { results } = desk.send([op('reserve D9 1'), op(text), op('reserve D8 2')])
      expect(results.map((result) => result.outcome)).toEqual(['ok', 'unsound', 'ok'])
      expect(desk.level()).toMatchObject({ onHand: 9, reserved: 3 })
    },
  )

  it('a turn cannot be done before it was asked', () => {
    expect(() => openDesk().send([], { turn: 3, doneUpTo: 4 })).toThrow('broken code')
  })
})
