/** What a merchant enters for a warehouse of 顺丰云仓; 顺丰 gives it with the contract. */
import { z } from 'zod'

export const Credentials = z.object({
  accessCode: z.string().min(1).describe('接入编码'),
  checkword: z.string().min(1).describe('校验码'),
  companyCode: z.string().min(1).describe('货主编码 CompanyCode'),
  digestKey: z.string().min(1).optional().describe('特殊串, where 顺丰 gave one for digests; absent: the checkword'),
})

export const Settings = z.object({
  baseUrl: z.url().describe('The whole address, …/bsp-wms/OmsCommons, as 顺丰 gives it'),
  warehouseCode: z.string().default('').describe('仓库编码, e.g. 571DCF'),
  orderType: z.string().min(1).default('销售订单').describe('SfOrderType'),
  carrier: z.string().min(1).default('SF').describe('For orders without a carrier: our code'),
  carrierProduct: z.string().min(1).default('标准快递').describe('CarrierProduct 产品类型'),
  monthlyAccount: z.string().default('').describe('月结账号'),
  packUm: z.string().min(1).default('CS').describe('PackUm of new items'),
  feed: z.enum(['gross', 'net']).default('gross').describe('OnHandQty counts what is allocated: gross'),
  cod: z.boolean().default(false).describe('货到付款; agree on the field `amount` with the warehouse first'),
  carriers: z.record(z.string(), z.string()).default({}).describe('Our carrier code → its Chinese name there'),
  settleSeconds: z.int().min(5).optional().describe('After how long "not found" means never; absent: 20 min'),
})

export const Options = Settings.omit({ baseUrl: true })
export type Options = z.output<typeof Options>
