import { z } from 'zod'
import { empty } from '../../wire/ack.ts'
import { signedBody } from '../../wire/signature.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization, probe } from './authorization.ts'
import { normalize } from './normalize.ts'
import { outbound, poll } from './outbound.ts'
import { Body } from './schema.ts'

export const shopify = definePlatform({
  id: 'shopify',
  name: { zh: 'Shopify', en: 'Shopify' },
  docs: 'https://shopify.dev/docs/apps/build/webhooks',
  proof: { live: false, restsOn: "shopify.dev, Shopify's own library for the signature, its published GraphQL schema" },
  scope: 'shop',
  baseUrl: '',
  credentials: {
    shop: z.object({
      clientSecret: z.string().min(1).describe('Dev Dashboard → the app → Settings → Client secret'),
      clientId: z
        .string()
        .optional()
        .describe('the same page, Client ID; with it tokens are made by themselves, each for a day'),
      accessToken: z
        .string()
        .optional()
        .describe('shpat_… of a custom app made in the shop until 2026; none with a Client ID'),
    }),
  },
  settings: shopSettings('https://….myshopify.com, without which no tracking and no stock can go there', {
    locationId: z.string().optional().describe("The location whose stock we set; absent: the shop's primary one"),
    notifyCustomer: z.boolean().optional().describe('Does Shopify mail the buyer when a parcel leaves? Absent: yes'),
  }),
  needs: { tracking: ['baseUrl'], stock: ['baseUrl'] },
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled'),
    ...built(
      'refund',
      'revoked',
      'redact',
      'detail',
      'status',
      'ship',
      'partialShip',
      'severalPackages',
      'changeWaybill',
      'stock',
      'authorization',
    ),
    shipBy: { none: 'no deadline in its orders' },
    note: {
      notBuilt:
        'an order has one note, the buyer’s: what is appended would come back as words of the buyer and go to the warehouse',
    },
  },
  carriers: { EMS: 'China Post', JD: 'JD Logistics', SF: 'SF Express', STO: 'STO Express', YTO: 'YTO Express' },
  anyCarrier: true,
  timeoutMs: 20_000,
  checklist: [
    {
      zh: '在 Dev Dashboard 建应用（与店铺同一组织），开通订单、履约、库存权限，装进店铺，填入 Client ID 与 Client secret',
      en: 'Make an app in the organization of the shop, with the scopes of orders, fulfillments and inventory; install it; enter its Client ID and secret',
      who: 'merchant',
      link: 'https://shopify.dev/docs/apps/build/dev-dashboard/create-apps-using-dev-dashboard',
    },
    {
      zh: '把推送地址登记到 orders/*、refunds/*、app/uninstalled 等主题',
      en: 'Subscribe the hook URL to orders/*, refunds/*, app/uninstalled',
      who: 'merchant',
      link: 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https',
    },
  ],
  inbound: {
    format: 'json',
    signature: signedBody({ header: 'x-shopify-hmac-sha256', encoding: 'base64', key: 'clientSecret' }),
    deliveryId: (request) => request.headers['x-shopify-webhook-id'],
    bodyIsUnique: false,
    topic: (request) => request.headers['x-shopify-topic'] ?? '',
    schema: Body,
    normalize,
    ack: { accepted: empty(200), refused: empty(401) },
  },
  outbound,
  poll,
  authorization,
  probe,
})
