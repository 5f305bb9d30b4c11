/** Our calls to the merchant's shop, signed as its calls to us are, with the same secret. Paths and bodies: docs/standard-shop.md. */
import { z } from 'zod'
import type { PlatformOrder, Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import {
  done,
  type Failure,
  failure,
  jsonOf,
  NOWHERE,
  refusedByStatus,
  shaped,
  textAt,
  unreadable,
} from '../../wire/answer.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import { signedCall } from '../../wire/signature.ts'
import { standardWebhook } from '../../wire/standard-webhook.ts'
import { optional } from '../../wire/values.ts'
import { type PlatformOutbound, statusOf } from '../platform.ts'
import { orderOf } from './normalize.ts'
import { Order } from './schema.ts'

const signature = standardWebhook()

export const outbound: PlatformOutbound = {
  *ship({ platformOrderId, ...shipment }, shop) {
    return yield* send('/cangqiao/shipments', shipment.requestId, { orderId: platformOrderId, ...shipment }, shop)
  },

  *stock({ requestId, listingId, code, quantity }, shop) {
    return yield* send('/cangqiao/stock', requestId, { requestId, listingId, sku: code, quantity }, shop)
  },

  detail,

  *status(platformOrderId, shop) {
    const read = yield* get(`/cangqiao/orders/${encodeURIComponent(platformOrderId)}`, Answer, shop)
    if (read.class !== 'done') return read
    const { order, waybills } = read.value
    return done({ ...statusOf(orderOf(order, shop.now)), ...(waybills && { waybills }) })
  },
}

/** `waybills`: what the shop has been told of this order; lets a repeat after a time-out be left out. */
const Answer = z.object({ order: Order, waybills: optional(z.array(z.string())) })
const Page = z.object({ orders: z.array(Order), next: optional(z.string()) })

export const poll: Poll<Pushed> = {
  *page({ from, to, cursor }, shop) {
    const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    const query = new URLSearchParams({ ...times, ...(cursor && { cursor }) })
    const read = yield* get(`/cangqiao/orders?${query}`, Page, shop)
    if (read.class !== 'done') return read
    const orders = read.value.orders.map((order) => ({ type: 'order' as const, order: orderOf(order, shop.now) }))
    const events = orders.map((event) => ({ event }))
    return done({ events, ...(read.value.next && { next: read.value.next }) })
  },
  overlapMs: 5 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

/** The orders of the last minute: proves the address and the secret. The protocol has no call for the shop's name. */
export function* probe(shop: Connection): Conversation<string> {
  const times = { from: new Date(shop.now - 60_000).toISOString(), to: new Date(shop.now).toISOString() }
  const read = yield* get(`/cangqiao/orders?${new URLSearchParams(times)}`, Page, shop)
  return read.class === 'done' ? done(shop.baseUrl) : read
}

function* detail(platformOrderId: string, shop: Connection): Conversation<PlatformOrder> {
  const read = yield* get(`/cangqiao/orders/${encodeURIComponent(platformOrderId)}`, Answer, shop)
  return read.class === 'done' ? done(orderOf(read.value.order, shop.now)) : read
}

function* get<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  shop: Connection,
): Conversation<z.output<Schema>> {
  if (!shop.baseUrl) return NOWHERE
  // The scheme signs no path. Here it is part of the id, so that a call cannot be turned to another order.
  const answer = yield call('GET', path, `${shop.nonce}:${path}`, '', shop)
  return refusal(answer, true) ?? shaped(schema, jsonOf(answer))
}

/** The id of a request is the same over its repeats, so a shop can tell a repeat by `webhook-id` as well as by `requestId`. */
function* send(path: string, requestId: string, body: object, shop: Connection): Conversation {
  if (!shop.baseUrl) return NOWHERE
  const answer = yield call('POST', path, requestId, JSON.stringify(body), shop)
  const refused = refusal(answer, false)
  if (refused) return refused
  // A web shop that knows no such path often answers 200 with its front page: that is no yes.
  return answer.body === '' || jsonOf(answer) !== undefined ? done(undefined) : unreadable(answer, false)
}

const call = (method: string, path: string, id: string, body: string, shop: Connection): WireCall => {
  const headers = { ...(body && { 'content-type': 'application/json' }), 'webhook-id': id }
  const plain = { method, url: `${shop.baseUrl}${path}`, headers, body, safe: method === 'GET' }
  return signedCall(signature, plain, shop.credentials, shop.now)
}

/** 409 says that the shop has this shipment or level already; other refusals may carry `{code, message}`. */
const refusal = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const [code, message] = ['code', 'message'].map((field) => textAt(jsonOf(answer), field))
  if (answer.status === 409 && !safe) return failure('exists', safe, message ?? '')
  const refused = refusedByStatus(answer, safe)
  return refused?.class === 'rejected' && code ? failure('rejected', safe, message ?? '', { code }) : refused
}
