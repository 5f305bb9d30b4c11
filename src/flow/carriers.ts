/** Carriers as a warehouse names them, in our codes: the connection's own aliases first, then the adapter's table, then the common one. */
import { carrierCode } from '../carriers/table.ts'
import type { Package } from '../domain/fulfillment.ts'
import { own } from '../lib/own.ts'
import type { Settings } from '../store/config.ts'
import type { Warehouse } from '../warehouses/warehouse.ts'

/** `carrierAliases`: codes of this warehouse's own making (`STO2`) → ours. A code that nobody knows stays as it is. */
export const ourCarriers = <One extends Package>(packages: readonly One[], { carrierAliases }: Settings): One[] =>
  packages.map(({ carrierSaid, ...item }) => {
    const said = carrierSaid ?? item.carrier
    const alias = isMap(carrierAliases) ? own(carrierAliases, said) : undefined
    const carrier = typeof alias === 'string' ? alias : (carrierCode(item.carrier) ?? item.carrier)
    // The rest of the package is the whole of it but this one field, which is never kept.
    return { ...item, carrier } as unknown as One
  })

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same system, whose answers to a query name our carriers. */
export const naming = (adapter: Warehouse, settings: Settings): Warehouse => ({
  ...adapter,
  outbound: {
    ...adapter.outbound,
    *query(subject, connection) {
      const outcome = yield* adapter.outbound.query(subject, connection)
      if (outcome.class !== 'done' || !outcome.value.found) return outcome
      return { ...outcome, value: { ...outcome.value, packages: ourCarriers(outcome.value.packages, settings) } }
    },
  },
})
