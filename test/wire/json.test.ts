import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEPTH_MAX, parseExact } from '../../src/wire/json.ts'

const read = (text: string): unknown => {
  const parsed = parseExact(text)
  return parsed.ok ? parsed.value : parsed.error.facts?.message
}

describe('numbers', () => {
  it.each([
    ['820982911946154508', '820982911946154508'],
    ['-820982911946154508', '-820982911946154508'],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    // These a double keeps, yet ids of one kind must not be text or number by their last digits.
    ['9007199254740992', '9007199254740992'],
    ['820982911946154500', '820982911946154500'],
    ['0.1', 0.1],
    ['19.90', 19.9],
    ['0.12345678901234567890', '0.12345678901234567890'],
    ['1234567890123456.78', '1234567890123456.78'],
    ['1.500000000000000000', 1.5],
    ['100000000000000000000000', '100000000000000000000000'],
    ['1e23', '1e23'],
    ['1e400', '1e400'],
    ['1e-400', '1e-400'],
    ['15e-1', 1.5],
    ['1E2', 100],
    ['-0', -0],
    ['0', 0],
  ])('reads %s', (text, value) => expect(read(text)).toBe(value))

  it('keeps a long id inside a message beside short numbers', () =>
    expect(read('[{"p_id":6900000000000000001,"n":2}]')).toEqual([{ p_id: '6900000000000000001', n: 2 }]))
})

describe('texts', () => {
  it.each([
    ['"007"', '007'],
    ['""', ''],
    ['"\\\\"', '\\'],
    ['"\\\\\\""', '\\"'],
    ['"a\\"b"', 'a"b'],
    ['"\\u4ed3\\u6865"', '仓桥'],
    ['"👩‍👩‍👧"', '👩‍👩‍👧'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"/"', '/'],
  ])('reads %s', (text, value) => expect(read(text)).toBe(value))
})

it('agrees with JSON.parse on whatever JSON.stringify writes', () =>
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const theirs: unknown = JSON.parse(text)
      if (!/__proto__|\d{15}|e[+-]\d/.test(text)) expect(read(text)).toEqual(theirs)
    }),
    { seed: 7, numRuns: 500 },
  ))

it('reads what has white space around it, and a byte order mark before it', () =>
  expect(read('\ufeff \r\n\t{ "a" : [ 1 , true , null , false ] } \n')).toEqual({ a: [1, true, null, false] }))

describe('refuses', () => {
  it.each([
    ['', 'too early'],
    ['{', 'a key is missing'],
    ['{"a":1', 'a comma or an end'],
    ['{"a" 1}', 'a colon'],
    ['{"a":1,}', 'a key is missing'],
    ['[1,]', 'a value is missing'],
    ['[1 2]', 'a comma or an end'],
    ['"abc', 'not closed'],
    ['"\\"', 'not closed'],
    ['"a\nb"', 'control character'],
    ['"\\x41"', 'an escape'],
    ['"\\u12"', 'an escape'],
    ['nul', 'a word'],
    ['01', 'something follows'],
    ['+1', 'a value is missing'],
    ['.5', 'a value is missing'],
    ['1.', 'something follows'],
    ['NaN', 'a value is missing'],
    ['{} {}', 'something follows'],
    ['<html>', 'a value is missing'],
    ['{"a":1,"b":2,"a":3}', 'a key comes twice'],
    ['{"a":1,"\\u0061":3}', 'a key comes twice'],
    ['{"__proto__":{"paid":true}}', '__proto__'],
  ])('%s', (text, why) => expect(read(text)).toContain(why))

  it('what nests too deep, and takes what just does not', () => {
    expect(read('['.repeat(100_000))).toContain('nested deeper')
    expect(read('[{"a":'.repeat(50_000))).toContain('nested deeper')
    expect(read('['.repeat(DEPTH_MAX) + ']'.repeat(DEPTH_MAX))).toBeInstanceOf(Array)
  })

  it('with a problem that says where, and nothing of the text', () =>
    expect(parseExact('{"name":"张三","name":"李四"}')).toEqual({
      ok: false,
      error: { code: 'payload_malformed', at: '(body)', facts: { message: 'a key comes twice (character 19)' } },
    }))
})

it('keeps keys that look like methods of objects', () =>
  expect(read('{"constructor":1,"toString":2,"hasOwnProperty":3}')).toEqual({
    constructor: 1,
    toString: 2,
    hasOwnProperty: 3,
  }))
