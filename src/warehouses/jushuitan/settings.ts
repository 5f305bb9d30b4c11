/** What a merchant enters for a shop of 聚水潭: an app of their own (自有商城) and the shop that orders go into. */
import { z } from 'zod'

export const Credentials = z.object({
  appKey: z.string().min(1).describe('开放平台 openweb.jushuitan.com → 应用 → App Key'),
  appSecret: z.string().min(1).describe('App Secret, beside it'),
  accessToken: z.string().min(1).describe('access_token of the merchant; refreshed here from then on'),
  refreshToken: z.string().min(1).describe('refresh_token, told together with the access_token'),
})

export const Settings = z.object({
  baseUrl: z.url().optional().describe('The open platform, or a relay or sandbox in its place'),
  shopOfErp: z
    .string()
    .regex(/^\d{1,12}$/)
    .describe(
      '聚水潭「店铺设置」里的店铺编号，须为自有商城类店铺。请确认该店铺和聚水潭中的其他店铺都没有自行抓取同一平台店铺的订单，否则会重复发货。 Its own shop number; make sure that it does not itself pull orders of the same shops',
    ),
  wmsCoId: z
    .string()
    .regex(/^\d{0,12}$/)
    .default('')
    .describe('分仓编号; empty: 聚水潭 chooses'),
  cod: z.boolean().default(false).describe('货到付款'),
  carriers: z.record(z.string(), z.string()).default({}).describe('Our carrier code → lc_id of this merchant'),
  settleSeconds: z.int().min(5).optional().describe('After how long "not found" means never; absent: 10 min'),
})

export const Options = Settings.omit({ baseUrl: true })
export type Options = z.output<typeof Options>
