/** What a merchant enters for a Cainiao warehouse: the LINK resource that speaks for it, and a Taobao app that may ask. */
import { z } from 'zod'

export const Credentials = z.object({
  providerId: z.string().min(1).describe('LINK 控制台的 CP 编号（logistic_provider_id）'),
  secretKey: z.string().min(1).describe('LINK 控制台该 CP 的签名密钥'),
  ownerUserId: z.string().min(1).describe('货主 ID：菜鸟后台 → 账号信息'),
  storeCode: z.string().min(1).describe('仓库编码：菜鸟后台 → 仓库（STORE_…）'),
  topAppKey: z.string().min(1).describe('淘宝开放平台 App Key，用来查询单据与库存'),
  topAppSecret: z.string().min(1).describe('同一应用的 App Secret'),
  topSession: z.string().min(1).describe('货主对该应用的授权 session'),
})

const Text = z.string().default('')
const Codes = z.record(z.string(), z.string()).default({})

export const Settings = z.object({
  baseUrl: z.url().optional().describe('The LINK gateway, or a relay or sandbox in its place'),
  topUrl: z.url().optional().describe("The gateway of the Taobao calls; absent: Taobao's, or the relay or sandbox"),
  toCode: Text.describe('LINK 控制台的目的方编码 to_code；没有就留空'),
  placeMessage: z.string().min(1).default('WMS_CONSIGN_ORDER_NOTIFY').describe('LINK 订购的下单消息'),
  cancelMessage: z.string().min(1).default('WMS_ORDER_CANCEL_NOTIFY').describe('LINK 订购的取消消息'),
  ...{ senderName: Text, senderMobile: Text, senderProvince: Text, senderCity: Text },
  ...{ senderArea: Text, senderAddress: Text },
  feed: z.enum(['gross', 'net']).default('gross').describe('Do its stock figures include what is locked for orders?'),
  cod: z.boolean().default(false).describe('货到付款'),
  orderSources: Codes.describe('Our platform id → orderSource; `*` for all others'),
  carriers: Codes.describe('Our carrier code → tmsServiceCode'),
  itemIds: Codes.describe('Our SKU → 菜鸟货品 ID, where the two differ'),
  settleSeconds: z.int().min(5).optional().describe('After how long "not found" means never; absent: 30 min'),
})

/** No field for a platform's cipher or token was found in the message. */
export const RECEIVER_KINDS = ['plain'] as const

export const Options = Settings.omit({ baseUrl: true })
export type Options = z.output<typeof Options>

/** 菜鸟货品 ID of a SKU: as the placement knows it, as the merchant entered it, or the SKU itself. */
export const itemIdOf = (sku: string, { itemIds }: Options, known?: string): string =>
  known ?? (Object.hasOwn(itemIds, sku) ? (itemIds[sku] ?? sku) : sku)
