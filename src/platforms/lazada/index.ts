import { z } from 'zod'
import { empty } from '../../wire/ack.ts'
import { signedBody } from '../../wire/signature.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization } from './authorization.ts'
import { BASE_URL } from './call.ts'
import { checklist } from './checklist.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

export const lazada = definePlatform({
  id: 'lazada',
  name: { zh: 'Lazada 来赞达', en: 'Lazada' },
  docs: 'https://open.lazada.com/apps/doc/api',
  proof: {
    live: false,
    restsOn: 'copies of the official API pages and guides; both signatures by digests that they print',
  },
  scope: 'app',
  baseUrl: BASE_URL,
  credentials: {
    app: z.object({
      appKey: z.string().min(1).describe('Lazada Open Platform → APP Console → App Overview → App Key'),
      appSecret: z.string().min(1).describe('同一页的 App Secret；推送和接口都用它签名'),
    }),
    shop: z.object({
      sellerId: z.string().min(1).describe('推送里的 seller_id；授权后自动填入'),
      accessToken: z.string().min(1).describe('access_token，正式应用三十天有效'),
      refreshToken: z.string().optional().describe('refresh_token，正式应用一百八十天有效；填了才能自动续期'),
      country: z.string().optional().describe('店铺所在国：sg、my、ph、th、vn、id，决定接口域名；授权后自动填入'),
    }),
  },
  settings: shopSettings('代替六国接口域名与 auth.lazada.com 的中转或沙箱地址', {
    warehouseCode: z.string().optional().describe('多仓店铺：库存写入哪个 WarehouseCode；单仓留空'),
  }),
  shopKeyField: 'sellerId',
  capabilities: {
    ...built(
      'push',
      'poll',
      'created',
      'paid',
      'deposit',
      'changed',
      'cancelled',
      'refund',
      'detail',
      'status',
      'ship',
    ),
    ...built('partialShip', 'severalPackages', 'stock', 'authorization'),
    changeWaybill: {
      none: 'numbers are Lazada’s own, "not customizable" (fulfillment-orders guide); repack makes a new one',
    },
    shipBy: { none: 'no message tells of it; sla_time_stamp is read with each detail' },
    addressChanged: { none: 'the list of messages has none; an address is read with the next detail' },
    noteChanged: { none: 'the list of messages has none; remarks are read with the next detail' },
    revoked: {
      none: 'Lazada only stops pushing when a consent ends (push guide); the next call says IllegalAccessToken',
    },
    redact: { none: 'the list of messages has none' },
    note: { none: 'no call of the order API writes remarks' },
  },
  // No call takes a carrier of ours.
  carriers: {},
  anyCarrier: true,
  receiverKind: 'lazada',
  timeoutMs: 12_000,
  checklist,
  probe,
  inbound: {
    format: 'json',
    signature: signedBody({ header: 'authorization', key: 'appSecret', before: 'appKey' }),
    // Messages have no id; the body has the time of what it tells.
    deliveryId: () => undefined,
    bodyIsUnique: true,
    schema: Body,
    normalize,
    ack: { accepted: empty(200), refused: empty(401) },
  },
  outbound,
  poll,
  authorization,
})
