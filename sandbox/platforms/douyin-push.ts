/** What 抖店 pushes: thin messages with ids, statuses and amounts, in an array; the order itself is asked for. */
import { bare } from '../json.ts'
import type { Line, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { cipher, orderStatus, postAddress, seconds } from './douyin-order.ts'
import { type Happening, maskName, maskPhone } from './platform.ts'

const TAGS: Readonly<Record<Happening, string>> = {
  created: '100',
  paid: '101',
  changed: '105',
  noted: '113',
  cancelled: '106',
  refund_requested: '200',
  refunded: '206',
  refund_withdrawn: '207',
}
const byTag = (tag: string): Happening | undefined =>
  (Object.keys(TAGS) as Happening[]).find((what) => TAGS[what] === tag)

/** After-sales are of one child order each: a refund of three lines is three messages. */
export const messages = (order: Order, shop: Shop, what: Happening, world: World): Message[] =>
  what.startsWith('refund')
    ? refunded(order).map((line, index) => message(order, shop, what, world, { line, index }))
    : [message(order, shop, what, world)]

export const renew = (order: Order, shop: Shop, topic: string, world: World): Message | undefined => {
  const what = byTag(topic)
  return what && messages(order, shop, what, world)[0]
}

const refunded = ({ refund, lines }: Order): Line[] =>
  lines.filter((line) => !refund?.lineIds.length || refund.lineIds.includes(line.id))

interface Child {
  readonly line: Line
  readonly index: number
}

const message = (order: Order, shop: Shop, what: Happening, world: World, child?: Child): Message => {
  const tag = TAGS[what]
  const deliveryId = `${order.id}:${tag}:${seconds(order.updatedAt)}:${world.store.next('msg_id')}`
  const data = child ? refund(order, shop, child) : facts(order, shop, what)
  const body =
    shop.settings.pushShape === 'object'
      ? [{ tag: Number(tag), msgId: deliveryId, data }]
      : [{ tag, msg_id: deliveryId, data: JSON.stringify(data) }]
  return { topic: tag, deliveryId, body: JSON.stringify(body) }
}

const facts = (order: Order, shop: Shop, what: Happening): Record<string, unknown> => {
  const common = {
    p_id: bare(order.id),
    s_ids: order.lines.map((line) => bare(line.id)),
    shop_id: bare(shop.credentials.shopId ?? ''),
  }
  const trade = { ...common, order_status: orderStatus(order), order_type: 0, biz: 2 }
  switch (what) {
    case 'created':
      return { ...trade, create_time: seconds(order.createdAt) }
    case 'paid':
      return {
        ...trade,
        create_time: seconds(order.createdAt),
        pay_time: seconds(order.paidAt ?? order.createdAt),
        pay_type: order.payment === 'cod' ? 0 : 2,
        pay_amount: order.payment === 'cod' ? 0 : order.total,
      }
    case 'cancelled':
      return { ...trade, cancel_time: seconds(order.cancelledAt), cancel_reason: order.cancelReason }
    case 'changed':
      return { ...trade, receiver_msg: receiver(order, shop), update_time: seconds(order.updatedAt) }
    case 'noted':
      return {
        p_id: bare(order.id),
        shop_id: common.shop_id,
        remark: order.sellerNote,
        star: Number(order.flag || 0),
        update_time: seconds(order.updatedAt),
      }
    default:
      return common
  }
}

const receiver = (order: Order, shop: Shop): Record<string, unknown> => ({
  addr: JSON.stringify(postAddress(order, shop)),
  name: maskName(order.receiver.name),
  encrypt_name: cipher(order, shop, 'name', order.receiver.name),
  tel: maskPhone(order.receiver.phone),
  encrypt_tel: cipher(order, shop, 'phone', order.receiver.phone),
})

const refund = (order: Order, shop: Shop, { line, index }: Child): Record<string, unknown> => {
  const { id = '0', status = 'requested', at = order.updatedAt } = order.refund ?? {}
  const time = { requested: 'apply_time', withdrawn: 'close_time', refunded: 'success_time' }[status]
  return {
    aftersale_id: bare(`${id}${index}`),
    aftersale_status: { requested: 6, withdrawn: 28, refunded: 12 }[status],
    aftersale_type: 2,
    p_id: bare(order.id),
    s_id: bare(line.id),
    shop_id: bare(shop.credentials.shopId ?? ''),
    refund_amount: line.price * line.quantity,
    refund_post_amount: 0,
    refund_voucher_num: 0,
    reason_code: 1,
    [time]: seconds(at),
    update_time: new Date(at).toISOString(),
  }
}
