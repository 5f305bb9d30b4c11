/** What a merchant enters for a shop of 旺店通旗舰版: an interface account, and the own-platform shop that orders go into. */
import { z } from 'zod'

export const Credentials = z.object({
  sid: z.string().min(1).describe('卖家账号, from 旺店通'),
  appKey: z.string().min(1).describe('接口账号 (key)'),
  appSecret: z
    .string()
    .regex(/^[^:]+:[^:]+$/)
    .describe('appsecret as it is given: secret:salt, both parts'),
})

export const Settings = z.object({
  baseUrl: z.url().optional().describe('The interface, or a relay or sandbox in its place'),
  shopNo: z
    .string()
    .min(1)
    .max(40)
    .describe(
      '旺店通里自有平台店铺的店铺编号。请确认旺店通没有另外授权抓取同一平台店铺的订单，否则会重复发货。 Its own shop number; make sure that it does not itself pull orders of the same shops',
    ),
  cod: z.boolean().default(false).describe('货到付款'),
  settleSeconds: z.int().min(5).optional().describe('After how long "not found" means never; absent: 10 min'),
})

export const Options = Settings.omit({ baseUrl: true })
export type Options = z.output<typeof Options>
