import { z } from 'zod'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization, probe } from './authorization.ts'
import { outbound, poll } from './outbound.ts'
import { socket } from './socket.ts'

export const pinduoduo = definePlatform({
  id: 'pinduoduo',
  name: { zh: '拼多多', en: 'Pinduoduo' },
  docs: 'https://open.pinduoduo.com/application/document/browse?idStr=BD3A776A4D41D5F5',
  proof: {
    live: false,
    restsOn:
      'the published digest of a call; the socket path of a PHP SDK’s test, which a .NET SDK agrees with; a Node SDK generated from the documents',
  },
  scope: 'app',
  baseUrl: 'https://gw-api.pinduoduo.com',
  credentials: {
    app: z.object({
      clientId: z.string().min(1).describe('拼多多开放平台 → 控制台 → 应用 → client_id'),
      clientSecret: z.string().min(1).describe('the same page, client_secret'),
    }),
    shop: z.object({
      mallId: z.string().min(1).describe('店铺 ID (mall_id, owner_id), as messages carry it in mallID'),
      accessToken: z.string().min(1).describe('access_token of the shop for this app'),
      refreshToken: z.string().optional().describe('refresh_token, comes with the access_token'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for gw-api.pinduoduo.com', {}),
  shopKeyField: 'mallId',
  capabilities: {
    ...built('push', 'poll', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled', 'refund'),
    ...built('detail', 'status', 'ship', 'severalPackages', 'changeWaybill', 'stock', 'note', 'authorization'),
    created: { none: 'an order is told of once it is paid and its group is complete (pdd_trade_TradeConfirmed)' },
    shipBy: { unknown: 'no such topic in the handlers of three ERP sources; each detail has last_ship_time' },
    revoked: { unknown: 'no such topic in the handlers of three ERP sources and two SDKs' },
    redact: { none: 'buyers come as ciphers that open only at the platform' },
    partialShip: {
      none: 'the first waybill ships the whole order; others are shown beside it (upload.extra.logistics)',
    },
  },
  // Numbers of pdd.logistics.companies.get, as a copy of its answer has them; 极兔 stood there as not available.
  carriers: {
    DBKD: '131',
    EMS: '118',
    JD: '120',
    JTSD: '384',
    POSTB: '132',
    SF: '44',
    STO: '1',
    YTO: '85',
    YUNDA: '121',
    ZJS: '129',
    ZTO: '115',
  },
  receiverKind: 'pinduoduo',
  timeoutMs: 12_000,
  checklist: [
    {
      zh: '拼多多开放平台企业入驻并创建应用（商家后台系统或服务市场类型），通过审核',
      en: 'Register a company at the open platform, make an app, pass its review',
      who: 'merchant',
      days: 7,
      link: 'https://open.pinduoduo.com',
    },
    {
      zh: '申请权限包：订单、物流、商品库存、售后、消息服务',
      en: 'Apply for the packages: orders, logistics, stock, after-sales, messages',
      who: 'platform',
      days: 3,
    },
    {
      zh: '应用部署在多多云，或由云内网关转发（订单密文与解密接口只从云内可调）',
      en: 'Run in 多多云 or relay through it: calls with buyers’ data are answered there alone',
      who: 'merchant',
      days: 3,
    },
    {
      zh: '控制台 → 消息服务：订阅 README 中的 topic',
      en: 'Console → messages: subscribe the topics of the README',
      who: 'merchant',
    },
    {
      zh: '店铺主账号打开授权链接；之后自动开通该店铺的消息（pdd.pmc.user.permit）',
      en: 'The shop’s main account opens the link; its messages are switched on by themselves then',
      who: 'merchant',
    },
    {
      zh: '云仓用拼多多电子面单打印（密文收件人）',
      en: 'The warehouse prints by 拼多多电子面单, from ciphers',
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
