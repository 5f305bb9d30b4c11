import type { OrderLine, PlatformOrder, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { HOLDS, Order, Trade } from './schema.ts'

const TRADE_KEYS = new Set(Object.keys(Trade.shape))
const ORDER_KEYS = new Set(Object.keys(Order.shape))
/** Sums, pictures, ratings, nicks, and what a line repeats of its trade. Listed in the README. */
const IDLE =
  /_fee$|^(?:sid|tid_str|oid_str|title|seller_nick|buyer_nick|buyer_open_uid|pic_path|snapshot_url|cid|seller_type|order_from|seller_rate|buyer_rate|can_rate|end_time|consign_time|timeout_action_time|payment|total_fee|shipping_type|logistics_company|refund_id|is_oversold|is_daixiao|is_www|is_service_order|part_mjz_discount|trade_from|has_gift|num|price)$/

const CANCELLED = ['TRADE_CLOSED', 'TRADE_CLOSED_BY_TAOBAO']
const FINISHED = ['WAIT_BUYER_CONFIRM_GOODS', 'TRADE_BUYER_SIGNED', 'TRADE_FINISHED']
const UNPAID = ['TRADE_NO_CREATE_PAY', 'WAIT_BUYER_PAY', 'PAY_PENDING', 'WAIT_PRE_AUTH_CONFIRM']
/** PAID_FORBID_CONSIGN: paid, but the group is not complete or shipping is under control. */
const SHIPPABLE = ['WAIT_SELLER_SEND_GOODS', 'SELLER_CONSIGNED_PART']

export const orderOf = (trade: Trade): PlatformOrder => {
  const { tid, status, created = 0, modified = created, orders } = trade
  const payment = paymentOf(trade)
  const total = moneyOf(trade.payment, 'CNY')
  const { seller_flag: flag = 0 } = trade
  return {
    platformOrderId: tid,
    version: modified,
    placedAt: created,
    status: CANCELLED.includes(status) ? 'cancelled' : FINISHED.includes(status) ? 'finished' : 'open',
    payment,
    total,
    lines: orders.map(lineOf),
    receiver: receiverOf(trade),
    shippable: SHIPPABLE.includes(status) && !isHeld(trade),
    custom: customOf(
      leftover(trade, TRADE_KEYS, IDLE),
      orders.map((line) => [line.oid, leftover(line, ORDER_KEYS, IDLE)]),
    ),
    ...presaleOf(trade),
    ...(payment === 'cod' && { cod: total }),
    ...present({
      paidAt: trade.pay_time,
      buyerNote: trade.buyer_message,
      sellerNote: trade.seller_memo,
      flag: flag > 0 ? String(flag) : undefined,
      shipBy: earliest([trade, ...orders].map((one) => one.delivery_time)) ?? trade.send_time,
      collectBy: earliest([trade, ...orders].flatMap((one) => [one.collect_time, one.promise_collect_time])),
    }),
  }
}

const isHeld = (trade: Trade): boolean => trade.is_sh_ship === true || HOLDS.some((hold) => (trade[hold] ?? 0) !== 0)

const earliest = (times: readonly (number | undefined)[]): number | undefined => {
  const said = times.filter((time) => time !== undefined)
  return said.length > 0 ? Math.min(...said) : undefined
}

/** 定金 paid and 尾款 not: the goods are not sold yet. FRONT_PAID_FRONT_FORFEITED: the deposit is lost, and the trade closed. */
const paymentOf = ({ status, type, step_trade_status: step, pay_time }: Trade): PlatformOrder['payment'] => {
  if (step === 'FRONT_PAID_FINAL_NOPAID' || step === 'FRONT_PAID_FRONT_FORFEITED') return 'deposit'
  if (step === 'FRONT_NOPAID_FINAL_NOPAID' || UNPAID.includes(status)) return 'unpaid'
  if (type === 'cod') return 'cod'
  return CANCELLED.includes(status) && pay_time === undefined ? 'unpaid' : 'paid'
}

const presaleOf = ({ step_trade_status, new_presell, general_new_presell }: Trade): Pick<PlatformOrder, 'presale'> => {
  if (step_trade_status) return { presale: { kind: 'deposit' } }
  return new_presell || general_new_presell ? { presale: { kind: 'full' } } : {}
}

const lineOf = (line: Order): OrderLine => ({
  lineId: line.oid,
  code: line.outer_sku_id ?? line.outer_iid ?? '',
  title: joined(' ', line.title, line.sku_properties_name),
  quantity: line.num,
  price: moneyOf(line.price ?? '0', 'CNY'),
  gift: line.is_free_gift === true,
  status: lineStatus(line),
  // An item without SKUs is listed by its own id.
  ...present({ listingId: line.sku_id && line.sku_id !== '0' ? line.sku_id : line.num_iid }),
})

const REFUNDING = ['WAIT_SELLER_AGREE', 'WAIT_BUYER_RETURN_GOODS', 'WAIT_SELLER_CONFIRM_GOODS', 'SELLER_REFUSE_BUYER']

/** SUCCESS on a line that is still to be shipped: money went back for a part of it, so somebody has to look. */
const lineStatus = ({ status = '', refund_status = '' }: Order): OrderLine['status'] => {
  if (CANCELLED.includes(status) || FINISHED.includes(status)) return 'gone'
  return REFUNDING.includes(refund_status) || refund_status === 'SUCCESS' ? 'refunding' : 'open'
}

/** The oaid opens only together with this trade's id, at a waybill service that is allowed to. */
const receiverOf = (trade: Trade): Receiver => {
  const region = present({
    province: trade.receiver_state,
    city: trade.receiver_city,
    district: trade.receiver_district,
    town: trade.receiver_town,
    zip: trade.receiver_zip?.includes('*') ? undefined : trade.receiver_zip,
  })
  const readable = { country: 'CN', ...region }
  const phone = trade.receiver_mobile ?? trade.receiver_phone
  const person = present({ name: trade.receiver_name, phone, address: trade.receiver_address })
  if (trade.oaid) {
    const cipher = { oaid: trade.oaid }
    return { kind: 'taobao', readable, masked: person, cipher, sourceOrderId: trade.tid }
  }
  const open = Object.keys(person).length === 3 && !Object.values(person).some((text) => text.includes('*'))
  if (open) return { kind: 'plain', readable: { ...readable, ...person }, masked: {}, cipher: {} }
  return { kind: 'masked', readable, masked: person, cipher: {} }
}
