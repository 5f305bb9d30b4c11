/** How one shop, warehouse or tracker sends: over HTTP to a hook of ours, or over a socket that we have opened. */
import { type Reply, send } from './http.ts'
import type { Message } from './types.ts'

export interface Envelope {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** For dialects that carry their signature beside the message in one form, or sign within the body: what is sent instead of the message. */
  readonly around?: (body: string) => string
}

export interface Sender {
  /** False: nobody is there to be told yet. The message waits, and no try is used up. */
  readonly reachable: boolean
  readonly retryMs: readonly number[]
  /** One try; `forged`: with the signature of another body. Never rejects. */
  readonly send: (message: Message, forged: boolean) => Promise<Sent>
  /** The same news once more under a new delivery id. */
  readonly again?: (subject: string, topic: string) => Message | undefined
}
export interface Sent extends Pick<Reply, 'status' | 'body'> {
  readonly acknowledged: boolean
}

interface Hook {
  readonly url: string
  readonly timeoutMs: number
  /** Address and headers of one try, signed over the message's body. */
  readonly envelope: (message: Message, now: number) => Envelope
  readonly acknowledged: (reply: Reply) => boolean
}

export const overHttp = ({ url, timeoutMs, envelope, acknowledged }: Hook): Pick<Sender, 'reachable' | 'send'> => ({
  reachable: url !== '',
  send: async (message, forged) => {
    const signed = envelope(forged ? { ...message, body: `${message.body} ` } : message, Date.now())
    const body = signed.around?.(message.body) ?? message.body
    const reply = await send('POST', signed.url, signed.headers, body, timeoutMs).catch(
      (error: Error): Reply => ({ status: 0, headers: {}, body: error.message }),
    )
    return { status: reply.status, body: reply.body, acknowledged: acknowledged(reply) }
  },
})
