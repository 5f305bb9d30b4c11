/**
 * JSON that keeps every digit. `JSON.parse` turns the order id 820982911946154508 into …500; here a number that a double
 * cannot hold arrives as the text it was written as, and every other number as a number.
 *
 * A reader of its own, since `JSON.parse` also takes the last of two equal keys (two readers of one signed body would
 * then see two orders) and lets a deep body overflow the stack of whoever walks it next. Such bodies are refused.
 */
import type { Problem } from '../domain/problem.ts'
import { err, ok, type Result } from '../lib/result.ts'
import { malformed } from './malformed.ts'

/** Real messages nest about ten deep. */
export const DEPTH_MAX = 64

export const parseExact = (text: string): Result<unknown, Problem> => {
  const reader = new Reader(text)
  try {
    return ok(reader.document())
  } catch (error) {
    if (error instanceof Refusal) return err(malformed('', `${error.message} (character ${reader.at})`))
    throw error
  }
}

class Refusal extends Error {}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what JSON forbids inside a text
const CONTROL = /[\u0000-\u001f]/
const WORDS: Readonly<Record<string, readonly [string, boolean | null]>> = {
  t: ['true', true],
  f: ['false', false],
  n: ['null', null],
}

class Reader {
  at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  document(): unknown {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1
    const value = this.value(0)
    if (this.next() !== '') throw new Refusal('something follows the value')
    return value
  }

  private value(depth: number): unknown {
    const char = this.next()
    if (char === '{') return this.object(depth + 1)
    if (char === '[') return this.array(depth + 1)
    if (char === '"') return this.string()
    return WORDS[char] ? this.word(WORDS[char]) : this.number()
  }

  private object(depth: number): Record<string, unknown> {
    this.enter(depth)
    const object: Record<string, unknown> = {}
    if (this.closes('}')) return object
    do {
      if (this.next() !== '"') throw new Refusal('a key is missing')
      const key = this.string()
      if (key === '__proto__') throw new Refusal('the key __proto__ is refused')
      if (Object.hasOwn(object, key)) throw new Refusal('a key comes twice')
      if (this.next() !== ':') throw new Refusal('a colon is missing')
      this.at += 1
      object[key] = this.value(depth)
    } while (this.continues('}'))
    return object
  }

  private array(depth: number): unknown[] {
    this.enter(depth)
    const array: unknown[] = []
    if (this.closes(']')) return array
    do array.push(this.value(depth))
    while (this.continues(']'))
    return array
  }

  private enter(depth: number): void {
    if (depth > DEPTH_MAX) throw new Refusal(`nested deeper than ${DEPTH_MAX}`)
    this.at += 1
  }

  private closes(end: string): boolean {
    if (this.next() !== end) return false
    this.at += 1
    return true
  }

  private continues(end: string): boolean {
    const char = this.next()
    if (char !== ',' && char !== end) throw new Refusal('a comma or an end is missing')
    this.at += 1
    return char === ','
  }

  private string(): string {
    const start = this.at
    let end = start
    do {
      end = this.text.indexOf('"', end + 1)
      if (end < 0) throw new Refusal('a text is not closed')
    } while (this.escaped(end))
    this.at = end + 1
    const raw = this.text.slice(start + 1, end)
    if (CONTROL.test(raw)) throw new Refusal('a text holds a control character')
    return raw.includes('\\') ? unescaped(raw) : raw
  }

  /** An odd run of backslashes before a quote makes it part of the text. */
  private escaped(quote: number): boolean {
    let before = quote - 1
    while (this.text[before] === '\\') before -= 1
    return (quote - before) % 2 === 0
  }

  private word([word, value]: readonly [string, boolean | null]): boolean | null {
    if (!this.text.startsWith(word, this.at)) throw new Refusal('a word is not known')
    this.at += word.length
    return value
  }

  private number(): number | string {
    NUMBER.lastIndex = this.at
    const written = NUMBER.exec(this.text)?.[0]
    if (written === undefined)
      throw new Refusal(this.at >= this.text.length ? 'the text ends too early' : 'a value is missing')
    this.at += written.length
    return exact(written)
  }

  /** The next character that is no white space, not taken; empty at the end. */
  private next(): string {
    let char = this.text[this.at]
    while (char === ' ' || char === '\n' || char === '\r' || char === '\t') char = this.text[++this.at]
    return char ?? ''
  }
}

const unescaped = (raw: string): string => {
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    throw new Refusal('an escape is not known')
  }
}

/**
 * A double keeps 15 digits whatever they are; with more, or with an exponent, it must print the same value again. A whole
 * number beyond 2^53 is text even where it would: whether an id is text must not hang on its last digits.
 */
const exact = (written: string): number | string => {
  const value = Number(written)
  if (written.length <= 15 && !/e/i.test(written)) return value
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return written
  return Number.isFinite(value) && significant(String(value)) === significant(written) ? value : written
}

/** Digits and place of the point, without what does not change the value: 1.50 and 15e-1 are both `15e-1`. */
const significant = (number: string): string => {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const kept = digits.replace(/0+$/, '')
  return kept === '' ? `${sign}0` : `${sign}${kept}e${Number(power) - fraction.length + digits.length - kept.length}`
}
