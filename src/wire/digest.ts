/** Beside `cipher.ts` the only file that touches a cryptographic primitive. `node:crypto` is synchronous in workerd too, so what builds on this stays pure. */
import { createHash, createHmac, createPublicKey, createSign, createVerify, timingSafeEqual, verify } from 'node:crypto'

export type Hash = 'md5' | 'sha1' | 'sha256' | 'sha512'
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

/** What stands before the 32 bytes of a key in its DER form (RFC 8410). */
const ED25519_DER = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00)

/** An Ed25519 signature of 64 bytes, by a public key of 32. Whatever is no key or no signature is a no. */
export const verifiesEd25519 = (key: Uint8Array, content: Content, signature: Uint8Array): boolean => {
  if (key.length !== 32 || signature.length !== 64) return false
  try {
    const publicKey = createPublicKey({ key: Buffer.concat([ED25519_DER, key]), format: 'der', type: 'spki' })
    const signed = Buffer.concat(parts(content).map((part) => Buffer.from(part as Uint8Array)))
    return verify(null, signed, publicKey, signature)
  } catch {
    // 32 bytes that are no point of the curve: a runtime may refuse them where it reads the key.
    return false
  }
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
