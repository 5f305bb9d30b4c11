/**
 * Message push of 微信 in its safe mode, the only one that 微信小店 has: `msg_signature` over token, time, nonce and cipher
 * text, AES-256-CBC around the message, and the app id inside. The parameter `signature` covers no body and is not asked
 * for. https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
import type { Problem } from '../domain/problem.ts'
import { err, ok, type Result } from '../lib/result.ts'
import { text as plainText } from './ack.ts'
import type { Fields } from './adapter.ts'
import { textAt } from './answer.ts'
import { decryptCbc, encryptCbc } from './cipher.ts'
import { digest, fromBase64, sameDigest, toBase64 } from './digest.ts'
import { parseExact } from './json.ts'
import { malformed } from './malformed.ts'
import { bytes, text, type WireRequest, type WireResponse } from './message.ts'
import { MISMATCH, missing, type Signature } from './signature.ts'

/** Random bytes, then the length of the message in four. */
const RANDOM = 16
const HEAD = RANDOM + 4
/** Their padding goes to 32 bytes, twice the block of AES. */
const PAD = 32

/**
 * By the credentials `token`, `encodingAesKey` and `appId`. What is signed but does not open, or opens to another app, is
 * refused: after a change of the key, the former credentials must not pass for the present ones.
 */
export const weixinMessage: Signature = {
  sign: (request, credentials, now) => {
    const timestamp = String(Math.floor(now / 1000))
    const nonce = digest('sha1', [timestamp, request.body], 'hex').slice(0, RANDOM)
    const encrypted = sealWeixin(text(request.body), credentials, nonce)
    const query = queryOf(request)
    query.set('timestamp', timestamp)
    query.set('nonce', nonce)
    query.set('msg_signature', signatureOf(credentials, query, encrypted))
    const url = `${request.url.split(/[?#]/)[0]}?${query}`
    return { ...request, url, body: bytes(JSON.stringify({ Encrypt: encrypted })) }
  },
  verify: (request, credentials) => {
    const query = queryOf(request)
    for (const name of ['timestamp', 'nonce', 'msg_signature']) if (!query.get(name)) return err(missing(name))
    const wanted = signatureOf(credentials, query, encryptedOf(request))
    const matches = Boolean(credentials.token) && sameDigest(wanted, query.get('msg_signature')?.toLowerCase() ?? '')
    return matches && openWeixin(request, credentials).ok ? ok(undefined) : err(MISMATCH)
  },
}

/** The message inside. Also for requests whose signature was checked before. */
export const openWeixin = (request: WireRequest, credentials: Fields): Result<string, Problem> => {
  const key = keyOf(credentials)
  const opened = decryptCbc(fromBase64(encryptedOf(request)), { key, iv: key.subarray(0, 16), pad: PAD })
  if (!opened || opened.length < HEAD) return err(malformed('Encrypt', 'it does not open'))
  const end = HEAD + new DataView(opened.buffer, opened.byteOffset).getUint32(RANDOM)
  if (!credentials.appId || text(opened.subarray(end)) !== credentials.appId)
    return err(malformed('Encrypt', 'it is for another app'))
  return ok(text(opened.subarray(HEAD, end)))
}

/** The cipher text of a message; `random` are sixteen characters. Empty where the key is none. */
export const sealWeixin = (message: string, credentials: Fields, random: string): string => {
  const [key, body] = [keyOf(credentials), bytes(message)]
  const head = new DataView(new ArrayBuffer(4))
  head.setUint32(0, body.length)
  const parts = [bytes(random), new Uint8Array(head.buffer), body, bytes(credentials.appId ?? '')]
  const sealed = encryptCbc(Buffer.concat(parts), { key, iv: key.subarray(0, 16), pad: PAD })
  return sealed ? toBase64(sealed) : ''
}

/** The check of a URL: a GET with an `echostr` that is to be sent back as it came. */
export const weixinEcho = (request: WireRequest, credentials: Fields): WireResponse | undefined => {
  const query = queryOf(request)
  const echo = query.get('echostr')
  if (request.method !== 'GET' || !echo || !credentials.token) return undefined
  const given = query.get('signature')?.toLowerCase() ?? ''
  return sameDigest(signatureOf(credentials, query), given) ? plainText(200, echo) : undefined
}

const signatureOf = (credentials: Fields, query: URLSearchParams, ...more: readonly string[]): string => {
  const parts = [credentials.token ?? '', query.get('timestamp') ?? '', query.get('nonce') ?? '', ...more]
  return digest('sha1', parts.toSorted(), 'hex')
}

/** The console gives 43 characters of base64: 32 bytes without the final `=`. */
const keyOf = ({ encodingAesKey = '' }: Fields): Uint8Array => fromBase64(`${encodingAesKey}=`)

const encryptedOf = (request: WireRequest): string => {
  const body = parseExact(text(request.body))
  return body.ok ? textAt(body.value, 'Encrypt') : ''
}

const queryOf = (request: WireRequest): URLSearchParams => new URLSearchParams(request.url.split('#')[0]?.split('?')[1])
