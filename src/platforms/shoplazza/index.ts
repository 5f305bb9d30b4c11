import { z } from 'zod'
import { empty } from '../../wire/ack.ts'
import { signedBody } from '../../wire/signature.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

const EVENTS = 'shoplazza.dev: the page of supported webhook events, of which only the first part was to be had'

export const shoplazza = definePlatform({
  id: 'shoplazza',
  name: { zh: '店匠 Shoplazza', en: 'Shoplazza' },
  docs: 'https://www.shoplazza.dev/reference/webhook-properties',
  proof: {
    live: false,
    restsOn: 'pages of shoplazza.dev (webhooks, orders, fulfillments, variants); no digest computed by somebody else',
  },
  scope: 'shop',
  baseUrl: '',
  credentials: {
    shop: z.object({
      clientSecret: z.string().min(1).describe('合作伙伴后台 → 应用 → Client Secret（推送签名用）'),
      accessToken: z.string().min(1).describe('店铺后台 → 应用 → 管理私有应用 的 access token'),
    }),
  },
  settings: shopSettings('https://<店铺>.myshoplaza.com，不填则无法回传单号和库存', {}),
  needs: { tracking: ['baseUrl'], stock: ['baseUrl'] },
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'changed', 'addressChanged', 'noteChanged', 'cancelled', 'refund'),
    ...built('detail', 'status', 'ship', 'partialShip', 'severalPackages', 'stock'),
    deposit: { none: 'none of the states of payment in the filters of the order list is one of a deposit' },
    shipBy: { none: 'no deadline among the fields of an order' },
    revoked: { unknown: EVENTS },
    redact: { unknown: EVENTS },
    changeWaybill: { notBuilt: 'the update of a fulfillment (2024-07) wants all its lines and a phone number anew' },
    note: { notBuilt: "updating the order replaces the merchant's own note" },
    authorization: { notBuilt: 'the access token of a private app is entered by hand' },
  },
  carriers: { EMS: 'EMS', JD: 'JD Logistics', SF: 'SF Express', STO: 'STO Express', YTO: 'YTO Express' },
  anyCarrier: true,
  timeoutMs: 20_000,
  checklist: [
    {
      zh: '建一个应用，开通订单与商品的读写权限，装到店铺，取得 Client Secret 与 access token',
      en: 'Make an app with the scopes of orders and products, install it, get the client secret and the access token',
      who: 'merchant',
      link: 'https://www.shoplazza.dev/reference/api-usage',
    },
    {
      zh: '把推送地址订阅到 orders/create、orders/paid、orders/update、orders/cancelled、fulfillments/create',
      en: 'Subscribe the hook URL to orders/create, orders/paid, orders/update, orders/cancelled, fulfillments/create',
      who: 'merchant',
    },
    {
      zh: '连续 19 次推送失败后店匠会删除订阅：停机超过两天后要重新订阅',
      en: 'After 19 failed pushes Shoplazza deletes the subscription: subscribe again after an outage of two days',
      who: 'merchant',
    },
  ],
  probe,
  inbound: {
    format: 'json',
    signature: signedBody({ header: 'x-shoplazza-hmac-sha256', encoding: 'base64', key: 'clientSecret' }),
    deliveryId: (request) => request.headers['x-shoplazza-deduplication-id'],
    bodyIsUnique: false,
    topic: (request) => request.headers['x-shoplazza-topic'] ?? '',
    schema: Body,
    normalize,
    ack: { accepted: empty(200), refused: empty(401) },
  },
  outbound,
  poll,
})
