/**
 * The signature of FLUX 富勒, and of systems built on it: MD5 over secret + `data` + secret, in a form field beside the
 * data. Only the data is signed: method, time and customer are not. Three writings of the one digest were seen in the field
 * (eFAST and 韵达 OMS; an ERP's JSON client; one customer's callbacks), so a call's is a setting.
 */
import { err, ok } from '../lib/result.ts'
import { digest, sameDigest, toBase64 } from './digest.ts'
import { formField, formMessage, signedForm } from './form-field.ts'
import type { WireRequest } from './message.ts'
import { MISMATCH, missing, type Signature } from './signature.ts'

/** Base64 of the hex digest in capitals (which can only be compared, never decoded); URL-encoded as it is; hex in capitals. */
export const FLUX_FORMS = ['base64Upper', 'base64', 'hex'] as const
type FluxForm = (typeof FLUX_FORMS)[number]

export const fluxSign = (data: string, secret: string, form: FluxForm): string => {
  const hex = digest('md5', [secret, data, secret], 'hex')
  if (form === 'hex') return hex.toUpperCase()
  return form === 'base64' ? encodeURIComponent(toBase64(hex)) : toBase64(hex).toUpperCase()
}

/** What is signed and read. */
export const fluxData = (request: WireRequest): string => formMessage(request, 'data')

/** A call to us, in whichever of the writings: each proves the secret. No time is signed, so nothing is ever stale. */
export const fluxCallback = (secret = 'secret'): Signature => ({
  sign: (request, credentials) =>
    signedForm(request, { message: 'data', digest: 'sign' }, (data) =>
      fluxSign(data, credentials[secret] ?? '', 'base64Upper'),
    ),
  verify: (request, credentials) => {
    const received = formField(request, 'sign')
    if (!received) return err(missing('sign'))
    const key = credentials[secret]
    const wanted = key ? FLUX_FORMS.map((form) => fluxSign(fluxData(request), key, form)) : []
    const same = wanted.some((one) => sameDigest(one, received) || sameDigest(decodeURIComponent(one), received))
    return same ? ok(undefined) : err(MISMATCH)
  },
})
