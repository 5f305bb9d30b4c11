import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentNumber, laneOf, orderId, parseDocument } from '../../src/domain/document.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LANES = 36 ** 4 - 1
const ORDERS = 36 ** 7 - 1
const GENERATIONS = 36 ** 3 - 1

const numbers = fc.tuple(fc.nat(LANES), fc.nat(ORDERS), fc.nat(GENERATIONS))

describe('a document number', () => {
  it('names its lane, its order and its generation', () =>
    fc.assert(
      fc.property(numbers, ([lane, order, generation]) => {
        const id = orderId(lane, order)
        expect(parseDocument(documentNumber(id, generation))).toEqual({ lane, orderId: id, generation })
        expect(laneOf(id)).toBe(lane)
      }),
      { seed: 3, numRuns: 3_000 },
    ))

  it.each([
    [0, 0, 0],
    [1, 1, 1],
    [LANES, ORDERS, GENERATIONS],
  ])('of lane %i, order %i, generation %i is within 20 characters of 0-9 and A-Z', (lane, order, generation) => {
    const text = documentNumber(orderId(lane, order), generation)
    expect(text).toMatch(/^[0-9A-Z]{1,20}$/)
    expect(parseDocument(text)).toEqual({ lane, orderId: orderId(lane, order), generation })
  })

  it('is the same each time, and another one for another order, lane or generation', () => {
    const all = [0, 1, 2, 35, 36].flatMap((lane) =>
      [1, 2, 36, 1296].flatMap((order) =>
        [1, 2, 3].map((generation) => documentNumber(orderId(lane, order), generation)),
      ),
    )
    expect(new Set(all).size).toBe(all.length)
    expect(documentNumber(orderId(7, 9), 2)).toBe(documentNumber(orderId(7, 9), 2))
  })

  it('is read in lower case and with blanks around it', () => {
    const text = documentNumber(orderId(12, 34), 5)
    expect(parseDocument(` ${text.toLowerCase()}\n`)).toEqual({ lane: 12, orderId: orderId(12, 34), generation: 5 })
  })
})

it('carries the check characters of ISO 7064, whose own example is ISO79 with 3W', () => {
  // The example as the last five of fourteen characters: zeros before it change nothing.
  expect(documentNumber('00000000'.concat('0IS'), 36 ** 2 * 24 + 36 * 7 + 9)).toBe('000000000ISO793W')
})

describe('a damaged number', () => {
  const samples = [
    documentNumber(orderId(1, 1), 1),
    documentNumber(orderId(999, 123_456), 7),
    documentNumber(orderId(LANES, ORDERS), 1),
  ]

  it.each(samples)('%s with any one character wrong is refused', (text) => {
    for (let at = 0; at < text.length; at++)
      for (const char of ALPHABET)
        if (char !== text[at])
          expect(parseDocument(text.slice(0, at) + char + text.slice(at + 1)), `${char}@${at}`).toBeUndefined()
  })

  it('with two neighbours swapped is refused, wherever they differ', () =>
    fc.assert(
      fc.property(numbers, ([lane, order, generation]) => {
        const text = documentNumber(orderId(lane, order), generation)
        for (let at = 0; at + 1 < text.length; at++) {
          const [a = '', b = ''] = [text[at], text[at + 1]]
          if (a !== b)
            expect(parseDocument(text.slice(0, at) + b + a + text.slice(at + 2)), `${text} at ${at}`).toBeUndefined()
        }
      }),
      { seed: 4, numRuns: 1_000 },
    ))

  it.each([
    '',
    'X',
    samples[0]?.slice(1),
    `${samples[0]}0`,
    samples[0]?.replace(/.$/, '-'),
    '00010000001001',
    '订单000000000000',
    'DD20261102000001',
    "' OR 1=1 --",
  ])('%j is none of ours', (text) => expect(parseDocument(text ?? '')).toBeUndefined())
})
