import { z } from 'zod'
import { empty } from '../../wire/ack.ts'
import { text } from '../../wire/message.ts'
import { signedBody } from '../../wire/signature.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization } from './authorization.ts'
import { checklist } from './checklist.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

export const shopee = definePlatform({
  id: 'shopee',
  name: { zh: 'Shopee 虾皮', en: 'Shopee' },
  docs: 'https://open.shopee.com/documents',
  proof: {
    live: false,
    restsOn: 'copies of the official API documents and guides; minchao/shopee-php for both signatures',
  },
  scope: 'app',
  baseUrl: 'https://partner.shopeemobile.com',
  credentials: {
    app: z.object({
      partnerId: z.string().min(1).describe('Open Platform Console → App List → Live Partner_id'),
      partnerKey: z.string().min(1).describe('同一页的 Live API Partner Key，接口签名用'),
      pushKey: z.string().min(1).describe('Push Mechanism → Set Push → Live Push Partner Key，推送签名用，与上面不同'),
    }),
    shop: z.object({
      shopId: z.string().min(1).describe('店铺 ID，即推送里的 shop_id；授权后自动填入'),
      accessToken: z.string().min(1).describe('access_token，四小时有效'),
      refreshToken: z.string().optional().describe('refresh_token，三十天有效，每次只能用一次；填了才能自动续期'),
    }),
  },
  settings: shopSettings(
    '巴西 https://openplatform.shopee.com.br，中国大陆 https://openplatform.shopee.cn，或中转、沙箱',
    {
      locationId: z.string().optional().describe('多仓店铺：库存写入哪个 location_id（get_warehouse_detail 可查）'),
    },
  ),
  shopKeyField: 'shopId',
  capabilities: {
    ...built(
      'push',
      'poll',
      'created',
      'paid',
      'changed',
      'cancelled',
      'refund',
      'revoked',
      'detail',
      'status',
      'ship',
    ),
    ...built('partialShip', 'severalPackages', 'stock', 'note', 'authorization'),
    deposit: { none: 'no order state or field of the API documents tells of a deposit' },
    shipBy: { none: 'no push tells of it; ship_by_date is read with each detail' },
    addressChanged: { none: 'the list of pushes has none; an address is read with the next detail' },
    noteChanged: { none: 'the list of pushes has none; a note is read with the next detail' },
    redact: { none: 'the list of pushes has none; receivers are masked by Shopee once the order is shipped' },
    changeWaybill: { none: 'update_shipping_order changes only the address and time of a pickup' },
  },
  // ship_order takes a number and no carrier: the channel is the buyer's choice.
  carriers: {},
  anyCarrier: true,
  receiverKind: 'shopee',
  timeoutMs: 12_000,
  checklist,
  probe,
  inbound: {
    format: 'json',
    signature: signedBody({ header: 'authorization', key: 'pushKey', afterUrl: '|' }),
    // Seen in logs, in no document; without it the body, which has a time, tells repeats.
    deliveryId: ({ body }) => /"msg_id"\s*:\s*"?([\w-]+)/.exec(text(body))?.[1],
    bodyIsUnique: true,
    schema: Body,
    normalize,
    ack: { accepted: empty(200), refused: empty(401) },
  },
  outbound,
  poll,
  authorization,
})
