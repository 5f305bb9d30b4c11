/** What 快手 pushes: thin messages, each a cipher text with a zero IV and nothing else, and the test message. */
import { createCipheriv } from 'node:crypto'
import { bare } from '../json.ts'
import type { Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { statusOf } from './kuaishou-order.ts'
import type { Happening } from './platform.ts'

const EVENTS: Readonly<Record<Happening, string>> = {
  created: 'kwaishop_order_addOrder',
  paid: 'kwaishop_order_paySuccess',
  changed: 'kwaishop_order_addressUpdateAudit',
  noted: 'kwaishop_order_addNote',
  cancelled: 'kwaishop_order_orderFail',
  refund_requested: 'kwaishop_aftersales_addRefund',
  refund_withdrawn: 'kwaishop_aftersales_updateRefund',
  refunded: 'kwaishop_aftersales_updateRefund',
}

export const messages = (order: Order, shop: Shop, what: Happening, world: World): Message[] => {
  const eventId = `267_${order.id}_${world.store.next('event_id')}`
  const body = JSON.stringify({
    eventId,
    bizId: bare(order.id),
    userId: bare(shop.credentials.sellerId ?? ''),
    // Empty at times, as their support pages say.
    openId: what === 'noted' ? null : `f18${shop.credentials.sellerId}`,
    appKey: shop.credentials.appKey,
    event: EVENTS[what],
    info: JSON.stringify(infoOf(order, shop, what)),
    createTime: order.updatedAt,
    test: false,
  })
  return [{ topic: what, deliveryId: eventId, body: encrypt(body, shop) }]
}

/** The topic of a message is what happened. */
export const renew = (order: Order, shop: Shop, topic: string, world: World): Message | undefined => {
  const what = (Object.keys(EVENTS) as Happening[]).find((one) => one === topic)
  return what && messages(order, shop, what, world)[0]
}

const infoOf = (order: Order, shop: Shop, what: Happening): Record<string, unknown> => {
  const sellerId = bare(shop.credentials.sellerId ?? '')
  if (what === 'noted')
    return { eventType: 2, bizId: bare(order.id), note: order.sellerNote, type: 1, updateTime: order.updatedAt }
  if (what === 'changed') return { oid: bare(order.id), auditStatus: 20, auditTime: order.updatedAt }
  if (what === 'created') return { oid: bare(order.id), sellerId, createTime: order.createdAt }
  if (what === 'paid' || what === 'cancelled')
    return { oid: bare(order.id), sellerId, status: statusOf(order), updateTime: order.updatedAt }
  const status = { requested: 10, withdrawn: 70, refunded: 60 }[order.refund?.status ?? 'requested']
  return {
    orderId: bare(order.id),
    refundId: bare(`99${order.id}`),
    sellerId,
    handlingWay: 10,
    specialRefundType: 0,
    status,
    updateTime: order.updatedAt,
  }
}

const encrypt = (text: string, { credentials }: Shop): string => {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(credentials.messageKey ?? '', 'base64'), Buffer.alloc(16))
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}
