/** What an adapter says of itself beyond its verbs: lines of the capability table, and how fast its partner may be called. */
import { z } from 'zod'

/**
 * One line of the capability table: built and tested, absent at the partner (with the source), not known (with where
 * was searched), or there but not built here (with the reason).
 */
export type Capability =
  | 'built'
  | { readonly none: string }
  | { readonly unknown: string }
  | { readonly notBuilt: string }

/** Calls that one credential may make; what is absent is not limited. A connection's setting `limits` replaces single figures. */
export interface Limits {
  readonly perSecond?: number | undefined
  readonly perMinute?: number | undefined
  /** Calls under way at once. */
  readonly concurrent?: number | undefined
}

/** The setting of every app, shop and warehouse beside the adapter's own. */
export const Pacing = {
  limits: z
    .strictObject({
      perSecond: z.number().positive().max(10_000).optional(),
      perMinute: z.number().positive().max(600_000).optional(),
      concurrent: z.int().positive().max(1_000).optional(),
    })
    .optional()
    .describe(
      "Calls that its credential may make, in place of the adapter's figures; an app's count for all its shops",
    ),
}
