/**
 * Our own scheme for calls that we make to a warehouse of the plain JSON contract: HMAC-SHA256 in hex over method, path,
 * time, nonce and the hex SHA-256 of the body, one per line. The receiver refuses a time more than five minutes off, and
 * a nonce it has seen. The recipe for implementers: `docs/warehouse-rest.md`.
 */
import { err, ok } from '../lib/result.ts'
import { digest, hmac, sameDigest } from './digest.ts'
import { type WireRequest, withHeader } from './message.ts'
import { MISMATCH, missing, type Signature, stale } from './signature.ts'

const REQUEST_TIME = 'x-cangqiao-time'
export const REQUEST_NONCE = 'x-cangqiao-nonce'
const REQUEST_SIGNATURE = 'x-cangqiao-signature'
const TOLERANCE_SECONDS = 300

/** The path as it is sent, with its query; a base URL may put something before `/v1`. */
const pathOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split('#')[0] || '/'

const compute = (request: WireRequest, secret: string): string => {
  const lines = [
    request.method.toUpperCase(),
    pathOf(request.url),
    request.headers[REQUEST_TIME] ?? '',
    request.headers[REQUEST_NONCE] ?? '',
    digest('sha256', request.body, 'hex'),
  ]
  return hmac('sha256', secret, lines.join('\n'), 'hex')
}

/** `secret` names the credential field, whose text is the key as it stands. `sign` wants the nonce header to be set by the caller. */
export const signedRequest = ({ secret = 'secret' }: { readonly secret?: string } = {}): Signature => ({
  sign: (request, credentials, now) => {
    const timed = withHeader(request, REQUEST_TIME, String(Math.floor(now / 1000)))
    return withHeader(timed, REQUEST_SIGNATURE, compute(timed, credentials[secret] ?? ''))
  },
  verify: (request, credentials, now) => {
    for (const header of [REQUEST_TIME, REQUEST_NONCE, REQUEST_SIGNATURE]) {
      if (!request.headers[header]) return err(missing(header))
    }
    const key = credentials[secret]
    if (!key || !sameDigest(compute(request, key), (request.headers[REQUEST_SIGNATURE] ?? '').toLowerCase())) {
      return err(MISMATCH)
    }
    const age = Math.floor(now / 1000) - Number(request.headers[REQUEST_TIME])
    return Math.abs(age) <= TOLERANCE_SECONDS ? ok(undefined) : err(stale(TOLERANCE_SECONDS))
  },
})
