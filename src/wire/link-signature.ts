/**
 * The envelope of Cainiao LINK 菜鸟: a form whose `logistics_interface` is the message and whose `data_digest` is the base64
 * of the 16 bytes of md5(message + key). Nothing else in the form is signed: neither `msg_type` nor who sent it, nor a
 * time. So whoever reads a message must read it out of the message alone.
 * The same scheme as 顺丰云仓's; seen in LINK senders and receivers of several companies.
 */
import { err, ok } from '../lib/result.ts'
import type { Fields } from './adapter.ts'
import { digest, sameDigest } from './digest.ts'
import { bytes, text, type WireRequest } from './message.ts'
import { MISMATCH, missing, type Signature } from './signature.ts'

const CONTENT = 'logistics_interface'
const DIGEST = 'data_digest'

export const linkDigest = (content: string, key: string): string => digest('md5', [content, key], 'base64')

/** The form of a call of ours, encoded once. */
export const linkForm = (content: string, parameters: Fields, key: string): string =>
  new URLSearchParams({ ...parameters, [CONTENT]: content, [DIGEST]: linkDigest(content, key) }).toString()

/** The message within the form. A body that is no such form is the message itself. */
export const linkContent = (request: WireRequest): string => {
  const body = text(request.body)
  return new URLSearchParams(body).get(CONTENT) ?? body
}

/** A message to us. A field that comes twice refuses: readers differ on which of the two counts. */
export const linkSigned = ({ key = 'secretKey' }: { readonly key?: string } = {}): Signature => ({
  sign: (request, credentials) => {
    const content = linkContent(request)
    const form = new URLSearchParams(content === text(request.body) ? '' : text(request.body))
    form.set(CONTENT, content)
    form.set(DIGEST, linkDigest(content, credentials[key] ?? ''))
    const headers = { ...request.headers, 'content-type': 'application/x-www-form-urlencoded' }
    return { ...request, headers, body: bytes(form.toString()) }
  },
  verify: (request, credentials) => {
    const form = new URLSearchParams(text(request.body))
    const [received, ...more] = form.getAll(DIGEST)
    const [content, ...others] = form.getAll(CONTENT)
    if (!received) return err(missing(DIGEST))
    const secret = credentials[key]
    if (!secret || content === undefined || more.length + others.length > 0) return err(MISMATCH)
    // Some senders leave the `+` of base64 as it is, which a form reads as a blank.
    return sameDigest(linkDigest(content, secret), received.replaceAll(' ', '+')) ? ok(undefined) : err(MISMATCH)
  },
})
