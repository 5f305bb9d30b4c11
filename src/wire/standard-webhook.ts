/**
 * Standard Webhooks, symmetric (`v1`, HMAC-SHA256) and asymmetric (`v1a`, Ed25519), over `id.timestamp.body`: several
 * signatures in one header while a key is being replaced, five minutes of tolerance both ways.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { err, ok } from '../lib/result.ts'
import type { Fields } from './adapter.ts'
import { fromBase64, hmac, sameDigest, verifiesEd25519 } from './digest.ts'
import { bytes, type WireRequest, withHeader } from './message.ts'
import { MISMATCH, missing, type Signature, stale } from './signature.ts'

const ID = 'webhook-id'
const TIME = 'webhook-timestamp'
const SIGNATURE = 'webhook-signature'
const TOLERANCE_SECONDS = 300

/** The bytes that `whsec_…` or `whpk_…` stands for; the bare base64 text is taken too. Undefined where there are none. */
const keyOf = (text: string | undefined): Uint8Array | undefined =>
  filled(fromBase64((text ?? '').replace(/^wh(?:sec|pk)_/, '')))
const filled = (key: Uint8Array): Uint8Array | undefined => (key.length > 0 ? key : undefined)

const contentOf = ({ headers, body }: WireRequest): readonly [string, Uint8Array] => [
  `${headers[ID] ?? ''}.${headers[TIME] ?? ''}.`,
  body,
]

const compute = (request: WireRequest, key: Uint8Array): string =>
  `v1,${hmac('sha256', key, contentOf(request), 'base64')}`

/** By the secret that both sides have, or by the sender's public key. */
type Proof = (given: string) => boolean

const bySecret = (request: WireRequest, key: Uint8Array | undefined): Proof => {
  const expected = key === undefined ? '' : compute(request, key)
  return (given) => sameDigest(expected, given)
}

const byPublicKey =
  (request: WireRequest, key: Uint8Array | undefined): Proof =>
  (given) =>
    key !== undefined &&
    given.startsWith('v1a,') &&
    verifiesEd25519(key, contentOf(request), fromBase64(given.slice('v1a,'.length)))

interface Words {
  /** The credential field of the secret. */
  readonly secret?: string
  /** True where the text of the secret is itself the key (BigCommerce), not the base64 of one. */
  readonly plain?: boolean
  /** The credential field of the sender's public key. Where it is filled in, only `v1a` counts: a secret that leaked signs nothing. */
  readonly publicKey?: string
}

/**
 * `sign` keeps the `webhook-id` that the caller has set: it is the same on every attempt, while the time is that of the
 * attempt. A request without one (the doctor's test push) gets one. It signs by the secret: what a public key verifies,
 * only its owner can sign.
 */
export const standardWebhook = ({ secret = 'secret', plain = false, publicKey }: Words = {}): Signature => {
  const read = plain ? (text = '') => filled(bytes(text)) : keyOf
  const publicOf = (credentials: Fields) => (publicKey === undefined ? '' : (credentials[publicKey] ?? ''))
  return {
    sign: (request, credentials, now) => {
      const named = request.headers[ID] ? request : withHeader(request, ID, `msg_${now}`)
      const timed = withHeader(named, TIME, String(Math.floor(now / 1000)))
      return withHeader(timed, SIGNATURE, compute(timed, read(credentials[secret]) ?? new Uint8Array()))
    },
    canSign: (credentials) => publicOf(credentials) === '',
    verify: (request, credentials, now) => {
      for (const header of [ID, TIME, SIGNATURE]) if (!request.headers[header]) return err(missing(header))
      const time = request.headers[TIME] ?? ''
      if (!/^\d{1,12}$/.test(time) || Math.abs(Math.floor(now / 1000) - Number(time)) > TOLERANCE_SECONDS) {
        return err(stale(TOLERANCE_SECONDS))
      }
      const open = publicOf(credentials)
      const proves = open ? byPublicKey(request, keyOf(open)) : bySecret(request, read(credentials[secret]))
      return (request.headers[SIGNATURE] ?? '').split(' ').some(proves) ? ok(undefined) : err(MISMATCH)
    },
  }
}
