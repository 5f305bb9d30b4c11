/**
 * XML as partners send it: read into plain objects of text, written from them. Nothing is guessed on the way: `007`
 * stays `007`, an empty element is `''`, an element that comes twice is an array, and whoever expects several asks
 * `list`, so that one and many read alike. Attributes, comments and processing instructions are left out; no partner
 * here says anything in them. https://github.com/NaturalIntelligence/fast-xml-parser/tree/master/docs/v4
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Problem } from '../domain/problem.ts'
import { err, ok, type Result } from '../lib/result.ts'
import { malformed } from './malformed.ts'

export const XML_CHARACTERS_MAX = 1_000_000
/** Real messages nest about six deep. */
export const XML_DEPTH_MAX = 32

const TEXT = '#text'
const CDATA = '#cdata'

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  processEntities: false,
  trimValues: false,
  cdataPropName: CDATA,
  maxNestedTags: XML_DEPTH_MAX,
})

/** What the parser gives, in document order: each node is an object with one key, the name of the element or `#text`. */
type Node = Readonly<Record<string, readonly Node[] | string>>

/**
 * A document as `{ root: … }`. Refused: what is not well-formed (an unclosed element too, which the parser alone would
 * let pass), any DOCTYPE or ENTITY wherever it stands, a second root, and what is larger or deeper than the bounds.
 */
export const parseXml = (text: string): Result<unknown, Problem> => {
  if (text.length > XML_CHARACTERS_MAX) return err(malformed('', `XML of more than ${XML_CHARACTERS_MAX} characters`))
  // Even within a comment: two readers that disagree on where a comment ends must not disagree on this.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return err(malformed('', 'XML with a DOCTYPE or ENTITY is refused'))
  // The validator lets text pass behind a root that closes itself.
  if (!text.trimEnd().endsWith('>')) return err(malformed('', 'XML: text behind the root'))
  const valid = XMLValidator.validate(text)
  if (valid !== true) return err(malformed('', `XML: ${valid.err.code} in line ${valid.err.line}`))
  try {
    const roots = (parser.parse(text) as readonly Node[]).filter((node) => nameOf(node) !== TEXT)
    return roots.length === 1 ? ok(children(roots)) : err(malformed('', 'XML without a single root'))
  } catch {
    return err(malformed('', `XML nested deeper than ${XML_DEPTH_MAX}, or with a reserved name`))
  }
}

/** The elements called `name` within `node`: none, one and many alike. A missing or empty `node` holds none. */
export const list = (node: unknown, name: string): readonly unknown[] => {
  if (node === null || typeof node !== 'object' || !Object.hasOwn(node, name)) return []
  const found = (node as Record<string, unknown>)[name]
  return Array.isArray(found) ? found : [found]
}

const nameOf = (node: Node): string => Object.keys(node).find((key) => key !== ':@') ?? ''

/** An element is an object if it has elements inside, else its text. Text between elements is layout and is left out. */
const contentOf = (nodes: readonly Node[]): unknown =>
  nodes.some((node) => ![TEXT, CDATA].includes(nameOf(node))) ? children(nodes) : nodes.map(textOf).join('').trim()

const children = (nodes: readonly Node[]): Record<string, unknown> => {
  const object: Record<string, unknown> = {}
  for (const node of nodes) {
    const name = nameOf(node)
    if (name === TEXT || name === CDATA) continue
    const value = contentOf(node[name] as readonly Node[])
    const before = object[name]
    if (!Object.hasOwn(object, name)) object[name] = value
    else if (Array.isArray(before)) before.push(value)
    else object[name] = [before, value]
  }
  return object
}

/** CDATA is text as it stands; elsewhere entities are decoded, once. */
const textOf = (node: Node): string => {
  const text = node[TEXT]
  if (typeof text === 'string') return decoded(text)
  const cdata = node[CDATA]
  return Array.isArray(cdata) ? cdata.map((part: Node) => String(part[TEXT] ?? '')).join('') : ''
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The five entities of XML and character references; any other name stays as it is written, since nothing defines it. */
const decoded = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (written, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? written
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? printable(String.fromCodePoint(code)) : ''
  })

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what XML 1.0 forbids in a document
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
const LONE_SURROGATE = /\p{Cs}/gu

/** The text without what no XML document may hold. */
const printable = (text: string): string => text.replace(FORBIDDEN, '').replace(LONE_SURROGATE, '')

/** What can be written: text, elements by name, several of one name as an array. Undefined is left out. */
export type XmlValue = string | number | { readonly [name: string]: XmlValue | undefined } | readonly XmlValue[]

interface Writing {
  /** Leaves out what lies outside the Basic Multilingual Plane (emoji, rare ideographs), for readers that store 3-byte UTF-8. */
  readonly bmpOnly?: boolean
}

/** A document in UTF-8 with its declaration and no layout. Names are the caller's own and must be XML names. */
export const xml = (root: string, value: XmlValue, { bmpOnly = false }: Writing = {}): string => {
  const safe = (text: string) => escaped(bmpOnly ? withinBmp(text) : text)
  return `<?xml version="1.0" encoding="utf-8"?>${element(root, value, safe)}`
}

const NAME_START =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u3001-\\ud7ff\\uf900-\\ufdcf'
const NOT_IN_NAME = new RegExp(`[^${NAME_START}0-9.\\u00b7-]`, 'g')
const STARTS_NAME = new RegExp(`^[${NAME_START}]`)

/** Any text as an XML name, `_` for what a name may not hold: 自定义备注 stays as it is. */
export const xmlName = (text: string): string => {
  const name = text.replace(NOT_IN_NAME, '_')
  return STARTS_NAME.test(name) ? name : `_${name}`
}

export const withinBmp = (text: string): string => text.replace(/[\u{10000}-\u{10ffff}]/gu, '')

const element = (name: string, value: XmlValue | undefined, safe: (text: string) => string): string => {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map((one: XmlValue) => element(name, one, safe)).join('')
  if (typeof value !== 'object') return `<${name}>${safe(String(value))}</${name}>`
  const inside = Object.entries(value as Readonly<Record<string, XmlValue | undefined>>)
  return `<${name}>${inside.map(([child, content]) => element(child, content, safe)).join('')}</${name}>`
}

const escaped = (text: string): string =>
  printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replaceAll('\r', '&#13;')
