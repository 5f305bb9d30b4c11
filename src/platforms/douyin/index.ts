import { z } from 'zod'
import { json } from '../../wire/ack.ts'
import { text } from '../../wire/message.ts'
import { keyedDigest } from '../../wire/signature.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization, probe } from './authorization.ts'
import { normalize } from './normalize.ts'
import { outbound, poll } from './outbound.ts'
import { Body } from './schema.ts'

export const douyin = definePlatform({
  id: 'douyin',
  name: { zh: '抖店', en: 'Douyin shop' },
  docs: 'https://op.jinritemai.com/docs/guide-docs/153/99',
  proof: {
    live: false,
    restsOn:
      'three public SDKs that agree on signature and fields; no published digest of either signature; error tables copied from the documents',
  },
  scope: 'app',
  baseUrl: 'https://openapi-fxg.jinritemai.com',
  credentials: {
    app: z.object({
      appKey: z.string().min(1).describe('抖店开放平台 → 控制台 → 应用详情 → App Key'),
      appSecret: z.string().min(1).describe('the same page, App Secret'),
      serviceId: z.string().optional().describe('授权链接里的 service_id（服务市场的服务 ID）；填了才能生成授权链接'),
    }),
    shop: z.object({
      shopId: z.string().min(1).describe('店铺 ID, as messages carry it in shop_id'),
      accessToken: z.string().min(1).describe('access_token of the shop for this app; lives seven days'),
      refreshToken: z.string().optional().describe('refresh_token，十四天有效；自用型应用可不填'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for openapi-fxg.jinritemai.com', {}),
  shopKeyField: 'shopId',
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled'),
    ...built(
      'refund',
      'shipBy',
      'detail',
      'status',
      'ship',
      'partialShip',
      'severalPackages',
      'changeWaybill',
      'stock',
      'note',
      'authorization',
    ),
    revoked: {
      unknown:
        'no such message in doudian-sdk (Go), in the 38 event classes of the ByteDance SDK (.NET), or in pages on 抖店 that were searched for 取消授权',
    },
    redact: { none: 'buyers come as ciphers that open only at the platform' },
  },
  // order.logisticsCompanyList has them all. The last two are recalled, not read.
  carriers: {
    JD: 'jd',
    JTSD: 'jtexpress',
    SF: 'shunfeng',
    STO: 'shentong',
    YTO: 'yuantong',
    YUNDA: 'yunda',
    ZTO: 'zhongtong',
    EMS: 'ems',
    POSTB: 'youzhengguonei',
  },
  receiverKind: 'douyin',
  timeoutMs: 12_000,
  checklist: [
    {
      zh: '抖店开放平台入驻并创建应用（自研或第三方）',
      en: 'Register at the open platform and make an app',
      who: 'merchant',
      days: 3,
      link: 'https://op.jinritemai.com',
    },
    {
      zh: '申请订单、商品库存、售后权限包，通过审核',
      en: 'Apply for the scopes of orders, stock and after-sales',
      who: 'platform',
      days: 3,
    },
    { zh: '把出口 IP 加入应用的 IP 白名单', en: 'Add the egress address to the list of the app', who: 'merchant' },
    {
      zh: '登记消息推送地址并订阅 README 中的消息',
      en: 'Enter the hook URL and subscribe the messages of the README',
      who: 'merchant',
    },
    { zh: '店铺授权给应用', en: 'Authorize the app for the shop', who: 'merchant' },
  ],
  inbound: {
    format: 'json',
    signature: keyedDigest({ header: 'event-sign', before: 'appKey', after: 'appSecret' }),
    // Inside the JSON text of `data` these quotes are escaped, so what is found are the messages' own ids.
    deliveryId: ({ body }) =>
      [...text(body).matchAll(/"msg_?[iI]d"\s*:\s*"([^"]+)"/g)].map(([, id]) => id).join(',') || undefined,
    bodyIsUnique: true,
    schema: Body,
    normalize,
    ack: { accepted: json(200, { code: 0, msg: 'success' }), refused: json(401, { code: 1, msg: 'fail' }) },
  },
  outbound,
  poll,
  authorization,
  probe,
})
