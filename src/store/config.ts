/** Configuration as the flow sees it: rows of D1, parsed once. Credentials stay sealed until a call or a check needs them. */

export type Mode = 'observe' | 'trial' | 'live'
export type Settings = Readonly<Record<string, unknown>>

export interface Merchant {
  readonly id: string
  readonly name: string
  /** Durable Object location hint (`apac`, `weur` …). */
  readonly region: string
  /** 0: one object per SKU; n: SKUs share n objects. Fixed at creation. */
  readonly skuGroups: number
  /** IANA zone in which times are shown. */
  readonly zone: string
}

export interface App {
  readonly id: string
  readonly merchantId: string
  readonly platform: string
  readonly name: string
  readonly credentials: string
  readonly previous: string | null
  /** Sealed; absent or null: calls go out directly. */
  readonly egress?: string | null
  readonly settings: Settings
}

/** An access token that ends, of a shop or a warehouse. */
export interface AccessToken {
  /** Its end, UTC ms; null: none is known. */
  readonly tokenExpiresAt: number | null
  /** Until when it can be refreshed without a person, UTC ms; null: not known. */
  readonly tokenUntil: number | null
  /** Why it could not be refreshed: a person must authorize anew. */
  readonly tokenError: string | null
}

export interface Shop extends AccessToken {
  readonly id: string
  readonly merchantId: string
  readonly platform: string
  readonly appId: string | null
  readonly shopKey: string | null
  readonly name: string
  /** observe: orders are recorded, nothing is reserved or sent; trial: reserved, a person releases each; live: by itself. */
  readonly mode: Mode
  readonly features: { readonly orders: boolean; readonly stock: boolean; readonly tracking: boolean }
  readonly settings: Settings
  readonly credentials: string
  readonly previous: string | null
  /** Sealed; absent or null: calls go out directly. */
  readonly egress?: string | null
  readonly enabled: boolean
}

export interface WarehouseRow extends AccessToken {
  readonly id: string
  readonly merchantId: string
  readonly system: string
  readonly name: string
  /** GB/T 2260 province codes, ISO country codes, or `*`. */
  readonly regions: readonly string[]
  /** Lower is preferred. */
  readonly rank: number
  readonly settings: Settings
  readonly credentials: string
  readonly previous: string | null
  /** Sealed; absent or null: calls go out directly. */
  readonly egress?: string | null
  readonly connectionKey: string | null
  readonly enabled: boolean
}

/** A connection to somebody who follows parcels. */
export interface TrackerRow {
  readonly id: string
  readonly merchantId: string
  readonly system: string
  readonly name: string
  /** Lower is preferred. */
  readonly rank: number
  readonly settings: Settings
  readonly credentials: string
  readonly previous: string | null
  readonly enabled: boolean
  readonly egress?: string | null
}

/** Configuration of one lane: its merchant, its shop or warehouse, and the warehouses that may serve. */
export interface LaneConfig {
  readonly laneNo: number
  readonly merchant: Merchant
  readonly shop: ShopFacts | undefined
  /** The warehouse whose connection lane this is. */
  readonly warehouseId: string | undefined
  readonly warehouses: readonly WarehouseFacts[]
  /** Some shop of the merchant has 库存更新 on. */
  readonly showsStock: boolean
  /** Enabled ones, the preferred first. */
  readonly trackers: readonly TrackerFacts[]
}

/** A tracker as the state machine sees it. */
export interface TrackerFacts {
  readonly id: string
  readonly name: string
  /** Our codes of carriers that it can follow; those of them that it can only with the receiver's phone. */
  readonly carriers: readonly string[]
  readonly needsPhone: readonly string[]
  readonly subscribe: 'suspicious' | 'all' | 'none'
  /** 揽收时限 and 停滞天数, ms. */
  readonly collectWithin: number
  readonly stuckAfter: number
}

/** A warehouse as allocation and the state machine see it. */
export interface WarehouseFacts {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly regions: readonly string[]
  readonly rank: number
  readonly receiverKinds: readonly string[]
  readonly cod: boolean
  /** Its counts come net of what it has frozen itself. */
  readonly net: boolean
  /** It tells nothing by itself: its documents are asked for, so often. */
  readonly asksEveryMs?: number
}

/** A shop's side of a lane; a warehouse's lane has none. */
export interface ShopFacts {
  readonly shop: Shop
  /** The platform has a detail call. */
  readonly detail: boolean
  /** The shop's rules: may an order be split, and does an unpaid one reserve (拍下减) or not (付款减). */
  readonly split: boolean
  readonly reserveOn: 'paid' | 'placed'
}
