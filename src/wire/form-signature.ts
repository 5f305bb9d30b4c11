/**
 * Trackers sign one field of a form and put the signature into another: 快递100 `param` and `sign`, 快递鸟 `RequestData` and
 * `DataSign`. Both digest the field's text followed by a secret; they differ in how the digest is written.
 */
import { err, ok } from '../lib/result.ts'
import { digest, sameDigest, toBase64 } from './digest.ts'
import { bytes, text } from './message.ts'
import { MISMATCH, missing, type Signature } from './signature.ts'

/** Upper-case hex MD5 of the parts, one after the other: 快递100 (`param + salt`; of a query `param + key + customer`). */
export const md5Upper = (...parts: readonly string[]): string => digest('md5', parts, 'hex').toUpperCase()

/** Base64 of the hex text of an MD5, not of its bytes: 快递鸟 (`data + AppKey`). */
export const md5HexBase64 = (...parts: readonly string[]): string => toBase64(digest('md5', parts, 'hex'))

interface SignedField {
  /** The form's fields: what is signed, and the signature. */
  readonly data: string
  readonly sign: string
  /** The credential that stands behind the data. */
  readonly secret: string
  readonly write: (data: string, secret: string) => string
  /** Hex is compared without regard to case. */
  readonly foldCase?: boolean
}

/**
 * No time in it, so nothing is ever stale. A field that comes twice is refused: whoever reads the form might take the one
 * that was not signed.
 */
export const signedField = ({ data, sign, secret, write, foldCase = false }: SignedField): Signature => ({
  sign: (request, credentials) => {
    const form = new URLSearchParams(text(request.body))
    form.set(sign, write(form.get(data) ?? '', credentials[secret] ?? ''))
    return { ...request, body: bytes(form.toString()) }
  },
  verify: (request, credentials) => {
    const form = new URLSearchParams(text(request.body))
    const [content, given] = [form.getAll(data), form.getAll(sign)]
    const key = credentials[secret]
    const fold = (digest: string) => (foldCase ? digest.toUpperCase() : digest)
    if (given.length === 0) return err(missing(sign))
    if (!key || content.length !== 1 || given.length !== 1) return err(MISMATCH)
    return sameDigest(fold(write(content[0] ?? '', key)), fold(given[0] ?? '')) ? ok(undefined) : err(MISMATCH)
  },
})
