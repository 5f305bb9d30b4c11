/** An order as ShipBob shows it: what was ordered, and a shipment for each parcel and for what is left. */
import type { World } from '../world.ts'
import { linesOf } from './documents.ts'
import { parcelsOf } from './shipper.ts'
import type { Document, DocumentStatus } from './system.ts'

export const orderId = ({ externalId }: Document): string => externalId.replace(/^WMS/, '')

const product = (sku: string, quantity: number): object => ({
  id: 1,
  reference_id: sku,
  sku,
  name: sku,
  // A lot each: one inventory item may come in several.
  inventory_items: Array.from({ length: quantity }, (_, lot) => ({ id: 7, lot: `L${lot}`, quantity: 1 })),
})

const REST: Readonly<Record<DocumentStatus, string>> = {
  accepted: 'Processing',
  part: 'Processing',
  shipped: 'Exception',
  cancelled: 'Cancelled',
  rejected: 'Exception',
}

export const shipmentsOf = (world: World, document: Document): readonly object[] => {
  const order_id = Number(orderId(document))
  const common = { order_id, reference_id: document.number }
  const parcels = parcelsOf(world, document.n).map(({ waybill, carrier, items, at }) => ({
    ...common,
    id: Number(waybill.replace(/\D/g, '').slice(-9)),
    status: 'Completed',
    products: items.map(({ sku, quantity }) => product(sku, quantity)),
    tracking: { carrier, carrier_service: 'Ground', tracking_number: waybill, tracking_url: null },
    actual_fulfillment_date: new Date(at).toISOString(),
    delivery_date: null,
  }))
  const left = linesOf(world, document.n).filter(({ quantity, shipped }) => quantity > shipped)
  const rest = {
    ...common,
    id: 900_000_000 + order_id,
    status: REST[document.status],
    products: left.map(({ sku, quantity, shipped }) => product(sku, quantity - shipped)),
    tracking: null,
    actual_fulfillment_date: null,
    delivery_date: null,
  }
  return left.length > 0 ? [...parcels, rest] : parcels
}

const STATUS: Readonly<Record<DocumentStatus, string>> = {
  accepted: 'Processing',
  part: 'PartiallyFulfilled',
  shipped: 'Fulfilled',
  cancelled: 'Cancelled',
  rejected: 'Exception',
}

export const orderOf = (world: World, document: Document) => ({
  id: Number(orderId(document)),
  reference_id: document.number,
  order_number: document.number,
  created_date: new Date(document.placed).toISOString(),
  status: STATUS[document.status],
  type: 'DTC',
  products: linesOf(world, document.n).map(({ sku, quantity }) => ({ id: 1, reference_id: sku, sku, quantity })),
  shipments: shipmentsOf(world, document),
})
