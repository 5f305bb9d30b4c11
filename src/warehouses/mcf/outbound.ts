/** What we ask of Multi-Channel Fulfillment. `sellerFulfillmentOrderId` is the document, and the only name of an order. */
import type { WarehouseEvent } from '../../domain/fulfillment.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import type { WireCall } from '../../wire/message.ts'
import type { Outcome } from '../../wire/outcome.ts'
import type { WarehouseOutbound } from '../warehouse.ts'
import { call, read, saysAbsent } from './call.ts'
import { newsOf, statusOf } from './normalize.ts'
import { orderOf } from './order.ts'
import { Found, Levels, Listed, Plain } from './schema.ts'

const ORDERS = '/fba/outbound/2020-07-01/fulfillmentOrders'
const SKUS_PER_CALL = 50

const lookUp = (document: string, warehouse: Connection): WireCall =>
  call(warehouse, 'GET', `${ORDERS}/${encodeURIComponent(document)}`)

export const outbound: WarehouseOutbound = {
  /**
   * How a second order of a number is refused is not documented, and 400 is the answer to everything: so before a no is
   * believed, Amazon is asked whether it has the order.
   */
  *place(placement, warehouse) {
    const order = orderOf(placement, warehouse)
    if ('class' in order) return order
    const answer = read(yield call(warehouse, 'POST', ORDERS, order.value), Plain, false)
    if (!('class' in answer)) return done({})
    if (answer.class !== 'rejected' || answer.code !== 'http_400') return answer
    const known = read(yield lookUp(placement.document, warehouse), Found, false)
    if (!('class' in known)) return failure('exists', false, answer.detail)
    return saysAbsent(known) ? answer : failure('unknown', false, `${answer.detail} | ${known.detail}`)
  },

  /** Only asks Amazon to stop: whether it did is the order's later state. */
  *cancel({ document }, warehouse) {
    const path = `${ORDERS}/${encodeURIComponent(document)}/cancel`
    const answer = read(yield call(warehouse, 'PUT', path), Plain, false)
    return 'class' in answer ? answer : done({ later: true })
  },

  *query({ document }, warehouse) {
    const answer = read(yield lookUp(document, warehouse), Found, true)
    if (!('class' in answer)) return done(statusOf(answer.value.payload))
    if (saysAbsent(answer)) return done({ found: false })
    return answer.class === 'rejected' ? failure('retry', true, answer.detail) : answer
  },

  /** What can be sold and what customers' orders have reserved; units in transfer or under inspection are neither. */
  *stock(skus, warehouse) {
    const levels: Level[] = []
    for (let from = 0; from < skus.length; from += SKUS_PER_CALL) {
      const sellerSkus = skus.slice(from, from + SKUS_PER_CALL).join(',')
      let nextToken: string | undefined = ''
      while (nextToken !== undefined) {
        const page: Outcome<Page> = yield* levelsOf(sellerSkus, nextToken, warehouse)
        if (page.class !== 'done') return page
        levels.push(...page.value.levels)
        nextToken = page.value.next === nextToken ? undefined : page.value.next
      }
    }
    return done(levels)
  },
}

interface Level {
  readonly sku: string
  readonly quantity: number
  readonly frozen: number
}
interface Page {
  readonly levels: readonly Level[]
  readonly next: string | undefined
}

function* levelsOf(sellerSkus: string, nextToken: string, warehouse: Connection): Conversation<Page> {
  const answer = read(yield summaries(sellerSkus, nextToken, warehouse), Levels, true)
  if ('class' in answer) return answer
  const { payload, pagination } = answer.value
  const levels = payload.inventorySummaries.map(({ sellerSku: sku, inventoryDetails: details }) => {
    const frozen = details.reservedQuantity?.pendingCustomerOrderQuantity ?? 0
    return { sku, quantity: details.fulfillableQuantity + frozen, frozen }
  })
  return done({ levels, next: pagination?.nextToken })
}

const summaries = (sellerSkus: string, nextToken: string, warehouse: Connection): WireCall => {
  const { marketplaceId = '' } = warehouse.credentials
  const place = { granularityType: 'Marketplace', granularityId: marketplaceId, marketplaceIds: marketplaceId }
  const query = new URLSearchParams({ details: 'true', ...place, sellerSkus, ...(nextToken && { nextToken }) })
  return call(warehouse, 'GET', `/fba/inventory/v1/summaries?${query}`)
}

/** Orders whose state has changed since: each is asked for by itself, since the list has neither items nor packages. */
export const poll: Poll<WarehouseEvent> = {
  *page({ from, to, cursor }, warehouse): ReturnType<Poll<WarehouseEvent>['page']> {
    const since = { queryStartDate: new Date(from).toISOString() }
    const query = new URLSearchParams(cursor === undefined ? since : { nextToken: cursor })
    const answer = read(yield call(warehouse, 'GET', `${ORDERS}?${query}`), Listed, true)
    // A token that has run out would stop every later poll: the list begins anew.
    if ('class' in answer && answer.class === 'rejected' && cursor !== undefined)
      return yield* poll.page({ from, to }, warehouse)
    if ('class' in answer) return answer
    const { fulfillmentOrders, nextToken } = answer.value.payload
    const events = fulfillmentOrders.flatMap((order) => newsOf(order, to))
    return done({ events, ...(nextToken !== undefined && { next: nextToken }) })
  },
  // Back to the last age at which an order is asked about again.
  overlapMs: 4 * 3_600_000,
  maxWindowMs: 7 * 86_400_000,
  everyMs: { fast: 15_000, slow: 60_000 },
}
