import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { parseExact } from '../../wire/json.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { Address, type Body, Line, type Message, OrderInfo, PayInfo, Remark, type Trade, TYPES } from './schema.ts'

export const normalize = (body: Body): readonly Pushed[] => {
  if (body.type === '(test)') return [{ event: { type: 'ping' } }]
  if (body.type === '(other)') return []
  return eventsOf(body).map((event) => ({ shopKey: body.kdt_id, event }))
}

/** A message's version is a time, in seconds or (of newer messages) in milliseconds. */
const timeOf = (version: string | undefined): number => {
  const number = Number(version ?? 0)
  if (!Number.isSafeInteger(number) || number < 0) return 0
  return number < 1e11 ? number * 1000 : number
}

/** Whatever lacks what its event needs is told as a mere change: the detail then has the truth. */
const eventsOf = ({ type, id = '', version, msg }: Message): readonly PlatformEvent[] => {
  const whole = msg.full_order_info
  const platformOrderId = whole?.order_info.tid ?? msg.tid ?? id
  const at = msg.update_time ?? whole?.order_info.update_time ?? timeOf(version)
  const changed: PlatformEvent = { type: 'changed', platformOrderId, what: TYPES[type], at }
  // Which lines a refund takes stands beside the order, where it stands at all.
  if (whole && (msg.refund_order || !whole.order_info.refund_state))
    return [{ type: 'order', order: orderOf({ ...msg, full_order_info: whole }, at) }]
  if (type === 'trade_TradeClose' && at > 0)
    return [{ type: 'cancelled', platformOrderId, at, ...present({ reason: reasonOf(msg) }) }]
  const status = REFUND[type]
  if (!status || !msg.refund_id || at === 0 || msg.refund_type === 'EXCHANGE_GOODS_FLOW') return [changed]
  const refund = {
    type: 'refund',
    platformOrderId,
    refundId: msg.refund_id,
    lineIds: msg.oids ?? [],
    status,
    at,
  } as const
  return FINAL_UNKNOWN.includes(type) ? [refund, changed] : [refund]
}

const reasonOf = ({ close_reason, close_type }: Message['msg']): string | undefined =>
  close_reason && close_reason !== 'NONE' ? close_reason : close_type && `close_type ${close_type}`

const REFUND: Readonly<Partial<Record<Message['type'], 'requested' | 'withdrawn' | 'refunded'>>> = {
  trade_refund_BuyerCreated: 'requested',
  trade_refund_RefundAgain: 'requested',
  trade_refund_RefundSellerCreated: 'requested',
  trade_refund_SysRefund: 'requested',
  youzan_trade_RefundCreated: 'requested',
  trade_refund_RefundSellerAgree: 'refunded',
  trade_refund_RefundSuccess: 'refunded',
  youzan_trade_RefundSuccess: 'refunded',
  trade_refund_RefundClosed: 'withdrawn',
  youzan_trade_RefundClosed: 'withdrawn',
}
/** Money that goes back without being asked for: the order is held, and the detail says whether it is done. */
const FINAL_UNKNOWN: readonly string[] = ['trade_refund_RefundSellerCreated', 'trade_refund_SysRefund']

const keysOf = ({ shape }: { readonly shape: object }) => new Set(Object.keys(shape))
const KEYS = {
  order_info: keysOf(OrderInfo),
  address_info: keysOf(Address),
  pay_info: keysOf(PayInfo),
  remark_info: keysOf(Remark),
}
const LINE_KEYS = keysOf(Line)
const SECTIONS = new Set([...Object.keys(KEYS), 'orders'])
/** Sums, twins in words, where the buyer came from, and the shop's own ids. Listed in the README. */
const IDLE_SECTION = /^(?:buyer_info|source_info|qrcode_info|hotel_info)$/
const IDLE =
  /_str$|_fee$|payment|transaction|deduction|^(?:shop_name|root_kdt_id|offline_id|team_type|channel_type|close_type|success_time|consign_time|confirm_time|expired_time|is_retail_order|order_tags|shop_display_no|address_extra)$/
const IDLE_LINE =
  /_fee$|payment|price|discount|freight|^(?:goods_url|pic_path|alias|goods_snapshot|root_item_id|root_sku_id|item_type|customs_code|tax_total|tariff_rule|virtual_currency|item_sales_staff|sale_plan)$/

const FINISHED: readonly string[] = ['WAIT_BUYER_CONFIRM_GOODS', 'TRADE_SUCCESS']

/** `fallback`: the message's own time, for an order that has none. */
export const orderOf = (trade: Trade, fallback = 0): PlatformOrder => {
  const { order_info: info, orders, pay_info, remark_info, address_info, ...rest } = trade.full_order_info
  const total = moneyOf(pay_info?.payment ?? '0', 'CNY')
  const payment = paymentOf(trade)
  const said = Object.entries({ order_info: info, address_info, pay_info, remark_info })
  const sections = said.map(([name, fields]) => [name, leftover(fields ?? {}, KEYS[name as keyof typeof KEYS], IDLE)])
  return {
    platformOrderId: info.tid,
    version: info.update_time ?? info.created ?? fallback,
    placedAt: info.created ?? fallback,
    status: info.status === 'TRADE_CLOSED' ? 'cancelled' : FINISHED.includes(info.status) ? 'finished' : 'open',
    payment,
    total,
    lines: orders.map((line) => lineOf(line, trade)),
    receiver: receiverOf(info, address_info),
    shippable: info.status === 'WAIT_SELLER_SEND_GOODS',
    custom: customOf(
      { ...leftover(rest, SECTIONS, IDLE_SECTION), ...present(Object.fromEntries(sections)) },
      orders.map((line) => [line.oid, leftover(line, LINE_KEYS, IDLE_LINE)]),
    ),
    ...presaleOf(trade),
    ...(payment === 'cod' && { cod: total }),
    ...present({
      paidAt: payment === 'paid' ? info.pay_time : undefined,
      buyerNote: remark_info?.buyer_message,
      sellerNote: remark_info?.trade_memo,
      flag: remark_info?.star === '0' ? undefined : remark_info?.star,
    }),
  }
}

const COD = 9
const paymentOf = ({ full_order_info: { order_info: info, pay_info } }: Trade): PlatformOrder['payment'] => {
  if (info.status === 'TRADE_CLOSED') return info.pay_time === undefined ? 'unpaid' : 'paid'
  if (info.status !== 'WAIT_BUYER_PAY') return info.pay_type === COD ? 'cod' : 'paid'
  const begun = pay_info?.phase_payments?.some(({ phase, pay_time }) => phase === 1 && pay_time !== undefined)
  return info.order_tags?.is_down_payment_pre && begun ? 'deposit' : 'unpaid'
}

const presaleOf = ({ full_order_info: { order_info, orders } }: Trade): Pick<PlatformOrder, 'presale'> => {
  if (order_info.order_tags?.is_down_payment_pre) return { presale: { kind: 'deposit' } }
  const line = orders.find(({ is_pre_sale }) => is_pre_sale)
  return line ? { presale: { kind: line.pre_sale_type === '1' ? 'deposit' : 'full' } } : {}
}

const lineOf = (line: Trade['full_order_info']['orders'][number], trade: Trade): OrderLine => ({
  lineId: line.oid,
  code: line.outer_sku_id ?? line.outer_item_id ?? '',
  title: joined(' ', line.title, specOf(line.sku_properties_name)),
  quantity: line.num,
  price: priceOf(line.discount_price ?? line.price),
  gift: line.is_present ?? false,
  status: lineStatus(line.oid, trade),
  // Goods without specifications have sku 0: the item is what is sold then.
  ...present({ listingId: line.sku_id === '0' ? line.item_id : (line.sku_id ?? line.item_id) }),
})

const priceOf = (yuan = '0'): Money => moneyOf(yuan, 'CNY')

/** `[{"k":"颜色","v":"红"}]` as text. */
const specOf = (text: string | undefined): string => {
  const parsed = text?.startsWith('[') ? parseExact(text) : undefined
  if (!parsed?.ok || !Array.isArray(parsed.value)) return ''
  return joined(' ', ...parsed.value.map((one: { v?: unknown } | null) => (typeof one?.v === 'string' ? one.v : '')))
}

/** 1 asked, 20 return agreed, 30 sent back, 45 exchanged; 60 paid back; 10 and 40 refused, 50 closed. */
const OPEN_REFUND: readonly (number | undefined)[] = [1, 20, 30, 45]

/** 0 快递; self-fetch 1, in the city 2 and nothing to send 9 are no parcels of a warehouse. */
const lineStatus = (
  oid: string,
  { full_order_info, refund_order = [], delivery_order = [] }: Trade,
): OrderLine['status'] => {
  if (full_order_info.order_info.express_type) return 'gone'
  const shipped = delivery_order.filter(({ express_state }) => express_state === 1)
  if (shipped.some(({ oids = [] }) => oids.some((one) => one.oid === oid))) return 'gone'
  const refunds = refund_order.filter(({ oids = [] }) => oids.length === 0 || oids.some((one) => one.oid === oid))
  if (refunds.some(({ refund_state }) => refund_state === 60)) return 'gone'
  return refunds.some(({ refund_state }) => OPEN_REFUND.includes(refund_state)) ? 'refunding' : 'open'
}

const PHONE = /^\+?[\d\s()-]{5,24}$/

/** By default 有赞 gives ciphers, which open by the key of the shop alone; whether it does stands nowhere beside them. */
const receiverOf = (info: Trade['full_order_info']['order_info'], to: To = {}): Receiver => {
  const { receiver_name, receiver_tel, delivery_address } = to
  const region = present({ province: to.delivery_province, city: to.delivery_city, district: to.delivery_district })
  const readable = { country: 'CN', ...region, ...present({ zip: to.delivery_postal_code }) }
  const parts = present({ name: receiver_name, phone: receiver_tel, address: delivery_address })
  if (Object.values(parts).some((text) => text.includes('*')) && PHONE.test((receiver_tel ?? '').replaceAll('*', '0')))
    return { kind: 'masked', readable, masked: parts, cipher: {} }
  if (receiver_tel === undefined || PHONE.test(receiver_tel))
    return { kind: 'plain', readable: { ...readable, ...parts }, masked: {}, cipher: {} }
  const cipher = present({ receiver_name, receiver_tel, delivery_address, node_kdt_id: info.node_kdt_id })
  return { kind: 'youzan', readable, masked: {}, cipher: { ...cipher }, sourceOrderId: info.tid }
}
type To = NonNullable<Trade['full_order_info']['address_info']>
