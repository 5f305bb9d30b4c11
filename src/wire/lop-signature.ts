/**
 * The signature of JDL's open platform LOP (京东物流, `api.jdl.com`): six named parts in a fixed order between the app's
 * secret, hashed or, keyed with that same secret, as an HMAC over the whole, the secrets at both ends included. `LOP-DN`
 * and `algorithm` stand in the query and are not signed. As JDL's own samples do it, read in a public copy of them.
 */
import { digest, type Hash, hmac, sameDigest } from './digest.ts'

export const LOP_ALGORITHMS = ['md5-salt', 'HMacMD5', 'HMacSHA1', 'HMacSHA256', 'HMacSHA512'] as const
export type LopAlgorithm = (typeof LOP_ALGORITHMS)[number]

const HMACS: Readonly<Record<Exclude<LopAlgorithm, 'md5-salt'>, Hash>> = {
  ...{ HMacMD5: 'md5', HMacSHA1: 'sha1', HMacSHA256: 'sha256', HMacSHA512: 'sha512' },
}

export interface LopCall {
  readonly appKey: string
  readonly accessToken: string
  /** `/ecap/v1/orders/create` */
  readonly path: string
  readonly body: string
  /** Beijing, `yyyy-MM-dd HH:mm:ss`. */
  readonly timestamp: string
}

/** md5-salt in hex, the HMACs in base64. */
export const lopSign = (call: LopCall, secret: string, algorithm: LopAlgorithm): string => {
  const { accessToken, appKey, path, body, timestamp } = call
  const parts = ['access_token', accessToken, 'app_key', appKey, 'method', path, 'param_json', body]
  const content = [secret, ...parts, 'timestamp', timestamp, 'v', '2.0', secret]
  if (algorithm === 'md5-salt') return digest('md5', content, 'hex')
  return hmac(HMACS[algorithm], secret, content, 'base64')
}

export const lopVerified = (call: LopCall, secret: string, algorithm: LopAlgorithm, sign: string): boolean =>
  secret !== '' && sameDigest(lopSign(call, secret, algorithm), sign)

/** Address of a call; `domain` is the LOP-DN of the business (`ECAP`, `FreshMedicineDelivery` …). */
export const lopUrl = (
  base: string,
  call: LopCall,
  { domain, secret, algorithm = 'md5-salt' }: { domain: string; secret: string; algorithm?: LopAlgorithm },
): string => {
  const { appKey: app_key, accessToken: access_token, timestamp } = call
  const system = { 'LOP-DN': domain, app_key, access_token, timestamp, v: '2.0' }
  const query = new URLSearchParams({ ...system, sign: lopSign(call, secret, algorithm), algorithm })
  return `${base}${call.path}?${query}`
}
