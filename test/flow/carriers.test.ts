import { describe, expect, it } from 'vitest'
import { ourCarriers } from '../../src/flow/carriers.ts'

const named = (carrier: string, settings: object = {}, carrierSaid?: string) => {
  const item = { packageId: 'p', carrier, waybill: 'W1', items: [], ...(carrierSaid !== undefined && { carrierSaid }) }
  return ourCarriers([item], settings as Readonly<Record<string, unknown>>)
}

describe("a warehouse's name of a carrier", () => {
  it.each([
    ['STO2', { carrierAliases: { STO2: 'STO' } }, undefined, 'STO'],
    // The connection's own word comes before the adapter's table, which made JD of it.
    ['JD', { carrierAliases: { JBD: 'YTO' } }, 'JBD', 'YTO'],
    ['JD', {}, 'JBD', 'JD'],
    ['顺丰速运', {}, undefined, 'SF'],
    ['sf', {}, undefined, 'SF'],
    ['STO2', {}, undefined, 'STO2'],
    ['constructor', { carrierAliases: {} }, undefined, 'constructor'],
    ['STO2', { carrierAliases: ['STO'] }, undefined, 'STO2'],
    ['STO2', { carrierAliases: { STO2: 7 } }, undefined, 'STO2'],
  ])('%s with %j is %s → %s', (carrier, settings, said, ours) =>
    expect(named(carrier, settings, said)).toEqual([{ packageId: 'p', carrier: ours, waybill: 'W1', items: [] }]),
  )
})
