/** What a simulated platform is: how it sells, what it pushes, and how it answers the calls of an order system. */
import type { Envelope } from '../sender.ts'
import type { Answer, Call, CallDialect, Fields, Message, Order, Receiver, Shop } from '../types.ts'
import type { World } from '../world.ts'

/** What can befall an order. */
export type Happening =
  | 'created'
  | 'paid'
  | 'changed'
  | 'noted'
  | 'cancelled'
  | 'refund_requested'
  | 'refund_withdrawn'
  | 'refunded'

/** What a merchant would copy from the platform's console into our forms. The far shop knows `app` and `shop` together. */
export interface Keys {
  readonly app?: Fields
  readonly shop: Fields
  /** Settings of ours that go with them, beyond `baseUrl`. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Where the app's socket is opened, from the sandbox's own address: `/sockets/<platform>/…`. */
  readonly socketPath?: string
}

/**
 * The far end of a socket that an order system opens for one app, at `/sockets/<platform>/<app>/…`. A message counts as
 * told once its delivery id is confirmed.
 */
export interface Socket {
  /** The credential of a shop that equals `<app>`. */
  readonly appField: string
  /** Why the upgrade is refused, by what follows `<app>` in the path; undefined: the socket opens. */
  readonly refusal?: (rest: readonly string[], app: Fields, now: number) => string | undefined
  /** True where messages flow from the moment the socket is open; else `hear` says when. */
  readonly readyAtOnce?: boolean
  /** What a frame of the order system's means. `session` is what the last answer on this socket returned. */
  readonly hear: (frame: Buffer, session: string, app: Fields, now: number) => SocketHeard
  readonly frame: (message: Message, shop: Shop, now: number) => string | Buffer
}
export interface SocketHeard {
  readonly session?: string
  /** From now on messages flow. */
  readonly ready?: boolean
  readonly send?: readonly (string | Buffer)[]
  /** Delivery ids. */
  readonly confirmed?: readonly string[]
  /** Why the socket is closed. */
  readonly refused?: string
}

export interface Platform extends CallDialect<Shop> {
  /** Fresh keys for a shop; shops with the same `app` number share its app. Texts of the right form, never real ones. */
  readonly keys: (shop: number, app: number) => Keys
  readonly currency: string
  readonly carriers: readonly string[]
  /** True where every parcel gets a number of the platform's own, and no other is taken (Lazada). */
  readonly ownWaybills?: true
  readonly timeoutMs: number
  /** True where an order system asks something as its app, before it knows the shop (eBay: the key of a signature). */
  readonly asksAsApp?: true
  /** Ids of a new order and of its lines, in the platform's own form. */
  readonly ids: (sequence: number, lines: number) => { readonly order: string; readonly lines: readonly string[] }
  readonly receiver: (pick: Pick) => Receiver
  /** Tokens and ciphers that name the order's present receiver, and nobody else's. */
  readonly tokens?: (order: Order, shop: Shop) => readonly string[]
  /** What it pushes when something happens; empty where the platform says nothing of it. */
  readonly messages: (order: Order, shop: Shop, what: Happening, world: World) => readonly Message[]
  /** The same news once more as a delivery of its own. */
  readonly renew?: (order: Order, shop: Shop, topic: string, world: World) => Message | undefined
  /** Of platforms that push over HTTP. */
  readonly envelope?: (message: Message, shop: Shop, now: number) => Envelope
  readonly acknowledged?: (reply: { readonly status: number; readonly body: string }) => boolean
  readonly socket?: Socket
  readonly serve: (call: Call, shop: Shop, world: World) => Answer
}

/** A random one of a list. */
export type Pick = <T>(among: readonly T[]) => T

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
})

/** Between two orders' numbers: room for their lines, and last digits of every kind, two zeros among them. */
export const STEP = 1_009n

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** 张三 → 张*, 13800001234 → 138****1234. */
export const maskName = (name: string): string => `${[...name][0] ?? ''}**`
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`
