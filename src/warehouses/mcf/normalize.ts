/** An order of Multi-Channel Fulfillment as we see it: its state, and its packages once they have their numbers. */
import type { DocumentStatus, FulfillmentStatus, Package, WarehouseEvent } from '../../domain/fulfillment.ts'
import { own } from '../../lib/own.ts'
import { bySku } from '../quantities.ts'
import type { Listed, Shipment, Whole } from './schema.ts'

/** `FulfillmentOrderStatus`, with Amazon's meaning. */
const STATES: Readonly<Record<string, FulfillmentStatus>> = {
  New: 'accepted', // received, not yet validated
  Received: 'accepted', // received and validated; can be cancelled
  Planning: 'accepted', // shipments are planned, nothing picked; can be cancelled
  Processing: 'picking', // picking has begun; cannot be cancelled
  Cancelled: 'cancelled', // by the seller
  Complete: 'shipped', // all quantities fulfilled
  CompletePartialled: 'shipped', // some fulfilled; the rest was cancelled or could not be
  Unfulfillable: 'rejected', // no quantity could be fulfilled
  Invalid: 'rejected', // could not be validated: no item will ship
}

export const statusOf = (whole: Whole): DocumentStatus => {
  const packages = whole.fulfillmentShipments.flatMap(packagesOf)
  const items = whole.fulfillmentOrderItems.map(({ sellerSku: sku, quantity }) => ({ sku, quantity }))
  return {
    found: true,
    status: stateOf(whole, packages.length),
    packages,
    ...(items.length > 0 ? { quantities: bySku(items) } : {}),
  }
}

const stateOf = ({ fulfillmentOrder, fulfillmentShipments }: Whole, packages: number): FulfillmentStatus => {
  const state = own(STATES, fulfillmentOrder.fulfillmentOrderStatus) ?? 'accepted'
  const left = fulfillmentShipments.filter(hasLeft)
  // What was stopped after a part had left is no cancelled document: that part is gone, and no more follows.
  const ended = state === 'shipped' || (state === 'cancelled' && packages > 0)
  if (!ended) return packages > 0 && state !== 'rejected' ? 'packed' : state
  const isTold = left.length > 0 && left.every((one) => one.fulfillmentShipmentPackage.length > 0 && isTracked(one))
  return isTold ? 'shipped' : 'packed'
}

const hasLeft = ({ fulfillmentShipmentStatus }: Shipment): boolean => fulfillmentShipmentStatus === 'SHIPPED'

type Parcel = Shipment['fulfillmentShipmentPackage'][number]
/** Amazon's own carrier has the second number. */
const waybillOf = (parcel: Parcel): string | undefined =>
  parcel.trackingNumber ?? parcel.amazonFulfillmentTrackingNumber
const isTracked = ({ fulfillmentShipmentPackage }: Shipment): boolean =>
  fulfillmentShipmentPackage.every((parcel) => waybillOf(parcel) !== undefined)

/** A package number counts within its shipment. Items that name none are those of its first package. */
const packagesOf = (shipment: Shipment): readonly Package[] => {
  if (!hasLeft(shipment)) return []
  const { fulfillmentShipmentPackage: parcels, fulfillmentShipmentItem: items, amazonShipmentId } = shipment
  return parcels.flatMap((parcel, index) => {
    const waybill = waybillOf(parcel)
    if (waybill === undefined) return []
    const inside = items.filter(
      ({ packageNumber = parcels[0]?.packageNumber }) => packageNumber === parcel.packageNumber,
    )
    return {
      packageId: `${amazonShipmentId}:${parcel.packageNumber || index}`,
      carrier: parcel.carrierCode ?? 'OTHER',
      waybill,
      items: contents(inside),
    }
  })
}

const contents = (items: Shipment['fulfillmentShipmentItem']): Package['items'] =>
  Object.entries(bySku(items.map(({ sellerSku: sku, quantity }) => ({ sku, quantity })))).flatMap(([sku, quantity]) =>
    quantity > 0 ? [{ sku, quantity }] : [],
  )

/** The seller may have others: only ids of the form of our documents are ours. */
const OURS = /^[0-9A-Z]{10,20}$/

/** Up to here the call that placed it knows as much. */
const EARLY: readonly string[] = ['New', 'Received', 'Planning']
const MOVING: readonly string[] = ['Processing', 'Complete', 'CompletePartialled']

/**
 * A package's number may come after the state that the list tells of, and is no new state: so an order on its way is asked
 * about when its state is new, and again at these ages of it, ms.
 */
const AGAIN = [0, 600_000, 3_600_000, 10_800_000]

export const newsOf = (order: Listed, now: number): readonly WarehouseEvent[] => {
  const { sellerFulfillmentOrderId: document, fulfillmentOrderStatus: state, statusUpdatedDate: since } = order
  if (!OURS.test(document) || EARLY.includes(state)) return []
  const age = MOVING.includes(state) ? (AGAIN.findLast((one) => one <= now - since) ?? 0) : 0
  return [{ type: 'changed', ref: { document }, at: since + age }]
}
