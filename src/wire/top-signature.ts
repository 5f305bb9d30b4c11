/**
 * The signatures of Taobao's open platform TOP, and so of Qimen 奇门: all parameters in ascending order of their names,
 * each name followed by its value, then the body, in upper-case hex. The two directions differ in more than the key:
 *
 * | | our calls (`topSign`) | calls to us (`topSpi`) |
 * |---|---|---|
 * | empty parameters | left out | counted, the name alone |
 * | headers | none | those that the header `top-sign-list` names, URL-decoded, missing ones empty |
 * | methods | md5, hmac, hmac-sha256, as `sign_method` says | md5, whatever `sign_method` says |
 * | time | – | refused when older than the window; a time ahead of ours passes |
 *
 * https://open.taobao.com/doc.htm?docId=101617&docType=1 and `SpiUtils` of the official Java SDK.
 */
import { err, ok } from '../lib/result.ts'
import type { Fields } from './adapter.ts'
import { type Content, digest, hmac, sameDigest } from './digest.ts'
import type { WireRequest } from './message.ts'
import { MISMATCH, missing, type Signature, stale } from './signature.ts'
import { beijingText, fromBeijing } from './time.ts'

export const TOP_SIGN_METHODS = ['md5', 'hmac', 'hmac-sha256'] as const
export type TopSignMethod = (typeof TOP_SIGN_METHODS)[number]

type Pair = readonly [name: string, value: string]

/** Signature of a call of ours. md5 wraps the secret around; the HMACs (over MD5 and SHA-256) are keyed with it. */
export const topSign = (parameters: Fields, body: string, secret: string, method: TopSignMethod): string => {
  const content = [joined(Object.entries(parameters).filter(([, value]) => value !== '')), body]
  if (method === 'md5') return wrapped(secret, content)
  return hmac(method === 'hmac' ? 'md5' : 'sha256', secret, content, 'hex').toUpperCase()
}

/** The URL of a call of ours: what is signed goes into the query, encoded only after signing. */
export const signedTopUrl = (
  base: string,
  parameters: Fields & { readonly sign_method: TopSignMethod },
  body: string,
  secret: string,
): string => {
  const sent = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''))
  const sign = topSign(sent, body, secret, parameters.sign_method)
  return `${base}?${new URLSearchParams({ ...sent, sign })}`
}

interface Spi {
  /** The credential field that holds the app's secret. */
  readonly secret?: string
  /** The official check allows five minutes. */
  readonly maxAgeMs?: number
}

/**
 * A call that TOP makes to us, with a body of text. Over the raw bytes, so that its charset does not matter as long as
 * the parameters are ASCII or UTF-8. A name that comes twice refuses: readers differ on which of the two counts.
 */
export const topSpi = ({ secret = 'secret', maxAgeMs = 300_000 }: Spi = {}): Signature => ({
  sign: (request, credentials, now) => {
    const query = queryOf(request)
    query.delete('sign')
    query.set('timestamp', beijingText(now))
    const timed = { ...request, url: `${request.url.split(/[?#]/)[0]}?${query}` }
    query.set('sign', inboundSign(timed, credentials[secret] ?? ''))
    return { ...request, url: `${request.url.split(/[?#]/)[0]}?${query}` }
  },
  verify: (request, credentials, now) => {
    const query = queryOf(request)
    const received = query.get('sign')
    if (!received) return err(missing('sign'))
    const key = credentials[secret]
    const twice = new Set(query.keys()).size !== [...query.keys()].length
    if (!key || twice || !sameDigest(inboundSign(request, key), received.toUpperCase())) return err(MISMATCH)
    const sent = fromBeijing(query.get('timestamp') ?? undefined)
    return sent !== undefined && now - sent <= maxAgeMs ? ok(undefined) : err(stale(maxAgeMs / 1000))
  },
})

const inboundSign = (request: WireRequest, secret: string): string => {
  const named = (request.headers['top-sign-list'] ?? '').split(',').filter((name) => name !== '')
  const headers = named.map((name): Pair => [name, urlDecoded(request.headers[name.toLowerCase()] ?? '')])
  const all = new Map<string, string>([...headers, ...queryOf(request)])
  all.delete('sign')
  return wrapped(secret, [joined([...all]), request.body])
}

const joined = (pairs: readonly Pair[]): string =>
  pairs
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('')

const wrapped = (secret: string, content: Exclude<Content, string | Uint8Array>): string =>
  digest('md5', [secret, ...content, secret], 'hex').toUpperCase()

const queryOf = (request: WireRequest): URLSearchParams => new URLSearchParams(request.url.split('#')[0]?.split('?')[1])

/** As Java's `URLDecoder` does it, which is what the other side signs: `+` is a blank. */
const urlDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
