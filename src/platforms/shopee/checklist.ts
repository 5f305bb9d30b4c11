import type { Step } from '../platform.ts'

/** https://open.shopee.com/developer-guide/12 and …/18 */
export const checklist: readonly Step[] = [
  {
    zh: '在 Shopee Open Platform 注册开发者（自有店铺选 Seller In-house，服务商选 Third-party Partner，需公司资料）',
    en: 'Register at the Shopee Open Platform (in-house for own shops, third-party with company papers)',
    who: 'merchant',
    days: 14,
    link: 'https://open.shopee.com',
  },
  {
    zh: '创建应用：类型选 ERP System 或 Order Management，提交 Go Live 审核，取得 Live Partner ID 与 Live API Partner Key',
    en: 'Make an app of type ERP System or Order Management, apply for Go Live, get the live partner id and API key',
    who: 'platform',
    days: 2,
  },
  {
    zh: '在应用里填写出口 IP 白名单：不填时买家姓名、电话、地址会被打星',
    en: 'Enter the egress address in the IP whitelist: without it receivers come with stars',
    who: 'merchant',
  },
  {
    zh: 'Push Mechanism：填推送地址，生成 Live Push Partner Key（与 API Key 不是同一个），打开 2、3、4、12、29、30；通过页面上的验证',
    en: 'Push Mechanism: enter the hook URL, generate the Live Push Partner Key (not the API key), switch on 2, 3, 4, 12, 29, 30, and pass the check',
    who: 'merchant',
  },
  {
    zh: '推送签名包含推送地址：登记的地址必须与本服务的公网地址逐字相同',
    en: 'The push signs its URL: what is registered must be the public URL of this service, letter by letter',
    who: 'us',
  },
  {
    zh: '卖家打开授权链接（五分钟内有效）并同意，最长授权 365 天',
    en: 'The seller opens the authorization link (good for five minutes) and agrees, for up to 365 days',
    who: 'merchant',
  },
  {
    zh: '确认物流渠道允许填写自有运单（非集成渠道）；要一单多包裹，向 Shopee 客户经理申请拆单权限',
    en: 'See that the shipping channels take waybills of your own (non-integrated); for several parcels ask Shopee for the permission to split',
    who: 'merchant',
  },
]
