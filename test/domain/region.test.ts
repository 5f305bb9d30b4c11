import { describe, expect, it } from 'vitest'
import { regionOf, serves } from '../../src/domain/region.ts'

/** GB/T 2260, with the full names: typed here once more, apart from the product. */
const FULL = `110000 北京市,120000 天津市,130000 河北省,140000 山西省,150000 内蒙古自治区,210000 辽宁省,220000 吉林省,
230000 黑龙江省,310000 上海市,320000 江苏省,330000 浙江省,340000 安徽省,350000 福建省,360000 江西省,370000 山东省,
410000 河南省,420000 湖北省,430000 湖南省,440000 广东省,450000 广西壮族自治区,460000 海南省,500000 重庆市,510000 四川省,
520000 贵州省,530000 云南省,540000 西藏自治区,610000 陕西省,620000 甘肃省,630000 青海省,640000 宁夏回族自治区,
650000 新疆维吾尔自治区,710000 台湾省,810000 香港特别行政区,820000 澳门特别行政区`
  .split(',')
  .map((pair) => pair.trim().split(' ') as [string, string])

const SUFFIX = /(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$/

describe('the region of an address', () => {
  it('knows all 34 provinces', () => expect(FULL).toHaveLength(34))

  it.each(FULL)('%s is %s, with its suffix and without', (code, name) => {
    expect(regionOf('CN', name)).toBe(code)
    expect(regionOf(undefined, ` ${name} `)).toBe(code)
    expect(regionOf('CN', name.replace(SUFFIX, ''))).toBe(code)
  })

  it.each([
    ['US', 'California', 'US'],
    ['us', undefined, 'US'],
    ['JP', '東京都', 'JP'],
    ['CN', 'Atlantis', undefined],
    ['CN', undefined, undefined],
    [undefined, undefined, undefined],
    [undefined, '', undefined],
    ['', '  ', undefined],
  ])('country %j, province %j is %j', (country, province, region) => expect(regionOf(country, province)).toBe(region))
})

describe('a warehouse', () => {
  it.each([
    [['*'], '330000', true],
    [['*'], 'US', true],
    [['*'], undefined, true],
    [['CN'], '330000', true],
    [['CN'], '820000', true],
    [['CN'], 'US', false],
    [['CN'], undefined, false],
    [['330000', '310000'], '310000', true],
    [['330000'], '310000', false],
    [['US'], 'US', true],
    [['US'], '330000', false],
    [['US'], undefined, false],
    [[], '330000', false],
    [[], undefined, false],
  ])('of regions %j and a receiver in %j: %s', (regions, region, served) =>
    expect(serves(regions, region)).toBe(served),
  )
})
