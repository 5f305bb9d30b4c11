import { describe, expect, it } from 'vitest'
import { list, parseXml, withinBmp, XML_CHARACTERS_MAX, XML_DEPTH_MAX, xml, xmlName } from '../../src/wire/xml.ts'

const parsed = (text: string): unknown => {
  const result = parseXml(text)
  return result.ok ? result.value : result.error.facts?.message
}
const refused = (text: string) => !parseXml(text).ok

describe('parseXml', () => {
  it('keeps every text as it is written', () => {
    const body = '<r><sku>007</sku><n>1.0</n><t>true</t><e>1e3</e><big>820982911946154508</big></r>'
    expect(parsed(body)).toEqual({
      r: { sku: '007', n: '1.0', t: 'true', e: '1e3', big: '820982911946154508' },
    })
  })

  it('reads empty elements as empty text, and layout as nothing', () => {
    expect(parsed('<?xml version="1.0"?>\n<r>\n  <a/>\n  <b></b> <c> x </c>\n</r>\n')).toEqual({
      r: { a: '', b: '', c: 'x' },
    })
    expect(parsed('\ufeff<r>  </r>')).toEqual({ r: '' })
  })

  it('ignores attributes, comments and processing instructions', () => {
    expect(parsed('<r a="1"><!-- <b>2</b> --><?php no ?><c d="3">4</c></r>')).toEqual({ r: { c: '4' } })
  })

  it('decodes the five entities and character references, once, and no other', () => {
    expect(parsed('<r>&lt;&gt;&amp;&quot;&apos; &amp;lt; &#20013;&#x6587;&#x1F375; &nbsp;&toString;</r>')).toEqual({
      r: '<>&"\' &lt; 中文🍵 &nbsp;&toString;',
    })
    expect(parsed('<r>a&#0;&#xD800;&#x110000;&#xFFFFFF;&#9999999;b</r>')).toEqual({ r: 'ab' })
  })

  it('takes CDATA as it stands, in its place', () => {
    expect(parsed('<r>a&amp;<![CDATA[1 &amp; <b> 2]]>&lt;c</r>')).toEqual({ r: 'a&1 &amp; <b> 2<c' })
  })

  it('makes one element and several readable alike', () => {
    const names = (body: string) => list((parsed(body) as { r: { items: unknown } }).r.items, 'item')
    expect(names('<r><items><item>1</item></items></r>')).toEqual(['1'])
    expect(names('<r><items><item>1</item><item>2</item><item>3</item></items></r>')).toEqual(['1', '2', '3'])
    expect(names('<r><items/></r>')).toEqual([])
    for (const none of [undefined, null, '', 5, {}, { other: 1 }]) expect(list(none, 'item')).toEqual([])
    expect(list({}, 'toString')).toEqual([])
  })

  it.each([
    ['an unclosed element', '<r><a></r>'],
    ['an unclosed document', '<r><a>1</a>'],
    ['elements that cross', '<r><a><b></a></b></r>'],
    ['names that differ in case', '<r><A></a></r>'],
    ['a bare ampersand', '<r>a & b</r>'],
    ['text after the root', '<r/>x'],
    ['two roots', '<r/><s/>'],
    ['no root', '<!-- nothing -->'],
    ['nothing', ''],
    ['JSON', '{"a":1}'],
    ['a name that is none', '<r><#text>1</#text></r>'],
    ['a name that would reach a prototype', '<r><__proto__><a>1</a></__proto__></r>'],
  ])('refuses %s', (_, body) => expect(refused(body)).toBe(true))

  it('refuses whatever declares entities, wherever it stands', () => {
    const bomb = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    expect(refused(`<?xml version="1.0"?><!DOCTYPE r [${bomb}]><r>&b;</r>`)).toBe(true)
    expect(refused('<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>')).toBe(true)
    expect(refused('<!doctype r><r/>')).toBe(true)
    expect(refused('<r><![CDATA[<!DOCTYPE x>]]></r>')).toBe(true)
    expect(parsed('<r>&lt;!DOCTYPE x&gt;</r>')).toEqual({ r: '<!DOCTYPE x>' })
  })

  it('bounds size and depth', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
    expect(refused(nested(XML_DEPTH_MAX))).toBe(false)
    expect(refused(nested(XML_DEPTH_MAX + 2))).toBe(true)
    expect(refused(`<a>${'x'.repeat(XML_CHARACTERS_MAX)}</a>`)).toBe(true)
  })

  it('says where, and nothing of what is inside', () => {
    expect(parsed('<r><mobile>13800000000<x></mobile></r>')).toBe('XML: InvalidTag in line 1')
  })

  it.each([
    '<'.repeat(50_000),
    '<a '.repeat(50_000),
    '<![CDATA['.repeat(50_000),
    '<!--'.repeat(50_000),
    '<a>'.repeat(50_000),
    `<a>${'&'.repeat(50_000)}</a>`,
    `<a>${'&#'.repeat(50_000)}</a>`,
    `<a>${'<b>1</b>'.repeat(50_000)}</a>`,
  ])(
    'reads or refuses hostile text in no time (%#)',
    (body) => {
      expect(() => parseXml(body)).not.toThrow()
    },
    2_000,
  )
})

describe('xml', () => {
  it('writes elements, lists and text, and leaves out what is undefined', () => {
    const body = { a: '1', none: undefined, items: { item: [{ sku: '007' }, { sku: 'B' }] }, empty: '', n: 2 }
    expect(xml('request', body)).toBe(
      '<?xml version="1.0" encoding="utf-8"?><request><a>1</a><items><item><sku>007</sku></item><item><sku>B</sku></item></items><empty></empty><n>2</n></request>',
    )
  })

  it('escapes, and drops what no document may hold', () => {
    expect(xml('r', '<a href="x">\'&amp;\u0000\u0008\u001f\ufffe\ud800</a>\t\n\r')).toBe(
      '<?xml version="1.0" encoding="utf-8"?><r>&lt;a href=&quot;x&quot;&gt;&apos;&amp;amp;&lt;/a&gt;\t\n&#13;</r>',
    )
  })

  it('drops characters beyond the Basic Multilingual Plane only where asked', () => {
    expect(xml('r', '张🎉三𠮷', { bmpOnly: true })).toContain('<r>张三</r>')
    expect(xml('r', '张🎉三𠮷')).toContain('<r>张🎉三𠮷</r>')
    expect(withinBmp('a👨‍👩‍👧b')).toBe('a\u200d\u200db')
  })

  it('is read back as it was written', () => {
    const value = { r: { note: '请发顺丰 & <小心> "易碎" \'勿压\'', items: { item: [{ a: '1' }, { a: '2' }] } } }
    expect(parsed(xml('r', value.r))).toEqual(value)
  })

  it('makes a name of any text', () => {
    expect(['自定义备注', 'gift-wrap', 'a b', '1st', 'a:b', '<x>', '🎁'].map(xmlName)).toEqual([
      '自定义备注',
      'gift-wrap',
      'a_b',
      '_1st',
      'a_b',
      '_x_',
      '__',
    ])
    for (const name of ['1', '', '-', '.a', '·'])
      expect(refused(`<r><${xmlName(name)}>1</${xmlName(name)}></r>`)).toBe(false)
  })
})
