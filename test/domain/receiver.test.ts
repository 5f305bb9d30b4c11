import { describe, expect, it } from 'vitest'
import type { Receiver } from '../../src/domain/order.ts'
import { factsOf } from '../../src/domain/receiver.ts'

const WHOLE = {
  name: '张三',
  phone: '13800001234',
  country: 'CN',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  address: '文一路 1 号',
}
const plain = (readable: Receiver['readable'], masked: Receiver['masked'] = {}): Receiver => ({
  kind: 'plain',
  readable,
  masked,
  cipher: {},
})
const ciphered = (cipher: Receiver['cipher'], kind = 'douyin'): Receiver => ({
  kind,
  readable: { country: 'CN', province: '广东省', city: '深圳市' },
  masked: { name: '李*', phone: '1*******88', address: '科技园***' },
  cipher,
})

describe('a plain receiver', () => {
  it.each<[string, Partial<Record<keyof typeof WHOLE, string | undefined>>, string[]]>([
    ['is whole', {}, []],
    ['lacks a name', { name: undefined }, ['name']],
    ['has a blank name', { name: '  ' }, ['name']],
    ['lacks a phone', { phone: undefined }, ['phone']],
    ['has stars in the phone', { phone: '138****1234' }, ['phone']],
    ['has a star in the name', { name: '张*' }, ['name']],
    ['has stars for an address', { address: '文一路***' }, ['address']],
    ['lacks an address', { address: '' }, ['address']],
    ['lacks its province but has a city', { province: undefined }, []],
    ['lacks its city but has a province', { city: undefined }, []],
    ['lacks province and city', { province: undefined, city: undefined }, ['province']],
    ['lacks province, city and country', { province: undefined, city: undefined, country: undefined }, ['province']],
    ['is abroad without a province', { province: undefined, city: undefined, country: 'SG' }, []],
    [
      'lacks all',
      { name: '', phone: '', address: '', province: '', city: '' },
      ['name', 'phone', 'address', 'province'],
    ],
  ])('that %s', (_, change, missing) => {
    const readable = Object.fromEntries(
      Object.entries({ ...WHOLE, ...change }).filter(([, value]) => value !== undefined),
    )
    expect(factsOf(plain(readable)).missing).toEqual(missing)
  })

  it('shows a person the first character, the last four digits and the district', () =>
    expect(factsOf(plain(WHOLE))).toEqual({
      kind: 'plain',
      region: '330000',
      missing: [],
      masked: { name: '张**', phone: '***1234', address: '浙江省 杭州市 西湖区 ***' },
    }))

  it.each([
    ['𠮷野家', '13800001234', '𠮷**', '***1234'],
    ['A', '1234', 'A**', '***'],
    ['', '', '', ''],
  ])('%j, %j is shown as %j, %j', (name, phone, shownName, shownPhone) =>
    expect(factsOf(plain({ ...WHOLE, name, phone })).masked).toMatchObject({ name: shownName, phone: shownPhone }),
  )

  it('never shows the street, the whole name or the whole phone', () => {
    const shown = JSON.stringify(factsOf(plain(WHOLE)))
    for (const secret of ['文一路', '张三', '13800001234', '3800001']) expect(shown).not.toContain(secret)
  })
})

describe('a receiver that cannot be read', () => {
  it('of stars alone can be shipped to by nobody', () =>
    expect(
      factsOf({ kind: 'masked', readable: { province: '浙江省' }, masked: { name: '张*' }, cipher: {} }).missing,
    ).toEqual(['name', 'phone', 'address']))

  it('with a token lacks nothing, and shows the platform’s own stars', () =>
    expect(factsOf(ciphered({ oaid: 'x1' }))).toEqual({
      kind: 'douyin',
      region: '440000',
      missing: [],
      masked: { name: '李*', phone: '1*******88', address: '广东省 深圳市 科技园***' },
    }))

  it.each<[string, Receiver['cipher']]>([
    ['without a token', {}],
    ['with an empty token', { oaid: '' }],
    ['with two empty tokens', { a: '', b: '' }],
  ])('%s lacks its cipher', (_, cipher) => expect(factsOf(ciphered(cipher)).missing).toEqual(['cipher']))

  it('with one token of two lacks nothing', () =>
    expect(factsOf(ciphered({ a: '', b: 'y' }, 'taobao')).missing).toEqual([]))

  it('never shows its token', () =>
    expect(JSON.stringify(factsOf(ciphered({ oaid: 'top-secret' })))).not.toContain('top-secret'))
})
