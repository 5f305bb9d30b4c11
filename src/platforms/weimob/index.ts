import { z } from 'zod'
import { json } from '../../wire/ack.ts'
import { fieldDigest } from '../../wire/field-digest.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization } from './authorize.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

export const weimob = definePlatform({
  id: 'weimob',
  name: { zh: '微盟', en: 'Weimob' },
  docs: 'https://doc.weimobcloud.com/',
  proof: {
    live: false,
    restsOn:
      "微盟's own Go and PHP SDKs and demo projects, clients of merchants; the signature by their comments alone, without a published digest",
  },
  scope: 'app',
  baseUrl: 'https://dopen.weimob.com',
  credentials: {
    app: z.object({
      clientId: z.string().min(1).describe('微盟云开发者后台 → 应用 → client_id'),
      clientSecret: z.string().min(1).describe('the same page, client_secret'),
    }),
    shop: z.object({
      bosId: z.string().min(1).describe('商家 ID (business_operation_system_id), as messages carry it in bosId'),
      accessToken: z.string().optional().describe('absent: asked for with the app (客户端模式)'),
      refreshToken: z.string().optional().describe('of a merchant who agreed by the link'),
    }),
  },
  settings: shopSettings('A relay or sandbox that stands in for dopen.weimob.com', {
    vid: z.string().optional().describe('组织节点 ID whose stock is told, without which no stock is'),
    stockEditType: z
      .int()
      .optional()
      .describe(
        'quantityEditType that replaces the level (全量) by the documents of stock/update, without which no stock is told',
      ),
    warehouse: z.string().optional().describe("warehouseId of 微盟's, where the shop has several"),
    carrierNames: z.record(z.string(), z.string()).optional().describe("微盟's code of a carrier → the name shown"),
  }),
  needs: { stock: ['vid', 'stockEditType'] },
  shopKeyField: 'bosId',
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'deposit', 'changed', 'addressChanged', 'noteChanged', 'cancelled'),
    ...built('refund', 'detail', 'status', 'ship', 'partialShip', 'severalPackages', 'changeWaybill', 'stock'),
    ...built('authorization'),
    shipBy: { unknown: 'no deadline among the fields of order/detail/get in the SDKs and clients that were read' },
    revoked: { unknown: 'no such event in the SDKs; the documents stand behind a login' },
    redact: { unknown: 'nothing of the kind in the SDKs; the documents stand behind a login' },
    note: {
      notBuilt: 'the call that writes 商家备注 was found in no SDK; the documents stand behind a login',
    },
  },
  carriers: {
    EMS: 'ems',
    JD: 'jd',
    SF: 'shunfeng',
    STO: 'shentong',
    YTO: 'yuantong',
    YUNDA: 'yunda',
    ZTO: 'zhongtong',
  },
  anyCarrier: true,
  timeoutMs: 12_000,
  checklist: [
    {
      zh: '微盟云注册开发者，创建应用（自用型或商家型）',
      en: 'Register at 微盟云 and make an app',
      who: 'merchant',
      days: 3,
      link: 'https://doc.weimobcloud.com/',
    },
    {
      zh: '申请订单、履约、库存 API 权限',
      en: 'Apply for the APIs of orders, fulfilment and stock',
      who: 'platform',
      days: 2,
    },
    {
      zh: '消息订阅：weimob_shop.order 与 weimob_shop.rights 的全部事件，填写推送地址',
      en: 'Subscribe all events of weimob_shop.order and weimob_shop.rights, and enter the hook URL',
      who: 'merchant',
    },
    { zh: '商家授权应用，记下 bosId 与 vid', en: 'Authorize the app, note bosId and vid', who: 'merchant' },
    {
      zh: '核对 stock/update 文档中 quantityEditType 的全量取值、物流公司编码',
      en: 'Look up quantityEditType of stock/update and the codes of carriers in the documents',
      who: 'us',
    },
  ],
  probe,
  inbound: {
    format: 'json',
    // A comment in 微盟's PHP SDK has the first; recalled of its documents is the second, which leaves the body out.
    signature: fieldDigest({
      field: 'sign',
      recipes: [
        ['clientId', 'body.id', 'body.msgBody', 'clientSecret'],
        ['clientId', 'body.id', 'clientSecret'],
      ],
    }),
    bodySigned: false,
    // `id` may be the order's own number.
    deliveryId: () => undefined,
    bodyIsUnique: true,
    schema: Body,
    normalize,
    ack: {
      accepted: json(200, { code: { errcode: '0', errmsg: 'success' } }),
      refused: json(401, { code: { errcode: '401', errmsg: 'sign mismatch' } }),
    },
  },
  outbound,
  poll,
  authorization,
})
