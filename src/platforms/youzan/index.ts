import { z } from 'zod'
import { json } from '../../wire/ack.ts'
import { jsonOf, textAt } from '../../wire/answer.ts'
import { text } from '../../wire/message.ts'
import { keyedDigest } from '../../wire/signature.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization } from './authorize.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

export const youzan = definePlatform({
  id: 'youzan',
  name: { zh: '有赞', en: 'Youzan' },
  docs: 'https://doc.youzanyun.com/resource/doc/7634',
  proof: {
    live: false,
    restsOn:
      "有赞's Node SDK, two more SDKs that agree, dated copies of its documents and of its gateway's refusals; no published digest of a push",
  },
  scope: 'app',
  baseUrl: 'https://open.youzanyun.com',
  credentials: {
    app: z.object({
      clientId: z.string().min(1).describe('有赞云控制台 → 应用 → 应用概况 → client_id'),
      clientSecret: z.string().min(1).describe('the same page, client_secret'),
    }),
    shop: z.object({
      kdtId: z.string().min(1).describe('店铺 ID, as messages carry it in kdt_id'),
      accessToken: z.string().optional().describe('access_token; absent: asked for with the app (自用型应用)'),
      refreshToken: z.string().optional().describe('refresh_token, of a shop that agreed by the link (工具型应用)'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for open.youzanyun.com', {
    selfUse: z.boolean().optional().describe('自用型应用: tokens are asked for silently, whatever was given before'),
  }),
  shopKeyField: 'kdtId',
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled'),
    ...built('refund', 'detail', 'status', 'ship', 'partialShip', 'severalPackages', 'changeWaybill', 'stock', 'note'),
    ...built('authorization'),
    shipBy: { none: 'no deadline among the fields of youzan.trade.get 4.0.1 and 4.0.2' },
    revoked: {
      unknown:
        'order messages of the app market (APP_SUBSCRIBE, AES) are known, none that an authorization ended: looked in doc.youzanyun.com copies, five SDKs',
    },
    redact: { none: 'buyers come as ciphers that open only at the platform' },
  },
  // Names as `youzan.logistics.express.get` lists them, without 快递, 速递 or 速运; 申通快递 alone was read there.
  carriers: {
    EMS: 'EMS',
    JD: '京东',
    JTSD: '极兔',
    SF: '顺丰',
    STO: '申通',
    YTO: '圆通',
    YUNDA: '韵达',
    ZTO: '中通',
  },
  receiverKind: 'youzan',
  timeoutMs: 12_000,
  checklist: [
    {
      zh: '有赞云注册开发者并创建应用（自用型或工具型，无容器）',
      en: 'Register at 有赞云 and make an app without container',
      who: 'merchant',
      days: 2,
      link: 'https://doc.youzanyun.com/resource/doc/3010',
    },
    {
      zh: '申请订单、物流、商品库存、退款能力包，订购 API 套餐',
      en: 'Apply for the scopes of orders, logistics, stock and refunds, and order an API package',
      who: 'platform',
      days: 2,
    },
    {
      zh: '把出口 IP 加入应用的 IP 白名单（如已开启）',
      en: 'List the egress address, if the app has a list',
      who: 'merchant',
    },
    {
      zh: '控制台 → 类目能力 → 消息订阅：开启服务、填推送网址、勾选 README 中的消息',
      en: 'Switch messages on, enter the hook URL, tick the messages of the README',
      who: 'merchant',
      link: 'https://doc.youzanyun.com/resource/doc/7634',
    },
    { zh: '店铺授权给应用（自用型在店铺后台确认定制服务）', en: 'Authorize the app for the shop', who: 'merchant' },
  ],
  probe,
  inbound: {
    format: 'json',
    signature: keyedDigest({ header: 'event-sign', before: 'clientId', after: 'clientSecret' }),
    deliveryId: (request) => {
      const body = jsonOf({ status: 200, headers: {}, body: text(request.body) })
      const [id, ...rest] = ['msg_id', 'type', 'id', 'version'].map((field) => textAt(body, field))
      return id || (rest.every(Boolean) ? rest.join(':') : undefined)
    },
    bodyIsUnique: true,
    schema: Body,
    normalize,
    // A refusal must not hold the word `success`.
    ack: { accepted: json(200, { code: 0, msg: 'success' }), refused: json(401, { code: 0, msg: 'failed' }) },
  },
  outbound,
  poll,
  authorization,
})
