/**
 * Standard Webhooks, symmetric (`v1`): HMAC-SHA256 over `id.timestamp.body`, several signatures in one header while a
 * secret is being replaced, five minutes of tolerance both ways.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { err, ok } from '../lib/result.ts'
import { fromBase64, hmac, sameDigest } from './digest.ts'
import { bytes, type WireRequest, withHeader } from './message.ts'
import { MISMATCH, missing, type Signature, stale } from './signature.ts'

const ID = 'webhook-id'
const TIME = 'webhook-timestamp'
const SIGNATURE = 'webhook-signature'
const TOLERANCE_SECONDS = 300

/** The key that `whsec_…` stands for; the bare base64 text is taken too. Undefined where there is none. */
const keyOf = (secret: string | undefined): Uint8Array | undefined =>
  filled(fromBase64((secret ?? '').replace(/^whsec_/, '')))
const filled = (key: Uint8Array): Uint8Array | undefined => (key.length > 0 ? key : undefined)

interface Words {
  /** The credential field. */
  readonly secret?: string
  /** True where the text of the secret is itself the key (BigCommerce), not the base64 of one. */
  readonly plain?: boolean
}

/** One signature by each version we speak. An asymmetric `v1a` would be a second entry here, with its own key. */
const compute = (request: WireRequest, key: Uint8Array): string => {
  const head = `${request.headers[ID] ?? ''}.${request.headers[TIME] ?? ''}.`
  return `v1,${hmac('sha256', key, [head, request.body], 'base64')}`
}

/**
 * `sign` wants the request's `webhook-id` to be set by the caller: it is the same
 * on every attempt, while the time is that of the attempt.
 */
export const standardWebhook = ({ secret = 'secret', plain = false }: Words = {}): Signature => {
  const read = plain ? (text = '') => filled(bytes(text)) : keyOf
  return {
    sign: (request, credentials, now) => {
      const timed = withHeader(request, TIME, String(Math.floor(now / 1000)))
      return withHeader(timed, SIGNATURE, compute(timed, read(credentials[secret]) ?? new Uint8Array()))
    },
    verify: (request, credentials, now) => {
      for (const header of [ID, TIME, SIGNATURE]) if (!request.headers[header]) return err(missing(header))
      const time = request.headers[TIME] ?? ''
      if (!/^\d{1,12}$/.test(time) || Math.abs(Math.floor(now / 1000) - Number(time)) > TOLERANCE_SECONDS) {
        return err(stale(TOLERANCE_SECONDS))
      }
      const key = read(credentials[secret])
      if (key === undefined) return err(MISMATCH)
      const expected = compute(request, key)
      const given = (request.headers[SIGNATURE] ?? '').split(' ')
      return given.some((one) => sameDigest(expected, one)) ? ok(undefined) : err(MISMATCH)
    },
  }
}
