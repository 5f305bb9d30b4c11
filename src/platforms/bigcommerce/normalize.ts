import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { type Address, type Body, Order, Product, type Whole } from './schema.ts'

/** A hook says which order to look at, and no more. */
export const normalize = (body: Body): readonly Pushed[] =>
  body.scope === 'other'
    ? []
    : [{ event: changed(body.data.id, body.scope.slice('store/order/'.length), body.created_at ?? 0) }]

export const changed = (platformOrderId: string, what: string, at: number): PlatformEvent => ({
  type: 'changed',
  platformOrderId,
  what,
  at,
})

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const LINE_KEYS = new Set(Object.keys(Product.shape))
/** Sums, taxes, twins, links, and where the buyer came from. Listed in the README. */
const IDLE =
  /tax|cost|total|discount|subtotal|currency|refunded|coupons|^(?:billing_address|products|shipping_addresses|consignments|fees|links|status|custom_status|payment_(?:status|provider_id)|date_shipped|items_(?:total|shipped)|ip_address.*|geoip_.*|customer_(?:id|locale)|cart_id|checkout_id|order_source|channel_id|store_credit_amount|gift_certificate_amount|ebay_order_id|default_.*|is_email_opt_in|credit_card_type|order_is_digital)$/
const IDLE_LINE =
  /tax|price|cost|total|discount|refund|^(?:order_id|weight|width|height|depth|name_(?:customer|merchant)|base_.*|return_id|fixed_shipping_cost|event_.*|bin_picking_number|upc|brand|product_options|parent_order_product_id|option_set_id|fulfillment_source|external_id|is_bundled_product|ebay_.*|wrapping_cost.*)$/

/** Shipped, Completed; Refunded, Cancelled, Declined. */
const FINISHED = [2, 10]
const CANCELLED = [4, 5, 6]
/** Incomplete, Pending, Awaiting Payment, and what was declined. */
const UNPAID = [0, 1, 6, 7]
/**
 * Partially Shipped, Awaiting Shipment, Awaiting Fulfillment. Manual Verification and Disputed wait for a person, Awaiting
 * Pickup for the buyer; of Partially Refunded nobody can tell whether it has been sent.
 */
const SHIPPABLE = [3, 9, 11]

export const orderOf = ({ order, products, addresses }: Whole): PlatformOrder => {
  const total = moneyOf(order.total_inc_tax, order.currency_code)
  const cod = /cash on delivery/i.test(order.payment_method ?? '')
  const payment = UNPAID.includes(order.status_id) ? 'unpaid' : cod ? 'cod' : 'paid'
  const lines = products.map((line) => lineOf(line, order.currency_code))
  // One document goes to one address: an order to several is for a person to ship.
  const targets = new Set(products.filter((_, i) => lines[i]?.status === 'open').map((line) => line.order_address_id))
  const to = addresses.find(({ id }) => targets.has(id)) ?? addresses[0]
  const several = targets.size > 1
  return {
    platformOrderId: order.id,
    version: order.date_modified,
    placedAt: order.date_created,
    status:
      order.is_deleted || CANCELLED.includes(order.status_id)
        ? 'cancelled'
        : FINISHED.includes(order.status_id)
          ? 'finished'
          : 'open',
    payment,
    total,
    lines,
    receiver: receiverOf(to),
    shippable: SHIPPABLE.includes(order.status_id) && !several,
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE), ...(several && { shipping_addresses: addresses }) },
      products.map((line) => [line.id, leftover(line, LINE_KEYS, IDLE_LINE)]),
    ),
    ...(payment === 'cod' && { cod: total }),
    ...present({ buyerNote: order.customer_message, sellerNote: order.staff_notes }),
  }
}

/** What was given back is no longer to be sent. Downloads and gift certificates are no parcels. */
const lineOf = (line: Product, currency: string): OrderLine => {
  const price = moneyOf(line.price_inc_tax ?? '0', currency)
  const wanted = Math.max(0, line.quantity - (line.quantity_refunded ?? 0))
  const digital = line.type !== undefined && line.type !== 'physical'
  const variant = line.variant_id === '0' ? undefined : line.variant_id
  const chosen = line.product_options?.map(({ display_name, display_value }) =>
    joined(': ', display_name, display_value),
  )
  return {
    lineId: line.id,
    code: line.sku ?? '',
    title: joined(' ', line.name, ...(chosen ?? [])),
    quantity: wanted || line.quantity,
    price,
    gift: price.amount === 0,
    status: digital || wanted === 0 || (line.quantity_shipped ?? 0) >= wanted ? 'gone' : 'open',
    ...present({ listingId: variant ?? line.product_id }),
  }
}

const receiverOf = (to: Partial<Address> = {}): Receiver => {
  const readable = present({
    name: joined(' ', to.first_name, to.last_name) || to.company,
    phone: to.phone,
    country: to.country_iso2,
    province: to.state,
    city: to.city,
    address: joined(', ', to.street_1, to.street_2, to.company),
    zip: to.zip,
  })
  return { kind: 'plain', readable, masked: {}, cipher: {} }
}
