/** What 微信小店 pushes: thin events, encrypted with the shop's key, signed over token, time, nonce and cipher text. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { bare } from '../json.ts'
import type { Message, Order, Shop } from '../types.ts'
import type { Happening } from './platform.ts'

const EVENTS: Readonly<Partial<Record<Happening, string>>> = {
  created: 'channels_ec_order_new',
  paid: 'channels_ec_order_pay',
  cancelled: 'channels_ec_order_cancel',
  changed: 'channels_ec_order_ext_info_update',
  noted: 'channels_ec_order_ext_info_update',
}
const HAPPENINGS: readonly Happening[] = [
  ...(Object.keys(EVENTS) as Happening[]),
  'refund_requested',
  'refund_withdrawn',
  'refunded',
]
const AFTER_SALE = 'channels_ec_aftersale_update'

export const messages = (order: Order, shop: Shop, what: Happening): Message[] => {
  const event = EVENTS[what] ?? AFTER_SALE
  return [
    message(shop, what, { ...envelopeOf(event, order), ...(event === AFTER_SALE ? refund(order) : info(order, what)) }),
  ]
}

/** Sent once more with another random text around it, as their retries are. A topic here is what happened. */
export const renew = (order: Order, shop: Shop, topic: string): Message | undefined => {
  const what = HAPPENINGS.find((one) => one === topic)
  return what && messages(order, shop, what)[0]
}

const envelopeOf = (Event: string, order: Order): Record<string, unknown> => ({
  ToUserName: 'gh_0000000000aa',
  FromUserName: 'oAAAA0000000000000000000001',
  CreateTime: Math.floor(order.updatedAt / 1000),
  MsgType: 'event',
  Event,
})

const info = (order: Order, what: Happening): Record<string, unknown> => ({
  order_info: {
    order_id: bare(order.id),
    ...(what === 'paid' && { pay_time: Math.floor((order.paidAt ?? order.updatedAt) / 1000) }),
    ...(what === 'cancelled' && { cancel_type: 1 }),
    ...(what === 'changed' && { type: 2 }),
    ...(what === 'noted' && { type: 3 }),
  },
})

const refund = ({ id, refund }: Order): Record<string, unknown> => ({
  finder_shop_aftersale_status_update: {
    after_sale_order_id: `2000000${refund?.id ?? '0'}`,
    status: { requested: 'MERCHANT_PROCESSING', withdrawn: 'USER_CANCELD', refunded: 'MERCHANT_REFUND_SUCCESS' }[
      refund?.status ?? 'requested'
    ],
    order_id: id,
  },
})

const message = (shop: Shop, topic: string, body: Record<string, unknown>): Message => ({
  topic,
  deliveryId: randomBytes(8).toString('hex'),
  body: JSON.stringify({ ToUserName: 'gh_0000000000aa', Encrypt: encrypt(JSON.stringify(body), shop) }),
})

/** Random text, length, message and app id, filled up to whole 32 bytes. */
const encrypt = (text: string, { credentials }: Shop): string => {
  const key = Buffer.from(`${credentials.encodingAesKey}=`, 'base64')
  const content = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const plain = Buffer.concat([randomBytes(16), length, content, Buffer.from(credentials.appId ?? '')])
  const fill = 32 - (plain.length % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16))
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(fill, fill)), cipher.final()]).toString(
    'base64',
  )
}

/** The query of one try. */
export const signed = (body: string, { credentials }: Shop, now: number): string => {
  const [timestamp, nonce] = [String(Math.floor(now / 1000)), String(randomBytes(4).readUInt32BE())]
  const text = /"Encrypt":"([^"]*)"}$/.exec(body)?.[1] ?? body
  const digest = (...parts: string[]): string => createHash('sha1').update(parts.sort().join('')).digest('hex')
  const token = credentials.token ?? ''
  const query = { timestamp, nonce, openid: 'oAAAA0000000000000000000001', encrypt_type: 'aes' }
  const proof = { signature: digest(token, timestamp, nonce), msg_signature: digest(token, timestamp, nonce, text) }
  return new URLSearchParams({ ...query, ...proof }).toString()
}
