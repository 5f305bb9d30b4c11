/** How channels are called: like any partner, through `send.ts`; e-mail through the Worker's own binding, where it has one. */
import { EMAIL_BINDING } from '../channels/channel.ts'
import type { Env } from '../env.ts'
import { type Send, sender } from '../send.ts'
import type { WireCall, WireResponse } from '../wire/message.ts'

export const channelSender = (env: Pick<Env, 'OUTBOUND_ALLOW' | 'EMAIL'>): Send => {
  const send = sender(env.OUTBOUND_ALLOW)
  return (call, timeoutMs) => (call.url === EMAIL_BINDING ? byBinding(env.EMAIL, call) : send(call, timeoutMs))
}

/** What the binding says, as an answer that an adapter can read: its result, or the code and message of what it throws. */
const byBinding = async (email: SendEmail | undefined, call: WireCall): Promise<WireResponse> => {
  const answer = (status: number, body: unknown) => ({ status, headers: {}, body: JSON.stringify(body) })
  if (!email) return answer(501, { code: 'E_NO_BINDING', message: 'this Worker has no send_email binding EMAIL' })
  try {
    return answer(200, await email.send(JSON.parse(call.body) as EmailMessageBuilder))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return answer(500, { code, message: String(error).slice(0, 200) })
  }
}
