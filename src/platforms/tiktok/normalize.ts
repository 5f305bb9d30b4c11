import type {
  OrderLine,
  PlatformEvent,
  PlatformOrder,
  Pushed,
  Address as Readable,
  Receiver,
} from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { grouped, type Piece } from '../pieces.ts'
import { Address, type Body, Item, Order } from './schema.ts'

export const normalize = (body: Body): readonly Pushed[] =>
  body.type === 0 ? [] : eventsOf(body).map((event) => ({ shopKey: body.shop_id, event }))

type Known = Exclude<Body, { type: 0 }>

const STATUS: Readonly<Record<string, string>> = { UNPAID: 'created', AWAITING_SHIPMENT: 'paid' }

const eventsOf = (body: Known): readonly PlatformEvent[] => {
  const sent = body.timestamp ?? 0
  switch (body.type) {
    case 1:
      return [statusEvent(body.data, sent)]
    case 3:
      return [changed(body.data.order_id, 'address', body.data.update_time ?? sent)]
    case 4: {
      const ids = new Set(body.data.package_list.flatMap((one) => one.order_id_list))
      return [...ids].map((id) => changed(id, 'packages', body.data.update_time ?? sent))
    }
    case 6:
      return [{ type: 'revoked', at: sent }]
    case 7: // The authorization ends in up to 30 days: the refresh knows its own end.
      return [{ type: 'ping' }]
    case 11: // Which pieces, and whether it still stands, only the detail says: a seller may grant it for some of them.
      return [changed(body.data.order_id, body.data.cancel_status.toLowerCase(), sent)]
    case 12:
      return [
        changed(body.data.order_id, `return ${body.data.return_status.toLowerCase()}`, body.data.update_time ?? sent),
      ]
  }
}

const changed = (platformOrderId: string, what: string, at: number): PlatformEvent => ({
  type: 'changed',
  platformOrderId,
  what,
  at,
})

/** The push writes CANCEL, the detail CANCELLED. */
const statusEvent = (data: Extract<Body, { type: 1 }>['data'], sent: number): PlatformEvent => {
  const { order_id: platformOrderId, order_status: status, update_time: at = sent } = data
  if (/^CANCEL(?:LED)?$/.test(status)) return { type: 'cancelled', platformOrderId, at }
  return changed(platformOrderId, STATUS[status] ?? status.toLowerCase(), at)
}

const ORDER_KEYS = new Set(Object.keys(Order.shape).filter((key) => !key.endsWith('_due_time')))
const ITEM_KEYS = new Set(Object.keys(Item.shape))
/** The two halves of the name are no news beside it. */
const ADDRESS_KEYS = new Set([...Object.keys(Address.shape), 'first_name', 'last_name'])
/** What TikTok itself takes out of an order's money, pictures, who paid how, and what a piece repeats of its order. Listed in the README. */
const IDLE =
  /_discount$|_fee$|_tax$|^(?:item_tax|payment_\w+|cancel_\w+|cancellation_initiator|user_id|buyer_email|shipping_provider|shipping_provider_id|shipping_provider_name|rts_time|collection_time|delivery_time|request_cancel_time|original_price|sku_image|sku_type|package_status|handling_duration_days|is_on_hold_order|delivery_option_name|channel_entity_national_registry_id)$/

const SHIPPED: readonly (string | undefined)[] = ['AWAITING_COLLECTION', 'IN_TRANSIT', 'DELIVERED', 'COMPLETED']
const SHIPPABLE: readonly string[] = ['AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING']
const CANCELLED = 'CANCELLED'

export interface TiktokPiece extends Piece {
  readonly item: Item
  readonly shipped: boolean
}
export const piecesOf = (order: Order): readonly TiktokPiece[] =>
  order.line_items.map((item) => ({
    id: item.id,
    sku: item.sku_id,
    gift: item.is_gift ?? false,
    price: moneyOf(item.sale_price ?? '0', item.currency ?? currencyOf(order)),
    gone: item.display_status === CANCELLED,
    shipped: SHIPPED.includes(item.display_status),
    item,
  }))

const currencyOf = ({ payment }: Order): string => payment?.currency ?? 'USD'

/** What lies in TikTok's own warehouses leaves without us. */
const isOurs = ({ fulfillment_type: type }: Order): boolean => type === undefined || type === 'FULFILLMENT_BY_SELLER'
/** TikTok Shipping: the parcel goes out with TikTok's label and no other. */
export const hasOwnLabel = ({ shipping_type }: Order): boolean => shipping_type === 'TIKTOK'

export const orderOf = (order: Order): PlatformOrder => {
  const { status } = order
  const groups = grouped(piecesOf(order))
  const payment = paymentOf(order)
  const total = moneyOf(order.payment?.total_amount ?? '0', currencyOf(order))
  return {
    platformOrderId: order.id,
    version: order.update_time ?? order.create_time ?? 0,
    placedAt: order.create_time ?? 0,
    status: status === CANCELLED ? 'cancelled' : SHIPPED.includes(status) ? 'finished' : 'open',
    payment,
    total,
    lines: groups.map(({ lineId, pieces }) => lineOf(order, lineId, pieces)),
    receiver: receiverOf(order),
    shippable: SHIPPABLE.includes(status) && isOurs(order),
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE), ...addressRest(order) },
      groups.map(({ lineId, pieces: [first] }) => [lineId, leftover(first?.item ?? {}, ITEM_KEYS, IDLE)]),
    ),
    ...presaleOf(order),
    ...(payment === 'cod' && { cod: total }),
    ...present({
      paidAt: payment === 'paid' ? order.paid_time : undefined,
      buyerNote: order.buyer_message,
      sellerNote: order.seller_note,
      shipBy: earliest(order.rts_sla_time, order.shipping_due_time),
      collectBy: earliest(order.tts_sla_time, order.collection_due_time),
    }),
  }
}

/** TikTok cancels what is not shipped (collected) by its `…_due_time`; the other is where lateness begins. */
const earliest = (...times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}

const paymentOf = ({ status, is_cod, paid_time }: Order): PlatformOrder['payment'] => {
  if (status === 'UNPAID') return 'unpaid'
  if (is_cod) return 'cod'
  return paid_time !== undefined || SHIPPABLE.includes(status) || SHIPPED.includes(status) ? 'paid' : 'unpaid'
}

const presaleOf = ({ order_type, release_date: releaseAt }: Order): Pick<PlatformOrder, 'presale'> =>
  order_type === 'PRE_ORDER' ? { presale: { kind: 'full', ...present({ releaseAt }) } } : {}

const lineOf = (order: Order, lineId: string, pieces: readonly TiktokPiece[]): OrderLine => {
  const [first] = pieces
  const done = pieces.every((piece) => piece.gone || piece.shipped) || !isOurs(order)
  return {
    lineId,
    code: first?.item.seller_sku ?? '',
    title: joined(' ', first?.item.product_name, first?.item.sku_name),
    quantity: pieces.length,
    price: first?.price ?? moneyOf('0', currencyOf(order)),
    gift: first?.gift ?? false,
    status: done ? 'gone' : order.is_buyer_request_cancel ? 'refunding' : 'open',
    ...present({ listingId: first?.sku }),
  }
}

const addressRest = ({ recipient_address }: Order): Record<string, unknown> => {
  const rest = leftover(recipient_address ?? {}, ADDRESS_KEYS)
  return Object.keys(rest).length > 0 ? { recipient_address: rest } : {}
}

/** Stars stand where TikTok delivers, or no longer shows who it was. They are never passed on as text. */
const receiverOf = (order: Order): Receiver => {
  const address = order.recipient_address
  const own = {
    name: address?.name,
    phone: address?.phone_number,
    address: joined(' ', ...LINES.map((line) => address?.[line])) || address?.address_detail || address?.full_address,
  }
  const stars = (text: string | undefined) => text?.includes('*') ?? false
  const open = Object.entries(own).filter(([, text]) => !stars(text))
  const readable = present({ ...regionOf(address), ...Object.fromEntries(open) })
  const masked = present(Object.fromEntries(Object.entries(own).filter(([, text]) => stars(text))))
  if (hasOwnLabel(order))
    return { kind: 'tiktok', readable, masked, cipher: { order_id: order.id }, sourceOrderId: order.id }
  return { kind: Object.keys(masked).length > 0 ? 'masked' : 'plain', readable, masked, cipher: {} }
}
const LINES = ['address_line1', 'address_line2', 'address_line3', 'address_line4'] as const

/** L0 is the country; which level is the city differs by country, so a level that is named City is believed first. */
const regionOf = (address: Address | undefined): Readable => {
  const levels = (address?.district_info ?? []).filter(({ address_name: name }) => name && !name.includes('*'))
  const named = (level: string) => levels.find(({ address_level }) => address_level === level)
  const city = levels.find(({ address_level_name: name }) => /^city$/i.test(name ?? '')) ?? named('L2')
  const district = [named('L2'), named('L3')].find((one) => one && one !== city)
  const zip = address?.postal_code
  return present({
    country: address?.region_code,
    province: named('L1')?.address_name,
    city: address?.post_town ?? city?.address_name,
    district: district?.address_name,
    town: named('L4')?.address_name,
    zip: zip?.includes('*') ? undefined : zip,
  })
}
