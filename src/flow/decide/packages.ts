/** The parcels of a fulfillment, and how a warehouse may correct one. */
import { canBeOf } from '../../carriers/table.ts'
import type { Package } from '../../domain/fulfillment.ts'
import type { Fulfillment, ShippedPackage } from '../../domain/order-state.ts'

/**
 * Takes a parcel that is not known under this waybill. The same package under another waybill is a corrected waybill, whose
 * goods are booked already: that one is returned.
 */
export const takePackage = (fulfillment: Fulfillment, item: Package, at: number): ShippedPackage | undefined => {
  const written = fulfillment.packages.some((known) => known.waybill === item.waybill && known.written)
  const same = fulfillment.packages.find((known) => known.packageId === item.packageId)
  const replaces = same?.written ? same.waybill : same?.replaces
  const corrects = replaces !== undefined && replaces !== item.waybill && { replaces }
  const formerly = same && { formerly: same.waybill }
  fulfillment.packages = fulfillment.packages.filter((known) => known !== same)
  fulfillment.packages.push({ ...item, items: same?.items ?? item.items, at, written, ...formerly, ...corrects })
  return same
}

/** A number that does not look like one of its carrier is told, never refused. */
export const shippedFacts = (
  { document }: Fulfillment,
  { carrier, waybill }: Pick<Package, 'carrier' | 'waybill'>,
) => ({
  ...{ document, carrier, waybill },
  ...(!canBeOf(carrier, waybill) && {
    ...{ warning: `（不像 ${carrier} 的单号）`, warning_en: `(unlike a number of ${carrier})` },
  }),
})
