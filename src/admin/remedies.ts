/** Which buttons a problem has. The first is the one to press. */
import type { ProblemCode } from '../domain/problem.ts'

/**
 * retry: try again, what may have happened is asked for first · receiver: fill in who gets it · reroute: another warehouse,
 * on a person's word · override: go on as it is · dismiss: settled outside, or to be lived with.
 */
export type Remedy = 'retry' | 'receiver' | 'reroute' | 'override' | 'dismiss'

/** Problems found anew at each look can't be wished away: their cause must go. */
const REMEDIES: Readonly<Partial<Record<ProblemCode, readonly Remedy[]>>> = {
  receiver_incomplete: ['receiver'],
  sku_unknown: ['retry'],
  sku_missing: ['retry'],
  receiver_unshippable: ['retry', 'receiver'],
  cod_unsupported: ['retry'],
  region_unserved: ['retry', 'receiver'],
  no_warehouse: ['retry'],
  order_empty: ['retry'],
  order_changed: ['override', 'reroute'],
  refund_requested: ['dismiss'],
  cancel_failed: ['retry', 'reroute', 'dismiss'],
  warehouse_rejected: ['retry', 'reroute'],
  warehouse_silent: ['retry', 'reroute'],
  duplicate_differs: ['retry', 'reroute', 'dismiss'],
  confirm_mismatch: ['dismiss'],
  confirm_foreign: ['dismiss'],
  document_unknown: ['retry', 'dismiss'],
  short_shipped: ['dismiss'],
  stock_short: [],
  order_late: ['dismiss'],
  credential_refused: ['retry'],
  authorization_ending: ['dismiss'],
  order_broken: ['retry'],
  parcel_trouble: ['retry', 'dismiss'],
  parcel_returned: ['dismiss'],
  tracking_refused: ['dismiss'],
}

export const remediesOf = (code: ProblemCode): readonly Remedy[] => REMEDIES[code] ?? ['retry', 'dismiss']
