/** Fields of a form, for partners who send message and digest side by side in one. */
import { bytes, text, type WireRequest } from './message.ts'

const formOf = (request: WireRequest): URLSearchParams => new URLSearchParams(text(request.body))

export const formField = (request: WireRequest, name: string): string | undefined =>
  formOf(request).get(name) ?? undefined

/** A message in a field, as it is signed and read. Some senders encode it twice: XML and JSON never begin with `%`. */
export const formMessage = (request: WireRequest, name: string): string => {
  const written = formField(request, name) ?? ''
  if (!/^%(?:3C|7B)/i.test(written)) return written
  try {
    return decodeURIComponent(written.replaceAll('+', ' '))
  } catch {
    return written
  }
}

/** The form with its digest; a body that is no form with the message in it becomes the message of one. */
export const signedForm = (
  request: WireRequest,
  names: { readonly message: string; readonly digest: string },
  digestOf: (message: string) => string,
): WireRequest => {
  const form = formOf(request)
  if (!form.has(names.message)) form.set(names.message, text(request.body))
  const whole = { ...request, body: bytes(`${form}`) }
  form.set(names.digest, digestOf(formMessage(whole, names.message)))
  return { ...request, body: bytes(`${form}`) }
}
