/** SKUs, what shops call them, and what bundles are made of. */
import { type Page, type PageRequest, pageOf } from '../page.ts'
import { all, type Db, one, orNull, type Row, text } from '../rows.ts'

export interface SkuView {
  readonly merchantId: string
  readonly sku: string
  readonly title: string
  readonly barcode: string | null
  readonly createdAt: number
}

export const listSkus = (db: Db, merchantId: string, page: PageRequest): Promise<Page<SkuView>> =>
  pageOf(
    'skus',
    page,
    (item) => [item.sku],
    async (after, count) =>
      (
        await all(
          db,
          'SELECT * FROM skus WHERE merchant_id = ? AND sku > ? ORDER BY sku LIMIT ?',
          merchantId,
          String(after?.[0] ?? ''),
          count,
        )
      ).map(skuOf),
  )

export const skuView = async (db: Db, merchantId: string, sku: string): Promise<SkuView | undefined> => {
  const row = await one(db, 'SELECT * FROM skus WHERE merchant_id = ? AND sku = ?', merchantId, sku)
  return row && skuOf(row)
}

const skuOf = (row: Row): SkuView => ({
  merchantId: text(row.merchant_id),
  sku: text(row.sku),
  title: text(row.title),
  barcode: orNull(row.barcode),
  createdAt: Number(row.created_at),
})

/** 店铺商品: what a shop sells under its own id or the seller's code, and the SKU it means. */
export interface ListingView {
  readonly merchantId: string
  readonly shopId: string
  readonly listingId: string
  readonly parentId: string | null
  readonly code: string
  readonly sku: string
  readonly title: string
  readonly createdAt: number
}

export interface ListingFilter {
  readonly merchantId: string
  readonly shopId?: string | undefined
  readonly sku?: string | undefined
}

export const listListings = (db: Db, filter: ListingFilter, page: PageRequest): Promise<Page<ListingView>> =>
  pageOf(
    'listings',
    page,
    (item) => [item.sku, item.shopId, item.listingId],
    async (after, count) => {
      const values: (string | number)[] = [filter.merchantId, ...[0, 1, 2].map((i) => String(after?.[i] ?? '')), count]
      const also = (column: string, value: string | undefined): string =>
        value === undefined ? '' : ` AND ${column} = ?${values.push(value)}`
      // Of one shop in order of its own ids, else in order of SKU: each as an index has them.
      const ofShop = filter.shopId !== undefined && filter.sku === undefined
      const sql = ofShop
        ? `SELECT * FROM listings WHERE +merchant_id = ?1 AND listing_id > ?4${also('shop_id', filter.shopId)} ORDER BY listing_id LIMIT ?5`
        : `SELECT * FROM listings WHERE merchant_id = ?1 AND (sku, shop_id, listing_id) > (?2, ?3, ?4)${also('sku', filter.sku)}${also('shop_id', filter.shopId)} ORDER BY sku, shop_id, listing_id LIMIT ?5`
      const rows = await all(db, sql, ...values)
      return rows.map(listingOf)
    },
  )

export const listingView = async (
  db: Db,
  merchantId: string,
  shopId: string,
  listingId: string,
): Promise<ListingView | undefined> => {
  const row = await one(
    db,
    'SELECT * FROM listings WHERE shop_id = ? AND listing_id = ? AND merchant_id = ?',
    shopId,
    listingId,
    merchantId,
  )
  return row && listingOf(row)
}

const listingOf = (row: Row): ListingView => ({
  merchantId: text(row.merchant_id),
  shopId: text(row.shop_id),
  listingId: text(row.listing_id),
  parentId: orNull(row.parent_id),
  code: text(row.code),
  sku: text(row.sku),
  title: text(row.title),
  createdAt: Number(row.created_at),
})

/** 组合装. */
export interface BundleView {
  readonly merchantId: string
  readonly sku: string
  readonly parts: readonly { readonly sku: string; readonly quantity: number }[]
}

export const listBundles = (db: Db, merchantId: string, page: PageRequest): Promise<Page<BundleView>> =>
  pageOf(
    'bundles',
    page,
    (item) => [item.sku],
    async (after, count) => {
      const rows = await all(
        db,
        `SELECT sku, part, quantity FROM bundles WHERE merchant_id = ?1 AND sku IN (SELECT DISTINCT sku FROM bundles WHERE merchant_id = ?1 AND sku > ?2 ORDER BY sku LIMIT ?3) ORDER BY sku, part`,
        merchantId,
        String(after?.[0] ?? ''),
        count,
      )
      return bundlesOf(merchantId, rows)
    },
  )

export const bundleView = async (db: Db, merchantId: string, sku: string): Promise<BundleView | undefined> =>
  bundlesOf(
    merchantId,
    await all(
      db,
      'SELECT sku, part, quantity FROM bundles WHERE merchant_id = ? AND sku = ? ORDER BY part',
      merchantId,
      sku,
    ),
  )[0]

const bundlesOf = (merchantId: string, rows: readonly Row[]): BundleView[] =>
  [...Map.groupBy(rows, (row) => text(row.sku))].map(([sku, parts]) => ({
    merchantId,
    sku,
    parts: parts.map((row) => ({ sku: text(row.part), quantity: Number(row.quantity) })),
  }))
