/** SMS outside the mainland by Twilio. https://www.twilio.com/docs/messaging/api/message-resource */
import { z } from 'zod'
import type { Alert } from '../../domain/alert.ts'
import { own } from '../../lib/own.ts'
import { type CodeTable, done, failure, jsonOf, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import { toBase64 } from '../../wire/digest.ts'
import { BaseUrl, type Channel, hint } from '../channel.ts'
import { cut, headline, total } from '../text.ts'

/** `code` of the answer; what is not here goes by the status. https://www.twilio.com/docs/api/errors */
const OUTCOMES: CodeTable = {
  '20003': 'auth', // Authenticate
  '20429': 'quota', // Too many requests
  '14107': 'quota', // SMS send rate limit exceeded
  '21211': 'rejected', // invalid To
  '21608': 'rejected', // unverified number in trial
  '21610': 'rejected', // the recipient unsubscribed (STOP)
}
/** About four segments of 70 characters, Chinese or not. */
const MAX_BYTES = 600

const bodyOf = (alert: Alert): string => {
  const [first] = alert.items
  if (alert.test || !first) return headline(alert)
  const times = alert.language === 'zh' ? `（${total(alert)} 次）` : ` (${total(alert)}×)`
  return cut(`${headline(alert)}${times}\n${first.says}`, MAX_BYTES)
}

export const twilio: Channel = {
  id: 'twilio',
  name: { zh: '国际短信（Twilio）', en: 'SMS (Twilio)' },
  docs: 'https://www.twilio.com/docs/messaging/api/message-resource',
  proof: { live: false, restsOn: 'the public documentation; codes 14107, 21211, 21608, 21610 recalled' },
  baseUrl: 'https://api.twilio.com',
  credentials: z.object({
    accountSid: z
      .string()
      .regex(/^AC[0-9a-f]{32}$/)
      .meta(hint('Twilio 控制台首页 Account SID', 'Account SID on the console')),
    authToken: z.string().min(1).meta(hint('Twilio 控制台首页 Auth Token', 'Auth Token on the console')),
  }),
  settings: z.object({
    to: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/)
      .meta(hint('接收人，带国家码，如 +85251234567', 'Whom to tell, with the country code, like +85251234567')),
    from: z
      .string()
      .min(1)
      .max(40)
      .meta(hint('发送号码（+…）或 Messaging Service（MG…）', 'The sending number (+…) or Messaging Service (MG…)')),
    baseUrl: BaseUrl,
  }),
  limits: { perMinute: 6 },
  timeoutMs: 10_000,
  *send(alert, { baseUrl, credentials, settings }) {
    const { accountSid = '', authToken = '' } = credentials
    const from = String(settings.from ?? '')
    const answer = yield {
      method: 'POST',
      url: `${baseUrl}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${toBase64(`${accountSid}:${authToken}`)}`,
      },
      body: new URLSearchParams({
        To: String(settings.to ?? ''),
        [from.startsWith('MG') ? 'MessagingServiceSid' : 'From']: from,
        Body: bodyOf(alert),
      }).toString(),
    }
    const body = jsonOf(answer)
    const code = textAt(body, 'code')
    const known = own(OUTCOMES, code)
    if (known && answer.status >= 400) return failure(known, false, `${code} ${textAt(body, 'message')}`, { code })
    const refused = refusedByStatus(answer, false)
    if (refused) return refused
    const reference = textAt(body, 'sid')
    return reference ? done({ reference }) : unreadable(answer, false)
  },
}
