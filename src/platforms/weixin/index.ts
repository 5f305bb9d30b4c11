import { z } from 'zod'
import { empty, text } from '../../wire/ack.ts'
import { digest } from '../../wire/digest.ts'
import { openWeixin, weixinEcho, weixinMessage } from '../../wire/weixin-message.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { normalize } from './normalize.ts'
import { authorization, outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

export const weixin = definePlatform({
  id: 'weixin',
  name: { zh: '微信小店', en: 'WeChat Shop' },
  docs: 'https://developers.weixin.qq.com/doc/store/shop/',
  proof: {
    live: false,
    restsOn: "微信's published values for signature and cipher; WxJava and 微信's pages for fields and calls",
  },
  scope: 'shop',
  baseUrl: 'https://api.weixin.qq.com',
  credentials: {
    shop: z.object({
      appId: z.string().min(1).describe('微信小店 → 服务市场 → 自研 → AppID'),
      appSecret: z.string().min(1).describe('the same page, AppSecret'),
      token: z.string().min(1).describe('the same page, 消息推送 → Token: any text of 3 to 32 letters and digits'),
      encodingAesKey: z
        .string()
        .regex(/^[A-Za-z0-9+/]{43}$/)
        .describe('the same page, EncodingAESKey: 43 characters'),
      accessToken: z.string().optional().describe('Made from appId and appSecret by itself: leave it out'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for api.weixin.qq.com', {}),
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'changed', 'addressChanged', 'noteChanged', 'cancelled', 'refund'),
    ...built('detail', 'status', 'ship', 'partialShip', 'severalPackages', 'changeWaybill', 'stock', 'note'),
    ...built('revoked', 'authorization'),
    deposit: { none: 'sku_deliver_info.stock_type knows full presale alone (WxJava, OrderSkuDeliverInfo)' },
    shipBy: { none: 'no event tells of a moved deadline; delivery_deadline is read with each detail' },
    redact: { unknown: 'no such event among those of WxJava and of five other public clients' },
  },
  // Read in 微信's pages and threads, but for JTSD, which is recalled. order/deliverycompanylist/new/get has them all.
  carriers: {
    DBL: 'DBKD',
    EMS: 'EMS',
    JD: 'JD',
    JTSD: 'JTSD',
    POSTB: 'YZPY',
    SF: 'SF',
    STO: 'STO',
    YTO: 'YTO',
    YUNDA: 'YD',
    ZTO: 'ZTO',
  },
  receiverKind: 'weixin',
  timeoutMs: 10_000,
  checklist: [
    {
      zh: '开通微信小店并完成认证',
      en: 'Open the shop and have it verified',
      who: 'merchant',
      days: 3,
      link: 'https://store.weixin.qq.com',
    },
    {
      zh: '小店后台 → 服务市场 → 经营工具 → 自研：取得 AppID 与 AppSecret',
      en: 'Shop console → services → own development: take AppID and AppSecret',
      who: 'merchant',
    },
    { zh: '把出口 IP 加入 IP 白名单', en: 'Add the egress address to the IP list', who: 'merchant' },
    {
      zh: '消息推送：填入推送地址、Token、EncodingAESKey，选安全模式与 JSON',
      en: 'Message push: enter the hook URL, Token and EncodingAESKey; safe mode, JSON',
      who: 'merchant',
    },
    {
      zh: '若收件人为代发密文：云仓须能打印微信电子面单',
      en: 'Where receivers come as ciphers: the warehouse must print 微信 e-waybills',
      who: 'merchant',
    },
  ],
  probe,
  inbound: {
    format: 'json',
    signature: weixinMessage,
    // Events have no id. 微信 names sender and time as what to de-duplicate by; the whole message holds both.
    deliveryId: (request, credentials) => {
      const opened = openWeixin(request, credentials)
      return opened.ok ? digest('sha1', opened.value, 'hex') : undefined
    },
    bodyIsUnique: true,
    open: openWeixin,
    challenge: weixinEcho,
    schema: Body,
    normalize,
    ack: { accepted: text(200, 'success'), refused: empty(401) },
  },
  outbound,
  poll,
  authorization,
})
