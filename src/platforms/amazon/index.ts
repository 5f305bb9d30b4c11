import { z } from 'zod'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization } from './authorization.ts'
import { outbound, probe } from './outbound.ts'
import { poll } from './poll.ts'

export const amazon = definePlatform({
  id: 'amazon',
  name: { zh: '亚马逊', en: 'Amazon' },
  docs: 'https://developer-docs.amazon.com/sp-api/docs/subscribe-to-mfn-notifications',
  proof: {
    live: false,
    restsOn: "Amazon's own models of orders, listings, tokens and notifications; AWS's test suite for the signature",
  },
  scope: 'app',
  baseUrl: 'https://sellingpartnerapi-na.amazon.com',
  credentials: {
    app: z.object({
      clientId: z.string().min(1).describe('Solution Provider Portal → Developer Central → the app → LWA client ID'),
      clientSecret: z.string().min(1).describe('the same place, LWA client secret; it expires after 180 days'),
      applicationId: z.string().optional().describe('App ID amzn1.sp.solution.…, for the authorization link'),
      sellerCentral: z.string().optional().describe('sellercentral.amazon.co.jp, sellercentral-europe.amazon.com …'),
      awsAccessKeyId: z.string().optional().describe('of an IAM user who may receive and delete in the queue'),
      awsSecretAccessKey: z.string().optional().describe('its secret'),
    }),
    shop: z.object({
      sellerId: z.string().min(1).describe('Seller Central → Account Info → Merchant Token'),
      refreshToken: z
        .string()
        .min(1)
        .describe('Atzr|…: by the authorization link, or Manage Authorizations of a private app'),
      accessToken: z.string().optional().describe('leave empty: it is made from the refresh token, every hour'),
    }),
  },
  settings: shopSettings(
    'https://sellingpartnerapi-eu.amazon.com, https://sellingpartnerapi-fe.amazon.com; absent: North America',
    {
      marketplaceIds: z.string().min(1).describe('ATVPDKIKX0DER for amazon.com; several of one region by commas'),
      queueUrl: z
        .string()
        .optional()
        .describe(
          'https://sqs.<region>.amazonaws.com/<account>/<queue>, used for nothing else; absent: orders are listed',
        ),
    },
  ),
  shopKeyField: 'sellerId',
  capabilities: {
    ...built('poll', 'created', 'paid', 'changed', 'cancelled', 'refund', 'shipBy', 'detail', 'status', 'ship'),
    ...built('partialShip', 'severalPackages', 'changeWaybill', 'stock', 'authorization'),
    push: { none: 'no HTTP push: ORDER_CHANGE goes to an SQS queue, which is polled (OrderChangeNotification.json)' },
    deposit: { none: 'no deposits in its orders; a pre-order is PendingAvailability until it may be paid' },
    addressChanged: {
      unknown:
        'OrderChangeNotification.json (changes: buyer request, delivery tip, status) and the pages on notifications: no such reason',
    },
    noteChanged: { none: 'orders have no note of the seller or the buyer (ordersV0.json)' },
    revoked: { none: 'no notification of it: the next refresh is refused with invalid_grant' },
    redact: { none: "no notification: Amazon's data protection policy has buyers' data erased by time" },
    note: { none: 'orders have no note of the seller (ordersV0.json)' },
  },
  // `Other/<name>`: Amazon has no code that was read. The first three are recalled.
  carriers: {
    SF: 'SF Express',
    EMS: 'China Post',
    POSTB: 'China Post',
    JD: 'Other/JD Logistics',
    JTSD: 'Other/J&T Express',
    STO: 'Other/STO Express',
    YTO: 'Other/YTO Express',
    YUNDA: 'Other/Yunda Express',
    ZTO: 'Other/ZTO Express',
  },
  anyCarrier: true,
  timeoutMs: 15_000,
  checklist: [
    {
      zh: '在 Solution Provider Portal 注册开发者，申请 Direct-to-Consumer Shipping（受限，含收件人信息）角色',
      en: 'Register as a developer and apply for the restricted role Direct-to-Consumer Shipping, which opens addresses',
      who: 'platform',
      days: 14,
      link: 'https://developer-docs.amazon.com/sp-api/docs/registering-as-a-developer',
    },
    {
      zh: '建 SP-API 应用，勾选 Inventory and Order Tracking 与 Product Listing 角色，填写回调地址',
      en: 'Make an SP-API app with the roles Inventory and Order Tracking and Product Listing; enter the redirect address',
      who: 'merchant',
      days: 1,
    },
    {
      zh: '建 SQS 标准队列，允许 437568002678 写入，配置死信队列；建只读删该队列的 IAM 用户',
      en: 'Make a standard SQS queue that 437568002678 may send to, with a dead-letter queue, and an IAM user who may receive and delete',
      who: 'merchant',
      link: 'https://developer-docs.amazon.com/sp-api/docs/set-up-notifications-with-amazon-sqs',
    },
    {
      zh: '用 createDestination 与 createSubscription 为每个卖家订阅 ORDER_CHANGE',
      en: 'Subscribe each seller to ORDER_CHANGE by createDestination and createSubscription',
      who: 'merchant',
      link: 'https://developer-docs.amazon.com/sp-api/docs/subscribe-to-mfn-notifications',
    },
    { zh: '卖家授权应用', en: 'The seller authorizes the app', who: 'merchant' },
    { zh: '记下密钥 180 天后轮换', en: 'Mark the day when the client secret ends: 180 days', who: 'merchant' },
  ],
  probe,
  outbound,
  poll,
  authorization,
})
