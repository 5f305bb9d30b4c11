/**
 * AWS Signature Version 4 of a call of ours, in its `authorization` header:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * Every header of the call is signed, with `host` and `x-amz-date`. The path is encoded once more than it is written, as
 * every service but S3 wants it; a path with dot segments is not made plain.
 */
import { digest, fromBase64, hmac } from './digest.ts'
import type { WireCall } from './message.ts'

interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials. */
  readonly sessionToken?: string
}
interface Scope {
  /** `us-east-1`. */
  readonly region: string
  /** `sqs`. */
  readonly service: string
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

export const signedAwsCall = (call: WireCall, keys: AwsKeys, { region, service }: Scope, now: number): WireCall => {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = time.slice(0, 8)
  const token = keys.sessionToken ? { 'x-amz-security-token': keys.sessionToken } : {}
  const sent = { ...call.headers, 'x-amz-date': time, ...token }
  const { host, path, query } = partsOf(call.url)
  const headers = Object.entries({ ...sent, host }).sort(byName)
  const names = headers.map(([name]) => name).join(';')
  const canonical = [
    call.method,
    path.split('/').map(encoded).join('/'),
    canonicalQuery(query),
    ...headers.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    names,
    digest('sha256', call.body, 'hex'),
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const text = [ALGORITHM, time, scope, digest('sha256', canonical, 'hex')].join('\n')
  const key = [day, region, service, 'aws4_request'].reduce<string | Uint8Array>(
    (made, part) => fromBase64(hmac('sha256', made, part, 'base64')),
    `AWS4${keys.secretAccessKey}`,
  )
  const credential = `Credential=${keys.accessKeyId}/${scope}`
  const authorization = `${ALGORITHM} ${credential}, SignedHeaders=${names}, Signature=${hmac('sha256', key, text, 'hex')}`
  return { ...call, headers: { ...sent, authorization } }
}

/** As it is written: a URL object would encode it, and the path is encoded here. */
const partsOf = (url: string): { readonly host: string; readonly path: string; readonly query: string } => {
  const [, host = '', path = '', query = ''] = /^[a-z]+:\/\/([^/?#]*)([^?#]*)\??([^#]*)/i.exec(url) ?? []
  return { host: host.toLowerCase(), path: path || '/', query }
}

/** All but letters, digits and `-._~`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const canonicalQuery = (query: string): string =>
  [...new URLSearchParams(query)]
    .map(([name, value]): [string, string] => [encoded(name), encoded(value)])
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
const byName = ([a]: [string, string], [b]: [string, string]): number => order(a, b)
