/** What tests of decisions take for granted: a clock, what codes mean, warehouses. */
import type { WarehouseFacts } from '../../src/store/config.ts'

export const START = 1_780_000_000_000
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

export const MEANINGS: Readonly<Record<string, { sku: string; quantity: number }[]>> = {
  A: [{ sku: 'A', quantity: 1 }],
  B: [{ sku: 'B', quantity: 1 }],
  KIT: [
    { sku: 'A', quantity: 1 },
    { sku: 'B', quantity: 2 },
  ],
}

export const warehouse = (id: string, rank: number, change: Partial<WarehouseFacts> = {}): WarehouseFacts => ({
  ...{
    id,
    name: id.toUpperCase(),
    enabled: true,
    regions: ['*'],
    rank,
    receiverKinds: ['plain'],
    cod: true,
    net: false,
  },
  ...change,
})
