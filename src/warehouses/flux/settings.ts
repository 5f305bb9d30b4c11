/** What a merchant enters for a FLUX warehouse. The implementer of the warehouse gives it all. */
import { z } from 'zod'
import { FLUX_FORMS } from '../../wire/flux-signature.ts'

export const Credentials = z.object({
  appKey: z.string().min(1),
  appToken: z.string().min(1),
  secret: z.string().min(1).describe('appSecret; signs both ways'),
  customerId: z.string().min(1).describe('货主编码 CustomerID in the WMS'),
})

export const Settings = z.object({
  baseUrl: z.url().describe('The whole address of the interface, as the implementer gives it'),
  warehouseId: z.string().min(1).default('WH01').describe('仓库编码 WarehouseID in the WMS'),
  clientCustomerId: z.string().default('').describe('client_customerid of the call; empty: the customerId'),
  clientDb: z.string().min(1).default('FLUXWMS').describe('client_db of the call'),
  names: z.enum(['flux', 'yunda']).default('flux').describe('韵达云仓 calls the two customerid and warehouseid'),
  format: z.enum(['XML', 'JSON']).default('XML').describe('Of the data that we send'),
  signForm: z.enum(FLUX_FORMS).default('base64Upper').describe('How the digest of our calls is written'),
  skusPerCall: z.int().min(1).max(100).default(40).describe('Of queryINVData; 1 where the WMS takes one a call'),
  feed: z.enum(['gross', 'net']).default('gross').describe('Qty_total counts what is allocated: gross'),
  cod: z.boolean().default(false).describe('货到付款; agree on H_EDI_01 and H_EDI_06 with the warehouse first'),
  carriers: z.record(z.string(), z.string()).default({}).describe('Our carrier code → CarrierId of this WMS'),
  settleSeconds: z.int().min(5).optional().describe('After how long "not found" means never; absent: 20 min'),
})

export const Options = Settings.omit({ baseUrl: true })
export type Options = z.output<typeof Options>
