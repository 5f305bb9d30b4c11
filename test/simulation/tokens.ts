import type { Grants } from '../../src/flow/tokens.ts'

/** The partners of the simulation have secrets that never end. */
export const NO_TOKENS: Grants = {
  claim: async () => undefined,
  write: async () => false,
  fail: async () => undefined,
}
