/** 拼多多: its API is signed as TOP's is (md5), its message socket by a digest in the path. */
import type { Fields } from './adapter.ts'
import { digest, toBase64 } from './digest.ts'
import { topSign } from './top-signature.ts'

/** Upper-case md5 of secret + each name and value in ascending order of names + secret. https://open.pinduoduo.com/application/document/browse?idStr=2D8D0C43D0FB5A3B */
export const pddSign = (parameters: Fields, secret: string): string => topSign(parameters, '', secret, 'md5')

/**
 * The path that opens the message socket: the *hex text* of md5(client id + ms + secret), base64, percent-encoded.
 * whalesky-labs/pdd-sdk-php and niltor/open-pdd-net-sdk agree on it.
 */
export const pddSocketPath = (clientId: string, secret: string, now: number): string =>
  `/message/${clientId}/${now}/${encodeURIComponent(toBase64(digest('md5', `${clientId}${now}${secret}`, 'hex')))}`
