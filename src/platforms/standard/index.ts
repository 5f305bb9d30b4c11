/** A merchant's own shop or mini-program, speaking Standard Webhooks and the event of `docs/standard-shop.md`. */
import { z } from 'zod'
import { empty, json } from '../../wire/ack.ts'
import { standardWebhook } from '../../wire/standard-webhook.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

export const standard = definePlatform({
  id: 'standard',
  name: { zh: '自有商城 / 小程序', en: 'Own shop or mini-program' },
  docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  proof: {
    live: false,
    restsOn: 'the published vectors of Standard Webhooks and Svix, and a library; the event is our own design',
  },
  scope: 'shop',
  baseUrl: '',
  credentials: {
    shop: z.object({
      secret: z.string().min(1).describe('whsec_ + base64 of 24 to 64 random bytes; signs our calls, and your events'),
      publicKey: z
        .string()
        .regex(/^(?:whpk_[A-Za-z0-9+/]{43}=)?$/)
        .optional()
        .describe('whpk_ + base64 of an Ed25519 public key: events must then be signed v1a by its owner'),
    }),
  },
  settings: shopSettings('Where the shop takes our calls: without it no tracking and no stock can go there', {}),
  needs: { tracking: ['baseUrl'], stock: ['baseUrl'] },
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled'),
    ...built('refund', 'shipBy', 'redact', 'detail', 'status', 'ship', 'partialShip', 'severalPackages'),
    ...built('changeWaybill', 'stock'),
    revoked: { none: "a shop of one's own takes no rights away" },
    note: { none: 'the protocol has no call for it' },
    authorization: { none: 'the secret is entered by hand' },
  },
  carriers: {},
  anyCarrier: true,
  timeoutMs: 15_000,
  checklist: [
    { zh: '在商城后台填写推送地址和密钥', en: 'Enter the hook URL and the secret in the shop', who: 'merchant' },
    {
      zh: '按 docs/standard-shop.md 实现订单事件与回调接口',
      en: 'Implement docs/standard-shop.md',
      who: 'merchant',
      days: 3,
    },
  ],
  inbound: {
    format: 'json',
    signature: standardWebhook({ publicKey: 'publicKey' }),
    deliveryId: (request) => request.headers['webhook-id'],
    staleMs: 300_000,
    bodyIsUnique: true,
    schema: Body,
    normalize,
    ack: { accepted: empty(204), refused: json(401, { code: 'signature', message: 'the signature does not match' }) },
  },
  outbound,
  poll,
  probe,
})
