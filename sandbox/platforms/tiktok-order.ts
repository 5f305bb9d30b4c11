/** An order as TikTok Shop shows it: one row per piece, packages that are made before they are shipped. */
import type { Order, Receiver, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Piece, piecesOf } from './pieces.ts'
import type { Pick } from './platform.ts'
import { openLines, shippedState } from './ship.ts'

export const seconds = (ms: number | undefined): number => (ms === undefined ? 0 : Math.floor(ms / 1000))
const money = (amount: number): string => (amount / 100).toFixed(2)

/** In the US sellers name the pieces of each parcel, in Mexico they ship the packages that TikTok has made. */
const PLACES: readonly Receiver[] = [
  {
    ...{ name: 'Zoë Müller 🚲', phone: '(+1)4085550107', country: 'US', province: 'California', city: 'Cupertino' },
    ...{ district: 'Santa Clara', town: '', address: '1 Infinite Loop, Apt #7', zip: '95014' },
  },
  {
    ...{
      name: 'José García',
      phone: '(+52)5555550123',
      country: 'MX',
      province: 'Ciudad de México',
      city: 'Cuauhtémoc',
    },
    ...{ district: 'Roma Norte', town: '', address: 'Calle Durango 123', zip: '06700' },
  },
]
export const receiver = (pick: Pick): Receiver => pick(PLACES)
const shipsPackages = ({ receiver: { country } }: Order): boolean => country === 'MX'

/** Piece → package, after a split; before it all lie in one. */
export const packagesOf = (order: Order, world: World): ReadonlyMap<string, string> => {
  const row = world.store.one<{ answer: string }>(
    'SELECT answer FROM once WHERE target = ? AND key = ?',
    order.shopId,
    `split:${order.id}`,
  )
  const made = new Map(Object.entries(row ? (JSON.parse(row.answer) as Record<string, string>) : {}))
  return new Map(piecesOf(order, world).map(({ id }) => [id, made.get(id) ?? `1${order.id}`]))
}

export const statusOf = (order: Order): string => {
  if (order.status === 'cancelled' || openLines(order).length === 0) return 'CANCELLED'
  if (order.status === 'finished') return 'COMPLETED'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'UNPAID'
  return { none: 'AWAITING_SHIPMENT', part: 'PARTIALLY_SHIPPING', all: 'AWAITING_COLLECTION' }[shippedState(order)]
}

const pieceStatus = (order: Order, { gone, waybill }: Piece): string => {
  if (gone || order.status === 'cancelled') return 'CANCELLED'
  return waybill === undefined ? (statusOf(order) === 'UNPAID' ? 'UNPAID' : 'AWAITING_SHIPMENT') : 'AWAITING_COLLECTION'
}

const row = (order: Order, piece: Piece, parcel: string | undefined): Record<string, unknown> => ({
  id: piece.id,
  sku_id: piece.line.listingId,
  product_id: piece.line.parentId,
  product_name: piece.line.title,
  sku_name: 'Default',
  seller_sku: piece.line.code,
  original_price: money(piece.line.price),
  sale_price: money(piece.line.price),
  currency: order.currency,
  display_status: pieceStatus(order, piece),
  is_gift: piece.line.gift,
  tracking_number: piece.waybill ?? '',
  ...(parcel === undefined ? {} : { package_id: parcel }),
})

const address = (order: Order): Record<string, unknown> => {
  const { name, phone, country, province, city, district, address: street, zip } = order.receiver
  const level = (address_level: string, address_level_name: string, address_name: string) => ({
    ...{ address_level, address_level_name, address_name },
  })
  return {
    ...{ name, first_name: name, last_name: '', phone_number: phone, region_code: country, postal_code: zip },
    ...{ address_line1: street, address_line2: '', address_detail: street },
    full_address: `${street}, ${city}, ${district}, ${province}, ${zip}`,
    district_info: [
      level('L0', 'Country', country),
      level('L1', 'State', province),
      level('L2', 'County', district),
      level('L3', 'City', city),
    ],
  }
}

export const detail = (order: Order, _shop: Shop, world: World): Record<string, unknown> => {
  const status = statusOf(order)
  const packages = packagesOf(order, world)
  const shown = (piece: Piece): string | undefined =>
    shipsPackages(order) ? packages.get(piece.id) : piece.waybill && `2${piece.waybill.replace(/\D/g, '')}`
  const hours = (n: number): number => (order.shipBy === undefined ? 0 : seconds(order.shipBy) + n * 3600)
  return {
    ...order.custom,
    id: order.id,
    status,
    fulfillment_type: 'FULFILLMENT_BY_SELLER',
    shipping_type: 'SELLER',
    order_type: 'NORMAL',
    delivery_option_id: '7091146663229654785',
    payment: { currency: order.currency, total_amount: money(order.total), sub_total: money(order.total) },
    // Nobody is told who it is for before it is paid.
    ...(status === 'UNPAID' ? {} : { recipient_address: address(order) }),
    buyer_message: order.buyerNote,
    seller_note: order.sellerNote,
    is_cod: order.payment === 'cod',
    is_buyer_request_cancel: order.refund?.status === 'requested',
    create_time: seconds(order.createdAt),
    paid_time: seconds(order.paidAt),
    update_time: seconds(order.updatedAt),
    ...{
      rts_sla_time: hours(0),
      tts_sla_time: hours(24),
      shipping_due_time: hours(48),
      collection_due_time: hours(72),
    },
    packages: [...new Set(packages.values())].map((id) => ({ id })),
    line_items: piecesOf(order, world).map((piece) => row(order, piece, shown(piece))),
  }
}
