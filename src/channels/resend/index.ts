/** E-mail by Resend. https://resend.com/docs/api-reference/emails/send-email */
import { z } from 'zod'
import { own } from '../../lib/own.ts'
import { type CodeTable, done, failure, jsonOf, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import { BaseUrl, type Channel, hint } from '../channel.ts'
import { headline, words } from '../text.ts'

/** `name` of the error; what is not here goes by the status. https://resend.com/docs/api-reference/errors */
const OUTCOMES: CodeTable = {
  missing_api_key: 'auth',
  restricted_api_key: 'auth', // may only send: then sending would do, so another key is meant
  invalid_api_key: 'auth', // with 403
  validation_error: 'rejected', // also with 403: the domain is not verified
  rate_limit_exceeded: 'quota',
  daily_quota_exceeded: 'quota',
  monthly_quota_exceeded: 'quota',
  concurrent_idempotent_requests: 'unknown', // 409: the first one is still under way
  invalid_idempotent_request: 'rejected', // 409: the same key with another body
}
const SECOND = 1000
const HOUR = 3_600_000
const MAX_BYTES = 20_000

export const resend: Channel = {
  id: 'resend',
  name: { zh: '邮件（Resend）', en: 'E-mail (Resend)' },
  docs: 'https://resend.com/docs/api-reference/emails/send-email',
  proof: { live: false, restsOn: 'the public documentation' },
  baseUrl: 'https://api.resend.com',
  credentials: z.object({
    apiKey: z
      .string()
      .min(1)
      .meta(hint('Resend → API Keys，权限选 Sending access', 'Resend, API Keys, with sending access')),
  }),
  settings: z.object({
    from: z
      .string()
      .min(3)
      .max(200)
      .meta(
        hint(
          '发件人，域名须已验证，如 仓桥 <alert@example.com>',
          'Sender of a verified domain, like Cangqiao <alert@example.com>',
        ),
      ),
    to: z
      .string()
      .regex(/^[^\s,@]+@[^\s,@]+(?:,[^\s,@]+@[^\s,@]+){0,9}$/)
      .meta(hint('收件地址，逗号分隔，最多 10 个', 'Recipients, comma separated, at most 10')),
    baseUrl: BaseUrl,
  }),
  limits: { perMinute: 30 },
  timeoutMs: 10_000,
  *send(alert, { baseUrl, credentials, settings }) {
    const answer = yield {
      method: 'POST',
      url: `${baseUrl}/emails`,
      headers: {
        authorization: `Bearer ${credentials.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': alert.id,
      },
      body: JSON.stringify({
        from: settings.from,
        to: String(settings.to ?? '').split(','),
        subject: headline(alert),
        text: words(alert, MAX_BYTES),
      }),
    }
    const body = jsonOf(answer)
    const name = textAt(body, 'name')
    const known = answer.status >= 400 ? own(OUTCOMES, name) : undefined
    const after = name === 'rate_limit_exceeded' ? SECOND : HOUR
    if (known) return failure(known, false, `${name} ${textAt(body, 'message')}`, { code: name, after })
    const refused = refusedByStatus(answer, false)
    if (refused) return refused
    const reference = textAt(body, 'id')
    return reference ? done({ reference }) : unreadable(answer, false)
  },
}
