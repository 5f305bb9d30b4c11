/** What an alert channel is: how one message is written there, and what its answers mean. */
import { z } from 'zod'
import type { Alert } from '../domain/alert.ts'
import type { Connection, Conversation } from '../wire/adapter.ts'

export interface Channel {
  readonly id: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly docs: string
  readonly proof: { readonly live: boolean; readonly restsOn: string }
  /** Empty where only the merchant knows it, or where no URL is called. */
  readonly baseUrl: string
  /** Texts only, so that a form can be made of them; each carries `hint`. */
  readonly credentials: z.ZodObject
  readonly settings: z.ZodObject
  /** What the channel takes of one robot, number or address. What comes faster is put into the next message. */
  readonly limits: { readonly perMinute: number; readonly perDay?: number }
  readonly timeoutMs: number
  readonly send: (alert: Alert, channel: Connection) => Conversation<Receipt>
}

/** What the channel calls the message, where it says so. */
export interface Receipt {
  readonly reference?: string
}

/** Where to find the value, in both languages; `description` is what OpenAPI shows. */
export const hint = (zh: string, en: string) => ({ zh, description: en })

export const BaseUrl = z
  .url()
  .optional()
  .meta(hint('一般留空；中继或沙箱的地址', 'Leave empty; a relay or sandbox in its place'))

/** Where Cloudflare's `send_email` binding is called: no URL, but a call like any other for whoever runs it. */
export const EMAIL_BINDING = 'binding:send_email'
