import type { Step } from '../platform.ts'

/** https://partner.tiktokshop.com/docv2/page/app-development-process-overview and …/tiktok-shop-webhooks/configuration-guide */
export const checklist: readonly Step[] = [
  {
    zh: '在 TikTok Shop Partner Center 注册开发者（自研选 Custom App，服务商选 Public App）',
    en: 'Register as a developer in Partner Center (custom app for own shops, public app for others)',
    who: 'merchant',
    days: 5,
    link: 'https://partner.tiktokshop.com',
  },
  {
    zh: '创建应用，选目标市场；美国市场单独建应用，并过 USDS 数据安全审核',
    en: 'Make the app for its market; the US needs an app of its own and the USDS data review',
    who: 'platform',
    days: 10,
  },
  {
    zh: '申请权限：Order Information、Fulfillment Basic、Logistics Basic、Package Split And Combine、Product Modify、Return & Refund Basic、Shop Authorized Information',
    en: 'Apply for the scopes Order Information, Fulfillment Basic, Logistics Basic, Package Split And Combine, Product Modify, Return & Refund Basic, Shop Authorized Information',
    who: 'platform',
    days: 3,
  },
  {
    zh: '填推送地址（https 域名，不能用 IP、不能带端口），订阅 1、3、4、6、7、11、12',
    en: 'Enter the hook URL (https, a domain name, no port) and subscribe the types 1, 3, 4, 6, 7, 11, 12',
    who: 'merchant',
  },
  {
    zh: '开了 IP 白名单的应用，加入出口 IP',
    en: 'If the app has an IP allow list, add the egress address',
    who: 'merchant',
  },
  { zh: '卖家打开授权链接同意授权', en: 'The seller opens the authorization link and agrees', who: 'merchant' },
  {
    zh: '在卖家后台把运输方式设为卖家自配送（Seller Shipping）；平台物流（TikTok Shipping）的订单不能用自己的运单发货',
    en: 'Set delivery to Seller Shipping: orders of TikTok Shipping cannot leave with your own waybill',
    who: 'merchant',
  },
]
