/** What we ask of ShipBob. `reference_id` is the document: a second order of it is refused. */
import type { z } from 'zod'
import type { WarehouseEvent } from '../../domain/fulfillment.ts'
import type { Connection, Poll } from '../../wire/adapter.ts'
import { done, type Failure, failure, jsonOf, refusedByStatus, unreadable } from '../../wire/answer.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import type { WarehouseOutbound } from '../warehouse.ts'
import { shippedOf, statusOf } from './normalize.ts'
import { orderOf } from './order.ts'
import { Cancelled, Levels, type Order, Orders, Taken } from './schema.ts'
import { Options } from './settings.ts'

const PAGE = 250

export const outbound: WarehouseOutbound = {
  *place(placement, warehouse) {
    const order = orderOf(placement, Options.parse(warehouse.settings))
    if ('class' in order) return order
    const answer = read(yield call(warehouse, 'POST', '/order', order.value), Taken, false)
    return 'class' in answer ? answer : done({ externalId: answer.value.id })
  },

  /** Sync, before it is picked. Where only some of its shipments were stopped, the rest will leave. */
  *cancel({ document, externalId }, warehouse) {
    const known = externalId === undefined ? yield* look(document, warehouse, false) : { value: { id: externalId } }
    if ('class' in known) return known
    if (known.value === undefined) return failure('rejected', false, 'no such order', { code: 'not_found' })
    const path = `/order/${encodeURIComponent(known.value.id)}:cancel`
    const answer = read(yield call(warehouse, 'POST', path, {}), Cancelled, false)
    if ('class' in answer) return answer
    const { status, canceled_shipment_results: results } = answer.value
    if (status === 'Success') return done({ later: false })
    const why = results.flatMap(({ shipment_id, reason }) => (reason ? [`${shipment_id}: ${reason}`] : []))
    return failure('rejected', false, [status, ...why].join(' | '), { code: status })
  },

  *query({ document }, warehouse) {
    const found = yield* look(document, warehouse, true)
    if ('class' in found) return found.class === 'rejected' ? failure('retry', true, found.detail) : found
    return done(found.value ? statusOf(found.value) : { found: false })
  },

  /** All levels, page by page: there is no filter by several SKUs. */
  *stock(skus, warehouse) {
    const wanted = new Set(skus)
    const levels = new Map<string, { sku: string; quantity: number; frozen: number }>()
    const asked = new Set<string>()
    for (let query = `?PageSize=${PAGE}`; query !== '' && !asked.has(query); ) {
      asked.add(query)
      const page = read(yield call(warehouse, 'GET', `/inventory-level${query}`), Levels, true)
      if ('class' in page) return page
      for (const { sku = '', total_on_hand_quantity: quantity, total_committed_quantity: frozen } of page.value.items)
        if (wanted.has(sku)) levels.set(sku, { sku, quantity, frozen })
      query = queryOf(page.value.next)
    }
    return done([...levels.values()])
  },
}

/** Only the query of `next` is taken: our token goes to no other address that an answer names. */
const queryOf = (next: string | undefined): string => {
  const from = next?.indexOf('?') ?? -1
  return from < 0 ? '' : (next ?? '').slice(from)
}

/** The order under our number; undefined: there is none. Of several the one that is not cancelled. */
function* look(
  document: string,
  warehouse: Connection,
  safe: boolean,
): Generator<WireCall, { readonly value: Order | undefined } | Failure, WireResponse> {
  const path = `/order?ReferenceIds=${encodeURIComponent(document)}`
  const response = yield call(warehouse, 'GET', path, undefined, safe)
  const answer = read(response, Orders, safe)
  if ('class' in answer) return answer
  const same = answer.value.filter(({ reference_id }) => reference_id === document)
  const found = same.find(({ status }) => status !== 'Cancelled') ?? same[0]
  // Other orders in place of ours: the filter was not heeded, and that proves nothing.
  return found || answer.value.length === 0 ? { value: found } : unreadable(response, safe)
}

/** Tracking numbers that no message told of: `order.shipped` may come without them, and its followers have to be subscribed to. */
export const poll: Poll<WarehouseEvent> = {
  *page({ from, to, cursor = '1' }, warehouse): ReturnType<Poll<WarehouseEvent>['page']> {
    const [start, end] = [from, to].map((time) => new Date(time).toISOString())
    const window = { LastTrackingUpdateStartDate: start ?? '', LastTrackingUpdateEndDate: end ?? '' }
    const query = new URLSearchParams({ ...window, Page: cursor, Limit: `${PAGE}` })
    const answer = read(yield call(warehouse, 'GET', `/order?${query}`), Orders, true)
    if ('class' in answer) return answer
    const events = answer.value.flatMap((order) => shippedOf(order, to))
    return done({ events, ...(answer.value.length < PAGE ? {} : { next: `${Number(cursor) + 1}` }) })
  },
  overlapMs: 900_000,
  maxWindowMs: 86_400_000,
  everyMs: { fast: 300_000, slow: 1_800_000 },
}

const call = (
  { baseUrl, credentials }: Connection,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  safe = method === 'GET',
): WireCall => {
  const { token = '', channelId = '' } = credentials
  const type = body ? { 'content-type': 'application/json' } : {}
  const headers = { authorization: `Bearer ${token}`, shipbob_channel_id: channelId, ...type }
  return { method, url: `${baseUrl}/2026-01${path}`, headers, body: body ? JSON.stringify(body) : '', safe }
}

const read = <Schema extends z.ZodType>(
  answer: WireResponse,
  schema: Schema,
  safe: boolean,
): { readonly value: z.output<Schema> } | Failure => {
  const refused = refusedInWords(answer, safe) ?? refusedByStatus(answer, safe)
  if (refused) return refused
  const body = schema.safeParse(jsonOf(answer))
  return body.success ? { value: body.data } : unreadable(answer, safe)
}

/**
 * 400 and 422 carry `{field: [sentence]}`. https://github.com/brianzinn/shipbob-node-sdk#readme has the one for a
 * reference_id that is taken. Without such a body, and for every other 4xx, nothing is proven of the order.
 */
const refusedInWords = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const { status } = answer
  if (status < 400 || status >= 500 || [401, 403, 408, 429].includes(status)) return undefined
  const body = jsonOf(answer)
  const hasWords = (status === 400 || status === 422) && typeof body === 'object' && body !== null
  if (!hasWords) return failure('retry', safe, `HTTP ${status}: are the base URL and the channel right? ${answer.body}`)
  const said = sentences(body).join(' | ')
  return failure(/existing ReferenceId/i.test(said) ? 'exists' : 'rejected', safe, said, { code: `http_${status}` })
}

const sentences = (body: object): readonly string[] =>
  Object.entries(body).map(([field, said]) => `${field} ${Array.isArray(said) ? said.join(', ') : String(said)}`.trim())
