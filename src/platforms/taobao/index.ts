import { z } from 'zod'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization, probe } from './authorization.ts'
import { outbound, poll } from './outbound.ts'
import { socket } from './socket.ts'

export const taobao = definePlatform({
  id: 'taobao',
  name: { zh: '淘宝 / 天猫', en: 'Taobao / Tmall' },
  docs: 'https://open.taobao.com/docV3.htm?docId=101663&docType=1',
  proof: {
    live: false,
    restsOn:
      "tmc.js, whose frames the tests reproduce; the published TOP digest; a copy of the API's own metadata; error codes of two ERP sources",
  },
  scope: 'app',
  baseUrl: 'https://eco.taobao.com',
  credentials: {
    app: z.object({
      appKey: z.string().min(1).describe('淘宝开放平台 → 控制台 → 应用 → App Key'),
      appSecret: z.string().min(1).describe('the same page, App Secret'),
    }),
    shop: z.object({
      userId: z.string().min(1).describe('卖家数字 ID (taobao_user_id), as messages carry it in userid'),
      accessToken: z.string().min(1).describe('access_token (sessionKey) of the shop for this app'),
      refreshToken: z.string().optional().describe('refresh_token, of apps in the service market alone'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for eco.taobao.com', {}),
  shopKeyField: 'userId',
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled'),
    ...built('refund', 'revoked', 'detail', 'status', 'ship', 'partialShip', 'severalPackages', 'changeWaybill'),
    ...built('stock', 'note', 'authorization'),
    shipBy: { unknown: 'no topic of a moved deadline among the 633 of tmc.js; each detail has the present one' },
    redact: { none: 'buyers come as a token (oaid) and stars; the token opens only at a waybill service' },
  },
  // taobao.logistics.companies.get has them all; these stand in copies of its answer and in ShopEx's table of 菜鸟.
  carriers: {
    DBKD: 'DBKD',
    EMS: 'EMS',
    JD: 'LE04284890',
    POSTB: 'POSTB',
    SF: 'SF',
    STO: 'STO',
    YTO: 'YTO',
    YUNDA: 'YUNDA',
    ZJS: 'ZJS',
    ZTO: 'ZTO',
  },
  receiverKind: 'taobao',
  timeoutMs: 12_000,
  checklist: [
    {
      zh: '淘宝开放平台入驻并创建应用（商家后台系统或订购类应用），完成安全测评',
      en: 'Register at the open platform, make an app (own back office, or service market), pass its security check',
      who: 'merchant',
      days: 7,
      link: 'https://open.taobao.com',
    },
    {
      zh: '申请权限包：订单管理、物流、商品库存、退款、消息服务、OAID',
      en: 'Apply for the API packages: trades, logistics, items, refunds, messages, OAID',
      who: 'platform',
      days: 3,
    },
    {
      zh: '应用须部署在聚石塔，或由塔内网关转发（敏感接口只从塔内可调）',
      en: 'Run in 聚石塔 (or relay through it): calls with buyers’ data are answered there alone',
      who: 'merchant',
      days: 3,
    },
    {
      zh: '控制台 → 消息服务：订阅 README 中的 topic，用 default 分组',
      en: 'Console → message service: subscribe the topics of the README, in the group default',
      who: 'merchant',
    },
    {
      zh: '店铺主账号打开授权链接；之后自动开通该店铺的消息（taobao.tmc.user.permit）',
      en: 'The shop’s main account opens the link; its messages are switched on by themselves then',
      who: 'merchant',
    },
    {
      zh: '云仓支持淘宝 OAID（奇门 oaid + 菜鸟电子面单）',
      en: 'The warehouse takes the oaid (奇门) and prints by 菜鸟',
      who: 'merchant',
      days: 3,
    },
  ],
  socket,
  outbound,
  poll,
  authorization,
  probe,
})
