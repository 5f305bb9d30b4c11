/**
 * Call signatures over a path and its parameters: the path, then every name followed by its value in ascending order of
 * the names; HMAC-SHA256, keyed with the app secret.
 */
import { hmac } from './digest.ts'

type Parameters = Readonly<Record<string, string>>

const joined = (parameters: Parameters): string =>
  Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
    .join('')

/** Lazada (and AliExpress), in upper-case hex. https://open.lazada.com/apps/doc/doc?nodeId=10450&docId=108068 */
export const pathSignature = (secret: string, path: string, parameters: Parameters): string =>
  hmac('sha256', secret, path + joined(parameters), 'hex').toUpperCase()

/**
 * TikTok Shop, in lower-case hex: the secret also stands before the path and behind the body. Neither `sign` nor
 * `access_token` is signed. https://partner.tiktokshop.com/docv2/page/sign-your-api-request
 */
export const wrappedPathSignature = (secret: string, path: string, parameters: Parameters, body = ''): string =>
  hmac('sha256', secret, [secret, path, joined(parameters), body, secret], 'hex')

/** Shopee, in lower-case hex: the parts of the call as they follow each other, with nothing between. https://open.shopee.com/developer-guide/20 */
export const partsSignature = (secret: string, parts: readonly string[]): string => hmac('sha256', secret, parts, 'hex')
