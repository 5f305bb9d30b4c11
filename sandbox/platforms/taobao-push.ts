/** What 淘宝 says over its channel: thin messages with ids; and what it hears there. */
import { createHash, randomBytes } from 'node:crypto'
import { bare } from '../json.ts'
import { same } from '../signatures.ts'
import type { Fields, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import type { Happening, Socket, SocketHeard } from './platform.ts'
import { readFrame, write } from './taobao-frame.ts'
import { beijing, status } from './taobao-order.ts'

const TOPICS: Readonly<Record<Happening, string>> = {
  created: 'taobao_trade_TradeCreate',
  paid: 'taobao_trade_TradeBuyerPay',
  changed: 'taobao_trade_TradeLogisticsAddressChanged',
  noted: 'taobao_trade_TradeMemoModified',
  cancelled: 'taobao_trade_TradeClose',
  refund_requested: 'taobao_refund_RefundCreated',
  refund_withdrawn: 'taobao_refund_RefundClosed',
  refunded: 'taobao_refund_RefundSuccess',
}

/** One refund message per line. */
export const messages = (order: Order, _shop: Shop, what: Happening, world: World): Message[] => {
  const { refund, lines } = order
  const touched = lines.filter(({ id }) => !refund?.lineIds.length || refund.lineIds.includes(id))
  const contents = what.startsWith('refund')
    ? touched.map(({ id, price, quantity }, i) => ({
        tid: bare(order.id),
        oid: bare(id),
        refund_id: bare(`${refund?.id ?? '0'}${i}`),
        refund_fee: ((price * quantity) / 100).toFixed(2),
        refund_phase: 'onsale',
        bill_type: 'refund_bill',
        modified: beijing(refund?.at ?? order.updatedAt),
      }))
    : [{ tid: bare(order.id), oid: bare(lines[0]?.id ?? order.id), status: status(order), type: 'fixed' }]
  return contents.map((content) => message(TOPICS[what], JSON.stringify(content), world))
}

const message = (topic: string, body: string, world: World): Message => ({
  topic,
  deliveryId: String(4_611_686_018_427_387_904n + BigInt(world.store.next('tmc'))),
  body,
})

export const renew = (order: Order, shop: Shop, topic: string, world: World): Message | undefined => {
  const what = (Object.keys(TOPICS) as Happening[]).find((one) => TOPICS[one] === topic)
  return what && messages(order, shop, what, world)[0]
}

const CONNECT_WINDOW_MS = 600_000

const refusalOf = (fields: Fields, app: Fields, now: number): string | undefined => {
  const { app_key = '', group_name = '', timestamp = '', sign = '' } = fields
  if (app_key !== app.appKey) return 'Invalid app key'
  const secret = app.appSecret ?? ''
  const signed = `${secret}app_key${app_key}group_name${group_name}timestamp${timestamp}${secret}`
  if (!same(createHash('md5').update(signed).digest('hex').toUpperCase(), sign)) return 'Invalid signature'
  return Math.abs(now - Number(timestamp)) <= CONNECT_WINDOW_MS ? undefined : 'Invalid timestamp'
}

/** CONNECT 0, CONNECTACK 1, SEND 2; `__kind` 1 asks for messages, 2 confirms one. */
const hear = (bytes: Buffer, session: string, app: Fields, now: number): SocketHeard => {
  const frame = readFrame(bytes)
  if (!frame) return { refused: 'no frame' }
  if (frame.type === 0) {
    const refusal = refusalOf(frame.fields, app, now)
    if (refusal) return { send: [write(1, {}, { status: 4, phrase: refusal })], refused: refusal }
    const token = randomBytes(8).toString('hex')
    return { session: token, send: [write(1, {}, { token })] }
  }
  if (session === '' || frame.token !== session) return { refused: 'Invalid token' }
  if (frame.fields.__kind === '1') return { ready: true }
  return frame.fields.__kind === '2' ? { confirmed: [frame.fields.id ?? ''] } : { refused: 'unknown kind' }
}

export const socket: Socket = {
  appField: 'appKey',
  hear,
  frame: ({ topic, deliveryId, body }, shop, now) =>
    write(2, {
      __kind: 3,
      id: BigInt(deliveryId),
      topic,
      userid: BigInt(shop.credentials.userId ?? '0'),
      nick: shop.name,
      dataid: BigInt(deliveryId),
      outtime: beijing(now),
      publisher: '4272',
      content: body,
    }),
}
