/** What 拼多多 says over its socket: JSON frames with an order's number; what it hears there: Ack and HeartBeat. */
import { createHash } from 'node:crypto'
import { bare, object, read, text } from '../json.ts'
import { same } from '../signatures.ts'
import type { Fields, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import type { Happening, Socket, SocketHeard } from './platform.ts'

/** Of an order that is not paid it says nothing, nor of money that has gone back. */
const TOPICS: Readonly<Partial<Record<Happening, string>>> = {
  paid: 'pdd_trade_TradeConfirmed',
  changed: 'pdd_trade_TradeLogisticsAddressChanged',
  noted: 'pdd_trade_TradeMemoModified',
  cancelled: 'pdd_refund_RefundAgreeAgreement',
  refund_requested: 'pdd_refund_RefundCreated',
  refund_withdrawn: 'pdd_refund_RefundClosed',
  refunded: 'pdd_refund_RefundAgreeAgreement',
}

export const messages = (order: Order, shop: Shop, what: Happening, world: World): Message[] => {
  const topic = TOPICS[what]
  return topic === undefined ? [] : [message(order, shop, topic, world)]
}

const message = (order: Order, shop: Shop, topic: string, world: World): Message => {
  const refund = {
    refund_id: bare(order.refund?.id ?? '1'),
    refund_fee: order.total,
    bill_type: 1,
    operation: 1000,
    modified: order.refund?.at ?? order.updatedAt,
  }
  const content = {
    mall_id: bare(shop.credentials.mallId ?? ''),
    tid: order.id,
    ...(topic.startsWith('pdd_refund_') && refund),
  }
  const deliveryId = String(4_611_686_018_427_387_904n + BigInt(world.store.next('pmc')))
  return { topic, deliveryId, body: JSON.stringify(content) }
}

export const renew = (order: Order, shop: Shop, topic: string, world: World): Message | undefined =>
  message(order, shop, topic, world)

const WINDOW_MS = 600_000

/** `/message/{client_id}/{ms}/{base64 of the hex text of md5(id, ms, secret)}` */
const refusal = ([word, id, ms = '', digest = '']: readonly string[], app: Fields, now: number): string | undefined => {
  if (word !== 'message' || id !== app.clientId) return 'unknown client'
  const hex = createHash('md5')
    .update(`${id}${ms}${app.clientSecret ?? ''}`)
    .digest('hex')
  if (!same(Buffer.from(hex).toString('base64'), digest)) return 'wrong digest'
  return Math.abs(now - Number(ms)) <= WINDOW_MS ? undefined : 'stale'
}

const hear = (bytes: Buffer, _session: string, _app: Fields, now: number): SocketHeard => {
  const frame = object(read(bytes.toString('utf8')))
  if (frame.commandType === 'HeartBeat')
    return { send: [JSON.stringify({ id: frame.id, commandType: 'HeartBeat', time: now })] }
  if (frame.commandType !== 'Ack' || !text(frame.type) || !text(frame.mallID)) return { refused: 'unknown command' }
  return { confirmed: [text(frame.id)] }
}

export const socket: Socket = {
  appField: 'clientId',
  refusal,
  readyAtOnce: true,
  hear,
  frame: ({ topic, deliveryId, body }, shop, now) =>
    JSON.stringify({
      id: bare(deliveryId),
      commandType: 'Common',
      time: now,
      sendTime: now,
      message: { type: topic, mallID: bare(shop.credentials.mallId ?? ''), content: body },
    }),
}
