import { type Hash, hmac } from './digest.ts'

/**
 * The 抖店 request signature: HMAC, keyed with the secret, over secret + each name and value + secret. The order of the
 * pairs is the partner's. https://op.jinritemai.com/docs/guide-docs/148/1814
 */
export const wrappedPairs = (
  secret: string,
  pairs: readonly (readonly [name: string, value: string])[],
  hash: Hash = 'sha256',
): string => hmac(hash, secret, [secret, ...pairs.flat(), secret], 'hex')
