import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, present } from '../../wire/values.ts'
import { type Body, CHECK, type Data, Line, type Message, Order, TAGS, TIME_KEYS } from './schema.ts'

export const normalize = (body: Body): readonly Pushed[] => body.flatMap(pushedOf)

const pushedOf = (message: Message): readonly Pushed[] => {
  if (message.tag === CHECK) return [{ event: { type: 'ping' } }]
  if (!message.data) return []
  return [{ shopKey: message.data.shop_id, event: eventOf(message, message.data) }]
}

/** Times never go backwards inside a message, so its latest is the one of what it tells. `msg_id` is order:tag:seconds:n. */
const timeOf = (data: Data, id = ''): number => {
  const times = TIME_KEYS.flatMap((key) => data[key] ?? [])
  return times.length > 0 ? Math.max(...times) : Number(/:(\d{10})(?::|$)/.exec(id)?.[1] ?? 0) * 1000
}

/** 换货, 价保 and 补寄 are after-sales, but none takes goods out of an order that has not shipped. */
const NO_REFUND: readonly (number | undefined)[] = [3, 6, 7]
const REFUND: Readonly<Record<string, 'requested' | 'withdrawn' | 'refunded'>> = {
  '200': 'requested',
  '206': 'refunded',
  '207': 'withdrawn',
  '208': 'requested',
}

/** Whatever lacks the time or the id that its event needs is told as a mere change: the detail then has the truth. */
const eventOf = ({ tag, id }: Message, data: Data): PlatformEvent => {
  const { p_id: platformOrderId, s_id, aftersale_id: refundId, cancel_reason, exp_delivery_time: shipBy } = data
  const at = timeOf(data, id)
  const status = NO_REFUND.includes(data.aftersale_type) ? undefined : REFUND[tag]
  if (status && refundId && at) {
    return { type: 'refund', platformOrderId, refundId, lineIds: s_id ? [s_id] : [], status, at }
  }
  if (tag === '106' && at) return { type: 'cancelled', platformOrderId, at, ...present({ reason: cancel_reason }) }
  if (tag === '126' && at && shipBy) return { type: 'shipBy', platformOrderId, shipBy, at }
  return { type: 'changed', platformOrderId, what: TAGS[tag] ?? tag, at }
}

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const LINE_KEYS = new Set(Object.keys(Line.shape))
/** Twins in words, sums, sources of traffic, and what a line repeats of its order. Listed in the README. */
const IDLE =
  /_desc$|_amount$|promotion|campaign|post_|_biz$|^(?:pay|create|update|finish|ship|order_expire|logistics_receipt|confirm_receipt)_time$|^(?:biz|b_type|sub_b_type|app_id|open_id|shop_id|shop_name|order_level|order_type|trade_type|main_status|pay_type|channel_payment_no|accept_order_status|user_coordinate|user_tag_ui|doudian_open_id|parent_order_id|goods_type|first_cid|second_cid|third_cid|fourth_cid|product_pic|product_id_str|cid|page_id|room_id|room_id_str|author_id|author_name|video_id|content_id|origin_id|theme_type|send_pay|source_platform|is_comment|has_tax|reduce_stock_type|inventory_type|warehouse_ids|out_warehouse_ids|is_activity|receive_type|early_arrival)$/

/** Order states: 1 to pay, 103 deposit paid, 105 paid and under review, 2 to ship, 101 partly shipped, 3 shipped, 4 cancelled, 5 done, 21 refunded before shipping, 22 and 39 after. */
const CANCELLED: readonly number[] = [4, 21]
const FINISHED: readonly number[] = [3, 5, 22, 39]
const SHIPPABLE: readonly number[] = [2, 101]

export const orderOf = (order: Order): PlatformOrder => {
  const main = order.main_status ?? order.order_status ?? 0
  const payment = paymentOf(order, main)
  const total = yuan(order.pay_amount || order.order_amount)
  const deadlines = [order, ...order.sku_order_list].flatMap((one) => one.exp_ship_time ?? [])
  const stars = order.seller_remark_stars ?? 0
  return {
    platformOrderId: order.order_id,
    version: order.update_time ?? order.create_time ?? 0,
    placedAt: order.create_time ?? 0,
    status: CANCELLED.includes(main) ? 'cancelled' : FINISHED.includes(main) ? 'finished' : 'open',
    payment,
    total,
    lines: order.sku_order_list.map(lineOf),
    receiver: receiverOf(order),
    shippable: SHIPPABLE.includes(main),
    custom: customOf(
      leftover(order, ORDER_KEYS, IDLE),
      order.sku_order_list.map((line) => [line.order_id, leftover(line, LINE_KEYS, IDLE)]),
    ),
    ...presaleOf(order),
    ...(payment === 'cod' && { cod: total }),
    ...present({
      paidAt: payment === 'paid' ? order.pay_time : undefined,
      buyerNote: order.buyer_words,
      sellerNote: order.seller_words,
      flag: stars > 0 ? String(stars) : undefined,
      shipBy: deadlines.length > 0 ? Math.min(...deadlines) : undefined,
    }),
  }
}

const paymentOf = ({ pay_type, pay_time, order_phase_list = [] }: Order, main: number): PlatformOrder['payment'] => {
  if (main === 103 || (SHIPPABLE.includes(main) && order_phase_list.some((phase) => phase.pay_success === false))) {
    return 'deposit'
  }
  if (main === 1 || (main === 4 && pay_time === undefined)) return 'unpaid'
  return pay_type === 0 ? 'cod' : 'paid'
}

const presaleOf = ({ sku_order_list }: Order): Pick<PlatformOrder, 'presale'> => {
  if (sku_order_list.some((line) => line.trade_type === 2)) return { presale: { kind: 'deposit' } }
  return sku_order_list.some((line) => line.pre_sale_type === 1) ? { presale: { kind: 'full' } } : {}
}

const lineOf = (line: Order['sku_order_list'][number]): OrderLine => ({
  lineId: line.order_id,
  code: line.code ?? '',
  title: joined(' ', line.product_name, ...(line.spec ?? []).map((one) => one.value)),
  quantity: line.item_num,
  price: yuan(line.origin_amount),
  gift: line.given_product_type === 'FREE',
  status: lineStatus(line),
  ...present({ listingId: line.sku_id }),
})

/** 12 after-sale done, 51 cancelled, 53 reverse trade done; 6 requested, 7 being returned, 11 sent back. Refund 3: paid back. */
const lineStatus = ({ order_status = 0, after_sale_info }: Order['sku_order_list'][number]): OrderLine['status'] => {
  const { after_sale_status = 0, after_sale_type, refund_status } = after_sale_info ?? {}
  if (CANCELLED.includes(order_status) || FINISHED.includes(order_status)) return 'gone'
  if (NO_REFUND.includes(after_sale_type)) return 'open'
  if (refund_status === 3 || [12, 51, 53].includes(after_sale_status)) return 'gone'
  return [6, 7, 11].includes(after_sale_status) ? 'refunding' : 'open'
}

/** The cipher opens only together with this order's id. `town` is their word for 区县, `street` for 街道. */
const receiverOf = (order: Order): Receiver => {
  const { post_addr, mask_post_addr } = order
  const region = {
    province: post_addr?.province,
    city: post_addr?.city,
    district: post_addr?.town,
    town: post_addr?.street,
  }
  const names = Object.fromEntries(Object.entries(region).map(([key, one]) => [key, one?.name]))
  const readable = { country: 'CN', ...present(names) }
  const { encrypt_post_receiver, encrypt_post_tel } = order
  const cipher = present({ encrypt_post_receiver, encrypt_post_tel, encrypt_detail: post_addr?.encrypt_detail })
  const plain = present({ name: order.post_receiver, phone: order.post_tel, address: post_addr?.detail })
  const open = Object.keys(plain).length === 3 && !Object.values(plain).some((text) => text.includes('*'))
  const secret = Object.keys(cipher).length > 0
  if (open && !secret) return { kind: 'plain', readable: { ...readable, ...plain }, masked: {}, cipher: {} }
  return {
    kind: secret ? 'douyin' : 'masked',
    readable,
    masked: present({ name: order.mask_post_receiver, phone: order.mask_post_tel, address: mask_post_addr?.detail }),
    cipher: { ...cipher },
    ...(secret && { sourceOrderId: order.order_id }),
    ...present({ identity: order.open_address_id }),
  }
}

const yuan = (fen = 0): Money => ({ amount: fen, currency: 'CNY' })
