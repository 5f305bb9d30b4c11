/** What a simulated platform is: how it sells, what it pushes, and how it answers the calls of an order system. */
import type { Envelope } from '../outbox.ts'
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
}

export interface Platform extends CallDialect<Shop> {
  /** Fresh keys for a shop; shops with the same `app` number share its app. Texts of the right form, never real ones. */
  readonly keys: (shop: number, app: number) => Keys
  readonly currency: string
  readonly carriers: readonly string[]
  /** True where every parcel gets a number of the platform's own, and no other is taken (Lazada). */
  readonly ownWaybills?: true
  readonly timeoutMs: number
  /** Ids of a new order and of its lines, in the platform's own form. */
  readonly ids: (sequence: number, lines: number) => { readonly order: string; readonly lines: readonly string[] }
  readonly receiver: (pick: Pick) => Receiver
  /** What it pushes when something happens; empty where the platform says nothing of it. */
  readonly messages: (order: Order, shop: Shop, what: Happening, world: World) => readonly Message[]
  /** The same news once more as a delivery of its own. */
  readonly renew?: (order: Order, shop: Shop, topic: string, world: World) => Message | undefined
  readonly envelope: (message: Message, shop: Shop, now: number) => Envelope
  readonly acknowledged: (reply: { readonly status: number; readonly body: string }) => boolean
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
