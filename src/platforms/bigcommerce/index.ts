import { z } from 'zod'
import { empty } from '../../wire/ack.ts'
import { standardWebhook } from '../../wire/standard-webhook.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

export const bigcommerce = definePlatform({
  id: 'bigcommerce',
  name: { zh: 'BigCommerce', en: 'BigCommerce' },
  docs: 'https://developer.bigcommerce.com/docs/integrations/webhooks',
  proof: {
    live: false,
    restsOn: "BigCommerce's published documents and API descriptions; a signature computed outside this code",
  },
  scope: 'shop',
  baseUrl: 'https://api.bigcommerce.com',
  credentials: {
    shop: z.object({
      storeHash: z.string().min(1).describe('The part of the API path after /stores/'),
      accessToken: z.string().min(1).describe('Settings → API → Store-level API accounts: access token'),
      clientSecret: z
        .string()
        .min(1)
        .describe('Client secret of the same account, which signs the hooks made with its token'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for api.bigcommerce.com', {
    location: z.int().optional().describe('Location whose stock is told; absent: 1, the default one'),
  }),
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'changed', 'addressChanged', 'noteChanged', 'cancelled', 'refund'),
    ...built('detail', 'status', 'ship', 'partialShip', 'severalPackages', 'changeWaybill', 'stock', 'note'),
    deposit: { none: 'no deposits among the statuses of an order' },
    shipBy: { none: 'no deadline among the fields of an order' },
    revoked: {
      notBuilt: 'store/app/uninstalled is told to apps of the marketplace; a store-level account is simply refused',
    },
    redact: { unknown: 'no such scope in the list of webhook events (docs/integrations/webhooks/events)' },
    authorization: {
      notBuilt: 'OAuth is for apps of the marketplace, whose install starts at BigCommerce; keys are entered by hand',
    },
  },
  // Names of AfterShip.
  carriers: {
    EMS: 'china-ems',
    JD: 'jd-express',
    SF: 'sf-express',
    STO: 'sto',
    YTO: 'yto',
    YUNDA: 'yunda',
    ZTO: 'zto-express',
  },
  anyCarrier: true,
  timeoutMs: 20_000,
  checklist: [
    {
      zh: '后台 → 设置 → API → 店铺级 API 账号：权限 Orders 修改、Products 修改、Information 只读',
      en: 'Settings → API → Store-level API accounts: Orders modify, Products modify, Information read-only',
      who: 'merchant',
      link: 'https://support.bigcommerce.com/s/article/Store-API-Accounts',
    },
    {
      zh: '用该账号 POST /v3/hooks，为 README 中每个 scope 建一个推送（is_active: true）',
      en: 'With its token POST /v3/hooks for each scope of the README (is_active: true)',
      who: 'us',
      link: 'https://developer.bigcommerce.com/docs/integrations/webhooks',
    },
    {
      zh: '90 天无推送会被停用：长期无单时重新启用',
      en: 'A hook idle for 90 days is switched off: switch it on again after a long quiet time',
      who: 'us',
    },
  ],
  probe,
  inbound: {
    format: 'json',
    signature: standardWebhook({ secret: 'clientSecret', plain: true }),
    staleMs: 300_000,
    deliveryId: (request) => request.headers['webhook-id'],
    // Its `hash` is the same for the same news.
    bodyIsUnique: true,
    schema: Body,
    normalize,
    ack: { accepted: empty(200), refused: empty(401) },
  },
  outbound,
  poll,
})
