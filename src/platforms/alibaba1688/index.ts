import { z } from 'zod'
import { text } from '../../wire/ack.ts'
import { textAt } from '../../wire/answer.ts'
import { aopForm } from '../../wire/aop-signature.ts'
import { text as decoded } from '../../wire/message.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { API, authorization } from './authorization.ts'
import { normalize } from './normalize.ts'
import { outbound, probe } from './outbound.ts'
import { poll } from './poll.ts'
import { Body, opened } from './schema.ts'

export const alibaba1688 = definePlatform({
  id: 'alibaba1688',
  name: { zh: '1688', en: '1688' },
  docs: 'https://open.1688.com/api/apidocdetail.htm?id=com.alibaba.trade:alibaba.trade.get.sellerView-1',
  proof: {
    live: false,
    restsOn:
      "1688's own SDKs and copies of its documents; what a push signs is our reading of them, without a published digest",
  },
  scope: 'app',
  baseUrl: API,
  credentials: {
    app: z.object({
      appKey: z.string().min(1).describe('1688 开放平台 → 控制台 → 应用管理 → AppKey'),
      appSecret: z.string().min(1).describe('the same page, App Secret'),
    }),
    shop: z.object({
      memberId: z.string().min(1).describe('memberId of the shop (b2b-…), as messages carry it in userInfo'),
      accessToken: z.string().min(1).describe('access_token of the shop for this app; lives ten hours'),
      refreshToken: z
        .string()
        .optional()
        .describe('refresh_token that came with it, half a year; absent: enter a new token by hand'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for gw.open.1688.com and auth.1688.com', {}),
  shopKeyField: 'memberId',
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled'),
    ...built('refund', 'detail', 'status', 'ship', 'partialShip', 'severalPackages', 'stock', 'note', 'authorization'),
    shipBy: { unknown: "the trade package of 1688's PHP SDK (order, item, logistics, steps): no such field" },
    revoked: { unknown: 'the copied list of topics names none; a call with a withdrawn token is refused with 401' },
    redact: { unknown: 'the copied list of topics names none' },
    changeWaybill: {
      unknown:
        "the logistics packages of 1688's PHP SDK and the copied documents: only the message LOGISTICS_MAIL_NO_CHANGE",
    },
  },
  // companyNo of the list of carriers, never its numeric id. The last three are recalled, not read.
  carriers: {
    SF: 'SF',
    STO: 'STO',
    YTO: 'YTO',
    YUNDA: 'YUNDA',
    ZTO: 'ZTO',
    EMS: 'EMS',
    DBKD: 'DBKD',
    JTSD: 'HTKY',
    POSTB: 'POSTB',
  },
  receiverKind: '1688',
  timeoutMs: 12_000,
  checklist: [
    {
      zh: '1688 开放平台入驻并创建应用（自用或服务商）',
      en: 'Register at the open platform and make an app',
      who: 'merchant',
      days: 2,
      link: 'https://open.1688.com',
    },
    {
      zh: '申请交易、物流、商品解决方案（含 sellerView、OpDeliverySendOrder.offline、modifyStock）',
      en: 'Apply for the solutions with orders, shipping and stock; without them every call answers gw.APIACLDecline',
      who: 'platform',
      days: 3,
    },
    {
      zh: '在应用的消息配置中登记推送地址，订阅卖家视角的订单消息并启动',
      en: "Enter the hook URL in the app's messages, subscribe those of a seller's orders, and start them",
      who: 'merchant',
    },
    { zh: '店铺主账号授权给应用', en: 'Authorize the app with the main account of the shop', who: 'merchant' },
    {
      zh: '核对“物流公司列表-自联物流”的 companyNo，必要时填写店铺的 carriers',
      en: "Compare companyNo in the list of carriers with ours; enter others in the shop's carriers",
      who: 'merchant',
    },
  ],
  probe,
  inbound: {
    format: 'form',
    signature: aopForm(),
    deliveryId: ({ body }) =>
      textAt(opened(Object.fromEntries(new URLSearchParams(decoded(body)))), 'msgId') || undefined,
    bodyIsUnique: true,
    schema: Body,
    normalize,
    ack: { accepted: text(200, 'success'), refused: text(401, 'fail') },
  },
  outbound,
  poll,
  authorization,
})
