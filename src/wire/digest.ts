/** The only file that touches a cryptographic primitive. `node:crypto` is synchronous in workerd too, so what builds on this stays pure. */
import { createHash, createHmac, createPublicKey, createSign, createVerify, timingSafeEqual } from 'node:crypto'

export type Hash = 'md5' | 'sha1' | 'sha256'
export type Encoding = 'hex' | 'base64'

/** Text counts as UTF-8; a list is its parts one after the other, so that a raw body is never decoded to be joined. */
export type Content = string | Uint8Array | readonly (string | Uint8Array)[]

export const hmac = (hash: Hash, key: string | Uint8Array, content: Content, encoding: Encoding): string => {
  const mac = createHmac(hash, key)
  for (const part of parts(content)) mac.update(part)
  return mac.digest(encoding)
}

export const digest = (hash: Hash, content: Content, encoding: Encoding): string => {
  const sum = createHash(hash)
  for (const part of parts(content)) sum.update(part)
  return sum.digest(encoding)
}

/** Compares in constant time, and says no (rather than throw) when the lengths differ or there is nothing to compare. */
export const sameDigest = (left: string, right: string): boolean => {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b)
}

/** Signs with a private key in PEM; DER in base64. Not the same twice: each signature has a number of its own. */
export const signEcdsa = (hash: Hash, privateKey: string, content: string | Uint8Array): string =>
  createSign(hash).update(content).sign(privateKey, 'base64')

/** Is this a signature (DER in base64) of the content by the key (its base64, with or without the lines of PEM)? No for what is no key. */
export const verifyEcdsa = (
  hash: Hash,
  publicKey: string,
  content: string | Uint8Array,
  signature: string,
): boolean => {
  const key = fromBase64(publicKey.replace(/-----[^-]*-----/g, ''))
  try {
    const known = createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' })
    return createVerify(hash).update(content).verify(known, signature, 'base64')
  } catch {
    return false
  }
}

/** Bytes of a base64 or base64url text; characters outside the alphabet are skipped, as Node does. */
export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

export const toBase64 = (content: string | Uint8Array): string => Buffer.from(content as Uint8Array).toString('base64')

const parts = (content: Content): readonly (string | Uint8Array)[] =>
  typeof content === 'string' || content instanceof Uint8Array ? [content] : content
