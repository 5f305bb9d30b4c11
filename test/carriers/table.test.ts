/** One table of carriers for platforms, warehouses and trackers. */
import { describe, expect, it } from 'vitest'
import { trackers } from '../../src/carriers/index.ts'
import { CARRIERS, canBeOf, carrierCode, codesOf, oursBy } from '../../src/carriers/table.ts'
import { platforms } from '../../src/platforms/index.ts'
import { warehouses } from '../../src/warehouses/index.ts'

describe('the table', () => {
  it.each([...Object.values(platforms), ...Object.values(warehouses), ...Object.values(trackers)])(
    'has every code that $id maps',
    ({ carriers }) => expect(Object.keys(carriers).filter((code) => !Object.hasOwn(CARRIERS, code))).toEqual([]),
  )

  it('gives each tracker one code per carrier, and reads it back', () => {
    for (const tracker of ['kuaidi100', 'kdniao'] as const) {
      const codes = codesOf(tracker)
      expect(new Set(Object.values(codes)).size).toBe(Object.keys(codes).length)
      for (const [ours, theirs] of Object.entries(codes)) expect(oursBy(codes)(theirs)).toBe(ours)
      expect(oursBy(codes)('constructor')).toBe('constructor')
    }
    // The codes that differ from what one would guess.
    expect(codesOf('kdniao')).toMatchObject({ YUNDA: 'YD', POSTB: 'YZPY', DBKD: 'DBL', TTKDEX: 'HHTT' })
    expect(Object.values(codesOf('kuaidi100')).every((code) => code === code.toLowerCase())).toBe(true)
  })

  it('knows a carrier by code or name, and nobody by two', () => {
    expect(['SF', 'sf', ' 顺丰速运 ', 'JBD', '京东物流', 'OTHERS', 'STO2', ''].map(carrierCode)).toEqual([
      ...['SF', 'SF', 'SF', 'JD', 'JD', 'OTHER', undefined, undefined],
    ])
    const names = Object.entries(CARRIERS).flatMap(([code, { zh, en, names = [] }]) =>
      [...new Set([code, zh, en, ...names].map((name) => name.toUpperCase()))].map((name) => name),
    )
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })
})

describe('a waybill', () => {
  it.each([
    ['SF', 'SF1000000000001', true],
    ['SF', '765720722994', true],
    ['SF', 'sf1000000000001', true],
    ['SF', 'YT8000000000001', false],
    ['YTO', 'YT8000000000001', true],
    ['YTO', 'SF1', false],
    ['ZTO', '00000000000012', true],
    ['ZTO', '1', false],
    ['JD', 'JDVA11408814483', true],
    ['JD', 'JDVA11408814483-1-1-', true],
    ['JD', '11408814483', false],
    ['JTSD', 'JT3002232682242', true],
    ['京东物流', 'JDVA11408814483', true],
    ['STO2', 'anything', true],
    ['OTHER', 'anything', true],
    ['constructor', 'anything', true],
  ])('of %s may be %s: %s', (carrier, waybill, can) => expect(canBeOf(carrier, waybill)).toBe(can))
})
