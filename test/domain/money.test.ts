import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponent, fromMajor, toMajor } from '../../src/domain/money.ts'

describe('text to minor units', () => {
  it.each([
    ['0.29', 'CNY', 29],
    ['19.9', 'CNY', 1990],
    ['1', 'CNY', 100],
    ['0', 'CNY', 0],
    ['007.50', 'CNY', 750],
    [' 8.00 ', 'CNY', 800],
    ['1.005', 'CNY', 101],
    ['1.004999', 'CNY', 100],
    ['0.995', 'CNY', 100],
    ['-0.29', 'CNY', -29],
    ['-1.005', 'CNY', -101],
    ['500', 'JPY', 500],
    ['500.5', 'JPY', 501],
    ['500.4', 'JPY', 500],
    ['1.234', 'KWD', 1234],
    ['1.2', 'KWD', 1200],
    ['1.2345', 'KWD', 1235],
    ['90071992547409.91', 'CNY', Number.MAX_SAFE_INTEGER],
    ['1.50', 'XXX', 150],
  ])('%s %s is %i', (text, currency, amount) => expect(fromMajor(text, currency)).toEqual({ amount, currency }))

  it('never gives a negative zero', () => {
    for (const text of ['-0', '-0.00', '-0.004']) expect(Object.is(fromMajor(text, 'CNY')?.amount, 0), text).toBe(true)
  })

  it.each([
    ...['', ' ', '.', '.5', '5.', '1,000.00', '1e3', '0x10', '+1', '--1', '1.2.3', 'NaN', 'Infinity', '￥1', '1 2'],
    ...['１.５', '90071992547409.92', '9'.repeat(40)],
  ])('%j is no money', (text) => expect(fromMajor(text, 'CNY')).toBeUndefined())
})

describe('minor units to text', () => {
  it.each([
    [1990, 'CNY', '19.90'],
    [29, 'CNY', '0.29'],
    [9, 'CNY', '0.09'],
    [0, 'CNY', '0.00'],
    [-5, 'CNY', '-0.05'],
    [-1990, 'CNY', '-19.90'],
    [500, 'JPY', '500'],
    [-500, 'JPY', '-500'],
    [0, 'JPY', '0'],
    [7, 'KWD', '0.007'],
    [1234, 'KWD', '1.234'],
    [Number.MAX_SAFE_INTEGER, 'CNY', '90071992547409.91'],
  ])('%i %s is %s', (amount, currency, text) => expect(toMajor({ amount, currency })).toBe(text))
})

describe('both ways', () => {
  const currency = fc.constantFrom('CNY', 'USD', 'JPY', 'KRW', 'KWD', 'BHD')

  it('every amount comes back as it was', () =>
    fc.assert(
      fc.property(fc.maxSafeInteger(), currency, (amount, code) => {
        expect(fromMajor(toMajor({ amount, currency: code }), code)).toEqual({ amount, currency: code })
      }),
      { seed: 1, numRuns: 2_000 },
    ))

  it('every text with all its digits comes back as it was', () =>
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(999), currency, (whole, part, code) => {
        const digits = exponent(code)
        const fraction = String(part % 10 ** digits).padStart(digits, '0')
        const text = digits === 0 ? String(whole) : `${whole}.${fraction}`
        const money = fromMajor(text, code)
        expect(money && toMajor(money)).toBe(text)
      }),
      { seed: 2, numRuns: 2_000 },
    ))

  it('the amount of hundredths is the number that the digits spell, where floats are off by one', () => {
    for (let cents = 0; cents < 10_000; cents++) {
      const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
      expect(fromMajor(text, 'CNY')?.amount, text).toBe(cents)
    }
  })
})
