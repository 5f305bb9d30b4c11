/** AES-CBC, by which some partners hide a body. Beside `digest.ts` the only file that touches a cryptographic primitive. */
import { createCipheriv, createDecipheriv } from 'node:crypto'

const BLOCK = 16
const KEY_LENGTHS: readonly number[] = [16, 24, 32]

interface Words {
  readonly key: Uint8Array
  /** Sixteen bytes. */
  readonly iv: Uint8Array
  /** To how many bytes the text is padded (PKCS#7): 16 by the book, 32 at 微信. */
  readonly pad?: number
}

/** Undefined: the key has no length of AES. */
export const encryptCbc = (content: Uint8Array, { key, iv, pad = BLOCK }: Words): Uint8Array | undefined => {
  if (!KEY_LENGTHS.includes(key.length)) return undefined
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false)
  const more = pad - (content.length % pad)
  return Buffer.concat([cipher.update(content), cipher.update(Buffer.alloc(more, more)), cipher.final()])
}

/** Undefined: the key has no length of AES, the text is no whole number of blocks, or its padding is none. */
export const decryptCbc = (content: Uint8Array, { key, iv, pad = BLOCK }: Words): Uint8Array | undefined => {
  if (!KEY_LENGTHS.includes(key.length) || content.length === 0 || content.length % BLOCK !== 0) return undefined
  const cipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false)
  const padded = Buffer.concat([cipher.update(content), cipher.final()])
  const more = padded.at(-1) ?? 0
  const isPadding = more > 0 && more <= pad && padded.subarray(-more).every((byte: number) => byte === more)
  return isPadding ? padded.subarray(0, -more) : undefined
}
