/**
 * Alibaba Cloud's signature of API calls, version 3: HMAC-SHA256 in hex over the digest of a canonical request; the headers
 * `host`, `x-acs-*` and `content-type` are signed. https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
 */
import { err, ok } from '../lib/result.ts'
import { digest, hmac, sameDigest } from './digest.ts'
import { type WireRequest, withHeader } from './message.ts'
import { MISMATCH, missing, type Signature, stale } from './signature.ts'

const ALGORITHM = 'ACS3-HMAC-SHA256'
const TIME = 'x-acs-date'
const HASH = 'x-acs-content-sha256'
const TOLERANCE_SECONDS = 900

/** RFC 3986, which `encodeURIComponent` leaves by five characters. */
export const acsEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const canonicalQuery = (url: URL): string =>
  [...url.searchParams]
    .map(([name, value]) => `${acsEncode(name)}=${acsEncode(value)}`)
    .sort()
    .join('&')

/** The `host` is that of the URL: whoever sends the call sets it by itself. */
const authorization = (request: WireRequest, id: string, secret: string): string => {
  const url = new URL(request.url)
  const headers = { ...request.headers, host: url.host }
  const names = Object.keys(headers)
    .filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'))
    .sort()
  const lines = names.map((name) => `${name}:${(headers as Record<string, string>)[name]?.trim()}\n`).join('')
  const signed = names.join(';')
  const hash = digest('sha256', request.body, 'hex')
  const canonical = [request.method, url.pathname, canonicalQuery(url), lines, signed, hash].join('\n')
  const signature = hmac('sha256', secret, `${ALGORITHM}\n${digest('sha256', canonical, 'hex')}`, 'hex')
  return `${ALGORITHM} Credential=${id},SignedHeaders=${signed},Signature=${signature}`
}

/** Wants `x-acs-action`, `x-acs-version` and `x-acs-signature-nonce` to be set by the caller. Credentials: `accessKeyId`, `accessKeySecret`. */
export const acs3: Signature = {
  sign: (request, { accessKeyId = '', accessKeySecret = '' }, now) => {
    const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
    const timed = withHeader(withHeader(request, TIME, time), HASH, digest('sha256', request.body, 'hex'))
    return withHeader(timed, 'authorization', authorization(timed, accessKeyId, accessKeySecret))
  },
  verify: (request, { accessKeyId, accessKeySecret }, now) => {
    const { authorization: given, ...headers } = request.headers
    if (!given) return err(missing('authorization'))
    const time = Date.parse(headers[TIME] ?? '')
    if (!(Math.abs(now - time) <= TOLERANCE_SECONDS * 1000)) return err(stale(TOLERANCE_SECONDS))
    if (!accessKeyId || !accessKeySecret) return err(MISMATCH)
    return sameDigest(authorization({ ...request, headers }, accessKeyId, accessKeySecret), given)
      ? ok(undefined)
      : err(MISMATCH)
  },
}
