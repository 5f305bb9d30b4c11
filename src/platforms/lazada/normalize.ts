import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformOrder, Pushed, Address as Readable, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { grouped, type Piece } from '../pieces.ts'
import { Address, type Body, Item, Order } from './schema.ts'

const STATUS: Readonly<Record<string, string>> = { unpaid: 'created', pending: 'paid' }

/** One message per piece, each with a status of its own: only the whole tells what became of the order. */
export const normalize = (body: Body): readonly Pushed[] => {
  if (body.message_type === -1) return []
  if (body.message_type === 8) return [{ event: { type: 'ping' } }]
  const { trade_order_id: platformOrderId, status_update_time } = body.data
  const said = body.message_type === 0 ? body.data.order_status : body.data.reverse_status
  const what = STATUS[said ?? ''] ?? said?.toLowerCase() ?? 'updated'
  const at = status_update_time ?? body.timestamp ?? 0
  return [{ shopKey: body.seller_id, event: { type: 'changed', platformOrderId, what, at } }]
}

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const ITEM_KEYS = new Set(Object.keys(Item.shape))
const ADDRESS_KEYS = new Set([...Object.keys(Address.shape), 'phone2', 'address2'])
/** Vouchers, fees, taxes, pictures, who pays the bill, and what a piece repeats of its order. Listed in the README. */
const IDLE =
  /^voucher|^shipping_fee|^shipping_(?:amount|service_cost)$|_amount$|^customer_|^(?:address_billing|address_updated_at|order_number|order_id|items_count|statuses|delivery_info|promised_shipping_times?|paid_price|wallet_credits|product_main_image|product_detail_url|buyer_id|shop_id|created_at|reason|reason_detail|return_status|cancel_return_initiator|cancel_trigger_time|reverse_order_id|shipment_provider|shipping_provider_type|shipping_type|tracking_code_pre|purchase_order_id|purchase_order_number|can_escalate_pickup|supply_price|supply_price_currency|is_reroute|voucher_code|fulfillment_sla|digital_delivery_info)$/

const UNSHIPPED: readonly string[] = ['unpaid', 'pending', 'topack', 'repacked', 'packed', 'toship']
const CANCELLED: readonly string[] = ['canceled', 'cancelled']

export interface LazadaPiece extends Piece {
  readonly item: Item
  readonly shipped: boolean
}
export const piecesOf = (items: readonly Item[]): readonly LazadaPiece[] =>
  items.map((item) => {
    const gone = CANCELLED.includes(item.status.toLowerCase())
    return {
      id: item.order_item_id,
      sku: item.sku_id ?? item.shop_sku ?? item.sku ?? item.order_item_id,
      gift: false,
      price: moneyOf(item.item_price ?? '0', currencyOf(items)),
      gone,
      shipped: !gone && !UNSHIPPED.includes(item.status.toLowerCase()),
      item,
    }
  })

const currencyOf = (items: readonly Item[]): string => items.find(({ currency }) => currency)?.currency ?? 'SGD'

/** Not what Lazada's own warehouses hold, nor what no parcel carries. */
export const isOurs = ({ is_fbl, is_digital }: Item): boolean => !is_fbl && !is_digital
/** Seller's own fleet: any carrier may bring it. All else leaves with Lazada's label and number. */
export const isOwnFleet = ({ delivery_option_sof }: Item): boolean => delivery_option_sof ?? false

const latest = (...times: readonly (number | undefined)[]): number =>
  Math.max(0, ...times.flatMap((time) => time ?? []))

export const orderOf = (order: Order, items: readonly Item[]): PlatformOrder => {
  const pieces = piecesOf(items)
  const groups = grouped(pieces)
  const alive = pieces.filter(({ gone }) => !gone)
  const payment = paymentOf(order, alive)
  const total = totalOf(order, currencyOf(items))
  const deadlines = alive.flatMap(({ shipped, item }) => (shipped ? [] : (item.sla_time_stamp ?? [])))
  return {
    platformOrderId: order.order_id,
    version: latest(order.updated_at, order.created_at, ...items.map(({ updated_at }) => updated_at)),
    placedAt: order.created_at ?? 0,
    status: alive.length === 0 ? 'cancelled' : alive.every(({ shipped }) => shipped) ? 'finished' : 'open',
    payment,
    total,
    lines: groups.map(({ lineId, pieces }) => lineOf(order, lineId, pieces)),
    receiver: receiverOf(order, alive),
    shippable: alive.some(({ item, shipped }) => !shipped && item.status.toLowerCase() !== 'unpaid' && isOurs(item)),
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE), ...addressRest(order) },
      groups.map(({ lineId, pieces: [first] }) => [lineId, leftover(first?.item ?? {}, ITEM_KEYS, IDLE)]),
    ),
    ...(items.some(({ order_type }) => order_type === 'PreSale') && { presale: { kind: 'deposit' } }),
    ...(payment === 'cod' && { cod: total }),
    ...present({
      paidAt: payment === 'paid' ? items.find(({ payment_time }) => payment_time)?.payment_time : undefined,
      buyerNote: order.buyer_note,
      sellerNote: order.remarks,
      shipBy: deadlines.length > 0 ? Math.min(...deadlines) : undefined,
    }),
  }
}

/** What is left to pay stands at the pieces of a presale. https://open.lazada.com/apps/doc/api?path=%2Forder%2Fitems%2Fget */
const paymentOf = (order: Order, alive: readonly LazadaPiece[]): PlatformOrder['payment'] => {
  if (alive.some(({ item }) => item.stage_pay_status === 'unpaid final payment')) return 'deposit'
  const unpaid = ({ item }: LazadaPiece) => item.status.toLowerCase() === 'unpaid' || item.stage_pay_status === 'unpaid'
  if (alive.some(unpaid)) return 'unpaid'
  return order.payment_method === 'COD' ? 'cod' : 'paid'
}

/** What the buyer pays, by the formula of https://open.lazada.com/apps/doc/doc?docId=121327 */
const totalOf = ({ price = '0', voucher = '0', shipping_fee = '0' }: Order, currency: string): Money => {
  const [goods, less, freight] = [price, voucher, shipping_fee].map((text) => moneyOf(text, currency).amount)
  return { amount: Math.max(0, (goods ?? 0) - (less ?? 0) + (freight ?? 0)), currency }
}

const lineOf = (order: Order, lineId: string, pieces: readonly LazadaPiece[]): OrderLine => {
  const [first] = pieces
  const left = pieces.filter(({ gone, shipped, item }) => !gone && !shipped && isOurs(item))
  const asked = [order, ...left.map(({ item }) => item)].some((one) => one.need_cancel_confirm || one.is_cancel_pending)
  return {
    lineId,
    code: first?.item.sku ?? '',
    title: joined(' ', first?.item.name, first?.item.variation),
    quantity: pieces.length,
    price: first?.price ?? { amount: 0, currency: 'SGD' },
    gift: false,
    status: left.length === 0 ? 'gone' : asked ? 'refunding' : 'open',
    ...present({ listingId: first?.item.sku_id }),
  }
}

const addressRest = ({ address_shipping }: Order): Record<string, unknown> => {
  const rest = leftover(address_shipping ?? {}, ADDRESS_KEYS)
  return Object.keys(rest).length > 0 ? { address_shipping: rest } : {}
}

const COUNTRIES: Readonly<Record<string, string>> = {
  singapore: 'SG',
  malaysia: 'MY',
  philippines: 'PH',
  thailand: 'TH',
  vietnam: 'VN',
  'viet nam': 'VN',
  indonesia: 'ID',
}

/** Stars stand until Lazada has reviewed the app (DataMoat). They are never passed on as text. */
const receiverOf = ({ order_id, address_shipping: address }: Order, alive: readonly LazadaPiece[]): Receiver => {
  const own = {
    name: joined(' ', address?.first_name, address?.last_name),
    phone: address?.phone,
    address: address?.address1,
  }
  const stars = (text: string | undefined): boolean => text?.includes('*') ?? false
  const readable: Readable = present(
    Object.fromEntries(Object.entries({ ...regionOf(address), ...own }).filter(([, text]) => !stars(text))),
  )
  const masked = present(Object.fromEntries(Object.entries(own).filter(([, text]) => stars(text))))
  const left = alive.filter(({ item }) => isOurs(item))
  if (left.length > 0 && !left.every(({ item }) => isOwnFleet(item)))
    return { kind: 'lazada', readable, masked, cipher: { order_id }, sourceOrderId: order_id }
  return { kind: Object.keys(masked).length > 0 ? 'masked' : 'plain', readable, masked, cipher: {} }
}

/** `address3` is the state, `address4` the city, `address5` the third level; `city` joins them in one text. */
const regionOf = (address: Address | undefined): Readable =>
  present({
    country: COUNTRIES[address?.country?.toLowerCase() ?? ''],
    province: address?.address3,
    city: address?.address4 ?? address?.city,
    district: address?.addressDistrict ?? address?.addressDsitrict ?? address?.address5,
    zip: address?.post_code,
  })
