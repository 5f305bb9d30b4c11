/** What a simulated warehouse system is: how it is called, and how it reports. */
import type { Envelope } from '../sender.ts'
import type { Answer, Call, CallDialect, Fields, Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'

/** One document 发货单 as the warehouse has it. */
export interface Document {
  readonly n: number
  readonly warehouse: string
  readonly number: string
  readonly externalId: string
  readonly orderId: string
  readonly status: DocumentStatus
  /** What the dialect wants back in its own reports, as JSON. */
  readonly extra: string
  readonly placed: number
  readonly reason: string
}
export type DocumentStatus = 'accepted' | 'part' | 'shipped' | 'cancelled' | 'rejected'

export interface DocumentLine {
  readonly sku: string
  readonly quantity: number
  readonly shipped: number
}

export interface ShippedParcel {
  readonly waybill: string
  readonly carrier: string
  readonly items: readonly { readonly sku: string; readonly quantity: number }[]
  readonly bizId: string
  readonly at: number
}

export interface Level {
  readonly sku: string
  readonly itemId: string
  readonly onHand: number
  readonly frozen: number
}

export interface Move {
  readonly id: string
  readonly sku: string
  readonly delta: number
  readonly reason: string
  /** What is on hand afterwards. */
  readonly onHand: number
}

/** What a merchant is given by the warehouse and enters into our forms. */
export interface Keys {
  readonly credentials: Fields
  /** Settings of ours that go with them, beyond `baseUrl`. */
  readonly settings?: Readonly<Record<string, unknown>>
}

export interface System extends CallDialect<Warehouse> {
  /** Fresh keys of a warehouse. Texts of the right form, never real ones. */
  readonly keys: (warehouse: number) => Keys
  readonly carriers: readonly string[]
  readonly accepted: (document: Document, warehouse: Warehouse, world: World) => Message
  readonly rejectedLater: (document: Document, warehouse: Warehouse, world: World) => Message
  readonly cancelEnded?: (document: Document, done: boolean, warehouse: Warehouse, world: World) => Message
  readonly shipped: (shipment: Shipment, warehouse: Warehouse, world: World) => Message
  /** Goods that moved for the warehouse's own reasons, as signed deltas; undefined where nothing tells of them. */
  readonly moved: (moves: readonly Move[], warehouse: Warehouse, world: World) => Message | undefined
  /** A count; undefined where the system has no such report. */
  readonly snapshot: (levels: readonly Level[], warehouse: Warehouse, world: World) => Message | undefined
  readonly envelope: (message: Message, warehouse: Warehouse, now: number) => Envelope
  readonly acknowledged: (reply: { readonly status: number; readonly body: string }) => boolean
  readonly serve: (call: Call, warehouse: Warehouse, world: World) => Answer
}

export interface Shipment {
  readonly document: Document
  readonly lines: readonly DocumentLine[]
  readonly parcels: readonly ShippedParcel[]
  readonly final: boolean
}
