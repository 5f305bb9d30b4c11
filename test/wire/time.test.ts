import { expect, it } from 'vitest'
import { beijingText, fromBeijing } from '../../src/wire/time.ts'

const AT = Date.UTC(2026, 5, 9, 8, 28, 12)

it('writes Beijing time', () => {
  expect(beijingText(AT)).toBe('2026-06-09 16:28:12')
  expect(beijingText(Date.UTC(2026, 11, 31, 16))).toBe('2027-01-01 00:00:00')
})

it.each([
  ['2026-06-09 16:28:12', AT],
  ['2026-06-0916:28:12', AT],
  ['2026-06-09T16:28:12', AT],
  ['2026/6/9 16:28:12', AT],
  [' 2026-06-09  16:28:12.0 ', AT],
  ['2026-06-09T08:28:12Z', AT],
  ['2026-06-09T10:28:12+02:00', AT],
  ['2026-06-09 16:28', AT - 12_000],
  ['2026-06-09', Date.UTC(2026, 5, 8, 16)],
  ['2024-02-29 00:00:00', Date.UTC(2024, 1, 28, 16)],
  ['2026-02-29 00:00:00', undefined],
  ['2026-13-01 00:00:00', undefined],
  ['2026-06-09 24:00:00', undefined],
  ['2026-06-09 16:60:00', undefined],
  ['0000-00-00 00:00:00', undefined],
  ['2026-99-99T99:99:99Z', undefined],
  ['1780993692', undefined],
  ['yesterday', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads %s', (text, expected) => expect(fromBeijing(text)).toBe(expected))
