/** Writes SKUs, listings and bundles. */
import { all, type Db, text } from '../rows.ts'

export interface SkuRow {
  readonly sku: string
  readonly title: string
  readonly barcode: string | null
}

/** New ones, and with `update` those that are there. Answers with the codes that were new. */
export const putSkus = async (
  db: Db,
  merchantId: string,
  rows: readonly SkuRow[],
  now: number,
  update: boolean,
): Promise<string[]> => {
  const conflict = update ? 'DO UPDATE SET title = excluded.title, barcode = excluded.barcode' : 'DO NOTHING'
  const known = await knownSkus(
    db,
    merchantId,
    rows.map((row) => row.sku),
  )
  await db
    .prepare(
      `INSERT INTO skus (merchant_id, sku, title, barcode, created_at) SELECT ?1, value->>'sku', value->>'title', value->>'barcode', ?3 FROM json_each(?2) WHERE true
       ON CONFLICT(merchant_id, sku) ${conflict}`,
    )
    .bind(merchantId, JSON.stringify(rows), now)
    .run()
  return rows.map((row) => row.sku).filter((sku) => !known.has(sku))
}

/** Which of these the merchant has. */
export const knownSkus = async (db: Db, merchantId: string, skus: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set(
    (
      await all(
        db,
        'SELECT sku FROM skus WHERE merchant_id = ?1 AND sku IN (SELECT value FROM json_each(?2))',
        merchantId,
        JSON.stringify(skus),
      )
    ).map((row) => text(row.sku)),
  )

export interface ListingRow {
  readonly shopId: string
  readonly listingId: string
  readonly parentId: string | null
  readonly code: string
  readonly sku: string
  readonly title: string
}

export const putListings = async (
  db: Db,
  merchantId: string,
  rows: readonly ListingRow[],
  now: number,
): Promise<void> => {
  await db
    .prepare(
      `INSERT INTO listings (shop_id, listing_id, parent_id, code, merchant_id, sku, title, created_at)
       SELECT value->>'shopId', value->>'listingId', value->>'parentId', value->>'code', ?1, value->>'sku', value->>'title', ?3 FROM json_each(?2) WHERE true
       ON CONFLICT(shop_id, listing_id) DO UPDATE SET parent_id = excluded.parent_id, code = excluded.code, sku = excluded.sku, title = excluded.title WHERE listings.merchant_id = excluded.merchant_id`,
    )
    .bind(merchantId, JSON.stringify(rows), now)
    .run()
}

/** False: there was none. */
export const deleteListing = async (
  db: Db,
  merchantId: string,
  shopId: string,
  listingId: string,
): Promise<boolean> => {
  const { meta } = await db
    .prepare('DELETE FROM listings WHERE shop_id = ? AND listing_id = ? AND merchant_id = ?')
    .bind(shopId, listingId, merchantId)
    .run()
  return meta.changes > 0
}

/** The whole of a bundle: parts that are not named are gone. */
export const putBundle = async (
  db: Db,
  merchantId: string,
  sku: string,
  parts: readonly { readonly sku: string; readonly quantity: number }[],
): Promise<void> => {
  await db.batch([
    db.prepare('DELETE FROM bundles WHERE merchant_id = ? AND sku = ?').bind(merchantId, sku),
    db
      .prepare(
        `INSERT INTO bundles (merchant_id, sku, part, quantity) SELECT ?1, ?2, value->>'sku', value->>'quantity' FROM json_each(?3)`,
      )
      .bind(merchantId, sku, JSON.stringify(parts)),
  ])
}

/** Which of these are bundles. */
export const bundlesAmong = async (db: Db, merchantId: string, skus: readonly string[]): Promise<readonly string[]> =>
  (
    await all(
      db,
      'SELECT DISTINCT sku FROM bundles WHERE merchant_id = ?1 AND sku IN (SELECT value FROM json_each(?2))',
      merchantId,
      JSON.stringify(skus),
    )
  ).map((row) => text(row.sku))
