/** The only place that calls out. Refuses what no merchant's URL may name; bounds time, size and connections. */
import type { WireCall, WireResponse } from './wire/message.ts'
import { type Egress, relayAnswer, relayCall } from './wire/relay.ts'

const MAX_ANSWER = 4_000_000
/** The same as JSON in JSON. */
const MAX_RELAYED = 10_000_000
/** Production opens at most six connections at once per invocation; the local runtime does not hold itself to it. */
const CONNECTIONS = 6

/** The call did not come to an answer. `sent` is false where it certainly never left. */
export class NotAnswered extends Error {
  readonly sent: boolean
  /** Our relay did not let it through: a secret is wrong, not the way. */
  readonly refused: boolean
  constructor(message: string, sent: boolean, refused = false) {
    super(message)
    this.sent = sent
    this.refused = refused
  }
}

/** `egress`: through this relay; absent: directly. */
export type Send = (call: WireCall, timeoutMs: number, egress?: Egress) => Promise<WireResponse>

/** One sender per invocation, so that its six connections are its own. */
export const sender = (allow: string | undefined): Send => {
  const slots = new Slots(CONNECTIONS)
  return async (call, timeoutMs, egress) => {
    const refusal = refuseUrl(call.url, allow) ?? (egress && refuseUrl(egress.relay, allow))
    if (refusal) throw new NotAnswered(refusal, false)
    await slots.take()
    try {
      return await (egress ? relayed(call, timeoutMs, egress) : request(call, timeoutMs, MAX_ANSWER))
    } finally {
      slots.give()
    }
  }
}

const relayed = async (call: WireCall, timeoutMs: number, egress: Egress): Promise<WireResponse> => {
  const moment = { now: Date.now(), nonce: crypto.randomUUID() }
  const answer = relayAnswer(await request(relayCall(call, timeoutMs, egress, moment), timeoutMs, MAX_RELAYED))
  if ('error' in answer) throw new NotAnswered(answer.error, answer.sent, answer.refused)
  return answer
}

const request = async (call: WireCall, timeoutMs: number, most: number): Promise<WireResponse> => {
  try {
    const response = await fetch(call.url, {
      method: call.method,
      headers: call.headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(call.method !== 'GET' && call.method !== 'HEAD' && { body: call.body }),
    })
    const body = await bounded(response, most)
    return {
      status: response.status,
      headers: Object.fromEntries([...response.headers].map(([name, value]) => [name.toLowerCase(), value])),
      body,
    }
  } catch (error) {
    if (error instanceof NotAnswered) throw error
    throw new NotAnswered(String(error).slice(0, 200), true)
  }
}

const bounded = async (response: Response, most: number): Promise<string> => {
  if (Number(response.headers.get('content-length') ?? 0) > most) throw new NotAnswered('the answer is too large', true)
  const bytes = await response.arrayBuffer()
  if (bytes.byteLength > most) throw new NotAnswered('the answer is too large', true)
  return new TextDecoder().decode(bytes)
}

const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|home\.arpa|lan|intranet|corp|workers\.dev)$/

/** Why a URL may not be called, or undefined. `new URL` has already turned every spelling of an address into its plain form. */
export const refuseUrl = (text: string, allow: string | undefined): string | undefined => {
  if (!URL.canParse(text)) return 'this is no URL'
  const url = new URL(text)
  const host = url.hostname.replace(/\.$/, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (allow?.split(',').some((item) => item.trim() === `${host}:${port}`)) return undefined
  if (url.protocol !== 'https:') return 'only https may be called'
  if (url.username || url.password) return 'a URL must carry no password'
  if (port !== '443') return 'only port 443 may be called'
  if (/^[\d.]+$/.test(host) || host.includes(':') || host.startsWith('['))
    return 'an address must be a name, not a number'
  if (!host.includes('.') || PRIVATE_NAMES.test(host)) return 'private names may not be called'
  return undefined
}

/** An open socket: frames out. Frames in and the end go to the listener given when it was opened. */
export interface Link {
  send(frame: string | Uint8Array): void
  close(): void
}
export interface Listener {
  readonly frame: (frame: string | Uint8Array) => void
  readonly closed: (why: string) => void
}
/** `plain`: the address is an adapter's own and has no TLS (淘宝's message channel); a merchant's must have it. */
export type Open = (call: WireCall, timeoutMs: number, listener: Listener, plain: boolean) => Promise<Link>

/** Opens sockets to partners, under the same guard as calls. */
export const opener =
  (allow: string | undefined): Open =>
  async (call, timeoutMs, listener, plain) => {
    const url = call.url.replace(/^ws/, 'http')
    const refusal = refuseUrl(plain ? url.replace(/^http:/, 'https:') : url, allow)
    if (refusal) throw new NotAnswered(refusal, false)
    const socket = await handshake(url, call, timeoutMs)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }) =>
      listener.frame(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer)),
    )
    socket.addEventListener('close', ({ code, reason }) => listener.closed(`closed ${code} ${reason}`.trim()))
    socket.addEventListener('error', () => listener.closed('broken'))
    socket.accept()
    return socket
  }

const handshake = async (url: string, { headers }: WireCall, timeoutMs: number): Promise<WebSocket> => {
  const signal = AbortSignal.timeout(timeoutMs)
  const answer = await fetch(url, { headers: { ...headers, upgrade: 'websocket' }, redirect: 'manual', signal })
  if (!answer.webSocket) throw new NotAnswered(`HTTP ${answer.status} instead of a socket`, true)
  return answer.webSocket
}

class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []
  constructor(count: number) {
    this.#free = count
  }
  async take(): Promise<void> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
  give(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free += 1
  }
}
