import { z } from 'zod'
import { json } from '../../wire/ack.ts'
import { done, textAt } from '../../wire/answer.ts'
import { parseExact } from '../../wire/json.ts'
import { kuaishouMessage, openKuaishou } from '../../wire/kuaishou-message.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization, seller } from './authorization.ts'
import { normalize } from './normalize.ts'
import { outbound, poll } from './outbound.ts'
import { Body } from './schema.ts'

export const kuaishou = definePlatform({
  id: 'kuaishou',
  name: { zh: '快手小店', en: 'Kuaishou shop' },
  docs: 'https://open.kwaixiaodian.com/zone/new/docs/dev',
  proof: {
    live: false,
    restsOn: 'bytes of the official Java library and of an npm client; copies of the official pages and declarations',
  },
  scope: 'app',
  baseUrl: 'https://openapi.kwaixiaodian.com',
  credentials: {
    app: z.object({
      appKey: z.string().min(1).describe('快手电商开放平台 → 应用中心 → 应用详情 → appKey'),
      appSecret: z.string().min(1).describe('the same page, appSecret: for tokens'),
      signSecret: z.string().min(1).describe('the same page, signSecret: for calls'),
      messageKey: z
        .string()
        .regex(/^[A-Za-z0-9+/]{22}==$|^[A-Za-z0-9+/]{43}=$/)
        .describe('the same page, 消息密钥: base64, opens the messages'),
    }),
    shop: z.object({
      sellerId: z.string().min(1).describe('商家 ID, as messages carry it in userId'),
      accessToken: z.string().min(1).describe('access_token of the shop for this app; lives 48 hours'),
      refreshToken: z.string().optional().describe('refresh_token; comes with an authorization by link'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for openapi.kwaixiaodian.com', {}),
  shopKeyField: 'sellerId',
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled'),
    ...built('refund', 'detail', 'status', 'ship', 'partialShip', 'severalPackages', 'changeWaybill', 'stock', 'note'),
    ...built('authorization'),
    shipBy: {
      unknown: 'no message of a moved deadline among those of two public clients; each detail has the present one',
    },
    revoked: { unknown: 'no such message read; a call then says 24 AUTHORIZATION_REVOKED' },
    redact: { none: 'buyers come as ciphers that open only at the platform' },
  },
  // 物流公司编号, published. Numbers here; the e-waybills of the same platform have names.
  carriers: {
    DBL: '17',
    EMS: '2',
    JD: '14',
    JTSD: '109',
    POSTB: '8',
    SF: '4',
    STO: '3',
    YTO: '6',
    YUNDA: '11',
    ZTO: '9',
  },
  receiverKind: 'kuaishou',
  timeoutMs: 10_000,
  checklist: [
    {
      zh: '快手电商开放平台入驻并创建应用（商家后台或第三方）',
      en: 'Register at the open platform and make an app',
      who: 'merchant',
      days: 3,
      link: 'https://open.kwaixiaodian.com',
    },
    {
      zh: '申请商品、订单、售后、物流、用户权限组，应用上线',
      en: 'Apply for the scopes of items, orders, refunds, logistics and user; put the app online',
      who: 'platform',
      days: 3,
    },
    {
      zh: '打开消息推送，填入推送地址，订阅 README 中的消息',
      en: 'Switch messages on, enter the hook URL, subscribe the messages of the README',
      who: 'merchant',
    },
    { zh: '店铺通过授权链接授权', en: 'Authorize each shop by the link', who: 'merchant' },
    {
      zh: '云仓须用快手电子面单打印（密文）',
      en: 'The warehouse must print 快手 e-waybills: receivers are ciphers',
      who: 'merchant',
    },
  ],
  *probe(shop) {
    const read = yield* seller(shop)
    return read.class === 'done' ? done(read.value.name) : read
  },
  inbound: {
    format: 'json',
    signature: kuaishouMessage,
    bodySigned: false,
    deliveryId: (request, credentials) => {
      const opened = openKuaishou(request, credentials)
      const message = opened.ok ? parseExact(opened.value) : opened
      return (message.ok && textAt(message.value, 'eventId')) || undefined
    },
    bodyIsUnique: true,
    open: openKuaishou,
    schema: Body,
    normalize,
    ack: { accepted: json(200, { result: 1 }), refused: json(401, { result: 0, error_msg: 'not ours' }) },
  },
  outbound,
  poll,
  authorization,
})
