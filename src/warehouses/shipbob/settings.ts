/** What a merchant enters for a ShipBob account. */
import { z } from 'zod'

export const Credentials = z.object({
  token: z.string().min(1).describe('Personal access token: dashboard, Integrations, API Tokens'),
  channelId: z
    .string()
    .min(1)
    .describe('shipbob_channel_id of the channel that our orders go to: GET /2026-01/channel lists them'),
  secret: z
    .string()
    .min(1)
    .describe(
      'whsec_…, shown when the webhook subscription is made; take a dated API version, 1.0 and 2.0 sign nothing',
    ),
})

export const Settings = z.object({
  baseUrl: z.url().optional().describe('https://api.shipbob.com, https://sandbox-api.shipbob.com, or a relay'),
  shippingMethod: z
    .string()
    .min(1)
    .default('Standard')
    .describe('A name of Ship Option Mapping in the dashboard; an unknown one becomes a new mapping there'),
  carriers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Our carrier code → the shipping method that stands for it; what is not here takes shippingMethod'),
  type: z.enum(['DTC', 'DropShip', 'B2B']).default('DTC'),
  locationId: z.int().positive().optional().describe('Fulfillment centre; absent: ShipBob chooses'),
  feed: z.enum(['gross']).default('gross').describe('total_on_hand_quantity counts what is committed to orders: gross'),
  settleSeconds: z.int().min(5).optional().describe('After how long "not found" means never; absent: 10 min'),
})

export const Options = Settings.omit({ baseUrl: true })
export type Options = z.output<typeof Options>
