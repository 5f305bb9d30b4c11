/** An order as 抖店 shows it: `shop_order_detail`, the ciphers of its receiver, and what the pushes say of it. */
import { createHmac } from 'node:crypto'
import { bare } from '../json.ts'
import type { Line, Order, Receiver, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { maskName, maskPhone } from './platform.ts'
import { isGone, openLines, shippedState } from './ship.ts'

export const seconds = (ms: number | undefined): number => (ms === undefined ? 0 : Math.floor(ms / 1000))

/** In the platform's real form, which has a `*` inside; tied to the order, so that another order's text will not do. */
export const cipher = (order: Order, shop: Shop, kind: 'name' | 'phone' | 'address', text: string): string => {
  const digest = (part: string): string =>
    createHmac('sha256', order.id).update(`${kind}${part}${text}`).digest('base64')
  const star = shop.settings.starlessCipher ? '.' : '*'
  return kind === 'phone'
    ? `$$${digest('a')}${star}CgYIASAHKAESPgo8${digest('b')}$1$$`
    : `##${digest('a')}${star}CgYIASAHKAESPgo8${digest('b')}#1##`
}

const place = (name: string, id: string): unknown => ({ id, name })

const address = (receiver: Receiver): Record<string, unknown> => ({
  province: place(receiver.province, receiver.zip.slice(0, 2).padEnd(6, '0')),
  city: place(receiver.city, receiver.zip.slice(0, 4).padEnd(6, '0')),
  town: place(receiver.district, receiver.zip),
  street: place(receiver.town, `${receiver.zip}001`),
})

/** What `post_addr` and the address push carry. */
export const postAddress = (order: Order, shop: Shop): Record<string, unknown> => ({
  ...address(order.receiver),
  detail: '',
  encrypt_detail: cipher(order, shop, 'address', order.receiver.address),
})

/** 1 to pay, 2 to ship, 101 part shipped, 3 shipped, 4 cancelled, 5 done; `main_status` adds 103 and 21. */
export const orderStatus = (order: Order): number => {
  if (order.status === 'cancelled' || openLines(order).length === 0) return 4
  if (order.status === 'finished') return 5
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 1
  return { none: 2, part: 101, all: 3 }[shippedState(order)]
}
const mainStatus = (order: Order): number => {
  if (order.payment === 'deposit' && order.status === 'open') return 103
  return order.status === 'open' && openLines(order).length === 0 ? 21 : orderStatus(order)
}

const afterSale = (order: Order, line: Line): Record<string, number> => {
  const { refund } = order
  if (order.status === 'cancelled') return { after_sale_status: 51, after_sale_type: 5, refund_status: 0 }
  if (!refund || !(refund.lineIds.length === 0 || refund.lineIds.includes(line.id)))
    return { after_sale_status: 0, after_sale_type: 0, refund_status: 0 }
  // A refund that the buyer took back: 28 beside a refund_status that stays 1.
  const status = { requested: [6, 1], withdrawn: [28, 1], refunded: [12, 3] }[refund.status]
  return { after_sale_status: status[0] ?? 0, after_sale_type: 2, refund_status: status[1] ?? 0 }
}

const skuOrder = (order: Order, line: Line): Record<string, unknown> => ({
  order_id: line.id,
  parent_order_id: order.id,
  order_level: 3,
  order_type: 0,
  trade_type: order.payment === 'deposit' ? 2 : 0,
  order_status: isGone(order, line) ? 4 : orderStatus(order),
  main_status: isGone(order, line) ? 21 : mainStatus(order),
  product_id: bare(line.parentId),
  product_id_str: line.parentId,
  sku_id: bare(line.listingId),
  code: line.code,
  out_sku_id: '',
  out_product_id: '',
  product_name: line.title,
  spec: [{ name: '规格', value: '默认' }],
  item_num: line.quantity,
  origin_amount: line.price,
  sum_amount: line.price * line.quantity,
  order_amount: line.price * line.quantity,
  pay_amount: line.price * line.quantity,
  goods_type: 0,
  pre_sale_type: 0,
  given_product_type: line.gift ? 'FREE' : order.lines.some((each) => each.gift) ? 'MASTER' : '',
  master_sku_order_id_list: line.gift ? order.lines.filter((each) => !each.gift).map((each) => each.id) : [],
  exp_ship_time: seconds(order.shipBy),
  create_time: seconds(order.createdAt),
  update_time: seconds(order.updatedAt),
  after_sale_info: afterSale(order, line),
})

const phases = (order: Order): unknown[] =>
  order.payment === 'deposit'
    ? [1, 2].map((current) => ({
        phase_order_id: `${order.id}${current}`,
        total_phase: 2,
        current_phase: current,
        pay_success: current === 1,
        phase_pay_time: current === 1 ? seconds(order.createdAt) : 0,
        phase_pay_amount: current === 1 ? Math.floor(order.total / 10) : 0,
        phase_open_time: seconds(order.createdAt),
        phase_close_time: seconds(order.createdAt) + 86_400,
      }))
    : []

const parcels = (order: Order, world: World): unknown[] =>
  world.store
    .all<{ waybill: string; carrier: string; at: number; lines: string }>(
      'SELECT waybill, carrier, at, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
      order.id,
    )
    .map(({ waybill, carrier, at, lines }) => ({
      tracking_no: waybill,
      company: carrier,
      company_name: carrier,
      ship_time: seconds(at),
      delivery_id: waybill,
      product_info: (JSON.parse(lines) as { lineId: string; quantity: number }[]).map(({ lineId, quantity }) => ({
        sku_order_id: lineId,
        product_count: quantity,
        product_id_str: order.lines.find((line) => line.id === lineId)?.parentId ?? '',
      })),
    }))

/** Amounts in fen, times in seconds, buyer's data only as cipher and mask. */
export const detail = (order: Order, shop: Shop, world: World): Record<string, unknown> => ({
  ...order.custom,
  shop_id: bare(shop.credentials.shopId ?? ''),
  shop_name: shop.name,
  order_id: order.id,
  order_level: 2,
  order_type: 0,
  biz: 2,
  order_status: orderStatus(order),
  main_status: mainStatus(order),
  create_time: seconds(order.createdAt),
  pay_time: seconds(order.paidAt),
  update_time: seconds(order.updatedAt),
  cancel_reason: order.cancelReason ?? '',
  buyer_words: order.buyerNote,
  seller_words: order.sellerNote,
  seller_remark_stars: Number(order.flag || 0),
  pay_type: order.payment === 'cod' ? 0 : 2,
  order_amount: order.total,
  pay_amount: order.payment === 'cod' ? 0 : order.total,
  post_amount: order.freight,
  exp_ship_time: seconds(order.shipBy),
  encrypt_post_receiver: cipher(order, shop, 'name', order.receiver.name),
  encrypt_post_tel: cipher(order, shop, 'phone', order.receiver.phone),
  post_receiver: '',
  post_tel: '',
  post_addr: postAddress(order, shop),
  mask_post_receiver: maskName(order.receiver.name),
  mask_post_tel: maskPhone(order.receiver.phone),
  mask_post_addr: { ...address(order.receiver), detail: '****' },
  sku_order_list: order.lines.map((line) => skuOrder(order, line)),
  order_phase_list: phases(order),
  logistics_info: parcels(order, world),
})
