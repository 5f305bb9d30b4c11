/** Orders and documents with everything that happened to them, for tests and for people who look for one. */
import type { Order } from './types.ts'
import type { DocumentStatus } from './warehouses/system.ts'
import type { World } from './world.ts'

export interface OrderView extends Order {
  /** First acknowledgement of a push that told of something to ship. */
  readonly acknowledgedAt: number | null
  readonly pushes: readonly {
    readonly topic: string
    readonly state: string
    readonly attempts: number
    readonly status: number | null
    readonly answer: string | null
    readonly firstSent: number | null
    readonly acknowledgedAt: number | null
  }[]
  readonly documents: readonly {
    readonly n: number
    readonly warehouseId: string
    readonly number: string
    readonly status: DocumentStatus
    readonly placed: number
  }[]
  readonly waybills: readonly { readonly waybill: string; readonly carrier: string; readonly at: number }[]
  readonly writebacks: readonly {
    readonly waybill: string
    readonly carrier: string
    readonly at: number
    readonly repeats: number
  }[]
  readonly refusedWritebacks: readonly RefusedWriteback[]
}

interface RefusedWriteback {
  readonly waybill: string
  readonly reason: string
  readonly at: number
}

export interface StockCallView {
  readonly shopId: string
  readonly listingId: string
  readonly code: string
  readonly quantity: number
  readonly at: number
}

export interface DocumentView {
  readonly n: number
  readonly warehouseId: string
  readonly number: string
  readonly externalId: string
  readonly orderId: string
  readonly status: DocumentStatus
  readonly placed: number
  readonly shipped: number | null
  readonly cancelled: number | null
  readonly repeats: number
  readonly receiver: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly shipped: number }[]
  readonly waybills: readonly string[]
}

const LIMIT = 20_000

export const orderViews = (
  world: World,
  { shopId, orderId, limit }: { readonly shopId: string; readonly orderId: string; readonly limit: number },
): OrderView[] =>
  world.store
    .all<{ doc: string }>(
      `SELECT doc FROM shop_order WHERE (?1 = '' OR shop = ?1) AND (?2 = '' OR id = ?2) ORDER BY created DESC, id DESC LIMIT ?3`,
      shopId,
      orderId,
      Math.min(limit, LIMIT),
    )
    .map(({ doc }) => orderView(world, JSON.parse(doc)))

const orderView = (world: World, order: Order): OrderView => ({
  ...order,
  acknowledgedAt:
    world.store.one<{ at: number | null }>(
      "SELECT min(acked) AS at FROM delivery WHERE subject = ? AND side = 'shop' AND payable = 1",
      order.id,
    )?.at ?? null,
  pushes: world.store.all(
    `SELECT topic, state, attempts, status, answer, first_sent AS firstSent, acked AS acknowledgedAt FROM delivery
     WHERE subject = ? AND side = 'shop' ORDER BY n`,
    order.id,
  ),
  documents: world.store.all(
    'SELECT n, warehouse AS warehouseId, number, status, placed FROM document WHERE order_id = ? ORDER BY n',
    order.id,
  ),
  waybills: world.store.all(
    'SELECT p.waybill, p.carrier, p.at FROM parcel p JOIN document d ON d.n = p.document WHERE d.order_id = ? ORDER BY p.at, p.waybill',
    order.id,
  ),
  writebacks: world.store.all(
    'SELECT waybill, carrier, at, repeats FROM writeback WHERE order_id = ? ORDER BY at, waybill',
    order.id,
  ),
  refusedWritebacks: world.store.all(
    'SELECT waybill, reason, at FROM writeback_refused WHERE order_id = ? ORDER BY n',
    order.id,
  ),
})

export const documentViews = (world: World, warehouseId: string, limit: number): DocumentView[] =>
  world.store
    .all<Omit<DocumentView, 'lines' | 'waybills'>>(
      `SELECT n, warehouse AS warehouseId, number, external_id AS externalId, order_id AS orderId, status, placed, shipped, cancelled,
         repeats, receiver FROM document WHERE (?1 = '' OR warehouse = ?1) ORDER BY n DESC LIMIT ?2`,
      warehouseId,
      Math.min(limit, LIMIT),
    )
    .map((document) => ({
      ...document,
      lines: world.store.all('SELECT sku, quantity, shipped FROM document_line WHERE document = ?', document.n),
      waybills: world.store
        .all<{ waybill: string }>('SELECT waybill FROM parcel WHERE document = ? ORDER BY at, waybill', document.n)
        .map(({ waybill }) => waybill),
    }))

/** The newest first. */
export const stockCallViews = (world: World, shopId: string, limit: number): StockCallView[] =>
  world.store.all(
    `SELECT c.shop AS shopId, c.listing AS listingId, l.code, c.quantity, c.at FROM stock_call c
     JOIN listing l ON l.shop = c.shop AND l.id = c.listing WHERE (?1 = '' OR c.shop = ?1) ORDER BY c.n DESC LIMIT ?2`,
    shopId,
    Math.min(limit, LIMIT),
  )
