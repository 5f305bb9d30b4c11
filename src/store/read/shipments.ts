/** Fulfillments 发货单 and parcels 包裹 of orders, with the way of each parcel. */
import { type Fulfillment, isLive, type OrderState, type ShippedPackage } from '../../domain/order-state.ts'
import type { Tracking } from '../../domain/tracking.ts'
import type { Page, PageRequest } from '../page.ts'
import { all, type Db, text } from '../rows.ts'
import { type OrderFilter, orderPage } from './orders.ts'

export interface FulfillmentView
  extends Pick<Fulfillment, 'document' | 'generation' | 'warehouseId' | 'lines' | 'status'> {
  readonly orderId: string
  readonly warehouseName: string
  readonly externalId: string | null
  /** Why it is dead, or what the warehouse last said. */
  readonly said: string | null
  readonly stop: Fulfillment['stop'] | null
  readonly delivered: boolean
}

export interface TrackingView {
  readonly state: Tracking['state'] | null
  /** First scan 揽收. */
  readonly collectedAt: number | null
  readonly movedAt: number | null
  /** Oldest first. */
  readonly entries: Tracking['entries']
  /** Who follows it, and why nobody does. */
  readonly tracker: string | null
  readonly refused: string | null
}

export interface ShipmentView
  extends Pick<ShippedPackage, 'packageId' | 'carrier' | 'waybill' | 'items' | 'at' | 'written'> {
  /** Null: nobody has told anything of it, and nobody was asked to. */
  readonly tracking: TrackingView | null
  readonly orderId: string
  readonly document: string
  readonly warehouseId: string
  readonly warehouseName: string
}

export type Names = ReadonlyMap<string, string>

/** Warehouses and trackers: whoever has a say in an order's timeline. */
export const warehouseNames = async (db: Db, merchantId: string): Promise<Names> =>
  new Map(
    (
      await all(
        db,
        'SELECT id, name FROM warehouses WHERE merchant_id = ?1 UNION ALL SELECT id, name FROM trackers WHERE merchant_id = ?1',
        merchantId,
      )
    ).map((row) => [text(row.id), text(row.name)]),
  )

export const fulfillmentsOf = (order: OrderState, names: Names): FulfillmentView[] =>
  order.fulfillments.map(({ document, generation, warehouseId, lines, status, stop, externalId, said, delivered }) => ({
    orderId: order.id,
    document,
    generation,
    warehouseId,
    warehouseName: names.get(warehouseId) ?? warehouseId,
    lines,
    status,
    externalId: externalId ?? null,
    said: said ?? null,
    stop: stop ?? null,
    delivered: delivered ?? false,
  }))

export const shipmentsOf = (order: OrderState, names: Names): ShipmentView[] =>
  order.fulfillments
    .filter((item) => isLive(item) || item.packages.length > 0)
    .flatMap(({ document, warehouseId, packages }) =>
      packages.map(({ packageId, carrier, waybill, items, at, written, tracking }) => ({
        orderId: order.id,
        document,
        warehouseId,
        warehouseName: names.get(warehouseId) ?? warehouseId,
        packageId,
        carrier,
        waybill,
        items,
        at,
        written,
        tracking: tracking === undefined ? null : trackingView(tracking, names),
      })),
    )

const trackingView = (
  { state, collectedAt, movedAt, entries, tracker, refused }: Tracking,
  names: Names,
): TrackingView => ({
  state: state ?? null,
  collectedAt: collectedAt ?? null,
  movedAt: movedAt ?? null,
  entries,
  tracker: tracker === undefined ? null : (names.get(tracker) ?? tracker),
  refused: refused ?? null,
})

/** 发货单 of the orders that the filter names. A page is counted in orders, so it may hold more of them or none. */
export const listFulfillments = async (
  db: Db,
  filter: OrderFilter,
  page: PageRequest,
): Promise<Page<FulfillmentView>> => {
  const [{ items, nextCursor }, names] = await Promise.all([
    orderPage(db, filter, page),
    warehouseNames(db, filter.merchantId),
  ])
  return { items: items.flatMap(({ order }) => fulfillmentsOf(order, names)), nextCursor }
}

/** 包裹. Counted like fulfillments. */
export const listShipments = async (db: Db, filter: OrderFilter, page: PageRequest): Promise<Page<ShipmentView>> => {
  const [{ items, nextCursor }, names] = await Promise.all([
    orderPage(db, filter, page),
    warehouseNames(db, filter.merchantId),
  ])
  return { items: items.flatMap(({ order }) => shipmentsOf(order, names)), nextCursor }
}
