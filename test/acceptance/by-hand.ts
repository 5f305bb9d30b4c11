/** Webhooks posted by hand: bodies written out here, signatures made here, answers kept as they came. */
import { createHash, createHmac } from 'node:crypto'
import type { OrderView as FarOrder } from '../../sandbox/client.ts'
import type { App, Shop } from './merchant.ts'

export interface Answer {
  readonly status: number
  readonly type: string | null
  readonly body: string
}

const post = async (url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() }
}

let serial = 0
const key = (secret: string): Buffer => Buffer.from(secret.slice('whsec_'.length), 'base64')

/** What a forger would send: all headers right, the signature of another text. */
const signed = (body: string, forged: boolean): string => (forged ? `${body} ` : body)

export const postStandard = (shop: Shop, body: string, forged = false, id = `by-hand-${++serial}`): Promise<Answer> => {
  const seconds = Math.floor(Date.now() / 1000)
  const hmac = createHmac('sha256', key(shop.credentials.secret ?? ''))
  const signature = hmac.update(`${id}.${seconds}.${signed(body, forged)}`).digest('base64')
  const headers = { 'webhook-id': id, 'webhook-timestamp': `${seconds}`, 'webhook-signature': `v1,${signature}` }
  return post(shop.hookUrl, headers, body)
}

export const postShopify = (shop: Shop, body: string, forged = false, topic = 'orders/create'): Promise<Answer> => {
  const hmac = createHmac('sha256', shop.credentials.clientSecret ?? '').update(signed(body, forged))
  const headers = {
    'x-shopify-topic': topic,
    'x-shopify-webhook-id': `by-hand-${++serial}`,
    'x-shopify-triggered-at': new Date().toISOString(),
    'x-shopify-hmac-sha256': hmac.digest('base64'),
  }
  return post(shop.hookUrl, headers, body)
}

export const postDouyin = ({ hookUrl, keys }: App, body: string, forged = false): Promise<Answer> => {
  const sign = createHash('md5')
    .update(keys.appKey + signed(body, forged) + keys.appSecret)
    .digest('hex')
  return post(hookUrl, { 'app-id': keys.appKey, 'event-sign': sign }, body)
}

/** Ids go out as bare numbers beyond 2^53, which is why this is text and no object. */
export const standardOrder = (order: FarOrder, type = 'order.paid', change: object = {}): string => {
  const { id, lines, ...rest } = order
  const bare = lines.map(
    (line) => `{"id":${line.id},"sku":"${line.code}","quantity":${line.quantity},"price":"19.90","title":"茶"}`,
  )
  const more = JSON.stringify({
    version: rest.updatedAt,
    createdAt: rest.createdAt,
    paidAt: rest.paidAt,
    status: 'open',
    payment: 'paid',
    total: '39.80',
    receiver: rest.receiver,
    buyerNote: '请发顺丰 🙏',
    自定义备注: '生日礼物',
    ...change,
  }).slice(1)
  const timestamp = new Date(rest.updatedAt).toISOString()
  return `{"type":"${type}","timestamp":"${timestamp}","data":{"order":{"id":${id},"lines":[${bare}],${more}}}`
}

export const shopifyOrder = ({ id, lines, receiver, createdAt, updatedAt }: FarOrder): string => {
  const bare = lines.map(
    (line) =>
      `{"id":${line.id},"sku":"${line.code}","variant_id":${line.listingId},"title":"Tea","quantity":${line.quantity},"current_quantity":${line.quantity},"fulfillable_quantity":${line.quantity},"requires_shipping":true,"price":"19.90"}`,
  )
  const address = {
    name: receiver.name,
    phone: receiver.phone,
    address1: receiver.address,
    city: receiver.city,
    zip: receiver.zip,
    province: receiver.province,
    country_code: receiver.country,
  }
  const more = JSON.stringify({
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
    financial_status: 'paid',
    fulfillment_status: null,
    currency: 'USD',
    total_price: '39.80',
    shipping_address: address,
  }).slice(1)
  return `{"id":${id},"line_items":[${bare}],${more}`
}

/** 抖店 says only that there is an order, in a list of messages; the order itself is asked for. */
export const douyinMessage = (shopId: string, order: FarOrder, tag = '101'): string => {
  const seconds = Math.floor(order.updatedAt / 1000)
  const ids = `"p_id":${order.id},"s_ids":[${order.lines.map((line) => line.id)}],"shop_id":${shopId}`
  const data = `{${ids},"order_status":2,"order_type":0,"biz":2,"create_time":${seconds},"pay_time":${seconds}}`
  const id = `${order.id}:${tag}:${seconds}:${++serial}`
  return `{"tag":"${tag}","msg_id":"${id}","data":${JSON.stringify(data)}}`
}
