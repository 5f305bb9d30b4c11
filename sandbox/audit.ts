/**
 * What an auditor asks at the end, answered from the durable tables alone: is each acknowledged order at a warehouse,
 * once; is each waybill at its platform, once; did a warehouse ship or promise more than it has.
 */
import { openLines } from './platforms/ship.ts'
import type { Order } from './types.ts'
import type { World } from './world.ts'

export interface Lack {
  readonly sku: string
  readonly ordered: number
  readonly placed: number
}
export interface LostOrder {
  readonly orderId: string
  readonly shopId: string
  readonly acknowledgedAt: number
  readonly missing: readonly Lack[]
  /** Some of it is at a warehouse. */
  readonly partly: boolean
}
export interface DuplicatedOrder {
  readonly orderId: string
  readonly shopId: string
  readonly sku: string
  readonly ordered: number
  readonly placed: number
  readonly documents: readonly string[]
}
export interface Oversold {
  readonly warehouseId: string
  readonly sku: string
  readonly received: number
  readonly shipped: number
  readonly promised: number
}
export interface WaybillTwice {
  readonly waybill: string
  readonly orderIds: readonly string[]
  readonly effects: number
}
export interface Audit {
  readonly lost: readonly LostOrder[]
  readonly duplicated: readonly DuplicatedOrder[]
  /** Shipped more than was ever received. */
  readonly oversold: readonly Oversold[]
  /** Accepted (and not shipped) plus shipped exceed what was received: a promise that cannot be kept. */
  readonly overpromised: readonly Oversold[]
  readonly waybillsTwice: readonly WaybillTwice[]
  /** Receiver fields that held a star. */
  readonly stars: number
  readonly wrongReceivers: readonly { readonly document: string; readonly orderId: string }[]
  /** A platform heard of these waybills, but no warehouse printed them. */
  readonly unknownWaybills: readonly { readonly waybill: string; readonly orderId: string }[]
  /** Shipped by a warehouse, and not written back yet, though the platform would have taken it. */
  readonly notWrittenBack: readonly { readonly waybill: string; readonly orderId: string }[]
  /** Placed although the cancel had been acknowledged before. */
  readonly placedAfterCancel: readonly { readonly document: string; readonly orderId: string }[]
  /** Documents of orders that no shop here has. */
  readonly unattributed: readonly string[]
  /** Messages with a wrong signature that were answered with success. */
  readonly forgeriesAccepted: number
}

/** The same with lists cut short, and how long they were. */
export interface AuditReport extends Audit {
  readonly counts: Readonly<Record<string, number>>
}
export const report = (whole: Audit, limit: number): AuditReport => {
  const lists = Object.entries(whole).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  return {
    ...whole,
    ...Object.fromEntries(lists.map(([name, found]) => [name, found.slice(0, limit)])),
    counts: Object.fromEntries(lists.map(([name, found]) => [name, found.length])),
  }
}

const LIVE = "('accepted', 'part', 'shipped')"

export const audit = (world: World): Audit => ({
  ...coverage(world),
  ...stock(world),
  ...waybills(world),
  stars: total(world, 'stars'),
  forgeriesAccepted: total(world, 'forgeries_accepted'),
  wrongReceivers: world.store.all(
    "SELECT number AS document, order_id AS orderId FROM document WHERE receiver = 'wrong'",
  ),
  unattributed: world.store
    .all<{ number: string }>("SELECT number FROM document WHERE order_id = ''")
    .map(({ number }) => number),
  placedAfterCancel: world.store.all(
    `SELECT d.number AS document, d.order_id AS orderId FROM document d
     JOIN delivery v ON v.subject = d.order_id AND v.side = 'shop' AND v.acked < d.placed
     JOIN shop_order o ON o.id = d.order_id AND o.status = 'cancelled'
     WHERE v.topic IN ('106', 'orders/cancelled', 'order.cancelled')`,
  ),
})

const total = (world: World, name: string): number =>
  Number(world.store.one('SELECT coalesce(sum(value), 0) AS n FROM counter WHERE name = ?', name)?.n ?? 0)

const coverage = (world: World): Pick<Audit, 'lost' | 'duplicated'> => {
  const lost: LostOrder[] = []
  const duplicated: DuplicatedOrder[] = []
  const placed = placedByOrder(world)
  const acknowledged = new Map(
    world.store
      .all<{ subject: string; acked: number }>(
        "SELECT subject, min(acked) AS acked FROM delivery WHERE side = 'shop' AND payable = 1 AND acked IS NOT NULL GROUP BY subject",
      )
      .map(({ subject, acked }) => [subject, acked]),
  )
  for (const { doc } of world.store.all<{ doc: string }>('SELECT doc FROM shop_order')) {
    const order = JSON.parse(doc) as Order
    const there = placed.get(order.id)
    const ordered = wanted(order, order.lines)
    const twice = [...(there?.quantities ?? [])].filter(([sku, quantity]) => quantity > (ordered.get(sku) ?? 0))
    for (const [sku, quantity] of twice)
      duplicated.push({
        orderId: order.id,
        shopId: order.shopId,
        sku,
        ordered: ordered.get(sku) ?? 0,
        placed: quantity,
        documents: there?.documents ?? [],
      })
    const acknowledgedAt = acknowledged.get(order.id)
    if (acknowledgedAt === undefined || !isToShip(order)) continue
    const missing = [...wanted(order, openLines(order))]
      .map(([sku, quantity]): Lack => ({ sku, ordered: quantity, placed: there?.quantities.get(sku) ?? 0 }))
      .filter((lack) => lack.placed < lack.ordered)
    if (missing.length > 0)
      lost.push({ orderId: order.id, shopId: order.shopId, acknowledgedAt, missing, partly: there !== undefined })
  }
  return { lost, duplicated }
}

/** Nobody has to ship what a refund is open for. */
const isToShip = (order: Order): boolean =>
  order.status !== 'cancelled' &&
  (order.payment === 'paid' || order.payment === 'cod') &&
  order.refund?.status !== 'requested' &&
  openLines(order).length > 0

const wanted = (_order: Order, lines: Order['lines']): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const line of lines)
    for (const { sku, quantity } of line.parts) sums.set(sku, (sums.get(sku) ?? 0) + quantity * line.quantity)
  return sums
}

interface Placed {
  readonly quantities: Map<string, number>
  readonly documents: string[]
}
const placedByOrder = (world: World): Map<string, Placed> => {
  const found = new Map<string, Placed>()
  const rows = world.store.all<{ orderId: string; document: string; sku: string; quantity: number }>(
    `SELECT d.order_id AS orderId, d.warehouse || ' ' || d.external_id || ' ' || d.number AS document, l.sku, l.quantity
     FROM document d JOIN document_line l ON l.document = d.n WHERE d.status IN ${LIVE} AND d.order_id <> ''`,
  )
  for (const { orderId, document, sku, quantity } of rows) {
    const placed: Placed = found.get(orderId) ?? { quantities: new Map(), documents: [] }
    placed.quantities.set(sku, (placed.quantities.get(sku) ?? 0) + quantity)
    if (!placed.documents.includes(document)) placed.documents.push(document)
    found.set(orderId, placed)
  }
  return found
}

const stock = (world: World): Pick<Audit, 'oversold' | 'overpromised'> => {
  const rows: Oversold[] = world.store.all<Oversold>(
    `SELECT s.warehouse AS warehouseId, s.sku, s.received, s.shipped, s.shipped + coalesce(p.promised, 0) AS promised
     FROM stock s LEFT JOIN (
       SELECT d.warehouse, l.sku, sum(l.quantity - l.shipped) AS promised FROM document d JOIN document_line l ON l.document = d.n
       WHERE d.status IN ('accepted', 'part') GROUP BY d.warehouse, l.sku) p ON p.warehouse = s.warehouse AND p.sku = s.sku
     WHERE s.received IS NOT NULL AND s.shipped + coalesce(p.promised, 0) > s.received`,
  )
  return {
    oversold: rows.filter(({ shipped, received }) => shipped > received),
    overpromised: rows.filter(({ shipped, received }) => shipped <= received),
  }
}

const waybills = (world: World): Pick<Audit, 'waybillsTwice' | 'unknownWaybills' | 'notWrittenBack'> => ({
  waybillsTwice: world.store
    .all<{ waybill: string; orders: string; effects: number }>(
      `SELECT waybill, json_group_array(order_id) AS orders, sum(effects) AS effects FROM writeback
       GROUP BY waybill HAVING count(*) > 1 OR sum(effects) > 1`,
    )
    .map(({ waybill, orders, effects }) => ({ waybill, orderIds: JSON.parse(orders), effects })),
  unknownWaybills: world.store.all(
    `SELECT w.waybill, w.order_id AS orderId FROM writeback w LEFT JOIN parcel p ON p.waybill = w.waybill
     LEFT JOIN document d ON d.n = p.document WHERE p.waybill IS NULL OR d.order_id <> w.order_id`,
  ),
  notWrittenBack: world.store.all(
    `SELECT p.waybill, d.order_id AS orderId FROM parcel p JOIN document d ON d.n = p.document
     JOIN shop_order o ON o.id = d.order_id AND o.status <> 'cancelled' AND o.refund NOT IN ('requested', 'refunded')
     LEFT JOIN writeback w ON w.waybill = p.waybill AND w.order_id = d.order_id WHERE w.waybill IS NULL`,
  ),
})
