/**
 * A raw message for an operator's eye: its form, ids, codes, amounts and times can be read; who the buyer is and what
 * opens doors cannot. What is shown is listed, the rest is starred: a field nobody thought of stays closed. Pure.
 */
import { parseExact } from '../wire/json.ts'

const STARS = '***'

/** Names of goods and partners, although `…name` is private. */
const GOODS =
  /^(?:item|product|goods|sku|shop|warehouse|store|carrier|logistics|express|variant|listing)_?(?:name|title)$|^(?:variant_?)?title$/i
/** People, places and keys; everything inside such a field too. */
const PRIVATE =
  /name|receiver|recipient|consignee|buyer|seller|customer|contact|sender|phone|mobile|(?:^|_)tel(?:$|_|ephone)|addr|street|town|zip|postal|mail|note|memo|remark|comment|words|token|secret|(?:^|_)sign|sign$|passw|credential|(?:^|_|api|access)key$|cipher|encrypt|[oc]aid|open_?id|union_?id|id_?card|nick|(?:^|_)ip$|latitude|longitude|company|account|url|custom|extend/i
/** What support needs in order to see what went wrong. */
const READABLE =
  /(?:id|ids|code|codes|no|number|sku|barcode|document|waybill|tracking)$|status|state|type|tag|topic|method|format|version|currency|price|amount|total|fee|cost|quantity|qty|num$|count|time|date|_at$|[a-z]At$|province|city|district|area|country|region|carrier|logistics|flag|reason|message|msg|error|result|kind|success|locale|status|unit|weight|sort/i

/** Digits, signs of numbers and times: harmless, unless they could be dialled. */
const NUMERIC = /^[\d.,:TZ+\-/ ]{1,40}$/
const DIALLED = /^\+?(?:86[- ]?)?1[3-9]\d{9}$|^\+?\d[\d \-()]{6,13}\d$/
const PHONE = /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)/g
const EMAIL = /[\w.+-]+@[\w-]+\.[\w.]+/g
const IDENTIFIER = /(?:id|ids|no|code|number|document|waybill|tracking)$|time|date|_at$|[a-z]At$/i

type Hide = (text: string) => string

/** `known` are values that must never be seen: the buyer's own, as this order holds them. */
export const maskRaw = (raw: string, known: readonly string[] = []): string => {
  const hide = hider(known)
  const cut = raw.indexOf('\n\n')
  const [head, body] = cut < 0 ? [raw, ''] : [raw.slice(0, cut), raw.slice(cut + 2)]
  return [maskHead(head, hide), maskBody(body.trim(), hide)].filter(Boolean).join('\n\n')
}

const hider = (known: readonly string[]): Hide => {
  const longest = known.filter(telling).toSorted((a, b) => b.length - a.length)
  return (text) => longest.reduce((left, value) => left.replaceAll(value, STARS), text)
}

/** Short digits and letters stand in every id by chance. */
const telling = (value: string): boolean => {
  if (/^\d+$/.test(value)) return value.length >= 7
  return [...value].length >= (/[^\x20-\x7e]/.test(value) ? 2 : 3)
}

/** `POST /hooks/x/y?sign=…`: the path is ours, the query the sender's. Below it the headers that say how the body reads. */
const maskHead = (head: string, hide: Hide): string => {
  const [first = '', ...headers] = head.split('\n')
  const [path = '', query] = first.split('?')
  const line = query === undefined ? path : `${path}?${maskForm(query, '&', hide)}`
  return [line, ...headers.map((header) => hide(header))].join('\n')
}

const maskBody = (body: string, hide: Hide): string => {
  const parsed = /^[[{]/.test(body) ? parseExact(body) : undefined
  if (parsed?.ok) return JSON.stringify(maskValue(parsed.value, '', hide), null, 2)
  if (body.startsWith('<')) return maskXml(body, hide)
  return /^[\w.%+~-]+=[^\s]*$/.test(body) ? maskForm(body, '\n', hide) : maskUnread(body, hide)
}

const maskForm = (text: string, separator: string, hide: Hide): string =>
  [...new URLSearchParams(text)].map(([key, value]) => `${key}=${textOf(maskValue(value, key, hide))}`).join(separator)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const maskValue = (value: unknown, key: string, hide: Hide, closed = false): unknown => {
  const shut = closed || (PRIVATE.test(key) && !GOODS.test(key))
  if (Array.isArray(value)) return value.map((item) => maskValue(item, key, hide, closed))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([inner, item]) => [hide(inner), maskValue(item, inner, hide, shut)]),
    )
  }
  if (value === null || value === '' || typeof value === 'boolean') return value
  if (shut) return STARS
  return typeof value === 'string' ? maskText(value, key, hide) : maskNumber(Number(value), key)
}

const maskNumber = (value: number, key: string): number | string =>
  DIALLED.test(String(value)) && !IDENTIFIER.test(key) ? STARS : value

const maskText = (value: string, key: string, hide: Hide): unknown => {
  // JSON inside a text is opened, so that its own keys decide; 有赞 encodes it for a URL besides.
  const plain = /^\s*%(?:7b|5b)/i.test(value) ? decoded(value) : value
  const nested = /^\s*[[{]/.test(plain) ? parseExact(plain) : undefined
  if (plain !== value && !nested?.ok) return STARS
  if (nested?.ok && typeof nested.value === 'object') return maskValue(nested.value, key, hide)
  if (DIALLED.test(value) && !IDENTIFIER.test(key)) return STARS
  if (!READABLE.test(key) && !GOODS.test(key) && !NUMERIC.test(value)) return STARS
  return hide(value)
    .replace(EMAIL, STARS)
    .replace(IDENTIFIER.test(key) ? /$^/ : PHONE, STARS)
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return ''
  }
}

const XML_TOKEN = /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s<>/]+)[^<>]*?(\/?)>|([^<]+)/g

/** Element by element, attributes left out, each on its own line. */
const maskXml = (text: string, hide: Hide): string => {
  const path: string[] = []
  let out = ''
  for (const [, cdata, slash, name, self, plain] of text.matchAll(XML_TOKEN)) {
    const value = (cdata ?? plain ?? '').trim()
    if (name === undefined) {
      if (value) out += maskElement(value, path, hide)
    } else if (slash) {
      path.pop()
      out += out.endsWith('>') ? `\n${'  '.repeat(path.length)}</${name}>` : `</${name}>`
    } else {
      out += `\n${'  '.repeat(path.length)}<${name}${self}>`
      if (!self) path.push(name)
    }
  }
  return out.trim()
}

const maskElement = (value: string, path: readonly string[], hide: Hide): string => {
  const shut = path.some((name) => PRIVATE.test(name) && !GOODS.test(name))
  return textOf(maskValue(value, path.at(-1) ?? '', hide, shut))
}

/** Neither JSON, XML nor a form: only its bones. */
const maskUnread = (body: string, hide: Hide): string =>
  hide(body)
    .replace(/:\s*"(?:[^"\\]|\\.)*"?/g, `:"${STARS}"`)
    .replace(/[^\x20-\x7e\s]+/g, STARS)
    .replace(EMAIL, STARS)
    .replace(/\d{7,}/g, STARS)
