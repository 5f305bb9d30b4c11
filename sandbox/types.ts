/** What the far sides are made of. Ids are text, times UTC ms, money minor units. */

export type Fields = Readonly<Record<string, string>>

export interface RateLimit {
  readonly perSecond: number
  readonly burst?: number
}

export interface ShopSettings {
  /** Gaps before the second, third … try of a push, ms. After the last one the push waits for a resend. */
  readonly retryMs?: readonly number[]
  /** How long this platform waits for the answer to a push, ms. */
  readonly timeoutMs?: number
  /** May one waybill be written back for two orders? Default: refused, except at Shopify, which does not look. */
  readonly refuseReusedWaybill?: boolean
  readonly rateLimit?: RateLimit
  /** Carrier codes it knows; default: the platform's own list. */
  readonly carriers?: readonly string[]
  /** 抖店 pushes as the Go SDK reads them (tag text, `msg_id`, data as JSON text) or as the C# samples have them. */
  readonly pushShape?: 'text' | 'object'
  /** 抖店 cipher texts hold a `*` in real life; true leaves it out. */
  readonly starlessCipher?: boolean
  /** Hours from payment to the latest ship time 最晚发货时间; default 48. */
  readonly shipWithinHours?: number
}

export interface Shop {
  readonly id: string
  /** The folder name of its dialect in `platforms/`. */
  readonly platform: string
  readonly name: string
  readonly hookUrl: string
  readonly credentials: Fields
  readonly settings: ShopSettings
}

export interface AutoShip {
  readonly afterMs: number
  /** Parcels per document; a document of fewer pieces gets fewer. Default 1. */
  readonly packages?: number
  /** Time between the confirms of a document's parcels, ms. 0: one confirm carries them all. */
  readonly betweenMs?: number
}

export interface WarehouseSettings {
  /** False: a repeated document number makes a second document. */
  readonly deduplicates?: boolean
  /** `plain`, `douyin` …: the receivers it can ship. Default `plain`. */
  readonly receiverKinds?: readonly string[]
  readonly autoShip?: AutoShip | null
  /** Says "accepted" by a callback as well (奇门 orderprocess.report ACCEPT, rest order.accepted). Default true. */
  readonly reportsAccept?: boolean
  /** Refuses SKUs that it was never told of. Default: true as soon as it has a list. */
  readonly knowsItems?: boolean
  /** Where a de-duplicating warehouse gets a number again: `same` document and success, or `exists` (已存在). Default `exists`. */
  readonly onRepeat?: 'same' | 'exists'
  /** `later`: the cancel is taken at once, its result follows by callback (rest only). Default `sync`. */
  readonly cancels?: 'sync' | 'later'
  /** Gives each item an id of its own, which later messages must carry (奇门 itemId). Default false. */
  readonly givesItemIds?: boolean
  readonly rateLimit?: RateLimit
  readonly retryMs?: readonly number[]
  readonly timeoutMs?: number
  /** Carriers it ships with, in its own codes. */
  readonly carriers?: readonly string[]
  /** An ERP that is connected to the same shops: it has each of their orders already. */
  readonly pulls?: boolean
}

export interface Warehouse {
  readonly id: string
  /** The folder name of its dialect in `warehouses/`. */
  readonly system: string
  readonly name: string
  readonly callbackUrl: string
  readonly credentials: Fields
  readonly settings: WarehouseSettings
}

export interface Listing {
  readonly shop: string
  readonly id: string
  /** Product id, inventory item id … */
  readonly parent: string
  /** Seller's code 商家编码. */
  readonly code: string
  readonly title: string
  readonly price: number
  readonly quantity: number
  /** What a buyer of one gets, in SKUs; a plain listing is one of its own code. */
  readonly parts: readonly { readonly sku: string; readonly quantity: number }[]
}

export interface Receiver {
  name: string
  phone: string
  country: string
  province: string
  city: string
  district: string
  town: string
  address: string
  zip: string
}

export interface Line {
  id: string
  listingId: string
  parentId: string
  code: string
  title: string
  quantity: number
  price: number
  gift: boolean
  parts: readonly { readonly sku: string; readonly quantity: number }[]
  shipped: number
}

export interface Refund {
  id: string
  status: 'requested' | 'withdrawn' | 'refunded'
  lineIds: string[]
  at: number
}

export type Payment = 'unpaid' | 'deposit' | 'paid' | 'cod'

/** An order as its platform has it. Kept as one JSON document, with the columns that counts need beside it. */
export interface Order {
  id: string
  shopId: string
  createdAt: number
  updatedAt: number
  paidAt?: number
  payment: Payment
  status: 'open' | 'cancelled' | 'finished'
  cancelledAt?: number
  cancelReason?: string
  refund?: Refund
  lines: Line[]
  receiver: Receiver
  /** Receivers it had before an address change. */
  formerReceivers: Receiver[]
  buyerNote: string
  sellerNote: string
  flag: string
  total: number
  freight: number
  currency: string
  shipBy?: number
  /** Fields that no program of ours knows (自定义备注 …): sent along as they are. */
  custom: Record<string, unknown>
}

/** A request that reached the sandbox, cut to what dialects need. `path` is what follows the connection's base URL. */
export interface Call {
  readonly method: string
  readonly url: URL
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One message that a platform or a warehouse sends us. The headers are made at each try, since some carry the time. */
export interface Message {
  readonly topic: string
  readonly deliveryId: string
  readonly body: string
}

/** What every dialect of calls states about itself. */
export interface CallDialect<Target> {
  /** Names the operation, for faults and counts; undefined: there is no such thing here. */
  readonly operation: (call: Call) => string | undefined
  /** Why the call is not to be trusted; undefined: it is. */
  readonly refusal: (call: Call, target: Target, now: number) => string | undefined
  readonly refused: (call: Call, reason: string) => Answer
  readonly throttled: (call: Call) => Answer
  readonly rejected: (call: Call) => Answer
  readonly broken: (call: Call) => Answer
}

/** A tracker 物流查询 of all carriers. `callbackUrl`: where pushes go that no subscription names an address for. */
export interface Tracker {
  readonly id: string
  /** The folder name of its dialect in `trackers/`. */
  readonly system: string
  readonly name: string
  readonly callbackUrl: string
  readonly credentials: Fields
  readonly settings: Pick<WarehouseSettings, 'rateLimit' | 'retryMs' | 'timeoutMs'>
}
