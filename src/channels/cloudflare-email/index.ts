/** E-mail by the Worker's own binding. https://developers.cloudflare.com/email-service/api/send-emails/workers-api/ */
import { z } from 'zod'
import { own } from '../../lib/own.ts'
import { type CodeTable, done, failure, jsonOf, refusedByStatus, textAt } from '../../wire/answer.ts'
import { type Channel, EMAIL_BINDING, hint } from '../channel.ts'
import { headline, words } from '../text.ts'

/** `code` of what the binding throws, as the runner of the call hands it on. */
const OUTCOMES: CodeTable = {
  E_NO_BINDING: 'rejected', // this Worker has no binding EMAIL
  E_SENDER_NOT_VERIFIED: 'auth', // the sender's domain is not onboarded
  E_RATE_LIMIT_EXCEEDED: 'quota',
  E_DAILY_LIMIT_EXCEEDED: 'quota',
}
const HOUR = 3_600_000
const MAX_BYTES = 20_000
const Address = z.email()
const Addresses = z.string().regex(/^[^\s,@]+@[^\s,@]+(?:,[^\s,@]+@[^\s,@]+){0,9}$/)

export const cloudflareEmail: Channel = {
  id: 'cloudflare-email',
  name: { zh: '邮件（Cloudflare）', en: 'E-mail (Cloudflare)' },
  docs: 'https://developers.cloudflare.com/email-service/api/send-emails/workers-api/',
  proof: { live: false, restsOn: "the binding's types and documentation; the names of its errors are recalled" },
  baseUrl: '',
  credentials: z.object({}),
  settings: z.object({
    from: Address.meta(
      hint('已在 Cloudflare 邮件服务验证域名的发件地址', 'A sender whose domain is onboarded at Cloudflare'),
    ),
    to: Addresses.meta(hint('收件地址，逗号分隔，最多 10 个', 'Recipients, comma separated, at most 10')),
  }),
  limits: { perMinute: 6 },
  timeoutMs: 15_000,
  *send(alert, { settings }) {
    const answer = yield {
      method: 'POST',
      url: EMAIL_BINDING,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        from: settings.from,
        to: String(settings.to ?? '').split(','),
        subject: headline(alert),
        text: words(alert, MAX_BYTES),
      }),
    }
    const body = jsonOf(answer)
    const code = textAt(body, 'code')
    const known = own(OUTCOMES, code)
    if (known) return failure(known, false, `${code} ${textAt(body, 'message')}`, { code, after: HOUR })
    const refused = refusedByStatus(answer, false)
    return refused ?? done({ reference: textAt(body, 'messageId') })
  },
}
