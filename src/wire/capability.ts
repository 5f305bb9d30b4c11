/** What an adapter says of itself beyond its verbs: lines of the capability table, and how fast its partner may be called. */

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
  readonly perSecond?: number
  readonly perMinute?: number
  /** Calls under way at once. */
  readonly concurrent?: number
}
