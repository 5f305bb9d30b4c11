/** What a merchant enters for a 京东云仓: an app at 宙斯 with its token, and the numbers that ECLP knows the merchant by. */
import { z } from 'zod'

export const Credentials = z.object({
  appKey: z.string().min(1).describe('宙斯（jos.jd.com）应用的 AppKey'),
  appSecret: z.string().min(1).describe('同一应用的 AppSecret'),
  accessToken: z.string().min(1).describe('商家授权该应用后的 access_token；到期要换新的'),
  deptNo: z.string().min(1).describe('事业部编号（EBU…）：京东物流商家后台 → 事业部'),
  shopNo: z.string().min(1).describe('店铺编号（ESP…）：京东物流商家后台 → 店铺'),
  warehouseNo: z.string().min(1).describe('仓库编号（如 110008714）：京东物流商家后台 → 仓库'),
  isvSource: z.string().min(1).describe('ISV 来源编号（ISV…）：由京东业务人员提供'),
})

const Codes = z.record(z.string(), z.string()).default({})

export const Settings = z.object({
  baseUrl: z.url().optional().describe('The gateway, or a relay or sandbox in its place'),
  feed: z.enum(['gross', 'net']).default('gross').describe('queryStock tells both: totalNum is what is there'),
  cod: z.boolean().default(false).describe('货到付款'),
  shipperNo: z.string().min(1).default('CYS0000010').describe('承运商编号 for orders without a carrier; 京东快递'),
  carriers: Codes.describe('Our carrier code → shipperNo（CYS…）'),
  platformSources: Codes.describe('Our platform id → salePlatformSource; `*` for all others'),
  goodsNos: Codes.describe('Our SKU → 事业部商品编号（EMG…）, where the two differ'),
  shippedAt: z.enum(['10019', '10018']).default('10019').describe('The state that counts as left: 出库, or 打包'),
  stockFlow: z.boolean().default(true).describe('Book the 库存流水 of the shop; off where 京东 does not offer it'),
  askSeconds: z.int().min(1).optional().describe('How often an open document is asked for; absent: 15 min'),
  settleSeconds: z.int().min(5).optional().describe('After how long "not found" means never; absent: 30 min'),
})

/** There is no field for the ciphers or tokens of other platforms. */
export const RECEIVER_KINDS = ['plain'] as const

export const Options = Settings.omit({ baseUrl: true })
export type Options = z.output<typeof Options>

export const goodsNoOf = (sku: string, { goodsNos }: Options): string =>
  Object.hasOwn(goodsNos, sku) ? (goodsNos[sku] ?? sku) : sku

/** Our SKU of a 事业部商品编号; the number itself where the merchant entered none. */
export const skuOf = (goodsNo: string, { goodsNos }: Options): string =>
  Object.entries(goodsNos).find(([, theirs]) => theirs === goodsNo)?.[0] ?? goodsNo
