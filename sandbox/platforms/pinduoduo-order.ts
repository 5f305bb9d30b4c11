/** An order as 拼多多 shows it: one waybill that ships it all, others beside it; ciphers only while it waits. */
import { createHmac } from 'node:crypto'
import { bare } from '../json.ts'
import type { Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { maskName, maskPhone } from './platform.ts'

const beijing = (ms: number | undefined): string =>
  ms === undefined ? '' : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
const yuan = (fen: number): string => (fen / 100).toFixed(2)

/** Opens only with the order's number. */
export const cipher = (order: Order, kind: 'name' | 'phone' | 'address'): string => {
  const digest = createHmac('sha256', order.id).update(`${kind}${order.receiver[kind]}`).digest('base64')
  return kind === 'phone' ? `$AgAAAA${digest}$cGhvbmU$0$` : `~AgAAAA${digest}~bmFtZQ~0~`
}

export interface Shown {
  readonly waybill: string
  readonly carrier: string
  readonly at: number
}
/** The first is the one that ships the order. */
export const shown = (order: Order, shop: Shop, world: World): readonly Shown[] =>
  world.store.all<{ waybill: string; carrier: string; at: number }>(
    'SELECT waybill, carrier, at FROM writeback WHERE shop = ? AND order_id = ? ORDER BY at, waybill',
    shop.id,
    order.id,
  )

const REFUND: Readonly<Record<string, number>> = { requested: 2, withdrawn: 1, refunded: 4 }
const DEPOSIT = { trade_type: 1, step_order_info: { step_trade_status: 1, advanced_paid_fee: '1.00' } }

export const detail = (order: Order, shop: Shop, world: World): Record<string, unknown> => {
  const [main, ...beside] = shown(order, shop, world)
  const isShipped = main !== undefined || order.status === 'finished'
  const isPaid = order.payment === 'paid'
  const open = !isShipped && isPaid && order.status === 'open'
  return {
    ...order.custom,
    order_sn: order.id,
    order_status: isShipped ? 2 : 1,
    refund_status: REFUND[order.refund?.status ?? ''] ?? 1,
    after_sales_status: order.refund?.status === 'requested' ? 2 : 0,
    confirm_status: order.status === 'cancelled' ? 2 : isPaid ? 1 : 0,
    group_status: isPaid ? 1 : 0,
    risk_control_status: 0,
    ...(order.payment === 'deposit' ? DEPOSIT : { trade_type: 0, step_order_info: null }),
    is_pre_sale: 0,
    created_time: beijing(order.createdAt),
    pay_time: beijing(order.paidAt),
    confirm_time: beijing(order.paidAt),
    updated_at: beijing(order.updatedAt),
    last_ship_time: beijing(order.shipBy),
    pay_amount: yuan(order.total),
    goods_amount: yuan(order.total),
    postage: yuan(order.freight),
    buyer_memo: order.buyerNote,
    remark: order.sellerNote,
    remark_tag: Number(order.flag || 0),
    remark_tag_name: order.flag && order.flag !== '0' ? '急' : '',
    province: order.receiver.province,
    city: order.receiver.city,
    town: order.receiver.district,
    receiver_name: open ? cipher(order, 'name') : '',
    receiver_phone: open ? cipher(order, 'phone') : '',
    receiver_address: open ? cipher(order, 'address') : '',
    receiver_name_mask: maskName(order.receiver.name),
    receiver_phone_mask: maskPhone(order.receiver.phone),
    receiver_address_mask: '****',
    tracking_number: main?.waybill ?? '',
    logistics_id: Number(main?.carrier ?? 0),
    extra_delivery_list: beside.map(({ waybill, carrier }) => ({
      tracking_number: waybill,
      logistics_id: Number(carrier),
    })),
    ...items(order),
  }
}

const items = ({ lines }: Order): Record<string, unknown> => {
  const shape = lines.map((line) => ({
    gift: line.gift,
    item: {
      goods_id: bare(line.parentId),
      sku_id: bare(line.listingId),
      outer_id: line.code,
      outer_goods_id: '',
      goods_name: line.title,
      goods_spec: '默认',
      goods_price: yuan(line.price),
      goods_count: line.quantity,
    },
  }))
  return {
    item_list: shape.filter(({ gift }) => !gift).map(({ item }) => item),
    gift_list: shape.filter(({ gift }) => gift).map(({ item }) => item),
  }
}
