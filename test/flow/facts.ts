/** What tests of decisions take for granted: a clock, what codes mean, warehouses. */
import type { TrackerFacts, WarehouseFacts } from '../../src/store/config.ts'

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

/** Follows what looks suspicious: no first scan after 12 of 24 hours, no movement for three days. */
export const tracker = (change: Partial<TrackerFacts> = {}): TrackerFacts => ({
  ...{ id: 'tk', name: '快递100', carriers: ['SF', 'YTO'], needsPhone: ['SF'], subscribe: 'suspicious' },
  ...{ collectWithin: 24 * HOUR, stuckAfter: 72 * HOUR },
  ...change,
})
