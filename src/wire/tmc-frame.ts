/**
 * Binary frames of Taobao's message channel (TMC), protocol version 2, little-endian: version, type, then headers, each
 * an int16 kind with its value; kind 0 ends the frame. Read from tmc.js (`lib/message.js`), whose frames these are byte
 * for byte: https://github.com/TheNorthMemory/tmc.js
 */
import type { Problem } from '../domain/problem.ts'
import { err, ok, type Result } from '../lib/result.ts'
import { toBase64 } from './digest.ts'
import { malformed } from './malformed.ts'
import { bytes, text } from './message.ts'

const VERSION = 2
export const TMC = { connect: 0, connectAck: 1, send: 2, sendAck: 3 } as const
/** What a `send` frame is about: its header `__kind`. */
export const TMC_KIND = { pull: 1, confirm: 2, data: 3 } as const

const HEADER = { end: 0, custom: 1, status: 2, phrase: 3, flag: 4, token: 5 } as const
const FORMAT = { void: 0, text: 1, byte: 2, int16: 3, int32: 4, int64: 5, date: 6, bytes: 7 } as const

export interface TmcFrame {
  readonly type: number
  readonly status?: number
  readonly phrase?: string
  readonly token?: string
  /** Custom headers as text: numbers with all their digits, dates in UTC ms, bytes as base64. */
  readonly content: Readonly<Record<string, string>>
}

/** Text goes out as a counted string, a number as a byte, a bigint as an int64. */
export type TmcValue = string | number | bigint

export const encodeTmc = (
  type: number,
  content: readonly (readonly [name: string, value: TmcValue])[],
  token?: string,
): Uint8Array =>
  new Uint8Array([
    VERSION,
    type,
    ...(token === undefined ? [] : [...little(HEADER.token, 2), ...counted(token)]),
    ...content.flatMap(([name, value]) => [...little(HEADER.custom, 2), ...counted(name), ...valued(value)]),
    ...little(HEADER.end, 2),
  ])

const little = (value: number | bigint, size: number): number[] =>
  Array.from({ length: size }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn))

const counted = (value: string): number[] => {
  const content = bytes(value)
  return [...little(content.length, 4), ...content]
}

const valued = (value: TmcValue): number[] => {
  if (typeof value === 'string') return [FORMAT.text, ...counted(value)]
  return typeof value === 'number' ? [FORMAT.byte, ...little(value, 1)] : [FORMAT.int64, ...little(value, 8)]
}

/** Total: a frame that is cut, or holds what nobody knows, is malformed. */
export const decodeTmc = (frame: Uint8Array): Result<TmcFrame, Problem> => {
  try {
    return ok(new Reader(frame).frame())
  } catch (error) {
    if (error instanceof RangeError) return err(malformed('(frame)', error.message))
    throw error
  }
}

/** Reads on and on; what lies beyond the end is a RangeError, as `DataView` has it. */
class Reader {
  readonly #view: DataView
  #at = 0

  constructor(frame: Uint8Array) {
    this.#view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  }

  frame(): TmcFrame {
    this.#int(1)
    const type = Number(this.#int(1))
    const custom: [string, string][] = []
    const named: { status?: number; phrase?: string; token?: string } = {}
    for (let kind = this.#kind(); kind !== HEADER.end; kind = this.#kind()) {
      if (kind === HEADER.custom) custom.push(this.#custom())
      else if (kind === HEADER.status) named.status = Number(this.#int(4))
      else if (kind === HEADER.phrase) named.phrase = this.#text()
      else if (kind === HEADER.token) named.token = this.#text()
      else if (kind === HEADER.flag) this.#int(4)
      else throw new RangeError(`header ${kind}`)
    }
    return { type, ...named, content: Object.fromEntries(custom.filter(([, value]) => value !== '')) }
  }

  #kind(): number {
    return Number(this.#int(2))
  }

  #custom(): [string, string] {
    const name = this.#text()
    const format = Number(this.#int(1))
    if (format === FORMAT.void) return [name, '']
    if (format === FORMAT.text) return [name, this.#text()]
    if (format === FORMAT.bytes) return [name, toBase64(this.#counted())]
    const size = SIZES[format]
    if (size === undefined) throw new RangeError(`value format ${format}`)
    return [name, String(this.#int(size))]
  }

  #text(): string {
    return text(this.#counted())
  }

  #counted(): Uint8Array {
    const length = Number(this.#int(4))
    if (length < 0 || this.#at + length > this.#view.byteLength) throw new RangeError(`length ${length}`)
    this.#at += length
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at - length, length)
  }

  /** Signed, of 1, 2, 4 or 8 bytes. */
  #int(size: number): bigint {
    let value = 0n
    for (let i = 0; i < size; i++) value |= BigInt(this.#view.getUint8(this.#at + i)) << BigInt(8 * i)
    this.#at += size
    return BigInt.asIntN(8 * size, value)
  }
}

const SIZES: Readonly<Record<number, number>> = {
  [FORMAT.byte]: 1,
  [FORMAT.int16]: 2,
  [FORMAT.int32]: 4,
  [FORMAT.int64]: 8,
  [FORMAT.date]: 8,
}
