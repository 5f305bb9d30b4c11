/** A signed webhook of the merchant's own: Standard Webhooks, outbound. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
import { z } from 'zod'
import { done, NOWHERE, refusedByStatus } from '../../wire/answer.ts'
import { signedCall } from '../../wire/signature.ts'
import { standardWebhook } from '../../wire/standard-webhook.ts'
import { type Channel, hint } from '../channel.ts'
import { words } from '../text.ts'

const MAX_BYTES = 20_000

export const webhook: Channel = {
  id: 'webhook',
  name: { zh: '签名 Webhook', en: 'Signed webhook' },
  docs: 'https://github.com/standard-webhooks/standard-webhooks',
  proof: { live: false, restsOn: 'the Standard Webhooks specification and its library' },
  baseUrl: '',
  credentials: z.object({
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/)
      .meta(hint('自己生成：whsec_ 加 24 到 64 字节的 base64', 'Make one: whsec_ and 24 to 64 bytes of base64')),
  }),
  settings: z.object({
    baseUrl: z.url().meta(hint('接收地址，须为公网 https', 'The address to post to, public https')),
  }),
  limits: { perMinute: 60 },
  timeoutMs: 15_000,
  *send(alert, { baseUrl, credentials, now }) {
    if (!baseUrl) return NOWHERE
    const { id, at, language: _, zone: __, ...rest } = alert
    const call = {
      method: 'POST',
      url: baseUrl,
      headers: { 'content-type': 'application/json', 'webhook-id': id },
      body: JSON.stringify({
        type: alert.test ? 'alert.test' : 'alert',
        timestamp: new Date(at).toISOString(),
        data: { ...rest, text: words(alert, MAX_BYTES) },
      }),
    }
    const answer = yield signedCall(standardWebhook(), call, credentials, now)
    return refusedByStatus(answer, false) ?? done({})
  },
}
