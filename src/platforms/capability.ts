/** What a platform can do, and what of it is built: the table of the README and the API. */

/** Rows of the capability table, in its order. A test holds each built one to a fixture (`test/platforms.test.ts`). */
export const CAPABILITIES = [
  'push',
  'poll',
  'created',
  'paid',
  'deposit',
  'changed',
  'addressChanged',
  'noteChanged',
  'cancelled',
  'refund',
  'shipBy',
  'revoked',
  'redact',
  'detail',
  'status',
  'ship',
  'partialShip',
  'severalPackages',
  'changeWaybill',
  'stock',
  'note',
  'authorization',
] as const
export type CapabilityName = (typeof CAPABILITIES)[number]

/** Rows of the capability table that are built. */
export const built = <Names extends readonly CapabilityName[]>(...names: Names) =>
  Object.fromEntries(names.map((name) => [name, 'built'])) as Record<Names[number], 'built'>
