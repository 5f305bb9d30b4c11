/** 淘宝 TMC frames, written here a second time: little-endian, version 2, a type, headers of int16 kinds until kind 0. */
type Value = string | number | bigint

export interface TmcFrame {
  readonly type: number
  readonly token: string
  readonly fields: Readonly<Record<string, string>>
}

const text = (value: string): Buffer => {
  const content = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeInt32LE(content.length)
  return Buffer.concat([length, content])
}

const short = (value: number): Buffer => {
  const two = Buffer.alloc(2)
  two.writeInt16LE(value)
  return two
}

const formatted = (value: Value): Buffer => {
  if (typeof value === 'string') return Buffer.concat([Buffer.from([1]), text(value)])
  if (typeof value === 'number') return Buffer.from([2, value])
  const eight = Buffer.alloc(9)
  eight.writeUInt8(5)
  eight.writeBigInt64LE(value, 1)
  return eight
}

/** `status` 0 is no header at all. */
export const write = (
  type: number,
  fields: Readonly<Record<string, Value>>,
  {
    token,
    status = 0,
    phrase = '',
  }: { readonly token?: string; readonly status?: number; readonly phrase?: string } = {},
): Buffer => {
  const code = Buffer.alloc(4)
  code.writeInt32LE(status)
  return Buffer.concat([
    Buffer.from([2, type]),
    ...(status ? [short(2), code, short(3), text(phrase)] : []),
    ...(token ? [short(5), text(token)] : []),
    ...Object.entries(fields).flatMap(([name, value]) => [short(1), text(name), formatted(value)]),
    short(0),
  ])
}

/** Undefined for what is no frame. */
export const readFrame = (frame: Buffer): TmcFrame | undefined => {
  try {
    return parse(frame)
  } catch {
    return undefined
  }
}

const parse = (frame: Buffer): TmcFrame => {
  let at = 2
  const int = (size: number): bigint => {
    at += size
    return size === 8 ? frame.readBigInt64LE(at - 8) : BigInt(frame.readIntLE(at - size, size))
  }
  const counted = (): string => {
    const length = Number(int(4))
    at += length
    if (length < 0 || at > frame.length) throw new RangeError('too short')
    return frame.toString('utf8', at - length, at)
  }
  const fields: Record<string, string> = {}
  let token = ''
  for (let kind = int(2); kind !== 0n; kind = int(2)) {
    if (kind === 5n) token = counted()
    else if (kind === 1n) {
      const name = counted()
      const size = { 2: 1, 3: 2, 4: 4, 5: 8, 6: 8 }[Number(int(1))]
      fields[name] = size === undefined ? counted() : String(int(size))
    } else throw new RangeError(`header ${kind}`)
  }
  return { type: frame.readInt8(1), token, fields }
}
