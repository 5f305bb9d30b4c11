/**
 * The signature schemes, each written once as a pair: `sign` makes what `verify` accepts. An adapter names a scheme and
 * fills in its words; it never computes a digest. Each scheme has a digest that somebody else computed in
 * `test/wire/signature.test.ts`.
 */
import type { Problem } from '../domain/problem.ts'
import { err, ok, type Result } from '../lib/result.ts'
import type { Fields } from './adapter.ts'
import { digest, type Encoding, type Hash, hmac, sameDigest } from './digest.ts'
import { bytes, type WireCall, type WireRequest, withHeader } from './message.ts'

export interface Signature {
  /** Adds the signature, with the time `now` (UTC ms) where the scheme has one. */
  sign(request: WireRequest, credentials: Fields, now: number): WireRequest
  /** False where these credentials hold the sender's public key: what they verify, only the sender can sign. Absent: true. */
  canSign?(credentials: Fields): boolean
  /** Over the raw bytes, in constant time. A missing secret refuses; it never skips. */
  verify(request: WireRequest, credentials: Fields, now: number): Result<void, Problem>
}

interface SignedBody {
  readonly header: string
  readonly hash?: Hash
  readonly encoding?: Encoding
  /** Text before the digest: `sha256=`. */
  readonly prefix?: string
  /** The credential field that keys the HMAC. */
  readonly key?: string
  /** The credential field whose text stands before the body, where the body alone is not what is signed (TikTok Shop, Lazada: the app key). */
  readonly before?: string
  /** The text between the request's URL and its body, where the URL is signed too (Shopee: `|`). */
  readonly afterUrl?: string
}

/** HMAC of the raw body in one header: Shopify, WooCommerce, Shopline and most others. No time in it, so nothing is ever stale. */
export const signedBody = (words: SignedBody): Signature => {
  const { header, hash = 'sha256', encoding = 'hex', prefix = '', key = 'secret', before, afterUrl } = words
  const needs = before === undefined ? [key] : [key, before]
  return inHeader(header, encoding, needs, (request, credentials) => {
    const url = afterUrl === undefined ? '' : request.url + afterUrl
    const content = [before === undefined ? '' : (credentials[before] ?? ''), url, request.body]
    return prefix + hmac(hash, credentials[key] ?? '', content, encoding)
  })
}

interface KeyedDigest {
  readonly header: string
  readonly hash?: Hash
  /** Credential fields whose texts stand before and after the body. */
  readonly before: string
  readonly after: string
}

/** Hex digest of key + raw body + secret, without HMAC: 抖店 `event-sign`, 有赞 `Event-Sign`. */
export const keyedDigest = ({ header, hash = 'md5', before, after }: KeyedDigest): Signature =>
  inHeader(header, 'hex', [before, after], (request, credentials) =>
    digest(hash, [credentials[before] ?? '', request.body, credentials[after] ?? ''], 'hex'),
  )

/** A scheme whose whole proof is one header. Hex is compared without regard to case, since senders differ in it. */
const inHeader = (
  header: string,
  encoding: Encoding,
  needs: readonly string[],
  compute: (request: WireRequest, credentials: Fields) => string,
): Signature => {
  const folded = (text: string) => (encoding === 'hex' ? text.toLowerCase() : text)
  return {
    sign: (request, credentials) => withHeader(request, header, compute(request, credentials)),
    verify: (request, credentials) => {
      const received = request.headers[header]
      if (!received) return err(missing(header))
      if (needs.some((field) => !credentials[field])) return err(MISMATCH)
      return sameDigest(folded(compute(request, credentials)), folded(received)) ? ok(undefined) : err(MISMATCH)
    },
  }
}

export const missing = (header: string): Problem => ({ code: 'signature_missing', facts: { header } })
export const stale = (seconds: number): Problem => ({ code: 'signature_stale', facts: { seconds } })
export const MISMATCH: Problem = { code: 'signature_mismatch' }

/** Signs a call of ours by a scheme that was written for requests to us. */
export const signedCall = (signature: Signature, call: WireCall, credentials: Fields, now: number): WireCall => ({
  ...call,
  headers: signature.sign({ ...call, body: bytes(call.body) }, credentials, now).headers,
})
