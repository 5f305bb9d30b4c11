/**
 * How group robots know their caller. 钉钉 signs time and secret with the secret, into the query; 飞书 signs nothing with
 * the same text as the key, into the body. Neither covers the message.
 * https://open.dingtalk.com/document/robots/customize-robot-security-settings
 * https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
import { err, ok } from '../lib/result.ts'
import { hmac, sameDigest } from './digest.ts'
import { bytes, text } from './message.ts'
import { MISMATCH, missing, type Signature, stale } from './signature.ts'

/** Both take a time that is up to an hour off. */
const TOLERANCE_SECONDS = 3600

const near = (time: string, now: number, unit: number): boolean =>
  /^\d{1,15}$/.test(time) && Math.abs(now - Number(time) * unit) <= TOLERANCE_SECONDS * 1000

const dingtalkSign = (secret: string, millis: string): string =>
  hmac('sha256', secret, `${millis}\n${secret}`, 'base64')

/** `timestamp` (ms) and `sign` in the query, which must be there already. `secret` is the text `SEC…` as it stands. */
export const dingtalkRobot: Signature = {
  sign: (request, { secret = '' }, now) => {
    const time = String(now)
    return {
      ...request,
      url: `${request.url}&timestamp=${time}&sign=${encodeURIComponent(dingtalkSign(secret, time))}`,
    }
  },
  verify: ({ url }, { secret }, now) => {
    const query = new URLSearchParams(url.split('?')[1])
    const [time, sign] = [query.get('timestamp') ?? '', query.get('sign') ?? '']
    if (!time || !sign) return err(missing(time ? 'sign' : 'timestamp'))
    if (!near(time, now, 1)) return err(stale(TOLERANCE_SECONDS))
    return secret && sameDigest(dingtalkSign(secret, time), sign) ? ok(undefined) : err(MISMATCH)
  },
}

const feishuSign = (secret: string, seconds: string): string => hmac('sha256', `${seconds}\n${secret}`, '', 'base64')

/** `timestamp` (s) and `sign` become the first fields of the JSON body. */
export const feishuRobot: Signature = {
  sign: (request, { secret = '' }, now) => {
    const timestamp = String(Math.floor(now / 1000))
    const signed = { timestamp, sign: feishuSign(secret, timestamp), ...fieldsOf(request.body) }
    return { ...request, body: bytes(JSON.stringify(signed)) }
  },
  verify: ({ body }, { secret }, now) => {
    const { timestamp, sign } = fieldsOf(body)
    if (typeof timestamp !== 'string' || typeof sign !== 'string') return err(missing('sign'))
    if (!near(timestamp, now, 1000)) return err(stale(TOLERANCE_SECONDS))
    return secret && sameDigest(feishuSign(secret, timestamp), sign) ? ok(undefined) : err(MISMATCH)
  },
}

const fieldsOf = (body: Uint8Array): Readonly<Record<string, unknown>> => {
  try {
    const read: unknown = JSON.parse(text(body))
    return typeof read === 'object' && read !== null ? { ...read } : {}
  } catch {
    return {}
  }
}
