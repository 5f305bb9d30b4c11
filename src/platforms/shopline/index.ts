import { z } from 'zod'
import { empty } from '../../wire/ack.ts'
import { signedBody } from '../../wire/signature.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

export const shopline = definePlatform({
  id: 'shopline',
  name: { zh: 'SHOPLINE', en: 'SHOPLINE' },
  docs: 'https://developer.shopline.com/docs/apps/overview',
  proof: {
    live: false,
    restsOn: 'the official Go SDK (its signature test, and its models of v20260301 generated from the documents)',
  },
  scope: 'shop',
  baseUrl: '',
  credentials: {
    shop: z.object({
      appSecret: z.string().min(1).describe('开发者中心 → 应用 → App secret（推送签名用）'),
      accessToken: z.string().min(1).describe('店铺后台 → 应用 → 开发应用（自建应用）的 access token'),
    }),
  },
  settings: shopSettings('https://<handle>.myshopline.com，不填则无法回传单号和库存', {
    locationId: z.string().optional().describe('库存写入哪个地点：GET locations/list.json 里的 id'),
    notifyCustomer: z.boolean().optional().describe('发货时是否由 SHOPLINE 通知买家；不填为是'),
  }),
  needs: { tracking: ['baseUrl'], stock: ['baseUrl', 'locationId'] },
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled'),
    ...built(
      'refund',
      'revoked',
      'detail',
      'status',
      'ship',
      'partialShip',
      'severalPackages',
      'changeWaybill',
      'stock',
    ),
    shipBy: { none: 'no deadline in its orders; fulfillment orders have one that the merchant sets by hand' },
    redact: {
      notBuilt:
        'merchants/redact erases the shop; customers/redact names order numbers (#72348) and no ids, so it does nothing',
    },
    note: { notBuilt: "updating the order replaces the merchant's own note" },
    authorization: { notBuilt: 'the access token of an app of the merchant’s own is entered by hand' },
  },
  carriers: { EMS: 'EMS', JD: 'JD Logistics', SF: 'SF Express', STO: 'STO Express', YTO: 'YTO Express' },
  anyCarrier: true,
  timeoutMs: 20_000,
  // A bucket of 40 calls a shop and app, of which 4 a second drain: https://developer.shopline.com/doc/3cv5d7wpfgr6a8z5/uc1g3pdy91d9xnax
  limits: { perSecond: 4 },
  checklist: [
    {
      zh: '店铺后台 → 应用 → 开发应用：建一个自建应用，勾选订单、发货、商品库存的读写权限，取得 App secret 与 access token',
      en: 'Admin → Apps → Develop apps: make an app with the scopes of orders, fulfillments, products and inventory',
      who: 'merchant',
      link: 'https://developer.shopline.com/docs/apps/overview',
    },
    {
      zh: '把推送地址订阅到 orders/*、refunds/*、apps/installed_uninstalled、merchants/redact',
      en: 'Subscribe the hook URL to orders/*, refunds/*, apps/installed_uninstalled, merchants/redact',
      who: 'merchant',
    },
    {
      zh: '要同步库存：填写发货地点的 locationId',
      en: 'For stock: enter the locationId of the place that ships',
      who: 'merchant',
    },
  ],
  probe,
  inbound: {
    format: 'json',
    // Hex in the official SDK and its test, base64 in the samples of the documents.
    signature: signedBody({ header: 'x-shopline-hmac-sha256', encoding: 'hex', also: 'base64', key: 'appSecret' }),
    deliveryId: (request) => request.headers['x-shopline-webhook-id'],
    bodyIsUnique: false,
    topic: (request) => request.headers['x-shopline-topic'] ?? '',
    schema: Body,
    normalize,
    ack: { accepted: empty(200), refused: empty(401) },
  },
  outbound,
  poll,
})
