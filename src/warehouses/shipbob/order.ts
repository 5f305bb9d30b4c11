/** A fulfillment as `POST /order` wants it. */
import type { Placement } from '../../domain/fulfillment.ts'
import { own } from '../../lib/own.ts'
import type { Failure } from '../../wire/answer.ts'
import { joined } from '../../wire/values.ts'
import { starless, starlessDeep, unshippable, unwritable } from '../receiver.ts'
import type { Options } from './settings.ts'

/** The body of the request, or why this receiver cannot be written. */
export const orderOf = (placement: Placement, settings: Options): { readonly value: object } | Failure => {
  const recipient = recipientOf(placement)
  const { name, phone_number, address } = recipient
  const refused =
    unshippable(placement, { receiverKinds: ['plain'], cod: false }) ??
    unwritable({ name, phone_number, ...address }, ['name', 'address1', 'city', 'country'])
  return refused ?? { value: bodyOf(placement, recipient, settings) }
}

const bodyOf = (placement: Placement, recipient: object, settings: Options): object => ({
  reference_id: placement.document,
  order_number: placement.platformOrderId,
  purchase_date: new Date(placement.placedAt).toISOString(),
  type: settings.type,
  shipping_method: own(settings.carriers, placement.carrier ?? '') ?? settings.shippingMethod,
  location_id: settings.locationId,
  recipient,
  products: productsOf(placement),
  tags: tagsOf(placement),
})

/** An address without a country is one in China, as its platforms write it. */
const recipientOf = ({ receiver: { readable: to } }: Placement) => ({
  name: to.name?.trim(),
  phone_number: to.phone?.trim() || undefined,
  address: {
    address1: to.address?.trim(),
    address2: joined(', ', to.town?.trim(), to.district?.trim()) || undefined,
    city: to.city?.trim() || to.province?.trim(),
    state: to.province?.trim() || undefined,
    zip_code: to.zip?.trim() || undefined,
    country: to.country?.trim() || 'CN',
  },
})

/** A SKU on two lines is one product: twice the same reference_id is nowhere said to add up. */
const productsOf = ({ lines }: Placement): readonly object[] =>
  [...Map.groupBy(lines, ({ sku }) => sku)].map(([sku, same]) => ({
    reference_id: sku,
    sku,
    // Only read where ShipBob has no such product: it then makes one.
    name: starless(same[0]?.title ?? '') || sku,
    quantity: same.reduce((sum, { quantity }) => sum + quantity, 0),
  }))

const NAME_MAX = 50
const VALUE_MAX = 500

/** Notes and what no program of ours reads: kept with the order, and of no effect there. */
const tagsOf = ({ buyerNote, sellerNote, custom }: Placement): readonly object[] => {
  const fields = Object.entries(starlessDeep(custom)).map(([name, value]) => [name, textOf(value)] as const)
  const notes = [
    ['buyer_note', starless(buyerNote ?? '')],
    ['seller_note', starless(sellerNote ?? '')],
  ] as const
  return [...notes, ...fields].flatMap(([name, value]) =>
    name !== '' && value !== '' ? [{ name: name.slice(0, NAME_MAX), value: value.slice(0, VALUE_MAX) }] : [],
  )
}

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
