/**
 * The signature of Alibaba's open platform AOP (1688): HMAC-SHA1 over the path of the API and each parameter's name and
 * value as one text, these texts in order, in upper-case hex. A push has no path and signs its `message` alone.
 *
 * `SignatureUtil` of the official PHP SDK, `CommonUtil` of the Java one; that pushes are signed by the latter's
 * `signatureWithParamsOnly` is our reading.
 */
import { err, ok } from '../lib/result.ts'
import type { Fields } from './adapter.ts'
import { hmac, sameDigest } from './digest.ts'
import { bytes, text, type WireRequest } from './message.ts'
import { MISMATCH, type Signature } from './signature.ts'

export const AOP_SIGNATURE = '_aop_signature'

export const aopSign = (path: string, parameters: Fields, secret: string): string => {
  const pairs = Object.entries(parameters).map(([name, value]) => name + value)
  return hmac('sha1', secret, [path, ...pairs.toSorted()], 'hex').toUpperCase()
}

/**
 * A push: a form of `message` and `_aop_signature`, over the text that the form holds. It carries no time that could be
 * stale. A name that comes twice refuses: readers differ on which of the two counts.
 */
export const aopForm = ({ secret = 'appSecret' }: { readonly secret?: string } = {}): Signature => ({
  sign: (request, credentials) => {
    const form = formOf(request)
    form.delete(AOP_SIGNATURE)
    form.append(AOP_SIGNATURE, aopSign('', { message: form.get('message') ?? '' }, credentials[secret] ?? ''))
    return { ...request, body: bytes(String(form)) }
  },
  verify: (request, credentials) => {
    const form = formOf(request)
    const [message, ...more] = form.getAll('message')
    const [received, ...others] = form.getAll(AOP_SIGNATURE)
    const key = credentials[secret]
    if (!key || !message || !received || more.length + others.length > 0) return err(MISMATCH)
    return sameDigest(aopSign('', { message }, key), received.toUpperCase()) ? ok(undefined) : err(MISMATCH)
  },
})

const formOf = ({ body }: WireRequest): URLSearchParams => new URLSearchParams(text(body))
