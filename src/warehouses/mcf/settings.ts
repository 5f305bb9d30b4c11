/** What a merchant enters for Amazon Multi-Channel Fulfillment. */
import { z } from 'zod'

const Given = z.string().min(1)

export const Credentials = z.object({
  clientId: Given.describe('LWA client identifier: Seller Central, Develop Apps, View of LWA credentials'),
  clientSecret: Given.describe('LWA client secret, at the same place; it must be renewed every 180 days'),
  refreshToken: Given.describe('Atzr|…, shown when the app is authorized for the seller (Develop Apps, Authorize)'),
  marketplaceId: Given.describe('ATVPDKIKX0DER (US), A1F83G8C2ARO7P (UK), A1PA6795UKMFR9 (DE), A1VC38T7YXB528 (JP) …'),
})

export const Settings = z.object({
  baseUrl: z
    .url()
    .optional()
    .describe('sellingpartnerapi-na (America), -eu (Europe, India) or -fe (Japan, Australia, Singapore).amazon.com'),
  speed: z.enum(['Standard', 'Expedited', 'Priority']).default('Standard').describe('shippingSpeedCategory'),
  policy: z
    .enum(['FillOrKill', 'FillAll', 'FillAllAvailable'])
    .default('FillOrKill')
    .describe('Goods that are short: all or nothing, wait for them, or send what is there'),
  comment: z
    .string()
    .min(1)
    .max(750)
    .default('Thank you for your order.')
    .describe('On the packing slip, for the buyer to read'),
  feed: z.enum(['gross']).default('gross').describe('What is reserved for orders is counted in: gross'),
  settleSeconds: z.int().min(5).optional().describe('After how long "not found" means never; absent: 15 min'),
})

export const Options = Settings.omit({ baseUrl: true })
export type Options = z.output<typeof Options>
