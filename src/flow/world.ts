/** All that a decision may depend on besides the order and its events: fixed at the start of a turn, pure from there. */
import type { OrderLine } from '../domain/order.ts'
import type { OrderState, StateLine } from '../domain/order-state.ts'
import type { StockLevel } from '../domain/stock.ts'
import type { JobFacts } from '../lane/event.ts'
import type { Merchant, ShopFacts, TrackerFacts, WarehouseFacts } from '../store/config.ts'

export interface World {
  /** The turn's recorded clock, UTC ms, and its number: the seq its batch moves the fence to. */
  readonly now: number
  readonly seq: number
  readonly lane: string
  readonly merchant: Merchant
  readonly shop: ShopFacts | undefined
  readonly warehouses: readonly WarehouseFacts[]
  /** Enabled ones, the preferred first. */
  readonly trackers: readonly TrackerFacts[]
  /** SKUs a line means, bundles taken apart; undefined: nobody knows. */
  readonly resolve: (line: OrderLine) => StateLine['parts'] | undefined
  /** Levels at hand by `sku\nwarehouse`; may be stale, the ledger has the last word. */
  readonly levels: Map<string, StockLevel>
  readonly job: (id: string) => JobFacts | undefined
  readonly jobsOf: (ref: string) => readonly string[]
}

export const levelKey = (sku: string, warehouseId: string): string => `${sku}\n${warehouseId}`

export const factsWarehouse = (world: World, id: string): WarehouseFacts | undefined =>
  world.warehouses.find((item) => item.id === id)

/** What a turn loaded: the world, and the orders and lookups its events need. */
export interface Loaded extends World {
  /** By id; loaded or cached, never to be changed in place. */
  readonly orders: Map<string, OrderState>
  readonly byPlatform: Map<string, string>
  /** Order ids by search term, for callbacks that know only a warehouse's own number. */
  readonly terms: ReadonlyMap<string, string>
  /** Order ids by waybill, for what a tracker says of it: several orders may share one. */
  readonly holders: ReadonlyMap<string, readonly string[]>
  /** Listings of this shop by SKU, for SKUs whose level changed. */
  readonly listings: ReadonlyMap<string, readonly ListingFacts[]>
  /** SKUs counted at the warehouse of this lane, when a full count came. */
  readonly counted: readonly string[]
  /** Movements of goods among this turn's that were booked in an earlier one. */
  readonly booked: ReadonlySet<string>
  /** Some shop of the merchant shows stock. */
  readonly showsStock: boolean
  readonly isParked: (key: string) => boolean
  readonly nextOrderNo: () => number
  /** Writes down which order numbers are used up; in the same step as the turn record. */
  readonly saveOrderNo: () => void
  readonly laneNo: number
}

export interface ListingFacts {
  readonly listingId: string
  readonly sku: string
}
