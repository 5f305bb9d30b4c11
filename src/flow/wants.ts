/** What the events of a turn ask the store for. Pure: the loader asks, and keeps what it hears. */
import type { OrderLine } from '../domain/order.ts'
import type { SealedOrder } from '../domain/order-state.ts'
import type { EventBody, Logged } from '../lane/event.ts'
import type { Statement } from '../lane/ports.ts'
import type { LaneConfig } from '../store/config.ts'
import { movementId } from './decide/stray.ts'
import { ORDERS } from './load-sql.ts'

export interface Wants {
  readonly ids: ReadonlySet<string>
  readonly platformIds: ReadonlySet<string>
  readonly lines: readonly OrderLine[]
  readonly terms: ReadonlySet<string>
  /** Waybills whose orders are looked for. */
  readonly waybills: ReadonlySet<string>
  readonly dirty: ReadonlySet<string>
  readonly movements: ReadonlySet<string>
  /** The warehouse that sent a full count. */
  readonly counts: string | undefined
}

/** Two lines with the same key mean the same SKUs. */
export const meaningKey = (line: Pick<OrderLine, 'listingId' | 'code'>): string =>
  `${line.listingId ?? ''}\n${line.code}`

export const wantsOf = (logged: readonly Logged[], warehouseId: string | undefined): Wants => {
  const events = logged.map((item) => item.event)
  const refs = (kind: 'o:' | 'p:'): Set<string> =>
    new Set(events.flatMap(({ ref }) => (ref?.startsWith(kind) ? [ref.slice(2)] : [])))
  const strays = events.flatMap(({ ref, body }) => (body.kind === 'warehouse' && ref === undefined ? [body] : []))
  return {
    ids: refs('o:'),
    platformIds: refs('p:'),
    lines: events.flatMap(({ body }) => orderIn(body)?.lines ?? []),
    dirty: new Set(events.flatMap(({ body }) => (body.kind === 'dirty' ? body.skus : []))),
    terms: new Set(
      strays.flatMap(({ event, warehouseId: from }) =>
        'ref' in event && event.ref.externalId !== undefined ? [`x:${from}:${event.ref.externalId}`] : [],
      ),
    ),
    waybills: new Set(
      events.flatMap(({ ref, body }) =>
        body.kind === 'tracking' && ref === undefined ? [`w:${body.event.waybill}`] : [],
      ),
    ),
    movements: new Set(
      strays.flatMap(({ event, warehouseId: from }) =>
        event.type === 'moved' ? event.items.map((item) => movementId(from, item.bizId, item.sku)) : [],
      ),
    ),
    counts: strays.some(({ event }) => event.type === 'snapshot' && event.full) ? warehouseId : undefined,
  }
}

/** The order that an event carries: pushed, or fetched. */
const orderIn = (body: EventBody): SealedOrder | undefined => {
  if (body.kind === 'platform') return body.event.type === 'order' ? body.event.order : undefined
  return body.kind === 'outcome' && body.outcome.class === 'done' ? body.outcome.value.order : undefined
}

export interface StoreAsk {
  readonly what: string
  readonly statement: Statement
}

/** Only what is not known already. */
export const asksOf = (
  wants: Wants,
  config: LaneConfig,
  known: (id: string) => boolean,
  knownPlatform: (platformOrderId: string) => boolean,
): StoreAsk[] => {
  const ids = [...wants.ids].filter((id) => !known(id))
  const platformIds = [...wants.platformIds].filter((id) => !knownPlatform(id))
  const merchant = config.merchant.id
  const shop = config.shop?.shop.id ?? ''
  const list = (items: Iterable<string>): string => JSON.stringify([...items])
  const ask = (needed: boolean, what: string, sql: string, ...values: string[]): StoreAsk[] =>
    needed ? [{ what, statement: { sql, values } }] : []
  return [
    ...ask(ids.length + platformIds.length > 0, 'orders', ORDERS, list(ids), shop, list(platformIds), merchant),
    ...ask(wants.terms.size > 0, 'terms', TERMS, merchant, list(wants.terms)),
    ...ask(wants.waybills.size > 0, 'holders', TERMS, merchant, list(wants.waybills)),
    ...ask(wants.dirty.size > 0 && shop !== '', 'listings', LISTINGS, merchant, list(wants.dirty), shop),
    ...ask(wants.movements.size > 0, 'booked', BOOKED, list(wants.movements)),
    ...ask(wants.counts !== undefined, 'counted', COUNTED, merchant, wants.counts ?? ''),
  ]
}

const TERMS =
  'SELECT term, order_id FROM order_terms WHERE merchant_id = ?1 AND term IN (SELECT value FROM json_each(?2))'
const LISTINGS = `SELECT sku, listing_id FROM listings
  WHERE merchant_id = ?1 AND sku IN (SELECT value FROM json_each(?2)) AND shop_id = ?3`
const BOOKED = 'SELECT id FROM stock_movements WHERE id IN (SELECT value FROM json_each(?1))'
const COUNTED = 'SELECT sku FROM stock_levels WHERE merchant_id = ?1 AND warehouse_id = ?2 AND counted = 1'
