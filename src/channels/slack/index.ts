/** Slack's incoming webhook: the URL is the whole proof. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
import { z } from 'zod'
import { own } from '../../lib/own.ts'
import { type CodeTable, done, failure, refusedByStatus, unreadable } from '../../wire/answer.ts'
import { BaseUrl, type Channel, hint } from '../channel.ts'
import { words } from '../text.ts'

/** The body is one word. What is not here goes by the status. */
const OUTCOMES: CodeTable = {
  no_service: 'auth', // the webhook is disabled, removed or invalid
  no_service_id: 'auth',
  no_team: 'auth', // the workspace is gone
  team_disabled: 'auth',
  invalid_token: 'auth',
  no_active_hooks: 'auth',
  action_prohibited: 'rejected', // with 403: an admin has restricted posting there
  posting_to_general_channel_denied: 'rejected',
  channel_not_found: 'rejected',
  channel_is_archived: 'rejected',
  invalid_payload: 'rejected',
}
const MAX_BYTES = 3500

const pathOf = (text: string): string => /\/services\/([\w/]+)/.exec(text)?.[1] ?? text

export const slack: Channel = {
  id: 'slack',
  name: { zh: 'Slack', en: 'Slack' },
  docs: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
  proof: { live: false, restsOn: 'the public documentation, error words as public clients list them' },
  baseUrl: 'https://hooks.slack.com',
  credentials: z.object({
    webhookUrl: z
      .string()
      .regex(/^(?:https:\/\/hooks\.slack\.com\/services\/)?\w+\/\w+\/\w+$/)
      .meta(hint('Slack 应用 → Incoming Webhooks → 整个地址', 'Your Slack app, Incoming Webhooks, the whole URL')),
  }),
  settings: z.object({ baseUrl: BaseUrl }),
  // One message a second is allowed; nobody reads as fast.
  limits: { perMinute: 20 },
  timeoutMs: 10_000,
  *send(alert, { baseUrl, credentials }) {
    // Only these three are escaped; <!channel> would ring everybody.
    const text = words(alert, MAX_BYTES).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    const answer = yield {
      method: 'POST',
      url: `${baseUrl}/services/${pathOf(credentials.webhookUrl ?? '')}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    }
    const said = answer.body.trim()
    const known = answer.status >= 400 ? own(OUTCOMES, said) : undefined
    if (known) return failure(known, false, `HTTP ${answer.status} ${said}`, { code: said })
    const refused = refusedByStatus(answer, false)
    if (refused) return refused
    return said === 'ok' ? done({}) : unreadable(answer, false)
  },
}
