/** Ids of what is made here: a prefix that says what it is, and 80 bits that say nothing. */
import { randomBytes } from 'node:crypto'
import { digest } from '../wire/digest.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 16

const spell = (bytes: Uint8Array): string => [...bytes.subarray(0, LENGTH)].map((byte) => ALPHABET[byte % 32]).join('')

export const randomId = (prefix: string): string => `${prefix}_${spell(randomBytes(LENGTH))}`

/** Ids that a repeat of the same request makes again, in the same order. */
export const repeatableIds = (key: string): ((prefix: string) => string) => {
  let count = 0
  return (prefix) => `${prefix}_${spell(Buffer.from(digest('sha256', `${key}\n${count++}`, 'hex'), 'hex'))}`
}

/** What a new token is: 256 bits after a prefix by which secret scanners find it. */
export const newToken = (): string => `cq_${randomBytes(32).toString('base64url')}`
