/** A shop as it is made, changed and shown. The platform's adapter says which credentials and settings there are. */
import { z } from 'zod'
import { platforms } from '../../platforms/index.ts'
import type { Platform } from '../../platforms/platform.ts'
import { connectionAnswer, connectionChange, EgressBody, tokenAnswer } from '../connection.ts'
import { Id, MerchantId, Name } from '../schema.ts'

const Mode = z
  .enum(['observe', 'trial', 'live'])
  .describe('observe: nothing is reserved or sent; trial: a person releases each order; live: by itself')
const features = {
  orders: z.boolean().describe('Takes orders from it'),
  stock: z.boolean().describe('库存更新: shows it what is available'),
  tracking: z.boolean().describe('物流更新: tells it what has shipped'),
}
export type Features = { readonly orders: boolean; readonly stock: boolean; readonly tracking: boolean }

export const Shop = z.object({
  id: z.string(),
  merchantId: z.string(),
  platform: z.string(),
  appId: z.string().nullable(),
  shopKey: z.string().nullable(),
  name: z.string(),
  hookUrl: z.string(),
  mode: Mode,
  features: z.object(features),
  enabled: z.boolean(),
  ...tokenAnswer,
  ...connectionAnswer,
})

/** Rules of the shop itself, whatever its platform. */
const rules = {
  split: z.boolean().optional().describe('May an order go out from several warehouses? Absent: no'),
  reserveOn: z
    .enum(['paid', 'placed'])
    .optional()
    .describe('placed 拍下减: unpaid orders reserve too; absent: paid 付款减'),
  lastLook: z
    .boolean()
    .optional()
    .describe('Is the order read again before it is placed? Absent: yes, where the platform can'),
}
export const settingsOf = (platform: Platform): z.ZodObject => platform.settings.extend(rules)

const bodyOf = (platform: Platform) =>
  z.strictObject({
    merchantId: MerchantId,
    platform: z.literal(platform.id),
    name: Name,
    ...(platform.scope === 'app' && { appId: Id.describe('Whose credentials sign its messages') }),
    credentials: platform.credentials.shop.strict(),
    features: z
      .strictObject({
        orders: features.orders.default(true),
        stock: features.stock.default(false),
        tracking: features.tracking.default(false),
      })
      .prefault({}),
    mode: Mode.default('observe'),
    settings: settingsOf(platform).strict().prefault({}),
    egress: EgressBody.optional(),
  })

export const Body = z.discriminatedUnion(
  'platform',
  Object.values(platforms).map(bodyOf) as [ReturnType<typeof bodyOf>],
)
export type New = z.output<typeof Body>

export const Change = z.strictObject({
  ...connectionChange,
  mode: Mode.optional(),
  force: z.literal(true).optional().describe('Goes live although the doctor found something wrong'),
  features: z.strictObject(features).partial().optional(),
  enabled: z.boolean().optional(),
})
