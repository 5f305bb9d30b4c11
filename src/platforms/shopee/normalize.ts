import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { Address, type Body, Item, Order, type Package } from './schema.ts'

const STATUS: Readonly<Record<string, string>> = { UNPAID: 'created', READY_TO_SHIP: 'paid' }

export const normalize = (body: Body): readonly Pushed[] => {
  switch (body.code) {
    case 0:
      return []
    case 2: // One consent may have held several shops.
      return revokedShops(body).map((shopKey) => ({ shopKey, event: { type: 'revoked', at: body.timestamp ?? 0 } }))
    case 12: // Shops whose consent ends within a week: the refresh knows its own end.
      return [{ event: { type: 'ping' } }]
    default:
      return [{ shopKey: body.shop_id, event: eventOf(body) }]
  }
}

const revokedShops = ({ shop_id, data }: Extract<Body, { code: 2 }>): readonly string[] => [
  ...new Set([shop_id, data?.shop_id, ...(data?.shop_id_list ?? [])].flatMap((id) => id ?? [])),
]

const eventOf = (body: Exclude<Body, { code: 0 | 2 | 12 }>): PlatformEvent => {
  const sent = body.timestamp ?? 0
  if (body.code === 29) return { type: 'changed', platformOrderId: body.data.order_sn, what: 'return', at: sent }
  const { ordersn: platformOrderId, update_time: at = sent } = body.data
  if (body.code === 3 && body.data.status === 'CANCELLED') return { type: 'cancelled', platformOrderId, at }
  const what =
    body.code === 3
      ? (STATUS[body.data.status] ?? body.data.status.toLowerCase())
      : body.code === 4
        ? 'waybill'
        : 'package'
  return { type: 'changed', platformOrderId, what, at }
}

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const ITEM_KEYS = new Set(Object.keys(Item.shape))
const ADDRESS_KEYS = new Set(Object.keys(Address.shape))
/** Fees, weights that Shopee charges by, pictures, who the buyer is there, and why it was cancelled. Listed in the README. */
const IDLE =
  /_fee$|_fee_confirmed$|_weight$|_weight_gram$|^(?:buyer_user_id|buyer_username|image_info|weight|model_original_price|wholesale|payment_method|payment_info|cancel_by|cancel_reason|buyer_cancel_reason|note_update_time|days_to_ship|pickup_done_time|checkout_shipping_carrier|promotion_id|promotion_list|promotion_type|return_request_due_date|hot_listing_order|hot_listing_item|is_b2c_owned_item|edt_from|edt_to|reverse_shipping_fee)$/

/** SHIPPED and after; PROCESSED: a shipment is arranged, its waybill given. */
const FINISHED: readonly string[] = ['PROCESSED', 'SHIPPED', 'TO_CONFIRM_RECEIVE', 'COMPLETED', 'TO_RETURN']
const UNARRANGED: readonly (string | undefined)[] = [
  undefined,
  'LOGISTICS_NOT_START',
  'LOGISTICS_PENDING_ARRANGE',
  'LOGISTICS_READY',
]
export const isArranged = ({ logistics_status }: Package): boolean => !UNARRANGED.includes(logistics_status)

/** Shopee ships it, or has shipped it before it was sold (advance fulfilment): nothing for our warehouses. */
export const isOurs = ({ fulfillment_flag, advance_package, booking_sn }: Order): boolean =>
  fulfillment_flag !== 'fulfilled_by_shopee' && !advance_package && booking_sn === undefined

/** `ownLabel`: the parcel goes out with Shopee's label and no other. */
export const orderOf = (order: Order, ownLabel: boolean): PlatformOrder => {
  const { order_status: status, currency = 'USD', cod } = order
  const lines = linesOf(order)
  const total = moneyOf(order.total_amount ?? '0', currency)
  const payment =
    status === 'UNPAID' ? 'unpaid' : cod ? 'cod' : order.pay_time !== undefined ? 'paid' : unpaidBy(status)
  return {
    platformOrderId: order.order_sn,
    version: order.update_time ?? order.create_time ?? 0,
    placedAt: order.create_time ?? 0,
    status: status === 'CANCELLED' ? 'cancelled' : FINISHED.includes(status) ? 'finished' : 'open',
    payment,
    total,
    lines: lines.map((line) => lineOf(order, line)),
    receiver: receiverOf(order, ownLabel),
    shippable: status === 'READY_TO_SHIP' && isOurs(order),
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE), ...addressRest(order) },
      lines.map(({ lineId, item }) => [lineId, leftover(item, ITEM_KEYS, IDLE)]),
    ),
    ...(payment === 'cod' && { cod: total }),
    ...present({
      paidAt: payment === 'paid' ? order.pay_time : undefined,
      buyerNote: order.message_to_seller,
      sellerNote: order.note,
      shipBy: order.ship_by_date,
    }),
  }
}

const unpaidBy = (status: string): 'paid' | 'unpaid' =>
  status === 'READY_TO_SHIP' || FINISHED.includes(status) ? 'paid' : 'unpaid'

export interface ShopeeLine {
  readonly lineId: string
  readonly item: Item
}
/** What was sold: the variant, or the item where it has none (`model_id` 0). */
const listingOf = ({ item_id, model_id = '0' }: Pick<Item, 'item_id' | 'model_id'>): string =>
  model_id === '0' ? item_id : model_id

/** One variant comes twice where a part of it was bought in a deal: then the deal's numbers make the ids differ. */
export const linesOf = ({ item_list }: Order): readonly ShopeeLine[] => {
  const ids = item_list.map(listingOf)
  const seen = new Map<string, number>()
  return item_list.map((item, i) => {
    const base = ids[i] ?? ''
    const twice = ids.indexOf(base) !== ids.lastIndexOf(base)
    const id = twice ? joined('-', base, item.order_item_id, item.promotion_group_id) : base
    const before = seen.get(id) ?? 0
    seen.set(id, before + 1)
    return { lineId: before > 0 ? `${id}#${before + 1}` : id, item }
  })
}

const lineOf = (order: Order, { lineId, item }: ShopeeLine): OrderLine => ({
  lineId,
  code: item.model_sku ?? item.item_sku ?? '',
  listingId: listingOf(item),
  title: joined(' ', item.item_name, item.model_name),
  quantity: item.model_quantity_purchased,
  price: moneyOf(item.model_discounted_price ?? '0', order.currency ?? 'USD'),
  gift: false,
  status: !isOurs(order) || isShipped(order, item) ? 'gone' : order.order_status === 'IN_CANCEL' ? 'refunding' : 'open',
})

/** Only a split order can be shipped in part; then its packages say what they hold. */
const isShipped = ({ order_status, package_list = [] }: Order, item: Item): boolean => {
  if (FINISHED.includes(order_status)) return true
  const holding = package_list.filter(({ item_list = [] }) => item_list.some((one) => isSame(one, item)))
  return holding.length > 0 && holding.every(isArranged)
}
export const isSame = (
  one: { item_id: string; model_id?: string | undefined; order_item_id?: string | undefined },
  item: Item,
): boolean =>
  listingOf(one) === listingOf(item) &&
  (one.order_item_id === undefined || item.order_item_id === undefined || one.order_item_id === item.order_item_id)

const addressRest = ({ recipient_address }: Order): Record<string, unknown> => {
  const rest = leftover(recipient_address ?? {}, ADDRESS_KEYS)
  return Object.keys(rest).length > 0 ? { recipient_address: rest } : {}
}

/** `full_address` is all there is of the street, and repeats the region. Stars are never passed on as text. */
const receiverOf = (order: Order, ownLabel: boolean): Receiver => {
  const { name, phone, full_address: address, ...region } = order.recipient_address ?? {}
  const { region: country, state: province, city, district, town, zipcode: zip } = region
  const texts = Object.entries(present({ name, phone, country, province, city, district, town, address, zip }))
  const readable = Object.fromEntries(texts.filter(([, text]) => !text.includes('*')))
  const starred = texts.filter(([key, text]) => text.includes('*') && ['name', 'phone', 'address'].includes(key))
  const masked = Object.fromEntries(starred)
  if (ownLabel) {
    const { order_sn } = order
    return { kind: 'shopee', readable, masked, cipher: { order_sn }, sourceOrderId: order_sn }
  }
  return { kind: starred.length > 0 ? 'masked' : 'plain', readable, masked, cipher: {} }
}
