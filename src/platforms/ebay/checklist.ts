import type { Step } from '../platform.ts'

export const checklist: readonly Step[] = [
  {
    zh: '在 eBay Developers Program 注册，建立 Production keyset（App ID、Cert ID）',
    en: 'Join the eBay Developers Program and make a production keyset (App ID, Cert ID)',
    who: 'merchant',
    days: 1,
    link: 'https://developer.ebay.com/my/keys',
  },
  {
    zh: 'Alerts & Notifications：填推送地址与自定的 Verification token，订阅 Marketplace Account Deletion（不订阅则 keyset 不启用）',
    en: 'Alerts & Notifications: enter the hook URL and a verification token of your own, subscribe Marketplace Account Deletion (without it the keyset stays off)',
    who: 'merchant',
    link: 'https://developer.ebay.com/marketplace-account-deletion',
  },
  {
    zh: 'User Tokens → Get a Token from eBay via Your Application：新建 RuName，Auth Accepted URL 填本服务的授权回调地址',
    en: 'User Tokens: make a RuName whose Auth Accepted URL is the authorization callback of this service',
    who: 'merchant',
    link: 'https://developer.ebay.com/my/auth',
  },
  {
    zh: '用 Notification API 为每个卖家订阅 ORDER_CONFIRMATION 与 AUTHORIZATION_REVOCATION（部分主题需 eBay 开通）；未开通时靠轮询',
    en: 'Subscribe ORDER_CONFIRMATION and AUTHORIZATION_REVOCATION by the Notification API (eBay grants some topics on request); until then the poll brings orders',
    who: 'platform',
    days: 5,
    link: 'https://developer.ebay.com/api-docs/commerce/notification/overview.html',
  },
  {
    zh: '要同步库存：刊登须由 Inventory API 管理并有 SKU，用 Trading API 或卖家中心刊登的商品需先迁移',
    en: 'For stock: listings must be managed by the Inventory API and have a SKU; others must be migrated first',
    who: 'merchant',
    link: 'https://developer.ebay.com/api-docs/sell/inventory/resources/listing/methods/bulkMigrateListing',
  },
]
