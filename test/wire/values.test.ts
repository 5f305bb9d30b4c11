import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { canonicalJson } from '../../src/wire/canonical-json.ts'
import {
  Amount,
  customOf,
  Id,
  IsoTime,
  joined,
  leftover,
  moneyOf,
  openUnion,
  optional,
  present,
  Seconds,
} from '../../src/wire/values.ts'
import { wrappedPairs } from '../../src/wire/wrapped-pairs.ts'

const read = (schema: z.ZodType, value: unknown) => {
  const result = schema.safeParse(value)
  return result.success ? result.data : 'refused'
}

describe('values', () => {
  it.each([
    [Id, 7, '7'],
    [Id, '007', '007'],
    [Id, '820982911946154508', '820982911946154508'],
    [Id, '', 'refused'],
    [Id, 1.5, 'refused'],
    [Id, null, 'refused'],
    [optional(Id), null, undefined],
    [optional(Id), '', undefined],
    [optional(Id), 0, '0'],
    [Seconds, 1_795_507_200, 1_795_507_200_000],
    [Seconds, '1795507200', 1_795_507_200_000],
    [Seconds, 0, undefined],
    [Seconds, 1_795_507_200_000, 'refused'],
    [Seconds, 'soon', 'refused'],
    [IsoTime, '2026-11-24T16:00:00+08:00', 1_795_507_200_000],
    [IsoTime, '2026-11-24T08:00:00Z', 1_795_507_200_000],
    [IsoTime, '2026-11-24 16:00:00', 'refused'],
    [IsoTime, '2026-02-30T00:00:00Z', 'refused'],
    [Amount, '19.90', '19.90'],
    [Amount, 19.9, '19.9'],
    [Amount, '-5.00', '-5.00'],
    [Amount, '12,50', 'refused'],
    [Amount, 1e21, 'refused'],
  ])('%# read %o', (schema, value, expected) => expect(read(schema, value)).toBe(expected))

  it('keep money exact', () => expect(moneyOf('0.29', 'CNY')).toEqual({ amount: 29, currency: 'CNY' }))
  it('join what is there', () => expect(joined(', ', 'a', undefined, '', 'b')).toBe('a, b'))
  it('leave out what says nothing, and keep false and 0', () =>
    expect(present({ a: undefined, b: null, c: '', d: {}, e: [], f: 0, g: false, h: 'x' })).toEqual({
      f: 0,
      g: false,
      h: 'x',
    }))
})

it('what nobody reads travels along, by order and by line', () => {
  const body = { id: 1, note: 'x', empty: '', none: null, a_desc: 'twin', zero: 0 }
  expect(leftover(body, new Set(['id']), /_desc$/)).toEqual({ note: 'x', zero: 0 })
  expect(
    customOf({ a: 1 }, [
      ['1', { b: 2 }],
      ['2', {}],
    ]),
  ).toEqual({ a: 1, lines: { '1': { b: 2 } } })
  expect(customOf({ a: 1 }, [['1', {}]])).toEqual({ a: 1 })
})

describe('a union that is open to later kinds', () => {
  const union = openUnion('type', [
    z.object({ type: z.literal(['a', 'b']), n: z.int() }),
    z.object({ type: z.literal('c') }),
  ])
  it.each([
    [
      { type: 'a', n: 1 },
      { type: 'a', n: 1 },
    ],
    [{ type: 'c' }, { type: 'c' }],
    [{ type: 'later', anything: [] }, { type: 'other' }],
    [{ type: 'b', n: 'x' }, 'refused'],
    [{ type: 7 }, 'refused'],
    [{}, 'refused'],
    [null, 'refused'],
  ])('%o', (value, expected) => expect(read(union, value)).toEqual(expected))
})

describe('canonical JSON', () => {
  it('sorts at every depth, and escapes nothing that need not be', () => {
    const value = { b: [{ z: 1, a: null }], a: '</b>&"\u4e2d😀', c: undefined, 10: true, 9: false }
    expect(canonicalJson(value)).toBe('{"10":true,"9":false,"a":"</b>&\\"中😀","b":[{"a":null,"z":1}]}')
  })
  it('writes long ids as numbers', () =>
    expect(canonicalJson({ id: 3500000000000000011n })).toBe('{"id":3500000000000000011}'))
  it('reads back as what it was', () => {
    const value = { nested: { list: [1, 'two', [true, null]], empty: {} }, text: '\n\u0001' }
    expect(JSON.parse(canonicalJson(value))).toEqual(value)
  })
})

it('signs a request as the 抖店 page was computed, by another program', () => {
  const body = canonicalJson({ shop_order_id: '6900000000000000001' })
  const pairs = [
    ['app_key', '7000000000000000000'],
    ['method', 'order.orderDetail'],
    ['param_json', body],
    ['timestamp', '1700000000'],
    ['v', '2'],
  ] as const
  expect(wrappedPairs('app-secret-1', pairs)).toBe('b697f84aeedd4bd890f1e1a61fa777eaf12aa257ed4e68b9307850bf564af0fd')
})
