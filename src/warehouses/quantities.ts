/** Pieces per SKU: a SKU on two lines, or in two batches, is one figure. */
export const bySku = (
  items: readonly { readonly sku: string; readonly quantity: number }[],
): Readonly<Record<string, number>> => {
  const sums = new Map<string, number>()
  for (const { sku, quantity } of items) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  return Object.fromEntries(sums)
}
