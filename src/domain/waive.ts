/** Which problems a person may declare settled although their cause stands. */
import type { Problem, ProblemCode } from './problem.ts'
import { isParcelProblem, PARCEL_CODES } from './problem-parcel.ts'

/** Problems that are found, not remembered: they close by themselves when their cause is gone. */
export const STANDING: readonly ProblemCode[] = [
  'sku_unknown',
  'sku_missing',
  'receiver_incomplete',
  'order_empty',
  'receiver_unshippable',
  'cod_unsupported',
  'region_unserved',
  'no_warehouse',
  'order_late',
  ...PARCEL_CODES,
]

/**
 * May a person live with it? Not with what is found anew at each look, and not with what leaves the order without anybody
 * to move it: silence is asked about again, or its document given up; an order that nobody ships is tried again or cancelled.
 */
export const mayWaive = ({ code, at }: Pick<Problem, 'code' | 'at'>): boolean =>
  code === 'order_late' ||
  isParcelProblem(code) ||
  !(STANDING.includes(code) || code === 'warehouse_silent' || (code === 'warehouse_rejected' && at === 'all'))
