import { z } from 'zod'
import { empty } from '../../wire/ack.ts'
import { text } from '../../wire/message.ts'
import { signedBody } from '../../wire/signature.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization } from './authorization.ts'
import { BASE_URL } from './call.ts'
import { checklist } from './checklist.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

export const tiktok = definePlatform({
  id: 'tiktok',
  name: { zh: 'TikTok Shop', en: 'TikTok Shop' },
  docs: 'https://partner.tiktokshop.com/docv2/page/tts-developer-guide',
  proof: {
    live: false,
    restsOn:
      'copies of the official API reference and webhook pages; EcomPHP SDK for both signatures, no published digest of a push',
  },
  scope: 'app',
  baseUrl: BASE_URL,
  credentials: {
    app: z.object({
      appKey: z.string().min(1).describe('Partner Center → App & Service → 应用 → Developing → App key'),
      appSecret: z.string().min(1).describe('同一页的 App secret；推送和接口都用它签名'),
      serviceId: z.string().optional().describe('授权链接里的 service_id（复制授权链接可见）；填了才能生成授权链接'),
      market: z.string().optional().describe('美国市场的应用填 us，其他市场留空'),
    }),
    shop: z.object({
      shopId: z.string().min(1).describe('店铺 ID，即推送里的 shop_id；授权后自动填入'),
      shopCipher: z.string().min(1).describe('Get Authorized Shops 返回的 cipher；授权后自动填入'),
      accessToken: z.string().min(1).describe('access_token，七天有效'),
      refreshToken: z.string().optional().describe('refresh_token；填了才能自动续期'),
    }),
  },
  settings: shopSettings('代替 open-api.tiktokglobalshop.com 与 auth.tiktok-shops.com 的中转或沙箱地址', {
    warehouseId: z.string().optional().describe('库存写入哪个 TikTok 仓库；店铺只有一个仓库时留空'),
  }),
  shopKeyField: 'shopId',
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'changed', 'addressChanged', 'cancelled', 'refund', 'revoked'),
    ...built('detail', 'status', 'ship', 'partialShip', 'severalPackages', 'changeWaybill', 'stock', 'authorization'),
    deposit: {
      none: 'order_type knows PRE_ORDER, paid in one sum one day before release_date (get-order-detail-202507)',
    },
    shipBy: { none: 'no webhook tells of it; rts_sla_time and shipping_due_time are read with each detail and poll' },
    noteChanged: { none: 'the list of webhooks has none for notes; a note is read with the next detail' },
    redact: {
      none: 'the list of webhooks has none; names are masked 30 days after completion (changelog of July 2025)',
    },
    note: { none: 'no call of the API reference writes seller_note' },
  },
  // Ids of shipping providers differ by market; names are looked up in the order's own list.
  carriers: {},
  anyCarrier: true,
  receiverKind: 'tiktok',
  timeoutMs: 12_000,
  limits: { perSecond: 50 },
  checklist,
  probe,
  inbound: {
    format: 'json',
    signature: signedBody({ header: 'authorization', key: 'appSecret', before: 'appKey' }),
    // A page of the documents shows type 3 without it.
    deliveryId: ({ body }) => /"tts_notification_id"\s*:\s*"?(\w+)/.exec(text(body))?.[1],
    bodyIsUnique: true,
    schema: Body,
    normalize,
    ack: { accepted: empty(200), refused: empty(401) },
  },
  outbound,
  poll,
  authorization,
})
