/**
 * A call through a relay with a fixed address (`relay/`), for partners that know callers by their IP: the call travels as
 * JSON, signed as our own requests are, and its answer comes back as JSON. Pure.
 */
import type { Fields } from './adapter.ts'
import { bytes, type WireCall, type WireRequest, type WireResponse } from './message.ts'
import { REQUEST_NONCE, signedRequest } from './request-signature.ts'

/** Where calls go out: the relay's address and the secret shared with it. */
export interface Egress {
  readonly relay: string
  readonly secret: string
}

const signature = signedRequest()

/** The relay gives up a moment before we do, so that it still can say so. */
const MARGIN_MS = 500

/** The call to the relay that carries another. */
export const relayCall = (
  { method, url, headers, body }: WireCall,
  timeoutMs: number,
  { relay, secret }: Egress,
  moment: { readonly now: number; readonly nonce: string },
): WireCall => {
  const text = JSON.stringify({ method, url, headers, body, timeoutMs: Math.max(1, Math.floor(timeoutMs) - MARGIN_MS) })
  const request: WireRequest = {
    method: 'POST',
    url: relay,
    headers: { 'content-type': 'application/json', [REQUEST_NONCE]: moment.nonce },
    body: bytes(text),
  }
  const credentials: Fields = { secret }
  return { method: 'POST', url: relay, headers: signature.sign(request, credentials, moment.now).headers, body: text }
}

/** Why there is no answer. */
export interface RelayFailure {
  readonly error: string
  /** False: the call certainly never left the relay. */
  readonly sent: boolean
  /** It did not know our secret. */
  readonly refused: boolean
}

/** What the relay says: the partner's answer, or why there is none. */
export const relayAnswer = ({ status, body }: WireResponse): WireResponse | RelayFailure => {
  const said = parsed(body)
  if (status !== 200 || typeof said?.status !== 'number' || typeof said.body !== 'string') {
    const why = typeof said?.error === 'string' ? said.error : 'no answer of a relay'
    // Its own refusals say so. Whatever else stands at that address proves nothing.
    const sent = said?.sent !== false
    return { error: `relay: ${status} ${why}`.slice(0, 200), sent, refused: status === 401 && !sent }
  }
  const headers = Object.entries((said.headers ?? {}) as Readonly<Record<string, unknown>>)
  return {
    status: said.status,
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), String(value)])),
    body: said.body,
  }
}

const parsed = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return value && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
