/**
 * What platforms and warehouses have in common: a signed way in, and conversations out. Adapters are descriptions;
 * they compute, they never wait, keep time or call out themselves.
 */
import type { z } from 'zod'
import type { Problem } from '../domain/problem.ts'
import { err, ok, type Result } from '../lib/result.ts'
import { parseExact } from './json.ts'
import { malformed } from './malformed.ts'
import { text, type WireCall, type WireRequest, type WireResponse } from './message.ts'
import type { Outcome } from './outcome.ts'
import type { Signature } from './signature.ts'
import { parseXml } from './xml.ts'

/** Credentials or settings of one connection, decrypted, by field name. */
export type Fields = Readonly<Record<string, string>>

/** One shop or warehouse connection, as an adapter sees it while a call is built. */
export interface Connection {
  readonly id: string
  /** Where the partner's API lives: the default of the adapter, or the setting that replaces it (relay, sandbox, test). No trailing slash. */
  readonly baseUrl: string
  readonly credentials: Fields
  /** Credentials of the app the shop belongs to, where the platform has apps. */
  readonly app: Fields
  readonly settings: Readonly<Record<string, unknown>>
  /** UTC ms at which the call is made, and a random text for schemes that want one. */
  readonly now: number
  readonly nonce: string
}

/**
 * One exchange with a partner, pure: yields calls, receives their answers, ends with an outcome. The runner in `flow/`
 * turns a transport failure into `retry` (for a `safe` call) or `unknown`, so an adapter only reads real answers.
 */
export type Conversation<T = undefined> = Generator<WireCall, Outcome<T>, WireResponse>

/**
 * Reconciliation, and the only intake of partners that do not push: a page of what was modified in a window. What it
 * brings goes the way of a push, so an order that came already is dropped by its version.
 */
export interface Poll<Event> {
  /** Times in UTC ms. `cursor` is the adapter's own; undefined starts a window. */
  readonly page: (
    window: { readonly from: number; readonly to: number; readonly cursor?: string },
    connection: Connection,
  ) => Conversation<PollPage<Event>>
  /** Tells the partner that a page is stored, where it wants to know (SQS: delete). Called only after the lane has it. */
  readonly confirm?: (receipts: readonly string[], connection: Connection) => Conversation
  /** How far a window reaches back behind the last one, ms: what the partner's own index may lag. */
  readonly overlapMs: number
  readonly maxWindowMs: number
  /** Gap between two polls, ms: `fast` while polls bring news (and always where nothing is pushed), `slow` while pushes bring it all. */
  readonly everyMs: { readonly fast: number; readonly slow: number }
}
export interface PollPage<Event> {
  readonly events: readonly Event[]
  readonly next?: string
  /** What `confirm` is to be told. */
  readonly receipts?: readonly string[]
}

export interface Acknowledgement {
  /**
   * Stored. In the sender's dialect; also for messages we cannot book (they are our exception, not the sender's). A
   * function where the answer repeats what was asked (顺丰云仓 wants the service's name back).
   */
  readonly accepted: WireResponse | ((request: WireRequest) => WireResponse)
  /** The signature is wrong: status 401 with the dialect's refusal body. */
  readonly refused: WireResponse
}

export const acceptance = ({ accepted }: Acknowledgement, request: WireRequest): WireResponse =>
  typeof accepted === 'function' ? accepted(request) : accepted

export interface InboundSpec<Schema extends z.ZodType, Event> {
  readonly format: 'json' | 'form' | 'xml'
  readonly signature: Signature
  /**
   * False where the proof does not cover the body (小红书, Ecwid), or nothing but a cipher proves anything (快手): then only
   * ids are believed, and every value comes from a fetch.
   */
  readonly bodySigned?: false
  /** Age beyond which a signed time is refused, ms. Absent: no time is signed, or a late retry may carry its first one. */
  readonly staleMs?: number
  /** The sender's own id of this delivery: the key that makes a repeat harmless. Undefined: the flow falls back to other keys. */
  readonly deliveryId: (request: WireRequest, credentials: Fields) => string | undefined
  /** True if the body carries a time or a sequence, so that two equal bodies are one message and may be de-duplicated by hash. */
  readonly bodyIsUnique: boolean
  /**
   * What the request says outside its body that decides how the body reads (奇门 `method`, a topic header). With it the
   * schema sees `{ topic, body }`, so that a known topic with a wrong body is refused and never taken for another.
   */
  readonly topic?: (request: WireRequest) => string
  /**
   * Makes the readable body of an encrypted one, by the credentials that verified it (微信小店, 快手, TEMU …). Total: what
   * does not open is a problem. Absent: the body reads as it came.
   */
  readonly open?: (request: WireRequest, credentials: Fields) => Result<string, Problem>
  /**
   * For schemes with a public key of the sender's (eBay): which one a request names, and how it is asked for. The flow keeps
   * it for an hour and gives it to the signature and to `open` as the credential `publicKey`.
   */
  readonly publicKey?: {
    readonly id: (request: WireRequest) => string | undefined
    readonly ask: (id: string, owner: Connection) => Conversation<string>
  }
  /** Only what `normalize` reads, and no stricter than the partner is. */
  readonly schema: Schema
  /** Total: the schema may say no, this may not. An empty list means "nothing for us". */
  readonly normalize: (body: z.output<Schema>, request: WireRequest) => readonly Event[]
  /** Answers a URL check (a GET, an echo of a challenge) before any signature. Undefined where the request is no such check. */
  readonly challenge?: (request: WireRequest, credentials: Fields) => WireResponse | undefined
  readonly ack: Acknowledgement
}

/** What the flow sees of an inbound: the schema and the body's type are gone. */
export interface Inbound<Event>
  extends Omit<InboundSpec<z.ZodType, Event>, 'schema' | 'normalize' | 'format' | 'topic' | 'open'> {
  /** `credentials`: those that the signature was verified by. */
  read(request: WireRequest, credentials: Fields): Result<readonly Event[], Problem>
}

/** What the doctor signs and sends to itself: it means nothing, in any format. */
export const TEST_BODY = '{"cangqiao":"test"}'

export const defineInbound = <Schema extends z.ZodType, Event>(spec: InboundSpec<Schema, Event>): Inbound<Event> => {
  const { schema, normalize, format, topic, open, ...rest } = spec
  return {
    ...rest,
    read: (request, credentials) => {
      const body = open ? open(request, credentials) : ok(text(request.body))
      if (body.ok && body.value === TEST_BODY) return ok([])
      const parsed = body.ok ? parseBody(body.value, format) : body
      if (!parsed.ok) return parsed
      const message = schema.safeParse(topic ? { topic: topic(request), body: parsed.value } : parsed.value)
      if (message.success) return ok(normalize(message.data, request))
      const issue = message.error.issues[0]
      return err(malformed(issue?.path.join('.') ?? '', issue?.message ?? ''))
    },
  }
}

const parseBody = (body: string, format: 'json' | 'form' | 'xml'): Result<unknown, Problem> => {
  if (format === 'form') return ok(Object.fromEntries(new URLSearchParams(body)))
  return format === 'xml' ? parseXml(body) : parseExact(body)
}
