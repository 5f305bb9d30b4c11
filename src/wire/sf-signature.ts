/**
 * The signature of 顺丰云仓 OMS: base64 of the MD5 over the trimmed XML and the trimmed 校验码, in a form field beside the
 * message. Only the message is signed, without a time. One receiver compares base64 of the hex digest: of theirs either is taken.
 * https://github.com/hVenus/sf-express-api-php/blob/master/src/Support/Auth.php
 */
import { err, ok } from '../lib/result.ts'
import type { Fields } from './adapter.ts'
import { digest, sameDigest, toBase64 } from './digest.ts'
import { formField, formMessage, signedForm } from './form-field.ts'
import type { WireRequest } from './message.ts'
import { MISMATCH, missing, type Signature } from './signature.ts'

export const sfDigest = (message: string, checkword: string): string =>
  digest('md5', [message.trim(), checkword.trim()], 'base64')

/** The checkword unless a special text 特殊串 was agreed on for digests. */
export const sfKey = ({ digestKey, checkword }: Fields): string => digestKey || (checkword ?? '')

/** What is signed and read. */
export const sfMessage = (request: WireRequest): string => formMessage(request, 'logistics_interface')

/** A call to us. */
export const sfCallback = (): Signature => ({
  sign: (request, credentials) =>
    signedForm(request, { message: 'logistics_interface', digest: 'data_digest' }, (message) =>
      sfDigest(message, sfKey(credentials)),
    ),
  verify: (request, credentials) => {
    // A `+` that its sender left as it is has become a blank.
    const received = formField(request, 'data_digest')?.replaceAll(' ', '+')
    if (!received) return err(missing('data_digest'))
    const key = sfKey(credentials)
    const message = sfMessage(request)
    const hex = digest('md5', [message.trim(), key.trim()], 'hex')
    const wanted = [sfDigest(message, key), toBase64(hex)].flatMap((one) => [one, encodeURIComponent(one)])
    return key !== '' && wanted.some((one) => sameDigest(one, received)) ? ok(undefined) : err(MISMATCH)
  },
})
