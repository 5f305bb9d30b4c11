/** XML in and out, for 奇门. Nothing is turned into a number, one element and many read alike. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { isObject, type Json, object, text } from './json.ts'

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: true,
  processEntities: false,
})

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
}
const unescaped = (value: string): string =>
  value
    .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity] ?? entity)

const deep = (value: unknown): unknown => {
  if (typeof value === 'string') return unescaped(value)
  if (Array.isArray(value)) return value.map(deep)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, deep(each)])) : value
}

/** The content of the root; undefined for what is no XML with this root. */
export const parse = (source: string, root: string): Json | undefined => {
  if (XMLValidator.validate(source) !== true) return undefined
  const document = object(deep(parser.parse(source)))
  return root in document ? object(document[root]) : undefined
}

/** The elements of `parent.child`, be there none, one or many. */
export const children = (parent: unknown, child: string): Json[] => {
  const found = object(parent)[child]
  return (Array.isArray(found) ? found : found === undefined ? [] : [found]).map(object)
}

export const at = (node: unknown, path: string): string =>
  text(path.split('.').reduce<unknown>((current, name) => object(current)[name], node))

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export type Tree = string | number | readonly Tree[] | { readonly [name: string]: Tree }

/** Lists repeat their element: `{items: {item: [a, b]}}`. */
const xml = (tree: { readonly [name: string]: Tree }): string =>
  Object.entries(tree)
    .map(([name, value]) => element(name, value))
    .join('')

const element = (name: string, value: Tree): string => {
  if (Array.isArray(value)) return value.map((each: Tree) => element(name, each)).join('')
  const content = typeof value === 'object' ? xml(value as { readonly [name: string]: Tree }) : escaped(String(value))
  return `<${name}>${content}</${name}>`
}

export const document = (tree: { readonly [name: string]: Tree }): string =>
  `<?xml version="1.0" encoding="utf-8"?>${xml(tree)}`
