/** What a merchant enters for a Qimen warehouse. Only the credentials are needed to begin; a WMS tells the rest. */
import { z } from 'zod'
import { TOP_SIGN_METHODS } from '../../wire/top-signature.ts'

export const Credentials = z.object({
  appKey: z.string().min(1),
  secret: z.string().min(1),
  customerId: z.string().min(1).describe('货主在奇门的编号; the WMS and the gateway know the merchant by it'),
})

const Text = z.string().default('')
const Codes = z.record(z.string(), z.string()).default({})

export const Settings = z.object({
  baseUrl: z.url().optional().describe('The gateway, or a relay or sandbox in its place'),
  warehouseCode: z.string().min(1).default('OTHER').describe('仓库编码; OTHER where the WMS chooses'),
  ownerCode: Text.describe('货主编码; empty: the customerId'),
  senderName: Text.describe('发件人; empty: the shop'),
  ...{ senderMobile: Text, senderProvince: Text, senderCity: Text, senderAddress: Text },
  feed: z.enum(['gross', 'net']).default('net').describe('inventory.query counts without what is frozen: net'),
  stockMethod: z
    .enum(['inventory.query', 'stock.query'])
    .default('inventory.query')
    .describe('stock.query for a WMS that has only that: one SKU a call, by pages'),
  receiverKinds: z
    .array(z.string())
    .default(['plain', 'taobao', 'xiaohongshu', '1688'])
    .describe('Receivers it can ship; add douyin where the WMS prints through Douyin'),
  cod: z.boolean().default(false).describe('货到付款'),
  sourcePlatformCodes: Codes.describe('Our platform id → sourcePlatformCode of this WMS; `*` for all others'),
  carriers: Codes.describe('Our carrier code → logisticsCode of this WMS'),
  logisticsCode: z.string().min(1).default('OTHER').describe('For orders without a carrier; OTHER: the WMS chooses'),
  settleSeconds: z.int().min(5).optional().describe('After how long "not found" means never; absent: 20 min'),
  signMethod: z.enum(TOP_SIGN_METHODS).default('md5'),
})

export const Options = Settings.omit({ baseUrl: true })
export type Options = z.output<typeof Options>
