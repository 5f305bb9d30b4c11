/**
 * eBay: `X-EBAY-SIGNATURE` is base64 of JSON that names a key (`kid`) and holds an ECDSA signature with SHA-1 over the
 * compact JSON of the body. https://github.com/eBay/event-notification-nodejs-sdk lib/validator.js
 */
import { err, ok } from '../lib/result.ts'
import { textAt } from './answer.ts'
import { digest, fromBase64, signEcdsa, toBase64, verifyEcdsa } from './digest.ts'
import { parseExact } from './json.ts'
import { bytes, text, type WireRequest, withHeader } from './message.ts'
import { MISMATCH, missing, type Signature } from './signature.ts'

const HEADER = 'x-ebay-signature'

const proofOf = (request: WireRequest): unknown => {
  const read = parseExact(text(fromBase64(request.headers[HEADER] ?? '')))
  return read.ok ? read.value : undefined
}

/** Which of eBay's keys the request says it is signed with. */
export const ebayKeyId = (request: WireRequest): string | undefined => textAt(proofOf(request), 'kid') || undefined

/** The body without the spaces between its parts: what eBay's own libraries verify. Texts stay as they are written. */
const compact = (body: string): string => body.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')

/** Verified by the credential `publicKey`; signed by `privateKey` and `keyId`, which only a test or a sandbox can have. */
export const ebaySignature: Signature = {
  sign: (request, { privateKey, keyId = '' }) => {
    const signature = privateKey ? signEcdsa('sha1', privateKey, compact(text(request.body))) : ''
    const proof = { alg: 'ecdsa', kid: keyId, signature, digest: 'SHA1' }
    return withHeader(request, HEADER, toBase64(JSON.stringify(proof)))
  },
  verify: (request, { publicKey }) => {
    if (!request.headers[HEADER]) return err(missing(HEADER))
    const signature = textAt(proofOf(request), 'signature')
    if (!publicKey || signature === '') return err(MISMATCH)
    const right =
      verifyEcdsa('sha1', publicKey, request.body, signature) ||
      verifyEcdsa('sha1', publicKey, bytes(compact(text(request.body))), signature)
    return right ? ok(undefined) : err(MISMATCH)
  },
}

/** What eBay wants to hear when it checks an endpoint: `challenge_code`, our token and the endpoint's URL, as one hash. */
export const ebayChallenge = (code: string, verificationToken: string, endpoint: string): string =>
  digest('sha256', [code, verificationToken, endpoint], 'hex')
