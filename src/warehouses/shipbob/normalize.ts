/** ShipBob's orders and messages → our events. A shipment is a package, and counts once it has a tracking number. */
import type {
  DocumentRef,
  DocumentStatus,
  FulfillmentStatus,
  Package,
  WarehouseEvent,
} from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import { own } from '../../lib/own.ts'
import type { WireRequest } from '../../wire/message.ts'
import { bySku } from '../quantities.ts'
import type { Message, Order, Shipment } from './schema.ts'

export const normalize = (message: Message, request: WireRequest): readonly WarehouseEvent[] => {
  if (message.topic === 'other') return []
  const at = Number(request.headers['webhook-timestamp'] ?? 0) * 1000
  if (message.topic === 'order.shipped') return shippedOf(message.body, at)
  const { reference_id: document, order_id: externalId } = message.body
  return document === undefined || OURS.test(document)
    ? [{ type: 'changed', ref: defined({ document, externalId }), at }]
    : []
}

/** The account ships for others too: a merchant's own orders in the same channel are none of our documents. */
const OURS = /^[0-9A-Z]{10,20}$/

/** Nothing as long as no parcel has its number: `order.shipped` may come before it, and nothing is booked by halves. */
export const shippedOf = (order: Order, otherwise: number): readonly WarehouseEvent[] => {
  if (!OURS.test(order.reference_id ?? '')) return []
  const packages = packagesOf(order)
  if (packages.length === 0) return []
  const final = isFinal(order)
  const times = order.shipments.filter(hasLeft).flatMap(({ actual_fulfillment_date: at }) => at ?? [])
  const bizId = [order.id, ...(final ? [] : ['partly']), ...packages.map(({ packageId }) => packageId).toSorted()]
  const at = times.length > 0 ? Math.max(...times) : otherwise
  return [{ type: 'shipped', ref: refOf(order), bizId: bizId.join(':'), final, at, packages }]
}

const refOf = (order: Order): DocumentRef => defined({ document: order.reference_id, externalId: order.id })

/** `LabeledCreated`: picked, packed and labelled, at which ShipBob itself says shipped; `Completed`: handed over. */
const LEFT: readonly string[] = ['LabeledCreated', 'Completed']

const hasLeft = ({ status, tracking }: Shipment): boolean =>
  LEFT.includes(status ?? '') && tracking?.tracking_number !== undefined

const isLive = ({ status }: Shipment): boolean => status !== 'Cancelled'

/** No more parcels will follow: each shipment has left, or was cancelled. */
const isFinal = ({ shipments }: Order): boolean => shipments.some(hasLeft) && shipments.filter(isLive).every(hasLeft)

const packagesOf = (order: Order): readonly Package[] =>
  order.shipments.filter(hasLeft).map((shipment) => ({
    packageId: shipment.id,
    carrier: shipment.tracking?.carrier ?? 'OTHER',
    waybill: shipment.tracking?.tracking_number ?? '',
    items: contentsOf(shipment, order),
  }))

type Named = Order['products'][number] | Shipment['products'][number]
const skuOf = ({ reference_id, sku }: Named): string => reference_id ?? sku ?? ''

/**
 * A shipment counts inventory items, of which a product is one, or, as a bundle, several. Bundles of one shipment have all
 * that was ordered; of a bundle in several shipments nobody says how much is in which, and it is left out for a person.
 */
const contentsOf = (shipment: Shipment, order: Order): Package['items'] => {
  const ordered = bySku(order.products.map((product) => ({ sku: skuOf(product), quantity: product.quantity })))
  const parts = shipment.products.flatMap((product) => {
    const sku = skuOf(product)
    const isPlain = new Set(product.inventory_items.map(({ id }) => id)).size === 1
    const pieces = product.inventory_items.reduce((sum, { quantity }) => sum + quantity, 0)
    const isAlone = order.shipments.filter(
      (one) => isLive(one) && one.products.some((two) => skuOf(two) === sku),
    ).length
    return { sku, quantity: isPlain ? pieces : isAlone === 1 ? (own(ordered, sku) ?? 0) : 0 }
  })
  const quantities = Object.entries(bySku(parts.filter(({ sku }) => sku !== '')))
  return quantities.flatMap(([sku, quantity]) => (quantity > 0 ? [{ sku, quantity }] : []))
}

export const statusOf = (order: Order): DocumentStatus => {
  const lines = order.products.map((product) => ({ sku: skuOf(product), quantity: product.quantity }))
  return {
    found: true,
    externalId: order.id,
    status: stateOf(order),
    packages: packagesOf(order),
    ...(lines.length > 0 ? { quantities: bySku(lines) } : {}),
  }
}

/** Order states: Processing, Exception, PartiallyFulfilled, Fulfilled, Cancelled, ImportReview. */
const stateOf = (order: Order): FulfillmentStatus => {
  const left = order.shipments.filter(hasLeft)
  if (isFinal(order)) return left.every(({ delivery_date }) => delivery_date !== undefined) ? 'delivered' : 'shipped'
  if (left.length === 0 && order.status === 'Cancelled') return 'cancelled'
  const states = [order.status, ...order.shipments.map(({ status }) => status)]
  // Out of stock, an address that cannot be, a product that is not set up: a person's turn in ShipBob's dashboard.
  if (states.some((state) => TROUBLE.includes(state ?? ''))) return 'exception'
  return left.length > 0 || order.shipments.some(({ status }) => LEFT.includes(status ?? '')) ? 'packed' : 'accepted'
}

const TROUBLE: readonly string[] = ['Exception', 'OnHold', 'ImportReview']
