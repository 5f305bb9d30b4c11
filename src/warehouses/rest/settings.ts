import { z } from 'zod'

export const Settings = z.object({
  baseUrl: z.url().describe("The warehouse's address, before /v1"),
  feed: z.enum(['gross', 'net']).default('gross').describe('Do its stock figures include what is frozen for orders?'),
  receiverKinds: z
    .array(z.string())
    .default(['plain'])
    .describe('Receivers it can ship: plain, or a platform whose e-waybills it prints'),
  cod: z.boolean().default(false).describe('Collects money on delivery'),
  settleSeconds: z
    .int()
    .min(5)
    .optional()
    .describe('After how long "not found" means that a call never arrived; absent: 120 s'),
  carriers: z.record(z.string(), z.string()).default({}).describe('Our carrier code → its own'),
})

/** What a conversation needs of them. */
export const Options = Settings.omit({ baseUrl: true })
