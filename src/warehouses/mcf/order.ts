/** A fulfillment as `createFulfillmentOrder` wants it. */
import type { Placement } from '../../domain/fulfillment.ts'
import type { Connection } from '../../wire/adapter.ts'
import type { Failure } from '../../wire/answer.ts'
import { starless, unshippable, unwritable } from '../receiver.ts'
import { Options } from './settings.ts'

const REQUIRED = ['name', 'addressLine1', 'postalCode', 'countryCode']
const ID_MAX = 40

/** The body of the request, or why this receiver cannot be written. */
export const orderOf = (placement: Placement, warehouse: Connection): { readonly value: object } | Failure => {
  const address = addressOf(placement)
  // Japan has no city of its own: all others must.
  const required = address.countryCode === 'JP' ? REQUIRED : [...REQUIRED, 'city']
  const refused = unshippable(placement, { receiverKinds: ['plain'], cod: false }) ?? unwritable(address, required)
  return refused ?? { value: bodyOf(placement, address, warehouse) }
}

const bodyOf = (placement: Placement, destinationAddress: object, warehouse: Connection): object => {
  const { speed, policy, comment } = Options.parse(warehouse.settings)
  return {
    marketplaceId: warehouse.credentials.marketplaceId,
    sellerFulfillmentOrderId: placement.document,
    displayableOrderId: starless(placement.platformOrderId).slice(0, ID_MAX),
    displayableOrderDate: new Date(placement.placedAt).toISOString(),
    displayableOrderComment: starless(comment),
    shippingSpeedCategory: speed,
    fulfillmentAction: 'Ship',
    fulfillmentPolicy: policy,
    destinationAddress,
    items: placement.lines.map(({ sku, quantity }, index) => ({
      sellerSku: sku,
      sellerFulfillmentOrderItemId: `${placement.document}-${index + 1}`,
      quantity,
    })),
  }
}

const addressOf = ({ receiver: { readable: to } }: Placement) => {
  const country = to.country?.trim().toUpperCase()
  return {
    name: to.name?.trim(),
    addressLine1: to.address?.trim(),
    addressLine2: to.town?.trim() || undefined,
    ...(country === 'JP' ? {} : { city: to.city?.trim() || undefined }),
    districtOrCounty: to.district?.trim() || undefined,
    stateOrRegion: to.province?.trim() || undefined,
    postalCode: to.zip?.trim(),
    countryCode: country,
    phone: to.phone?.trim() || undefined,
  }
}
