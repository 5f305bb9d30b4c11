import type { Step } from '../platform.ts'

/** https://open.lazada.com/apps/doc/doc?nodeId=38138&docId=121098 and the pages on security review and push there. */
export const checklist: readonly Step[] = [
  {
    zh: '在 Lazada Open Platform 注册开发者（自有店铺选 Seller In-house APP，服务商选 ERP System 并上架服务市场）',
    en: 'Register at the Lazada Open Platform (Seller In-house APP for own shops; ERP System, listed in the service market, for others)',
    who: 'merchant',
    days: 7,
    link: 'https://open.lazada.com',
  },
  {
    zh: '申请接口权限：Order、Fulfillment、Product、Seller、System',
    en: 'Apply for the API groups Order, Fulfillment, Product, Seller, System',
    who: 'platform',
    days: 3,
  },
  {
    zh: '通过 DataMoat 安全审核并申请 Unmask：通过前买家姓名、电话、地址带星号，无法发货',
    en: 'Pass the DataMoat security review and apply for unmasking: before, receivers come with stars and cannot be shipped to',
    who: 'platform',
    days: 14,
  },
  {
    zh: '开了 IP 白名单的应用，加入出口 IP；自研应用在 Auth Management 里把卖家短码加入白名单',
    en: 'Add the egress address to the IP list, if there is one; for in-house apps enter the seller’s short code in Auth Management',
    who: 'merchant',
  },
  {
    zh: 'Message Service 填推送地址并点 Verify，订阅 0（交易）、8（授权到期）、10（逆向）；域名证书须为 OV 或 EV，DV 会被拒绝',
    en: 'Enter the hook URL in Message Service and press Verify; subscribe 0, 8 and 10. The domain’s certificate must be OV or EV, DV is refused',
    who: 'merchant',
  },
  {
    zh: '卖家打开授权链接并同意；跨境卖家选 Crossborder，一次授权六国店铺',
    en: 'The seller opens the authorization link and agrees; sellers across borders choose Crossborder, once for six countries',
    who: 'merchant',
  },
  {
    zh: '用自有物流发货的商品，在 Lazada 开通 Seller Own Fleet / DBS；其余订单必须用 Lazada 面单',
    en: 'For goods that leave with your own carriers let Lazada switch on Seller Own Fleet (DBS): all others must carry Lazada’s label',
    who: 'merchant',
  },
]
