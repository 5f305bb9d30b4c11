/** The replies that senders insist on, as data. */
import type { WireResponse } from './message.ts'

export const empty = (status: number): WireResponse => ({ status, headers: {}, body: '' })

const typed =
  (contentType: string) =>
  (status: number, body: string): WireResponse => ({ status, headers: { 'content-type': contentType }, body })

export const text = typed('text/plain; charset=utf-8')

/** `body` is the whole XML text; the caller writes the declaration where the sender wants one. */
export const xml = typed('text/xml; charset=utf-8')

export const json = (status: number, body: unknown): WireResponse =>
  typed('application/json; charset=utf-8')(status, JSON.stringify(body))
