import type { z } from 'zod'
import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll } from '../../wire/adapter.ts'
import { done, failure, shaped } from '../../wire/answer.ts'
import { userError } from '../../wire/graphql.ts'
import type { Outcome } from '../../wire/outcome.ts'
import { type Taken, take, type Unit } from '../packing.ts'
import { type PlatformOutbound, type ShipPackage, statusOf } from '../platform.ts'
import { ask, CODES } from './call.ts'
import { orderOf } from './normalize.ts'
import * as queries from './queries.ts'
import { type Fulfillment, Order } from './schema.ts'

function* change(shop: Connection, document: queries.Document, variables: Record<string, unknown>): Conversation {
  const read = yield* ask(shop, document, variables)
  return read.class === 'done' ? (userError(read.value, 'result', CODES) ?? done(undefined)) : read
}

const gid = (type: string, id: string): string => (id.startsWith('gid:') ? id : `gid://shopify/${type}/${id}`)
const refused = (code: string, detail: string) => failure('rejected', true, detail, { code })
const ABSENT = refused('not_found', 'the shop has no such order')

export const outbound: PlatformOutbound = {
  /** A fulfillment has no request id to be recognised by: what is there already is looked up, and not sent again. */
  *ship({ platformOrderId, packages, replaces }, shop) {
    const read = yield* ask(shop, queries.SHIPPED, { id: gid('Order', platformOrderId) })
    if (read.class !== 'done') return read
    if (!read.value.order) return ABSENT
    const { fulfillments, fulfillmentOrders } = read.value.order
    const by = (waybill = '') => fulfillments.filter(stands).find((one) => waybillsOf(one).includes(waybill))
    const left = packages.filter((one) => !by(one.waybill))
    const [next] = left
    if (!next) return done(undefined)
    const notify = shop.settings.notifyCustomer !== false
    const wrong = by(replaces)
    if (wrong) return yield* change(shop, queries.CORRECT, { id: wrong.id, tracking: trackingOf(next), notify })
    const units: WorkUnit[] = []
    for (const { id, status, assignedLocation } of fulfillmentOrders.nodes) {
      if (status !== 'OPEN' && status !== 'IN_PROGRESS') continue
      const open = yield* ask(shop, queries.LEFT, { id })
      if (open.class !== 'done') return open
      const place = { order: id, location: assignedLocation.location?.id ?? '' }
      units.push(...open.value.fulfillmentOrder.lineItems.nodes.map((node) => unitOf(node, place)))
    }
    for (const one of left) {
      const taken = take(units, one)
      if (taken.length === 0 || pieces(taken) < pieces(one.lines)) return refused('not_fulfillable', LESS + one.waybill)
      for (const lineItemsByFulfillmentOrder of inputsOf(taken)) {
        const input = { lineItemsByFulfillmentOrder, trackingInfo: trackingOf(one), notifyCustomer: notify }
        const made = yield* change(shop, queries.FULFILL, { input })
        if (made.class !== 'done') return made
      }
    }
    return done(undefined)
  },

  /** The whole level of `available`; a null `changeFromQuantity` says that we are the source of truth. */
  *stock({ listingId, parentId, quantity, requestId }, shop) {
    const { locationId } = shop.settings
    const location = typeof locationId === 'string' ? gid('Location', locationId) : null
    const variables = { variant: gid('ProductVariant', listingId), location }
    const known = done({ productVariant: null, location: location === null ? null : { id: location } })
    const read = parentId !== undefined && location ? known : yield* ask(shop, queries.TARGET, variables)
    if (read.class !== 'done') return read
    const item = parentId === undefined ? read.value.productVariant?.inventoryItem.id : gid('InventoryItem', parentId)
    const place = read.value.location?.id
    if (!item || !place) return refused('not_found', 'the shop has no such variant or location')
    const quantities = [{ inventoryItemId: item, locationId: place, quantity, changeFromQuantity: null }]
    const input = { name: 'available', reason: 'correction', quantities }
    return yield* change(shop, queries.SET, { input, key: requestId })
  },

  *detail(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    return read.class === 'done' ? done(orderOf(read.value)) : read
  },

  *status(platformOrderId, shop) {
    const read = yield* fetched(platformOrderId, shop)
    if (read.class !== 'done') return read
    const waybills = (read.value.waybills ?? []).filter(stands).flatMap(waybillsOf)
    return done({ ...statusOf(orderOf(read.value)), waybills })
  },
}

const stands = ({ status }: z.output<typeof Fulfillment>): boolean => status !== 'CANCELLED'
const waybillsOf = ({ trackingInfo }: z.output<typeof Fulfillment>) =>
  trackingInfo.flatMap(({ number }) => number ?? [])

/** Shopify takes 500 lines an order: what pages beyond that would not be a list of lines. */
const MOST_LINES = 1000

/** As many pages as the order has lines for; everything but the lines is the same on each. */
function* fetched(platformOrderId: string, shop: Connection): Conversation<Order> {
  const lines: unknown[] = []
  for (let after: string | null = null; ; ) {
    const read: Page = yield* ask(shop, queries.DETAIL, { id: gid('Order', platformOrderId), after })
    if (read.class !== 'done') return read
    if (!read.value.order) return ABSENT
    lines.push(...read.value.order.line_items.nodes)
    const more: z.output<typeof queries.PageInfo> = read.value.order.line_items.pageInfo
    after = more.hasNextPage ? more.endCursor : null
    if (after !== null && lines.length < MOST_LINES) continue
    return shaped(Order, { ...read.value.order, line_items: lines })
  }
}
type Page = Outcome<z.output<typeof queries.DETAIL.answer>>

/** Thin: a page of orders with their lines would cost more points than a query may. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor }, shop) {
    const query = `updated_at:>='${new Date(from).toISOString()}' AND updated_at:<'${new Date(to).toISOString()}'`
    const read = yield* ask(shop, queries.CHANGED, { query, after: cursor ?? null })
    if (read.class !== 'done') return read
    const { nodes, pageInfo } = read.value.orders
    const events = nodes.map(({ id, updatedAt }) => ({
      event: { type: 'changed' as const, platformOrderId: id, what: 'polled', at: updatedAt },
    }))
    return done({ events, ...(pageInfo.hasNextPage && pageInfo.endCursor && { next: pageInfo.endCursor }) })
  },
  overlapMs: 5 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}

interface WorkUnit extends Unit {
  readonly order: string
  readonly location: string
}

const unitOf = (node: z.output<typeof queries.Left>, place: { order: string; location: string }): WorkUnit => ({
  id: node.id,
  lineId: node.lineItem.id,
  remaining: node.remainingQuantity,
  ...place,
})

const LESS = 'the shop has less left to ship than the parcel '
const pieces = (parts: readonly { readonly quantity: number }[]): number =>
  parts.reduce((sum, one) => sum + one.quantity, 0)

/** One fulfillment may span several fulfillment orders, but only one location. */
const inputsOf = (taken: readonly Taken<WorkUnit>[]) =>
  grouped(taken, ({ unit }) => unit.location).map(([, here]) =>
    grouped(here, ({ unit }) => unit.order).map(([fulfillmentOrderId, lines]) => ({
      fulfillmentOrderId,
      fulfillmentOrderLineItems: lines.map(({ unit, quantity }) => ({ id: unit.id, quantity })),
    })),
  )

const grouped = <One>(list: readonly One[], by: (one: One) => string): [string, One[]][] => [
  ...Map.groupBy(list, by).entries(),
]

const trackingOf = ({ carrier, waybill }: ShipPackage) => ({ company: carrier, number: waybill })
