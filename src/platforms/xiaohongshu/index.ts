import { z } from 'zod'
import { json } from '../../wire/ack.ts'
import { done } from '../../wire/answer.ts'
import { xiaohongshuPush } from '../../wire/xiaohongshu-sign.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization } from './authorization.ts'
import { ask } from './call.ts'
import { normalize } from './normalize.ts'
import { outbound, poll } from './outbound.ts'
import { Body } from './schema.ts'

export const xiaohongshu = definePlatform({
  id: 'xiaohongshu',
  name: { zh: '小红书', en: 'Xiaohongshu' },
  docs: 'https://open.xiaohongshu.com/document/developer',
  proof: {
    live: false,
    restsOn:
      'official pages and the official Java library for calls; the sign of a push by one handler in the wild; no published digest of either',
  },
  scope: 'app',
  baseUrl: 'https://ark.xiaohongshu.com',
  credentials: {
    app: z.object({
      appId: z.string().min(1).describe('小红书开放平台 → 控制台 → 应用管理 → appId (app-key)'),
      appSecret: z.string().min(1).describe('the same page, appSecret'),
    }),
    shop: z.object({
      sellerId: z.string().min(1).describe('店铺 ID, as messages carry it in sellerId'),
      accessToken: z.string().min(1).describe('accessToken of the shop for this app; lives seven days'),
      refreshToken: z.string().optional().describe('refreshToken; comes with an authorization by link'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for ark.xiaohongshu.com', {}),
  shopKeyField: 'sellerId',
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'changed', 'addressChanged', 'noteChanged', 'cancelled', 'refund'),
    ...built('shipBy', 'detail', 'status', 'ship', 'partialShip', 'severalPackages', 'changeWaybill', 'stock', 'note'),
    ...built('authorization'),
    deposit: { unknown: 'orderType 2 is known, no status of a paid deposit is: it shows as unpaid until all is paid' },
    revoked: { unknown: 'no such message among those of the crawled pages and of two public clients' },
    redact: { none: 'buyers come as ciphers that open only at the platform' },
  },
  // common.getExpressCompanyList has them all. Recalled, not read.
  carriers: {
    EMS: 'ems',
    JD: 'jd',
    JTSD: 'jtexpress',
    POSTB: 'youzhengguonei',
    SF: 'shunfeng',
    STO: 'shentong',
    YTO: 'yuantong',
    YUNDA: 'yunda',
    ZTO: 'zhongtong',
  },
  receiverKind: 'xiaohongshu',
  timeoutMs: 12_000,
  checklist: [
    {
      zh: '小红书开放平台认证开发者（企业店铺自研，或三方服务商）并创建应用',
      en: 'Have the developer verified (own development of a company shop, or a service provider), make an app',
      who: 'merchant',
      days: 5,
      link: 'https://open.xiaohongshu.com',
    },
    {
      zh: '申请订单、库存、售后权限包，通过安全审核',
      en: 'Apply for orders, stock and after-sales; pass the security review',
      who: 'platform',
      days: 5,
    },
    {
      zh: '填入推送地址，订阅 README 中的消息',
      en: 'Enter the hook URL, subscribe the messages of the README',
      who: 'merchant',
    },
    { zh: '店铺主账号通过授权链接授权', en: 'The main account of the shop authorizes by the link', who: 'merchant' },
    {
      zh: '云仓须接入小红书电子面单（openAddressId），并核对快递公司编码',
      en: 'The warehouse must print 小红书 e-waybills (openAddressId); check the carrier codes',
      who: 'merchant',
    },
  ],
  /** The list of carriers needs the token and changes nothing; it does not say whose shop asks. */
  *probe(shop) {
    const read = yield* ask(shop, 'common.getExpressCompanyList', {}, z.object({ data: z.object({}) }), true)
    return read.class === 'done' ? done(shop.credentials.sellerId ?? '') : read
  },
  inbound: {
    format: 'json',
    signature: xiaohongshuPush,
    bodySigned: false,
    // Messages have no id; each has the time of its change.
    deliveryId: () => undefined,
    bodyIsUnique: true,
    schema: Body,
    normalize,
    ack: {
      accepted: json(200, { success: true, error_code: 0, error_msg: '' }),
      refused: json(401, { success: false, error_code: 401, error_msg: 'sign' }),
    },
  },
  outbound,
  poll,
  authorization,
})
