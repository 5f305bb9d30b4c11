import { z } from 'zod'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { API, authorization } from './authorization.ts'
import { outbound, probe } from './outbound.ts'
import { poll } from './poll.ts'

export const jd = definePlatform({
  id: 'jd',
  name: { zh: '京东', en: 'JD.com' },
  docs: 'https://open.jd.com/home/home#/doc/api?apiCateId=55&apiId=2388&apiName=jingdong.pop.order.enSearch',
  proof: {
    live: false,
    restsOn: "a published digest for the signature, 京东's own Java and PHP SDKs for methods and fields",
  },
  scope: 'app',
  baseUrl: API,
  credentials: {
    app: z.object({
      appKey: z.string().min(1).describe('京东商家开放平台 → 控制台 → 应用管理 → AppKey'),
      appSecret: z.string().min(1).describe('the same page, AppSecret'),
    }),
    shop: z.object({
      venderId: z.string().min(1).describe('商家 ID: 京麦 → 店铺信息'),
      accessToken: z.string().min(1).describe('access_token of the shop for this app'),
      refreshToken: z
        .string()
        .optional()
        .describe('refresh_token that came with it; absent: enter a new token by hand'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for api.jd.com and open-oauth.jd.com', {
    storeId: z.string().optional().describe("京东's number of the warehouse whose stock is set; absent: its default"),
  }),
  shopKeyField: 'venderId',
  capabilities: {
    ...built('poll', 'paid', 'noteChanged', 'cancelled', 'changed', 'refund', 'detail', 'status', 'ship'),
    ...built('partialShip', 'severalPackages', 'changeWaybill', 'stock', 'note', 'authorization'),
    push: {
      unknown:
        'jd-sdk (PHP, Python, Go, Java, .NET) and qihangerp, none of which takes a push; open.jd.com is not stored',
    },
    created: { none: 'enSearch lists no unpaid order: its states begin with 等待出库' },
    deposit: {
      notBuilt:
        'presale.order.updateOrder.getPresaleOrderByPage lists deposits; the order itself is listed once it is paid in full',
    },
    addressChanged: {
      unknown:
        "the order package of 京东's Java SDK: no list by change of address, and modified time moves with state and waybill alone",
    },
    shipBy: {
      unknown:
        "the order package of 京东's Java SDK and the documents copied into lostinfo/jos-open-api: no such field",
    },
    revoked: { none: 'nothing is pushed; a call with a withdrawn token is refused with code 19' },
    redact: { none: 'receivers come as ciphers that open only at 京东' },
  },
  // 京东 → 我的配送 lists the numbers of a shop's own carriers.
  carriers: {
    JD: '2087',
    SF: '467',
    STO: '470',
    YTO: '463',
    YUNDA: '1327',
    ZTO: '1499',
    EMS: '465',
    DBKD: '3046',
  },
  receiverKind: 'jd',
  timeoutMs: 15_000,
  checklist: [
    {
      zh: '以企业资质入驻京东商家开放平台并创建应用（个人开发者申请不到订单接口）',
      en: 'Register a company at the open platform and make an app (individuals get no order API)',
      who: 'merchant',
      days: 3,
      link: 'https://open.jd.com',
    },
    {
      zh: '申请订单、售后退款、商品库存接口权限；涉敏接口须通过云鼎或御城河的安全审核',
      en: 'Apply for orders, refunds and stock; interfaces with receivers need a security review',
      who: 'platform',
      days: 7,
    },
    {
      zh: '在京麦“我的配送”核对合作承运商编号，必要时填写店铺的 carriers',
      en: "Compare the carriers' numbers in 京麦 with ours; enter others in the shop's carriers",
      who: 'merchant',
    },
    { zh: '店铺主账号授权给应用', en: 'Authorize the app with the main account of the shop', who: 'merchant' },
    {
      zh: '确认仓库能用京东电子面单（oaid）打单发货',
      en: 'Make sure a warehouse prints 京东 e-waybills from an oaid',
      who: 'merchant',
    },
  ],
  probe,
  outbound,
  poll,
  authorization,
})
