/**
 * 小红书's two signatures: MD5 over a path or method, `?`, sorted pairs, and the secret without a separator. Neither covers
 * a body. That of a call: https://open.xiaohongshu.com/document/developer/file/39. That of a push is not published where we
 * could read it; one handler in the wild builds it so.
 */
import { err, ok } from '../lib/result.ts'
import type { Fields } from './adapter.ts'
import { digest, sameDigest } from './digest.ts'
import { type WireRequest, withHeader } from './message.ts'
import { MISMATCH, missing, type Signature } from './signature.ts'

const signed = (place: string, pairs: readonly (readonly [string, string])[], secret: string): string => {
  const joined = pairs
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  return digest('md5', `${place}?${joined}${secret}`, 'hex')
}

/** The parameter `sign` of a call. */
export const xiaohongshuSign = (method: string, system: Fields, appSecret: string): string =>
  signed(method, Object.entries(system), appSecret)

/** Headers `app-key`, `timestamp` (s) and `sign`, over these two and what our own URL has for parameters; credentials `appId`, `appSecret`. */
export const xiaohongshuPush: Signature = {
  sign: (request, credentials, now) => {
    const named = withHeader(request, 'app-key', credentials.appId ?? '')
    const timed = withHeader(named, 'timestamp', String(Math.floor(now / 1000)))
    return withHeader(timed, 'sign', pushSign(timed, credentials))
  },
  verify: (request, credentials) => {
    for (const header of ['app-key', 'timestamp', 'sign'])
      if (request.headers[header] === undefined) return err(missing(header))
    const known = Boolean(credentials.appSecret) && request.headers['app-key'] === credentials.appId
    const given = request.headers.sign?.toLowerCase() ?? ''
    return known && sameDigest(pushSign(request, credentials), given) ? ok(undefined) : err(MISMATCH)
  },
}

const pushSign = ({ url, headers }: WireRequest, { appSecret = '' }: Fields): string => {
  const [place = '', query = ''] = url.split('#')[0]?.split('?') ?? []
  const named = ['app-key', 'timestamp'].map((name) => [name, headers[name] ?? ''] as const)
  return signed(place.replace(/^[a-z]+:\/\/[^/]*/i, ''), [...named, ...new URLSearchParams(query)], appSecret)
}
