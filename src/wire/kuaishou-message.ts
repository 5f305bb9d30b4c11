/**
 * 快手's messages and calls. A message is nothing but a cipher text: AES-CBC with sixteen zero bytes for an IV, no
 * signature and no time. Bits flipped in its last blocks may pass, so of a message only ids are to be believed.
 * https://open.kwaixiaodian.com/zone/new/docs/dev?pageSign=120a69028f0e9ea69145644317ae8bcd1614263915925
 */
import type { Problem } from '../domain/problem.ts'
import { err, ok, type Result } from '../lib/result.ts'
import type { Fields } from './adapter.ts'
import { at, textAt } from './answer.ts'
import { decryptCbc, encryptCbc } from './cipher.ts'
import { fromBase64, hmac, toBase64 } from './digest.ts'
import { parseExact } from './json.ts'
import { malformed } from './malformed.ts'
import { bytes, text, type WireRequest } from './message.ts'
import { MISMATCH, type Signature } from './signature.ts'

const ZERO = new Uint8Array(16)

/**
 * By the app's credentials `messageKey` and `appKey`: a body is genuine if it opens to a message with an id for this very
 * app, or to the test message that looks whether we are there.
 */
export const kuaishouMessage: Signature = {
  sign: (request, credentials) => {
    const sealed = encryptCbc(request.body, { key: fromBase64(credentials.messageKey ?? ''), iv: ZERO })
    return { ...request, body: bytes(sealed ? toBase64(sealed) : '') }
  },
  verify: (request, credentials) => {
    const opened = openKuaishou(request, credentials)
    const message = opened.ok ? parseExact(opened.value) : opened
    if (!message.ok) return err(MISMATCH)
    if (isTest(message.value)) return ok(undefined)
    const ours = Boolean(credentials.appKey) && textAt(message.value, 'appKey') === credentials.appKey
    return ours && textAt(message.value, 'eventId') !== '' ? ok(undefined) : err(MISMATCH)
  },
}

/** `{"test":true}`: sent when the address is saved, and over and over. */
const isTest = (message: unknown): boolean => at(message, 'test') === true

export const openKuaishou = (request: WireRequest, credentials: Fields): Result<string, Problem> => {
  const content = fromBase64(text(request.body))
  const opened = decryptCbc(content, { key: fromBase64(credentials.messageKey ?? ''), iv: ZERO })
  return opened ? ok(text(opened)) : err(malformed('', 'it does not open'))
}

/** Signature `HMAC_SHA256` of a call: raw values, sorted by name, the secret last and again as the key. In base64. */
export const kuaishouSign = (parameters: Fields, signSecret: string): string => {
  const pairs = Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const content = [...pairs, ['signSecret', signSecret]].map(([name, value]) => `${name}=${value}`).join('&')
  return hmac('sha256', signSecret, content, 'base64')
}
