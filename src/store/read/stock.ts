/** Levels, as they stand in the store: what the SKU's own object said last. */
import { available, type StockLevel, short } from '../../domain/stock.ts'
import { type Page, type PageRequest, pageOf } from '../page.ts'
import { all, type Db, one, type Row, text } from '../rows.ts'
import { warehouseNames } from './shipments.ts'

export interface LevelView {
  readonly warehouseId: string
  readonly warehouseName: string
  readonly onHand: number
  readonly reserved: number
  /** 可售: 0 while never counted. */
  readonly available: number
  /** 缺货: reserved beyond on hand. */
  readonly short: number
  readonly inTransit: number
  readonly version: number
  /** False: nobody has counted it here; the figures mean nothing yet. */
  readonly counted: boolean
}

export interface SkuStock {
  readonly merchantId: string
  readonly sku: string
  readonly title: string
  readonly levels: readonly LevelView[]
  readonly total: {
    readonly onHand: number
    readonly reserved: number
    readonly available: number
    readonly short: number
  }
}

const LEVELS =
  'SELECT sku, warehouse_id, counted, on_hand, reserved, in_transit, version FROM stock_levels WHERE merchant_id = ?1'

/** Undefined: the merchant has no such SKU, and no level of it. */
export const stockOf = async (db: Db, merchantId: string, sku: string): Promise<SkuStock | undefined> => {
  const known = await one(db, 'SELECT sku, title FROM skus WHERE merchant_id = ? AND sku = ?', merchantId, sku)
  const levels = await all(db, `${LEVELS} AND sku = ?2 ORDER BY warehouse_id`, merchantId, sku)
  if (!known && levels.length === 0) return undefined
  const names = await warehouseNames(db, merchantId)
  return stock(
    merchantId,
    sku,
    text(known?.title),
    levels.map((row) => levelView(row, names)),
  )
}

/** Every SKU in order of its code, those without a level too. `short`: only where more is promised than there is. */
export const listStock = (
  db: Db,
  filter: { readonly merchantId: string; readonly short?: boolean | undefined },
  page: PageRequest,
): Promise<Page<SkuStock>> =>
  pageOf(
    'stock',
    page,
    (item) => [item.sku],
    async (after, count) => {
      const { merchantId } = filter
      const from = String(after?.[0] ?? '')
      const names = await warehouseNames(db, merchantId)
      const skus = filter.short
        ? await all(
            db,
            `SELECT DISTINCT sku, '' AS title FROM stock_levels WHERE merchant_id = ?1 AND sku > ?2 AND counted = 1 AND reserved > on_hand ORDER BY sku LIMIT ?3`,
            merchantId,
            from,
            count,
          )
        : await all(
            db,
            'SELECT sku, title FROM skus WHERE merchant_id = ?1 AND sku > ?2 ORDER BY sku LIMIT ?3',
            merchantId,
            from,
            count,
          )
      const rows = await all(
        db,
        `${LEVELS} AND sku IN (SELECT value FROM json_each(?2)) ORDER BY sku, warehouse_id`,
        merchantId,
        JSON.stringify(skus.map((row) => row.sku)),
      )
      const levels = Map.groupBy(rows, (row) => text(row.sku))
      return skus.map((row) =>
        stock(
          merchantId,
          text(row.sku),
          text(row.title),
          (levels.get(text(row.sku)) ?? []).map((level) => levelView(level, names)),
        ),
      )
    },
  )

const stock = (merchantId: string, sku: string, title: string, levels: readonly LevelView[]): SkuStock => {
  const sum = (field: 'onHand' | 'reserved' | 'available' | 'short'): number =>
    levels.reduce((total, level) => total + level[field], 0)
  return {
    merchantId,
    sku,
    title,
    levels,
    total: { onHand: sum('onHand'), reserved: sum('reserved'), available: sum('available'), short: sum('short') },
  }
}

const levelView = (row: Row, names: ReadonlyMap<string, string>): LevelView => {
  const warehouseId = text(row.warehouse_id)
  const level: StockLevel = {
    sku: text(row.sku),
    warehouseId,
    counted: row.counted === 1,
    onHand: Number(row.on_hand),
    reserved: Number(row.reserved),
    inTransit: Number(row.in_transit),
    version: Number(row.version),
  }
  const { onHand, reserved, inTransit, version, counted } = level
  return {
    warehouseId,
    warehouseName: names.get(warehouseId) ?? warehouseId,
    onHand,
    reserved,
    available: available(level),
    short: short(level),
    inTransit,
    version,
    counted,
  }
}

export interface Discrepancy {
  readonly id: string
  readonly sku: string
  readonly warehouseId: string
  /** What the count said, less what the books said. */
  readonly difference: number
  readonly at: number
  readonly reason: string
}

/** 库存差异, newest first. */
export const listDiscrepancies = (db: Db, merchantId: string, page: PageRequest): Promise<Page<Discrepancy>> =>
  pageOf(
    'discrepancies',
    page,
    (item) => [item.at, item.id],
    async (after, count) => {
      const rows = await all(
        db,
        'SELECT id, sku, warehouse_id, difference, at, reason FROM discrepancies WHERE merchant_id = ?1 AND (at, id) < (?2, ?3) ORDER BY at DESC, id DESC LIMIT ?4',
        merchantId,
        Number(after?.[0] ?? Number.MAX_SAFE_INTEGER),
        String(after?.[1] ?? ''),
        count,
      )
      return rows.map((row) => ({
        id: text(row.id),
        sku: text(row.sku),
        warehouseId: text(row.warehouse_id),
        difference: Number(row.difference),
        at: Number(row.at),
        reason: text(row.reason),
      }))
    },
  )
