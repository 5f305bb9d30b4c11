/** What we ask of a warehouse that speaks the plain JSON contract. Every answer of 4xx carries a code of the contract. */
import type { z } from 'zod'
import type { Placement } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import { own } from '../../lib/own.ts'
import type { Connection } from '../../wire/adapter.ts'
import { done, type Failure, failure, jsonOf, refusedByStatus, unreadable } from '../../wire/answer.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import { REQUEST_NONCE, signedRequest } from '../../wire/request-signature.ts'
import { signedCall } from '../../wire/signature.ts'
import { bySku } from '../quantities.ts'
import { starlessDeep, starlessTexts, unshippable, unwritable } from '../receiver.ts'
import type { WarehouseOutbound } from '../warehouse.ts'
import { packageOf } from './normalize.ts'
import { Cancelled, ItemTaken, OrderState, OrderTaken, Refusal, StockLevels } from './schema.ts'
import { Options } from './settings.ts'

const SKUS_PER_CALL = 50

export const outbound: WarehouseOutbound = {
  *place(placement, warehouse) {
    const settings = Options.parse(warehouse.settings)
    const refused = unshippable(placement, settings) ?? unwritableReceiver(placement.receiver)
    if (refused) return refused
    const body = orderOf(placement, settings.carriers)
    const taken = read(yield call(warehouse, 'POST', '/v1/orders', body), OrderTaken, false)
    if ('class' in taken) return taken
    const { externalId, items } = taken.value
    const itemIds = items && Object.fromEntries(items.map(({ sku, itemId }) => [sku, itemId]))
    return done(defined({ externalId, itemIds }))
  },

  *cancel({ document, reason }, warehouse) {
    const path = `/v1/orders/${encodeURIComponent(document)}/cancel`
    const answer = read(yield call(warehouse, 'POST', path, { reason }), Cancelled, false)
    return 'class' in answer ? answer : done({ later: answer.value.status === 'cancelling' })
  },

  *query({ document }, warehouse) {
    const path = `/v1/orders/${encodeURIComponent(document)}`
    const answer = read(yield call(warehouse, 'GET', path), OrderState, true)
    if ('class' in answer) {
      return answer.class === 'rejected' && answer.code === 'not_found' ? done({ found: false }) : answer
    }
    const { items, packages = [], ...state } = answer.value
    const quantities = items && bySku(items)
    return done({ found: true, ...defined({ ...state, quantities }), packages: packages.map(packageOf) })
  },

  *stock(skus, warehouse) {
    const levels: z.output<typeof StockLevels>['items'] = []
    for (let from = 0; from < skus.length; from += SKUS_PER_CALL) {
      const query = new URLSearchParams(skus.slice(from, from + SKUS_PER_CALL).map((sku) => ['sku', sku]))
      const page = { ...warehouse, nonce: `${warehouse.nonce}-${from}` }
      const answer = read(yield call(page, 'GET', `/v1/stock?${query}`), StockLevels, true)
      if ('class' in answer) return answer
      levels.push(...answer.value.items)
    }
    return done(levels.map(defined))
  },

  *item(item, warehouse) {
    const answer = read(yield call(warehouse, 'POST', '/v1/items', starlessTexts(item, ['title'])), ItemTaken, false)
    return 'class' in answer ? answer : done(defined(answer.value))
  },
}

const signature = signedRequest()

const call = (warehouse: Connection, method: 'GET' | 'POST', path: string, body?: object): WireCall => {
  const type = body ? { 'content-type': 'application/json' } : {}
  const headers = { ...type, [REQUEST_NONCE]: warehouse.nonce }
  const plain = { method, url: warehouse.baseUrl + path, headers, body: body ? JSON.stringify(body) : '', safe: !body }
  return signedCall(signature, plain, warehouse.credentials, warehouse.now)
}

const read = <Schema extends z.ZodType>(
  answer: WireResponse,
  schema: Schema,
  safe: boolean,
): { readonly value: z.output<Schema> } | Failure => {
  const refused = refusedByContract(answer, safe) ?? refusedByStatus(answer, safe)
  if (refused) return refused
  const body = schema.safeParse(jsonOf(answer))
  return body.success ? { value: body.data } : unreadable(answer, safe)
}

const refusedByContract = (answer: WireResponse, safe: boolean): Failure | undefined => {
  if (![400, 404, 405, 409, 410, 422].includes(answer.status)) return undefined
  const refusal = Refusal.safeParse(jsonOf(answer))
  // Somebody else's 404 (a proxy, a wrong base URL) proves nothing of the order, and may be mended.
  if (!refusal.success) return failure('retry', safe, `HTTP ${answer.status} without a code: is the base URL right?`)
  const { code, message = '' } = refusal.data
  // `exists`: the document is there, with other content than this. Every other code is a refusal.
  return failure(code === 'exists' ? 'exists' : 'rejected', safe, `${code} ${message}`.trim(), { code })
}

const orderOf = (placement: Placement, carriers: Readonly<Record<string, string>>) => {
  const { receiver, carrier, custom, lines, placedAt, paidAt, shipBy, collectBy, ...rest } = placement
  const { kind, readable, cipher, sourceOrderId = rest.platformOrderId } = receiver
  return {
    ...starlessTexts(rest, ['shopName', 'buyerNote', 'sellerNote']),
    ...{ placedAt: iso(placedAt), paidAt: iso(paidAt), shipBy: iso(shipBy), collectBy: iso(collectBy) },
    receiver: { kind, ...readable, ...(kind === 'plain' ? {} : { sourceOrderId, cipher }) },
    lines: lines.map((line) => starlessTexts(line, ['title'])),
    carrier: carrier && (own(carriers, carrier) ?? carrier),
    custom: starlessDeep(custom),
  }
}

const iso = (time: number | undefined): string | undefined => (time === undefined ? time : new Date(time).toISOString())

/** A plain receiver must be whole; with a cipher, the cipher must be there. */
const unwritableReceiver = ({ kind, readable, cipher }: Placement['receiver']): Failure | undefined => {
  if (kind === 'plain') return unwritable({ ...readable }, ['name', 'phone', 'address'])
  return unwritable({ ...readable, ...cipher, cipher: Object.values(cipher).join('') }, ['cipher'])
}
